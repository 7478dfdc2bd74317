"""What the data of a kind of rules must look like: the head of ``data/rules/<kind>.json``, read once for forms, API and tests.

A head names the kind in both languages, says what it is about, and lists its fields:
``{"name", "type", "en", "zh", "required"?, "options"?, "least"?, "most"?, "of"?}``. A field of type ``countries`` or ``days_by_country``
names origins that the rule concerns, one of type ``codes`` customs codes, ``ref`` and ``refs`` rules of the kinds ``of``; ``roads`` of the
head says by which customs modes it concerns goods at all. A field that no head lists is kept as it is.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from . import codes
from .hs import chapters, digits_of, headings
from .places import country_codes
from .rulebook import Rule, Rulebook
from .shipped import DATA, pick, read

ANY = "*"  # every code, every class


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field: a reason (the functions of ``TYPES`` name them), and what fills its words."""

    field: str
    reason: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind's data. ``options`` are (code, English, Chinese)."""

    name: str
    type: str
    en: str
    zh: str
    required: bool = False
    options: tuple[tuple[str, str, str], ...] = ()
    least: float | None = None
    most: float | None = None
    of: str = ""

    def label(self, lang: object) -> str:
        return pick(self.en, self.zh, lang)

    def choices(self, lang: object) -> list[tuple[str, str]]:
        return [(code, pick(en, zh, lang)) for code, en, zh in self.options]


@dataclass(frozen=True, slots=True)
class Schema:
    """A kind of rules: its names, what it is about, its fields, and the customs modes it concerns (empty: all)."""

    kind: str
    en: str
    zh: str
    about_en: str
    about_zh: str
    fields: tuple[Field, ...]
    roads: tuple[str, ...] = ()

    def label(self, lang: object) -> str:
        return pick(self.en, self.zh, lang)

    def about(self, lang: object) -> str:
        return pick(self.about_en, self.about_zh, lang)

    def faults(self, data: Mapping[str, Any], book: Rulebook) -> Iterator[Fault]:
        """Yield what is wrong with the data of a rule of ``book``; nothing when it is right."""
        for field in self.fields:
            value = data.get(field.name)
            if value in (None, "", [], {}):
                if field.required:
                    yield Fault(field.name, "missing")
            else:
                found = _refs(field, value, book) if field.of else TYPES[field.type](field, value)
                yield from (Fault(field.name, reason, said) for reason, said in found)


@cache
def schema(kind: str) -> Schema:
    """Return the schema of a kind; one whose file has no head is named by its code and has no fields. Raises KeyError."""
    if not (DATA / "rules" / f"{kind}.json").is_file():
        raise KeyError(kind)
    head = read(f"rules/{kind}")
    fields = tuple(
        Field(row["name"], row["type"], row["en"], row["zh"], row.get("required", False), tuple(map(tuple, row.get("options", ()))),
              row.get("least"), row.get("most"), row.get("of", ""))
        for row in head.get("fields", ()))
    return Schema(kind, head.get("en", kind), head.get("zh", kind), head.get("about_en", ""), head.get("about_zh", ""), fields,
                  tuple(head.get("roads", ())))


@dataclass(frozen=True, slots=True)
class Touch:
    """Which goods a rule concerns. None is no limit: origins (two-letter codes), customs codes (prefixes), roads (customs modes)."""

    origins: frozenset[str] | None = None
    codes: frozenset[str] | None = None
    roads: frozenset[str] | None = None

    def concerns(self, hs: str, origin: str) -> bool:
        """Tell whether goods of a customs code and an origin are concerned; goods that lack what is asked are not known to be."""
        by_origin = self.origins is None or origin in self.origins
        return by_origin and (self.codes is None or (bool(hs) and any(hs.startswith(code) or code.startswith(hs) for code in self.codes)))


def touch(book: Rulebook, *rules: Rule) -> Touch:
    """Return which goods several states of one rule concern together: those of before and those of after."""
    found = [_touch(book, rule) for rule in rules]
    return Touch(*(_together([getattr(one, name) for one in found]) for name in ("origins", "codes", "roads")))


