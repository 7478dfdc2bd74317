"""Reasons and gaps in words: one table from the engine's codes to sentences in the reader's language.

A sentence is neutral: it reads the same for both sides. Parameters come from the stored JSON (see ``load.plain``).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from .. import i18n
from ..errors import N_
from ..trade import codes, hs
from ..trade import expos as series
from ..trade.roads import road_label

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence; ``good`` tells whether it speaks for the match."""

    text: str
    good: bool
    code: str


def say(reasons: Sequence[Mapping[str, Any]], gaps: Sequence[Mapping[str, Any]], expo_series: str = "") -> tuple[list[str], list[str]]:
    """Return the sentences that speak for a match, and those of gaps and of what speaks against it."""
    said = told(reasons, gaps, expo_series)
    return [one.text for one in said if one.good], [one.text for one in said if not one.good]


def told(reasons: Sequence[Mapping[str, Any]], gaps: Sequence[Mapping[str, Any]], expo_series: str = "") -> list[Said]:
    """Return all sentences: reasons in their stored order, the shared words behind the text's, then gaps. Unknown codes are left out."""
    ordered = sorted(reasons, key=lambda item: (item["code"] in _LATE, -_weight(item)))
    for_it = [Said(text, _is_good(item), item["code"]) for item in ordered if (text := reason(item["code"], item["params"], expo_series))]
    return for_it + [Said(text, False, item["code"]) for item in gaps if (text := gap(item["code"], item["params"]))]


def _is_good(item: Mapping[str, Any]) -> bool:
    """A text that is near enough to be shown speaks for the match, whatever its share of the score."""
    return _weight(item) >= 0 or (item["code"] == "text" and item["params"].get("nearness") != "far")


def _weight(item: Mapping[str, Any]) -> float:
    """Both sides' mean: what lists of reasons are ordered by."""
    return sum(item["weights"]) / 2


def label(code: str) -> str:
    """Return the name of a reason or gap in a word or two; that of another version has a general one."""
    name = LABELS.get(code)
    return _(name) if name else _("Something else")


def reason(code: str, params: Params, expo_series: str = "") -> str:
    """Return the sentence of a reason; empty for a code of another version."""
    sentence = REASONS.get(code)
    return sentence(params, expo_series) if sentence else ""


def gap(code: str, params: Params) -> str:
    """Return the sentence of a gap; empty for a code of another version."""
    sentence = GAPS.get(code)
    return sentence(params, "") if sentence else ""


def amount(value: Any, unit: str) -> str:
    """Return an amount with its unit, like 500 cartons or 2 × 40 ft containers; unknown is empty."""
    if value is None:
        return ""
    figure = Decimal(str(value)).normalize()
    words = codes.unit_label(unit, figure, i18n.lang()) if unit else ""
    between = "" if not words else " × " if words[0].isdigit() else "" if i18n.is_chinese() else " "
    return f"{i18n.number(figure)}{between}{words}"


def dotted(code: str) -> str:
    """Return a customs code as people write it: 0809.29."""
    return ".".join(filter(None, (code[:4], code[4:6], code[6:])))


def price(value: Any, currency: str, unit: str = "", incoterm: str = "") -> str:
    """Return a price like US$41.00 per carton, CIF."""
    text = i18n.money(Decimal(str(value)), currency)
    if unit:
        text = _("%(price)s per %(unit)s", price=text, unit=codes.unit_label(unit, 1, i18n.lang()))
    return f"{text}, {incoterm}" if incoterm else text


def section(code: str, expo_series: str) -> str:
    """Return the name of a section; its code where the expo has no such section among the shipped ones."""
    found = series.series(expo_series).section(code) if expo_series in {one.code for one in series.expo_series()} else None
    return found.name.label(i18n.lang()) if found else code


def _list(texts: Iterable[str]) -> str:
    return _(", ").join(texts)


def _day(value: str) -> str:
    return i18n.day(date.fromisoformat(value))


def _kinds(kinds: Iterable[str]) -> str:
    return _list(codes.label("certificate", kind, i18n.lang()) for kind in kinds)


def _roads(roads: Iterable[str]) -> str:
    return _list(road_label(road, i18n.lang()) for road in roads)


def _text(params: Params, _series: str) -> str:
    return {
        "strong": _("Both texts describe the same product"), "good": _("The texts describe closely related products"),
        "possible": _("The texts are about similar goods"),
    }.get(params.get("nearness", ""), _("The texts themselves have little in common"))


def _words(params: Params, _series: str) -> str:
    pairs = [left if left.lower() == right.lower() else f"{left} = {right}" for left, right in params["words"]]
    return _("Both say: %(words)s", words=_list(pairs))


def _hs(params: Params, _series: str) -> str:
    name = hs.label(params["code"], i18n.lang()) or ""
    if params["digits"] >= 4:
        return _("Same customs heading %(code)s: %(name)s", code=dotted(params["code"]), name=name)
    return _("Same customs chapter %(code)s: %(name)s", code=params["code"], name=name)


