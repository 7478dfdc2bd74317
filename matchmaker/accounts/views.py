"""Pages of the account."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from ..errors import Problem
from ..i18n import select_locale
from ..web.redirects import safe_next
from . import actions, limits, queries
from .forms import ChangePasswordForm, ForgotForm, ProfileForm, RegisterForm, ResetForm, SignInForm

bp = Blueprint("accounts", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Sign in with address and password."""
    form = SignInForm()
    if form.validate_on_submit():
        try:
            user = actions.sign_in(form.email.data, form.password.data, device=request.user_agent.string)
        except Problem as problem:
            form.refuse(problem)
        else:
            session.clear()  # nothing of a visitor's cookie survives into the session
            login_user(user)
            return redirect(safe_next())
    return render_template("accounts/sign_in.html", form=form, next=safe_next("")), 422 if form.errors else 200


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this session."""
    actions.sign_out(current_user)
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
            return render_template("accounts/check_mail.html", email=form.email.data)
    return render_template("accounts/register.html", form=form), 422 if form.errors else 200


@bp.route("/confirm/<token>", methods=["GET", "POST"])
def confirm(token: str) -> ResponseReturnValue:
    """Confirm an address: a press of the button, since mail scanners open links."""
    if request.method == "POST":
        user = actions.confirm_email(token)
        if not current_user.is_authenticated:
            actions.begin_session(user, request.user_agent.string)
            session.clear()
            login_user(user)
        flash(_("Your address is confirmed."), "success")
        return redirect(url_for("web.home"))
    return render_template("accounts/confirm.html", valid=queries.valid_token("confirm", token) is not None)


@bp.post("/confirm")
def resend_confirmation() -> ResponseReturnValue:
    """Mail the confirmation again."""
    actions.resend_confirmation(current_user)
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
            return render_template("accounts/check_mail.html", email=form.email.data)
    return render_template("accounts/forgot.html", form=form), 422 if form.errors else 200


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
    valid = queries.valid_token("reset", token) is not None
    return render_template("accounts/reset.html", form=form, valid=valid), 422 if form.errors else 200


@bp.route("/account", methods=["GET", "POST"])
def account() -> ResponseReturnValue:
    """Name, language, appearance; password; devices."""
    form = ProfileForm(obj=current_user)
    if form.validate_on_submit():
        actions.edit_profile(current_user, name=form.name.data, language=form.language.data, theme=form.theme.data)
        flash(_("Saved."), "success")
        return redirect(url_for("accounts.account"))
    return _account_page(form, ChangePasswordForm(), 422 if form.errors else 200)


@bp.post("/account/password")
def change_password() -> ResponseReturnValue:
    """Change the password."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            actions.change_password(current_user, present=form.present.data, new=form.new.data)
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Your password is changed; other devices are signed out."), "success")
            return redirect(url_for("accounts.account"))
    return _account_page(ProfileForm(formdata=None, obj=current_user), form, 422)


@bp.post("/account/sign-out-everywhere")
def sign_out_everywhere() -> ResponseReturnValue:
    """End the sessions on all other devices."""
    actions.sign_out_everywhere(current_user, keep=queries.session_of(current_user))
    flash(_("All other devices are signed out."), "success")
    return redirect(url_for("accounts.account"))


@bp.get("/privacy")
def privacy() -> ResponseReturnValue:
    """The privacy notice."""
    return render_template("accounts/privacy.html", version=actions.NOTICE_VERSION)


def _account_page(profile: ProfileForm, password: ChangePasswordForm, status: int) -> ResponseReturnValue:
    return render_template("accounts/account.html", form=profile, password_form=password,
                           sessions=queries.living_sessions(current_user), present=queries.session_of(current_user)), status
