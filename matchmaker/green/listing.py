"""The products of an expo with their evidence, for lists, filters and reports: in a few statements however many there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from ..catalog import queries as catalog
from ..catalog.models import Listing, Product
from ..companies.models import Company
from ..companies.queries import either_blocks
from ..expos.models import Expo
from ..expos.queries import require_belongs
from ..infra.db import db
from ..permissions import Actor
from ..trade.green import Level, Profile, Rated
from . import queries

_COLUMNS = (Product.id, Product.title, Product.lang, Product.translations, Product.origin, Product.hs, Product.company_id, Company.name,
            Company.name_en, Company.name_zh, Company.country, Listing.section_id)


@dataclass(frozen=True, slots=True)
class Shown:
    """A product of an expo and its evidence on a day. ``row`` has what a list says of it."""

    row: Any
    profile: Profile

    @property
    def id(self) -> int:
        return int(self.row.id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter. A level holds for the link, else for the strongest one; a label counts once it is stated in full and has not run out."""

    level: Level = Level.UNKNOWN
    link: str = ""
    label: str = ""
    section_id: int | None = None
    origin: str = ""
    company_id: int | None = None
    words: tuple[str, ...] = field(default=())

    def __call__(self, shown: Shown) -> bool:
        has = shown.profile.level(self.link) if self.link else shown.profile.best
        row = shown.row
        text = " ".join(filter(None, (row.title, row.name, row.name_en, row.name_zh, str(row.translations)))).casefold()
        return (has >= self.level and (not self.label or self.label in labels_in_full(shown.profile, self.level))
                and self.section_id in (None, row.section_id) and self.origin in ("", row.origin)
                and self.company_id in (None, row.company_id)
                and all(word.casefold() in text for word in self.words))


def at_expo(expo: Expo, on: date) -> list[Shown]:
    """Return all products shown at an expo, for its organizers."""
    return _with_profiles(_query(expo), on)


def for_reader(actor: Actor, expo: Expo, on: date) -> list[Shown]:
    """Return the products at an expo that the actor may read: a buyer sees none of companies that it blocks or that block it.

    Raises ``NotFound`` for who does not belong to the expo.
    """
    require_belongs(actor, expo)
    query = _query(expo)
    if not actor.has_expo_role(expo.id, *catalog.SEERS):
        query = query.where(~either_blocks(sa.literal(actor.company_id), Product.company_id) if actor.is_buyer else sa.false())
    return _with_profiles(query, on)


def of_company(company_id: int, on: date) -> list[Shown]:
    """Return the products of a company that are not withdrawn, for itself."""
    query = (sa.select(*_COLUMNS[:-1], sa.null().label("section_id"), Product.state).join(Company, Company.id == Product.company_id)
             .where(Product.company_id == company_id, Product.state != "withdrawn").order_by(Product.title, Product.id))
    return _with_profiles(query, on)


def labels_in_full(profile: Profile, least: Level = Level.UNKNOWN) -> set[str]:
    """Return the labels that are stated in full, have not run out, were not searched in vain, and reach a level."""
    return {one.evidence.label for one in profile.rated() if one.evidence.label and holds(one) and one.level >= least}


def holds(rated: Rated) -> bool:
    """Tell whether a label is stated in full and counts today."""
    return not rated.missing and not rated.expired and not (rated.next and rated.next.what == "clear")


def with_level(product_ids: Iterable[int], least: Level, on: date) -> list[int]:
    """Return those of the products whose strongest link reaches a level."""
    found: Mapping[int, int] = queries.levels(product_ids, on)
    return [product_id for product_id, level in found.items() if level >= least]


def _query(expo: Expo) -> sa.Select:
    return catalog.shown_at(expo.id).join(Company, Company.id == Product.company_id).with_only_columns(
        *_COLUMNS, maintain_column_froms=True).order_by(None).order_by(Product.title, Product.id)


def _with_profiles(query: sa.Select, on: date) -> list[Shown]:
    rows = db.session.execute(query).all()
    found = queries.profiles([row.id for row in rows], on)
    return [Shown(row, found[row.id]) for row in rows]
