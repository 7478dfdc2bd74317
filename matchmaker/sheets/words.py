"""Words that people write for codes: units, currencies, countries and the entries of vocabularies, in English and Chinese."""

import re
import unicodedata
from functools import cache

from babel.core import get_global

from ..reference import queries as reference
from ..trade import codes, green, places

MONEY = {"rmb": "CNY", "¥": "CNY", "\uffe5": "CNY", "元": "CNY", "人民币": "CNY", "cnh": "CNY", "us$": "USD", "美元": "USD", "€": "EUR",
          "欧元": "EUR", "£": "GBP", "英镑": "GBP", "日元": "JPY"}
UNITS = {"pcs": "piece", "pc": "piece", "pieces": "piece", "个": "piece", "只": "piece", "台": "set", "sets": "set", "ctn": "carton",
          "ctns": "carton", "cartons": "carton", "bottles": "bottle", "bags": "bag", "boxes": "box", "pallets": "pallet", "kgs": "kg",
          "kilogram": "kg", "千克": "kg", "ton": "t", "tons": "t", "tonne": "t", "tonnes": "t", "mt": "t", "l": "litre", "liter": "litre",
          "liters": "litre", "litres": "litre", "20ft": "FCL20", "20gp": "FCL20", "40ft": "FCL40", "40hq": "FCL40"}
_OTHER_NAMES = {
    "chain_link": {"rd": "RND", "research": "RND", "procurement": "PROC", "purchasing": "PROC", "manufacturing": "MFG", "production": "MFG",
                   "logistics": "LOG", "marketing": "MKT", "packaging": "MKT", "disposal": "EOL", "recycling": "EOL",
                   "研发": "RND", "生产": "MFG", "制造": "MFG", "回收": "EOL", "废弃": "EOL"},
    "channel": {"ecommerce": "ecommerce", "foodservice": "food_service", "电商平台": "ecommerce", "超市": "supermarket"},
    "certificate": {"organic": "ORGANIC", "有机": "ORGANIC", "fairtrade": "FAIRTRADE", "rainforest": "RAINFOREST", "清真": "HALAL",
                    "other": "OTHER"},
}


def fold(text: str) -> str:
    """Return a word without case, spaces and marks."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


@cache
def names(kind: str) -> dict[str, str]:
    """Return {folded code or name: code} of a vocabulary."""
    found: dict[str, str] = {}
    for entry in codes.rows(kind).values():
        plural = str(entry.more.get("en_plural", entry.en))
        for name in (entry.code, entry.en, entry.zh, plural):
            found.setdefault(fold(name), entry.code)
    return _OTHER_NAMES.get(kind, {}) | found


_labels: dict[str, dict[str, str]] = {}  # {version of the rulebook: names}, of the last one that was asked for


def labels() -> dict[str, str]:
    """Return {folded code or name: code} of the green labels, as organizers correct and add them."""
    book = reference.rulebook()
    if book.version not in _labels:
        _labels.clear()
        _labels[book.version] = {fold(name): rule.code for rule in book.all(green.LABEL) for name in (rule.zh, rule.en, rule.code)}
    return _labels[book.version]


@cache
def country_names() -> dict[str, str]:
    """Return {folded name in English or Chinese: two letters}."""
    found = {}
    for iso2 in sorted(places.country_codes()):
        for locale in ("en", "zh"):
            found[fold(places.country_name(iso2, locale))] = iso2
    return found | {"usa": "US", "uk": "GB", "uae": "AE", "southkorea": "KR", "korea": "KR", "vietnam": "VN", "czechrepublic": "CZ"}


@cache
def currencies() -> frozenset[str]:
    """The currencies that are tender somewhere today."""
    return frozenset(
        code for uses in get_global("territory_currencies").values() for code, _first, last, tender in uses if last is None and tender)
