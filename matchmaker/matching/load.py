"""From rows to the engine's records and back."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from .. import clock
from ..catalog.models import Listing, Product, ProductCertificate
from ..companies.models import Company
from ..companies.queries import block_map
from ..demands.models import Demand
from ..engine.matching import records
from ..expos.models import Participation, Section
from ..infra.db import db
from . import desk
from .models import Feedback
from .terms import figure, repair_to_json

if TYPE_CHECKING:
    from ..engine.matching.taste import Tastes
    from .learning import Models

_PRODUCT = (Product.id, Product.company_id, Product.title, Product.text, Product.lang, Product.translations, Product.hs, Product.brand,
            Product.origin, Product.specs, Product.moq, Product.moq_unit, Product.price_low, Product.price_high, Product.currency,
            Product.price_unit, Product.incoterm, Product.port, Product.lead_time_days, Product.monthly_capacity,
            Product.capacity_unit, Product.channels, Product.roads, Company.languages, Section.code.label("section"))
_DEMAND = (Demand.id, Demand.company_id, Demand.expo_id, Demand.title, Demand.text, Demand.lang, Demand.translations, Demand.hs,
           Demand.specs_must, Demand.specs_nice, Demand.quantity_first, Demand.quantity_year, Demand.unit, Demand.budget_low,
           Demand.budget_high, Demand.currency, Demand.budget_unit, Demand.incoterm, Demand.port, Demand.origins_wanted,
           Demand.origins_excluded, Demand.certificates, Demand.window_from, Demand.window_to, Demand.channel, Demand.road,
           Demand.languages, Demand.green_level, Section.code.label("section"))


def supplies(expo_id: int) -> list[records.Supply]:
    """Return the published products that approved exhibitors show at the expo, by id."""
    rows = db.session.execute(
        sa.select(*_PRODUCT).join(Listing, Listing.product_id == Product.id).join(Company, Company.id == Product.company_id)
        .outerjoin(Section, Section.id == Listing.section_id)
        .where(Listing.expo_id == expo_id, Product.id.in_(published_products(expo_id))).order_by(Product.id)).all()
    certificates, blocked = _certificates(expo_id), block_map()
    known = desk.of_products(rows, clock.now().date())
    return [_supply(row, expo_id, certificates.get(row.id, ()), blocked.get(row.company_id, frozenset()), known[row.id]) for row in rows]


def demands(expo_id: int) -> list[records.Demand]:
    """Return the published demands of the expo's approved buyers, by id."""
    rows = db.session.execute(
        sa.select(*_DEMAND).outerjoin(Section, Section.id == Demand.section_id)
        .where(Demand.id.in_(published_demands(expo_id))).order_by(Demand.id)).all()
    blocked, trade = block_map(), desk.of_day(clock.now().date())
    return [_demand(row, blocked.get(row.company_id, frozenset()), trade) for row in rows]


def published_demands(expo_id: int) -> sa.Select[tuple[int]]:
    """Return the query of the ids of ``demands``."""
    return (sa.select(Demand.id)
            .join(Participation, sa.and_(Participation.company_id == Demand.company_id, Participation.expo_id == Demand.expo_id))
            .where(Demand.expo_id == expo_id, Demand.state == "published", Participation.state == "approved"))


def published_products(expo_id: int) -> sa.Select[tuple[int]]:
    """Return the query of the ids of ``supplies``."""
    return (sa.select(Product.id).join(Listing, Listing.product_id == Product.id)
            .join(Participation, sa.and_(Participation.company_id == Product.company_id, Participation.expo_id == Listing.expo_id))
            .where(Listing.expo_id == expo_id, Product.state == "published", Participation.state == "approved"))


def _certificates(expo_id: int) -> dict[int, tuple[records.Certificate, ...]]:
    rows = db.session.execute(
        sa.select(ProductCertificate.product_id, ProductCertificate.kind, ProductCertificate.expires_on)
        .join(Listing, Listing.product_id == ProductCertificate.product_id).where(Listing.expo_id == expo_id)
        .order_by(ProductCertificate.product_id, ProductCertificate.id))
    found: dict[int, list[records.Certificate]] = defaultdict(list)
    for product_id, kind, expires_on in rows:
        found[product_id].append(records.Certificate(kind, expires_on))
    return {product_id: tuple(certificates) for product_id, certificates in found.items()}


def _supply(row: Any, expo_id: int, certificates: tuple[records.Certificate, ...], blocked: frozenset[int],
            known: desk.Known) -> records.Supply:
    return records.Supply(
        id=row.id, company_id=row.company_id, expo_id=expo_id, title=row.title, section=row.section, hs=row.hs or None, text=row.text,
        lang=row.lang, translations=titles(row.translations), specs=_pairs(row.specs), brand=row.brand or None, origin=row.origin or None,
        moq=_quantity(row.moq, row.moq_unit), price=_price(row.price_low, row.price_high, row.currency, row.price_unit),
        incoterm=row.incoterm or None, port=row.port or None, lead_time_days=row.lead_time_days,
        monthly_capacity=_quantity(row.monthly_capacity, row.capacity_unit), channels=tuple(row.channels), roads=tuple(row.roads),
        roads_closed=known.roads_closed, worth=known.worth, saving=known.saving, entry=known.entry, evidence=known.evidence,
        certificates=certificates, languages=tuple(row.languages), blocked_company_ids=blocked)


