"""Forms of the company pages."""

from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from ..accounts.rules import check_name, normal_email
from ..i18n import lang, territory
from ..trade import codes
from ..trade.places import country_choices, language_choices
from ..web.forms import Form, obeys, required
from . import rules

FIRST_LANGUAGES = 12  # shown at once; the others are one press away


class CompanyForm(Form):
    """The profile of a company of one kind; buyers have no country to choose."""

    name = StringField(_l("Legal name"), [required(), Length(max=200)])
    name_en = StringField(_l("English name"), [Length(max=200)])
    name_zh = StringField(_l("Chinese name"), [Length(max=200)])
    country = SelectField(_l("Country or region"), validate_choice=False)
    city = StringField(_l("City"), [Length(max=100)])
    identifier_kind = SelectField(_l("Kind of identifier"), validate_choice=False)
    identifier = StringField(_l("Identifier"), [Length(max=40)])
    languages = SelectMultipleField(_l("Languages spoken"), validate_choice=False)
    size = SelectField(_l("Company size"), [Optional()], validate_choice=False)
    buyer_kind = SelectField(_l("Kind of buyer"), [Optional()], validate_choice=False)
    mission = StringField(_l("Trade mission"), [Length(max=120)], description=_l("The mission and sub-mission you come with, if any."))
    website = StringField(_l("Website"), [Length(max=300), obeys(rules.check_website)])
    about = TextAreaField(_l("About the company"), [Length(max=rules.MAX_ABOUT)])
    about_lang = SelectField(_l("Language of this text"), validate_choice=False)
    attends = BooleanField(_l("I come to the expo myself"), default=True)
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def __init__(self, kind: str, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.kind, locale, reader = kind, str(get_locale()), lang()
        pick = ("", _l("Please choose"))
        self.country.choices = [pick, *((code, territory(code)) for code, _name in country_choices(locale))]
        kinds = ("uscc",) if kind == "buyer" else ("registration", "vat", "lei")
        self.identifier_kind.choices = [(code, codes.label("identifier_kind", code, reader)) for code in kinds]
        self.languages.choices = self.about_lang.choices = language_choices(locale)
        self.size.choices = [pick, *codes.choices("company_size", reader)]
        self.buyer_kind.choices = [pick, *codes.choices("buyer_kind", reader)]
        if kind == "buyer":
            del self.country, self.identifier_kind
            self.identifier.label.text = codes.label("identifier_kind", "uscc", reader)
        else:
            del self.buyer_kind, self.mission

    def given(self) -> dict[str, Any]:
        """Return what was typed, as the verbs take it."""
        values = {name: value for name, value in self.data.items() if name not in ("csrf_token", "version", "attends")}
        return values | ({"country": "CN", "identifier_kind": "uscc"} if self.kind == "buyer" else {})


class InviteForm(Form):
    email = EmailField(_l("E-mail address"), [required(), Length(max=320), obeys(normal_email)])
    owner = BooleanField(_l("as an owner, who may edit the company and invite others"))


class PersonForm(Form):
    name = StringField(_l("Name"), [required(), Length(max=120), obeys(check_name)])
    title = StringField(_l("Job title"), [Length(max=120)])
    languages = SelectMultipleField(_l("Languages spoken"), validate_choice=False)
    user_id = SelectField(_l("Account"), coerce=lambda value: int(value) if str(value).isdigit() else None, validate_choice=False,
                          description=_l("With an account, this person sees the own day and gets reminders."))
    attends = BooleanField(_l("Comes to the expo and sits at meetings"), default=True)

    def __init__(self, members: list[tuple[int, str]], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.languages.choices = language_choices(str(get_locale()))
        self.user_id.choices = [("", _l("No account")), *members]

    def given(self) -> dict[str, Any]:
        """Return what was typed, as the verbs take it."""
        return {name: value for name, value in self.data.items() if name != "csrf_token"}
