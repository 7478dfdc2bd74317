"""Bringing stored matches up to date: what changed is matched anew, in chunks that are each one transaction.

Demands first, against all products, then changed products against all demands. The stale rows of a chunk are deleted in
the transaction that writes its matches; a run that is killed begins again with the rows that are left, and a row that came
in meanwhile has a newer id and is not deleted. The word statistics of the matcher belong to the products of the expo, so a
changed product moves the scores of other pairs a little; a whole refresh evens that out.
"""

import copy
import gc
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa
from flask import current_app

from .. import clock
from ..engine.matching import records
from ..errors import N_
from ..expos.models import Expo
from ..infra.db import db
from . import balancing, learning, load, reports, stale, terms
from .encoding import encoder, not_stored
from .models import Recommendation, StaleMatch
from .rules import LIST, RECIPE, is_most
from .writing import Row, Rows

if TYPE_CHECKING:
    from ..engine.matching.ranker import Matcher

DEMANDS_AT_ONCE, PRODUCTS_AT_ONCE, TEXTS_AT_ONCE = 32, 200, 48
CHUNKS = 200  # of a great refresh at most: each commit writes the touched pages of every index anew
KEPT_PRODUCTS = 20_000  # a fitted matcher of more products is not kept in memory
MOST_PLACES, SHORTEST = 600_000, 6  # of all demands' lists, of all products' lists; a list has at least the shortest
GREAT = 3000  # sheets of an expo from which workers are worth their start
_fitted: "OrderedDict[int, Matcher]" = OrderedDict()
_keeping = threading.Lock()


class Reporter(Protocol):
    """What a refresh tells of itself: a job's context, or the command line."""

    def progress(self, fraction: float, message: str = "", **params: Any) -> None: ...

    def chunk(self) -> None: ...


def refresh(reporter: Reporter, expo_id: int) -> dict[str, int]:
    """Match all that is stale at the expo until nothing is; return how many demands and products were matched."""
    done = {"demands": 0, "products": 0}
    while todo := stale.todo(expo_id):
        reporter.progress(0.02, N_("Reading products and demands"))
        if stale.is_whole(expo_id, todo, model_name()):
            stale.mark_all_demands(expo_id, todo)
            reporter.chunk()
            continue
        run = _Run(reporter, expo_id, todo)
        run.demands_anew()
        run.products_anew()
        _trim(expo_id, places(len(run.demands)), places(len(run.supplies)))
        reporter.chunk()
        done["demands"] += len(todo.demands)
        done["products"] += len(todo.products)
    return done


def model_name() -> str:
    """Return encoder, recipe and version in use, as stored matches have them."""
    return f"{encoder().name}/{RECIPE}/{learning.current().name}"


