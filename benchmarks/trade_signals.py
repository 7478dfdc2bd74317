"""What the trade desk's signals add to the deals that lists bring, and what is lost without each of them.

    python -m benchmarks.trade_signals [--seeds 5] [--out FILE]

Two worlds of `benchmarks/worlds/trade.py` with the same sheets: in `trade` landed cost, market entry and proof decide, in `control` the
last three matter to nobody (prices are stated in several currencies in both). The matcher's own lists by the documented weights, as the
product stores them before anybody answered; expected deals and nDCG@10 as in `benchmarks/market.py`, each as a multiple of the lists
that know nothing of trade. Means over seeds, beside the standard deviation over seeds. A signal is taken away by emptying its field on
all sheets, so that it is unknown as it would be without the desk.
"""

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.market import FileCache, load, quality, table
from benchmarks.worlds import TRADE, Oracle, Records, without
from benchmarks.worlds.sheets import TODAY
from matchmaker.engine.matching.columns import DemandColumns
from matchmaker.engine.matching.encoder import CachedEncoder, Encoder, load_encoder
from matchmaker.engine.matching.ranker import Matcher

WORLDS = ("benchmarks.worlds.trade:world", "benchmarks.worlds.trade:control")


def lists(records: Records, encoder: Encoder) -> np.ndarray:
    """What the matcher lists, by its order for the demands, (demands, supplies); -inf for what it does not list."""
    found = Matcher(encoder, today=TODAY).fit(records.supplies, records.demands)
    shown = found.score(*found.candidates(DemandColumns(records.demands)))
    return table((len(records.demands), len(records.supplies)), shown.pairs.i, shown.pairs.j, shown.for_demand)


def run(world: Callable[[int], tuple[Records, Oracle]], seed: int, encoder: Encoder) -> dict[str, dict[str, float]]:
    """{variant: expected deals and nDCG@10, as multiples of the lists without trade}."""
    records, oracle = world(seed)
    gains = oracle.accept("buyer") * oracle.accept("exhibitor") * oracle.deal()
    variants = {"all": (), **{f"without {name}": (name,) for name in TRADE}, "none": tuple(TRADE)}
    got = {name: quality(lists(without(records, *fields), encoder), gains) for name, fields in variants.items()}
    return {name: {measure: value / got["none"][measure] for measure, value in one.items()} for name, one in got.items()}


def main() -> None:
    """Read the arguments, run both worlds, print, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    cache = Path(tempfile.gettempdir()) / "matchmaker-market" / "vectors.sqlite"
    encoder, told = CachedEncoder(load_encoder("auto"), FileCache(cache)), {}
    for name in WORLDS:
        results = [run(load(name), seed, encoder) for seed in range(options.seeds)]
        told[name] = results
        print(f"\n{name}, {options.seeds} seeds; multiples of the lists that know nothing of trade")
        for variant in results[0]:
            row = {measure: np.array([one[variant][measure] for one in results]) for measure in ("deals", "ndcg")}
            print(f"  {variant:18} " + "  ".join(f"{measure} {values.mean():.3f} ({values.std():.3f})" for measure, values in row.items()))
    if options.out:
        options.out.write_text(json.dumps(told, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
