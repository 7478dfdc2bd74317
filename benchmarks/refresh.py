"""A whole refresh at the size of a great expo: 100,000 products, 20,000 demands, after encoding.

    python -m benchmarks.refresh [--products 100000] [--demands 20000] [--profile] [--out FILE]

The product's own job runs (`matchmaker.matching.refresh`) on a database of synthetic sheets: names from the HS labels that the
project ships, terms drawn at random. Encoding is left out: vectors are stored before, those of a stand-in
encoder whose vectors are sums of hashed words, so
texts that share words are near; the figures are of time and memory and say nothing about quality. Printed: wall and CPU seconds
of the parts, the peak of resident memory, the rows written. Bars: 10 minutes, 3 GB.
"""

import argparse
import cProfile
import functools
import hashlib
import json
import os
import pstats
import random
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from matchmaker import clock, create_app
from matchmaker.catalog.models import Listing, Product
from matchmaker.companies.models import Company
from matchmaker.demands.models import Demand
from matchmaker.engine.matching.encoder import CachedEncoder
from matchmaker.expos.models import Expo, Participation
from matchmaker.infra.db import Base, commit, db
from matchmaker.matching import encoding, load
from matchmaker.matching.models import Recommendation, StaleMatch
from matchmaker.matching.refresh import encode_missing, refresh

MINUTES, GIGABYTES = 10.0, 3.0
EACH = 20  # products of a company
GRADES = ("fresh", "frozen", "organic", "industrial", "premium", "portable", "dried", "stainless", "automatic", "refined",
          "natural", "compact")
GRADES_ZH = ("新鲜", "冷冻", "有机", "工业", "优质", "便携", "干", "不锈钢", "自动", "精制", "天然", "紧凑型")
COUNTRIES = ("CL", "PE", "IT", "FR", "DE", "JP", "TH", "ZA", "ET", "BR", "NZ", "MX")


class Stand:
    """An encoder that costs nearly nothing: the sum of one random direction for each word or Chinese character."""

    name, dim = "benchmark-words", 512

    @staticmethod
    @functools.lru_cache(50_000)
    def _direction(word: str) -> np.ndarray:
        seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")
        return np.random.default_rng(seed).standard_normal(512).astype(np.float32)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit rows."""
        out = np.zeros((len(texts), self.dim), np.float32)
        for at, text in enumerate(texts):
            for word in text.lower().split()[:40] or [" "]:
                for part in (word if not word.isascii() else (word,)):
                    out[at] += self._direction(part)
        return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)


def labels() -> list[tuple[str, str, str]]:
    """(heading, English, Chinese) of HS 2022 as shipped."""
    from matchmaker.trade import hs

    return [(one.code, one.en, one.zh) for one in hs.headings().values()]


def rows_of_products(rng: random.Random, count: int, companies: list[int]) -> Iterator[dict[str, Any]]:
    """Product cards in English with a Chinese title."""
    known, now = labels(), clock.now()
    for at in range(count):
        code, english, chinese = known[rng.randrange(len(known))]
        grade, low = rng.randrange(len(GRADES)), rng.randrange(10, 900)
        yield {"company_id": companies[at // EACH], "state": "published",
               "title": f"{GRADES[grade]} {english}, type {rng.randrange(1, 400)}"[:200],
               "text": f"{english} for retail and industry, {GRADES[rng.randrange(len(GRADES))]} quality, made in our own works.",
               "lang": "en", "translations": {"zh": {"title": f"{GRADES_ZH[grade]}{chinese}", "text": ""}},
               "hs": f"{code}{rng.randrange(1, 9)}0",
               "origin": rng.choice(COUNTRIES), "moq": Decimal(rng.choice((50, 200, 500, 1000))), "moq_unit": "carton",
               "price_low": Decimal(low), "price_high": Decimal(low + 8), "currency": "USD", "price_unit": "carton", "incoterm": "CIF",
               "lead_time_days": rng.choice((15, 30, 60, 90)), "created_at": now, "updated_at": now}


def rows_of_demands(rng: random.Random, count: int, companies: list[int], expo_id: int) -> Iterator[dict[str, Any]]:
    """Demands in Chinese, half of them with a customs heading."""
    known, now = labels(), clock.now()
    for at in range(count):
        code, _, chinese = known[rng.randrange(len(known))]
        yield {"expo_id": expo_id, "company_id": companies[at // 4], "state": "published", "lang": "zh",
               "title": f"求购{rng.choice(GRADES_ZH)}{chinese}"[:200], "text": f"长期采购{chinese},用于零售渠道。",
               "hs": code if at % 2 else "",
               "quantity_first": Decimal(rng.choice((100, 400, 800))), "unit": "carton", "budget_high": Decimal(rng.randrange(10, 900)),
               "currency": "USD", "budget_unit": "carton", "incoterm": "CIF", "origins_wanted": [rng.choice(COUNTRIES)] if at % 3 else [],
               "created_at": now, "updated_at": now}


def world(products: int, demands: int) -> int:
    """Write the expo; return its id."""
    rng, now = random.Random(7), clock.now()  # noqa: S311 - a benchmark
    expo = Expo(series="CIIE", slug="great", name_en="Great Expo", name_zh="大展会", starts_on=now.date(), ends_on=now.date())
    db.session.add(expo)
    db.session.flush()
    ids: dict[str, list[int]] = {}
    for kind, count in (("exhibitor", -(-products // EACH)), ("buyer", -(-demands // 4))):
        db.session.execute(sa.insert(Company), [
            {"kind": kind, "name": f"{kind} {at}", "name_en": f"{kind} {at}", "country": "CN", "created_at": now} for at in range(count)])
        ids[kind] = list(db.session.scalars(sa.select(Company.id).where(Company.kind == kind).order_by(Company.id)))
        db.session.execute(sa.insert(Participation), [{"expo_id": expo.id, "company_id": ident, "state": "approved", "applied_at": now}
                                                      for ident in ids[kind]])
    db.session.execute(sa.insert(Product), list(rows_of_products(rng, products, ids["exhibitor"])))
    db.session.execute(sa.insert(Listing), [
        {"product_id": ident, "expo_id": expo.id} for ident in db.session.scalars(sa.select(Product.id))])
    db.session.execute(sa.insert(Demand), list(rows_of_demands(rng, demands, ids["buyer"], expo.id)))
    db.session.add(StaleMatch(expo_id=expo.id))
    expo_id = expo.id
    commit()
    return expo_id


def encode(expo_id: int) -> float:
    """Keep the vectors of all texts, as a first refresh or an import does; return the seconds it took."""
    start = time.perf_counter()
    encode_missing(Report(), encoding.encoder(), [*load.supplies(expo_id), *load.demands(expo_id)])
    return round(time.perf_counter() - start, 1)


def cpu_seconds() -> float:
    """Of this process and of its workers that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


