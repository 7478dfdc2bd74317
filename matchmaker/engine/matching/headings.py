"""Proposes customs headings for a title in any language, or none.

Without any labelled title the headings' own labels and search words decide: shared character pieces, and the
encoder's nearness of the title and of its English view. Titles that people gave codes to are learned
beside that (learned.py) and count as far as they are to be trusted. Labels come in as data: the engine knows no trade.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.linalg import eigh
from scipy.special import expit, logsumexp, softmax
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import TfidfVectorizer

from matchmaker.engine.matching.encoder import Encoder
from matchmaker.engine.matching.features import english_view
from matchmaker.engine.matching.learned import KNOWN, LearnedLabels
from matchmaker.engine.text import HAN, normalize

SHARED, NEAR, NEAR_ENGLISH = 9.0, 8.0, 13.0  # slopes of the three scores: conditional logit on the demo's 677 titles with codes
UNSURE = 0.15  # nothing is proposed when the best heading is less likely
# Log-odds in favour of "no goods", one more class beside the headings, and more of them where the best heading and the title have no
# whole word in common (hello and cello share pieces): benchmarks/no_goods.py prints what that costs and gains.
NONE, NO_WORD = 2.0, 2.0
LEAST = 0.03  # a second or third proposal below it helps nobody
AXES = 128  # main axes of the terms' vectors that are kept: a quarter of the size, the same order
BLOCK = 256


_LATIN, _HAN_RUN = re.compile(r"[^\W\d_]{2,}"), re.compile(f"[{HAN}]+")
_ENDING = re.compile(r"(ies|es|s|y)$")


class Label(NamedTuple):
    """A heading in words: its code, its names, and what else people call such goods."""

    code: str
    en: str
    zh: str
    words: tuple[str, ...] = ()

    def terms(self) -> tuple[str, ...]:
        """Every way in which the heading is named, each once."""
        return tuple(dict.fromkeys(term for term in (self.zh, self.en, *self.words) if term.strip()))


def words_in(text: str) -> frozenset[str]:
    """The words of a text without their plural ending; of Chinese its pairs of characters."""
    text = normalize(text)
    found = {_ENDING.sub("", word) if len(word) > 4 else word for word in _LATIN.findall(_HAN_RUN.sub(" ", text))}
    for run in _HAN_RUN.findall(text):
        found.update(run[at:at + 2] for at in range(max(1, len(run) - 1)))
    return frozenset(found)


def read_labels(path: Path) -> list[Label]:
    """Labels from a JSON file {"rows": [{"code", "en", "zh", "words_en", "words_zh"}, ...]}."""
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
    return [Label(row["code"], row["en"], row["zh"], (*row.get("words_en", ()), *row.get("words_zh", ()))) for row in rows]


class Proposal(NamedTuple):
    """A heading and the probability that it is the right one."""

    code: str
    probability: float


class HeadingClassifier(BaseEstimator):
    """Fit on labelled titles (or none), then ask. Deterministic. `save` keeps the encoded labels.

    `none` are texts that name no goods: together they are one more class, which proposals must beat. `probabilities` and `best`
    take a title as one of goods.
    """

    def __init__(self, labels: Sequence[Label], encoder: Encoder, none: Sequence[str] = ()):
        self.labels = labels
        self.encoder = encoder
        self.none = none

    def fit(self, titles: Sequence[str] = (), codes: Sequence[str] = (), *, stored: Path | None = None) -> "HeadingClassifier":
        """Read the labels and learn from titles with codes of four digits or more.

        `stored` is a file of `save`; where it is of these labels and this encoder the labels are not encoded again.
        Raises ValueError without labels, or when titles and codes differ in number.
        """
        if not self.labels or len(titles) != len(codes):
            raise ValueError("labels are needed, and one code for each title")
        entries = sorted(self.labels)
        self.codes_ = [entry.code for entry in entries]
        terms = [(row, term) for row, entry in enumerate(entries) for term in entry.terms()]
        rows = np.array([row for row, _ in terms])
        self.starts_ = np.searchsorted(rows, np.arange(len(entries)))
        texts = [term for _, term in terms]
        self.pieces_ = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True, dtype=np.float32,
                                       preprocessor=normalize)
        self.term_pieces_ = self.pieces_.fit_transform(texts).T.tocsr()
        self.key_ = hashlib.sha256("\0".join([self.encoder.name, *texts]).encode("utf-8", "replace")).hexdigest()
        if stored is None or not self._read(stored):
            self._encode(texts)
        if self.none:
            self.words_ = [frozenset().union(*map(words_in, entry.terms())) for entry in entries]
            self.none_pieces_ = self.pieces_.transform(self.none).T.tocsr()
            self.none_vectors_ = self.encoder.encode(list(self.none)) @ self.axes_
        self._learn(titles, codes)
        return self

    def _encode(self, texts: list[str]) -> None:
        vectors = np.vstack([self.encoder.encode(texts[at:at + BLOCK]) for at in range(0, len(texts), BLOCK)])
        main = (max(0, vectors.shape[1] - AXES), vectors.shape[1] - 1)
        self.axes_ = np.ascontiguousarray(eigh(vectors.T @ vectors, subset_by_index=main)[1][:, ::-1])
        self.term_vectors_ = vectors @ self.axes_

    def _learn(self, titles: Sequence[str], codes: Sequence[str]) -> None:
        known = set(self.codes_)
        pairs = [(title, code[:4]) for title, code in zip(titles, codes, strict=True) if code[:4] in known and title.strip()]
        self.learned_: LearnedLabels | None = None
        if pairs:
            self.learned_ = LearnedLabels().fit(*map(list, zip(*pairs, strict=True)))
            place = {code: column for column, code in enumerate(self.codes_)}
            self.columns_ = [place[code] for code in self.learned_.classes_]

    def _zero_shot(self, titles: Sequence[str], vectors: np.ndarray, views: np.ndarray) -> np.ndarray:
        """Scores (len(titles), headings) from the labels alone: log-odds from the best term of each heading in three ways."""
        shared = (self.pieces_.transform(titles) @ self.term_pieces_).toarray()
        total = SHARED * np.maximum.reduceat(shared, self.starts_, axis=1)
        for slope, some in ((NEAR, vectors), (NEAR_ENGLISH, views)):
            total += slope * np.maximum.reduceat((some @ self.axes_) @ self.term_vectors_.T, self.starts_, axis=1)
        return total

    def _no_goods(self, titles: Sequence[str], vectors: np.ndarray, views: np.ndarray, totals: np.ndarray) -> np.ndarray:
        """The share of "no goods" in each title, (len(titles),): the same three scores, against the `totals` of all headings."""
        if not self.none:
            return np.zeros(len(titles))
        alone = [not self.words_[best] & (words_in(title) | words_in(english_view(title)))
                 for title, best in zip(titles, totals.argmax(axis=1), strict=True)]
        total = NONE + NO_WORD * np.array(alone) + SHARED * (self.pieces_.transform(titles) @ self.none_pieces_).toarray().max(axis=1)
        for slope, some in ((NEAR, vectors), (NEAR_ENGLISH, views)):
            total += slope * ((some @ self.axes_) @ self.none_vectors_.T).max(axis=1)
        return expit(total - logsumexp(totals, axis=1))

    def _judge(self, titles: Sequence[str], vectors: np.ndarray, views: np.ndarray, goods: bool) -> np.ndarray:
        """Probabilities of the headings; unless they are `goods` for certain, rows sum to what "no goods" leaves."""
        totals = self._zero_shot(titles, vectors, views)
        shares, trust = softmax(totals, axis=1), np.zeros(len(titles))
        if self.learned_ is not None:
            learned, trust = self.learned_.judge(titles)
            shares *= 1 - trust[:, None]
            shares[:, self.columns_] += trust[:, None] * learned
        if not goods:  # what was assigned before is goods, whatever it sounds like
            shares *= 1 - np.where(trust >= KNOWN, 0, self._no_goods(titles, vectors, views, totals))[:, None]
        return shares

    def probabilities(self, titles: Sequence[str], vectors: np.ndarray | None = None,
                      views: np.ndarray | None = None, *, goods: bool = True) -> np.ndarray:
        """float32 (len(titles), headings in the order of `codes_`); rows sum to 1, or without `goods` to at most 1.

        `vectors` and `views` are the encoder's rows of the titles and of their English views, where already at hand.
        """
        out = np.empty((len(titles), len(self.codes_)), np.float32)
        for start in range(0, len(titles), BLOCK):
            part = slice(start, start + BLOCK)
            some = titles[part]
            own = self.encoder.encode(some) if vectors is None else vectors[part]
            english = self.encoder.encode([english_view(title) for title in some]) if views is None else views[part]
            out[part] = self._judge(some, own, english, goods)
        return out

    def best(self, titles: Sequence[str], vectors: np.ndarray, views: np.ndarray, kept: int) -> sparse.csr_matrix:
        """The roots of the `kept` highest probabilities of each title: the dot product of two such rows is near 1
        when both surely have the same heading."""
        parts = [sparse.csr_matrix((0, len(self.codes_)), dtype=np.float32)]
        for start in range(0, len(titles), BLOCK):
            part = slice(start, start + BLOCK)
            shares = self.probabilities(titles[part], vectors[part], views[part])
            edge = np.partition(shares, -kept, axis=1)[:, -kept:-kept + 1] if kept < shares.shape[1] else 0
            parts.append(sparse.csr_matrix(np.sqrt(np.where(shares >= edge, shares, 0))))
        return sparse.vstack(parts, format="csr", dtype=np.float32)

    def propose_many(self, titles: Sequence[str], n: int = 3) -> list[list[Proposal]]:
        """For each title at most `n` headings, likeliest first; none where none is likely enough, or where it hardly names goods."""
        out = []
        for title, shares in zip(titles, self.probabilities(titles, goods=False), strict=True):
            order = np.argsort(-shares, kind="stable")[:n]
            sure = any(char.isalpha() for char in title) and shares[order[0]] >= UNSURE
            out.append([Proposal(self.codes_[at], float(shares[at])) for at in order if shares[at] >= LEAST] if sure else [])
        return out

    def propose(self, title: str, n: int = 3) -> list[Proposal]:
        """At most `n` headings for a title, likeliest first; empty when unsure."""
        return self.propose_many([title], n)[0]

    def save(self, path: Path) -> None:
        """Keep the encoded labels, the slow part of `fit`, in an .npz file (about 5 MB for 1,228 headings)."""
        with path.open("wb") as file:
            np.savez(file, key=np.array(self.key_), axes=self.axes_.astype(np.float32),
                     vectors=self.term_vectors_.astype(np.float16))

    def _read(self, path: Path) -> bool:
        """Take the encoded labels from a file; False where it is missing, damaged, or of other labels."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                if str(stored["key"]) != self.key_:
                    return False
                self.axes_ = stored["axes"]
                self.term_vectors_ = stored["vectors"].astype(np.float32)
        except (OSError, ValueError, KeyError, EOFError):
            return False
        return True
