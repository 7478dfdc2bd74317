"""Searches over workers: the same bits wherever they run."""

import importlib.util

import numpy as np
import pytest

from matchmaker.engine.matching import compute
from matchmaker.engine.matching.compute import Compute
from matchmaker.engine.matching.retrieval import Index


def made(rows: int = 3000, width: int = 12) -> tuple[Index, np.ndarray]:
    rng = np.random.default_rng(11)
    vectors = rng.standard_normal((rows, width)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = Index(vectors, np.arange(rows), np.arange(rows) % 2, np.where(np.arange(rows) % 3, "food", "machines"))
    index.put(5000, vectors[4], 0, "food")
    index.delete(8, 0)
    return index, vectors[:700]


def same(left: compute.Found, right: compute.Found) -> bool:
    return np.array_equal(left.ids, right.ids) and left.scores.tobytes() == right.scores.tobytes()


@pytest.mark.parametrize("segment", [None, (0, None), (0, "food"), (7, "food")])
def test_threads_give_the_bits_of_one_worker(segment):
    index, queries = made()
    serial = index.search(queries, 10, segment)
    assert same(serial, compute.search(index, queries, 10, segment, Compute("serial")))
    assert same(serial, compute.search(index, queries, 10, segment, Compute("threads", 3), block=50))


@pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="dask is not installed")
@pytest.mark.filterwarnings("ignore")  # of dask's own sockets and loops
def test_dask_gives_the_bits_of_one_worker(tmp_path):
    index, queries = made()
    with_dask = compute.search(index, queries, 10, (0, "food"), Compute("dask", 2, folder=str(tmp_path)), block=256)
    assert same(index.search(queries, 10, (0, "food")), with_dask)
    assert list(tmp_path.iterdir()) == []


def test_an_index_comes_back_from_its_files(tmp_path):
    index, queries = made()
    compute.save(index, str(tmp_path))
    assert same(index.search(queries, 10), compute.load(str(tmp_path)).search(queries, 10))


def test_the_setting_says_where():
    assert Compute.read("serial") == Compute("serial")
    assert Compute.read("threads:4") == Compute("threads", 4)
    assert Compute.read("dask:3#/shared/files") == Compute("dask", 3, "", "/shared/files")
    assert Compute.read("dask@tcp://10.0.0.2:8786#/shared") == Compute("dask", 2, "tcp://10.0.0.2:8786", "/shared")
    for wrong in ("", "loky", "threads:x", "threads@tcp://10.0.0.2:8786"):
        with pytest.raises(ValueError, match="not a place to compute"):
            Compute.read(wrong)
