"""The matcher: products for demands and demands for products.

candidates   pairs near enough in their texts, or of one customs heading; cheap, over all products.
stops        a stopped pair is nowhere.
signals      exact, for the candidates only; agreed terms of a pair stand in the place of its sheets'.
shown        only where text, customs code and section alone say the product is the kind wanted (`kind.py`, at least POSSIBLE):
             good terms never carry the wrong product onto a page. Where no code says so the texts must be sure, or the names
             near too.
model        log-odds of each side; the mean orders the lists, or the chance that both accept and what others compete for.
variety      of the first ten of a list at most three are of one company, while others of the same band are there.
explanation  reasons, gaps and repairs, only for what is returned.

Each score depends on its pair (and on word statistics of the fitted products), not on the rest of a list.
"""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import BaseEstimator

from matchmaker.engine.matching import explain, signals
from matchmaker.engine.matching.candidates import DENSE, Candidates
from matchmaker.engine.matching.columns import DemandColumns, Pairs, SupplyColumns, side_by_side
from matchmaker.engine.matching.compute import Compute, each
from matchmaker.engine.matching.dealability import DealModel
from matchmaker.engine.matching.encoder import Encoder
from matchmaker.engine.matching.explain import GOOD, POSSIBLE, STRONG, band, levels
from matchmaker.engine.matching.kind import SECTIONS, TextScale, codes, kind
from matchmaker.engine.matching.records import BANDS, Change, Demand, Match, Reason, Supply, Weights
from matchmaker.engine.matching.repairs import changed_values, repairs_of
from matchmaker.engine.matching.sheets import SheetTexts
from matchmaker.engine.matching.signals import AT, NAMES
from matchmaker.engine.matching.similarity import TextSimilarity
from matchmaker.engine.matching.stops import stopped
from matchmaker.engine.matching.survey import Found, Part, Survey, joined
from matchmaker.engine.matching.taste import Tastes
from matchmaker.engine.matching.variety import varied
from matchmaker.engine.matching.views import whole

__all__ = ["GOOD", "POSSIBLE", "STRONG", "Matcher", "Potentials", "band"]
# Set by hand, names and wholes alike: on 240 demands and 240 products with nothing but their texts, even weights put a
# product of the right customs heading first most often (83 of 100, 73 where products have no translation).
NAMES_WEIGHT, WHOLE_WEIGHT, OFFSET = 0.35, 0.35, -2.4
# What lets a pair through: a customs code; texts that are sure by themselves; names that are related and share a word for a product; or,
# without one, near names or near texts. On the same sheets, read without their codes, of pairs that stop short of "strong" 61 of 97 with
# a shared word have the same heading; of those without one 13 of 44 above these edges and 13 of 148 below. Of the demo's sheets, read
# without their codes, 4 of 10 pairs have the same heading where the texts' log-odds lie between 0 and 0.5, 8 of 10 above 1.
NAMES_RELATED, NAMES_NEAR = 1.0, 3.0
TEXT_WITH_NAMES, TEXT_NEAR, TEXT_SURE = -0.75, -0.1, 0.5
STATED_DEMANDS, STATED_PRODUCTS = 150, 600  # sheets with a customs code that say how texts are to be read
BLOCK = 128  # demands at a time
READ_AT_ONCE = 16 * BLOCK  # demands whose texts are held at a time
MOST_CANDIDATES = 400  # of one demand
PLACES = 6  # of log-odds that order: what differs behind them is rounding


class Potentials(NamedTuple):
    """What others compete for, added to the chance that both sides accept: by product id in lists of demands, by demand id in lists of
    products (see balance.py)."""

    products: Mapping[int, float]
    demands: Mapping[int, float]