class Memory:
    """The most memory that this process and its workers held at a time, what they share counted once (Linux; sampled)."""

    def __init__(self) -> None:
        self.peak, self.done = 0.0, threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Memory":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self.thread.join()

    def _watch(self) -> None:
        while not self.done.wait(0.5):
            self.peak = max(self.peak, self._now())

    def _now(self) -> float:
        me, total = str(os.getpid()), 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                if stat.parent.name == me or stat.read_text().rsplit(")", 1)[1].split()[1] == me:
                    lines = (stat.parent / "smaps_rollup").read_text().splitlines()
                    total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
            except (OSError, StopIteration):
                continue
        return total / 2 ** 20


class Report:
    """What the job tells: when each part began."""

    def __init__(self) -> None:
        self.began: dict[str, tuple[float, float]] = {}

    def progress(self, fraction: float, message: str = "", **params: Any) -> None:
        """Remember the part and say how far it is."""
        if message not in self.began:
            self.began[message] = time.perf_counter(), cpu_seconds()
            print(f"{time.strftime('%H:%M:%S')} {message} {params or ''}", file=sys.stderr, flush=True)

    def chunk(self) -> None:
        """Commit, as a job does."""
        commit()

    def seconds(self) -> dict[str, dict[str, float]]:
        """Wall and CPU seconds of each part, the last until now."""
        times = [*self.began.values(), (time.perf_counter(), cpu_seconds())]
        return {name: {"wall": round(stop[0] - start[0], 1), "cpu": round(stop[1] - start[1], 1)}
                for (name, start), stop in zip(self.began.items(), times[1:], strict=True)}


def main() -> int:
    """Print the figures; return 1 above a bar."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--demands", type=int, default=20_000)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--out", help="also write the figures here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(instance=folder, DATABASE_URL="sqlite:///bench.sqlite3", LOG_LEVEL="ERROR", ENCODER="benchmark")
        encoding._loaded["benchmark"] = CachedEncoder(Stand(), encoding.VectorTable())
        with app.app_context():
            Base.metadata.create_all(db.engine)
            expo_id = world(options.products, options.demands)
            encoded = encode(expo_id)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            report, profile = Report(), cProfile.Profile()
            start, cpu = time.perf_counter(), cpu_seconds()
            if options.profile:
                profile.enable()
            with Memory() as memory:
                refresh(report, expo_id)
            profile.disable()
            end, parts = time.perf_counter(), report.seconds()
            kept = db.session.scalar(sa.select(sa.func.count()).select_from(Recommendation))
            listed = db.session.scalar(sa.select(sa.func.count(Recommendation.product_id.distinct())))
    found = {"products": options.products, "demands": options.demands, "wall_s": round(end - start, 1),
             "cpu_s": round(cpu_seconds() - cpu, 1), "parts_s": parts, "encoded_before_s": encoded, "peak_gb": round(memory.peak, 2),
             "peak_before_gb": round(before / 2 ** 20, 2), "rows": kept, "products_listed": listed}
    print(json.dumps(found))
    if options.profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(45)
    if options.out:
        Path(options.out).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0 if found["wall_s"] <= 60 * MINUTES and memory.peak <= GIGABYTES else 1


if __name__ == "__main__":
    sys.exit(main())
