"""Pages of the account."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_user, logout_user

from ..access import ADMINS
from ..errors import Problem
from ..i18n import select_locale
from ..infra.db import get
from ..web import nav
from ..web.forms import strip
from ..web.guard import current_actor
from ..web.pages import page_number, paginate
from ..web.redirects import safe_next
from . import actions, limits, queries
from .forms import ChangePasswordForm, ForgotForm, ProfileForm, RegisterForm, ResetForm, SignInForm
from .models import User
from .rules import device_name

bp = Blueprint("accounts", __name__)
NAV = (nav.Entry(90, _l("Accounts"), "users", "accounts.people", ADMINS),)


def menu() -> list[nav.Item]:
    """Return the links in the menu below one's own picture."""
    return [nav.Item(_("My account"), url_for("accounts.account"), "user-round-cog", request.endpoint == "accounts.account", None)]


def me() -> User:
    """Return the signed-in user itself, not Flask-Login's proxy."""
    return current_user._get_current_object()


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Sign in with address and password."""
    form = SignInForm()
    if form.validate_on_submit():
        try:
            user = actions.sign_in(form.email.data, form.password.data, device=device_name(request.user_agent.string))
        except Problem as problem:
            form.refuse(problem)
        else:
            session.clear()  # nothing of a visitor's cookie survives into the session
            login_user(user)
            return redirect(safe_next())
    return render_template("accounts/sign_in.html", form=form, next=safe_next("/")), form.status


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this session."""
    actions.sign_out(me())
    logout_user()
    session.clear()
    return redirect(url_for("web.home"))


@bp.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    """Make an account; the same answer whether or not the address is taken."""
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            limits.hit(f"sign-up:{request.remote_addr}", limit=current_app.config["SIGN_UPS_PER_HOUR"], minutes=60)
            actions.register(form.email.data, name=form.name.data, password=form.password.data, language=select_locale(),
                             notice_version=actions.NOTICE_VERSION if form.notice.data else "")
        except Problem as problem:
            form.refuse(problem)
        else:
            return render_template("accounts/check_mail.html", email=form.email.data, why="register")
    return render_template("accounts/register.html", form=form), form.status


@bp.route("/confirm/<token>", methods=["GET", "POST"])
def confirm(token: str) -> ResponseReturnValue:
    """Confirm an address: a press of the button, since mail scanners open links.

    It signs nobody in: whoever registered with a stranger's address must not share the session of its owner.
    """
    if request.method == "POST":
        actions.confirm_email(token)
        if current_user.is_authenticated:
            flash(_("Your address is confirmed."), "success")
            return redirect(url_for("web.home"))
        flash(_("Your address is confirmed. Please sign in."), "success")
        return redirect(url_for("accounts.sign_in"))
    return render_template("accounts/confirm.html", valid=queries.valid_token("confirm", token) is not None)


@bp.post("/confirm")
def resend_confirmation() -> ResponseReturnValue:
    """Mail the confirmation again."""
    actions.resend_confirmation(me())
    flash(_("We sent the mail again."), "success")
    return redirect(safe_next())


@bp.route("/forgot", methods=["GET", "POST"])
def forgot() -> ResponseReturnValue:
    """Ask for a reset link; the same answer whether or not the address is known."""
    form = ForgotForm()
    if form.validate_on_submit():
        try:
            actions.ask_reset(form.email.data)
        except Problem as problem:
            form.refuse(problem)
        else:
            return render_template("accounts/check_mail.html", email=form.email.data, why="forgot")
    return render_template("accounts/forgot.html", form=form), form.status


@bp.route("/reset/<token>", methods=["GET", "POST"])
def reset(token: str) -> ResponseReturnValue:
    """Set a new password by a mailed link."""
    form = ResetForm()
    if form.validate_on_submit():
        try:
            actions.reset_password(token, form.password.data)
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Your new password is set. Please sign in."), "success")
            return redirect(url_for("accounts.sign_in"))
    return render_template("accounts/reset.html", form=form, valid=queries.valid_token("reset", token) is not None), form.status


@bp.route("/account", methods=["GET", "POST"])
def account() -> ResponseReturnValue:
    """Name, language, appearance; password; devices."""
    form = ProfileForm(obj=current_user)
    if form.validate_on_submit():
        try:
            actions.edit_profile(me(), name=form.name.data, language=form.language.data, theme=form.theme.data)
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("accounts.account"))
    return _account_page(form, ChangePasswordForm(formdata=None)), form.status


@bp.post("/account/password")
def change_password() -> ResponseReturnValue:
    """Change the password."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            actions.change_password(me(), present=form.present.data, new=form.new.data)
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Your password is changed; other devices are signed out."), "success")
            return redirect(url_for("accounts.account"))
    return _account_page(ProfileForm(formdata=None, obj=current_user), form), form.status


@bp.post("/account/sign-out-everywhere")
def sign_out_everywhere() -> ResponseReturnValue:
    """End the sessions on all other devices."""
    actions.sign_out_everywhere(me(), keep=queries.session_of(me()))
    flash(_("All other devices are signed out."), "success")
    return redirect(url_for("accounts.account"))


@bp.get("/privacy")
def privacy() -> ResponseReturnValue:
    """The privacy notice."""
    return render_template("accounts/privacy.html", version=actions.NOTICE_VERSION)


@bp.get("/people")
def people() -> ResponseReturnValue:
    """Find accounts (administrators)."""
    words = strip(request.args.get("q", ""))[:100]
    return render_template("accounts/people.html", page=paginate(queries.people(words), page_number(), 50), words=words)


@bp.post("/people/<int:user_id>/disable")
def disable(user_id: int) -> ResponseReturnValue:
    """Close an account and end its sessions (administrators)."""
    user = get(User, user_id)
    actions.disable(current_actor, user)
    flash(_("The account of %(name)s is disabled.", name=user.name), "success")
    return redirect(safe_next(url_for("accounts.people")))


@bp.post("/people/<int:user_id>/enable")
def enable(user_id: int) -> ResponseReturnValue:
    """Open an account again (administrators)."""
    user = get(User, user_id)
    actions.enable(current_actor, user)
    flash(_("%(name)s may sign in again.", name=user.name), "success")
    return redirect(safe_next(url_for("accounts.people")))


def _account_page(profile: ProfileForm, password: ChangePasswordForm) -> str:
    return render_template("accounts/account.html", form=profile, password_form=password,
                           sessions=queries.living_sessions(me()), present=queries.session_of(me()))
