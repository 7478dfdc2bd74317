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
        text = _("Welcome, %(name)s. Press the button to confirm this address; the link works for three days.", name=user.name)
        send(user.email, user.language, _("Confirm your address"), [text], _("Confirm address"), f"/confirm/{token}")


def already_registered(user: User) -> None:
    """Tell the owner that somebody tried to register the address again."""
    with reading_in(user.language):
        text = _("Somebody, perhaps you, tried to register with this address. You have an account: sign in, or ask for a new password.")
        send(user.email, user.language, _("You have an account already"), [text], _("Sign in"), "/sign-in")


def reset_password(user: User, token: str) -> None:
    """Send the link that sets a new password."""
    with reading_in(user.language):
        text = _("Somebody, perhaps you, asked for a new password. The link works once, for 60 minutes. If it was not you, do nothing.")
        send(user.email, user.language, _("Set a new password"), [text], _("Set a new password"), f"/reset/{token}")


def password_changed(user: User) -> None:
    """Tell the person that the password was changed."""
    with reading_in(user.language):
        text = _("The password of your account was changed and other devices were signed out. If it was not you, set a new one at once.")
        send(user.email, user.language, _("Your password was changed"), [text], _("Set a new password"), "/forgot")


def send(to: str, language: str, subject: str, paragraphs: list[str], action: str, path: str) -> None:
    """Put one mail with one button into the outbox. Call it inside ``reading_in(language)``."""
    context = {"subject": subject, "paragraphs": paragraphs, "action": action, "url": link(path)}
    text, html = (render_template(f"accounts/mail.{kind}", **context) for kind in ("txt", "html"))
    mail.queue(to, subject, text, html, language)
