"""Bringing stored matches up to date: what changed is matched anew, in chunks that are each one transaction.

Demands first, against all products, then changed products against all demands. The stale rows of a chunk are deleted in
the transaction that writes its matches; a run that is killed begins again with the rows that are left, and a row that came
in meanwhile has a newer id and is not deleted. The word statistics of the matcher belong to the products of the expo, so a
changed product moves the scores of other pairs a little; a whole refresh evens that out.
"""

import copy
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa

from .. import clock
from ..engine.matching import records
from ..errors import N_
from ..expos.models import Expo
from ..infra.db import db
from . import balancing, learning, load, reports, terms
from .encoding import encoder
from .models import Recommendation, StaleMatch
from .rules import LIST, RECIPE, is_most

if TYPE_CHECKING:
    from ..engine.matching.ranker import Matcher

DEMANDS_AT_ONCE, PRODUCTS_AT_ONCE, TEXTS_AT_ONCE = 32, 200, 48
KEPT_PRODUCTS = 20_000  # a fitted matcher of more products is not kept in memory
_fitted: "OrderedDict[int, Matcher]" = OrderedDict()
_keeping = threading.Lock()


class Reporter(Protocol):
    """What a refresh tells of itself: a job's context, or the command line."""

    def progress(self, fraction: float, message: str = "", **params: Any) -> None: ...

    def chunk(self) -> None: ...


@dataclass(slots=True)
class Todo:
    """What is stale at one moment: demands and products with the ids of the rows that say so."""

    demands: dict[int, list[int]] = field(default_factory=dict)
    products: dict[int, list[int]] = field(default_factory=dict)
    whole: list[int] = field(default_factory=list)
    spreading: set[tuple[str, int]] = field(default_factory=set)  # ("demand" | "product", id): changed itself

    def __bool__(self) -> bool:
        return bool(self.demands or self.products or self.whole)

    def rows(self) -> list[int]:
        """Return the ids of all rows read."""
        return [*self.whole, *(ident for ids in (*self.demands.values(), *self.products.values()) for ident in ids)]


def refresh(reporter: Reporter, expo_id: int) -> dict[str, int]:
    """Match all that is stale at the expo until nothing is; return how many demands and products were matched."""
    done = {"demands": 0, "products": 0}
    while todo := _todo(expo_id):
        reporter.progress(0.02, N_("Reading products and demands"))
        run = _Run(reporter, expo_id, todo)
        if run.is_whole():
            run.mark_all_demands()
            continue
        run.demands_anew()
        run.products_anew()
        if len(todo.demands) >= len(run.demands) or is_most(len(todo.demands) + len(todo.products), len(run.demands) + len(run.supplies)):
            reporter.progress(0.95, N_("Balancing the lists"))
            reports.keep(expo_id, "market", balancing.balance(expo_id, reporter.chunk))
        _trim(expo_id)
        reporter.chunk()
        done["demands"] += len(todo.demands)
        done["products"] += len(todo.products)
    return done


def _todo(expo_id: int) -> Todo:
    todo = Todo()
    for row in db.session.execute(sa.select(StaleMatch.id, StaleMatch.demand_id, StaleMatch.product_id, StaleMatch.spreads)
                                  .where(StaleMatch.expo_id == expo_id).order_by(StaleMatch.id)):
        for side, ident, named in (("demand", row.demand_id, todo.demands), ("product", row.product_id, todo.products)):
            if ident is not None:
                named.setdefault(ident, []).append(row.id)
                if row.spreads:
                    todo.spreading.add((side, ident))
        if row.demand_id is None and row.product_id is None:
            todo.whole.append(row.id)
    return todo


