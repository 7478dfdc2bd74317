"""The data of a rule as people type it: one text for each field, the same that a form shows."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from ..trade.schema import Fault, Field, is_day

BOTH = "|"  # stands between English and Chinese in a line
UNKNOWN = "?"  # a day that is not known


def as_text(field: Field, value: Any) -> str:
    """Return the text that stands in a form for a value; of a pair of texts see ``as_pair``."""
    if value is None or value == "":
        return ""
    return _WRITE.get(field.type, _plain)(value)


def from_text(field: Field, text: str) -> Any:
    """Return the value of a text; None when it is empty. Raises ``ValueError`` with a ``Fault`` for what cannot be read at all.

    What can be read but does not fit (a number out of range) is left to the schema.
    """
    text = text.strip()
    if not text:
        return None
    try:
        return _READ.get(field.type, str)(text)
    except ValueError as error:
        value = str(error) if field.type == "json" else text[:40]
        raise ValueError(Fault(field.name, _REASON.get(field.type, "no_text"), value)) from error


def _plain(value: Any) -> str:
    return str(value)


def _number(value: float) -> str:
    return f"{value:.10f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _share(value: float) -> str:
    return f"{_number(round(float(value) * 100, 8))}%"


def _texts_list(value: list[Mapping[str, str]]) -> str:
    return "\n".join(f"{one['en']} {BOTH} {one['zh']}" for one in value)


def _days(value: Mapping[str, str | None]) -> str:
    return "\n".join(f"{iso2} {day or UNKNOWN}" for iso2, day in value.items())


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _list(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,;，；、]+", text) if part]


def _read_number(text: str) -> float | int:
    number = float(text.replace(",", ""))
    return int(number) if number.is_integer() else number


def _read_share(text: str) -> float:
    text = text.replace("％", "%").strip()
    return round(float(text[:-1]) / 100, 10) if text.endswith("%") else float(text)


def _read_texts_list(text: str) -> list[dict[str, str]]:
    pairs = [line.replace("｜", BOTH).partition(BOTH) for line in _lines(text)]
    return [{"en": en.strip(), "zh": zh.strip()} for en, _mark, zh in pairs]


def _read_days(text: str) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for line in _lines(text):
        iso2, _space, day = line.partition(" ")
        if day.strip() != UNKNOWN and not is_day(day.strip()):
            raise ValueError(line)
        found[iso2.upper()] = None if day.strip() == UNKNOWN else day.strip()
    return found


_WRITE: Mapping[str, Callable[[Any], str]] = {
    "integer": _number, "decimal": _number, "share": _share, "texts_list": _texts_list, "words": "\n".join, "days_by_country": _days,
    "codes": " ".join, "countries": " ".join, "refs": " ".join, "choices": " ".join,
    "json": lambda value: json.dumps(value, ensure_ascii=False, indent=1),
}
_READ: Mapping[str, Callable[[str], Any]] = {
    "integer": _read_number, "decimal": _read_number, "share": _read_share, "texts_list": _read_texts_list, "words": _lines,
    "days_by_country": _read_days, "codes": lambda text: [code.replace(".", "") for code in _list(text)],
    "countries": lambda text: [iso2.upper() for iso2 in _list(text)], "refs": _list, "choices": _list, "json": json.loads,
}
_REASON: Mapping[str, str] = {
    "integer": "no_integer", "decimal": "no_number", "share": "no_share", "days_by_country": "no_days", "json": "no_json"}
