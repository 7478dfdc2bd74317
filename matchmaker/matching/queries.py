"""Questions about matches: pages of cards from stored rows, without ORM objects on the way."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from .. import events
from ..catalog.models import Listing, Product
from ..companies.models import Company
from ..companies.queries import either_blocks
from ..demands.models import Demand
from ..errors import NotFound
from ..expos.models import Expo, Hall, Participation
from ..expos.queries import require_participant
from ..infra import jobs
from ..infra.db import db, one
from ..permissions import Actor, ensure
from ..web.pages import Page
from .models import Mark, Recommendation, StaleMatch
from .rules import REFRESH

PAGE = 20
MOST_SHEETS = 60  # chips on a page
BUYER, EXHIBITOR = aliased(Company, name="buyer"), aliased(Company, name="exhibitor")
PART = aliased(Participation, name="part")  # of the exhibitor, at the expo
SAVED = aliased(Mark, name="saved")
_MATCH = (Recommendation.demand_id, Recommendation.product_id, Recommendation.buyer_id, Recommendation.exhibitor_id, Recommendation.band,
          Recommendation.reasons, Recommendation.gaps, Recommendation.repairs, Recommendation.base_buyer, Recommendation.base_exhibitor,
          Recommendation.chance_buyer, Recommendation.chance_exhibitor, Recommendation.chance_intention,
          Recommendation.computed_at)
_PRODUCT = (Product.title, Product.lang, Product.translations, Product.hs, Product.origin, Product.moq, Product.moq_unit, Product.price_low,
            Product.price_high, Product.currency, Product.price_unit, Product.price_audience,
            Product.incoterm, Product.port, Product.lead_time_days)
_DEMAND = (Demand.title, Demand.lang, Demand.translations, Demand.quantity_first, Demand.unit, Demand.budget_low, Demand.budget_high,
           Demand.currency, Demand.budget_unit, Demand.incoterm, Demand.port, Demand.window_to, Demand.confidentiality)
_PRODUCTS_OF = (EXHIBITOR.name, EXHIBITOR.name_en, EXHIBITOR.name_zh, EXHIBITOR.country, PART.booth, Hall.code.label("hall"),
                Demand.title.label("own_title"), Demand.translations.label("own_translations"), Demand.lang.label("own_lang"))
_DEMANDS_OF = (BUYER.name, BUYER.name_en, BUYER.name_zh, BUYER.country, BUYER.buyer_kind, BUYER.city,
               Product.title.label("own_title"), Product.translations.label("own_translations"), Product.lang.label("own_lang"))


def own_demand(actor: Actor, expo: Expo, demand_id: int) -> Demand:
    """Return a demand of the acting company at the expo; raise ``NotFound``."""
    require_participant(actor, expo)
    return one(sa.select(Demand).where(Demand.id == demand_id, Demand.expo_id == expo.id, Demand.company_id == actor.company_id))


def own_product(actor: Actor, expo: Expo, product_id: int) -> Product:
    """Return a product of the acting company that is listed at the expo; raise ``NotFound``."""
    require_participant(actor, expo)
    return one(sa.select(Product).join(Listing, sa.and_(Listing.product_id == Product.id, Listing.expo_id == expo.id))
               .where(Product.id == product_id, Product.company_id == actor.company_id))


def own_sheets(actor: Actor, expo: Expo) -> list[tuple[Any, int]]:
    """Return the acting company's published demands or products (id, title, lang, translations), each with its number of matches."""
    require_participant(actor, expo)
    thing = Demand if actor.is_buyer else Product
    mine = Recommendation.demand_id if actor.is_buyer else Recommendation.product_id
    visible = _visible(actor, expo).subquery()
    own = visible.c[mine.key]
    counts = dict(db.session.execute(sa.select(own, sa.func.count()).group_by(own)).all())
    query = sa.select(thing.id, thing.title, thing.lang, thing.translations).where(
        thing.company_id == actor.company_id, thing.state == "published")
    if actor.is_buyer:
        query = query.where(Demand.expo_id == expo.id)
    else:
        query = query.join(Listing, sa.and_(Listing.product_id == Product.id, Listing.expo_id == expo.id))
    rows = db.session.execute(query.order_by(thing.updated_at.desc(), thing.id.desc()).limit(MOST_SHEETS))
    return [(row, counts.get(row.id, 0)) for row in rows]


def recommendations_for_demand(actor: Actor, expo: Expo, demand: Demand, number: int = 1, only: Collection[int] | None = None) -> Page:
    """Return a page of the products for an own demand, best first; raise ``NotFound`` for strangers.

    ``only`` are the products that pass the filters of other rooms; None: all.
    """
    ensure(demand.company_id == actor.company_id and demand.expo_id == expo.id)
    return _page(_only(_cards(actor, expo).where(Recommendation.demand_id == demand.id), only), number)


