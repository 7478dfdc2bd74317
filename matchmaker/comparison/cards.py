"""The comparison in the reader's words: one cell for each criterion and product, for the page and for the spreadsheet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _

from .. import i18n
from ..errors import N_
from ..floor.rules import MISSED
from ..green import cards as green
from ..landed import cards as landed
from ..landed.cards import Brief
from ..matching.cards import title_for_reader
from ..passports.words import LOOKS, VERDICTS
from ..reference import queries as reference
from ..trade import codes
from ..trade.gates import Road
from ..trade.green import LINKS
from ..trade.rulebook import Rule
from ..trade.shelf import Shelf
from .queries import Column, Comparison

ROADS = {Road.EXHIBIT: N_("Exhibit"), Road.CBEC: N_("Cross-border"), Road.GENERAL: N_("General trade")}
LEGS = {"production": N_("production"), "carriage": N_("carriage"), "CLEARANCE": N_("clearance"), "STOCKING": N_("to the shelf")}
LONGEST = 120  # days of the scale of time


@dataclass(frozen=True, slots=True)
class Offer:
    """A column in words."""

    product_id: int
    title: str
    title_lang: str
    company: str
    country: str
    band: str
    cost: Brief | None
    width: float
    cheapest: bool
    unit: str
    days: int | None
    shelf_on: date | None
    legs: list[tuple[str, str, float]]
    spare: int | None
    fastest: bool
    moq: str
    moq_fits: bool | None
    roads: list[tuple[str, str, str]]
    papers: tuple[int, int]
    green: list[tuple[str, int, str]]
    kept: tuple[int, int]
    meeting: str
    best: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The comparison in words."""

    offers: list[Offer]
    sample: bool
    same: set[str] = field(default_factory=set)


def table(found: Comparison, rules: dict[str, Rule]) -> Table:
    """Return the comparison in the reader's words. ``same`` names the criteria in which all products are alike."""
    costs = [one.cost.high for one in found.columns if one.cost and one.cost.high is not None]
    most = max(costs, default=None) if found.one_unit else None
    offers = [_offer(one, found, rules, float(one.cost.high / most * 100) if one.cost and one.cost.high and most else 0.0)
              for one in found.columns]
    return Table(offers, any(one.cost and one.cost.sample for one in found.columns), _same(offers))


def _same(offers: Sequence[Offer]) -> set[str]:
    if len(offers) < 2:
        return set()
    keys = {"cost": lambda one: one.cost and one.cost.amount, "time": lambda one: one.days, "moq": lambda one: one.moq,
            "roads": lambda one: one.roads, "papers": lambda one: one.papers, "green": lambda one: [level for _n, level, _w in one.green],
            "kept": lambda one: one.kept}
    return {name for name, key in keys.items() if all(key(one) == key(offers[0]) for one in offers)}


def _offer(one: Column, found: Comparison, rules: dict[str, Rule], width: float) -> Offer:
    product, demand = one.product, found.demand
    title, title_lang = title_for_reader(product.title, product.lang, product.translations)
    needed = demand.quantity_first if demand and demand.unit == product.moq_unit else None
    due = demand.window_to if demand else None
    general = one.passport.roads[Road.GENERAL]
    cells = green.chain(one.green, reference.rulebook())
    return Offer(
        product.id, title, title_lang, product.company.display_name,
        product.company.country, one.match.band if one.match else "",
        landed.brief(one.cost, rules) if one.cost else None, width, found.cheapest is one, _unit(product.price_unit),
        one.shelf.days if one.shelf else None, one.shelf.on if one.shelf else None, _legs(one.shelf),
        (due - one.shelf.on).days if due and one.shelf else None, found.fastest is one,
        f"{i18n.number(product.moq)} {codes.unit_label(product.moq_unit, product.moq, i18n.lang())}" if product.moq else "",
        None if needed is None or product.moq is None else product.moq <= needed,
        [_road(one, road, name) for road, name in ROADS.items()],
        (sum(paper.state == "held" for paper in general.documents), sum(paper.state != "shipment" for paper in general.documents)),
        [(cell.name, cell.level, cell.level_name) for cell in cells], _kept(one), one.meeting, found.best is one)


