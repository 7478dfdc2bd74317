"""Forms of the locker. They carry text; ``rules`` read it."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField

from ..errors import Invalid
from ..i18n import lang
from ..sheets import rules as sheet
from ..sheets.forms import Pick, SheetForm
from ..trade.places import language_choices
from ..web.forms import Form
from . import kinds, queries, rules
from .models import Document


class DetailsForm(SheetForm):
    """What is said of a document."""

    NAMES = ("kind", "number", "issuer", "issued_on", "valid_from", "expires_on", "endless", "scope", "lang")

    version = HiddenField()
    kind = Pick(_l("What it is"))
    number = StringField(_l("Number"))
    issuer = StringField(_l("Issuer"))
    issued_on = StringField(_l("Issued on"))
    valid_from = StringField(_l("Valid from"))
    expires_on = StringField(_l("Valid until"), description=_l("The last day. We tell you 90, 30 and 7 days before."))
    endless = BooleanField(_l("It has no last day"))
    scope = StringField(_l("Scope"), description=_l("What it covers, as it says: sites, products, activities."))
    lang = Pick(_l("Language of the document"))

    def offer(self) -> None:
        """Set the choices."""
        self.kind.offer(list(kinds.labels(lang()).items()))
        self.lang.offer(language_choices(lang()), _l("Not said"))


class FileForm(DetailsForm):
    """A file with what is said of it. The second field opens the camera of a phone; one of the two carries the file."""

    file = FileField(_l("File"), description=_l("PDF, JPEG, PNG or WebP, up to 10 MB. Drop it here or choose it."))
    photo = FileField(_l("Photograph it"))

    def uploaded(self) -> tuple[bytes, str]:
        """Return content and name of the file; empty where none was chosen."""
        for field in (self.file, self.photo):
            if field.data and getattr(field.data, "filename", ""):
                with field.data.stream:  # a large one lies in a file of the system's until it is closed
                    return field.data.read(), field.data.filename
        return b"", ""

    @property
    def is_sent(self) -> bool:
        """Whether a file came with the form: where something else is wrong, it is to be chosen again."""
        return any(getattr(field.data, "filename", "") for field in (self.file, self.photo))


class NewForm(FileForm):
    """A new document."""

    NAMES = (*DetailsForm.NAMES, "audience")

    product = Pick(_l("It stands for"))
    audience = RadioField(_l("Who may see it"), choices=[], validate_choice=False, default="named")

    def offer_for(self, company_id: int) -> None:
        """Set the choices of a company."""
        self.offer()
        self.product.offer([(str(ident), title) for ident, title in queries.products_of(company_id)], none=_("The whole company"))
        self.audience.choices = audiences()

    def product_id(self) -> int | None:
        """Return the chosen product; None for the whole company."""
        return number(self.product.data)


class AudienceForm(Form):
    """Who may see a document."""

    version = HiddenField()
    audience = RadioField(_l("Who may see it"), choices=[], validate_choice=False)


class ShareForm(Form):
    """A consent: to whom, until when."""

    company = Pick(_l("Company"))
    until = StringField(_l("Open until"), description=_l("The last day; empty: until you take it back."))

    def last_day(self) -> date | None:
        """Return the last day; raise ``Invalid`` for what is none."""
        try:
            return sheet.day(self.until.data)
        except Invalid as problem:
            raise Invalid(problem.message, field="until", **problem.params) from None


class AskForm(Form):
    """A request for a document."""

    kind = Pick(_l("Document"))
    note = StringField(_l("Note"), description=_l("What you need it for."))
    document = HiddenField()
    product = HiddenField()


class DeclineForm(Form):
    """The reason of a refusal."""

    reason = TextAreaField(_l("Reason"))


def audiences() -> list[tuple[str, Any]]:
    """Return the choices of who may see a document, in the reader's language."""
    return [(word, _(label)) for word, label in rules.AUDIENCES.items()]


def filled(document: Document) -> dict[str, Any]:
    """Return the data of a form over a document."""
    data = {name: getattr(document, name) for name in DetailsForm.NAMES}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in data.items()} | {"version": document.version}


def number(text: Any) -> int | None:
    """Return an id as posted; None for anything else."""
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 10 else None