def recommendations_for_product(actor: Actor, expo: Expo, product: Product, number: int = 1) -> Page:
    """Return a page of the demands for an own product, best first; raise ``NotFound`` for strangers."""
    ensure(product.company_id == actor.company_id)
    return _page(_cards(actor, expo).where(Recommendation.product_id == product.id), number)


def recommendations_for_company(actor: Actor, expo: Expo, number: int = 1, only: Collection[int] | None = None) -> Page:
    """Return a page of the best matches over all own demands or products: each counterpart once, with its best.

    ``only`` are the products that pass the filters of other rooms; None: all.
    """
    require_participant(actor, expo)
    other = Recommendation.product_id if actor.is_buyer else Recommendation.demand_id
    own = Recommendation.demand_id if actor.is_buyer else Recommendation.product_id
    place = sa.func.row_number().over(partition_by=other, order_by=(_order(actor).desc(), own))
    visible = _visible(actor, expo).add_columns(place.label("place")).subquery()
    best = sa.select(visible.c.id).where(visible.c.place == 1)
    return _page(_only(_cards(actor, expo, checked=True).where(Recommendation.id.in_(best)), only), number)


def product_ids(actor: Actor, expo: Expo) -> list[int]:
    """Return the products of all matches that the acting company may see."""
    visible = _visible(actor, expo).subquery()
    return list(db.session.scalars(sa.select(visible.c.product_id).distinct()))


def _only(query: sa.Select, product_ids: Collection[int] | None) -> sa.Select:
    return query if product_ids is None else query.where(Recommendation.product_id.in_(product_ids))


def marked(actor: Actor, expo: Expo, kind: str, number: int = 1) -> Page:
    """Return a page of the matches that the acting company has ``saved`` or ``hidden``; blocked and withdrawn ones are not shown."""
    require_participant(actor, expo)
    mark = aliased(Mark)
    query = _cards(actor, expo, hidden=None).join(mark, sa.and_(
        mark.demand_id == Recommendation.demand_id, mark.product_id == Recommendation.product_id, mark.company_id == actor.company_id,
        mark.kind == kind)).add_columns(mark.reason)
    return _page(query, number)


def pair(actor: Actor, expo: Expo, demand_id: int, product_id: int) -> Any:
    """Return the card row of one match of the acting company, hidden by it or not (``hidden``); raise ``NotFound``."""
    require_participant(actor, expo)
    query = _cards(actor, expo, hidden=None).add_columns(_hidden(actor).label("hidden"))
    row = db.session.execute(query.where(Recommendation.demand_id == demand_id, Recommendation.product_id == product_id)).one_or_none()
    if row is None:
        raise NotFound()
    return row


def meeting_states(actor: Actor, expo: Expo) -> Mapping[int, str]:
    """Return {other company: state of our meeting} at the expo. The meetings room answers: it stands to the right and listens."""
    found: dict[int, str] = {}
    for _receiver, states in events.pairs_asked.send(expo, company_id=actor.company_id):
        found |= states or {}
    return found


def expos_of(company_id: int) -> list[int]:
    """Return the ids of the expos at which the company has stored matches."""
    side = sa.or_(Recommendation.buyer_id == company_id, Recommendation.exhibitor_id == company_id)
    return list(db.session.scalars(sa.select(Recommendation.expo_id).where(side).distinct().order_by(Recommendation.expo_id)))


def matched_with(company_id: int, others: Iterable[int]) -> set[int]:
    """Return those of ``others`` with which the company has a stored match, at whatever expo."""
    wanted = list(others)
    buys = sa.select(Recommendation.exhibitor_id).where(Recommendation.buyer_id == company_id, Recommendation.exhibitor_id.in_(wanted))
    sells = sa.select(Recommendation.buyer_id).where(Recommendation.exhibitor_id == company_id, Recommendation.buyer_id.in_(wanted))
    return set(db.session.scalars(buys.union(sells)))


def refreshing(expo: Expo) -> jobs.Job | None:
    """Return the job that brings the expo's matches up to date, if one runs or waits."""
    return db.session.scalar(sa.select(jobs.Job).where(
        jobs.Job.kind == REFRESH, jobs.Job.expo_id == expo.id, jobs.Job.state.in_(["running", "queued"]))
        .order_by(sa.case((jobs.Job.state == "running", 0), else_=1), jobs.Job.id).limit(1))


def is_stale(actor: Actor, expo: Expo) -> bool:
    """Tell whether a change of the acting company's own sheets waits to be matched: progress is shown to those who wait for it."""
    mine = sa.or_(
        StaleMatch.demand_id.in_(sa.select(Demand.id).where(Demand.company_id == actor.company_id)),
        StaleMatch.product_id.in_(sa.select(Product.id).where(Product.company_id == actor.company_id)),
        sa.and_(StaleMatch.demand_id.is_(None), StaleMatch.product_id.is_(None)))
    return db.session.scalar(sa.select(StaleMatch.id).where(StaleMatch.expo_id == expo.id, mine).limit(1)) is not None


