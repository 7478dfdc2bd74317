"""Which of the three expos suits a company: its products by section, demands of all editions so far, dates, and the work of entry."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from .. import clock
from ..catalog.models import Product
from ..demands.models import Demand
from ..expos.models import Expo, Section
from ..expos.queries import editions, parts_of_company, takes_applications
from ..i18n import lang
from ..infra.db import db
from ..permissions import Actor
from ..reference import queries as reference
from ..trade.expos import ExpoSeries, expo_series
from ..trade.gates import Road
from . import queries

FEW = 3  # below it a count is said as "fewer than 3": it must not point at a buyer


@dataclass(frozen=True, slots=True)
class SectionFit:
    """A section of an expo that products of the company fit. ``demands``: how many the editions had; None where fewer than ``FEW``."""

    name: str
    verified: bool
    products: int
    demands: int | None
    same_heading: int | None


@dataclass(frozen=True, slots=True)
class Offer:
    """One expo: its next edition if one is set up, what fits, and how many products could be exhibited by its first day."""

    series: ExpoSeries
    edition: Expo | None
    part: str  # the state of the company's participation, or ""
    takes: bool
    fits: list[SectionFit]
    fitting: int
    with_code: int
    exhibit_ready: int | None

    @property
    def share(self) -> float:
        """The part of the products with a code that fits some section here."""
        return self.fitting / self.with_code if self.with_code else 0.0


def offers(actor: Actor) -> list[Offer]:
    """Return the three expos for the acting exhibitor, the best fit first."""
    products = [product for product in queries.of_company(actor) if product.state != "withdrawn"]
    ahead = {expo.series: expo for expo in reversed(editions()) if expo.ends_on >= clock.now().date()}
    parts = parts_of_company(actor.company_id or 0)
    found = [_offer(one, ahead.get(one.code), parts, products) for one in expo_series()]
    return sorted(found, key=lambda offer: -offer.share)


def _offer(one: ExpoSeries, edition: Expo | None, parts: dict, products: list[Product]) -> Offer:
    today = clock.now().date()
    codes = {product.id: product.hs for product in products if product.hs}
    rules = [rule for rule in reference.rulebook().on("expo_section", today) if rule.data["series"] == one.code]
    fits, fitting = [], set()
    for rule in rules:
        starts = tuple(rule.data["hs"])
        mine = {ident for ident, code in codes.items() if code.startswith(starts)}
        section = one.section(rule.data["section"])
        if not mine or section is None:
            continue
        fitting |= mine
        total, same = _demands(one.code, section.code, {codes[ident][:4] for ident in mine})
        fits.append(SectionFit(section.name.label(lang()), section.verified, len(mine), _said(total), _said(same)))
    part = parts.get(edition.id) if edition else None
    ready = _ready(codes, edition.starts_on) if edition else None
    fits.sort(key=lambda fit: -fit.products)
    takes = edition is not None and takes_applications(edition)
    return Offer(one, edition, part.state if part else "", takes, fits, len(fitting), len(codes), ready)


def _demands(series: str, section: str, headings: Iterable[str]) -> tuple[int, int]:
    """Return how many demands all editions of a series had in a section, and how many of the same headings."""
    public = Demand.state.in_(("published", "closed"))
    base = sa.select(sa.func.count()).select_from(Demand).join(Expo, Expo.id == Demand.expo_id).where(Expo.series == series, public)
    total = db.session.scalar(base.join(Section, Section.id == Demand.section_id).where(Section.code == section)) or 0
    same = db.session.scalar(base.where(sa.func.substr(Demand.hs, 1, 4).in_(list(headings)))) or 0
    return total, same


def _said(count: int) -> int | None:
    return count if count == 0 or count >= FEW else None


def _ready(codes: Iterable[int], by: date) -> int:
    """Return how many products could be exhibited by a day, with typical lengths."""
    today = clock.now().date()
    counts = Counter(queries.open_by(roads[Road.EXHIBIT], today, by) for roads in queries.states(codes, today).values())
    return counts[True]
