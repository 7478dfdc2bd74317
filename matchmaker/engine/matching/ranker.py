"""The matcher: products for demands and demands for products, from one score.

score = text + customs code + section + terms of trade, in log-odds.

text      how near the names are (the best pair of title, first clause, head, translations) and how near the wholes are.
stops     are tested before anything is ranked: a stopped pair is nowhere.
shown     only where text, customs code and section alone say the product is the kind wanted (`relevance` at least
          POSSIBLE): good terms never carry the wrong product onto a page. So a demand that nobody can meet gets few
          products or none.
bands     cut the score at fixed log-odds, and stand at most one above what the relevance alone would give.

Each score depends on its pair (and on word statistics of the fitted products), not on the rest of a list.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from sklearn.base import BaseEstimator

from matchmaker.engine.matching import explain
from matchmaker.engine.matching.encoder import Encoder
from matchmaker.engine.matching.features import Rows
from matchmaker.engine.matching.records import BANDS, Band, Demand, Match, Reason, Supply, Weights
from matchmaker.engine.matching.signals import HS_WEIGHTS, SECTION_SAME
from matchmaker.engine.matching.similarity import TextSimilarity
from matchmaker.engine.matching.stops import stopped_by
from matchmaker.engine.matching.views import names, whole

# Set by hand, names and wholes alike: on 240 demands and 240 products with nothing but their texts, even weights put a
# product of the right customs heading first most often (83 of 100, 73 where products have no translation), and of the
# pairs at these edges about 70 (strong), 50 (good) and 10 (at -1.8, where possible began) of 100 share the heading; on the
# pages too many of the last were plainly wrong, so possible begins higher.
NAMES_WEIGHT, WHOLE_WEIGHT, OFFSET = 0.35, 0.35, -2.4
STRONG, GOOD, POSSIBLE = 1.2, -0.3, -1.6
BLOCK = 128  # demands at a time


def band(score: float, relevance: float) -> Band | None:
    """The band of log-odds; None below possible."""
    def level(value: float) -> int:
        return sum(value < edge for edge in (STRONG, GOOD, POSSIBLE))

    if level(relevance) == len(BANDS):
        return None
    return BANDS[min(max(level(score), level(relevance) - 1), len(BANDS) - 1)]


class SheetTexts:
    """The texts of many sheets: rows of all their names, where each sheet's begin, and rows of the wholes."""

    def __init__(self, similarity: TextSimilarity, sheets: Sequence[Demand | Supply]):
        views = [names(sheet) for sheet in sheets]
        flat = [name for some in views for name in some]
        rows = similarity.rows([*flat, *map(whole, sheets)])
        self.starts = np.cumsum([0, *map(len, views)])
        self.names, self.wholes = rows.take(slice(0, len(flat))), rows.take(slice(len(flat), None))

    def block(self, start: int, stop: int) -> tuple[Rows, np.ndarray, Rows]:
        """Names, their beginnings and wholes of the sheets start to stop."""
        first, last = self.starts[start], self.starts[min(stop, len(self.starts) - 1)]
        return (self.names.take(slice(first, last)), self.starts[start:min(stop, len(self.starts) - 1)] - first,
                self.wholes.take(slice(start, stop)))


