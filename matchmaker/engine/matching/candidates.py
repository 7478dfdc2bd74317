"""Candidates of a demand among many products, without comparing it with each: nearest in meaning by name, by the whole text, by
words, and those of its customs heading. All exact: every list is the best by its own measure.

What is found here is then compared in full, with the numbers that the pages show. The lists are cut at so many products each, so
what is left out is near in none of them.
"""

from itertools import pairwise

import numpy as np

from matchmaker.engine.matching.columns import DemandColumns, SupplyColumns
from matchmaker.engine.matching.retrieval import Index
from matchmaker.engine.matching.sheets import SheetTexts
from matchmaker.engine.matching.similarity import TextSimilarity

DENSE = 1500  # up to so many products a comparison with each is as fast
BY_NAME, BY_WHOLE, BY_WORDS, BY_HEADING = 120, 60, 60, 60  # products that one text, or one demand, finds in each way
WIDTH = 128  # of the short vectors; hashed words want 1,024

Pair = tuple[np.ndarray, np.ndarray]  # two columns of numbers, one row a pair


class Candidates:
    """The products of a matcher, to be found by demands."""

    def __init__(self, similarity: TextSimilarity, texts: SheetTexts, columns: SupplyColumns):
        self.similarity, self.texts, self.columns = similarity, texts, columns
        self.width = WIDTH if similarity.encoder.dim <= 1024 else 1024
        short = similarity.compact(texts.rows, "right", self.width)
        owner = np.repeat(np.arange(len(columns)), np.diff(texts.starts))
        width = len(texts.rows)
        written, name = np.unique(columns.expo[owner] * width + texts.names, return_inverse=True)  # the different names of each expo
        expos, rows = np.divmod(written, width)
        self.products = _Lists(name, owner, len(written))
        self.by_name = Index(short[rows], np.arange(len(rows)), expos, np.full(len(rows), ""))
        self.by_whole = Index(short[texts.wholes], np.arange(len(columns)), columns.expo, np.full(len(columns), ""))
        self.short = short[texts.wholes]
        self.words = {int(expo): (some, texts.rows.words[rows[some]].T.tocsr())
                      for expo in np.unique(expos) for some in (np.flatnonzero(expos == expo),)}
        headings, group = np.unique(columns.hs[:, 1], return_inverse=True)
        self.headings = {int(code): at for at, code in enumerate(headings) if code}
        self.of_heading = _Lists(group, np.arange(len(columns)), len(headings))

    def find(self, texts: SheetTexts, demands: DemandColumns) -> Pair:
        """The candidates by demand and product, both as places; `texts` are those of the demands."""
        found = [self._of_heading(texts, demands)]
        for expo in np.unique(demands.expo).tolist():
            here = np.flatnonzero(demands.expo == expo)
            names, heads = texts.names_of(here)
            asked, which = np.unique(names, return_inverse=True)
            queries = self.similarity.compact(texts.rows.take(asked), "left", self.width)
            owner = np.repeat(here, np.diff(np.r_[heads, len(names)]))
            for q, name in (self._nearest(queries, expo), self._worded(texts, asked, expo)):
                found.append(_joined(owner, which, *self._products(q, name, len(asked))))
            wholes = self.similarity.compact(texts.rows.take(texts.wholes[here]), "left", self.width)
            ids = self.by_whole.search(wholes, BY_WHOLE, (expo, None)).ids
            at, place = np.nonzero(ids >= 0)
            found.append((here[at], ids[at, place]))
        i, j = (np.concatenate(column) for column in zip(*found, strict=True))
        width = max(len(self.columns), 1)
        i, j = np.divmod(np.unique(i * width + j), width)
        return i, j

    def compare(self, texts: SheetTexts, i: np.ndarray, j: np.ndarray) -> Pair:
        """Nearness of the names (the best pair of them) and of the wholes of pairs, which stand by demand."""
        by_name, by_whole = np.empty((2, len(i)), np.float32)
        edges = np.flatnonzero(np.r_[True, i[1:] != i[:-1], True]) if len(i) else np.empty(0, int)
        scores, rows = self.similarity.scores, self.texts.rows
        for start, stop in pairwise(edges):
            at, products = i[[start]], j[start:stop]
            names, heads = self.texts.names_of(products)
            different, which = np.unique(names, return_inverse=True)
            best = scores(texts.rows.take(texts.names_of(at)[0]), rows.take(different)).max(axis=0)
            by_name[start:stop] = np.maximum.reduceat(best[which], heads)
            by_whole[start:stop] = scores(texts.rows.take(texts.wholes[at]), rows.take(self.texts.wholes[products]))[0]
        return by_name, by_whole

    def _nearest(self, queries: np.ndarray, expo: int) -> Pair:
        """For each query the nearest names of the expo, best first."""
        ids = self.by_name.search(queries, BY_NAME, (expo, None)).ids
        at, place = np.nonzero(ids >= 0)
        return at, ids[at, place]

    def _worded(self, texts: SheetTexts, asked: np.ndarray, expo: int) -> Pair:
        """For each text the names of the expo that share the weightiest words with it, best first."""
        if expo not in self.words:
            return np.empty(0, int), np.empty(0, int)
        some, words = self.words[expo]
        shared = (texts.rows.words[asked] @ words).tocsr()
        found = []
        for start, stop in pairwise(shared.indptr):
            weights, names = shared.data[start:stop], shared.indices[start:stop]
            found.append(some[names[_first(weights, names, min(BY_WORDS, len(names)))]])
        return np.repeat(np.arange(len(asked)), [*map(len, found)] or []), np.concatenate([np.empty(0, int), *found])

    def _products(self, query: np.ndarray, name: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """The products of the names that queries found: where each query's begin, and they; at most `BY_NAME` of a query."""
        counts = self.products.lengths[name]
        before = np.cumsum(counts) - counts
        before = before - before[np.searchsorted(query, query)] if len(query) else before
        taken = np.clip(BY_NAME - before, 0, counts)
        per = np.bincount(query, weights=taken, minlength=count).astype(np.int64)
        return np.r_[0, np.cumsum(per)], self.products.members(name, taken)

    def _of_heading(self, texts: SheetTexts, demands: DemandColumns) -> Pair:
        """The products of each demand's heading; of many those whose wholes are nearest to that of the demand."""
        owners, products = [np.empty(0, int)], [np.empty(0, int)]
        for at, code in enumerate(demands.hs[:, 1].tolist()):
            if code not in self.headings:
                continue
            same = self.of_heading.of(self.headings[code])
            if len(same) > BY_HEADING:
                query = self.similarity.compact(texts.rows.take(texts.wholes[[at]]), "left", self.width)[0]
                same = same[_first(self.short[same] @ query, same, BY_HEADING)]
            owners.append(np.full(len(same), at))
            products.append(same)
        return np.concatenate(owners), np.concatenate(products)


class _Lists:
    """Members of groups, by group."""

    def __init__(self, group: np.ndarray, member: np.ndarray, count: int):
        order = np.lexsort((member, group))
        group, member = group[order], member[order]
        new = np.r_[True, (group[1:] != group[:-1]) | (member[1:] != member[:-1])] if len(group) else np.empty(0, bool)
        self.member = member[new]  # each member once
        self.lengths = np.bincount(group[new], minlength=count)
        self.starts = np.cumsum(self.lengths) - self.lengths

    def of(self, group: int) -> np.ndarray:
        """The members of one group, in order."""
        return self.member[self.starts[group]:self.starts[group] + self.lengths[group]]

    def members(self, groups: np.ndarray, taken: np.ndarray) -> np.ndarray:
        """The first `taken` members of each group, one group after the other."""
        heads = np.cumsum(taken) - taken
        return self.member[np.repeat(self.starts[groups] - heads, taken) + np.arange(int(taken.sum()))]


def _joined(owner: np.ndarray, which: np.ndarray, starts: np.ndarray, found: np.ndarray) -> Pair:
    """Pairs of owners with all that their texts found: text `which[n]` belongs to `owner[n]`."""
    counts = np.diff(starts)[which]
    heads = np.cumsum(counts) - counts
    return np.repeat(owner, counts), found[np.repeat(starts[which] - heads, counts) + np.arange(int(counts.sum()))]


def _first(scores: np.ndarray, ids: np.ndarray, k: int) -> np.ndarray:
    """The places of the k highest scores, best first, ties by id."""
    if not k:
        return np.empty(0, int)
    edge = np.partition(scores, len(scores) - k)[len(scores) - k]
    enough = np.flatnonzero(scores >= edge)
    return enough[np.lexsort((ids[enough], -scores[enough]))][:k]