def _demand(row: Any, blocked: frozenset[int], trade: desk.Desk) -> records.Demand:
    asked = [(item["kind"], bool(item.get("must"))) for item in row.certificates if item.get("kind")]
    return records.Demand(
        id=row.id, company_id=row.company_id, expo_id=row.expo_id, title=row.title, section=row.section, hs=row.hs or None, text=row.text,
        lang=row.lang, translations=titles(row.translations), specs=_pairs([*row.specs_must, *row.specs_nice]),
        quantity_first=_quantity(row.quantity_first, row.unit), quantity_year=_quantity(row.quantity_year, row.unit),
        budget=_price(row.budget_low, row.budget_high, row.currency, row.budget_unit), worth=trade.worth(row.currency, row.incoterm),
        evidence=desk.asked(row.green_level), incoterm=row.incoterm or None,
        port=row.port or None, origins_wanted=tuple(row.origins_wanted), origins_excluded=tuple(row.origins_excluded),
        certificates_must=tuple(kind for kind, must in asked if must), certificates_nice=tuple(kind for kind, must in asked if not must),
        window_from=row.window_from, window_to=row.window_to, channels=(row.channel,) if row.channel else (),
        roads=(row.road,) if row.road else (), languages=tuple(row.languages), blocked_company_ids=blocked)


def tastes(demands: Mapping[int, records.Demand], supplies: Mapping[int, records.Supply]) -> "Tastes":
    """Return what the companies of these sheets refused and accepted among them; of a pair the last word counts.

    Who does not want personal lists has no history.
    """
    from ..engine.matching.taste import Experience, Tastes

    rows = db.session.execute(
        sa.select(Feedback.company_id, Feedback.side, Feedback.kind, Feedback.reason, Feedback.demand_id, Feedback.product_id)
        .where(Feedback.kind.in_(("hidden", "declined", "accepted")), Feedback.expo_id.in_({demand.expo_id for demand in demands.values()}))
        .order_by(Feedback.at, Feedback.id))
    last = {(row.company_id, row.demand_id, row.product_id): row for row in rows if row.demand_id in demands and row.product_id in supplies}
    plain = set(db.session.scalars(sa.select(Company.id).where(~Company.personalised)))
    return Tastes().fit([Experience(row.side, demands[row.demand_id], supplies[row.product_id], row.kind == "accepted", row.reason)
                         for row in last.values()], plain)


def titles(translations: Mapping[str, Any]) -> dict[str, str]:
    """Return {language: title} of stored translations."""
    return {lang: sheet["title"] for lang, sheet in translations.items() if isinstance(sheet, dict) and sheet.get("title")}


def _pairs(specs: Iterable[Any]) -> tuple[tuple[str, str], ...]:
    return tuple((str(pair[0]), str(pair[1])) for pair in specs if len(pair) == 2)


def _quantity(amount: Decimal | None, unit: str) -> records.Quantity | None:
    return None if amount is None else records.Quantity(amount, unit)


def _price(low: Decimal | None, high: Decimal | None, currency: str, unit: str) -> records.Price | None:
    return None if low is None and high is None else records.Price(low, high, currency, unit)


def row_of(match: records.Match, demand: records.Demand, supply: records.Supply, models: "Models", model: str,
           at: datetime) -> dict[str, Any]:
    """Return the values of the ``Recommendation`` row of a match; ``model`` names encoder, recipe and version."""
    shown = {side: match.chance(side) if models.deal.is_calibrated_for(side) else None for side in records.SIDES}
    return {
        "expo_id": demand.expo_id, "demand_id": demand.id, "product_id": supply.id, "buyer_id": demand.company_id,
        "exhibitor_id": supply.company_id, "score": round(100 / (1 + math.exp(-match.fit)), 3), "band": match.band,
        "order_buyer": match.order_for_demand, "order_exhibitor": match.order_for_supply, "base_buyer": match.bases.buyer,
        "base_exhibitor": match.bases.exhibitor, "odds_buyer": match.log_odds("buyer"),
        "odds_exhibitor": match.log_odds("exhibitor"), "chance_buyer": shown["buyer"], "chance_exhibitor": shown["exhibitor"],
        "chance_intention": models.intention_chance(match.signals),
        "reasons": [plain(item) for item in match.reasons],
        "gaps": [plain(item) for item in match.gaps],
        "repairs": [repair_to_json(repair) for repair in match.repairs],
        "signals": {name: round(value, 4) for name, value in match.signals.items()},
        "model": model, "computed_at": at,
    }


def plain(said: records.Reason | records.Gap) -> dict[str, Any]:
    """Return a reason or gap as JSON can hold it: decimals and days as text, tuples as lists."""
    buyer, exhibitor = said.weights
    return {"code": said.code, "weights": [round(buyer, 6), round(exhibitor, 6)],
            "params": {name: value if type(value) is str else _plain(value) for name, value in said.params.items()}}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return figure(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"a parameter of type {type(value).__name__} has no plain form")
