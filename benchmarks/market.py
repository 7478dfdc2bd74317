"""The model in invented markets whose truth it cannot see, against what anybody could have without it.

    python -m benchmarks.market [--seeds 10] [--world module:function ...] [--out FILE]

In each world (see benchmarks/worlds) three of eight demands are used: lists are shown, people act on them, the model learns, until
500 questions were answered. All figures are of the other demands.

expected deals   sum over the lists of examination(rank) x both accept x deal, 10 lines a list
nDCG@10          with that chance as the gain
calibration      10 equal-mass bins, both sides, labels drawn. `shown`: what they would answer about the pairs that the matcher shows,
                 asked or not; `first 20`: about the first 20 of each filled list; `asked`: about 5,000 questions to each side as they
                 come of the lists (willing people ask, so these are other pairs); `perfect`: what the truth itself would have
congestion       the same chances in lists by reciprocal product and by `Balance`: true expected matches where both sides look, Gini of
                 the products' exposure, CPU of the balance against finding and scoring the candidates
cold             the model before anybody did anything

`reciprocal product` learns both sides' chances by logistic regression on text scores (encoder, TF-IDF, BM25) from as many answers to
its own lists. The model's lists have the 30 best pairs of each demand, so that they compare with those of the baselines; the matcher
itself shows nothing where nothing seems to fit (`matcher, cold`: what it shows before anybody did anything).
Ratios are means over seeds, beside the standard deviation over seeds.
"""

import argparse
import importlib
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from benchmarks.worlds import Oracle, Records
from benchmarks.worlds.sheets import TODAY
from benchmarks.worlds.use import Use
from matchmaker.engine.matching import baselines, signals
from matchmaker.engine.matching.balance import Balance, ranks, worth
from matchmaker.engine.matching.columns import DemandColumns, Pairs
from matchmaker.engine.matching.dealability import DealModel
from matchmaker.engine.matching.encoder import CachedEncoder, Encoder, load_encoder
from matchmaker.engine.matching.metrics import calibration_error, dcg, examination, expected_deals
from matchmaker.engine.matching.ranker import NAMES_WEIGHT, OFFSET, WHOLE_WEIGHT, Found, Matcher
from matchmaker.engine.matching.records import Demand
from matchmaker.engine.matching.stops import stopped

WORLDS = ("benchmarks.worlds.thresholds:world", "benchmarks.worlds.trees:world", "benchmarks.worlds.tastes:world")
BASELINES = ("TF-IDF", "BM25", "encoder only", "reciprocal product")
TOP, LINES, SHOWN, OUTCOMES, QUESTIONS = 10, 30, 20, 500, 5000
SIDES = ("buyer", "exhibitor")
Chances = Callable[[np.ndarray], np.ndarray]


class FileCache:
    """Vectors in a file, so that a world is encoded once."""

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.store = sqlite3.connect(path)
        self.store.execute("create table if not exists vector (name text, text text, value blob, primary key (name, text))")

    def get_many(self, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], bytes]:
        """The vectors that are there."""
        found = ((key, self.store.execute("select value from vector where name = ? and text = ?", key).fetchone()) for key in keys)
        return {key: row[0] for key, row in found if row}

    def put_many(self, vectors: Mapping[tuple[str, str], bytes]) -> None:
        """Keep vectors."""
        with self.store:
            self.store.executemany("insert or replace into vector values (?, ?, ?)", [(*key, value) for key, value in vectors.items()])


def chances_of(model: DealModel) -> Chances:
    """Values of signals -> chances (k, 2) that buyer and exhibitor accept."""
    return lambda values: 1 / (1 + np.exp(-np.clip(model.log_odds(values), -30, 30)))


def learn(use: Use) -> Chances:
    """The model after what people did; the documented one before they did anything."""
    return chances_of(DealModel().fit(use.answers) if use.answers else DealModel.documented())


