"""Exact nearest rows: the k products with the highest inner product, of all, of one expo or of one of its sections.

Rows stand sorted by expo, section and id, so every filter is one contiguous range. A new or changed row goes to a tail
that every search reads too; a deleted one is only crossed out. `compacted` makes the order anew.

The scan takes blocks of products against a block of queries with one float32 product of matrices (products on the long
side: its rows of queries are contiguous, and the maximum over groups of products runs along them). The k best items lie
in the k groups with the best maxima, so the k-th best group maximum is a lower bound for the k-th best item, and only
groups that reach what a query has so far are opened. What rounding may have done to a float32 sum is bounded, everything
within that bound is kept, and the finalists are scored again in float64, pair by pair. So the answer is exact, equal rows
have equal scores, ties go by id, and neither block sizes nor threads change a bit of it.
"""

import threading
from collections.abc import Iterator
from typing import NamedTuple, Self

import numpy as np

Segment = tuple[int, str | None]  # expo and section; None is every section of the expo
QUERIES, PRODUCTS, GROUP = 512, 2048, 16  # rows of a block; products of a group at most
CELLS = QUERIES * PRODUCTS  # few queries get longer blocks of products, with as many scores
CHUNK = 1024  # rows of the tail that are reserved at once
PAIRS = 512  # pairs scored in float64 at once: they stay in the cache
ROUNDING = 1.01 * 2.0 ** -24  # of one float32 operation; a sum of d products is off by at most d times that, for unit rows


class Found(NamedTuple):
    """Ids int64 and scores float64, each (queries, k), best first; id -1 and score -inf where there are fewer than k."""

    ids: np.ndarray
    scores: np.ndarray


class _Block(NamedTuple):
    """Some rows at consecutive positions, and which of them do not count."""

    first: int
    rows: np.ndarray
    off: np.ndarray


