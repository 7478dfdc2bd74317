"""Questions of the desk: what is offered and asked for by each road, who buys across the border, and plans for exhibits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from .. import events
from ..catalog import queries as catalog
from ..catalog.models import Listing as Shown
from ..catalog.models import Product
from ..companies.models import Company
from ..companies.queries import block_map
from ..demands import queries as demands
from ..demands.models import Demand
from ..expos.models import Expo, Participation
from ..expos.queries import require_belongs, require_organizer, today_at
from ..expos.states import APPROVED
from ..infra.db import db
from ..passports import queries as passports
from ..permissions import Actor
from ..reference import queries as reference
from ..trade.disposal import Plan, plan
from ..trade.gates import Goods, Listing, Road
from ..trade.rulebook import Rule

ROADS = {"0110": Road.GENERAL, "1210": Road.CBEC, "1239": Road.CBEC, "9610": Road.CBEC}
RETAIL = tuple(mode for mode, road in ROADS.items() if road is Road.CBEC)
ACROSS = ("platform", "pilot_zone")  # kinds of buyers that buy across the border
MOST = 2000  # products that one page looks through


@dataclass(frozen=True, slots=True)
class Offered:
    """A product at the desk: how far the road is open, what the list says, and whether its company offers the road."""

    product: Product
    reach: passports.Reach
    listing: Listing
    offered: bool
    closed: bool  # the law closes this very mode


def products(actor: Actor, expo: Expo, mode: str, *, now: bool = False, by: date | None = None) -> list[Offered]:
    """Return the products that the actor may see at the expo, for a customs mode, those that can go now first.

    ``now``: only those that can go; ``by``: or typically by a day.
    """
    require_belongs(actor, expo)
    query, runs = catalog.shown_at(expo.id), actor.has_expo_role(expo.id, *catalog.SEERS)
    if actor.is_buyer and not runs:
        query = query.where(Product.company_id.not_in(block_map().get(actor.company_id or 0, ())))
    elif not runs:
        query = query.where(Product.company_id == actor.company_id)
    rows = db.session.scalars(query.options(joinedload(Product.company), selectinload(Product.pictures)).limit(MOST)).all()
    today, ids = today_at(expo), [product.id for product in rows]
    states, closed = passports.states(ids, today), passports.closed(ids, today)
    lists = passports.listings({product.hs for product in rows if product.hs}, today)
    found = [Offered(product, states[product.id][ROADS[mode]], lists.get(product.hs, Listing()), mode in product.roads,
                     mode in closed.get(product.id, ())) for product in rows]
    if now or by:
        found = [one for one in found if not one.closed and passports.open_by(one.reach, today, by)]
    return sorted(found, key=lambda one: (
        one.closed, one.reach.state != "yes", one.reach.latest or date.max, not one.offered, one.product.id))


def wanted(actor: Actor, expo: Expo, mode: str) -> list[tuple[Demand, demands.ShownBuyer]]:
    """Return the demands of a customs mode that the actor may read at the expo, with what is shown of each buyer."""
    require_belongs(actor, expo)
    rows = db.session.scalars(demands.shown_at(expo.id).options(*demands.WITH_ALL).where(Demand.road == mode).limit(MOST)).all()
    met = _met(expo, actor.company_id)
    return [(row, demands.shown_company(row, actor, met.get(row.company_id))) for row in rows if demands.may_see(actor, row)]


def _met(expo: Expo, company_id: int | None) -> dict[int, str]:
    found: dict[int, str] = {}
    for _receiver, states in events.pairs_asked.send(expo, company_id=company_id) if company_id else ():
        found |= states or {}
    return found


def count(expo: Expo, mode: str) -> int:
    """Return how many published demands name a customs mode, also those that the reader may not read."""
    return db.session.scalar(demands.shown_at(expo.id).where(Demand.road == mode).order_by(None).with_only_columns(sa.func.count())) or 0


def limits(on: date) -> Rule | None:
    """Return the rule of limits and taxes of cross-border retail."""
    return reference.rulebook().find("cbec", "LIMITS", on)


def modes(on: date) -> list[Rule]:
    """Return the customs modes that may be a road, and those for exports that are mistaken for one."""
    return [rule for rule in reference.rulebook().on("mode", on) if rule.data.get("demand") or rule.data["direction"] == "export"]


def zones(on: date) -> tuple[Rule, ...]:
    """Return the pilot zones that are known by name on a day."""
    return reference.rulebook().on("zone", on)


def zone_named(words: str, on: date) -> Rule | None:
    """Return the pilot zone that somebody wrote down, by its name in either language; None where none is known by that name."""
    text = words.casefold().strip()
    return next((zone for zone in zones(on) if text and (zone.en.casefold() in text or zone.zh in text)), None)


def across(actor: Actor, expo: Expo) -> list[tuple[Company, int]]:
    """Return the platforms and pilot zones among the expo's buyers, with their open demands by these roads.

    A platform is named only once it asks for something under its name; who blocked whom do not see each other.
    """
    require_belongs(actor, expo)
    open_demands = dict(db.session.execute(
        sa.select(Demand.company_id, sa.func.count())
        .where(Demand.expo_id == expo.id, Demand.state == "published", Demand.confidentiality == "open", Demand.road.in_(RETAIL))
        .group_by(Demand.company_id)).all())
    rows = db.session.scalars(
        sa.select(Company).join(Participation, Participation.company_id == Company.id)
        .where(Participation.expo_id == expo.id, Participation.state == APPROVED, Company.buyer_kind.in_(ACROSS))
        .order_by(Company.buyer_kind.desc(), Company.name))
    blocked, all_of = block_map().get(actor.company_id or 0, frozenset()), actor.has_expo_role(expo.id, *catalog.SEERS)
    return [(row, open_demands.get(row.id, 0)) for row in rows if row.id not in blocked and (
        all_of or row.buyer_kind == "pilot_zone" or row.id in open_demands or actor.member_of(row.id))]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """An exhibit at an expo and the plan for it; ``plans`` are all three ways."""

    product: Product
    expo: Expo
    plans: tuple[Plan, ...]

    @property
    def chosen(self) -> Plan | None:
        """The plan of the way that the company chose; None while it has not."""
        return next((one for one in self.plans if one.choice == self.product.disposal), None)


def own_exhibits(actor: Actor) -> list[Exhibit]:
    """Return the acting exhibitor's exhibits at editions that are not long past, with what each way needs."""
    query = sa.select(Product, Expo).join(Shown, Shown.product_id == Product.id).join(Expo, Expo.id == Shown.expo_id).where(
        Product.company_id == actor.company_id, Product.state == "published").order_by(Expo.starts_on.desc(), Product.title)
    return _exhibits(db.session.execute(query).all(), own=True)