def _hs_other(params: Params, _series: str) -> str:
    return _("Another customs chapter: %(offered)s, wanted is %(wanted)s", offered=params["offered"][:4], wanted=params["wanted"][:4])


def _section(params: Params, expo_series: str) -> str:
    return _("Same section: %(name)s", name=section(params["section"], expo_series))


def _section_other(params: Params, expo_series: str) -> str:
    return _("Another section: %(name)s", name=section(params["section"], expo_series))


def _origin(params: Params, _series: str) -> str:
    return _("Origin as wanted: %(country)s", country=i18n.territory(params["country"]))


def _origin_other(params: Params, _series: str) -> str:
    return _("Origin %(country)s; wanted: %(wanted)s", country=i18n.territory(params["country"]),
             wanted=_list(i18n.territory(code) for code in params["wanted"]))


def _certificate(params: Params, _series: str) -> str:
    return _("Certificates asked for are listed: %(kinds)s", kinds=_kinds(params["kinds"]))


def _language(params: Params, _series: str) -> str:
    return _("Shared language: %(languages)s", languages=_list(i18n.language(code) for code in params["languages"]))


def _price(params: Params, _series: str) -> str:
    return _("The price %(price)s is within the budget",
             price=price(params["price"], params["currency"], params["unit"], params["incoterm"]))


def _price_gap(params: Params, _series: str) -> str:
    return _("The price %(price)s is above the budget of the buyer",
             price=price(params["price"], params["currency"], params["unit"], params["incoterm"]))


def _quantity(params: Params, _series: str) -> str:
    return _("The first order of %(wanted)s reaches the minimum of %(minimum)s",
             wanted=amount(params["wanted"], params["wanted_unit"]), minimum=amount(params["minimum"], params["unit"]))


def _quantity_gap(params: Params, _series: str) -> str:
    return _("The minimum order is %(minimum)s, the first order %(wanted)s",
             wanted=amount(params["wanted"], params["wanted_unit"]), minimum=amount(params["minimum"], params["unit"]))


def _capacity(params: Params, _series: str) -> str:
    return _("The capacity of %(monthly)s a month covers the yearly need of %(wanted)s",
             wanted=amount(params["wanted"], params["wanted_unit"]), monthly=amount(params["monthly"], params["unit"]))


def _capacity_gap(params: Params, _series: str) -> str:
    return _("The yearly need of %(wanted)s is above the capacity of %(monthly)s a month",
             wanted=amount(params["wanted"], params["wanted_unit"]), monthly=amount(params["monthly"], params["unit"]))


def _window(params: Params, _series: str) -> str:
    return _("Ready by %(ready)s, needed by %(needed)s; transport is not counted",
             ready=_day(params["ready_on"]), needed=_day(params["needed_by"]))


def _window_gap(params: Params, _series: str) -> str:
    return _("Ready on %(ready)s at the earliest, needed by %(needed)s", ready=_day(params["ready_on"]), needed=_day(params["needed_by"]))


def _road(params: Params, _series: str) -> str:
    return _("Road to market in common: %(roads)s", roads=_roads(params["roads"]))


def _road_gap(params: Params, _series: str) -> str:
    return _("Offered for %(offered)s, wanted for %(wanted)s", offered=_roads(params["offered"]), wanted=_roads(params["wanted"]))


def _certificate_missing(params: Params, _series: str) -> str:
    return _("Certificates asked for are not listed: %(kinds)s", kinds=_kinds(params["kinds"]))


def _certificate_expires(params: Params, _series: str) -> str:
    return _("%(kind)s ends on %(day)s, needed until %(needed)s", kind=_kinds([params["kind"]]), day=_day(params["expires_on"]),
             needed=_day(params["needed_until"]))


def _specification(params: Params, _series: str) -> str:
    return _("As specified: %(items)s", items=_list(" ".join(filter(None, item)) for item in params["met"]))


def _specification_missing(params: Params, _series: str) -> str:
    return _("Specified otherwise: %(items)s", items=_list(" ".join(filter(None, item)) for item in params["missing"]))


def _language_other(params: Params, _series: str) -> str:
    return _("Languages at the booth: %(spoken)s; asked for: %(wanted)s", spoken=_list(i18n.language(code) for code in params["languages"]),
             wanted=_list(i18n.language(code) for code in params["wanted"]))


def _taste(params: Params, _series: str) -> str:
    """What the reader's own company did before; the other side's is never told (see ``told``)."""
    counts = {"refused": params["refused"], "accepted": params["accepted"]}
    if not params["refused"] and params["trait"] in ("origin", "product"):
        what = i18n.territory(params["what"]) if params["trait"] == "origin" else dotted(str(params["what"]))
        return _("You accepted %(accepted)s of this kind before: %(what)s", accepted=params["accepted"], what=what)
    match params["trait"]:
        case "origin":
            return _("Origin %(country)s: you turned down %(refused)s and accepted %(accepted)s before",
                     country=i18n.territory(params["what"]), **counts)
        case "product":
            return _("Customs heading %(code)s: you turned down %(refused)s and accepted %(accepted)s before",
                     code=dotted(str(params["what"])), **counts)
    sentence = TASTES.get(params["trait"])
    return _(sentence, **counts) if sentence else ""