class _Run:
    """One pass over what is stale."""

    def __init__(self, reporter: Reporter, expo_id: int, todo: Todo):
        self.reporter, self.expo_id, self.todo = reporter, expo_id, todo
        self.supplies = {supply.id: supply for supply in load.supplies(expo_id)}
        self.demands = {demand.id: demand for demand in load.demands(expo_id)}
        self.encoder = encoder()
        self.models = learning.current()
        self.model = f"{self.encoder.name}/{RECIPE}/{self.models.name}"
        self.of_demand, self.of_exhibitor = balancing.potentials(expo_id)

    def is_whole(self) -> bool:
        """Tell whether the whole expo is to be matched: asked for, most of it changed, or stored matches are of another model."""
        if self.todo.whole or is_most(len(self.todo.spreading), len(self.demands) + len(self.supplies)):
            return True
        marked = sa.select(StaleMatch.demand_id).where(StaleMatch.expo_id == self.expo_id, StaleMatch.demand_id.is_not(None))
        return db.session.scalar(sa.select(Recommendation.id).where(
            Recommendation.expo_id == self.expo_id, Recommendation.model != self.model,
            Recommendation.demand_id.not_in(marked)).limit(1)) is not None

    def mark_all_demands(self) -> None:
        """Turn the wish for a whole refresh into one row per demand, so that a run that is killed goes on where it was."""
        for ids in _chunks(self.todo.rows(), 500):
            db.session.execute(sa.delete(StaleMatch).where(StaleMatch.id.in_(ids)))
        db.session.execute(sa.delete(Recommendation).where(
            Recommendation.expo_id == self.expo_id, Recommendation.demand_id.not_in(load.published_demands(self.expo_id))))
        if self.demands:
            db.session.execute(sa.insert(StaleMatch), [
                {"expo_id": self.expo_id, "demand_id": ident, "product_id": None, "spreads": False} for ident in self.demands])
        self.reporter.chunk()

    def demands_anew(self) -> None:
        """Match the stale demands against all products."""
        order, done = sorted(self.todo.demands), 0
        wanted = [self.demands[ident] for ident in order if ident in self.demands]
        matcher = self._matcher(wanted) if wanted else None
        for ids in _chunks(order, DEMANDS_AT_ONCE):
            some = [self.demands[ident] for ident in ids if ident in self.demands]
            self.reporter.progress(0.3 + 0.6 * done / len(order), N_("Matching demands"), done=done, total=len(order))
            self._replace("demand", ids, matcher.pairs(some, top=len(some) + LIST) if matcher and some else [])
            done += len(ids)

    def products_anew(self) -> None:
        """Match the stale products against all demands."""
        order, done = sorted(self.todo.products), 0
        demands = list(self.demands.values())
        matcher = self._matcher(demands) if demands and any(ident in self.supplies for ident in order) else None
        for ids in _chunks(order, PRODUCTS_AT_ONCE):
            some = [self.supplies[ident] for ident in ids if ident in self.supplies]
            self.reporter.progress(0.6 + 0.3 * done / len(order), N_("Matching products"), done=done, total=len(order))
            self._replace("product", ids, matcher.only(some).pairs(demands, top=len(demands)) if matcher and some else [])
            done += len(ids)

    def _matcher(self, asking: list[records.Demand]) -> "Matcher":
        supplies = list(self.supplies.values())
        known = _known(self.expo_id, supplies)
        encode_missing(self.reporter, self.encoder, asking if known else [*supplies, *asking])
        return self._as_of_now(known or fit(self.expo_id, supplies))

    def _as_of_now(self, matcher: "Matcher") -> "Matcher":
        """Return the matcher of the products with what may change without them: the model, habits, agreements, what is sought after."""
        from ..engine.matching.ranker import Potentials

        of_product = {ident: self.of_exhibitor.get(supply.company_id, 0.0) for ident, supply in self.supplies.items()}
        return copy.copy(matcher).set_params(
            model=self.models.deal, tastes=load.tastes(self.demands, self.supplies), agreed=terms.agreed(self.expo_id),
            potentials=Potentials(of_product, self.of_demand))

    def _replace(self, side: str, ids: Sequence[int], matches: Sequence[records.Match]) -> None:
        """Write the matches of one chunk in place of its old rows and forget that it was stale: one transaction."""
        column = Recommendation.demand_id if side == "demand" else Recommendation.product_id
        db.session.execute(sa.select(Expo.id).where(Expo.id == self.expo_id).with_for_update(key_share=True))  # one writer at a time
        self._refill(side, ids)
        db.session.execute(sa.delete(Recommendation).where(Recommendation.expo_id == self.expo_id, column.in_(ids)))
        now = clock.now()
        rows = [load.row_of(match, self.demands[match.demand_id], self.supplies[match.supply_id], self.models, self.model, now)
                for match in matches]
        if rows:
            db.session.execute(sa.insert(Recommendation), rows)
        stale = self.todo.demands if side == "demand" else self.todo.products
        for part in _chunks([row for ident in ids for row in stale[ident]], 500):
            db.session.execute(sa.delete(StaleMatch).where(StaleMatch.id.in_(part)))
        self.reporter.chunk()

    def _refill(self, side: str, ids: Sequence[int]) -> None:
        """Mark the full lists of the other side in which these stand: they may have another entry to take in. It spreads no further."""
        changed = [ident for ident in ids if (side, ident) in self.todo.spreading]
        mine, other = Recommendation.demand_id, Recommendation.product_id
        name, already = "product_id", self.todo.products
        if side == "product":
            mine, other, name, already = other, mine, "demand_id", self.todo.demands
        touched = sa.select(other).where(Recommendation.expo_id == self.expo_id, mine.in_(changed))
        full = sa.select(other).where(Recommendation.expo_id == self.expo_id, other.in_(touched))
        full = full.group_by(other).having(sa.func.count() >= LIST)
        rows = [{"expo_id": self.expo_id, "demand_id": None, "product_id": None, "spreads": False} | {name: ident}
                for ident in db.session.scalars(full).all() if changed and ident not in already]
        if rows:
            db.session.execute(sa.insert(StaleMatch), rows)