class Matcher(BaseEstimator):
    """Fit on products, then ask. `today` lets lead times count; without it they are unknown."""

    def __init__(self, encoder: Encoder, today: date | None = None):
        self.encoder = encoder
        self.today = today

    def fit(self, supplies: Sequence[Supply], past_demands: Sequence[Demand] = ()) -> "Matcher":
        """Read the products; the titles of past demands widen the pool of the hub correction."""
        self.supplies_ = sorted(supplies, key=lambda supply: supply.id)
        corpus = [text for supply in self.supplies_ for text in (*names(supply), whole(supply))]
        pool = sorted({demand.title for demand in past_demands if demand.title.strip()})
        self.similarity_ = TextSimilarity(self.encoder).fit(corpus, pool)
        self.words_: dict[int, dict[str, str]] = {}
        self.texts_ = SheetTexts(self.similarity_, self.supplies_)
        return self

    def nearness(self, demands: Sequence[Demand]) -> tuple[np.ndarray, np.ndarray]:
        """Nearness of the names and of the wholes, each (len(demands), products in the order of `supplies_`)."""
        by_name, by_whole = np.empty((2, len(demands), len(self.supplies_)), np.float32)
        if not by_name.size:
            return by_name, by_whole
        texts = SheetTexts(self.similarity_, demands)
        for start in range(0, len(demands), BLOCK):
            rows, starts, wholes = texts.block(start, start + BLOCK)
            best = np.maximum.reduceat(self.similarity_.scores(rows, self.texts_.names), starts, axis=0)
            by_name[start:start + BLOCK] = np.maximum.reduceat(best, self.texts_.starts[:-1], axis=1)
            by_whole[start:start + BLOCK] = self.similarity_.scores(wholes, self.texts_.wholes)
        return by_name, by_whole

    def text_scores(self, demands: Sequence[Demand]) -> np.ndarray:
        """Log-odds of the text alone (len(demands), products in the order of `supplies_`)."""
        by_name, by_whole = self.nearness(demands)
        return NAMES_WEIGHT * by_name + WHOLE_WEIGHT * by_whole + OFFSET

    def match(self, demands: Sequence[Demand], top: int = 20) -> list[list[Match]]:
        """For each demand its products, best first, at most `top`; ties by product id."""
        found = self._pairs(demands)
        lists = [sorted(found.get(demand.id, ()), key=lambda match: (-match.score, match.supply_id))[:top] for demand in demands]
        return [[replace(match, rank_for_demand=rank) for rank, match in enumerate(some, 1)] for some in lists]

    def pairs(self, demands: Sequence[Demand], top: int = 20) -> list[Match]:
        """Every pair that stands in the first `top` of its demand or of its product, with both ranks, by demand and rank.

        A rank beyond `top` is None on that side.
        """
        found = self._pairs(demands)
        by_supply: dict[int, list[Match]] = defaultdict(list)
        for matches in found.values():
            for match in matches:
                by_supply[match.supply_id].append(match)
        supply_rank = {(match.demand_id, match.supply_id): rank for matches in by_supply.values() for rank, match
                       in enumerate(sorted(matches, key=lambda match: (-match.score, match.demand_id))[:top], 1)}
        out = []
        for demand_id in sorted(found):
            for rank, match in enumerate(sorted(found[demand_id], key=lambda match: (-match.score, match.supply_id)), 1):
                other = supply_rank.get((demand_id, match.supply_id))
                if rank <= top or other is not None:
                    out.append(replace(match, rank_for_demand=rank if rank <= top else None, rank_for_supply=other))
        return out

    def _pairs(self, demands: Sequence[Demand]) -> dict[int, list[Match]]:
        """{demand id: every pair that may be shown}."""
        out: dict[int, list[Match]] = {}
        scores = self.text_scores(demands)
        enough = POSSIBLE - max(HS_WEIGHTS.values()) - SECTION_SAME  # below it no code or section helps
        for demand, row in zip(demands, scores, strict=True):
            words = explain.written_words(whole(demand))
            made = (self._match(demand, int(at), float(row[at]), words) for at in np.flatnonzero(row >= enough))
            out[demand.id] = [match for match in made if match is not None]
        return out

    def _words(self, at: int) -> dict[str, str]:
        """The words of a product, read when first needed."""
        if at not in self.words_:
            self.words_[at] = explain.written_words(whole(self.supplies_[at]))
        return self.words_[at]

    def _match(self, demand: Demand, at: int, text: float, demand_words: dict[str, str]) -> Match | None:
        """The pair with reasons and gaps, or None where it is stopped or not the kind wanted."""
        supply = self.supplies_[at]
        text = round(text, 3)
        kind = explain.relevance(demand, supply, self.today)
        relevance = text + sum(reason.weight for reason in kind)
        if relevance < POSSIBLE or stopped_by(demand, supply):
            return None
        said = [*kind, *explain.terms(demand, supply, self.today)]
        total = text + sum(one.weight for one in said)
        words = explain.shared_words(demand_words, self._words(at))
        level = band(total, relevance)
        if level is None:
            return None
        said.append(Reason("text", Weights.both(text), {"nearness": band(text, text) or "far"}))
        if words:
            said.append(Reason("shared_words", Weights(), {"words": words}))
        reasons, gaps = explain.split(said)
        return Match(supply.id, demand.id, total, level, Weights(), reasons, gaps, order_for_demand=total, order_for_supply=total)
