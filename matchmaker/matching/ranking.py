"""How well lists are sorted, by what their readers did: for the model and for what anybody could have without it.

A list is all that one company was shown. What it did with a line is its gain: asked or accepted 3, saved 2, opened 1, left alone,
hidden or declined 0. Lists in which nothing was gained say nothing about an order and are left out.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ..companies.models import Company
from ..infra.db import db
from . import load
from .encoding import encoder
from .models import Feedback

if TYPE_CHECKING:
    import numpy as np

    from ..engine.matching.dealability import DealModel

GAINS = {"asked": 3.0, "accepted": 3.0, "saved": 2.0, "opened": 1.0}
REFUSED = frozenset({"hidden", "declined"})
TOP = 10
MOST_LINES = 10_000  # readers beyond these lines are left out, chosen by a hash: memory stays bounded
CELLS = 10_000_000  # of one matrix of demands and products
AT_ONCE = 400
ORDER = ("learned", "documented", "encoder", "bm25", "tfidf", "shown")


@dataclass(slots=True)
class Line:
    """One line of a list: the pair, where it was shown, what was known of it then, what the reader did."""

    demand_id: int
    product_id: int
    position: int
    signals: Mapping[str, float]
    gain: float = 0.0

    @property
    def pair(self) -> tuple[int, int]:
        return self.demand_id, self.product_id


Lists = dict[int, list[Line]]  # by reading company
Scores = Mapping[tuple[int, int], float]


def lists(expo_id: int | None = None) -> Lists:
    """Return the lists that say something about an order, of one expo or of all."""
    here = (Feedback.expo_id == expo_id,) if expo_id is not None else ()
    counts = db.session.execute(sa.select(Feedback.company_id, sa.func.count()).where(Feedback.kind == "shown", *here)
                                .group_by(Feedback.company_id).having(sa.func.count() > 1)).all()
    readers, total = [], 0
    for company_id, count in sorted(counts, key=lambda row: hashlib.sha256(str(row[0]).encode()).digest()):
        total += count
        if total > MOST_LINES and readers:
            break
        readers.append(company_id)
    found: Lists = {}
    for start in range(0, len(readers), AT_ONCE):
        found |= _lists_of(readers[start:start + AT_ONCE], here)
    return {company_id: found[company_id] for company_id in sorted(found) if any(line.gain for line in found[company_id])}


def _lists_of(readers: Sequence[int], here: tuple[Any, ...]) -> Lists:
    kinds = ("shown", *GAINS, *REFUSED)
    columns = (Feedback.company_id, Feedback.demand_id, Feedback.product_id, Feedback.kind, Feedback.position,
               sa.case((Feedback.kind == "shown", Feedback.signals)).label("signals"))
    rows = db.session.execute(sa.select(*columns).where(Feedback.company_id.in_(readers), Feedback.kind.in_(kinds), *here)).all()
    did: dict[tuple[int, int, int], set[str]] = defaultdict(set)
    for row in rows:
        did[row.company_id, row.demand_id, row.product_id].add(row.kind)
    found: Lists = defaultdict(list)
    for row in rows:
        if row.kind == "shown":
            gain = gain_of(did[row.company_id, row.demand_id, row.product_id])
            found[row.company_id].append(Line(row.demand_id, row.product_id, row.position or 0, row.signals, gain))
    return found


def gain_of(kinds: Iterable[str]) -> float:
    """Return what a line was worth to its reader, by all it did there. Who refuses after a look has gained nothing."""
    kinds = set(kinds)
    best = max((GAINS.get(kind, 0.0) for kind in kinds), default=0.0)
    return 0.0 if kinds & REFUSED and best < GAINS["asked"] else best


def measure(found: Lists, models: "Mapping[str, Sequence[DealModel]]", more: Mapping[str, Scores] | None = None) -> dict[str, Any]:
    """Return nDCG@10, recall@10 (over lists longer than ten) and MRR, means over readers with the standard error of nDCG, for models and
    other scores.

    ``models``: for each name the folds of ``learning``: a list is sorted by the one that has not seen what its reader did.
    """
    import numpy as np

    per: dict[str, list[tuple[float, float | None, float]]] = defaultdict(list)
    for company_id, lines in found.items():
        for name, scores in _scored(company_id, lines, models, more or {}).items():
            per[name].append(_metrics(lines, scores))
    rows = {}
    for name in sorted(per, key=ORDER.index):
        ndcgs, recalls, firsts = (np.array([value for value in column if value is not None]) for column in zip(*per[name], strict=True))
        error = float(ndcgs.std(ddof=1) / np.sqrt(len(ndcgs))) if len(ndcgs) > 1 else None
        rows[name] = {"ndcg": float(ndcgs.mean()), "recall": float(recalls.mean()) if len(recalls) else None, "mrr": float(firsts.mean()),
                      "error": error}
    lines = [line for some in found.values() for line in some]
    return {"readers": len(found), "lines": len(lines), "gained": sum(line.gain > 0 for line in lines), "rows": rows}


def _scored(company_id: int, lines: Sequence[Line], models: "Mapping[str, Sequence[DealModel]]",
            more: Mapping[str, Scores]) -> dict[str, list[float]]:
    from .learning import chances, fold_of

    out = {name: [scores[line.pair] for line in lines] for name, scores in more.items()}
    fold = fold_of(str(company_id))
    for name, folds in models.items():
        out[name] = chances(folds[fold], [line.signals for line in lines]).prod(axis=1).tolist()  # as lists are: what both sides want
    return out | {"shown": [-float(line.position) for line in lines]}


def _metrics(lines: Sequence[Line], scores: Sequence[float]) -> tuple[float, float | None, float]:
    """Return nDCG, recall (None for a list of ten lines or fewer: all of it is among the first ten) and the first good line's 1 / rank."""
    from ..engine.matching.metrics import ndcg, recall, reciprocal_rank

    order = [line.pair for _score, line in sorted(zip(scores, lines, strict=True), key=lambda one: (-one[0], one[1].pair))]
    gains = {line.pair: line.gain for line in lines}
    good = [pair for pair, gain in gains.items() if gain]
    return ndcg(order, gains, TOP), recall(order, good, TOP) if len(order) > TOP else None, reciprocal_rank(order, good)


