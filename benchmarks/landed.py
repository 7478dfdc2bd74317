"""Landed costs a second: the batch against the exact ladder, on a table with lines for every heading.

    python -m benchmarks.landed [--rows 100000] [--pairs 8000] [--headings 1200] [--exact 2000]

Products share ``pairs`` of code and origin, spread over all headings and partners; every heading has MFN, VAT and consumption tax, some
have provisional, agreement and additional rates, some a duty by unit. The first batch chooses the rates of every pair, as a new day or a
new table does; the second has them. Times are process time on one thread.
"""

import argparse
import json
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np

from matchmaker.trade.agreements import agreements
from matchmaker.trade.bills import Inquiry, Yuan
from matchmaker.trade.landed import landed_cost
from matchmaker.trade.landed_batch import TOLERANCE, Day, Goods, landed_costs
from matchmaker.trade.rates import Basis, RateLine, Rates
from matchmaker.trade.rulebook import shipped
from matchmaker.trade.shipped import read

TODAY = date(2026, 10, 19)
INCOTERMS = ("EXW", "FCA", "FOB", "CFR", "CIF", "DAP")
EXCHANGE = {code: Yuan(Decimal(worth), TODAY, "benchmark", True) for code, worth in (("USD", "7.1"), ("EUR", "8.2"), ("JPY", "0.0475"))}


def table(headings: list[str], rng: np.random.Generator) -> Rates:
    """Made-up lines: two subheadings a heading, which mostly pay the same."""
    lines = []
    for heading in headings:
        lines += [RateLine(heading, Basis.VAT, Decimal("0.13")), RateLine(heading, Basis.CONSUMPTION, Decimal(0))]
        for end in ("1000", "9000"):
            share = Decimal(int(rng.integers(0, 25))) / 100
            by_unit = rng.random() < 0.03
            lines.append(RateLine(heading + end, Basis.MFN, None if by_unit else share, Decimal("0.6") if by_unit else None,
                                  "kg" if by_unit else ""))
            if rng.random() < 0.2:
                lines.append(RateLine(heading + end, Basis.PROV, share / 2))
            lines += [RateLine(heading + end, Basis.FTA, Decimal(0), scheme=deal.code) for deal in agreements() if rng.random() < 0.5]
    lines += [RateLine(f"{chapter:02d}", Basis.ADD, Decimal("0.10"), origin="US") for chapter in range(1, 98)]
    return Rates(lines, "benchmark")


def goods(rows: int, pairs: int, headings: list[str], origins: list[str], rng: np.random.Generator) -> Goods:
    """Made-up products, of six digits or eight."""
    some = rng.integers(0, pairs, rows)
    heading, origin = rng.choice(headings, pairs)[some], rng.choice(origins, pairs)[some]
    code = np.char.add(heading, rng.choice(["10", "1000", "9000"], pairs)[some])
    return Goods(
        code.tolist(), origin.tolist(), rng.uniform(1, 500, rows).round(2), np.full(rows, np.nan),
        rng.choice(list(EXCHANGE), rows).tolist(), rng.choice(INCOTERMS, rows).tolist(), rng.integers(1, 5000, rows).astype(float),
        {"kg": rng.uniform(0.1, 20, rows).round(2)})


def exact(columns: Goods, rows: range, rates: Rates) -> tuple[float, list]:
    """Return the rate of the exact ladder and its answers."""
    start, found = time.process_time(), []
    for row in rows:
        asked = Inquiry(
            columns.code[row], columns.origin[row], TODAY, Decimal(str(columns.price[row])), columns.currency[row], columns.incoterm[row],
            Decimal(int(columns.quantity[row])), measures={"kg": Decimal(str(columns.measures["kg"][row]))})
        found.append(landed_cost(asked, shipped(), rates, EXCHANGE))
    return len(rows) / (time.process_time() - start), found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("rows", 100_000), ("pairs", 8000), ("headings", 1200), ("exact", 2000), ("seed", 5)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    headings = [row["code"] for row in read("hs_headings")["rows"]][:options.headings]
    origins = sorted({origin for deal in agreements() for origin in deal.partners} | {"US", "FR", "DE", "IT", "ET", "KE", "BR"})
    rates, columns = table(headings, rng), goods(options.rows, options.pairs, headings, origins, rng)
    figures: dict[str, float] = {"lines": len(rates), "rows": options.rows}
    day = Day(TODAY, shipped(), rates)
    for name in ("first", "again"):
        start = time.process_time()
        found = landed_costs(columns, day, EXCHANGE)
        figures[f"a second, {name}"] = round(options.rows / (time.process_time() - start))
    figures["pairs"] = len(found.terms)
    speed, ladder = exact(columns, range(options.exact), rates)
    figures["a second, exact"] = round(speed)
    off = [abs(found.high[row] * columns.quantity[row] - float(one.total.high)) for row, one in enumerate(ladder) if one.total]
    figures |= {"known": len(off), "largest difference, yuan": round(max(off), 4), "tolerance, yuan": TOLERANCE}
    print(json.dumps(figures, indent=1))
    if options.out:
        options.out.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