class Index:
    """Unit rows with ids, each in a section of an expo. An id stands in one section of an expo at a time.

    vectors (n, d) float; ids, expos (n,) int; sections (n,) str, "" for none. Raises ValueError for lengths that differ,
    rows that are not finite, and ids that an expo has twice.
    """

    def __init__(self, vectors: np.ndarray, ids: np.ndarray, expos: np.ndarray, sections: np.ndarray):
        ids, expos, sections = np.asarray(ids, np.int64), np.asarray(expos, np.int64), np.asarray(sections, np.str_)
        if vectors.ndim != 2 or not len(vectors) == len(ids) == len(expos) == len(sections):
            raise ValueError("vectors, ids, expos and sections must have as many rows")
        order = np.lexsort((ids, sections, expos))
        self.vectors = np.ascontiguousarray(vectors if np.array_equal(order, np.arange(len(order))) else vectors[order], np.float32)
        self.ids, self.expos, self.sections = ids[order], expos[order], sections[order]
        self._longest = _longest(self.vectors)
        if not np.isfinite(self._longest):
            raise ValueError("a vector holds a number that is not finite")
        self._ranges = _ranges(self.expos, self.sections)
        twice = np.lexsort((self.ids, self.expos))
        if np.any((np.diff(self.ids[twice]) == 0) & (np.diff(self.expos[twice]) == 0)):
            raise ValueError("an id stands twice in one expo")
        self._dead = np.zeros(len(self.ids), bool)
        self._tail = _Tail(vectors.shape[1])
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many rows count."""
        return len(self.ids) - int(self._dead.sum()) + len(self._tail.where)

    @property
    def tail(self) -> int:
        """How many rows the tail holds, crossed out ones too: a long tail asks for `compacted`."""
        return self._tail.count

    def put(self, ident: int, vector: np.ndarray, expo: int, section: str = "") -> None:
        """Add a row or put it in the place of the one with this id; the next search finds it."""
        vector = np.asarray(vector, np.float32)
        longest = float(np.sqrt(vector @ vector))
        if vector.shape != self.vectors.shape[1:] or not np.isfinite(longest):
            raise ValueError("a vector has the wrong length or holds a number that is not finite")
        with self._lock:
            self._longest = max(self._longest, longest)
            self._cross_out(ident, expo)
            self._tail.add(ident, vector, expo, section)

    def delete(self, ident: int, expo: int) -> bool:
        """Cross a row out; tell whether there was one."""
        with self._lock:
            return self._cross_out(ident, expo)

    def _cross_out(self, ident: int, expo: int) -> bool:
        if self._tail.delete(ident, expo):
            return True
        for (of, section), (start, stop) in self._ranges.items():
            if of == expo and section is not None:
                at = start + int(np.searchsorted(self.ids[start:stop], ident))
                if at < stop and self.ids[at] == ident and not self._dead[at]:
                    self._dead[at] = True
                    return True
        return False

    def compacted(self) -> "Index":
        """A new index of the rows that count, with an empty tail."""
        parts = [(self.vectors, self.ids, self.expos, self.sections, ~self._dead), *self._tail.parts()]
        columns = [np.concatenate([part[at][part[4]] for part in parts]) for at in range(4)]
        return Index(*columns)

    def search(self, queries: np.ndarray, k: int, segment: Segment | None = None) -> Found:
        """The k rows with the highest inner products to each query (m, d), in the segment or in all; ties by id."""
        queries = np.ascontiguousarray(queries, np.float32)
        if queries.ndim != 2 or queries.shape[1] != self.vectors.shape[1] or k < 1:
            raise ValueError("queries must be (m, d) with the d of the index, and k at least 1")
        found = Found(np.full((len(queries), k), -1, np.int64), np.full((len(queries), k), -np.inf))
        slack = 2 * ROUNDING * queries.shape[1] * self._longest * _longest(queries)
        if not np.isfinite(slack):
            raise ValueError("a query holds a number that is not finite")
        for start in range(0, len(queries), QUERIES):
            some = queries[start:start + QUERIES]
            scan = _Scan(some, k, slack)
            for block in self._blocks(max(PRODUCTS, CELLS // (4 * len(some))), segment):
                scan.read(block)
            owner, at = scan.finalists()
            self._fill(some, owner, at, found.ids[start:start + QUERIES], found.scores[start:start + QUERIES])
        return found

    def _blocks(self, size: int, segment: Segment | None) -> Iterator[_Block]:
        first, last = (0, len(self.ids)) if segment is None else self._ranges.get(segment, (0, 0))
        for start in range(first, last, size):
            stop = min(start + size, last)
            yield _Block(start, self.vectors[start:stop], np.flatnonzero(self._dead[start:stop]))
        yield from self._tail.blocks(len(self.ids), segment)

    def _fill(self, queries: np.ndarray, owner: np.ndarray, at: np.ndarray, ids: np.ndarray, scores: np.ndarray) -> None:
        """Score the finalists (queries `owner`, rows `at`) in float64 and write each query's first k into `ids` and `scores`."""
        exact = self._exact(queries.astype(np.float64), owner, at)
        names = self._names(at)
        order = np.lexsort((names, -exact, owner))
        owner = owner[order]
        place = np.arange(len(owner)) - np.searchsorted(owner, owner)
        first = place < ids.shape[1]
        ids[owner[first], place[first]] = names[order][first]
        scores[owner[first], place[first]] = exact[order][first]

    def _exact(self, queries: np.ndarray, owner: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Inner products of queries `owner` with rows `at`; each is the same sum wherever the pair stands."""
        exact = np.empty(len(at))
        left, right = np.empty((2, min(PAIRS, len(at)), queries.shape[1]))  # written again and again: no new memory
        for start in range(0, len(at), PAIRS):
            part = slice(start, start + PAIRS)
            some = len(at[part])
            np.take(queries, owner[part], axis=0, out=left[:some], mode="clip")  # the only mode that writes straight into `out`
            right[:some] = self._rows(at[part])
            np.multiply(left[:some], right[:some], out=left[:some])
            left[:some].sum(axis=1, out=exact[part])
        return exact

    def _rows(self, at: np.ndarray) -> np.ndarray:
        tail = at >= len(self.ids)
        if not tail.any():
            return self.vectors[at]
        rows = np.empty((len(at), self.vectors.shape[1]), np.float32)
        rows[~tail] = self.vectors[at[~tail]]
        rows[tail] = [self._tail.vector(int(one)) for one in at[tail] - len(self.ids)]
        return rows

    def _names(self, at: np.ndarray) -> np.ndarray:
        tail = at >= len(self.ids)
        names = np.empty(len(at), np.int64)
        names[~tail] = self.ids[at[~tail]]
        names[tail] = [self._tail.ident(int(one)) for one in at[tail] - len(self.ids)]
        return names


class _Tail:
    """Rows in the order in which they came, in chunks that are never moved."""

    def __init__(self, width: int):
        self.width, self.count = width, 0
        self.chunks: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []
        self.where: dict[tuple[int, int], int] = {}
        self.codes: dict[str, int] = {}

    def add(self, ident: int, vector: np.ndarray, expo: int, section: str) -> None:
        chunk, at = divmod(self.count, CHUNK)
        if chunk == len(self.chunks):
            whole = np.empty((3, CHUNK), np.int64)
            self.chunks.append((np.empty((CHUNK, self.width), np.float32), whole[0], whole[1], whole[2], np.zeros(CHUNK, bool)))
        vectors, ids, expos, sections, alive = self.chunks[chunk]
        vectors[at], ids[at], expos[at], sections[at] = vector, ident, expo, self.codes.setdefault(section, len(self.codes))
        alive[at] = True
        self.where[ident, expo] = self.count
        self.count += 1

    def delete(self, ident: int, expo: int) -> bool:
        at = self.where.pop((ident, expo), None)
        if at is not None:
            self.chunks[at // CHUNK][4][at % CHUNK] = False
        return at is not None

    def blocks(self, first: int, segment: Segment | None) -> Iterator[_Block]:
        for start in range(0, self.count, CHUNK):
            vectors, _, expos, sections, alive = (column[:self.count - start] for column in self.chunks[start // CHUNK])
            counts = alive
            if segment is not None:
                counts = alive & (expos == segment[0])
                if segment[1] is not None:
                    counts &= sections == self.codes.get(segment[1], -1)
            if counts.any():
                yield _Block(first + start, vectors, np.flatnonzero(~counts))

    def parts(self) -> Iterator[tuple[np.ndarray, ...]]:
        names = np.array([*self.codes, ""], np.str_)
        for start in range(0, self.count, CHUNK):
            vectors, ids, expos, sections, alive = (column[:self.count - start] for column in self.chunks[start // CHUNK])
            yield vectors, ids, expos, names[sections], alive

    def vector(self, at: int) -> np.ndarray:
        return self.chunks[at // CHUNK][0][at % CHUNK]

    def ident(self, at: int) -> int:
        return int(self.chunks[at // CHUNK][1][at % CHUNK])


class _Scan:
    """What a block of queries has found so far: pairs (query, row, score) that may be among the k best."""

    def __init__(self, queries: np.ndarray, k: int, slack: float):
        self.across = np.ascontiguousarray(queries.T)
        self.k, self.slack = k, np.float32(slack)
        self.best = np.full((len(queries), k), -np.inf, np.float32)
        self.bar = np.full(len(queries), -np.inf, np.float32)  # the k-th best score is not below
        self.pairs: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.space = np.empty(0, np.float32)

    def read(self, block: _Block) -> Self:
        """Score the rows of a block and keep what may count."""
        rows, width = len(block.rows), self.across.shape[1]
        depth = max(1, min(GROUP, rows // (4 * self.k)))  # products of a group; at least 4 k groups
        groups = -(-rows // depth)
        if len(self.space) < groups * depth * width:
            self.space = np.empty(groups * depth * width, np.float32)
        scores = self.space[:groups * depth * width].reshape(groups * depth, width)
        np.matmul(block.rows, self.across, out=scores[:rows])
        scores[rows:] = -np.inf
        scores[block.off] = -np.inf
        self._keep(scores.reshape(depth, groups, width), block.first)
        return self

    def _keep(self, scores: np.ndarray, first: int) -> None:
        groups = scores.shape[1]
        tops = scores.max(axis=0)
        if not self.pairs and groups >= self.k:
            self.bar = np.partition(tops, groups - self.k, axis=0)[groups - self.k]
        floor = np.maximum(self.bar - self.slack, np.finfo(np.float32).min)  # -inf marks rows that do not count
        group, owner = np.nonzero(tops >= floor)
        opened = scores[:, group, owner]
        deep, hit = np.nonzero(opened >= floor[owner])
        if len(hit):
            kept = (owner[hit].astype(np.int16), first + deep * groups + group[hit], opened[deep, hit])
            self.pairs.append(kept)
            self._raise(kept[0], kept[2])

    def _raise(self, owner: np.ndarray, scores: np.ndarray) -> None:
        """Take new scores into the k best of their queries, and raise the bars."""
        order = np.argsort(owner, kind="stable")
        counts = np.bincount(owner, minlength=len(self.best))
        most = int(counts.max())
        place = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        table = np.full((len(self.best), self.k + most), -np.inf, np.float32)
        table[:, :self.k] = self.best
        table[owner[order], self.k + place] = scores[order]
        self.best = np.partition(table, most, axis=1)[:, most:]
        self.bar = np.maximum(self.bar, self.best.min(axis=1))

    def finalists(self) -> tuple[np.ndarray, np.ndarray]:
        """Queries and positions of all pairs that may be among the k best."""
        if not self.pairs:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        owner, at, scores = (np.concatenate(column) for column in zip(*self.pairs, strict=True))
        enough = scores >= (self.bar - self.slack)[owner]
        return owner[enough].astype(np.int64), at[enough]


def _longest(rows: np.ndarray) -> float:
    """The length of the longest row; not finite where a number is not."""
    return float(np.sqrt(np.einsum("ij,ij->i", rows, rows).max())) if rows.size else 0.0


def _ranges(expos: np.ndarray, sections: np.ndarray) -> dict[Segment, tuple[int, int]]:
    """Where each expo and each of its sections begins and ends."""
    out: dict[Segment, tuple[int, int]] = {}
    if len(expos):
        new = np.flatnonzero((expos[1:] != expos[:-1]) | (sections[1:] != sections[:-1])) + 1
        for start, stop in zip([0, *new], [*new, len(expos)], strict=True):
            expo, section = int(expos[start]), str(sections[start])
            out[expo, section] = int(start), int(stop)
            out[expo, None] = out.get((expo, None), (int(start), 0))[0], int(stop)
    return out