def of_expo(expo_id: int) -> dict[str, Any]:
    """Return the metrics of the model in use, the documented weights, TF-IDF, BM25 and the encoder alone on the lists of an expo.

    Lines whose sheets are no longer there have no text to score and are left out for all alike.
    """
    from ..engine.matching.dealability import DealModel
    from .learning import DOCUMENTED, FOLDS, folds_in_use

    everything = lists(expo_id)
    wanted = [line for lines in everything.values() for line in lines]
    demands, supplies = _sheets(expo_id, {line.demand_id for line in wanted}, {line.product_id for line in wanted}) if wanted else ([], [])
    there = {sheet.id for sheet in demands}, {sheet.id for sheet in supplies}
    found = {company_id: [line for line in lines if line.demand_id in there[0] and line.product_id in there[1]]
             for company_id, lines in everything.items()}
    found = {company_id: lines for company_id, lines in found.items() if len(lines) > 1 and any(line.gain for line in lines)}
    models = {DOCUMENTED: [DealModel.documented()] * FOLDS}
    if (folds := folds_in_use()) is not None:
        models["learned"] = folds
    pairs = {line.pair for lines in found.values() for line in lines}
    return measure(found, models, _texts(demands, supplies, pairs)) | {"samples": samples(list(found))}


def _sheets(expo_id: int, demand_ids: set[int], product_ids: set[int]) -> tuple[list[Any], list[Any]]:
    return ([sheet for sheet in load.demands(expo_id) if sheet.id in demand_ids],
            [sheet for sheet in load.supplies(expo_id) if sheet.id in product_ids])


def _texts(demands: Sequence[Any], supplies: Sequence[Any], pairs: set[tuple[int, int]]) -> dict[str, Scores]:
    """Return the scores of the pairs by the words and by the encoder alone."""
    from ..engine.matching import baselines

    methods = {"tfidf": baselines.tfidf, "bm25": baselines.bm25,
               "encoder": lambda some, others: baselines.encoder_only(encoder(), some, others)}
    column = {sheet.id: at for at, sheet in enumerate(supplies)}
    of_demand: dict[int, list[int]] = defaultdict(list)
    for demand_id, product_id in pairs:
        of_demand[demand_id].append(product_id)
    out: dict[str, dict[tuple[int, int], float]] = {name: {} for name in methods}
    step = max(1, CELLS // max(len(supplies), 1))
    for start in range(0, len(demands), step):
        some = demands[start:start + step]
        for name, method in methods.items():
            matrix: np.ndarray = method(some, supplies)
            for row, demand in enumerate(some):
                out[name].update({(demand.id, ident): float(matrix[row, column[ident]]) for ident in of_demand[demand.id]})
    return dict(out)


def samples(company_ids: Sequence[int]) -> int:
    """Return how many of the companies are the demo's samples: what they did is simulated."""
    parts = (company_ids[start:start + AT_ONCE] for start in range(0, len(company_ids), AT_ONCE))
    return sum(db.session.scalar(sa.select(sa.func.count()).where(Company.id.in_(part), Company.is_sample)) or 0 for part in parts)