class _Run:
    """One pass over what is stale."""

    def __init__(self, reporter: Reporter, expo_id: int, todo: stale.Todo):
        self.reporter, self.expo_id, self.todo = reporter, expo_id, todo
        self.supplies = {supply.id: supply for supply in load.supplies(expo_id)}
        self.demands = {demand.id: demand for demand in load.demands(expo_id)}
        self.encoder = encoder()
        self.models = learning.current()
        self.model = model_name()
        self.of_demand, self.of_exhibitor = balancing.potentials(expo_id)
        self.balanced: balancing.Balanced | None = None
        self.writer = Rows(db.session.get_bind().dialect)

    def demands_anew(self) -> None:
        """Match the stale demands against all products; where they are most of the expo, all demands, and the lists are balanced."""
        order, done = sorted(self.todo.demands), 0
        wanted = [self.demands[ident] for ident in order if ident in self.demands]
        chunks = [(ids, [self.demands[ident] for ident in ids if ident in self.demands])
                  for ids in _chunks(order, max(DEMANDS_AT_ONCE, -(-len(order) // CHUNKS)))]
        rows = self._rows(wanted, [some for _, some in chunks], whole=self._is_most())
        for ids, _ in chunks:
            self.reporter.progress(0.5 + 0.45 * done / len(order), N_("Matching demands"), done=done, total=len(order))
            found = next(rows)
            self._keep_balance()
            self._replace("demand", ids, found)
            done += len(ids)

    def _keep_balance(self) -> None:
        """Write what the balance found, if it is not written yet: with the first matches, so that nobody waits for a comparison."""
        if self.balanced is not None:
            balancing.keep(self.expo_id, self.balanced.potentials)
            reports.keep(self.expo_id, "market", self.balanced.told)
            self.balanced = None

    def _is_most(self) -> bool:
        """Tell whether so much is stale that all is compared anew and the lists are balanced."""
        changed, total = len(self.todo.demands) + len(self.todo.products), len(self.demands) + len(self.supplies)
        return len(self.todo.demands) >= len(self.demands) or is_most(changed, total)

    def _rows(self, wanted: Sequence[records.Demand], chunks: Sequence[Sequence[records.Demand]], *, whole: bool) -> Iterator[list[Row]]:
        """Yield the rows of each chunk of demands."""
        if wanted and whole:
            yield from self._surveyed(self._matcher(list(self.demands.values())), chunks)
            return
        matcher = self._matcher(wanted) if wanted else None
        for some in chunks:
            yield self._written(matcher.pairs(some, top=len(some) + LIST) if matcher and some else [])

    def _surveyed(self, matcher: "Matcher", chunks: Sequence[Sequence[records.Demand]]) -> Iterator[list[Row]]:
        """Find all pairs of the expo, balance them, keep the first of each list; yield the rows of each chunk of demands.

        What is found stays in memory as columns.
        """
        from ..engine.matching.compute import Compute, each

        demands = list(self.demands.values())
        compute = Compute.read(current_app.config["COMPUTE"] if len(demands) + len(self.supplies) >= GREAT else "serial")
        matcher.set_params(potentials=None)
        found = matcher.survey(demands, compute, lambda done: self.reporter.progress(
            0.3 + 0.15 * done / len(demands), N_("Comparing"), done=done, total=len(demands)))
        self.reporter.progress(0.45, N_("Balancing the lists"))
        found, self.balanced = balancing.balance(found, matcher.columns_.company[found.j])
        self.of_demand, self.of_exhibitor = ({ident: value for (of, ident), value in self.balanced.potentials.items() if of == side}
                                             for side in ("buyer", "exhibitor"))
        found, matcher = found.first(places(len(self.demands)), places(len(self.supplies))), matcher.without_texts()
        place = {demand.id: at for at, demand in enumerate(found.demands)}

        def explain(*some: records.Demand) -> list[Row]:
            return self._written(matcher.explained(found.part([place[demand.id] for demand in some])))

        gc.freeze()  # workers share what stays as it is, and nobody looks for rubbish in it
        try:
            yield from each(explain, chunks, compute)
        finally:
            gc.unfreeze()

    def _written(self, matches: Sequence[records.Match]) -> list[Row]:
        """Return matches as rows that the driver takes as they are: made by a worker, where there are workers."""
        now = clock.now()
        pairs = ((match, self.demands[match.demand_id], self.supplies[match.supply_id]) for match in matches)
        return [self.writer.row(load.row_of(*pair, self.models, self.model, now)) for pair in pairs]

    def products_anew(self) -> None:
        """Match the stale products against all demands."""
        order, done = sorted(self.todo.products), 0
        demands = list(self.demands.values())
        matcher = self._matcher(demands) if demands and any(ident in self.supplies for ident in order) else None
        for ids in _chunks(order, PRODUCTS_AT_ONCE):
            some = [self.supplies[ident] for ident in ids if ident in self.supplies]
            self.reporter.progress(0.6 + 0.3 * done / len(order), N_("Matching products"), done=done, total=len(order))
            self._replace("product", ids, self._written(matcher.only(some).pairs(demands, top=len(demands)) if matcher and some else []))
            done += len(ids)

    def _matcher(self, asking: Sequence[records.Demand]) -> "Matcher":
        supplies = list(self.supplies.values())
        known = _known(self.expo_id, supplies)
        encode_missing(self.reporter, self.encoder, asking if known else [*supplies, *asking])
        return self._as_of_now(known or fit(self.expo_id, supplies, list(self.demands.values())))

    def _as_of_now(self, matcher: "Matcher") -> "Matcher":
        """Return the matcher of the products with what may change without them: the model, habits, agreements, what is sought after."""
        from ..engine.matching.ranker import Potentials

        of_product = {ident: self.of_exhibitor.get(supply.company_id, 0.0) for ident, supply in self.supplies.items()}
        return copy.copy(matcher).set_params(
            model=self.models.deal, tastes=load.tastes(self.demands, self.supplies), agreed=terms.agreed(self.expo_id),
            potentials=Potentials(of_product, self.of_demand))

    def _replace(self, side: str, ids: Sequence[int], rows: list[Row]) -> None:
        """Write the matches of one chunk in place of its old rows and forget that it was stale: one transaction."""
        column = Recommendation.demand_id if side == "demand" else Recommendation.product_id
        db.session.execute(sa.select(Expo.id).where(Expo.id == self.expo_id).with_for_update(key_share=True))  # one writer at a time
        self._refill(side, ids)
        db.session.execute(sa.delete(Recommendation).where(Recommendation.expo_id == self.expo_id, column.in_(ids)))
        if rows:
            db.session.connection().exec_driver_sql(self.writer.statement, rows)
        named = self.todo.demands if side == "demand" else self.todo.products
        stale.forget([row for ident in ids for row in named[ident]])
        self.reporter.chunk()

    def _refill(self, side: str, ids: Sequence[int]) -> None:
        """Mark the full lists of the other side in which these stand: they may have another entry to take in. It spreads no further."""
        if not (changed := [ident for ident in ids if (side, ident) in self.todo.spreading]):
            return
        mine, other = Recommendation.demand_id, Recommendation.product_id
        name, already = "product_id", self.todo.products
        if side == "product":
            mine, other, name, already = other, mine, "demand_id", self.todo.demands
        touched = sa.select(other).where(Recommendation.expo_id == self.expo_id, mine.in_(changed))
        full = sa.select(other).where(Recommendation.expo_id == self.expo_id, other.in_(touched))
        full = full.group_by(other).having(sa.func.count() >= places(len(self.supplies if side == "demand" else self.demands)))
        rows = [{"expo_id": self.expo_id, "demand_id": None, "product_id": None, "spreads": False} | {name: ident}
                for ident in db.session.scalars(full).all() if ident not in already]
        if rows:
            db.session.execute(sa.insert(StaleMatch), rows)


def _chunks(items: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(items), size):
        yield items[start:start + size]


def places(lists: int) -> int:
    """Return how long each of so many lists is."""
    return max(min(LIST, MOST_PLACES // max(lists, 1)), min(LIST, SHORTEST))


def _trim(expo_id: int, of_demand: int, of_product: int) -> None:
    """Delete what stands behind the first ``of_demand`` of its demand and behind the first ``of_product`` of its product."""
    demand, product = Recommendation.demand_id, Recommendation.product_id
    place = sa.func.row_number()
    ranked = sa.select(
        Recommendation.id, place.over(partition_by=demand, order_by=(Recommendation.order_buyer.desc(), product)).label("d"),
        place.over(partition_by=product, order_by=(Recommendation.order_exhibitor.desc(), demand)).label("p"),
    ).where(Recommendation.expo_id == expo_id).subquery()
    behind = sa.select(ranked.c.id).where(ranked.c.d > of_demand, ranked.c.p > of_product)
    db.session.execute(sa.delete(Recommendation).where(Recommendation.id.in_(behind)))


def encode_missing(reporter: Reporter, model: Any, sheets: Iterable[records.Supply | records.Demand]) -> None:
    """Encode the texts of the sheets a few sheets at a time, so that progress shows and a crash loses little.

    An English view is encoded with its text, so whose text is stored is not read again.
    """
    from ..engine.matching.features import english_view
    from ..engine.matching.views import names, whole

    sheets = list(sheets)
    for start in range(0, len(sheets), TEXTS_AT_ONCE):
        texts = [text for sheet in sheets[start:start + TEXTS_AT_ONCE] for text in (*names(sheet), whole(sheet))]
        reporter.progress(0.05 + 0.25 * start / len(sheets), N_("Reading texts"), done=start, total=len(sheets))
        if missing := not_stored(model.name, texts):
            model.encode([*missing, *not_stored(model.name, [english_view(text) for text in missing])])


def _known(expo_id: int, supplies: list[records.Supply]) -> "Matcher | None":
    """Return the matcher in memory if it was fitted on these very products, today, with this encoder."""
    known = _fitted.get(expo_id)
    fresh = known is not None and known.supplies_ == supplies and known.today == clock.now().date() and known.encoder is encoder()
    return known if fresh else None


def fit(expo_id: int, supplies: list[records.Supply], demands: list[records.Demand]) -> "Matcher":
    """Return a matcher fitted on these products; the demands' customs codes say how texts are to be read.

    Those of the last three expos stay in memory.
    """
    from ..engine.matching.ranker import Matcher

    matcher = Matcher(encoder(), today=clock.now().date()).fit(supplies, stated=demands)
    with _keeping:
        _fitted.pop(expo_id, None)
        if len(supplies) <= KEPT_PRODUCTS:
            _fitted[expo_id] = matcher
        while len(_fitted) > 3:
            _fitted.popitem(last=False)
    return matcher
