"""TF-IDF over words or character pieces, counted as arrays: what scikit-learn's `TfidfVectorizer` gives (sublinear, rows of length
1), up to the order of columns and rounding, many times faster for character pieces and with one reading of the texts.

A piece is a number: its UTF-16 units side by side in 64 bits, at most four; a word the first 64 bits of its hash. A text that
stands several times in the corpus is read once and counted as often as it stands there.
"""

import functools
import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator

AT_ONCE = 1 << 18  # characters read at once: their pieces fill some tens of megabytes

Keys = tuple[np.ndarray, np.ndarray]  # texts (by number) and the keys that they hold, as often as they hold them


class Tfidf(BaseEstimator):
    """`read` gives the keys of a text, one uint64 each."""

    def __init__(self, read: Callable[[Sequence[str]], Iterator[Keys]]):
        self.read = read

    def fit(self, texts: Sequence[str], times: np.ndarray | None = None) -> Self:
        """Learn which keys there are and how rare each is; a text counts `times` (once)."""
        self._fit(texts, times)
        return self

    def fit_transform(self, texts: Sequence[str], times: np.ndarray | None = None) -> sparse.csr_matrix:
        """Fit, and the rows of the same texts."""
        return self._weighed(self._fit(texts, times))

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Rows of length 1, float32 (len(texts), keys); keys that were not learned count nothing."""
        return self._weighed(self._counted(texts))

    def _fit(self, texts: Sequence[str], times: np.ndarray | None) -> sparse.csr_matrix:
        times = np.ones(len(texts)) if times is None else np.asarray(times, float)
        known = [np.empty(0, np.uint64)]
        for _, keys in self.read(texts):
            known.append(np.unique(keys))
        self.keys_ = np.unique(np.concatenate(known))
        counts = self._counted(texts)
        rows = np.repeat(times, np.diff(counts.indptr))
        often = np.bincount(counts.indices, weights=rows, minlength=len(self.keys_))
        self.idf_ = (np.log((1 + times.sum()) / (1 + often)) + 1).astype(np.float32)
        return counts

    def _counted(self, texts: Sequence[str]) -> sparse.csr_matrix:
        width, parts, lengths = len(self.keys_), [], np.zeros(len(texts), np.int64)
        for owner, keys in self.read(texts):
            if not width:
                continue
            at = np.minimum(np.searchsorted(self.keys_, keys), width - 1)
            there = self.keys_[at] == keys
            cells = np.sort(owner[there] * width + at[there])
            first = np.flatnonzero(np.r_[True, cells[1:] != cells[:-1]]) if len(cells) else np.empty(0, int)
            rows, columns = np.divmod(cells[first], width)
            lengths += np.bincount(rows, minlength=len(texts))
            parts.append((columns.astype(np.int32), np.diff(np.r_[first, len(cells)]).astype(np.float32)))
        indices, data = (np.concatenate(some) if parts else np.empty(0, kind)
                         for some, kind in zip(zip(*parts, strict=True) if parts else ((), ()), (np.int32, np.float32), strict=True))
        return sparse.csr_matrix((data, indices, np.r_[0, np.cumsum(lengths)]), shape=(len(texts), width), dtype=np.float32)

    def _weighed(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        data = np.log(counts.data, out=counts.data)
        data += 1
        data *= self.idf_[counts.indices]
        sums = np.r_[0.0, np.cumsum(data.astype(np.float64) ** 2)]
        norms = np.sqrt(np.maximum(sums[counts.indptr[1:]] - sums[counts.indptr[:-1]], 1e-12))
        data /= np.repeat(norms, np.diff(counts.indptr)).astype(np.float32)
        return counts


def words(analyze: Callable[[str], Sequence[str]], texts: Sequence[str]) -> Iterator[Keys]:
    """The words of texts, as `analyze` gives them."""
    found = [analyze(text) for text in texts]
    owner = np.repeat(np.arange(len(found)), [*map(len, found)] or [])
    yield owner.astype(np.int64), np.array([_number(word) for some in found for word in some], np.uint64)


@functools.lru_cache(500_000)
def _number(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest(), "big")


def pieces(prepare: Callable[[str], str], lengths: Sequence[int], inside_words: bool, texts: Sequence[str]) -> Iterator[Keys]:
    """The character pieces of some lengths (at most 4) of texts; inside words they take a space on either side and never two."""
    start = 0
    while start < len(texts):
        some: list[str] = []
        size = 0
        while start + len(some) < len(texts) and size < AT_ONCE:
            text = prepare(texts[start + len(some)]).replace("\0", " ")
            text = " " + "  ".join(text.split()) + " " if inside_words else text
            some.append(text + "\0")
            size += len(text)
        owner, keys = _pieces(some, lengths, inside_words)
        yield owner + start, keys
        start += len(some)


def _pieces(some: Sequence[str], lengths: Sequence[int], inside_words: bool) -> Keys:
    """Windows over all texts at once; one that holds the end of a text (or of a word) is none."""
    whole = "".join(some)
    units = np.frombuffer(whole.encode("utf-16-le", "surrogatepass"), np.uint16)
    ends = np.flatnonzero(units == 0)
    text = np.searchsorted(ends, np.arange(len(units)))
    torn = units == 0  # a window that begins here and is `length` long holds an end
    key = units.astype(np.uint64)
    double = (units[:-1] == 32) & (units[1:] == 32) if inside_words else np.zeros(max(len(units) - 1, 0), bool)
    owners, keys = [], []
    for length in range(1, max(lengths) + 1):
        if length > 1:
            reach = length - 1
            key = (key[:-1] << np.uint64(16)) | units[reach:]
            torn = torn[:-1] | (units[reach:] == 0) | double[reach - 1:]
        if length in lengths:
            good = np.flatnonzero(~torn)
            owners.append(text[good])
            keys.append(key[good] << np.uint64(16 * (4 - length)))
    return np.concatenate(owners).astype(np.int64), np.concatenate(keys)
