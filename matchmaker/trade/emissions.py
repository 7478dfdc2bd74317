"""Greenhouse gas of bringing goods to China, as a range with its method: never one figure.

The words are those of the GLEC framework and ISO 14083: a transport chain is made of elements, each a transport by one mode or a hub
operation; intensities are well-to-wheel, in g CO2e per tonne-kilometre (hubs: kg per tonne). For an element

    kg CO2e = tonnes x kilometres x intensity / 1000

once with the low and once with the high end of distance and intensity. Distances are assumptions: great circles between the places of
``data/ports.json``, at sea along the corners a ship rounds, shortest way by Suez and also round the Cape; times the detour of the mode.
Factors are rules of the kind ``emission_factor``; where they are general knowledge they are not verified, and neither is the estimate.
A declared product footprint is another thing, with other borders, and is never added to this.
"""

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from math import asin, ceil, cos, floor, log10, radians, sin, sqrt
from typing import Any

from .rulebook import Rule, Rulebook
from .shipped import pick, read

FACTOR = "emission_factor"
EARTH_KM = 6371.0088  # mean radius
MODES = ("sea", "air", "rail", "road")
KIND_OF = {"sea": "sea", "air": "air", "rail": "land", "road": "land"}  # which places a mode joins
FIGURES = 2  # significant figures of a rounded range


@dataclass(frozen=True, slots=True)
class Range:
    """From ``low`` to ``high``, in the unit of its field."""

    low: float
    high: float

    def __add__(self, other: "Range") -> "Range":
        return Range(self.low + other.low, self.high + other.high)

    def rounded(self) -> "Range":
        """Return the range with two significant figures, the low end rounded down and the high end up: never narrower than it is."""
        return Range(_round(self.low, floor), _round(self.high, ceil))


@dataclass(frozen=True, slots=True)
class Place:
    """A port, an airport or a rail terminal."""

    code: str
    kind: str
    en: str
    zh: str
    country: str
    lat: float
    lon: float
    via: tuple[str, ...] = ()

    def label(self, lang: object) -> str:
        return pick(self.en, self.zh, lang)


@dataclass(frozen=True, slots=True)
class Leg:
    """A transport by one mode between two places, or over ``km`` that somebody stated."""

    mode: str
    start: str = ""
    end: str = ""
    km: float | None = None


