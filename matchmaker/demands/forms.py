"""The forms of a demand: a few words and an expo are enough, everything else is folded."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice

from ..i18n import lang
from ..reference.queries import mode_name
from ..sheets.forms import TRANSLATED, Countries, HsField, Lines, Number, Pick, Picks, SheetForm, TranslationRow, label_options
from ..trade import codes
from ..trade.places import language_choices
from ..trade.roads import import_roads
from .models import Demand
from .rules import CONFIDENTIALITY, DECISION_ROLES, IMPORTERS, split_words

BLANK_ROWS = 2


class WantedRow(PlainForm):
    kind = Pick(_l("Certificate"))
    must = SelectField(
        _l("How much"), choices=[SelectChoice("yes", _l("Must have")), SelectChoice("", _l("Preferred"))], validate_choice=False)


class LinksRow(PlainForm):
    """Levels of green evidence for single links; their names are set by ``offer``."""

    RND = Pick()
    PROC = Pick()
    MFG = Pick()
    LOG = Pick()
    MKT = Pick()
    EOL = Pick()


class TranslationsForm(PlainForm):
    en = FormField(TranslationRow)
    zh = FormField(TranslationRow)


class DemandForm(SheetForm):
    NAMES = ("lang", "hs", "specs_must", "specs_nice", "quantity_first", "quantity_year", "unit", "budget_low", "budget_high", "currency",
             "budget_unit", "incoterm", "port", "origins_wanted", "origins_excluded", "window_from", "window_to", "channel", "road",
             "importer", "zone", "green_level", "green_links", "green_labels", "languages", "decision_role", "deadline_on",
             "confidentiality", "certificates", "translations")
    VOCABULARIES = {"unit": "unit", "budget_unit": "unit", "incoterm": "incoterm", "channel": "channel", "green_level": "green_level"}

    version = HiddenField()
    section_id = Pick(_l("Section"))
    lang = Pick(_l("Language of your text"))
    hs = HsField(_l("HS code"), description=_l("Type a word or digits. Services have none."))
    specs_must = Lines(_l("It must have"), description=_l("One a line: the name, a colon, the value."))
    specs_nice = Lines(_l("It should have"))
    quantity_first = Number(_l("First order"))
    quantity_year = Number(_l("A year"))
    unit = Pick(_l("Unit"))
    budget_low = Number(_l("Budget from"))
    budget_high = Number(_l("Budget to"))
    currency = StringField(_l("Currency"))
    budget_unit = Pick(_l("Per"))
    incoterm = Pick(_l("Incoterm"))
    port = StringField(_l("Port or place"))
    origins_wanted = Countries(_l("Origins you prefer"), description=_l("Separated by commas; two letters work too."))
    origins_excluded = Countries(_l("Origins you exclude"), description=_l("Products from there are not shown to you."))
    certificates = FieldList(FormField(WantedRow), label=_l("Certificates"), max_entries=25)
    window_from = StringField(_l("Delivery from"))
    window_to = StringField(_l("Delivery to"))
    channel = Pick(_l("Channel"))
    road = Pick(_l("Customs mode"))
    importer = Pick(_l("Importer"))
    zone = StringField(_l("Pilot zone or bonded warehouse"))
    green_level = Pick(_l("Green evidence, at least"))
    green_links = FormField(LinksRow, label=_l("Green evidence for single links"))
    green_labels = Picks(_l("Green labels asked for"))
    languages = Picks(_l("Languages at the table"))
    decision_role = Pick(_l("Your part in the decision"))
    deadline_on = StringField(_l("Offers until"))
    confidentiality = RadioField(_l("Who reads your name and budget"), choices=[], validate_choice=False, default="open")
    translations = FormField(TranslationsForm, label=_l("Translations"))

    def offer(self, sections: list[tuple[str, str]]) -> None:
        """Set all choices, and blank lines behind the certificates."""
        self.offer_words()
        self.section_id.offer(sections)
        self.languages.choices = language_choices(lang())
        self.road.offer([(code, mode_name(code)) for code in import_roads()])
        self.importer.offer([(word, _(label)) for word, label in IMPORTERS.items()], none=_("Not said"))
        self.decision_role.offer([(word, _(label)) for word, label in DECISION_ROLES.items()], none=_("Not said"))
        self.confidentiality.choices = [(word, _(label)) for word, label in CONFIDENTIALITY.items()]
        while len(self.certificates) < 25 and sum(1 for row in self.certificates if not row.form.kind.data) < BLANK_ROWS:
            self.certificates.append_entry()
        for row in self.certificates:
            row.form.kind.offer(codes.choices("certificate", lang()))
        self.green_labels.choices = label_options()
        for link, name in codes.choices("chain_link", lang()):
            self.green_links.form[link].label.text = name
            self.green_links.form[link].offer(codes.choices("green_level", lang()))

    def fields(self) -> dict[str, Any]:
        """Return what the rules read; the section by its number."""
        section = self.section_id.data or ""
        return super().fields() | {"section_id": int(section) if section.isascii() and section.isdigit() and len(section) < 10 else None}


class NewDemandForm(DemandForm):
    """A first demand: all words in one field."""

    words = TextAreaField(_l("What do you look for?"))
    expo = SelectField(_l("Expo"), validate_choice=False)

    def fields(self) -> dict[str, Any]:
        """Return what the rules read; the first line, or its beginning, is the title."""
        title, text = split_words(self.words.data or "")
        return super().fields() | {"title": title, "text": text}


class EditDemandForm(DemandForm):
    NAMES = ("title", "text", *DemandForm.NAMES)

    title = StringField(_l("Title"))
    text = TextAreaField(_l("Your words"))


def filled(demand: Demand) -> dict[str, Any]:
    """Return the data of the form over a demand."""
    data = {name: getattr(demand, name) for name in EditDemandForm.NAMES if name not in ("certificates", "translations")}
    return data | {
        "version": demand.version, "section_id": str(demand.section_id or ""),
        "certificates": [{"kind": row["kind"], "must": "yes" if row.get("must") else ""} for row in demand.certificates],
        "translations": {code: demand.translations.get(code) or {} for code in TRANSLATED},
    }
