"""Small vocabularies in both languages: Incoterms, certificates, units, channels and so on.

One reader for all of them: ``data/codes.json`` maps a kind to its rows. The roads and export modes are picked from the customs modes of
``data/rules/mode.json``.
"""
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from .shipped import pick, read

_FIELDS = {"code", "en", "zh", "src", "verified"}
_MODES = {"import_road": lambda data: data["demand"], "export_mode": lambda data: data["direction"] == "export"}


@dataclass(frozen=True)
class Code:
    """One entry of a vocabulary. ``more`` holds what only this kind has (``sea_only``, ``group``, ``rank``...)."""

    code: str
    en: str
    zh: str
    src: str
    verified: bool
    more: Mapping[str, object]

    def label(self, lang: object) -> str:
        return pick(self.en, self.zh, lang)


def kinds() -> tuple[str, ...]:
    """The names of all vocabularies."""
    return (*read("codes"), *_MODES)


@cache
def rows(kind: str) -> Mapping[str, Code]:
    """The entries of one vocabulary by code, in the order to show them. Raises KeyError for an unknown kind."""
    return MappingProxyType({
        row["code"]: Code(
            row["code"], row["en"], row["zh"], row["src"], row.get("verified", True),
            MappingProxyType({key: value for key, value in row.items() if key not in _FIELDS}),
        )
        for row in _raw(kind)
    })


def _raw(kind: str) -> list[dict[str, Any]]:
    if kind not in _MODES:
        return list(read("codes")[kind])
    return [{key: value for key, value in row.items() if key != "data"} for row in read("rules/mode")["rows"] if _MODES[kind](row["data"])]


def is_known(kind: str, code: str | None) -> bool:
    """Whether ``code`` belongs to the vocabulary."""
    return code in rows(kind)


def label(kind: str, code: str | None, lang: object) -> str:
    """The name of a code for a reader; the code itself when it is not known, so that old rows stay readable."""
    entry = rows(kind).get(code or "")
    return entry.label(lang) if entry else (code or "")


def choices(kind: str, lang: object) -> list[tuple[str, str]]:
    """(code, name) pairs for a picker."""
    return [(entry.code, entry.label(lang)) for entry in rows(kind).values()]


def unit_label(code: str, quantity: object, lang: object) -> str:
    """A unit's name as it stands after a quantity: ``1 carton``, ``500 cartons``, ``500箱``."""
    entry = rows("unit").get(code)
    if entry is None:
        return code
    plural = entry.more.get("en_plural", entry.en) if quantity != 1 else entry.en
    return pick(str(plural), entry.zh, lang)


def is_sea_only(incoterm: str) -> bool:
    """Whether an Incoterm (2020) is meant for sea and inland waterway only, so that it needs a port."""
    entry = rows("incoterm").get(incoterm)
    return bool(entry and entry.more["sea_only"])


def green_rank(level: str | None) -> int:
    """How strong the evidence of a green level is: 0 unknown, 1 only claimed, 4 found in a public register."""
    entry = rows("green_level").get(level or "")
    return int(str(entry.more["rank"])) if entry else 0