class Matcher(BaseEstimator):
    """Fit on products, then ask.

    `today` lets lead times count; without it they are unknown. `model` is the documented one unless given. `agreed` are changes that the
    two sides of a pair agreed on, by (demand id, product id).
    """

    def __init__(self, encoder: Encoder, today: date | None = None, model: DealModel | None = None, tastes: Tastes | None = None,
                 agreed: Mapping[tuple[int, int], Sequence[Change]] | None = None, potentials: Potentials | None = None):
        self.encoder = encoder
        self.today = today
        self.model = model
        self.tastes = tastes
        self.agreed = agreed
        self.potentials = potentials

    def fit(self, supplies: Sequence[Supply], past_demands: Sequence[Demand] = (), stated: Sequence[Demand] = ()) -> "Matcher":
        """Read the products; `past_demands` are a pool against texts that are near to everything, `stated` demands of this expo: those
        with a customs code say how its texts are to be read (`TextScale`)."""
        self.supplies_ = sorted(supplies, key=lambda supply: supply.id)
        pool = [text for demand in past_demands for text in (demand.title, whole(demand))]
        self.similarity_ = TextSimilarity(self.encoder)
        self.texts_ = SheetTexts(self.similarity_, self.supplies_, pool=pool)
        self.columns_ = SupplyColumns(self.supplies_)
        self.near_ = Candidates(self.similarity_, self.texts_, self.columns_) if len(self.supplies_) > DENSE else None
        self.words_: dict[int, dict[str, str]] = {}
        self.scale_ = self._scale([demand for demand in stated if demand.hs])
        return self

    def _scale(self, demands: Sequence[Demand]) -> TextScale:
        """The text scale of the expo, from an even choice of its sheets with a customs heading."""
        supplies = [supply for supply in self.supplies_ if supply.hs]
        demands, supplies = _evenly(demands, STATED_DEMANDS), _evenly(supplies, STATED_PRODUCTS)
        wanted, offered = DemandColumns(demands).hs, SupplyColumns(supplies).hs
        demands = [demand for demand, code in zip(demands, wanted[:, 1], strict=True) if code]
        supplies = [supply for supply, code in zip(supplies, offered[:, 1], strict=True) if code]
        if not demands or not supplies:
            return TextScale.as_it_is()
        same = wanted[wanted[:, 1] > 0, 1][:, None] == offered[offered[:, 1] > 0, 1]
        return TextScale().fit(_nearness_of(*self.only(supplies).nearness(demands)), same)

    def only(self, supplies: Sequence[Supply]) -> "Matcher":
        """A matcher that knows these products only, with the word statistics of this one."""
        part = copy.copy(self)
        part.supplies_ = sorted(supplies, key=lambda supply: supply.id)
        part.texts_, part.columns_, part.words_ = SheetTexts(self.similarity_, part.supplies_), SupplyColumns(part.supplies_), {}
        part.near_ = Candidates(part.similarity_, part.texts_, part.columns_) if len(part.supplies_) > DENSE else None
        return part

    def nearness(self, demands: Sequence[Demand]) -> tuple[np.ndarray, np.ndarray]:
        """Nearness of the names and of the wholes, each (len(demands), products in the order of `supplies_`)."""
        by_name, by_whole = np.empty((2, len(demands), len(self.supplies_)), np.float32)
        if not by_name.size:
            return by_name, by_whole
        texts = SheetTexts(self.similarity_, demands)
        scores = self.similarity_.scores
        for start in range(0, len(demands), BLOCK):
            part = np.arange(start, min(start + BLOCK, len(demands)))
            rows, heads = texts.names_of(part)
            best = np.maximum.reduceat(scores(texts.rows.take(rows), self.texts_.rows), heads, axis=0)[:, self.texts_.names]
            by_name[part] = np.maximum.reduceat(best, self.texts_.starts[:-1], axis=1)
            by_whole[part] = scores(texts.rows.take(texts.wholes[part]), self.texts_.rows.take(self.texts_.wholes))
        return by_name, by_whole

    def candidates(self, columns: DemandColumns, texts: SheetTexts | None = None) -> tuple[Pairs, np.ndarray]:
        """The pairs worth a closer look, by demand and product, and the log-odds of their texts; at most `MOST_CANDIDATES` of a demand.

        `texts` are those of the demands where they are read already.
        """
        i, j, by_name, by_whole = self._compared(columns, texts)
        text = self.scale_.read(_nearness_of(by_name, by_whole))
        heading = (columns.hs[i, 1] == self.columns_.hs[j, 1]) & (columns.hs[i, 1] > 0)
        coded = np.where(heading, codes(columns.hs[i], self.columns_.hs[j]), 0.0)
        alike = by_name >= NAMES_RELATED
        near = (heading & (text + coded >= POSSIBLE - SECTIONS[0])) | (text >= TEXT_SURE) | (alike & (text >= TEXT_NEAR))
        near |= (by_name >= NAMES_NEAR) & (text >= TEXT_WITH_NAMES)
        related = np.flatnonzero(alike & (text >= POSSIBLE - SECTIONS[0]) & ~near)
        wanted = {row: explain.product_words(columns.sheets[row]) for row in np.unique(i[related]).tolist()}
        for at in related.tolist():
            near[at] = bool(explain.shared_words(wanted[int(i[at])], self._words(self.supplies_[j[at]])))
        i, j, text, coded = i[near], j[near], text[near], coded[near]
        order = np.lexsort((j, -(text + coded), i))
        kept = np.sort(order[np.arange(len(i)) - np.searchsorted(i, i) < MOST_CANDIDATES])
        return Pairs(columns, self.columns_, i[kept], j[kept], self.today), text[kept]

    def _compared(self, columns: DemandColumns, texts: SheetTexts | None) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Pairs by demand and product with the nearness of their names and wholes: all where products are few, else the nearest."""
        if self.near_ is None:
            by_name, by_whole = self.nearness(columns.sheets)
            i, j = np.indices(by_name.shape).reshape(2, -1)
            return i, j, by_name.ravel(), by_whole.ravel()
        texts = texts or SheetTexts(self.similarity_, columns.sheets)
        i, j = self.near_.find(texts, columns)
        return i, j, *self.near_.compare(texts, i, j)

    def score(self, pairs: Pairs, text: np.ndarray) -> Found:
        """Signals, model and orders of pairs; those that are stopped or not the kind wanted are left out. `text` is in log-odds."""
        free = ~stopped(pairs)
        pairs, text = pairs.take(free), text[free]
        values = signals.values(pairs, 1 / (1 + np.exp(-np.clip(np.round(text.astype(float), 3), -30, 30))))
        if terms := self._terms(pairs):
            rows = list(terms)
            values[rows] = changed_values([pairs.sheets(at) for at in rows], list(terms.values()), values[rows], self.today)
        if self.tastes is not None:
            values[:, AT["taste_buyer"]:] = self.tastes.values(pairs, values)
        fit = np.round(self._model.fit_scale(values), PLACES)
        level = levels(fit, np.round(kind(pairs, text), PLACES))
        shown = level < len(BANDS)
        pairs, values, fit, level = pairs.take(shown), values[shown], fit[shown], level[shown]
        odds = np.round(self._model.log_odds(values), PLACES)
        return Found(pairs, text[shown], values, odds, fit, level, *self._orders(pairs, odds))

    def _terms(self, pairs: Pairs) -> dict[int, Sequence[Change]]:
        """{row: what was agreed on for the pair}."""
        if not self.agreed:
            return {}
        told = ((at, self.agreed.get((demand.id, supply.id))) for at in range(len(pairs)) for demand, supply in (pairs.sheets(at),))
        return {at: changes for at, changes in told if changes}

    def _as_agreed(self, pairs: Pairs) -> Pairs:
        """The same pairs with their sheets as agreed."""
        if not (terms := self._terms(pairs)):
            return pairs
        sheets = [pairs.sheets(at) for at in range(len(pairs))]
        for at, changes in terms.items():
            for change in changes:
                sheets[at] = change.apply(*sheets[at])
        return side_by_side([demand for demand, _ in sheets], [supply for _, supply in sheets], self.today)

    def _orders(self, pairs: Pairs, odds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What the list of the demand and that of the product are sorted by, highest first."""
        if self.potentials is None:
            mean = np.round(odds.mean(axis=1), PLACES)
            return mean, mean
        both = (1 / (1 + np.exp(-np.clip(odds, -30, 30)))).prod(axis=1)
        of_products, of_demands = self.potentials
        return (both + np.array([of_products.get(self.supplies_[j].id, 0.0) for j in pairs.j]),
                both + np.array([of_demands.get(pairs.demands.sheets[i].id, 0.0) for i in pairs.i]))

    @property
    def _model(self) -> DealModel:
        return self.model or _DOCUMENTED

    def _found(self, demands: Sequence[Demand]) -> Iterator[Found]:
        for start in range(0, len(demands), BLOCK):
            yield self.score(*self.candidates(DemandColumns(demands[start:start + BLOCK])))

    def match(self, demands: Sequence[Demand], top: int = 20) -> list[list[Match]]:
        """For each demand its products, best first, at most `top`; equal ones by product id."""
        out: list[list[Match]] = []
        for found in self._found(demands):
            ranked = [self._ranked(found, np.flatnonzero(found.pairs.i == row), "demand")[:top] for row in range(len(found.pairs.demands))]
            rows = np.concatenate([np.empty(0, int), *ranked])
            made = iter(self._matches(found, rows, [rank for some in ranked for rank in range(1, len(some) + 1)], [None] * len(rows)))
            out += [[next(made) for _ in some] for some in ranked]
        return out

    def pairs(self, demands: Sequence[Demand], top: int = 20) -> list[Match]:
        """Every pair that stands in the first `top` of its demand or of its product, with both ranks, by demand and rank.

        A rank beyond `top` is None on that side.
        """
        demands = sorted(demands, key=lambda demand: demand.id)
        found = joined(list(self._found(demands)), DemandColumns(demands), BLOCK)
        if found is None:
            return []
        ranks = np.zeros((2, len(found.pairs)), int)
        for at, (side, owner) in enumerate((("demand", found.pairs.i), ("supply", found.pairs.j))):
            order = np.argsort(owner, kind="stable")
            for some in np.split(order, np.flatnonzero(np.diff(owner[order])) + 1):
                ranked = self._ranked(found, some, side)
                ranks[at, ranked] = np.arange(1, len(ranked) + 1)
        rows = np.flatnonzero((ranks <= top).any(axis=0))
        rows = rows[np.lexsort((ranks[0, rows], found.pairs.i[rows]))]
        first, second = ([rank if rank <= top else None for rank in some[rows].tolist()] for some in ranks)
        return self._matches(found, rows, first, second)

    def survey(self, demands: Sequence[Demand], compute: Compute | None = None, tell: Callable[[int], None] = lambda done: None) -> Survey:
        """All pairs that may be shown, without what is said of them (`explained` says it); `tell` hears how many demands are done.

        Texts are read here, the rest is done where `compute` says.
        """
        demands = sorted(demands, key=lambda demand: demand.id)
        if self.near_:  # what is otherwise read when first needed, before workers share it
            self.columns_.read()
            for supply in self.supplies_:
                self._words(supply)
        out: list[Part] = []
        for start in range(0, len(demands), READ_AT_ONCE):
            tell(start)
            some = demands[start:start + READ_AT_ONCE]
            texts = SheetTexts(self.similarity_, some) if self.near_ else None
            parts = [(some[at:at + BLOCK], texts and texts.part(at, at + BLOCK)) for at in range(0, len(some), BLOCK)]
            out += each(self._surveyed, parts, compute or Compute("serial"))
        return Survey.of(demands, out, BLOCK)

    def _surveyed(self, demands: Sequence[Demand], texts: SheetTexts | None) -> Part:
        return Part.of(self.score(*self.candidates(DemandColumns(demands), texts)))

    def explained(self, survey: Survey) -> list[Match]:
        """What is said of the pairs of a survey (or of a part of it), in their order."""
        found = self.score(Pairs(DemandColumns(survey.demands), self.columns_, survey.i, survey.j, self.today), survey.text)
        found = replace(found, for_demand=survey.for_demand, for_supply=survey.for_supply)
        none = [None] * len(survey.i)
        return self._matches(found, np.arange(len(survey.i)), none, none)

    def without_texts(self) -> "Matcher":
        """The same products, only to explain pairs that were found: the vectors of the texts are let go."""
        part = copy.copy(self)
        part.near_ = None
        del part.texts_, part.similarity_, part.encoder
        return part

    def _ranked(self, found: Found, rows: np.ndarray, side: str) -> np.ndarray:
        """The pairs `rows` of one list in its order, with variety."""
        if side == "demand":
            order, ties, company = found.for_demand, found.pairs.j, found.pairs.supplies.company[found.pairs.j]
        else:
            order, ties, company = found.for_supply, found.pairs.i, found.pairs.demands.company[found.pairs.i]
        rows = rows[np.lexsort((ties[rows], -order[rows]))]
        return rows[varied(company[rows].tolist(), found.level[rows].tolist())]

    def _matches(self, found: Found, rows: np.ndarray, first: Sequence[int | None], second: Sequence[int | None]) -> list[Match]:
        """The pairs `rows` with their explanation and ranks."""
        model, pairs, values = self._model, self._as_agreed(found.pairs.take(rows)), found.values[rows]
        parts, coef, bases = model.contributions(values), model.coef_, Weights(*map(float, model.intercept_))
        said = [explain.said_of(pairs, at, values, parts[at], coef, self.tastes) for at in range(len(rows))]
        repairs = repairs_of([(*pairs.sheets(at), gaps) for at, (_, gaps) in enumerate(said)], values, model, self.today)
        wanted = {at: explain.product_words(pairs.demands.sheets[at]) for at in np.unique(pairs.i).tolist()}
        out = []
        for at, row in enumerate(rows):
            reasons, gaps = said[at]
            demand, supply = pairs.sheets(at)
            if words := explain.shared_words(wanted[int(pairs.i[at])], self._words(supply)):
                reasons = (*reasons, Reason("shared_words", Weights(), {"words": words}))
            known = {name: value for name, value in zip(NAMES, values[at].tolist(), strict=True) if value == value}
            out.append(Match(supply.id, demand.id, float(found.fit[row]), BANDS[found.level[row]], bases, reasons, gaps, repairs[at], known,
                             float(found.for_demand[row]), float(found.for_supply[row]), first[at], second[at]))
        return out

    def _words(self, supply: Supply) -> dict[str, str]:
        """The words by which a product names itself, read when first needed."""
        if supply.id not in self.words_:
            self.words_[supply.id] = explain.product_words(supply)
        return self.words_[supply.id]


def _nearness_of(by_name: np.ndarray, by_whole: np.ndarray) -> np.ndarray:
    """Nearness of texts from that of their names and wholes, in log-odds as they hold at a broad expo."""
    return NAMES_WEIGHT * by_name + WHOLE_WEIGHT * by_whole + OFFSET


def _evenly(sheets: Sequence[Any], most: int) -> list[Any]:
    """At most so many of the sheets, evenly over all."""
    return [sheets[at] for at in np.unique(np.linspace(0, len(sheets) - 1, min(len(sheets), most)).astype(int)).tolist()]


_DOCUMENTED = DealModel.documented()
