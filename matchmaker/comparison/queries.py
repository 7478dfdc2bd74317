"""What is known of the products that a buyer compares: cost, time, minimum order, entry, papers, green evidence, reliability."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from ..catalog.models import Product
from ..catalog.queries import may_see, open_prices, shown_at
from ..demands.models import Demand
from ..expos.models import Expo
from ..expos.queries import require_belongs, today_at
from ..floor.trust import Kept, history
from ..green import queries as green
from ..infra.db import db
from ..landed import queries as landed
from ..landed.queries import UnitCost
from ..matching.models import Recommendation
from ..matching.queries import origin_excluded
from ..meetings.queries import pair_states
from ..passports import queries as passports
from ..permissions import Actor
from ..reference import queries as reference
from ..trade.bills import GENERAL_TRADE
from ..trade.entry import Passport
from ..trade.green import Profile
from ..trade.roads import is_import_road
from ..trade.shelf import Shelf, to_shelf

MOST = 5


@dataclass(frozen=True, slots=True)
class Column:
    """One product of the comparison. ``cost`` None: its price is not for this buyer; ``match`` None: no match of the demand."""

    product: Product
    cost: UnitCost | None
    shelf: Shelf | None
    passport: Passport
    green: Profile
    kept: Sequence[Kept]
    match: Recommendation | None
    meeting: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Products side by side for one of the buyer's demands (None: for none), by a road on a day. ``deal_on``: the day of the deal."""

    columns: Sequence[Column]
    demand: Demand | None
    road: str
    on: date
    deal_on: date

    @property
    def best(self) -> Column | None:
        """The best fit: the best match of the demand, else the lowest known cost."""
        matched = [one for one in self.columns if one.match]
        if matched:
            return max(matched, key=lambda one: one.match.order_buyer if one.match else 0.0)
        return self.cheapest

    @property
    def one_unit(self) -> bool:
        """Whether all known costs are of the same unit: a carton's and a bottle's are not put on one scale."""
        return len({one.product.price_unit for one in self.columns if one.cost and one.cost.high is not None}) < 2

    @property
    def cheapest(self) -> Column | None:
        """The lowest known cost; None where fewer than two can be compared."""
        known = [(one.cost.high, place) for place, one in enumerate(self.columns) if one.cost and one.cost.high is not None]
        return self.columns[min(known)[1]] if len(known) > 1 and self.one_unit else None

    @property
    def fastest(self) -> Column | None:
        """The earliest on the shelf; None where fewer than two are known."""
        known = [(one.shelf.days, place) for place, one in enumerate(self.columns) if one.shelf]
        return self.columns[min(known)[1]] if len(known) > 1 else None


def compare(actor: Actor, expo: Expo, product_ids: Sequence[int], demand_id: int | None = None) -> Comparison:
    """Return the comparison of products shown at the expo; those that the buyer may not see (any more) are left out."""
    require_belongs(actor, expo)
    wanted = list(dict.fromkeys(product_ids))[:MOST]
    found = {one.id: one for one in db.session.scalars(shown_at(expo.id).options(sa.orm.joinedload(Product.company)).where(
        Product.id.in_(wanted))) if may_see(actor, expo, one.company_id)}
    products = [found[one] for one in wanted if one in found]
    matches = _matches(actor, expo, list(found))
    demand = _demand(actor, expo, demand_id, matches)
    road = demand.road if demand and is_import_road(demand.road) else GENERAL_TRADE
    on = today_at(expo)
    deal_on = max(on, expo.starts_on)
    return Comparison(_columns(actor, expo, products, demand, matches, (road, on, deal_on)), demand, road, on, deal_on)


def _columns(actor: Actor, expo: Expo, products: Sequence[Product], demand: Demand | None, matches: Sequence[Recommendation],
             terms: tuple[str, date, date]) -> list[Column]:
    road, on, deal_on = terms
    ids, book = [one.id for one in products], reference.rulebook()
    priced = open_prices(actor.company_id, products)
    costs = landed.costs(priced, on, road)
    entry, evidence = passports.passports(ids, on), green.profiles(ids, on)
    kept, asked = history(sorted({one.company_id for one in products})), pair_states(actor.company_id or 0, expo.id)
    of_demand = {one.product_id: one for one in matches if demand and one.demand_id == demand.id}
    return [
        Column(one, costs.get(one.id), to_shelf(one.lead_time_days, one.origin, deal_on, book), entry[one.id], evidence[one.id],
               kept.get(one.company_id, ()), of_demand.get(one.id), asked.get(one.company_id, ""))
        for one in products]


def _matches(actor: Actor, expo: Expo, product_ids: Sequence[int]) -> list[Recommendation]:
    return list(db.session.scalars(sa.select(Recommendation).join(Demand, Demand.id == Recommendation.demand_id)
                                   .join(Product, Product.id == Recommendation.product_id).where(
        Recommendation.buyer_id == actor.company_id, Recommendation.expo_id == expo.id, Recommendation.product_id.in_(product_ids),
        Demand.state == "published", ~origin_excluded()).order_by(Recommendation.order_buyer.desc(), Recommendation.id)))


def _demand(actor: Actor, expo: Expo, demand_id: int | None, matches: Sequence[Recommendation]) -> Demand | None:
    """Return the demand asked for, else the one that most of the products match."""
    counts: Mapping[int, int] = {}
    for one in matches:
        counts = {**counts, one.demand_id: counts.get(one.demand_id, 0) + 1}
    wanted = demand_id or (max(counts, key=lambda one: counts[one]) if counts else None)
    return db.session.scalar(sa.select(Demand).where(
        Demand.id == wanted, Demand.company_id == actor.company_id, Demand.expo_id == expo.id)) if wanted else None


def demands(actor: Actor, expo: Expo) -> list[Demand]:
    """Return the buyer's published demands at the expo, to compare for."""
    return list(db.session.scalars(sa.select(Demand).where(
        Demand.company_id == actor.company_id, Demand.expo_id == expo.id, Demand.state == "published").order_by(Demand.id).limit(50)))