def _chunks(items: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(items), size):
        yield items[start:start + size]


def _trim(expo_id: int) -> None:
    """Delete what stands behind the first ``LIST`` of both its demand and its product."""
    demand, product = Recommendation.demand_id, Recommendation.product_id
    place = sa.func.row_number()
    ranked = sa.select(
        Recommendation.id, place.over(partition_by=demand, order_by=(Recommendation.order_buyer.desc(), product)).label("d"),
        place.over(partition_by=product, order_by=(Recommendation.order_exhibitor.desc(), demand)).label("p"),
    ).where(Recommendation.expo_id == expo_id).subquery()
    behind = sa.select(ranked.c.id).where(ranked.c.d > LIST, ranked.c.p > LIST)
    db.session.execute(sa.delete(Recommendation).where(Recommendation.id.in_(behind)))


def encode_missing(reporter: Reporter, model: Any, sheets: Iterable[records.Supply | records.Demand]) -> None:
    """Encode the texts of the sheets a few sheets at a time, so that progress shows and a crash loses little."""
    from ..engine.matching.features import english_view
    from ..engine.matching.views import names, whole

    sheets = list(sheets)
    for start in range(0, len(sheets), TEXTS_AT_ONCE):
        texts = [text for sheet in sheets[start:start + TEXTS_AT_ONCE] for text in (*names(sheet), whole(sheet))]
        reporter.progress(0.05 + 0.25 * start / len(sheets), N_("Reading texts"), done=start, total=len(sheets))
        model.encode([*texts, *(english_view(text) for text in texts)])


def _known(expo_id: int, supplies: list[records.Supply]) -> "Matcher | None":
    """Return the matcher in memory if it was fitted on these very products, today, with this encoder."""
    known = _fitted.get(expo_id)
    fresh = known is not None and known.supplies_ == supplies and known.today == clock.now().date() and known.encoder is encoder()
    return known if fresh else None


def fit(expo_id: int, supplies: list[records.Supply]) -> "Matcher":
    """Return a matcher fitted on these products; those of the last three expos stay in memory."""
    from ..engine.matching.ranker import Matcher

    matcher = Matcher(encoder(), today=clock.now().date()).fit(supplies)
    with _keeping:
        _fitted.pop(expo_id, None)
        if len(supplies) <= KEPT_PRODUCTS:
            _fitted[expo_id] = matcher
        while len(_fitted) > 3:
            _fitted.popitem(last=False)
    return matcher