def _road(one: Column, road: Road, name: str) -> tuple[str, str, str]:
    state = one.passport.roads[road].state
    return _(name), LOOKS[state].removeprefix("is-"), _(VERDICTS[state])


def _unit(code: str) -> str:
    return codes.unit_label(code, 1, i18n.lang()) if code else ""


def _kept(one: Column) -> tuple[int, int]:
    counted = [row for row in one.kept if row.counts]
    return sum(row.worth != MISSED for row in counted), len(counted)


def _legs(shelf: Shelf | None) -> list[tuple[str, str, float]]:
    """Return (kind, words, share of the scale) of each part of the time."""
    if shelf is None:
        return []
    whole = max(LONGEST, shelf.days)
    return [(leg.kind.lower(), f"{_(LEGS[leg.kind])} {leg.days}", leg.days / whole * 100) for leg in shelf.legs]


def workbook(shown: Table, found: Comparison) -> list[tuple[str, Sequence[str], list[list[Any]]]]:
    """Return the sheets of the spreadsheet: the comparison with a row a criterion, and what its figures rest on."""
    offers = shown.offers
    header = ["", *(one.title for one in offers)]
    rows: list[list[Any]] = [
        [_("Company"), *(one.company for one in offers)],
        [_("Country"), *(i18n.territory(one.country) for one in offers)],
        [_("Landed cost, CNY a unit"), *(_figure(one, "low") for one in offers)],
        [_("Landed cost, CNY a unit, at most"), *(_figure(one, "high") for one in offers)],
        [_("Unit"), *(one.unit for one in offers)],
        [_("Rate of duty"), *(f"{one.cost.scheme} {one.cost.rate}" if one.cost and one.cost.scheme else "" for one in offers)],
        [_("Proof of origin"), *(one.cost.proof if one.cost else "" for one in offers)],
        [_("Saving against MFN, a unit"), *(one.cost.saving if one.cost else "" for one in offers)],
        [_("If the rule is not confirmed"), *(one.cost.confirmed if one.cost else "" for one in offers)],
        [_("Days to the shelf"), *(one.days if one.days is not None else _("Unknown") for one in offers)],
        [_("On the shelf"), *(one.shelf_on or "" for one in offers)],
        [_("Minimum order"), *(one.moq or _("Unknown") for one in offers)],
        *([_(name), *(one.roads[place][2] for one in offers)] for place, name in enumerate(ROADS.values())),
        [_("Papers held, of those needed"), *(f"{one.papers[0]} / {one.papers[1]}" if one.papers[1] else _("Unknown") for one in offers)],
        *([codes.label("chain_link", link, i18n.lang()), *(one.green[place][2] for one in offers)] for place, link in enumerate(LINKS)),
        [_("Meetings kept"), *(f"{one.kept[0]} / {one.kept[1]}" if one.kept[1] else _("nothing counted yet") for one in offers)],
    ]
    notes = [[line] for line in basis(shown, found)]
    return [(_("Comparison"), header, rows), (_("Basis"), [_("What the figures rest on")], notes)]


def _figure(one: Offer, end: str) -> Any:
    if one.cost is None:
        return _("not shown to you")
    value = getattr(one.cost, end)
    return float(value) if value is not None else _("Unknown")


def basis(shown: Table, found: Comparison) -> list[str]:
    """Return what the figures rest on, a line each."""
    return [
        landed.basis_line(found.on, shown.sample),
        *([] if found.one_unit else [
            _("The prices are for different units: their costs are not put on one scale, and none is called the lowest.")]),
        _("Road %(road)s; days from a deal on %(day)s.", road=found.road, day=i18n.day(found.deal_on)),
        _("Production as the company states it; carriage, clearance and stocking are usual lengths assumed by this site."),
        _("Entry and green evidence from what the company states and shows; meetings kept at all expos here."),
    ]
