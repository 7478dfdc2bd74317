"""Forms of the account pages."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from ..i18n import LOCALES
from ..web.forms import Form, obeys, required
from .rules import check_name, check_password, normal_email


class SignInForm(Form):
    email = EmailField(_l("E-mail address"), [required(), Length(max=320)])
    password = PasswordField(_l("Password"), [required(), Length(max=1000)])


class RegisterForm(Form):
    name = StringField(_l("Your name"), [required(), Length(max=120), obeys(check_name)])
    email = EmailField(_l("E-mail address"), [required(), Length(max=320), obeys(normal_email)])
    password = PasswordField(
        _l("Password"), [required(), obeys(check_password)], description=_l("8 characters or more; a sentence is good."))
    notice = BooleanField(
        _l("I have read the privacy notice and agree to it."), [required(_l("Please read the privacy notice and agree to it."))])


class ForgotForm(Form):
    email = EmailField(_l("E-mail address"), [required(), Length(max=320)])


class ResetForm(Form):
    password = PasswordField(
        _l("New password"), [required(), obeys(check_password)], description=_l("8 characters or more; a sentence is good."))


class ChangePasswordForm(Form):
    present = PasswordField(_l("Present password"), [required(), Length(max=1000)])
    new = PasswordField(_l("New password"), [required(), obeys(check_password)])


class ProfileForm(Form):
    name = StringField(_l("Your name"), [required(), Length(max=120), obeys(check_name)])
    language = SelectField(_l("Language"), choices=[SelectChoice(code, name) for code, name in LOCALES.items()])
    theme = SelectField(_l("Appearance"), choices=[
        SelectChoice("auto", _l("As the device says")), SelectChoice("light", _l("Light")), SelectChoice("dark", _l("Dark"))])