@dataclass(frozen=True, slots=True)
class Distance:
    """Kilometres of a leg. ``great_circle`` is None where they were stated; ``passages`` are the canals on the way, ``closed`` says that
    the high end goes round the Cape because Suez may be shut."""

    km: Range
    great_circle: float | None
    passages: tuple[str, ...] = ()
    round_the_cape: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """A transport chain element: a leg, or a hub at a place. ``factor`` is None where no rule gives one, and then ``kg`` is too."""

    mode: str
    start: str
    end: str
    distance: Distance | None
    factor: Rule | None
    kg: Range | None

    @property
    def is_hub(self) -> bool:
        return self.distance is None and self.start == self.end


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a chain gives off for so many tonnes. ``total`` (kg CO2e) is None where an element is not known."""

    tonnes: float
    elements: tuple[Element, ...]
    total: Range | None
    verified: bool

    @property
    def each_kg(self) -> Range | None:
        """Return kg CO2e for each kg of goods."""
        return None if self.total is None else Range(self.total.low / self.tonnes / 1000, self.total.high / self.tonnes / 1000)


def estimate(legs: Sequence[Leg], tonnes: float, rulebook: Rulebook, on: date, *, cold: bool = False) -> Estimate:
    """Return the estimate of a transport chain: its legs, and the hubs at both ends of each leg between places.

    Raises ``ValueError`` for no legs, no weight, or a leg between places that its mode does not join.
    """
    if not legs or not tonnes > 0:
        raise ValueError("a chain needs a leg and a weight above 0")
    elements: list[Element] = []
    for leg in legs:
        if leg.km is None and leg.mode != "road":
            elements.append(_hub(leg.mode, leg.start, tonnes, rulebook, on))
        elements.append(_transport(leg, tonnes, rulebook, on, cold))
        if leg.km is None and leg.mode != "road":
            elements.append(_hub(leg.mode, leg.end, tonnes, rulebook, on))
    known = [element.kg for element in elements if element.kg is not None]
    total = sum(known[1:], known[0]) if len(known) == len(elements) else None
    return Estimate(tonnes, tuple(elements), total, all(element.factor is not None and element.factor.verified for element in elements))


def factor(mode: str, rulebook: Rulebook, on: date, *, cold: bool = False, hub: bool = False) -> Rule | None:
    """Return the rule with the intensity of a mode, for cooled goods where asked; None where there is none on the day."""
    return next((rule for rule in rulebook.on(FACTOR, on) if rule.data["mode"] == mode and bool(rule.data.get("hub")) == hub
                 and (hub or bool(rule.data.get("cold")) == cold)), None)


def distance(leg: Leg, rule: Rule | None) -> Distance:
    """Return the kilometres of a leg; the detour of its mode is an assumption of the rule. Raises ``ValueError`` as ``estimate``."""
    if leg.km is not None:
        return Distance(Range(leg.km, leg.km), None)
    start, end = _ends(leg)
    straight = great_circle(start.lat, start.lon, end.lat, end.lon)
    said = rule.data if rule else {}
    detour = said.get("detour_low", 1.0), said.get("detour_high", 1.0), said.get("extra_km", 0)
    if leg.mode != "sea":
        return Distance(Range(straight * detour[0] + detour[2], straight * detour[1] + detour[2]), straight)
    short, passages = sea_way(start.code, end.code)
    long = sea_way(start.code, end.code, closed="suez")[0] if "suez" in passages else short
    return Distance(Range(short * detour[0], long * detour[1]), straight, passages, "suez" in passages)


def _ends(leg: Leg) -> tuple[Place, Place]:
    known = places()
    if leg.mode not in MODES or leg.start not in known or leg.end not in known or leg.start == leg.end:
        raise ValueError("no such leg")
    start, end = known[leg.start], known[leg.end]
    if {start.kind, end.kind} != {KIND_OF[leg.mode]}:
        raise ValueError(f"{leg.mode} does not join these places")
    return start, end


def _transport(leg: Leg, tonnes: float, rulebook: Rulebook, on: date, cold: bool) -> Element:
    rule = factor(leg.mode, rulebook, on, cold=cold)
    way = distance(leg, rule)
    kg = Range(tonnes * way.km.low * rule.data["low"] / 1000, tonnes * way.km.high * rule.data["high"] / 1000) if rule else None
    return Element(leg.mode, leg.start, leg.end, way, rule, kg)


def _hub(mode: str, place: str, tonnes: float, rulebook: Rulebook, on: date) -> Element:
    rule = factor(mode, rulebook, on, hub=True)
    return Element(mode, place, place, None, rule, Range(tonnes * rule.data["low"], tonnes * rule.data["high"]) if rule else None)


@cache
def places() -> Mapping[str, Place]:
    """Return all places by code."""
    return {row["code"]: Place(**{**row, "via": tuple(row.get("via", ()))}) for row in read("ports")["rows"]}


def places_for(mode: str, *, china: bool) -> list[Place]:
    """Return the places that a mode joins, in China or elsewhere."""
    return [place for place in places().values() if place.kind == KIND_OF[mode] and (place.country == "CN") == china]


def great_circle(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Return the kilometres of the great circle between two points, given in degrees."""
    first, second = radians(lat), radians(other_lat)
    half = sin((second - first) / 2) ** 2 + cos(first) * cos(second) * sin(radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))


@lru_cache(4096)
def sea_way(start: str, end: str, closed: str = "") -> tuple[float, tuple[str, ...]]:
    """Return (kilometres, canals) of the shortest way between two ports; ``closed`` is a canal that is shut."""
    ways = _ways()
    queue: list[tuple[float, str, tuple[str, ...]]] = [(0.0, start, ())]
    seen: set[str] = set()
    while queue:
        done, at, canals = heapq.heappop(queue)
        if at == end:
            return done, canals
        if at in seen:
            continue
        seen.add(at)
        for other, km, canal in ways[at]:
            if other not in seen and not (canal and canal == closed) and (other == end or other not in places()):
                heapq.heappush(queue, (done + km, other, (*canals, canal) if canal else canals))
    raise ValueError("no way by sea")


@cache
def _ways() -> Mapping[str, list[tuple[str, float, str]]]:
    """Return {point: [(neighbour, kilometres, canal or empty)]} of the corners at sea and the ports on them."""
    table: dict[str, Any] = read("ports")
    points = {code: tuple(at) for code, at in table["corners"].items()} | {
        place.code: (place.lat, place.lon) for place in places().values() if place.kind == "sea"}
    joined = [(way[0], way[1], way[2] if len(way) > 2 else "") for way in table["ways"]]
    joined += [(place.code, corner, "") for place in places().values() for corner in place.via]
    ways: defaultdict[str, list[tuple[str, float, str]]] = defaultdict(list)
    for one, other, canal in joined:
        km = great_circle(*points[one], *points[other])
        ways[one].append((other, km, canal))
        ways[other].append((one, km, canal))
    return ways


def _round(value: float, how: Any) -> float:
    if value <= 0:
        return 0.0
    step = 10.0 ** (floor(log10(value)) - FIGURES + 1)
    whole = how(round(value / step, 9))
    return round(whole * step, 12)