def _touch(book: Rulebook, rule: Rule) -> Touch:
    """Return which goods a rule concerns; by a class of products it concerns the codes of that class."""
    kind = schema(rule.kind)
    origins: set[str] = set()
    prefixes: set[str] = set()
    for field in kind.fields:
        value = rule.data.get(field.name) or ()
        if field.type in ("countries", "days_by_country"):
            origins |= set(value)
        elif field.type == "codes":
            prefixes |= {code for code in value if code != ANY}
        elif field.of == "product_class":
            classes = [value] if isinstance(value, str) else value
            prefixes |= {code for name in classes for row in book.all(field.of) if row.code == name for code in row.data.get("hs", ())}
    return Touch(frozenset(origins) or None, frozenset(prefixes) or None, frozenset(kind.roads) or None)


def _together(several: list[frozenset[str] | None]) -> frozenset[str] | None:
    known = [one for one in several if one is not None]
    return frozenset().union(*known) if known and len(known) == len(several) else None


Reasons = Iterator[tuple[str, str]]


def _text(_field: Field, value: Any) -> Reasons:
    if not isinstance(value, str):
        yield "no_text", str(value)[:40]
    elif len(value) > 2000:
        yield "too_long", "2000"


def _texts(field: Field, value: Any) -> Reasons:
    if not isinstance(value, dict) or set(value) - {"en", "zh"} or not all(isinstance(text, str) for text in value.values()):
        yield "no_pair", str(value)[:40]
    elif not (value.get("en") and value.get("zh")):
        yield "one_language", ""


def _texts_list(field: Field, value: Any) -> Reasons:
    if not isinstance(value, list):
        yield "no_list", str(value)[:40]
    else:
        for one in value:
            yield from _texts(field, one)


def _number(field: Field, value: Any) -> Reasons:
    if isinstance(value, bool) or not isinstance(value, int | float) or (field.type == "integer" and value != int(value)):
        yield ("no_integer" if field.type == "integer" else "no_number"), str(value)[:40]
    elif (field.least is not None and value < field.least) or (field.most is not None and value > field.most):
        yield "out_of_range", f"{field.least:g}-{field.most:g}" if None not in (field.least, field.most) else str(value)


def _share(_field: Field, value: Any) -> Reasons:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        yield "no_share", str(value)[:40]


def _flag(_field: Field, value: Any) -> Reasons:
    if not isinstance(value, bool):
        yield "no_flag", str(value)[:40]


def _day(_field: Field, value: Any) -> Reasons:
    if not is_day(value):
        yield "no_day", str(value)[:40]


def _choice(field: Field, value: Any) -> Reasons:
    known = {code for code, *_names in field.options}
    for one in value if isinstance(value, list) else [value]:
        if one not in known:
            yield "no_choice", str(one)[:40]


def _words(_field: Field, value: Any) -> Reasons:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        yield "no_list", str(value)[:40]


def _refs(field: Field, value: Any, book: Rulebook) -> Reasons:
    """``of`` names kinds of rules or vocabularies, joined by commas."""
    known = {ANY}
    for kind in field.of.split(","):
        known |= set(codes.rows(kind)) if kind in codes.kinds() else {rule.code for rule in book.all(kind)}
    for one in value if isinstance(value, list) else [value]:
        if one not in known:
            yield "no_choice", str(one)[:40]


def _codes(_field: Field, value: Any) -> Reasons:
    for code in value if isinstance(value, list) else [value]:
        digits = digits_of(code) if isinstance(code, str) else ""
        known = digits == code and len(digits) <= 10 and (digits in chapters() or digits[:4] in headings())
        if not known and code != ANY:
            yield "no_code", str(code)[:40]


def _countries(_field: Field, value: Any) -> Reasons:
    for one in value if isinstance(value, list) else [value]:
        if one not in country_codes():
            yield "no_country", str(one)[:40]


def _days_by_country(field: Field, value: Any) -> Reasons:
    if not isinstance(value, dict):
        yield "no_list", str(value)[:40]
        return
    yield from _countries(field, list(value))
    for iso2, day in value.items():
        if day is not None and not is_day(day):
            yield "no_day", f"{iso2}: {day}"[:40]


def _anything(_field: Field, _value: Any) -> Reasons:
    yield from ()


TYPES: Mapping[str, Callable[[Field, Any], Reasons]] = {
    "text": _text, "texts": _texts, "texts_list": _texts_list, "integer": _number, "decimal": _number, "share": _share, "flag": _flag,
    "day": _day, "choice": _choice, "choices": _choice, "words": _words, "codes": _codes, "countries": _countries,
    "days_by_country": _days_by_country, "json": _anything,
}


def is_day(value: Any) -> bool:
    """Tell whether a value is a day as the files write it: 2026-06-01."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