def version(actor: Actor, expo: Expo) -> str:
    """Return a word that changes when the acting company's matches do."""
    require_participant(actor, expo)
    side = Recommendation.buyer_id if actor.is_buyer else Recommendation.exhibitor_id
    count, latest, newest = db.session.execute(sa.select(
        sa.func.count(), sa.func.max(Recommendation.computed_at), sa.func.max(Recommendation.id))
        .where(side == actor.company_id, Recommendation.expo_id == expo.id)).one()
    return f"{count}.{newest or 0}.{latest.timestamp() if latest else 0:.3f}"


def _cards(actor: Actor, expo: Expo, *, hidden: bool | None = False, checked: bool = False) -> sa.Select:
    """Return the query of all that a card shows, of matches that the actor may see. ``checked``: ids are filtered already."""
    columns = (*_MATCH, *_PRODUCT, *_PRODUCTS_OF) if actor.is_buyer else (*_MATCH, *_DEMAND, *_DEMANDS_OF)
    query = (sa.select(*columns, SAVED.id.is_not(None).label("saved")).select_from(Recommendation)
             .join(Product, Product.id == Recommendation.product_id).join(Demand, Demand.id == Recommendation.demand_id))
    if actor.is_buyer:
        query = (query.join(EXHIBITOR, EXHIBITOR.id == Recommendation.exhibitor_id)
                 .outerjoin(PART, sa.and_(PART.company_id == Recommendation.exhibitor_id, PART.expo_id == expo.id))
                 .outerjoin(Hall, Hall.id == PART.hall_id))
    else:
        query = query.join(BUYER, BUYER.id == Recommendation.buyer_id)
    query = query.outerjoin(SAVED, _mark(actor, SAVED, "saved")).order_by(_order(actor).desc(), Recommendation.id)
    return query if checked else query.where(*_allowed(actor, expo, hidden=hidden))


def _order(actor: Actor) -> sa.orm.InstrumentedAttribute[float]:
    """Return what sorts the lists of the acting side."""
    return Recommendation.order_buyer if actor.is_buyer else Recommendation.order_exhibitor


def _visible(actor: Actor, expo: Expo) -> sa.Select:
    """Return the query of the matches that the actor may see, ids only."""
    return (sa.select(Recommendation.id, Recommendation.demand_id, Recommendation.product_id)
            .join(Product, Product.id == Recommendation.product_id).join(Demand, Demand.id == Recommendation.demand_id)
            .where(*_allowed(actor, expo, hidden=False)))


def _allowed(actor: Actor, expo: Expo, *, hidden: bool | None) -> list[sa.ColumnElement[bool]]:
    """Own side, this expo, both sheets published, the other side approved and listed, nobody blocked, the origin not excluded, not
    hidden by us.

    The refresh sees to most of this too; asked here as well, a change acts before the next refresh.
    """
    own, other = Recommendation.buyer_id, Recommendation.exhibitor_id
    if not actor.is_buyer:
        own, other = other, own
    takes_part = sa.exists().where(Participation.company_id == other, Participation.expo_id == expo.id, Participation.state == "approved")
    listed = sa.exists().where(Listing.product_id == Recommendation.product_id, Listing.expo_id == expo.id)
    conditions = [own == actor.company_id, Recommendation.expo_id == expo.id, Product.state == "published", Demand.state == "published",
                  takes_part, listed, ~either_blocks(own, other), ~origin_excluded()]
    return conditions if hidden is None else [*conditions, _hidden(actor) if hidden else ~_hidden(actor)]


def origin_excluded() -> sa.ColumnElement[bool]:
    """Return the condition: the joined demand excludes the origin of the joined product (the list is stored as JSON)."""
    quoted = sa.literal('"').concat(Product.origin).concat('"')
    return sa.and_(Product.origin != "", sa.cast(Demand.origins_excluded, sa.String).contains(quoted))


def _mark(actor: Actor, mark: Any, kind: str) -> sa.ColumnElement[bool]:
    return sa.and_(mark.demand_id == Recommendation.demand_id, mark.product_id == Recommendation.product_id,
                   mark.company_id == actor.company_id, mark.kind == kind)


def _hidden(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.exists().where(_mark(actor, Mark, "hidden"))


def _page(query: sa.Select, number: int) -> Page:
    """Run the query for one page, with the count in the same statement."""
    rows = _slice(query, number)
    if not rows and number > 1:
        total = db.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
        number = max(1, -(-total // PAGE))
        rows = _slice(query, number)
    return Page(rows, number, PAGE, rows[0].total if rows else 0)


def _slice(query: sa.Select, number: int) -> list[Any]:
    return list(db.session.execute(query.add_columns(sa.func.count().over().label("total")).limit(PAGE).offset((number - 1) * PAGE)))
