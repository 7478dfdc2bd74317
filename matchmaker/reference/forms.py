"""The upload of official tables, and the forms of rules: one for each kind, made from its schema."""

from collections.abc import Collection, Iterator
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.fields.core import Field as WtField
from wtforms.validators import Length, Optional, Regexp
from wtforms.widgets import HiddenInput

from ..errors import Invalid, Problem
from ..i18n import lang
from ..trade.rulebook import Rule
from ..trade.schema import Field, Schema
from ..web.forms import Form, required
from .actions import Values, faults
from .columns import KINDS, Numbers
from .lines import Defaults
from .words import said
from .writing import as_text, from_text

DATA = "data_"  # before the name of a field of the data, so that it cannot be one of the rule's own
TALL = ("texts_list", "words", "days_by_country", "json", "codes", "countries", "refs")
HINTS = {
    "texts_list": _l("A line each: English | Chinese."), "words": _l("A line each."),
    "days_by_country": _l("A line for each country: CL 2006-10-01. A question mark for a day that is not known."),
    "countries": _l("Two-letter codes, like CL PE."), "codes": _l("The first digits of customs codes, like 2204 0809."),
    "share": _l("A percentage, or a number from 0 to 1."),
    "refs": _l("Codes, separated by spaces."), "ref": _l("A code."), "json": _l("As JSON.")}


class LoadForm(Form):
    file = FileField(
        _l("List"), [FileRequired(_l("Choose a file."))],
        description=_l("CSV or xlsx, up to 25,000 rows: a column of codes, and descriptions in English, Chinese or both."))
    edition = StringField(
        _l("Name of the edition"), [required(), Length(max=80)],
        description=_l("How people here call it, like “Tariff 2026”."))
    source = StringField(_l("Source"), [Length(max=200)], description=_l("The office that publishes it. Empty: the name of the file."))
    valid_from = DateField(_l("Valid from"), [Optional()])


TABLES = (
    ("duty", _l("Duties: MFN, provisional, agreements, preferences, quotas, additional, anti-dumping")),
    ("tax", _l("VAT and consumption tax")),
    ("positive", _l("Positive list of cross-border retail imports")), ("exchange", _l("Exchange rates")),
    ("catalogue", _l("Entry catalogue: codes that need a recommendation, CCC or a licence")))
NUMBERS = (("auto", _l("What the column says, else what its numbers show")), ("percent", _l("Percentages: 14 is fourteen in a hundred")),
           ("fraction", _l("Parts of one: 0.14 is fourteen in a hundred")))


class TableForm(Form):
    kind = RadioField(_l("What the table holds"), [required()], choices=[SelectChoice(*one) for one in TABLES], default="duty")
    file = FileField(
        _l("File"), [FileRequired(_l("Choose a file."))],
        description=_l("CSV or xlsx. Column names in English or Chinese; titles above them are skipped."))
    edition = StringField(
        _l("Name of the edition"), [required(), Length(max=80)], description=_l("How people here call it, like “Tariff 2026”."))
    part = StringField(
        _l("Part"), [required(), Length(max=60)],
        description=_l("In use it replaces the table of the same kind and part, and stands beside all others: like “MFN 2026”."))
    source = StringField(_l("Source"), [Length(max=200)], description=_l("The office that publishes it. Empty: the name of the file."))
    valid_from = DateField(_l("Valid from"), [Optional()], description=_l("For rows that name no day of their own."))
    valid_to = DateField(_l("Valid to"), [Optional()])
    numbers = SelectField(_l("Numbers without a percent sign"), choices=[SelectChoice(*one) for one in NUMBERS], default="auto")
    basis = SelectField(
        _l("Rates without a named basis are"), choices=[SelectChoice(value, value or "—") for value in ("", *sorted(KINDS["duty"]))],
        default="", description=_l("For tables with one column of rates."))
    scheme = StringField(
        _l("Agreement or catalogue of the whole table"), [Length(max=60)],
        description=_l("For tables that do not name it: like RCEP, or CCC."))
    origin = StringField(_l("Origin of the whole table"), [Length(max=2)], description=_l("Two letters, for additional duties: like US."))
    verified = BooleanField(_l("I compared this with the official publication"))

    def defaults(self) -> Defaults:
        """Return what the form says of rows that say nothing."""
        numbers: Numbers = self.numbers.data or "auto"
        return Defaults(self.basis.data or "", self.scheme.data or "", (self.origin.data or "").upper(), numbers)


