"""Names of countries, regions and languages from CLDR, with an override table for territory names."""
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache

from babel import Locale

from .shipped import is_chinese, read

# What CLDR lists beside the 249 codes of ISO 3166-1: islands of others, unions, test entries.
_NOT_ISO = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})

#: Default of the setting: the first key is the start of a locale, the second a two-letter code.
TERRITORY_NAMES: Mapping[str, Mapping[str, str]] = {
    "zh": {"HK": "中国香港", "MO": "中国澳门", "TW": "中国台湾"},
}


def _locale(lang: object) -> Locale:
    """The CLDR locale of a language code; all Chinese is shown in simplified characters. Raises what ``Locale.parse`` does."""
    return _parsed("zh_Hans_CN" if is_chinese(lang) else str(lang).replace("-", "_"))


@lru_cache(maxsize=64)
def _parsed(identifier: str) -> Locale:
    return Locale.parse(identifier)


@cache
def country_codes() -> frozenset[str]:
    """The two-letter codes that a company, an origin or a destination may have."""
    codes = map(str, Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NOT_ISO


def country_name(iso2: str, locale: object, overrides: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """The name of a country or region for a reader; the code itself when it is not known.

    ``overrides`` replaces TERRITORY_NAMES: {start of the locale: {two-letter code: name}}.
    """
    cldr = _locale(locale)
    table = TERRITORY_NAMES if overrides is None else overrides
    for start, names in table.items():
        if str(cldr).startswith(start) and iso2 in names:
            return names[iso2]
    return str(cldr.territories.get(iso2, iso2))


def country_choices(
    locale: object, overrides: Mapping[str, Mapping[str, str]] | None = None
) -> list[tuple[str, str]]:
    """(code, name) pairs of all countries and regions, sorted for the reader."""
    pairs = [(code, country_name(code, locale, overrides)) for code in country_codes()]
    return sorted(pairs, key=lambda pair: _sort_key(pair[1], locale))


def language_codes() -> tuple[str, ...]:
    """The languages offered in pickers, the most asked for first."""
    return tuple(read("languages")["rows"])


def language_name(code: str, locale: object) -> str:
    """The name of a language for a reader; the code itself when it is not known."""
    return str(_locale(locale).languages.get(code, code))


def language_choices(locale: object) -> list[tuple[str, str]]:
    """(code, name) pairs of the languages offered in pickers, in their own order."""
    return [(code, language_name(code, locale)) for code in language_codes()]


def _sort_key(name: str, locale: object) -> bytes:
    """GB 18030 keeps common characters in pinyin order; elsewhere accents are folded (Åland beside Albania)."""
    if is_chinese(locale):
        return name.encode("gb18030")
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").lower()
