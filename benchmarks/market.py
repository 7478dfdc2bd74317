"""The product's own lists in invented markets whose truth it cannot see, against what anybody could have without it.

    python -m benchmarks.market [--seeds 10] [--first 600] [--world module:function ...] [--fall 1] [--curious 0.1] [--out FILE]

In each world (see benchmarks/worlds) three of eight demands are used: lists are shown, people act on them, the model learns, until
500 questions were answered. All figures are of the other demands, and of the lists as a whole refresh stores them and pages show them
(`Matcher.survey`, `Market`, `LIST` lines): what is not sure enough is not shown, orders are balanced, lists have variety. The floor for
small firms is left out: worlds know no sizes. Empty and short lists count as they are; baselines fill every list.

expected deals   sum over the lists of examination(rank) x both accept x deal, 10 lines a list
nDCG@10          with that chance as the gain
calibration      10 equal-mass bins, both sides, labels drawn. `shown`: what they would answer about all pairs that are stored, asked or
                 not; `first 10`: about the first lines of the buyers' lists; `asked`: about 5,000 questions to each side as they come of
                 the lists (willing people ask, so these are other pairs, and the chance is that of one who was asked); `perfect`: what
                 the truth itself would have
congestion       demands and exhibitors, each pair by its best product: true expected matches where both sides look, Gini of exhibitors'
                 exposure, lists by reciprocal product and as stored; CPU of the balance against finding and scoring the pairs, and
                 against the bare search for candidates that a great expo has
model, cold      the product's lists before anybody did anything; `by chance alone`: the learned ones before they are balanced

`reciprocal product` learns both sides' chances by logistic regression on text scores (encoder, TF-IDF, BM25) from as many answers to
its own lists. Ratios are means over seeds, beside the standard deviation over seeds and the least. Seeds 100 to 119 were used to
choose constants, earlier forms of the model were measured on 200 to 509; 600 to 609 are what is reported, run once. Readers' attention
and curiosity are what the model takes for usual; `--fall` and `--curious` make others.
"""

import argparse
import copy
import importlib
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from benchmarks.worlds import TRADE, Oracle, Records, without
from benchmarks.worlds.sheets import TODAY
from benchmarks.worlds.use import Readers, Use
from matchmaker.engine.matching import baselines
from matchmaker.engine.matching.balance import Balance, ranks, worth
from matchmaker.engine.matching.candidates import Candidates
from matchmaker.engine.matching.columns import DemandColumns
from matchmaker.engine.matching.dealability import DealModel
from matchmaker.engine.matching.encoder import CachedEncoder, Encoder, load_encoder
from matchmaker.engine.matching.market import Market
from matchmaker.engine.matching.metrics import calibration_error, dcg, examination, expected_deals
from matchmaker.engine.matching.ranker import Matcher
from matchmaker.engine.matching.records import Demand
from matchmaker.engine.matching.sheets import SheetTexts
from matchmaker.engine.matching.survey import Survey
from matchmaker.matching.rules import LIST

WORLDS = ("benchmarks.worlds.thresholds:world", "benchmarks.worlds.trees:world", "benchmarks.worlds.tastes:world")
BASELINES = ("TF-IDF", "BM25", "encoder only", "reciprocal product")
TOP, OUTCOMES, QUESTIONS = 10, 500, 5000
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


def learn(use: Use) -> DealModel:
    """The model after what people did; the documented one before they did anything."""
    return DealModel().fit(use.answers) if use.answers else DealModel.documented()


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


def calibration(pairs: "Stored", oracle: Oracle, rng: np.random.Generator) -> dict[str, float]:
    """Calibration error of both sides over the pairs that are stored, the first lines of the buyers' lists, and the questions that come.

    Who asks has looked and is willing: a question is drawn with examination(rank in the asker's list) x the asker's true chance.
    """
    i, j, chances = pairs.i, pairs.j, pairs.chances
    true = np.stack([oracle.accept(side)[i, j] for side in SIDES], 1)
    places = ranks(i, pairs.for_demand, j), ranks(j, pairs.for_supply, i)
    asks = [examination(places[other], TOP) * true[:, other] for other in (1, 0)]  # the buyer is asked by the exhibitor
    drawn = [rng.choice(len(i), QUESTIONS, p=one / one.sum()) for one in asks]
    asked, would = (np.concatenate([matrix[rows, at] for at, rows in enumerate(drawn)]) for matrix in (pairs.if_asked, true))
    first = places[0] <= TOP

    def error(said: np.ndarray, truth: np.ndarray) -> float:
        return calibration_error(said.T.ravel(), (rng.random(truth.shape) < truth).T.ravel())

    return {"shown": error(chances, true), "shown answers": true.size, "first 10": error(chances[first], true[first]),
            "asked": error(asked, would), "perfect": error(true, true)}