def exhibits_of(actor: Actor, expo: Expo) -> list[Exhibit]:
    """Return all exhibits of an edition for its organizers; raise ``NotFound`` for others."""
    require_organizer(actor, expo)
    rows = db.session.scalars(catalog.shown_at(expo.id).options(joinedload(Product.company)).limit(MOST))
    return _exhibits([(product, expo) for product in rows], own=False)


def _exhibits(rows: Iterable[Any], *, own: bool) -> list[Exhibit]:
    pairs = [(row[0], row[1]) for row in rows]
    book, by_expo = reference.rulebook(), {expo.id: today_at(expo) for _product, expo in pairs}
    found: list[Exhibit] = []
    for expo_id, today in by_expo.items():
        some = [(product, expo) for product, expo in pairs if expo.id == expo_id]
        ids = [product.id for product, _expo in some]
        records, known = passports.goods(ids, today, own=own), passports.passports(ids, today, own=own)
        for product, expo in some:
            record: Goods = records[product.id]
            ways = tuple(plan(book, choice, series=expo.series, hs=product.hs, listing=record.listing, ends_on=expo.ends_on,
                              general=known[product.id].roads[Road.GENERAL].state) for choice in ("return", "sell", "bonded"))
            found.append(Exhibit(product, expo, ways))
    return found
