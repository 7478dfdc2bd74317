"""Rules of single values on product cards and demand sheets, written once for forms, imports and the demo.

A rule takes what was typed, read from a spreadsheet or already parsed, and returns the value to store: unknown is None, "" or
an empty list. It raises ``Invalid`` in words. ``check`` runs the rules of a whole sheet and collects all problems.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from babel import Locale

from ..errors import N_, Invalid
from ..trade import hs, places, roads
from .words import MONEY, UNITS, country_names, currencies, fold, labels, names

Rule = Callable[[Any], Any]
MOST = Decimal(10) ** 12
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_PLAIN = re.compile(r"[+-]?\d*\.?\d+(?:e[+-]?\d{1,3})?", re.IGNORECASE)
_ANY_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ][\d:.]+)?")
_CHINESE_POWERS = {"万": 4, "亿": 8}
_YES = {"yes", "y", "true", "1", "是", "有", "可"}
_NO = {"no", "n", "false", "0", "否", "无", "没有"}


class InvalidSheet(Invalid):
    """Several fields break a rule; ``problems`` are all of them, the first gives its words to the whole."""

    def __init__(self, problems: list[Invalid]):
        first = problems[0]
        super().__init__(first.message, field=first.field, **first.params)
        self.problems = problems


def check(rules: Mapping[str, Rule], fields: Mapping[str, Any]) -> tuple[dict[str, Any], list[Invalid]]:
    """Return (values to store, problems) of the given ``fields``; a field that has no rule is a mistake of the caller."""
    values, problems = {}, []
    for name, value in fields.items():
        try:
            values[name] = rules[name](value)
        except Invalid as problem:
            problem.field = name
            problems.append(problem)
    return values, problems


def clean(value: Any) -> str:
    """Return text without control characters, trimmed; None is empty."""
    return "" if value is None else _CONTROL.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n")).strip()


def line(limit: int) -> Rule:
    """Return the rule of a text in one line, of at most ``limit`` characters."""

    def rule(value: Any) -> str:
        return _short(" ".join(clean(value).split()), limit)

    return rule


def prose(limit: int) -> Rule:
    """Return the rule of a text with line breaks."""
    return lambda value: _short(clean(value), limit)


def title(value: Any) -> str:
    """Return the title in one line; the only thing a sheet cannot do without."""
    text = line(200)(value)
    if not any(char.isalnum() for char in text):
        raise Invalid(N_("A title is needed: a few words that say what it is."))
    return text


def _short(text: str, limit: int) -> str:
    if len(text) > limit:
        raise Invalid(N_("Use at most %(count)s characters; these are %(length)s."), count=limit, length=len(text))
    return text


def amount(value: Any) -> Decimal | None:
    """Return a quantity or a price: above 0, below 10^12, four decimals. Reads ``1,000``, ``12万``, ``0.5``."""
    if value is None or value == "":
        return None
    number = value if isinstance(value, Decimal) else _decimal(value)
    if number is None or not number.is_finite():
        raise Invalid(N_("“%(value)s” is not a number. Write it like 1,250.50."), value=str(value)[:40])
    if not 0 < number < MOST:
        raise Invalid(N_("Give a number above 0 and below 1,000,000,000,000."))
    rounded = number.quantize(Decimal("0.0001"))
    if not rounded:
        raise Invalid(N_("This number is too small: four decimals are kept."))
    return rounded


def _decimal(value: Any) -> Decimal | None:
    text = unicodedata.normalize("NFKC", str(value)).replace(" ", "").replace("\u00a0", "")
    power = _CHINESE_POWERS.get(text[-1:], 0)
    text = text[:-1] if power else text
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    elif not _PLAIN.fullmatch(text):
        return None
    try:
        return Decimal(text).scaleb(power)
    except InvalidOperation:
        return None


def split_quantity(value: Any) -> tuple[Any, str]:
    """Return (number, unit) of a cell like ``500 cartons`` or ``12万瓶``; the unit is empty where there is none."""
    text = unicodedata.normalize("NFKC", clean(value))
    found = re.fullmatch(r"(\d[\d,. ]*[万亿]?)\s*([^\W\d][\w.]*)?", text)
    return (found[1].strip(), found[2] or "") if found else (value, "")


def days(most: int) -> Rule:
    """Return the rule of a whole number of days from 1 to ``most``."""

    def rule(value: Any) -> int | None:
        number = amount(re.sub(r"\s*(days?|天|日)$", "", value, flags=re.IGNORECASE) if isinstance(value, str) else value)
        if number is None:
            return None
        if number != int(number) or number > most:
            raise Invalid(N_("Give a whole number of days, from 1 to %(most)s."), most=most)
        return int(number)

    return rule


def day(value: Any) -> date | None:
    """Return a day. Reads 2026-12-20, 2026/12/20 and 2026年12月20日."""
    if value is None or value == "":
        return None
    found = value.date() if isinstance(value, datetime) else value if isinstance(value, date) else _read_day(clean(value))
    if found is None or not FIRST_DAY <= found <= LAST_DAY:
        raise Invalid(N_("“%(value)s” is not a day. Write it like 2026-12-20."), value=str(value)[:40])
    return found


def _read_day(text: str) -> date | None:
    found = _ANY_DAY.fullmatch(unicodedata.normalize("NFKC", text))
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def yes_no(value: Any) -> bool | None:
    """Return True, False, or None for unknown."""
    if value is None or value == "" or isinstance(value, bool):
        return None if value == "" else value
    word = fold(str(value))
    if word in _YES | _NO:
        return word in _YES
    raise Invalid(N_("Answer with yes or no."))


def one_of(words: Mapping[str, Any] | tuple[str, ...]) -> Rule:
    """Return the rule of a choice among fixed words."""

    def rule(value: Any) -> str:
        text = clean(value)
        if text and text not in words:
            raise Invalid(N_("“%(value)s” is not among the choices."), value=text[:40])
        return text

    return rule


def code(kind: str) -> Rule:
    """Return the rule of a word of the vocabulary ``kind``, given as its code or by its name in either language."""

    def rule(value: Any) -> str:
        text = clean(value)
        found = names(kind).get(fold(text))
        if text and found is None:
            raise Invalid(N_("“%(value)s” is not among the choices."), value=text[:40])
        return found or ""

    return rule


def green_label(value: Any) -> str:
    """Return the code of a green label, given as such or by its name in either language."""
    text = clean(value)
    found = labels().get(fold(text))
    if text and found is None:
        raise Invalid(N_("“%(value)s” is no label that we know. Leave it open and write number, issuer and scope."), value=text[:40])
    return found or ""


def several(rule: Rule, most: int = 40) -> Rule:
    """Return the rule of a list of things, each of which obeys ``rule``; text is split at commas, semicolons and lines."""

    def all_of(value: Any) -> list[Any]:
        if isinstance(value, str):
            parts: list[Any] = re.split(r"[,;\uff0c\uff1b、/|\n]+", value)
        else:
            parts = list(value) if isinstance(value, Iterable) else [value]
        found = [rule(part) for part in parts if part not in (None, "") and str(part).strip()]
        if len(found) > most:
            raise Invalid(N_("At most %(count)s of them."), count=most)
        return list(dict.fromkeys(item for item in found if item))

    return all_of


def unit(value: Any) -> str:
    """Return the code of a unit; one that we do not know stays as it is written."""
    text = line(12)(value)
    return UNITS.get(fold(text)) or names("unit").get(fold(text)) or text


def currency(value: Any) -> str:
    """Return the ISO 4217 code of a currency in use."""
    text = clean(value)
    found = MONEY.get(text.casefold()) or text.upper()
    if text and found not in currencies():
        raise Invalid(N_("“%(value)s” is not a currency. Use its three letters, like USD, EUR or CNY."), value=text[:40])
    return found if text else ""


def hs_code(value: Any) -> str:
    """Return the digits of an HS code that can exist; empty is allowed."""
    text = clean(value)
    digits = hs.normalize_code(text)
    if text and not (digits and hs.is_valid(digits)):
        raise Invalid(N_("“%(value)s” is no HS code. Use 2 to 10 digits, or leave it empty."), value=text[:40])
    return digits


def country(value: Any) -> str:
    """Return the two letters of a country or region, given as such or by its name in either language."""
    text = clean(value)
    found = text.upper() if text.upper() in places.country_codes() else country_names().get(fold(text))
    if text and found is None:
        raise Invalid(N_("“%(value)s” is no country or region that we know. Its two letters work too, like CL."), value=text[:40])
    return found or ""


def language(value: Any) -> str:
    """Return the ISO code of a language."""
    text = clean(value).replace("_", "-").split("-")[0].lower()
    if text and text not in Locale("en").languages:
        raise Invalid(N_("“%(value)s” is no language that we know."), value=text[:40])
    return text[:8]


def road(value: Any) -> str:
    """Return the customs mode of an import; 9710 and 9810 are declared for exports only and refused in so many words."""
    text = clean(value)
    why = roads.why_not_import(text) if text else None
    if why == "export_only":
        raise Invalid(N_("%(code)s is an export mode; goods come in by 0110, 1210, 1239 or 9610."), code=text)
    if why:
        raise Invalid(N_("“%(value)s” is no customs mode for imports. Use 0110, 1210, 1239 or 9610."), value=text[:40])
    return text


def pairs(value: Any) -> list[list[str]]:
    """Return specifications as [name, value] pairs, from a mapping, from pairs, or from lines like ``calibre: JJ``."""
    if isinstance(value, str):
        parts = (part.strip() for part in re.split(r"[\n;\uff1b]+", clean(value)))
        value = [re.split(r"\s*[:\uff1a=]\s*", part, maxsplit=1) for part in parts if part]
    elif isinstance(value, Mapping):
        value = list(value.items())
    short = line(200)
    found = [[short(part) for part in (*pair, "")[:2]] for pair in value or []]
    if len(found) > 40:
        raise Invalid(N_("At most %(count)s of them."), count=40)
    return [pair for pair in found if any(pair)]


def rows(rules: Mapping[str, Rule], *, needs: str, most: int = 20) -> Rule:
    """Return the rule of a list of small records; those without ``needs`` are left out when empty and refused when not."""

    def rule(value: Any) -> list[dict[str, Any]]:
        found = []
        for row in value or []:
            record = {name: item(row.get(name)) for name, item in rules.items()}
            if record[needs]:
                found.append(record)
            elif any(record.values()):
                raise Invalid(N_("One line says something, but not of what kind."))
        if len(found) > most:
            raise Invalid(N_("At most %(count)s of them."), count=most)
        return found

    return rule


def translations(value: Any) -> dict[str, dict[str, str]]:
    """Return {"en": {"title": ..., "text": ...}}; languages without a word are left out."""
    found = {}
    for lang, texts in (value or {}).items():
        record = {"title": line(200)(texts.get("title")), "text": prose(8000)(texts.get("text"))}
        if any(record.values()):
            found[language(lang)] = record
    return found


def in_order(values: Mapping[str, Any], low: str, high: str, message: str) -> list[Invalid]:
    """Return a problem when both ends are known and the low one is above the high one."""
    first, last = values.get(low), values.get(high)
    return [Invalid(message, field=high)] if first is not None and last is not None and first > last else []
