"""Fields that the forms of products and demands share. They carry text; the rules of the rooms read it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import Form as PlainForm
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from ..errors import Problem
from ..i18n import lang, territory
from ..reference import headings
from ..reference import queries as reference
from ..trade import codes
from ..trade.green import LABEL
from ..trade.places import country_codes, language_choices
from ..web.forms import Form

TRANSLATED = ("en", "zh")  # the languages of the readers


class Pick(SelectField):
    """A choice that may stay open: the first is empty. What is stored and no longer offered stays choosable."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any):
        super().__init__(label, validators, choices=[], validate_choice=False, **kwargs)

    def offer(self, choices: Sequence[tuple[str, Any]], none: Any = "—") -> None:
        """Set the choices."""
        present = self.data or ""
        extra = [] if not present or present in {value for value, _label in choices} else [(present, present)]
        self.choices = [("", none), *choices, *extra]


class Picks(SelectMultipleField):
    """Several of some choices."""

    def __init__(self, label: Any = None, **kwargs: Any):
        super().__init__(label, choices=[], validate_choice=False, **kwargs)


class Countries(StringField):
    """Countries and regions as text, names or two letters, separated by commas."""

    def process_data(self, value: Any) -> None:
        self.data = ", ".join(territory(code) for code in value) if value and not isinstance(value, str) else value


class HsField(StringField):
    """An HS code: what is typed, or the proposal that is chosen below it, a radio button of the same name."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        super().process_formdata([next((value for value in valuelist if value.strip()), "")] if valuelist else [])


class Lines(TextAreaField):
    """Specifications: a name and its value a line."""

    def process_data(self, value: Any) -> None:
        self.data = "\n".join(f"{name}: {said}" if said else name for name, said in value) if isinstance(value, list) else value


class Number(StringField):
    """A number as text: what is stored is shown without needless zeros."""

    def process_data(self, value: Any) -> None:
        self.data = format(value.normalize(), "f") if isinstance(value, Decimal) else "" if value is None else str(value)


class YesNo(Pick):
    """Yes, no, or unknown."""

    def process_data(self, value: Any) -> None:
        self.data = {True: "yes", False: "no"}.get(value, value or "")


class SheetForm(Form):
    """A form over a sheet: its fields are read by the room's rules, which find all problems at once."""

    NAMES: Sequence[str] = ()
    VOCABULARIES: Mapping[str, str] = {}

    def offer_words(self) -> None:
        """Set the choices of the vocabularies, countries, units and languages, in the reader's language."""
        for name, kind in self.VOCABULARIES.items():
            field, words = self[name], codes.choices(kind, lang())
            if kind == "incoterm":
                words = [(code, f"{code} · {label}") for code, label in words]
            field.offer(words) if isinstance(field, Pick) else setattr(field, "choices", words)
        if "lang" in self:
            self["lang"].offer(language_choices(lang()), _l("Detect from the text"))

    def hs_proposals(self) -> list[dict[str, str]]:
        """Return the headings proposed for the title while there is no code."""
        return [] if self["hs"].data else headings.proposed((self.title_field().data or "").strip().split("\n")[0])

    def title_field(self) -> Any:
        """Return the field that holds the title; the first line of a new demand's words."""
        return self["title"] if "title" in self else self["words"]

    def hs_unlisted(self) -> bool:
        """Tell whether the loaded nomenclature lacks the code: worth a look, no mistake."""
        return reference.is_unlisted(self["hs"].data)

    def fields(self) -> dict[str, Any]:
        """Return what the rules of the room read."""
        return {name: self[name].data for name in self.NAMES}

    def refuse(self, problem: Problem) -> None:
        """Show every problem of a sheet at its field."""
        for single in getattr(problem, "problems", None) or [problem]:
            super().refuse(single)


class ImportForm(Form):
    """Upload of a table."""

    file = FileField(
        _l("Table"), [FileRequired(_l("Choose a file."))],
        description=_l("CSV, xlsx, or a text file with one title a line; up to 5,000 rows."))
    expo = SelectField(_l("Expo"))
    publish = RadioField(_l("Rows without mistakes"), default="yes", choices=[
        SelectChoice("yes", _l("Publish them")), SelectChoice("no", _l("Keep them as drafts"))])


class VersionForm(Form):
    """A button on a sheet: the version that the reader had on screen."""

    version = HiddenField()


class HeadingForm(VersionForm):
    """The code of a company's sheet, as an organizer sets it."""

    hs = HsField(_l("HS code"), description=_l("Type a word or digits. The company is told."))

    @classmethod
    def over(cls, sheet: Any) -> Self:
        """Return the form over a sheet as it is shown first."""
        return cls(formdata=None, data={"version": sheet.version, "hs": sheet.hs})


class TranslationRow(PlainForm):
    """Title and text in one more language."""

    title = StringField(_l("Title"))
    text = TextAreaField(_l("Description"))


def label_options() -> list[tuple[str, str]]:
    """Return the green labels for a picker, in the reader's language."""
    return sorted(((rule.code, rule.label(lang())) for rule in reference.rulebook().all(LABEL)), key=lambda pair: pair[1].casefold())


def country_options() -> list[tuple[str, str]]:
    """Return all countries and regions for a picker, in the reader's language."""
    return sorted(((code, territory(code)) for code in country_codes()), key=lambda pair: _sort_key(pair[1]))


def _sort_key(name: str) -> bytes:
    """GB 18030 keeps common characters in pinyin order."""
    return name.encode("gb18030", "replace") if lang() == "zh" else name.casefold().encode()

