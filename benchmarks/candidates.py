"""What the index finds of what a comparison with every product would show: the first ten of each list, before and after.

    python -m benchmarks.candidates [--products 3000] [--demands 200] [--encoder use]

Sheets are those of `benchmarks.refresh`: names from the HS labels that the project ships. The encoder matters here; with `use` most of
the time goes into encoding.
"""

import argparse
import json
import random
from collections.abc import Mapping
from typing import Any

from matchmaker.clock import now
from matchmaker.engine.matching import ranker
from matchmaker.engine.matching.columns import DemandColumns
from matchmaker.engine.matching.encoder import load_encoder
from matchmaker.engine.matching.ranker import Matcher
from matchmaker.engine.matching.records import Demand, Price, Quantity, Supply
from matchmaker.engine.matching.sheets import SheetTexts

from .refresh import EACH, rows_of_demands, rows_of_products

TOP = 10


def _titles(row: Mapping[str, Any]) -> dict[str, str]:
    return {lang: sheet["title"] for lang, sheet in row.get("translations", {}).items()}


def sheets(products: int, demands: int) -> tuple[list[Supply], list[Demand]]:
    """The records of a made-up expo."""
    rng = random.Random(7)  # noqa: S311 - a benchmark
    offered = rows_of_products(rng, products, list(range(1, products // EACH + 2)))
    wanted = rows_of_demands(rng, demands, list(range(100_000, 100_002 + demands // 4)), 1)
    supplies = [Supply(at, row["company_id"], 1, row["title"], hs=row["hs"], text=row["text"], lang="en", translations=_titles(row),
                       origin=row["origin"], moq=Quantity(row["moq"], row["moq_unit"]), incoterm="CIF",
                       price=Price(row["price_low"], row["price_high"], "USD", "carton"), lead_time_days=row["lead_time_days"])
                for at, row in enumerate(offered, 1)]
    return supplies, [Demand(at, row["company_id"], 1, row["title"], hs=row["hs"] or None, text=row["text"], lang="zh",
                             quantity_first=Quantity(row["quantity_first"], "carton"), incoterm="CIF",
                             budget=Price(None, row["budget_high"], "USD", "carton"), origins_wanted=tuple(row["origins_wanted"]))
                      for at, row in enumerate(wanted, 1)]


def main() -> None:
    """Print the shares as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--products", type=int, default=3000)
    parser.add_argument("--demands", type=int, default=200)
    parser.add_argument("--encoder", default="use")
    options = parser.parse_args()
    supplies, demands = sheets(options.products, options.demands)
    ranker.DENSE = 0
    matcher = Matcher(load_encoder(options.encoder), today=now().date()).fit(supplies)
    found = matcher.match(demands, top=TOP)
    i, _ = matcher.near_.find(SheetTexts(matcher.similarity_, demands), DemandColumns(demands))
    matcher.near_ = None
    expected = matcher.match(demands, top=TOP)
    pairs = [{(one.demand_id, one.supply_id) for some in lists for one in some} for lists in (found, expected)]
    firsts = [a[0].supply_id == b[0].supply_id for a, b in zip(found, expected, strict=True) if a and b]
    print(json.dumps({
        "products": options.products, "demands": options.demands, "encoder": options.encoder, "expected_pairs": len(pairs[1]),
        "recall_at_10": round(len(pairs[0] & pairs[1]) / len(pairs[1]), 4), "same_first": round(sum(firsts) / len(firsts), 4),
        "candidates_per_demand": round(len(i) / len(demands), 1)}))


if __name__ == "__main__":
    main()