def value(field: str, stored: Params) -> str:
    """Return the value of a field as ``terms.to_json`` wrote it, in words; unknown is empty."""
    match stored["is"]:
        case "quantity":
            return amount(stored["amount"], stored["unit"])
        case "price":
            ends = [price(end, stored["currency"]) for end in (stored["low"], stored["high"]) if end is not None]
            unit = _("per %(unit)s", unit=codes.unit_label(stored["unit"], 1, i18n.lang())) if stored["unit"] else ""
            return " ".join(filter(None, (" – ".join(dict.fromkeys(ends)), unit)))
        case "days":
            return ngettext("%(num)s day", "%(num)s days", stored["days"])
        case "day":
            return _day(stored["day"])
        case "certificates":
            return _kinds(kind for kind, _until in stored["list"])
        case "codes":
            return _roads(stored["list"]) if field == "roads" else _kinds(stored["list"])
    return ""


def change(side: str, field: str, stored: Params) -> str:
    """Return what a repair proposes: "minimum order 500 cartons"."""
    words, sentence = value(field, stored), CHANGES.get((side, field))
    if field == "certificates_must" and not words:
        return _("No certificate is a must")
    return sentence(words) if sentence else words


Sentence = Callable[[Params, str], str]
CHANGES: dict[tuple[str, str], Callable[[str], str]] = {
    ("supply", "moq"): lambda text: _("Minimum order %(value)s", value=text),
    ("supply", "price"): lambda text: _("Price %(value)s", value=text),
    ("supply", "lead_time_days"): lambda text: _("Lead time %(value)s", value=text),
    ("supply", "monthly_capacity"): lambda text: _("Capacity %(value)s a month", value=text),
    ("supply", "certificates"): lambda text: _("Certificates: %(value)s", value=text),
    ("supply", "roads"): lambda text: _("Road to market: %(value)s", value=text),
    ("demand", "roads"): lambda text: _("Road to market: %(value)s", value=text),
    ("demand", "certificates_must"): lambda text: _("Certificates asked for: %(value)s", value=text),
    ("demand", "quantity_first"): lambda text: _("First order %(value)s", value=text),
    ("demand", "quantity_year"): lambda text: _("Yearly need %(value)s", value=text),
    ("demand", "budget"): lambda text: _("Budget %(value)s", value=text),
    ("demand", "window_to"): lambda text: _("Delivery until %(value)s", value=text),
}
LABELS = {
    "text": N_("Same product"), "shared_words": N_("Words in common"), "hs": N_("Customs code"), "hs_other": N_("Customs code"),
    "section": N_("Section"), "section_other": N_("Section"), "specification": N_("Specification"),
    "specification_missing": N_("Specification"), "price": N_("Price"), "quantity": N_("First order"), "minimum_order": N_("Minimum order"),
    "capacity": N_("Capacity"), "window": N_("Delivery time"), "certificate": N_("Certificates"), "certificate_missing": N_("Certificates"),
    "certificate_expires": N_("Certificates"), "road": N_("Road to market"), "origin_wanted": N_("Origin"), "origin_other": N_("Origin"),
    "language": N_("Language"), "language_other": N_("Language"), "taste_buyer": N_("What you did before"),
    "taste_exhibitor": N_("What you did before"),
}
REASONS: dict[str, Sentence] = {
    "text": _text, "shared_words": _words, "hs": _hs, "hs_other": _hs_other, "section": _section, "section_other": _section_other,
    "origin_wanted": _origin, "origin_other": _origin_other, "certificate": _certificate, "language": _language, "price": _price,
    "quantity": _quantity, "window": _window, "road": _road, "specification": _specification, "capacity": _capacity,
    "language_other": _language_other, "taste_buyer": _taste, "taste_exhibitor": _taste,
}
GAPS: dict[str, Sentence] = {
    "price": _price_gap, "minimum_order": _quantity_gap, "capacity": _capacity_gap, "window": _window_gap, "road": _road_gap,
    "certificate_missing": _certificate_missing, "certificate_expires": _certificate_expires,
    "specification_missing": _specification_missing,
}
TASTES = {
    "company": N_("This company: you turned down %(refused)s before"), "price": N_("Such a price: you turned down %(refused)s before"),
    "quantity": N_("Such a quantity: you turned down %(refused)s before"),
    "certificates": N_("Missing certificates: you turned down %(refused)s before"),
    "lead_time": N_("Such a delivery time: you turned down %(refused)s before"),
}
_LATE = frozenset({"section", "section_other", "language", "language_other"})  # said by many pairs: behind what is special to this one
