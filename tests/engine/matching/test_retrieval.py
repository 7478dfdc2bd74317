"""Exact search: the same as scikit-learn and as a plain sort, with ties, filters, deletions and changes."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import NearestNeighbors

from matchmaker.engine.matching import retrieval
from matchmaker.engine.matching.retrieval import Index

SECTIONS = ("", "food", "machines")


def unit(rng: np.random.Generator, rows: int, width: int) -> np.ndarray:
    vectors = rng.standard_normal((rows, width)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def index_of(vectors: np.ndarray, ids: np.ndarray | None = None) -> Index:
    count = len(vectors)
    return Index(vectors, np.arange(count) if ids is None else ids, np.ones(count, np.int64), np.full(count, ""))


def plain(rows: dict, queries: np.ndarray, k: int) -> tuple[list[list[int]], np.ndarray]:
    """Sort all of {id: vector} by (score, id) in float64."""
    ids = np.array(sorted(rows), np.int64)
    scores = np.full((len(queries), k), -np.inf)
    lists = []
    for at, query in enumerate(queries.astype(np.float64)):
        exact = np.array([(query * rows[ident].astype(np.float64)).sum() for ident in ids.tolist()])
        order = np.lexsort((ids, -exact))[:k]
        lists.append([*ids[order].tolist(), *[-1] * (k - len(order))])
        scores[at, :len(order)] = exact[order]
    return lists, scores


@pytest.mark.parametrize(("rows", "width", "k"), [(50, 8, 20), (9000, 16, 20), (9000, 16, 300), (5000, 130, 1)])
def test_the_nearest_are_those_of_scikit_learn(rows, width, k):
    rng = np.random.default_rng(rows + k)
    vectors, queries = unit(rng, rows, width), unit(rng, 300, width)
    found = index_of(vectors).search(queries, min(k, rows))
    distances, oracle = NearestNeighbors(n_neighbors=min(k, rows), algorithm="brute", metric="euclidean").fit(vectors).kneighbors(queries)
    assert np.allclose(found.scores, 1 - distances.astype(np.float64) ** 2 / 2, atol=1e-5)
    gaps = np.diff(found.scores, axis=1) > -1e-6  # what is nearer to each other than float32 can tell may be in another order
    unsure = np.pad(gaps, ((0, 0), (1, 1)), constant_values=[[False, False], [False, True]])
    certain = ~(unsure[:, 1:] | unsure[:, :-1])
    assert certain.mean() > 0.5 or k == 1
    assert np.array_equal(found.ids[certain], oracle[certain])


@st.composite
def histories(draw: st.DrawFn) -> tuple:
    """Few different vectors, so that ties are common, and what happens to the rows after the index was made."""
    width, seed = draw(st.sampled_from([1, 3, 8])), draw(st.integers(0, 2 ** 16))
    pool = unit(np.random.default_rng(seed), draw(st.integers(1, 6)), width)
    row = st.tuples(st.integers(0, len(pool) - 1), st.sampled_from([1, 2]), st.sampled_from(SECTIONS))
    start = draw(st.dictionaries(st.integers(0, 40), row, max_size=40))
    later = draw(st.lists(st.tuples(st.integers(0, 50), st.one_of(st.none(), row)), max_size=25))
    segment = draw(st.one_of(st.none(), st.tuples(st.sampled_from([1, 2, 3]), st.one_of(st.none(), st.sampled_from(SECTIONS)))))
    return pool, start, later, segment, draw(st.integers(1, 60))


@settings(deadline=None, max_examples=150)
@given(histories())
def test_after_any_changes_the_list_is_that_of_a_plain_sort(history):
    pool, start, later, segment, k = history
    rows = {(expo, ident): (pool[at], section) for ident, (at, expo, section) in start.items()}
    ids = [ident for _, ident in rows]
    index = Index(np.array([vector for vector, _ in rows.values()], np.float32).reshape(-1, pool.shape[1]), np.array(ids, np.int64),
                  np.array([expo for expo, _ in rows], np.int64), np.array([section for _, section in rows.values()], np.str_))
    for ident, put in later:
        if put is None:
            assert index.delete(ident, 1) == ((1, ident) in rows)
            rows.pop((1, ident), None)
        else:
            at, expo, section = put
            index.put(ident, pool[at], expo, section)
            rows[expo, ident] = pool[at], section
    if segment is None:
        segment = (1, None)
    wanted = {ident: vector for (expo, ident), (vector, section) in rows.items()
              if expo == segment[0] and segment[1] in (None, section)}
    lists, scores = plain(wanted, pool, k)
    assert len(index) == len(rows)
    for one in (index, index.compacted()):
        found = one.search(pool, k, segment)
        assert found.ids.tolist() == lists
        assert np.allclose(found.scores, scores)
    assert index.compacted().tail == 0


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2 ** 16), st.integers(1, 40), st.sampled_from([1, 5, 300]), st.integers(1, 3000))
def test_the_scan_over_groups_misses_nothing(seed, k, count, rows):
    rng = np.random.default_rng(seed)
    vectors = unit(rng, rows, 4)
    vectors[rng.random(rows) < 0.3] = vectors[0]
    queries = unit(rng, count, 4)
    ids = rng.permutation(rows)
    lists, _ = plain(dict(zip(ids.tolist(), vectors, strict=True)), queries[:5], k)
    assert index_of(vectors, ids).search(queries, k).ids[:5].tolist() == lists


def test_blocks_and_company_do_not_change_a_bit(monkeypatch):
    rng = np.random.default_rng(5)
    vectors, queries = unit(rng, 6000, 24), unit(rng, 70, 24)
    index = index_of(vectors)
    whole = index.search(queries, 15)
    alone = [index.search(queries[at:at + 1], 15) for at in range(len(queries))]
    monkeypatch.setattr(retrieval, "PRODUCTS", 512)
    monkeypatch.setattr(retrieval, "CELLS", 1)
    monkeypatch.setattr(retrieval, "QUERIES", 16)
    small = index.search(queries, 15)
    for found in (small, retrieval.Found(np.concatenate([one.ids for one in alone]), np.concatenate([one.scores for one in alone]))):
        assert np.array_equal(found.ids, whole.ids) and np.array_equal(found.scores, whole.scores)


def test_a_thousand_equal_rows_come_by_id():
    vectors = np.tile(unit(np.random.default_rng(1), 1, 64), (9000, 1))
    ids = np.random.default_rng(2).permutation(9000) + 7
    assert index_of(vectors, ids).search(vectors[:2], 25).ids.tolist() == [list(range(7, 32))] * 2


def test_a_row_that_was_put_is_in_the_next_search_and_only_in_its_section():
    rng = np.random.default_rng(3)
    vectors = unit(rng, 3000, 16)
    index = index_of(vectors)
    index.put(1, vectors[2], 1, "food")
    index.put(9999, vectors[2], 1, "machines")
    assert index.search(vectors[2:3], 3).ids[0].tolist() == [1, 2, 9999]
    assert index.search(vectors[2:3], 3, (1, "food")).ids[0].tolist() == [1, -1, -1]
    assert index.search(vectors[2:3], 3, (2, None)).ids[0].tolist() == [-1, -1, -1]
    assert index.delete(1, 1) and not index.delete(1, 1)
    assert index.search(vectors[2:3], 2).ids[0].tolist() == [2, 9999]


def test_the_tail_grows_past_its_chunks_while_others_search():
    rng = np.random.default_rng(4)
    vectors = unit(rng, 2500, 8)
    index = index_of(vectors[:10])
    wrong: list[Exception] = []

    def read() -> None:
        try:
            for _ in range(50):
                assert index.search(vectors[:3], 1).ids[:, 0].tolist() == [0, 1, 2]
        except Exception as error:
            wrong.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for at in range(10, 2500):
        index.put(at, vectors[at], 1)
    reader.join()
    assert wrong == [] and len(index) == 2500
    assert np.array_equal(index.search(vectors, 1).ids[:, 0], np.arange(2500))
    assert np.array_equal(index.compacted().search(vectors, 5).ids, index.search(vectors, 5).ids)


def test_wrong_input_is_refused():
    vectors = unit(np.random.default_rng(0), 4, 3)
    with pytest.raises(ValueError, match="as many rows"):
        index_of(vectors, np.arange(3))
    with pytest.raises(ValueError, match="twice"):
        index_of(vectors, np.array([1, 2, 2, 3]))
    with pytest.raises(ValueError, match="not finite"):
        index_of(np.full((2, 2), np.nan))
    index = index_of(vectors)
    with pytest.raises(ValueError, match="not finite"):
        index.put(7, np.array([np.inf, 0, 0]), 1)
    with pytest.raises(ValueError, match="wrong length"):
        index.put(7, np.ones(2), 1)
    with pytest.raises(ValueError, match="not finite"):
        index.search(np.full((1, 3), np.nan), 1)
    for queries, k in ((vectors[:, :2], 1), (vectors[0], 1), (vectors, 0)):
        with pytest.raises(ValueError, match="queries must be"):
            index.search(queries, k)


def test_without_rows_and_without_queries_there_is_nothing():
    empty = index_of(np.empty((0, 5), np.float32))
    assert empty.search(np.ones((2, 5), np.float32), 3).ids.tolist() == [[-1] * 3] * 2
    assert index_of(np.eye(3, dtype=np.float32)).search(np.empty((0, 3), np.float32), 2).ids.shape == (0, 2)
    assert len(empty.compacted()) == 0
