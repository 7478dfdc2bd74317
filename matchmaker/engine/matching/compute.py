"""Searches spread over workers: block by block of queries, with joblib, whose back end the configuration names.

`threads` (the default) share the index; NumPy gives the lock back while it multiplies. `processes` are for what is Python more than
NumPy (`each`); a search is done by threads there. `dask` sends blocks to the workers
of a cluster, on this machine or on several: the index and the queries travel as paths of .npy files that every worker can
open, never inside a message. A worker uses one BLAS thread. Results are the same bits for every back end and any number
of workers, because a search is (see retrieval.py).
"""

import functools
import itertools
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from typing import Any, Literal, TypeVar, cast, get_args

import joblib
import numpy as np
from threadpoolctl import threadpool_limits

from matchmaker.engine.matching.retrieval import QUERIES, Found, Index, Segment

T = TypeVar("T")
Backend = Literal["serial", "threads", "processes", "dask"]
COLUMNS = ("vectors", "ids", "expos", "sections")


@dataclass(frozen=True, slots=True)
class Compute:
    """Where work runs: the back end, how many workers, the address of dask's scheduler, and a folder that all machines see.

    Without an address, dask starts its workers as processes of this machine; without a folder, a temporary one is used.
    """

    backend: Backend = "threads"
    workers: int = 2
    address: str = ""
    folder: str = ""

    @classmethod
    def read(cls, text: str) -> "Compute":
        """`serial`, `threads:4`, `processes:2`, `dask:2`, `dask@tcp://host:8786` or `dask@tcp://host:8786#/shared/folder`.

        Raises ValueError.
        """
        rest, _, folder = text.partition("#")
        rest, _, address = rest.partition("@")
        backend, _, workers = rest.partition(":")
        if backend not in get_args(Backend) or (workers and not workers.isdigit()) or (address and backend != "dask"):
            raise ValueError(f"not a place to compute: {text!r}")
        return cls(cast(Backend, backend), max(1, int(workers or 2)), address, folder)


def search(index: Index, queries: np.ndarray, k: int, segment: Segment | None = None, compute: Compute | None = None,
           block: int = 4 * QUERIES) -> Found:
    """`index.search`, `block` queries at a time wherever `compute` says (threads when it says nothing)."""
    compute = compute or Compute()
    starts = range(0, len(queries), block)
    if compute.backend == "serial" or len(starts) < 2:
        with threadpool_limits(1, "blas"):
            return index.search(queries, k, segment)
    if compute.backend in ("threads", "processes"):
        with threadpool_limits(1, "blas"):
            tasks = (joblib.delayed(index.search)(queries[start:start + block], k, segment) for start in starts)
            return _joined(joblib.Parallel(compute.workers, prefer="threads", require="sharedmem")(tasks))
    with tempfile.TemporaryDirectory(dir=compute.folder or None) as folder, _dask(compute):
        save(index, folder)
        np.save(Path(folder) / "queries.npy", np.ascontiguousarray(queries, np.float32))
        tasks = (joblib.delayed(_search_saved)(folder, start, start + block, k, segment) for start in starts)
        return _joined(joblib.Parallel(n_jobs=-1)(tasks))


def each(function: Callable[..., T], parts: Sequence[Sequence[Any]], compute: Compute) -> Iterator[T]:
    """`function(*part)` for each part, in order, a few parts ahead of whoever takes the results; one BLAS thread a worker.

    `processes` are forked, so that they share all that is in memory and only results travel: `function` must not use the database,
    nor OpenMP. Where there is no fork, or one worker, all is done here.
    """
    forked = compute.backend in ("processes", "dask")
    if compute.backend == "serial" or min(compute.workers, len(parts)) < 2 or (forked and "fork" not in get_all_start_methods()):
        with threadpool_limits(1, "blas"):
            yield from (function(*part) for part in parts)
        return
    key = next(_keys)
    _inherited[key] = function, parts
    waiting: deque[Future[T]] = deque()
    try:
        with threadpool_limits(1, "blas"), _pool(forked, compute.workers) as pool:
            for at in range(len(parts)):
                waiting.append(pool.submit(_run, key, at))
                if len(waiting) > 2 * compute.workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
    finally:
        del _inherited[key]


_keys = itertools.count()
_inherited: dict[int, tuple[Callable[..., Any], Sequence[Sequence[Any]]]] = {}  # what a forked worker finds when it begins


def _pool(forked: bool, workers: int) -> Executor:
    return ProcessPoolExecutor(workers, get_context("fork")) if forked else ThreadPoolExecutor(workers)


def _run(key: int, at: int) -> Any:
    function, parts = _inherited[key]
    return function(*parts[at])


def save(index: Index, folder: str) -> None:
    """Write what counts in the index as .npy files."""
    whole = index.compacted() if index.tail or len(index) < len(index.ids) else index
    for name in COLUMNS:
        np.save(Path(folder) / f"{name}.npy", getattr(whole, name))


def load(folder: str) -> Index:
    """The index of these files; its rows stay in the file and are read when they are needed."""
    return Index(*(np.load(Path(folder) / f"{name}.npy", mmap_mode="r") for name in COLUMNS))


@functools.lru_cache(2)
def _loaded(folder: str, _written: int) -> tuple[Index, np.ndarray]:
    """One copy a process. The time at which the files were written tells one search from the next in the same folder."""
    return load(folder), np.load(Path(folder) / "queries.npy", mmap_mode="r")


def _search_saved(folder: str, start: int, stop: int, k: int, segment: Segment | None) -> Found:
    with threadpool_limits(1, "blas"):
        index, queries = _loaded(folder, (Path(folder) / "queries.npy").stat().st_mtime_ns)
        return index.search(queries[start:stop], k, segment)


def _joined(parts: list[Found]) -> Found:
    return Found(np.concatenate([part.ids for part in parts]), np.concatenate([part.scores for part in parts]))


@contextmanager
def _dask(compute: Compute) -> Iterator[None]:
    """joblib's dask back end, with a client of the address or with workers of its own."""
    from dask.distributed import Client, LocalCluster

    with ExitStack() as stack:
        where: Any = compute.address or stack.enter_context(LocalCluster(
            n_workers=compute.workers, threads_per_worker=1, processes=True, dashboard_address=None))
        client = stack.enter_context(Client(where, set_as_default=False))
        stack.enter_context(joblib.parallel_config(backend="dask", client=client, wait_for_workers_timeout=60))
        yield
