"""Questions of the organizers' page on match quality. What is dear was counted by a job (``reports``); here it gets names and words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from .. import audit, clock
from ..catalog.models import Product
from ..companies.models import Company
from ..demands.models import Demand
from ..errors import N_
from ..expos.models import Expo, Participation
from ..expos.queries import require_organizer
from ..infra.db import db
from ..infra.jobs import Job
from ..permissions import Actor, ensure
from . import cards, learning, ranking, reports, tasks
from .models import ModelVersion
from .rules import REFRESH, REPORT, TRAIN

VERSIONS = 10  # of which the page tells
FEW = 30  # readers below which an order of methods is mostly chance
METHODS = {
    "learned": N_("Learned model"), "documented": N_("Documented weights"), "encoder": N_("Encoder alone"), "bm25": "BM25",
    "tfidf": "TF-IDF", "shown": N_("The order in which they were shown"),
}
CAUSES = {
    "too_far": N_("No product near enough"), "no_product_in_section": N_("No product in its section"),
    "no_products": N_("No product at this expo yet"), "origin_excluded": N_("Stopped: the buyer excludes the origin"),
    "road_closed": N_("Stopped: the law closes the buyer's road to market"), "blocked": N_("Stopped: one company has blocked the other"),
    reports.WAITS: N_("Waits to be matched"),
}
_BLOCKS = {"blocked_by_buyer": "blocked", "blocked_by_exhibitor": "blocked", "own_company": "too_far", "expo": "too_far"}


@dataclass(frozen=True, slots=True)
class Named:
    """A sheet that gets nothing: its title for the reader, its cause and, where none is near enough, the nearest product (id, title)."""

    id: int
    title: str
    lang: str
    cause: str = ""
    nearest: tuple[int, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Exhibitor:
    """An exhibitor in nobody's first ten: its name, its place in the list of companies, whether it has matches at all."""

    part_id: int
    name: str
    matched: bool


@dataclass(slots=True)
class Quality:
    """What the page shows. ``parts`` are those of the report with ``at`` as a moment; a part that was not computed is missing."""

    parts: dict[str, dict[str, Any]]
    versions: Sequence[ModelVersion]
    in_use: ModelVersion | None
    causes: list[tuple[str, int]] = field(default_factory=list)
    demands: list[Named] = field(default_factory=list)
    products: list[Named] = field(default_factory=list)
    unseen: list[Named] = field(default_factory=list)
    exhibitors: list[Exhibitor] = field(default_factory=list)

    @property
    def model(self) -> str:
        """The first signs of the hash of the version in use, or ``documented``."""
        return self.in_use.sha256[:12] if self.in_use else learning.DOCUMENTED

    @property
    def lists(self) -> list[tuple[str, dict[str, Any]]]:
        """(name of the method, its metrics), the model in use first."""
        rows = self.parts.get("ranking", {}).get("rows", {})
        return [(METHODS[name], rows[name]) for name in ranking.ORDER if name in rows]


def of_expo(actor: Actor, expo: Expo) -> Quality:
    """Return what is known of the quality of matches at the expo. For its organizers."""
    require_organizer(actor, expo)
    stored = reports.report(expo.id)
    data = stored.data if stored else {}
    parts = {name: part | {"at": datetime.fromisoformat(part["at"])} for name, part in data.items()}
    page = Quality(parts, learning.versions()[:VERSIONS], learning.in_use())
    if alone := parts.get("nothing"):
        _name_sheets(page, alone)
    if shown := parts.get("exposure"):
        page.exhibitors = _exhibitors(expo.id, shown["named"])
    return page


def _name_sheets(page: Quality, alone: dict[str, Any]) -> None:
    """Fill in titles. A sheet that is no longer there is left out; what a stop keeps apart is not named together."""
    counts: dict[str, int] = {}
    for cause, count in alone["causes"].items():
        counts[_BLOCKS.get(cause, cause)] = counts.get(_BLOCKS.get(cause, cause), 0) + count
    page.causes = sorted(((CAUSES[cause], count) for cause, count in counts.items()), key=lambda one: -one[1])
    causes = [(ident, _BLOCKS.get(cause, cause), near) for ident, cause, near in alone["demands_named"]]
    demands = _titles(Demand, [ident for ident, _cause, _near in causes])
    wanted = [near for _ident, cause, near in causes if near and cause == "too_far"]
    products = _titles(Product, [*wanted, *alone["products_named"], *alone["unseen_named"]])
    for ident, cause, near in causes:
        if ident in demands:
            nearest = (near, *products[near]) if near in products and cause == "too_far" else None
            page.demands.append(Named(ident, *demands[ident], CAUSES[cause], nearest))
    page.products = [Named(ident, *products[ident]) for ident in alone["products_named"] if ident in products]
    page.unseen = [Named(ident, *products[ident]) for ident in alone["unseen_named"] if ident in products]


def _titles(sheet: Any, idents: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return {id: (title for the reader, its language)} of the published sheets among ``idents``."""
    rows = db.session.execute(sa.select(sheet.id, sheet.title, sheet.lang, sheet.translations)
                              .where(sheet.id.in_(set(idents)), sheet.state == "published"))
    return {row.id: cards.title_for_reader(row.title, row.lang, row.translations) for row in rows}


def _exhibitors(expo_id: int, named: Sequence[Sequence[Any]]) -> list[Exhibitor]:
    matched = dict(named)
    rows = db.session.execute(
        sa.select(Participation.id, Company).join(Company, Company.id == Participation.company_id)
        .where(Participation.expo_id == expo_id, Company.id.in_(matched)).order_by(Company.name)).all()
    return [Exhibitor(ident, company.display_name, matched[company.id]) for ident, company in rows]


def work(expo: Expo) -> Job | None:
    """Return the job that the page waits for: training, matching or the report of this expo; None when nothing runs."""
    here = sa.or_(Job.kind == TRAIN, sa.and_(Job.kind.in_((REFRESH, REPORT)), Job.expo_id == expo.id))
    going = sa.or_(Job.state == "running", sa.and_(Job.state == "queued", Job.run_at <= clock.wall()))
    return db.session.scalars(sa.select(Job).where(here, going).order_by(Job.kind != TRAIN, Job.state.desc(), Job.id).limit(1)).first()


def failed_training() -> Job | None:
    """Return the last training if it failed."""
    last = db.session.scalars(sa.select(Job).where(Job.kind == TRAIN).order_by(Job.id.desc()).limit(1)).first()
    return last if last is not None and last.state == "failed" else None


def ask_report(actor: Actor, expo: Expo) -> None:
    """Have the report of the expo computed now."""
    require_organizer(actor, expo)
    audit.record(actor, "matching.ask_report", expo_id=expo.id)
    tasks.ask_report(expo.id, user_id=actor.user_id)


def ask_training(actor: Actor) -> None:
    """Have a model learned from all feedback. For administrators: one model serves every expo."""
    ensure(actor.is_admin or actor.is_system)
    audit.record(actor, "matching.ask_training")
    tasks.ask_training(actor.user_id)


def use_named(actor: Actor, name: str) -> None:
    """Use the version of that hash, or the documented weights. Raises ``NotFound``."""
    if name == learning.DOCUMENTED:
        learning.use_documented(actor)
    else:
        learning.use(actor, learning.version_named(name))