def congestion(market: Market, true: np.ndarray, cpu: float) -> dict[str, float]:
    """What the balance changes, by the true chances that both accept (of each pair of the survey); `cpu` are its seconds."""
    best = true[market.best_]
    plain, even = market.balance_.exposure(best, "reciprocal"), market.balance_.exposure(best, "balanced")
    return {"matches, reciprocal": plain.matches, "matches, balanced": even.matches, "matches ratio": even.matches / plain.matches,
            "gini, reciprocal": plain.gini, "gini, balanced": even.gini, "gini ratio": even.gini / plain.gini, "balance CPU": cpu,
            "without exposure, reciprocal": plain.without, "without exposure, balanced": even.without}


class Stored(NamedTuple):
    """Pairs as a refresh would store them: demand, product, chances (n, 2), those where the other side asked, and what either side's
    list is sorted by."""

    i: np.ndarray
    j: np.ndarray
    chances: np.ndarray
    if_asked: np.ndarray
    for_demand: np.ndarray
    for_supply: np.ndarray


def stored(matcher: Matcher, model: DealModel, demands: Sequence[Demand]) -> tuple[Stored, Survey, Market, dict[str, float]]:
    """The lists of these demands, what was found before they were cut, their market, and CPU seconds."""
    began = time.process_time()
    survey = copy.copy(matcher).set_params(model=model).survey(demands)
    found = time.process_time()
    market = Market(survey, matcher.columns_.company[survey.j]).fit()
    pairs = market.balance_
    done = time.process_time()
    Balance().fit(pairs.rows_, pairs.cols_, pairs.worth_, pairs.worth_, *pairs.shape_)
    balanced = time.process_time()
    kept = market.survey_.first(LIST, LIST)
    lists = Stored(kept.i, kept.j, expit(kept.odds), expit(model.if_asked(kept.odds)), kept.for_demand, kept.for_supply)
    return lists, survey, market, {"finding": found - began, "market": done - found, "balance": balanced - done}


def bare_search(matcher: Matcher, demands: Sequence[Demand]) -> float:
    """CPU seconds of the search for candidates alone that an expo of many products has (texts read before)."""
    near, texts = Candidates(matcher.similarity_, matcher.texts_, matcher.columns_), SheetTexts(matcher.similarity_, demands)
    began = time.process_time()
    near.find(texts, DemandColumns(demands))
    return time.process_time() - began


