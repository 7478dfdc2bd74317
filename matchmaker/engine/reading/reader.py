"""From a few lines to the fields of a sheet."""
# ruff: noqa: E501  # tables of words in ten languages read better unbroken

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from .certificates import wanted
from .days import moments, window
from .money import budget, prices
from .origins import origins
from .products import offered
from .quantities import amounts, bought
from .records import Field, Reading, Span, over
from .source import Source
from .specifications import specifications
from .terms import terms
from .titles import title
from .ways import ways

_HS = re.compile(r"(?:hs(?:[ -]?codes?|编码)?|税则?号|海关编码|税号|тн вэд|商品编码)\s?[:#为是]?\s?(?P<code>\d{4}(?:\.?\d{2}(?:\.?\d{2,4})?)?)(?!\d)")


def read(text: str, *, kind: Literal["demand", "product"] = "demand", today: date, lang: str | None = None,
         countries: Mapping[str, str] | None = None) -> Reading:
    """Read the fields of a demand or of a product out of a pasted text. The text itself is never changed, and nothing is raised.

    ``today`` is the day from which relative days count. ``lang`` is detected when absent. ``countries`` adds names of countries
    ({folded name: two letters}) to those of CLDR. Only the first 8,000 characters are read.
    """
    source = Source(text, lang)
    if not source.raw.strip():
        return Reading((), source.lang)
    code = _HS.search(source.low)
    fields = [Field("hs", [(code["code"].replace(".", ""), 1.0)], "read", *code.span(), "explicit")] if code else []
    if code:
        source.blank([code.span()])
    found_days = moments(source, today)
    timed = window(source, today, found_days) if kind == "demand" else []
    source.blank([field.spans[0] for field in timed] + [moment.span for moment in found_days if moment.why != "days_from_today"])
    found_prices = prices(source)
    source.blank([price.span for price in found_prices])
    found_amounts = amounts(source)
    shared = [*fields, *terms(source), *origins(source, countries)]
    if kind == "product":
        rest = [*shared, *offered(source, found_prices, found_amounts)]
    else:
        amounts_bought = bought(source, found_amounts)
        unit = next((str(field.value) for field in amounts_bought if field.name == "unit"), "")
        rest = [*shared, *timed, *budget(found_prices, unit), *amounts_bought, *wanted(source), *ways(source)]
    taken: list[Span] = [amount.span for amount in found_amounts if amount.role != "pack"] + [span for field in rest for span in field.spans if field.name not in ("certificates", "channel", "origins_wanted", "unit")]
    specs = specifications(source, taken, [amount.span for amount in found_amounts if amount.role == "pack"])
    places = [span for field in rest if field.name in ("origins_wanted", "origins_excluded", "origin") for span in field.spans]
    plain = [span for field in specs for span in field.spans if any(char.isdigit() for char in source.raw[slice(*span)])]  # "frozen" stays in a title
    cut = plain + [span for field in rest if field.name not in ("certificates", "channel", "origins_wanted", "origin", "road") for span in field.spans]
    head = title(source, cut, places)
    specs = [kept for field in specs if (kept := _beside(field, head))]
    if kind == "product":
        rest = [_origin(field) if field.name == "origins_wanted" else field for field in rest if field.name != "origins_excluded"]
        specs = [Field("specs", field.value, field.state, field.start, field.end, field.why, field.also) for field in specs if field.name == "specs_must"]
    return Reading(tuple(_within(field, len(source.raw)) for field in (*head, *specs, *rest) if _sound(field)), source.lang)


def _beside(field: Field, head: list[Field]) -> Field | None:
    """Return specifications without those that the title says already; None when nothing is left."""
    pairs = [(value, span) for value, span in zip(field.value, field.spans, strict=False)
             if not any(one.start <= span[0] and span[1] <= one.end for one in head)]
    return over(field.name, [value for value, _span in pairs], [span for _value, span in pairs], field.state, field.why) if pairs else None


def _origin(field: Field) -> Field:
    """Return the one origin of a product; of several the first, as a guess."""
    one = len(field.value) == 1
    return Field("origin", field.value[0], field.state if one else "guessed", field.start, field.end, field.why if one else "first_of_several")


def _sound(field: Field) -> bool:
    """Tell whether a value can be stored: amounts above 0 and below 10^12."""
    return not isinstance(field.value, Decimal) or Decimal("0.0001") <= field.value < Decimal(10) ** 12


def _within(field: Field, length: int) -> Field:
    return field if field.end <= length else Field(field.name, field.value, field.state, min(field.start, length), length, field.why)
