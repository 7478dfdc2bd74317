"""Reasons and gaps in words: one table from the engine's codes to sentences in the reader's language.

A sentence is neutral: it reads the same for both sides. Parameters come from the stored JSON (see ``load.plain``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from .. import i18n
from ..errors import N_
from ..trade import hs
from . import phrases
from .phrases import Params


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


def _text(params: Params, _series: str) -> str:
    return {
        "strong": _("Both texts describe the same product"), "good": _("The texts describe closely related products"),
        "possible": _("The texts are about similar goods"),
    }.get(params.get("nearness", ""), _("The texts themselves have little in common"))


def _words(params: Params, _series: str) -> str:
    pairs = [left if left.lower() == right.lower() else f"{left} = {right}" for left, right in params["words"]]
    return _("Both say: %(words)s", words=phrases.listed(pairs))


def _hs(params: Params, _series: str) -> str:
    name = hs.label(params["code"], i18n.lang()) or ""
    if params["digits"] >= 4:
        return _("Same customs heading %(code)s: %(name)s", code=phrases.dotted(params["code"]), name=name)
    return _("Same customs chapter %(code)s: %(name)s", code=params["code"], name=name)


def _hs_other(params: Params, _series: str) -> str:
    return _("Another customs chapter: %(offered)s, wanted is %(wanted)s", offered=params["offered"][:4], wanted=params["wanted"][:4])


def _section(params: Params, expo_series: str) -> str:
    return _("Same section: %(name)s", name=phrases.section(params["section"], expo_series))


def _section_other(params: Params, expo_series: str) -> str:
    return _("Another section: %(name)s", name=phrases.section(params["section"], expo_series))


def _origin(params: Params, _series: str) -> str:
    return _("Origin as wanted: %(country)s", country=i18n.territory(params["country"]))


def _origin_other(params: Params, _series: str) -> str:
    return _("Origin %(country)s; wanted: %(wanted)s", country=i18n.territory(params["country"]),
             wanted=phrases.listed(i18n.territory(code) for code in params["wanted"]))


def _certificate(params: Params, _series: str) -> str:
    return _("Certificates asked for are listed: %(kinds)s", kinds=phrases.kinds(params["kinds"]))


def _language(params: Params, _series: str) -> str:
    return _("Shared language: %(languages)s", languages=phrases.listed(i18n.language(code) for code in params["languages"]))


def _converted(params: Params) -> dict[str, str]:
    """Both amounts in yuan at the border, where currencies or terms differ."""
    return {"price": phrases.price(params["price"], params["currency"], params["unit"], params["incoterm"] or ""),
            "worth": i18n.money(Decimal(params["worth"]), "CNY"), "budget": i18n.money(Decimal(params["budget_worth"]), "CNY")}


def _price(params: Params, _series: str) -> str:
    if params.get("converted"):
        return _("The price %(price)s is about %(worth)s at the border, within the budget of about %(budget)s there", **_converted(params))
    return _("The price %(price)s is within the budget",
             price=phrases.price(params["price"], params["currency"], params["unit"], params["incoterm"]))


def _price_gap(params: Params, _series: str) -> str:
    if params.get("converted"):
        return _("The price %(price)s is about %(worth)s at the border, above the budget of about %(budget)s there", **_converted(params))
    return _("The price %(price)s is above the budget of the buyer",
             price=phrases.price(params["price"], params["currency"], params["unit"], params["incoterm"]))


def _quantity(params: Params, _series: str) -> str:
    return _("The first order of %(wanted)s reaches the minimum of %(minimum)s",
             wanted=phrases.amount(params["wanted"], params["wanted_unit"]), minimum=phrases.amount(params["minimum"], params["unit"]))


def _quantity_gap(params: Params, _series: str) -> str:
    return _("The minimum order is %(minimum)s, the first order %(wanted)s",
             wanted=phrases.amount(params["wanted"], params["wanted_unit"]), minimum=phrases.amount(params["minimum"], params["unit"]))


def _capacity(params: Params, _series: str) -> str:
    return _("The capacity of %(monthly)s a month covers the yearly need of %(wanted)s",
             wanted=phrases.amount(params["wanted"], params["wanted_unit"]), monthly=phrases.amount(params["monthly"], params["unit"]))


def _capacity_gap(params: Params, _series: str) -> str:
    return _("The yearly need of %(wanted)s is above the capacity of %(monthly)s a month",
             wanted=phrases.amount(params["wanted"], params["wanted_unit"]), monthly=phrases.amount(params["monthly"], params["unit"]))


def _window(params: Params, _series: str) -> str:
    return _("Ready by %(ready)s, needed by %(needed)s; transport is not counted",
             ready=phrases.day(params["ready_on"]), needed=phrases.day(params["needed_by"]))


def _window_gap(params: Params, _series: str) -> str:
    return _("Ready on %(ready)s at the earliest, needed by %(needed)s",
             ready=phrases.day(params["ready_on"]), needed=phrases.day(params["needed_by"]))


def _road(params: Params, _series: str) -> str:
    return _("Road to market in common: %(roads)s", roads=phrases.roads(params["roads"]))


def _road_gap(params: Params, _series: str) -> str:
    return _("Offered for %(offered)s, wanted for %(wanted)s",
             offered=phrases.roads(params["offered"]), wanted=phrases.roads(params["wanted"]))


def _entry(params: Params, _series: str) -> str:
    return _("May be sold by %(road)s from %(ready)s, needed by %(needed)s", road=phrases.roads([params["road"]]),
             ready=phrases.day(params["ready_on"]), needed=phrases.day(params["needed_by"]))


def _entry_gap(params: Params, _series: str) -> str:
    return _("May be sold by %(road)s from %(ready)s at the earliest, needed by %(needed)s", road=phrases.roads([params["road"]]),
             ready=phrases.day(params["ready_on"]), needed=phrases.day(params["needed_by"]))


def _saving(params: Params, _series: str) -> str:
    return _("With proof of origin an agreement spares about %(share)s of the landed cost", share=i18n.percent(params["share"]))


def _evidence(params: Params, _series: str) -> str:
    return _("Green claims: %(held)s; asked for: %(asked)s", held=phrases.evidence(params["held"]), asked=phrases.evidence(params["asked"]))


def _certificate_missing(params: Params, _series: str) -> str:
    return _("Certificates asked for are not listed: %(kinds)s", kinds=phrases.kinds(params["kinds"]))


def _certificate_expires(params: Params, _series: str) -> str:
    return _("%(kind)s ends on %(day)s, needed until %(needed)s", kind=phrases.kinds([params["kind"]]),
             day=phrases.day(params["expires_on"]), needed=phrases.day(params["needed_until"]))


def _specification(params: Params, _series: str) -> str:
    return _("As specified: %(items)s", items=phrases.listed(" ".join(filter(None, item)) for item in params["met"]))


def _specification_missing(params: Params, _series: str) -> str:
    return _("Specified otherwise: %(items)s", items=phrases.listed(" ".join(filter(None, item)) for item in params["missing"]))


def _language_other(params: Params, _series: str) -> str:
    return _("Languages at the booth: %(spoken)s; asked for: %(wanted)s",
             spoken=phrases.listed(i18n.language(code) for code in params["languages"]),
             wanted=phrases.listed(i18n.language(code) for code in params["wanted"]))


def _taste(params: Params, _series: str) -> str:
    """What the reader's own company did before; the other side's is never told (see ``told``)."""
    counts = {"refused": params["refused"], "accepted": params["accepted"]}
    if not params["refused"] and params["trait"] in ("origin", "product"):
        what = i18n.territory(params["what"]) if params["trait"] == "origin" else phrases.dotted(str(params["what"]))
        return _("You accepted %(accepted)s of this kind before: %(what)s", accepted=params["accepted"], what=what)
    match params["trait"]:
        case "origin":
            return _("Origin %(country)s: you turned down %(refused)s and accepted %(accepted)s before",
                     country=i18n.territory(params["what"]), **counts)
        case "product":
            return _("Customs heading %(code)s: you turned down %(refused)s and accepted %(accepted)s before",
                     code=phrases.dotted(str(params["what"])), **counts)
    sentence = TASTES.get(params["trait"])
    return _(sentence, **counts) if sentence else ""


Sentence = Callable[[Params, str], str]
LABELS = {
    "text": N_("Same product"), "shared_words": N_("Words in common"), "hs": N_("Customs code"), "hs_other": N_("Customs code"),
    "section": N_("Section"), "section_other": N_("Section"), "specification": N_("Specification"),
    "specification_missing": N_("Specification"), "price": N_("Price"), "quantity": N_("First order"), "minimum_order": N_("Minimum order"),
    "capacity": N_("Capacity"), "window": N_("Delivery time"), "certificate": N_("Certificates"), "certificate_missing": N_("Certificates"),
    "certificate_expires": N_("Certificates"), "road": N_("Road to market"), "entry": N_("Market entry"),
    "saving": N_("Trade agreement"), "evidence": N_("Green evidence"), "origin_wanted": N_("Origin"), "origin_other": N_("Origin"),
    "language": N_("Language"), "language_other": N_("Language"), "taste_buyer": N_("What you did before"),
    "taste_exhibitor": N_("What you did before"),
}
REASONS: dict[str, Sentence] = {
    "text": _text, "shared_words": _words, "hs": _hs, "hs_other": _hs_other, "section": _section, "section_other": _section_other,
    "origin_wanted": _origin, "origin_other": _origin_other, "certificate": _certificate, "language": _language, "price": _price,
    "quantity": _quantity, "window": _window, "road": _road, "entry": _entry, "saving": _saving,
    "evidence": _evidence, "specification": _specification, "capacity": _capacity,
    "language_other": _language_other, "taste_buyer": _taste, "taste_exhibitor": _taste,
}
GAPS: dict[str, Sentence] = {
    "price": _price_gap, "minimum_order": _quantity_gap, "capacity": _capacity_gap, "window": _window_gap, "road": _road_gap,
    "entry": _entry_gap, "evidence": _evidence, "certificate_missing": _certificate_missing, "certificate_expires": _certificate_expires,
    "specification_missing": _specification_missing,
}
TASTES = {
    "company": N_("This company: you turned down %(refused)s before"), "price": N_("Such a price: you turned down %(refused)s before"),
    "quantity": N_("Such a quantity: you turned down %(refused)s before"),
    "certificates": N_("Missing certificates: you turned down %(refused)s before"),
    "lead_time": N_("Such a delivery time: you turned down %(refused)s before"),
}
_LATE = frozenset({"section", "section_other", "language", "language_other"})  # said by many pairs: behind what is special to this one
