"""The form of a product card: the essential fields first, the rest folded."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import FieldList, FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm

from .. import clock
from ..i18n import lang, named
from ..reference.queries import mode_name, rulebook
from ..sheets.forms import (
    TRANSLATED,
    HsField,
    Lines,
    Number,
    Pick,
    Picks,
    SheetForm,
    TranslationRow,
    YesNo,
    country_options,
    label_options,
)
from ..trade import codes
from ..trade.entry import choices as classes_to_choose
from ..trade.roads import import_roads
from ..web.forms import Form
from . import statements
from .models import Product
from .rules import BOUNDARIES, CERTIFICATE, CLAIM, DISPOSALS, FOOTPRINT, FOOTPRINTS, PRICE_AUDIENCES

PARTS = ("certificates", "claims", "footprints", "translations")  # rows of their own
BLANK_ROWS = 2  # empty lines offered behind the certificates and claims that are there
NOT_SHOWN = "no"


class CertificateRow(PlainForm):
    kind = Pick(_l("Certificate"))
    number = StringField(_l("Number"))
    issuer = StringField(_l("Issuer"))
    expires_on = StringField(_l("Valid until"))
    scope = StringField(_l("Scope"))
    document_id = Pick(_l("Document in your locker"))


class ClaimRow(PlainForm):
    link = Pick(_l("Link of the chain"))
    claim = StringField(_l("What you do"), description=_l("What exactly, how much, since when. No big words."))
    label = Pick(_l("Label or standard"))
    number = StringField(_l("Number"))
    issuer = StringField(_l("Issuer"))
    scope = StringField(_l("Scope"), description=_l("Which product, site or share it covers."))
    expires_on = StringField(_l("Valid until"))
    document_id = Pick(_l("Document in your locker"))
    register_address = StringField(
        _l("Found in the register at"), description=_l("The address of the entry, if there is a public register."))
    register_on = StringField(_l("You looked on"))


class FootprintRow(PlainForm):
    value = Number(_l("kg CO₂e"))
    unit = StringField(_l("For which unit"), description=_l("The functional unit, like 1 kg at the factory gate."))
    boundary = Pick(_l("Boundary"))
    standard = Pick(_l("By which method"))
    year = Number(_l("Year of the data"))
    verifier = StringField(_l("Verified by"))
    number = StringField(_l("Number"))
    expires_on = StringField(_l("Valid until"))


class EntryRow(PlainForm):
    gate = Pick(_l("Gate"))
    state = Pick(_l("How far you are"))
    number = StringField(_l("Number"))
    applied_on = StringField(_l("Applied on"))
    expires_on = StringField(_l("Valid until"))
    note = StringField(_l("Remark"))


class TranslationsForm(PlainForm):
    en = FormField(TranslationRow)
    zh = FormField(TranslationRow)


class ProductForm(SheetForm):
    NAMES = ("title", "text", "lang", "hs", "brand", "origin", "specs", "packaging", "shelf_life_days", "storage", "moq", "moq_unit",
             "price_low", "price_high", "currency", "price_unit", "price_audience",
             "incoterm", "port", "lead_time_days", "monthly_capacity", "capacity_unit",
             "payment",
             "samples", "agent_wanted", "channels", "disposal", "certificates", "claims", "footprints", "entry", "entry_class",
             "entry_audience", "roads", "translations")
    VOCABULARIES = {"moq_unit": "unit", "price_unit": "unit", "capacity_unit": "unit", "incoterm": "incoterm", "channels": "channel"}

    version = HiddenField()
    original = HiddenField()  # a product text that was pasted and read; kept as it is
    title = StringField(_l("Title"), description=_l("What it is, in your language: product, kind, grade."))
    text = TextAreaField(_l("Description"))
    lang = Pick(_l("Language of your text"))
    hs = HsField(_l("HS code"), description=_l("Type a word or digits. Services have none."))
    origin = Pick(_l("Country or region of origin"))
    moq = Number(_l("Minimum order"))
    moq_unit = Pick(_l("Unit"))
    price_low = Number(_l("Price from"))
    price_high = Number(_l("Price to"))
    currency = StringField(_l("Currency"))
    price_unit = Pick(_l("Per"))
    price_audience = SelectField(_l("Who reads the price"), choices=[], validate_choice=False, default="open")
    incoterm = Pick(_l("Incoterm"))
    port = StringField(_l("Port or place"))
    lead_time_days = Number(_l("Lead time"))
    brand = StringField(_l("Brand"))
    specs = Lines(_l("Specifications"), description=_l("One a line: the name, a colon, the value."))
    packaging = StringField(_l("Packaging"))
    shelf_life_days = Number(_l("Shelf life"))
    storage = StringField(_l("Storage"))
    monthly_capacity = Number(_l("Monthly capacity"))
    capacity_unit = Pick(_l("Unit"))
    payment = StringField(_l("Payment terms"))
    samples = YesNo(_l("Samples"))
    agent_wanted = YesNo(_l("Agent or distributor wanted"))
    channels = Picks(_l("Channels you aim at"))
    disposal = Pick(_l("The exhibit after the expo"))
    certificates = FieldList(FormField(CertificateRow), label=_l("Certificates"), max_entries=25)
    claims = FieldList(FormField(ClaimRow), label=_l("What is green about it"), max_entries=25)
    footprints = FieldList(FormField(FootprintRow), label=_l("Carbon footprint, as declared"), max_entries=5)
    entry_class = Pick(_l("What it is for the authorities"), description=_l("The code alone does not tell."))
    entry = FieldList(FormField(EntryRow), label=_l("Entry into the Chinese market"), max_entries=25)
    entry_audience = Pick(_l("Who reads numbers and remarks of entry"))
    roads = Picks(_l("Roads to market that you offer"))
    translations = FormField(TranslationsForm, label=_l("Translations"))

    def offer(self, documents: Sequence[tuple[str, str]] = ()) -> None:
        """Set all choices, and blank lines behind certificates and claims. ``documents`` are those of the company's locker."""
        self.offer_words()
        self.origin.offer(country_options())
        self.samples.offer([("yes", _("Yes")), ("no", _("No"))], none=_("Not said"))
        self.agent_wanted.offer([("yes", _("Yes")), ("no", _("No"))], none=_("Not said"))
        self.price_audience.choices = [(word, _(label)) for word, label in PRICE_AUDIENCES.items()]
        self.disposal.offer([(word, _(label)) for word, label in DISPOSALS.items()], none=_("Not said"))
        for rows in (self.certificates, self.claims):
            while len(rows) < 25 and sum(1 for row in rows if not any(row.data.values())) < BLANK_ROWS:
                rows.append_entry()
        self._offer_entry()
        for row in self.certificates:
            row.form.kind.offer(codes.choices("certificate", lang()))
            row.form.document_id.offer(documents, none=_("None yet"))
        for row in self.claims:
            row.form.link.offer(codes.choices("chain_link", lang()))
            row.form.label.offer(label_options(), none=_("None, or not in this list"))
            row.form.document_id.offer(documents, none=_("None yet"))
        if not len(self.footprints):
            self.footprints.append_entry()
        for row in self.footprints:
            row.form.boundary.offer([(word, _(label)) for word, label in BOUNDARIES.items()])
            row.form.standard.offer([(word, _(label)) for word, label in FOOTPRINTS.items()])

    def _offer_entry(self) -> None:
        """Set the choices of entry: the classes that the code leaves open, a line for each gate that is met, and one more."""
        today = clock.now().date()
        open_classes = [(rule.code, named(rule)) for rule in classes_to_choose(rulebook(), self.hs.data or "", today)]
        self.entry_class.offer(open_classes, none=_("Not said"))
        self.entry_audience.offer([(word, _(label)) for word, label in statements.AUDIENCES.items()], none=_("Buyers that we match with"))
        self.roads.choices = [(code, f"{code} · {mode_name(code)}") for code in import_roads()]
        spoken = {row.form.gate.data for row in self.entry}
        for gate in statements.wanted(self.hs.data or "", self.entry_class.data or "", today):
            if gate not in spoken and len(self.entry) < 24:
                self.entry.append_entry({"gate": gate})
        if len(self.entry) < 25 and all(row.form.gate.data for row in self.entry):
            self.entry.append_entry()
        names = [(name, statements.label(name, today)) for name in statements.gates(today)]
        for row in self.entry:
            row.form.gate.offer(names)
            row.form.state.offer([(word, _(label)) for word, label in statements.STATES.items()], none=_("Not said"))


class PictureForm(Form):
    picture = FileField(
        _l("Picture"), [FileRequired(_l("Choose a file."))],
        description=_l("JPEG, PNG or WebP, up to 8 MB. The first one stands on the card."))


def filled(product: Product) -> dict[str, Any]:
    """Return the data of the form over a product."""
    data = {name: getattr(product, name) for name in ProductForm.NAMES if name not in PARTS}
    return data | {
        "version": product.version,
        "certificates": [{name: str(getattr(row, name) or "") for name in CERTIFICATE} for row in product.certificates],
        "claims": [{name: str(getattr(row, name) or "") for name in CLAIM} for row in product.claims],
        "footprints": [{name: getattr(row, name) or "" for name in FOOTPRINT} for row in product.footprints],
        "entry": statements.rows(product.entry),
        "translations": {code: product.translations.get(code) or {} for code in TRANSLATED},
    }
