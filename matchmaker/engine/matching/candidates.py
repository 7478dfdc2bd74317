"""Candidates of a demand among many products, without comparing it with each: nearest in meaning by name, by the whole text, by
words, and those of its customs heading. All exact: every list is the best by its own measure.

What is found here is then compared in full, with the numbers that the pages show. The lists are cut at so many products each, so
what is left out is near in none of them.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from matchmaker.engine.matching.columns import DemandColumns, SupplyColumns
from matchmaker.engine.matching.features import Rows
from matchmaker.engine.matching.retrieval import Index
from matchmaker.engine.matching.similarity import TextSimilarity

DENSE = 1500  # up to so many products a comparison with each is as fast
BY_NAME, BY_WHOLE, BY_WORDS, BY_HEADING = 120, 60, 60, 60
WIDTH = 128  # of the short vectors; hashed words want 1,024


class Texts(Protocol):
    """Rows of all names of some sheets, where each sheet's begin (one more at the end), rows of the wholes."""

    names: Rows
    wholes: Rows
    starts: np.ndarray


class Candidates:
    """The products of a matcher, to be found by demands."""

    def __init__(self, similarity: TextSimilarity, texts: Texts, columns: SupplyColumns):
        self.similarity, self.texts, self.columns = similarity, texts, columns
        self.width = WIDTH if similarity.encoder.dim <= 1024 else 1024
        self.owner = np.repeat(np.arange(len(columns)), np.diff(texts.starts))  # the product of each name
        self.by_name = self._index(texts.names, columns.expo[self.owner])
        self.by_whole = self._index(texts.wholes, columns.expo)
        self.words = texts.names.words.T.tocsr()
        self.headings = _groups(columns.hs[:, 1])

    def _index(self, rows: Rows, expos: np.ndarray) -> Index:
        count = len(expos)
        return Index(self.similarity.compact(rows, "right", self.width), np.arange(count), expos, np.full(count, ""))

    def find(self, texts: Texts, demands: DemandColumns) -> list[np.ndarray]:
        """For each demand the places of its candidates among the products, in order; `texts` are those of the demands."""
        near = [self._nearest(self.by_name, texts.names, demands.expo[np.repeat(np.arange(len(demands)), np.diff(texts.starts))], BY_NAME),
                self._worded(texts.names)]
        near = [self._products(found) for found in near]
        wholes = self._nearest(self.by_whole, texts.wholes, demands.expo, BY_WHOLE)
        out = []
        for at in range(len(demands)):
            names = slice(texts.starts[at], texts.starts[at + 1])
            same = self.headings.get(int(demands.hs[at, 1]), np.empty(0, int)) if demands.hs[at, 1] else np.empty(0, int)
            parts = [wholes[at], *(one for found in near for one in found[names])]
            out.append(np.unique(np.concatenate([*parts, same if len(same) <= BY_HEADING else self._best_of(same, texts, at)])))
        return out

    def compare(self, texts: Texts, found: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Nearness of the names (the best pair of them) and of the wholes of each demand to its candidates, one after the other."""
        by_name, by_whole = np.empty((2, sum(map(len, found))), np.float32)
        start = 0
        for at, products in enumerate(found):
            if not len(products):
                continue
            part, start = slice(start, start + len(products)), start + len(products)
            begins, ends = self.texts.starts[products], self.texts.starts[products + 1]
            heads = np.concatenate([[0], np.cumsum(ends - begins)[:-1]])
            rows = np.repeat(begins - heads, ends - begins) + np.arange(int((ends - begins).sum()))
            names = texts.names.take(slice(texts.starts[at], texts.starts[at + 1]))
            by_name[part] = np.maximum.reduceat(self.similarity.scores(names, self.texts.names.take(rows)).max(axis=0), heads)
            by_whole[part] = self.similarity.scores(texts.wholes.take(slice(at, at + 1)), self.texts.wholes.take(products))[0]
        return by_name, by_whole

    def _nearest(self, index: Index, rows: Rows, expos: np.ndarray, k: int) -> list[np.ndarray]:
        """For each row the ids that are nearest to it in the index, within its expo."""
        queries = self.similarity.compact(rows, "left", self.width)
        out: list[np.ndarray] = [np.empty(0, int)] * len(expos)
        for expo in np.unique(expos):
            here = np.flatnonzero(expos == expo)
            for at, ids in zip(here, index.search(queries[here], k, (int(expo), None)).ids, strict=True):
                out[at] = ids[ids >= 0]
        return out

    def _worded(self, rows: Rows) -> list[np.ndarray]:
        """For each row the product names that share the weightiest words with it."""
        shared = (rows.words @ self.words).tocsr()
        out = []
        for start, stop in zip(shared.indptr[:-1], shared.indptr[1:], strict=True):
            weights, names = shared.data[start:stop], shared.indices[start:stop]
            if len(names) > BY_WORDS:
                order = np.lexsort((names, -weights))[:BY_WORDS] if len(names) < 4 * BY_WORDS else _first(weights, names, BY_WORDS)
                names = names[order]
            out.append(names)
        return out

    def _products(self, names: Sequence[np.ndarray]) -> list[np.ndarray]:
        return [self.owner[some] for some in names]

    def _best_of(self, products: np.ndarray, texts: Texts, at: int) -> np.ndarray:
        """Of many products of one heading those whose wholes are nearest to that of the demand."""
        query = self.similarity.compact(texts.wholes.take(slice(at, at + 1)), "left", self.width)[0]
        scores = self.by_whole.vectors[np.searchsorted(self.by_whole.ids, products)] @ query
        return products[_first(scores, products, BY_HEADING)]


def _first(scores: np.ndarray, ids: np.ndarray, k: int) -> np.ndarray:
    """The places of the k highest scores, ties by id."""
    edge = np.partition(scores, len(scores) - k)[len(scores) - k]
    enough = np.flatnonzero(scores >= edge)
    return enough[np.lexsort((ids[enough], -scores[enough]))][:k]


def _groups(values: np.ndarray) -> dict[int, np.ndarray]:
    """{value: where it stands}."""
    order = np.argsort(values, kind="stable")
    return {int(values[some[0]]): some for some in np.split(order, np.flatnonzero(np.diff(values[order])) + 1) if len(some)}