def run(world: Callable[[int], tuple[Records, Oracle]], seed: int, encoder: Encoder, hidden: Sequence[str] = (),
        readers: Readers = Readers()) -> dict:
    """All figures of one world with one seed, from sheets that say nothing of the `hidden` fields."""
    records, oracle = world(seed)
    records = without(records, *hidden)
    supplies, demands = records
    n, m, used = len(demands), len(supplies), len(demands) * 3 // 8
    scores, late = text_scores(encoder, records), demands[used:]
    matcher = Matcher(encoder, today=TODAY).fit(supplies, stated=demands)
    shown = matcher.score(*matcher.candidates(DemandColumns(demands[:used])))
    use = Use(shown.pairs.i, shown.pairs.j, shown.values, oracle, np.random.default_rng([seed, 99]), readers)
    use.run(lambda one: chances_of(learn(one)), OUTCOMES)
    rivals = Use(*_all(used, m), _flat(scores, slice(0, used)), oracle, np.random.default_rng([seed, 98]), readers)
    rivals.run(learn_from_text, OUTCOMES)
    truth = _Late(oracle, used)
    both, shape = truth.accept("buyer") * truth.accept("exhibitor"), (n - used, m)
    gains = both * oracle.deal()[used:]
    cold, *_ = stored(matcher, DealModel.documented(), late)
    lists, survey, market, cpu = stored(matcher, learn(use), late)
    ranked = {**{name: one[used:] for name, one in scores.items()},
              "reciprocal product": worth(*learn_from_text(rivals)(_flat(scores, slice(used, n))).T).reshape(shape),
              "model, cold": table(shape, cold.i, cold.j, cold.for_demand),
              "by chance alone": table(shape, survey.i, survey.j, market.worth),
              "model": table(shape, lists.i, lists.j, lists.for_demand), "best possible": gains}
    lengths = np.bincount(lists.i, minlength=n - used)
    return {"lists": {name: quality(one, gains) for name, one in ranked.items()},
            "congestion": {**congestion(market, both[survey.i, survey.j], cpu["balance"]), "CPU share": cpu["balance"] / cpu["finding"],
                           "CPU share with variety": cpu["market"] / cpu["finding"],
                           "CPU share of a bare search": cpu["balance"] / bare_search(matcher, late)},
            "calibration": calibration(lists, truth, np.random.default_rng([seed, 97])),
            "use": {"outcomes": use.outcomes, "lines a list": float(lengths.mean()), "empty lists": float((lengths == 0).mean()),
                    "lists under 10 lines": float((lengths < TOP).mean())}}


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
        return {"mean": float(np.mean(values)), "sd": float(np.std(values, ddof=1)) if len(values) > 1 else 0.0, "least": min(values)}

    lists = {name: {measure: over(lambda one, name=name, measure=measure: one["lists"][name][measure]) for measure in ("deals", "ndcg")}
             for name in results[0]["lists"]}
    ahead = {name: {measure: over(lambda one, name=name, measure=measure: one["lists"]["model"][measure] / one["lists"][name][measure])
                    for measure in ("deals", "ndcg")} for name in (*BASELINES, "model, cold", "by chance alone")}
    rest = {part: {name: over(lambda one, part=part, name=name: one[part][name]) for name in results[0][part]}
            for part in ("congestion", "calibration", "use")}
    return {"lists": lists, "model to": ahead, **rest}


def show(name: str, told: dict, seeds: int) -> None:
    """Print one world."""
    print(f"\n{name}, {seeds} seeds: mean (standard deviation)")
    for method, row in told["lists"].items():
        ratio = told["model to"].get(method)
        beside = "   model / this: " + ", ".join(f"{name} {_pm(one)} least {one['least']:.2f}" for name, one in (ratio or {}).items())
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
    parser.add_argument("--first", type=int, default=600, help="the first seed")
    parser.add_argument("--world", action="append", help="module:function; repeatable; default the three of benchmarks/worlds")
    parser.add_argument("--without", action="append", default=[], choices=tuple(TRADE), help="what no sheet is to tell; repeatable")
    parser.add_argument("--fall", type=float, default=1.0, help="how fast readers' attention falls; the model begins at 1")
    parser.add_argument("--curious", type=float, default=0.1, help="share of the unwilling who open a line; the model begins at 0.1")
    parser.add_argument("--encoder", default="auto", choices=("auto", "use", "dictionary"))
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    cache = Path(tempfile.gettempdir()) / "matchmaker-market" / "vectors.sqlite"
    encoder, told = CachedEncoder(load_encoder(options.encoder), FileCache(cache)), {}
    for name in options.world or WORLDS:
        seeds = range(options.first, options.first + options.seeds)
        results = [run(load(name), seed, encoder, options.without, Readers(options.fall, options.curious)) for seed in seeds]
        told[name] = {**summary(results), "seeds": results}
        show(name, told[name], options.seeds)
    errors = [one["calibration"]["shown"] for world in told.values() for one in world["seeds"]]
    print(f"\ncalibration error of stored pairs over {len(told)} worlds: {np.mean(errors):.3f} (standard error "
          f"{np.std(errors) / np.sqrt(len(errors)):.3f})")
    if options.out:
        options.out.write_text(json.dumps(told, indent=1, default=float), encoding="utf-8")


if __name__ == "__main__":
    main()
