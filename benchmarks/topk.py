"""Exact nearest products: the product's own index against scikit-learn, faiss-cpu and usearch, where they are installed.

    pip install -r benchmarks/requirements.txt
    python -m benchmarks.topk [--quick] [--out FILE] [--rounds 5] [--only P1,P5]

P1  own index / faiss IndexFlatIP with BLAS, batches of 2,048 queries, top 20 (at least 0.55)
P2  own index / scikit-learn brute euclidean (at least 1.5) and brute cosine (at least 4)
P3  own index / the matrix product alone (at least 0.5)
P5  own filtered query / faiss flat with a selector, at 1%, in batches (at most 0.1; one query alone is printed too, and so is
    faiss on rows in our order); recall at every selectivity
P6  a new row is in the next search of this process (0.1 ms) and of other workers (1 s)
P12 dask with two processes: the bits of one worker, and its throughput against threads (at least 0.7)

One thread each, one OpenBLAS core type for all, CPU seconds, ways interleaved in one run, medians. Only ratios carry over.
Vectors are random directions around 2,000 centres: products come in kinds.
"""

import argparse
import functools
import importlib.util
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# before NumPy is loaded: one thread, and one core type for all libraries (faiss-cpu's own OpenBLAS does not know newer CPUs)
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"
if "OPENBLAS_CORETYPE" not in os.environ and "avx512f" in (Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""):
    os.environ["OPENBLAS_CORETYPE"] = "SkylakeX"

import numpy as np  # noqa: E402
import threadpoolctl  # noqa: E402

from matchmaker.engine.matching import compute  # noqa: E402
from matchmaker.engine.matching.follow import Follower, Row  # noqa: E402
from matchmaker.engine.matching.retrieval import Found, Index  # noqa: E402

K, QUERIES = 20, 2048
SIZES = [(100_000, 64), (100_000, 128), (100_000, 384), (100_000, 512), (1_000_000, 128)]
QUICK = [(20_000, 64), (20_000, 512)]
SELECTIVITIES = (0.01, 0.1, 0.5, 1.0)
BARS = {"P1": 0.55, "P2 euclidean": 1.5, "P2 cosine": 4.0, "P3": 0.5}


def vectors(rows: int, width: int, seed: int) -> np.ndarray:
    """Unit rows around 2,000 centres, which are the same for every seed."""
    rng = np.random.default_rng(seed)
    out = rng.standard_normal((rows, width), dtype=np.float32)
    out += 1.5 * np.random.default_rng(0).standard_normal((2000, width), dtype=np.float32)[rng.integers(0, 2000, rows)]
    for start in range(0, rows, 10_000):
        out[start:start + 10_000] /= np.linalg.norm(out[start:start + 10_000], axis=1, keepdims=True)
    return out


def index_of(rows: np.ndarray, sections: np.ndarray | None = None) -> Index:
    """The product's index of rows 0 to n of one expo."""
    count = len(rows)
    return Index(rows, np.arange(count), np.ones(count, np.int64), np.full(count, "") if sections is None else sections)


def faiss_index(rows: np.ndarray) -> Any:
    """faiss' flat index with BLAS for every batch; None where faiss is not installed."""
    if importlib.util.find_spec("faiss") is None:
        return None
    import faiss

    faiss.omp_set_num_threads(1)
    faiss.cvar.distance_compute_blas_threshold = 20
    index = faiss.IndexFlatIP(rows.shape[1])
    index.add(rows)
    return index


def product_alone(rows: np.ndarray, queries: np.ndarray) -> None:
    """The floor: the matrix product in the blocks of the scan, and nothing else."""
    out = np.empty((4096, 256), np.float32)
    for at in range(0, len(queries), 256):
        across = np.ascontiguousarray(queries[at:at + 256].T)
        for start in range(0, len(rows), 4096):
            some = rows[start:start + 4096]
            np.matmul(some, across, out=out[:len(some), :across.shape[1]] if across.shape[1] == 256 else None)