def table(shape: tuple[int, int], i: np.ndarray, j: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Scores of pairs as a matrix; what stands in no list is -inf."""
    out = np.full(shape, -np.inf)
    out[i, j] = scores
    return out


def quality(scores: np.ndarray, gains: np.ndarray) -> dict[str, float]:
    """Expected deals and nDCG@10 of the lists by these scores; equal ones by product, -inf stays out."""
    order = np.argsort(-scores, axis=1, kind="stable")[:, :TOP]
    shown = np.isfinite(np.take_along_axis(scores, order, axis=1))
    got = np.where(shown, np.take_along_axis(gains, order, axis=1), 0.0)
    places = np.broadcast_to(np.arange(1, got.shape[1] + 1), got.shape)
    best = -np.sort(-gains, axis=1)[:, :TOP]
    share = [dcg(mine) / dcg(ideal) for mine, ideal in zip(got.tolist(), best.tolist(), strict=True)]
    return {"deals": expected_deals(got, places, TOP), "ndcg": float(np.mean(share))}


def text_scores(encoder: Encoder, records: Records) -> dict[str, np.ndarray]:
    """The baselines that need no answers."""
    supplies, demands = records
    return {"TF-IDF": baselines.tfidf(demands, supplies), "BM25": baselines.bm25(demands, supplies),
            "encoder only": baselines.encoder_only(encoder, demands, supplies)}


def learn_from_text(use: Use) -> Chances:
    """Both sides' chances by logistic regression on text scores, from all that people did with the lists that it made itself.

    What was looked at counts as the product's own log has it: acted on or passed over, accepted or declined. Before there is
    anything, the sum of the standardised scores.
    """
    scale = StandardScaler().fit(use.values)
    models = []
    for side in SIDES:
        rows, labels = use.seen(side)
        models.append(LogisticRegression().fit(scale.transform(use.values[rows]), labels) if len(set(labels)) > 1 else None)

    def chances(values: np.ndarray) -> np.ndarray:
        standard = scale.transform(values)
        guess = 1 / (1 + np.exp(-standard.sum(axis=1)))
        return np.stack([guess if one is None else one.predict_proba(standard)[:, 1] for one in models], 1)

    return chances


def calibration(i: np.ndarray, j: np.ndarray, chances: np.ndarray, shown: np.ndarray, oracle: Oracle,
                rng: np.random.Generator) -> dict[str, float]:
    """Calibration error of both sides over the first lines of all lists, over the pairs `shown`, and over the questions that come.

    Who asks has looked and is willing: a question is drawn with examination(rank in the asker's list) x the asker's true chance.
    """
    value, true = worth(*chances.T), np.stack([oracle.accept(side)[i, j] for side in SIDES], 1)
    places = ranks(i, value, j), ranks(j, value, i)
    first = places[0] <= SHOWN
    said, would = chances[first].T.ravel(), true[first].T.ravel()
    asks = [examination(places[other], TOP) * true[:, other] for other in (1, 0)]  # the buyer is asked by the exhibitor
    drawn = [rng.choice(len(i), QUESTIONS, p=one / one.sum()) for one in asks]
    asked, answer = (np.concatenate([matrix[rows, at] for at, rows in enumerate(drawn)]) for matrix in (chances, true))
    of_matcher, would_there = chances[shown].T.ravel(), true[shown].T.ravel()
    return {"first 20": calibration_error(said, rng.random(len(would)) < would),
            "shown": calibration_error(of_matcher, rng.random(len(would_there)) < would_there), "shown pairs": len(of_matcher),
            "perfect": calibration_error(would, rng.random(len(would)) < would),
            "asked": calibration_error(asked, rng.random(len(answer)) < answer)}


def congestion(i: np.ndarray, j: np.ndarray, chances: np.ndarray, true: np.ndarray, shape: tuple[int, int]) -> dict[str, float]:
    """What the balance changes, by the true chances that both accept, and its CPU seconds."""
    value = worth(*chances.T)
    began = time.process_time()
    balance = Balance(top=TOP).fit(i, j, value, value, *shape)
    cpu = time.process_time() - began
    plain, even = balance.exposure(true, "reciprocal"), balance.exposure(true, "balanced")
    return {"matches, reciprocal": plain.matches, "matches, balanced": even.matches, "matches ratio": even.matches / plain.matches,
            "gini, reciprocal": plain.gini, "gini, balanced": even.gini, "gini ratio": even.gini / plain.gini, "balance CPU": cpu,
            "without exposure, reciprocal": plain.without, "without exposure, balanced": even.without,
            "deals ratio in one-sided lists": _one_sided(i, j, balance.order_for_row(j, value, value), true)
            / _one_sided(i, j, value, true)}


def _one_sided(i: np.ndarray, j: np.ndarray, order: np.ndarray, true: np.ndarray) -> float:
    return float((examination(ranks(i, order, j), TOP) * true).sum())


def listed(matcher: Matcher, demands: Sequence[Demand]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The pairs (i, j) in the first `LINES` of each demand's list by the documented model, and their signals; stopped ones left out."""
    by_name, by_whole = matcher.nearness(demands)
    pairs = Pairs(DemandColumns(demands), matcher.columns_, *(index.ravel() for index in np.indices(by_name.shape)), TODAY)
    text = 1 / (1 + np.exp(-np.clip(NAMES_WEIGHT * by_name + WHOLE_WEIGHT * by_whole + OFFSET, -30, 30).astype(float)))
    values = signals.values(pairs, text.ravel())
    worths = np.where(stopped(pairs), -np.inf, worth(*chances_of(DealModel.documented())(values).T))
    kept = np.flatnonzero((ranks(pairs.i, worths, pairs.j) <= LINES) & np.isfinite(worths))
    return pairs.i[kept], pairs.j[kept], values[kept]


def run(world: Callable[[int], tuple[Records, Oracle]], seed: int, encoder: Encoder) -> dict:
    """All figures of one world with one seed."""
    records, oracle = world(seed)
    supplies, demands = records
    n, m, used = len(demands), len(supplies), len(demands) * 3 // 8
    matcher = Matcher(encoder, today=TODAY).fit(supplies, demands[:used])
    scores = text_scores(encoder, records)
    began = time.process_time()
    i, j, values = listed(matcher, demands)
    candidates_cpu, early = time.process_time() - began, i < used
    use = Use(i[early], j[early], values[early], oracle, np.random.default_rng([seed, 99]))
    use.run(learn, OUTCOMES)
    rivals = Use(*_all(used, m), _flat(scores, slice(0, used)), oracle, np.random.default_rng([seed, 98]))
    rivals.run(learn_from_text, OUTCOMES)
    i, j, values, late = i[~early] - used, j[~early], values[~early], _Late(oracle, used)
    both = late.accept("buyer") * late.accept("exhibitor")
    gains, shape = both * oracle.deal()[used:], (n - used, m)
    cold, learned = chances_of(DealModel.documented())(values), learn(use)(values)
    found = matcher.score(*matcher.candidates(DemandColumns(demands[used:])))
    lists = {**{name: one[used:] for name, one in scores.items()},
             "reciprocal product": worth(*learn_from_text(rivals)(_flat(scores, slice(used, n))).T).reshape(shape),
             "model, cold": table(shape, i, j, worth(*cold.T)), "model": table(shape, i, j, worth(*learned.T)),
             "matcher, cold": table(shape, found.pairs.i, found.pairs.j, found.for_demand), "best possible": gains}
    crowd = congestion(i, j, learned, both[i, j], shape)
    return {"lists": {name: quality(one, gains) for name, one in lists.items()},
            "congestion": {**crowd, "CPU share": crowd["balance CPU"] / (candidates_cpu * (n - used) / n)},
            "calibration": calibration(i, j, learned, both_in(i, j, found), late, np.random.default_rng([seed, 97])),
            "use": {"outcomes": use.outcomes, "matcher: lines a list": len(found.pairs) / len(gains),
                    "matcher: empty lists": 1 - len(np.unique(found.pairs.i)) / len(gains)}}


def both_in(i: np.ndarray, j: np.ndarray, found: Found) -> np.ndarray:
    """Which of the pairs the matcher itself shows."""
    shown = set(zip(found.pairs.i.tolist(), found.pairs.j.tolist(), strict=True))
    return np.array([pair in shown for pair in zip(i.tolist(), j.tolist(), strict=True)])


def _all(n: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    return np.repeat(np.arange(n), m), np.tile(np.arange(m), n)


def _flat(scores: Mapping[str, np.ndarray], rows: slice) -> np.ndarray:
    """Text scores of all pairs of these demands, (pairs, scores)."""
    return np.stack([one[rows].ravel() for one in scores.values()], 1)


class _Late:
    """The oracle of the demands that were not used."""

    def __init__(self, oracle: Oracle, used: int):
        self.oracle, self.used = oracle, used

    def accept(self, side: str) -> np.ndarray:
        return self.oracle.accept(side)[self.used:]


def summary(results: Sequence[dict]) -> dict:
    """Means and standard deviations over seeds; ratios of the model to each baseline."""
    def over(pick: Callable[[dict], float]) -> dict[str, float]:
        values = [pick(one) for one in results]
        return {"mean": float(np.mean(values)), "sd": float(np.std(values, ddof=1)) if len(values) > 1 else 0.0}

    lists = {name: {measure: over(lambda one, name=name, measure=measure: one["lists"][name][measure]) for measure in ("deals", "ndcg")}
             for name in results[0]["lists"]}
    ahead = {name: {measure: over(lambda one, name=name, measure=measure: one["lists"]["model"][measure] / one["lists"][name][measure])
                    for measure in ("deals", "ndcg")} for name in (*BASELINES, "model, cold")}
    rest = {part: {name: over(lambda one, part=part, name=name: one[part][name]) for name in results[0][part]}
            for part in ("congestion", "calibration", "use")}
    return {"lists": lists, "model to": ahead, **rest}


def show(name: str, told: dict, seeds: int) -> None:
    """Print one world."""
    print(f"\n{name}, {seeds} seeds: mean (standard deviation)")
    for method, row in told["lists"].items():
        ratio = told["model to"].get(method)
        beside = f"   model / this: deals {_pm(ratio['deals'])}, nDCG {_pm(ratio['ndcg'])}" if ratio else ""
        print(f"  {method:20} deals {row['deals']['mean']:7.2f} ({row['deals']['sd']:.2f})  nDCG@10 {_pm(row['ndcg'])}{beside}")
    for part in ("use", "calibration", "congestion"):
        print(f"  {part}: " + ", ".join(f"{measure} {_pm(value)}" for measure, value in told[part].items()))


def _pm(value: Mapping[str, float]) -> str:
    return f"{value['mean']:.3f} ({value['sd']:.3f})"


def load(name: str) -> Callable[[int], tuple[Records, Oracle]]:
    """The function of `module:function`."""
    module, function = name.split(":")
    return getattr(importlib.import_module(module), function)


def main() -> None:
    """Read the arguments, run all worlds, print, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--world", action="append", help="module:function; repeatable; default the three of benchmarks/worlds")
    parser.add_argument("--encoder", default="auto", choices=("auto", "use", "dictionary"))
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    cache = Path(tempfile.gettempdir()) / "matchmaker-market" / "vectors.sqlite"
    encoder, told = CachedEncoder(load_encoder(options.encoder), FileCache(cache)), {}
    for name in options.world or WORLDS:
        results = [run(load(name), seed, encoder) for seed in range(options.seeds)]
        told[name] = {**summary(results), "seeds": results}
        show(name, told[name], options.seeds)
    if options.out:
        options.out.write_text(json.dumps(told, indent=1, default=float), encoding="utf-8")


if __name__ == "__main__":
    main()
