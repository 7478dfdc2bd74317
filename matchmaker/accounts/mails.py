"""Mails about accounts, in the language of the receiver."""

from flask import current_app, render_template
from flask_babel import gettext as _

from ..i18n import reading_in
from ..infra import mail
from .models import User


def link(path: str) -> str:
    """Return the absolute address of ``path``; its host is the configured one, never that of a request."""
    return current_app.config["BASE_URL"].rstrip("/") + path


def confirm_address(user: User, token: str) -> None:
    """Ask the person to confirm the address."""
    with reading_in(user.language):
        _send(user, _("Confirm your address"), _("Welcome, %(name)s. Press the button to confirm this address; the link works for three days.", name=user.name),
              _("Confirm address"), f"/confirm/{token}")


def already_registered(user: User) -> None:
    """Tell the owner that somebody tried to register the address again."""
    with reading_in(user.language):
        _send(user, _("You have an account already"), _("Somebody, perhaps you, tried to register with this address. You have an account: sign in, or ask for a new password."),
              _("Sign in"), "/sign-in")


def reset_password(user: User, token: str) -> None:
    """Send the link that sets a new password."""
    with reading_in(user.language):
        _send(user, _("Set a new password"), _("Somebody, perhaps you, asked for a new password. The link works once, for 60 minutes. If it was not you, do nothing."),
              _("Set a new password"), f"/reset/{token}")


def password_changed(user: User) -> None:
    """Tell the person that the password was changed."""
    with reading_in(user.language):
        _send(user, _("Your password was changed"), _("The password of your account was changed and other devices were signed out. If it was not you, set a new one at once."),
              _("Set a new password"), "/forgot")


def _send(user: User, subject: str, text: str, action: str, path: str) -> None:
    context = {"subject": subject, "paragraphs": [text], "action": action, "url": link(path), "site_name": current_app.config["SITE_NAME"]}
    mail.queue(user.email, subject, render_template("mail/base.txt", **context), render_template("mail/base.html", **context), user.language)