def interleaved(ways: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Median CPU seconds of each way; the ways alternate, and the first round only warms."""
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            before = time.process_time()
            way()
            if turn:
                spent[name].append(time.process_time() - before)
    return {name: statistics.median(times) for name, times in spent.items()}


def same_up_to_ties(found: Found, ids: np.ndarray, rows: np.ndarray, queries: np.ndarray) -> float:
    """The share of our ids that are in the other's list of the same queries, or tie with its last to what float32 can tell."""
    inside, last = np.empty(ids.shape, bool), np.empty((len(ids), 1))
    for at, some in enumerate(ids):  # a query at a time: the rows of all lists together would be gigabytes
        last[at] = (rows[some].astype(np.float64) @ queries[at].astype(np.float64)).min()
        inside[at] = np.isin(found.ids[at], some)
    return float((inside | (found.scores[:len(ids)] <= last + 1e-6) & (found.scores[:len(ids)] >= last - 1e-6)).mean())


def batch(rows: int, width: int, rounds: int) -> dict[str, Any]:
    """P1, P2, P3 at one size."""
    from sklearn.neighbors import NearestNeighbors

    products, queries = vectors(rows, width, 1), vectors(QUERIES, width, 2)
    few = queries[:256]  # for the slow ways
    own, peer = index_of(products), faiss_index(products)
    euclidean = NearestNeighbors(n_neighbors=K, algorithm="brute", metric="euclidean").fit(products)
    ways: dict[str, tuple[np.ndarray, Callable[[np.ndarray], Any]]] = {
        "floor": (queries, lambda asked: product_alone(products, asked)),
        "own": (queries, lambda asked: own.search(asked, K)),
        "scikit-learn euclidean": (queries[:1024], euclidean.kneighbors)}
    if peer is not None:
        ways["faiss"] = (queries, lambda asked: peer.search(asked, K))
    if rows <= 100_000:
        cosine = NearestNeighbors(n_neighbors=K, algorithm="brute", metric="cosine").fit(products)
        ways["scikit-learn cosine"] = (few, cosine.kneighbors)
    if rows <= 100_000 and importlib.util.find_spec("usearch"):
        from usearch.index import MetricKind, search

        ways["usearch"] = (few, lambda asked: search(products, asked, K, MetricKind.IP, exact=True, threads=1))
    spent = interleaved({name: (lambda asked=asked, way=way: way(asked)) for name, (asked, way) in ways.items()}, rounds)
    rate = {name: len(ways[name][0]) / seconds for name, seconds in spent.items()}
    found = own.search(queries, K)
    agree = {"scikit-learn": same_up_to_ties(found, euclidean.kneighbors(queries[:1024])[1], products, queries)}
    if peer is not None:
        agree["faiss"] = same_up_to_ties(found, peer.search(queries, K)[1], products, queries)
    ratios = {label: round(rate["own"] / rate[name], 3) for label, name in (
        ("P1", "faiss"), ("P2 euclidean", "scikit-learn euclidean"), ("P2 cosine", "scikit-learn cosine"), ("P3", "floor"),
        ("usearch", "usearch")) if name in rate}
    return {"rows": rows, "width": width, "queries_per_cpu_second": {name: round(value) for name, value in rate.items()},
            "ratios": ratios, "same_up_to_ties": agree}


def filtered(rows: int, width: int, rounds: int) -> list[dict[str, Any]]:
    """P5: one section of an expo against faiss with a bitmap of the rows that count, which lie anywhere, as in a table."""
    products, queries = vectors(rows, width, 1), vectors(QUERIES, width, 2)
    out = []
    for share in SELECTIVITIES:
        inside = np.random.default_rng(3).permutation(rows) < share * rows
        own = index_of(products, np.where(inside, "in", "out"))
        found = own.search(queries, K, (1, "in"))
        members = np.flatnonzero(inside)
        right = members[np.argsort(-(queries[:200] @ products[members].T), axis=1, kind="stable")[:, :K]]
        line = {"share": share, "rows": int(inside.sum()), "recall": same_up_to_ties(found, right, products, queries)}
        if importlib.util.find_spec("faiss"):
            line |= against_selector(own, products, inside, queries if share <= 0.1 else queries[:256], rounds)
        out.append(line)
    return out


def against_selector(own: Index, products: np.ndarray, inside: np.ndarray, queries: np.ndarray, rounds: int) -> dict[str, Any]:
    """Filtered search of single queries and batches against faiss, with a bitmap, and with a range on rows in our order."""
    import faiss

    peer, chosen = faiss_index(products), faiss.SearchParameters(sel=faiss.IDSelectorBitmap(np.packbits(inside, bitorder="little")))
    ordered, in_order = faiss_index(own.vectors), faiss.SearchParameters(sel=faiss.IDSelectorRange(0, int(inside.sum())))
    out: dict[str, Any] = {}
    for count in sorted({1, 256, len(queries)}):
        asked = queries[:count]
        spent = interleaved({
            "own": functools.partial(own.search, asked, K, (1, "in")),
            "faiss": functools.partial(peer.search, asked, K, params=chosen),
            "faiss in our order": functools.partial(ordered.search, asked, K, params=in_order)}, rounds if count > 1 else 20 * rounds)
        out[f"{count} queries"] = {"ms_per_query": {name: round(1000 * value / count, 4) for name, value in spent.items()},
                                   "ratio": round(spent["own"] / spent["faiss"], 3)}
    return out


def freshness(rows: int, width: int) -> dict[str, Any]:
    """P6: how long a put takes and whether the next search has it; how long until another process finds it."""
    products = vectors(rows, width, 1)
    own, new = index_of(products), vectors(2000, width, 4)
    puts, missed = [], 0
    for at, vector in enumerate(new):
        before = time.perf_counter()
        own.put(rows + at if at % 2 else at, vector, 1)
        puts.append(time.perf_counter() - before)
        if at % 50 == 0:
            missed += int(own.search(vector[None], 1).ids[0, 0]) != (rows + at if at % 2 else at)
    with tempfile.TemporaryDirectory() as folder:
        elsewhere = _elsewhere(Path(folder) / "feed.sqlite3", new[:20])
    puts.sort()
    return {"put_ms": {"median": round(1000 * puts[len(puts) // 2], 4), "p99": round(1000 * puts[int(len(puts) * 0.99)], 4)},
            "missed": missed, "other_worker_s": {"median": round(statistics.median(elsewhere), 3), "longest": round(max(elsewhere), 3)}}


def _elsewhere(path: Path, new: np.ndarray) -> list[float]:
    """Seconds from the commit of a row to the search of another process that has it, for each of some rows."""
    with sqlite3.connect(path) as store:
        store.execute("PRAGMA journal_mode=WAL")
        store.execute("CREATE TABLE feed (version INTEGER PRIMARY KEY, id INTEGER, vector BLOB)")
    worker = subprocess.Popen([sys.executable, "-m", "benchmarks.topk", "--follow", str(path), "--width", str(new.shape[1])],  # noqa: S603
                              stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    stored = []
    for at, vector in enumerate(new):
        with sqlite3.connect(path) as store:
            store.execute("INSERT INTO feed (id, vector) VALUES (?, ?)", (10_000_000 + at, vector.tobytes()))
        stored.append(time.time())
        time.sleep(0.13)
    seen = [float(worker.stdout.readline()) for _ in new]
    worker.wait(10)
    return [found - was for found, was in zip(seen, stored, strict=True)]


def follow(path: str, width: int) -> None:
    """The other worker: searches all the time, says when it first found each new row, and ends after twenty."""
    store = sqlite3.connect(path)

    def changes(version: int) -> list[Row]:
        found = store.execute("SELECT version, id, vector FROM feed WHERE version > ? ORDER BY version", (version,)).fetchall()
        store.rollback()  # the next question sees what was written meanwhile
        return [Row(number, ident, 1, "", np.frombuffer(vector, np.float32)) for number, ident, vector in found]

    products = vectors(20_000, width, 1)
    follower = Follower(index_of(products), changes)
    asked, found = vectors(2000, width, 4)[:20], 0
    print("ready", flush=True)
    until = time.monotonic() + 60
    while found < 20 and time.monotonic() < until:
        if follower.search(asked[found:found + 1], 1).ids[0, 0] == 10_000_000 + found:
            print(time.time(), flush=True)
            found += 1


def machines(rows: int, width: int) -> dict[str, Any] | None:
    """P12: dask with two processes against threads and one worker. Wall time: this one needs two free cores."""
    if importlib.util.find_spec("distributed") is None:
        return None
    own, queries = index_of(vectors(rows, width, 1)), vectors(8 * QUERIES, width, 2)
    found, spent = {}, {}
    for name in ("serial", "threads:2", "dask:2"):
        before = time.perf_counter()
        found[name] = compute.search(own, queries, K, compute=compute.Compute.read(name), block=QUERIES)
        spent[name] = time.perf_counter() - before
    same = {name: all(np.array_equal(a, b) for a, b in zip(one, found["serial"], strict=True)) for name, one in found.items()}
    return {"wall_s": {name: round(value, 2) for name, value in spent.items()}, "bit_identical": same,  # dask's start is in its time
            "dask_of_threads": round(spent["threads:2"] / spent["dask:2"], 3)}


def main() -> int:
    """Print the ratios; return 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small sizes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="P1,P5,P6,P12", help="P1 brings P2 and P3")
    parser.add_argument("--out", help="also write the figures here")
    parser.add_argument("--follow", help=argparse.SUPPRESS)
    parser.add_argument("--width", type=int, default=128, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.follow:
        follow(options.follow, options.width)
        return 0
    only, rows = set(options.only.split(",")), 20_000 if options.quick else 100_000
    found: dict[str, Any] = {"core_type": os.environ.get("OPENBLAS_CORETYPE", "detected"), "missed": []}
    if "P1" in only:
        found["batch"] = [_said(batch(*size, options.rounds)) for size in (QUICK if options.quick else SIZES)]
        found["missed"] += [f"{label} at {line['rows']} x {line['width']}: {line['ratios'][label]}" for line in found["batch"]
                            for label, bar in BARS.items() if line["ratios"].get(label, bar) < bar]
    if "P5" in only:
        found["filtered"] = [_said(line) for line in filtered(rows, 128, options.rounds)]
        found["missed"] += [f"recall {line['recall']} at {line['share']}" for line in found["filtered"] if line["recall"] < 1]
        found["missed"] += [f"P5 with {count}: {one['ratio']}" for count, one in found["filtered"][0].items()
                            if count == f"{QUERIES} queries" and one["ratio"] > 0.1]
    if "P6" in only:
        fresh = found["freshness"] = _said(freshness(rows, 128))
        if fresh["missed"] or fresh["put_ms"]["p99"] > 0.1 or fresh["other_worker_s"]["longest"] > 1:
            found["missed"].append("P6")
    if "P12" in only:
        found["machines"] = _said(machines(rows, 128))
    found["libraries"] = threadpoolctl.threadpool_info()
    for library in found["libraries"]:
        print({name: library[name] for name in ("user_api", "internal_api", "version", "num_threads", "architecture") if name in library},
              Path(library["filepath"]).name)
    print("missed:", found["missed"] or "nothing")
    if options.out:
        Path(options.out).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 1 if found["missed"] else 0


def _said(line: Any) -> Any:
    print(json.dumps(line), flush=True)
    return line


if __name__ == "__main__":
    sys.exit(main())