class RuleForm(Form):
    """What every rule says; ``form_of`` adds the fields of a kind's data."""

    schema: ClassVar[Schema]

    based_on = IntegerField(widget=HiddenInput(), default=0)
    code = StringField(_l("Code"), [Optional(), Regexp(r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,59}$")])
    en = StringField(_l("Name in English"), [required(), Length(max=300)])
    zh = StringField(_l("Name in Chinese"), [required(), Length(max=300)])
    valid_from = DateField(_l("Valid from"), [Optional()])
    valid_to = DateField(_l("Valid to"), [Optional()], description=_l("The last day on which it holds. Empty: no such day is known."))
    source = StringField(
        _l("Source"), [required(), Length(max=300)], description=_l("The notice, its number and day, so that others can find it."))
    verified = BooleanField(_l("I compared this with the official text"))
    note = StringField(_l("Why it is changed"), [required(), Length(max=500)])

    def data_fields(self) -> Iterator[tuple[Field, list[WtField]]]:
        """Yield the fields of the data with their controls: two for a pair of texts."""
        for field in self.schema.fields:
            names = [f"{DATA}{field.name}_en", f"{DATA}{field.name}_zh"] if field.type == "texts" else [DATA + field.name]
            yield field, [self[name] for name in names]

    def fill(self, rule: Rule, number: int) -> None:
        """Show what a rule says; ``number`` is the revision that is shown."""
        self.based_on.data, self.code.data = number, rule.code
        self.en.data, self.zh.data, self.verified.data = rule.en, rule.zh, rule.verified
        self.valid_from.data, self.valid_to.data, self.source.data = rule.valid_from, rule.valid_to, rule.source
        for field, controls in self.data_fields():
            value = rule.data.get(field.name)
            if field.type == "texts":
                controls[0].data, controls[1].data = (value or {}).get("en", ""), (value or {}).get("zh", "")
            else:
                controls[0].data = value if field.type in ("flag", "choice", "choices") else as_text(field, value)

    def values(self, beside: Rule | None = None) -> Values:
        """Return what the form says; raise ``Invalid`` at its field. What the kind does not list is kept as ``beside`` has it."""
        known = {field.name for field in self.schema.fields}
        data = {name: value for name, value in (beside.data if beside else {}).items() if name not in known}
        for field, controls in self.data_fields():
            value = self._value(field, controls)
            if value not in (None, "", [], {}) and not (value is False and field.name not in (beside.data if beside else {})):
                data[field.name] = value
        return Values(self.en.data or "", self.zh.data or "", data, self.valid_from.data, self.valid_to.data, self.source.data or "",
                      bool(self.verified.data))

    def refuse(self, problem: Problem, told: Collection[str | None] = ()) -> None:
        """Show ``problem`` at its field, also when that is one of the data; not where something is ``told`` already."""
        names = {field.name: controls[0].short_name for field, controls in self.data_fields()}
        problem.field = names.get(problem.field or "", problem.field)
        if problem.field not in told:
            super().refuse(problem)

    def is_sound(self, beside: Rule | None = None) -> bool:
        """Tell whether the form was sent and nothing in it is wrong; every fault stands at its field, once."""
        if not self.is_submitted():
            return False
        self.validate()
        try:
            found = list(faults(self.schema.kind, self.values(beside)))
        except Invalid as problem:
            found = [problem]
        told = set(self.errors)
        for problem in found:
            self.refuse(problem, told)
        return not self.errors

    def _value(self, field: Field, controls: list[WtField]) -> Any:
        if field.type == "texts":
            pair = {"en": (controls[0].data or "").strip(), "zh": (controls[1].data or "").strip()}
            return pair if any(pair.values()) else None
        if field.type in ("flag", "choice", "choices"):
            return controls[0].data
        try:
            return from_text(field, controls[0].data or "")
        except ValueError as error:
            fault = error.args[0]
            raise Invalid(said(fault), field=fault.field, value=fault.value) from error


def form_of(schema: Schema) -> type[RuleForm]:
    """Return the form of a kind of rules."""
    members: dict[str, Any] = {"schema": schema}
    for field in schema.fields:
        if field.type == "texts":
            members |= {f"{DATA}{field.name}_{code}": TextAreaField(
                _("%(name)s (%(language)s)", name=field.label(lang()), language=name), [Length(max=2000)])
                for code, name in (("en", _("English")), ("zh", _("Chinese")))}
        else:
            members[DATA + field.name] = _control(field)
    return type("RuleForm", (RuleForm,), members)


def _control(field: Field) -> Any:
    options = [SelectChoice(value, text) for value, text in field.choices(lang())]
    label, checks = field.label(lang()), [required()] if field.required else [Optional()]
    if field.type == "flag":
        return BooleanField(label)
    if field.type == "choice":
        return SelectField(label, choices=[SelectChoice("", "—"), *options], validate_choice=False)
    if field.type == "choices":
        return SelectMultipleField(label, choices=options, validate_choice=False)
    kind = TextAreaField if field.type in TALL or field.type == "text" else StringField
    return kind(label, checks, description=HINTS.get(field.type, ""))
