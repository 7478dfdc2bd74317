"""The transport estimate of a product as a page asks for it: what is given, what is assumed, and the chain in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from ..errors import N_
from ..i18n import lang, number
from ..trade import emissions
from ..trade.emissions import Element, Estimate, Leg, Place, Range
from ..trade.rulebook import Rulebook

MODES = {"sea": N_("by sea"), "air": N_("by air"), "rail": N_("by rail"), "road": N_("by road")}
ICONS = {"sea": "ship", "air": "plane", "rail": "train-front", "road": "truck"}
END = {"sea": "CNSHA", "air": "CNPVG", "rail": "CNXIY", "road": "CNURC"}  # where a chain ends unless somebody says otherwise
MOST_KG, MOST_KM, ONE_TONNE = 1e8, 5000.0, 1000.0
COLD_WORDS, COLD_DEGREES = ("frozen", "chilled", "cold", "冷", "冻"), 8


@dataclass(frozen=True, slots=True)
class Plan:
    """What is reckoned: mode, places, kilograms, cooled or not, kilometres by lorry before and after. ``stated``: the weight was given."""

    mode: str
    start: str
    end: str
    kg: float
    cold: bool
    before_km: float
    after_km: float
    stated: bool

    def legs(self) -> list[Leg]:
        """Return the chain: a lorry where kilometres are given, the main leg, a lorry again."""
        before = [Leg("road", km=self.before_km)] if self.before_km else []
        after = [Leg("road", km=self.after_km)] if self.after_km else []
        return [*before, Leg(self.mode, self.start, self.end), *after]


def plan_for(product: Any, given: Mapping[str, str]) -> Plan | None:
    """Return the plan for a product; what is not ``given`` is assumed from its origin, port, unit and storage. None: no place known."""
    mode = given.get("mode", "") if given.get("mode") in MODES else _mode_of(product)
    starts = {place.code: place for place in emissions.places_for(mode, china=False)} if mode else {}
    start = given.get("from", "") if given.get("from") in starts else _start(product, list(starts.values()))
    if not start:
        return None
    ends = {place.code for place in emissions.places_for(mode, china=True)}
    asked = _number(given.get("kg", ""), MOST_KG)
    own = _own_kg(product)
    return Plan(
        mode, start, given.get("to", "") if given.get("to") in ends else END[mode], asked or own or ONE_TONNE,
        given["cold"] == "yes" if "cold" in given else is_cold(product.storage),
        _number(given.get("before", ""), MOST_KM), _number(given.get("after", ""), MOST_KM), bool(asked or own))


def reckon(plan: Plan, rulebook: Rulebook, on: date) -> Estimate:
    """Return the estimate of a plan."""
    return emissions.estimate(plan.legs(), plan.kg / 1000, rulebook, on, cold=plan.cold)


def in_short(plan: Plan, found: Estimate) -> str:
    """Return the range for each kilogram of goods, like “0.11–0.47 kg CO₂e a kg by sea”; empty where it is unknown."""
    if found.each_kg is None:
        return ""
    return _("%(range)s kg CO₂e a kg %(mode)s", range=span(found.each_kg), mode=_(MODES[plan.mode]))


def span(found: Range) -> str:
    """Return a range in words, rounded outward to two significant figures."""
    rounded = found.rounded()
    return f"{number(rounded.low)}–{number(rounded.high)}"


@dataclass(frozen=True, slots=True)
class Line:
    """An element of the chain in words: ``how`` are distance and intensity, ``formula`` the reckoning."""

    icon: str
    name: str
    how: str
    kg: str
    formula: str
    verified: bool


def lines(plan: Plan, found: Estimate) -> list[Line]:
    """Return the elements of the chain in words."""
    return [_hub_line(plan, one) if one.is_hub else _leg_line(plan, one) for one in found.elements]


def _leg_line(plan: Plan, one: Element) -> Line:
    way, rule = one.distance, one.factor
    places = emissions.places()
    name = _("%(mode)s, %(start)s to %(end)s", mode=_capital(_(MODES[one.mode])), start=places[one.start].label(lang()),
             end=places[one.end].label(lang())) if one.start else _("Lorry, kilometres as given")
    parts = [_("%(km)s km", km=_whole(way.km))]
    parts += [_("straight %(km)s km", km=number(round(way.great_circle)))] if way.great_circle is not None else []
    parts += [_("Suez, or round the Cape")] if way.round_the_cape else []
    parts += [_("by the Panama Canal")] if "panama" in way.passages else []
    parts += [_("%(range)s g/t-km", range=f"{number(rule.data['low'])}–{number(rule.data['high'])}")] if rule else []
    tonnes = number(round(plan.kg / 1000, 3))
    formula = f"{tonnes} t × {_whole(way.km)} km × {number(rule.data['low'])}–{number(rule.data['high'])} g ÷ 1000" if rule else ""
    return Line(ICONS[one.mode], name, " · ".join(parts), span(one.kg) if one.kg else "", formula, bool(rule and rule.verified))


def _hub_line(plan: Plan, one: Element) -> Line:
    rule = one.factor
    name = _("Terminal, %(place)s", place=emissions.places()[one.start].label(lang()))
    if rule is None or one.kg is None:
        return Line("warehouse", name, "", "", "", False)
    factor = f"{number(rule.data['low'])}–{number(rule.data['high'])}"
    return Line("warehouse", name, _("%(range)s kg/t", range=factor), span(one.kg), f"{number(round(plan.kg / 1000, 3))} t × {factor} kg/t",
                rule.verified)


def _whole(found: Range) -> str:
    low, high = round(found.low), round(found.high)
    return number(low) if low == high else f"{number(low)}–{number(high)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def options(mode: str, *, china: bool) -> list[tuple[str, str]]:
    """Return the places that a mode joins, for a picker, with their country's letters, in the reader's order."""
    named = [(place.code, place.label(lang()) if china else f"{place.country} · {place.label(lang())}")
             for place in emissions.places_for(mode, china=china)]
    return named if china else sorted(named, key=lambda pair: pair[1])


def _mode_of(product: Any) -> str:
    """Return the mode that is usual for the origin: by sea where it has a port, else by rail, else by air."""
    origin = product.origin or product.company.country
    return next((mode for mode in ("sea", "rail", "air") if any(
        place.country == origin for place in emissions.places_for(mode, china=False))), "")


def _start(product: Any, places: list[Place]) -> str:
    port, origin = product.port.casefold(), product.origin or product.company.country
    named = [place.code for place in places if port and (place.en.casefold() in port or port in place.en.casefold() or place.zh in port)]
    return next(iter(named), "") or next((place.code for place in places if place.country == origin), "")


def is_cold(storage: str) -> bool:
    """Tell whether goods that are stored so travel cooled: a word that says it, or degrees of at most 8."""
    text = storage.casefold()
    degrees = re.search(r"-?\d+(?:\.\d+)?", text.replace("\u2212", "-")) if "°" in text or "℃" in text else None
    return any(word in text for word in COLD_WORDS) or (degrees is not None and float(degrees[0]) <= COLD_DEGREES)


def _own_kg(product: Any) -> float:
    """Return the smallest order in kilograms, where it is counted so."""
    times = {"kg": 1.0, "t": 1000.0}.get(product.moq_unit, 0.0)
    return float(product.moq or 0) * times


def _number(text: str, most: float) -> float:
    text = text.strip().replace(",", "")
    try:
        value = float(text) if len(text) < 20 else 0.0
    except ValueError:
        return 0.0
    return value if 0 < value <= most else 0.0
