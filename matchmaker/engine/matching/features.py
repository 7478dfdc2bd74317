"""Eight scores between texts of any two languages.

Every score depends on the two texts, the shipped terms and the word statistics that were fitted, never on the other
candidates of the same query: a list stays right when one product is added, and both sides read the same number.
"""

import functools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Protocol

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.neighbors import NearestNeighbors

from matchmaker.engine.matching.encoder import Encoder
from matchmaker.engine.matching.glosses import gloss, glosses_of, read_trade_words
from matchmaker.engine.matching.grams import Tfidf, pieces, words
from matchmaker.engine.text import fold_accents, normalize, script_language, tokens

NAMES = ("cosine", "cosine_hub", "gloss_cosine", "gloss_cosine_hub", "words", "word_pieces", "characters", "heading")
SHARED_ENOUGH = 0.1  # what two languages can share is a brand, a model, a number; more is one language's grammar
ENCODED_AT_ONCE = 4096  # texts
FEW = 16  # rows that are filled up to be compared with many
HEADINGS_KEPT = 30  # of a text; the others are too unlikely to be shared
STOPWORDS = frozenset(re.findall(r"\w+", """
    a an and any are as at be by can for from in into is it more not of off on or our per than that the their to up we with without your
    les des une pour avec dans sur los las una por para con del der die das und mit für von ein
    的 和 或 及 与 等 了 在 是 有 以上 以下 左右
"""))


@functools.lru_cache(1)
def shipped_terms() -> tuple[tuple[str, str, str], ...]:
    """(kind, Chinese, English) of the bilingual trade terms written for this project."""
    text = resources.files(__package__).joinpath("data/bilingual_terms.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return tuple((kind, chinese, english) for kind, chinese, english in rows)


def english_view(text: str, senses: int = 1) -> str:
    """A Chinese text read in English through the dictionary; of another text the product words that we know."""
    return gloss(text, senses) if script_language(text) == "zh" else read_trade_words(text)


def english_views(text: str, senses: int) -> tuple[str, str]:
    """`english_view` with one sense of each word and with several, read once."""
    if script_language(text) == "zh":
        first, several = glosses_of(text, (1, senses))
        return first, several
    return (read_trade_words(text),) * 2


def crowded(text: str) -> float:
    """0 for a name of up to four words, 1 for a line of ten or more, as shops and customs write them."""
    words = sum(any(char.isalnum() for char in word) for word in text[:2000].split())
    return min(max(words - 4, 0) / 6, 1.0)


def content_words(view: str) -> list[str]:
    """The words of a view that say something."""
    return [word for word in tokens(view) if word not in STOPWORDS]


def plain(view: str) -> str:
    """Lower case without accents, for character pieces."""
    return fold_accents(view.lower())


@dataclass(frozen=True, slots=True)
class Rows:
    """What is known of n texts: encoder vectors and hubness of the text and of its English view, three TF-IDF rows, the
    likeliest headings (roots of their probabilities; no columns where there is no classifier), and how far the text
    is a line of many words and no name (0 to 1)."""

    vectors: np.ndarray
    hub: np.ndarray
    gloss_vectors: np.ndarray
    gloss_hub: np.ndarray
    words: sparse.csr_matrix
    pieces: sparse.csr_matrix
    characters: sparse.csr_matrix
    headings: sparse.csr_matrix
    crowd: np.ndarray

    def __len__(self) -> int:
        return len(self.vectors)

    def take(self, index: slice | np.ndarray) -> "Rows":
        """The rows of a slice or of an array of positions (which may repeat)."""
        return Rows(*(getattr(self, name)[index] for name in self.__slots__))


def hub_pool(encoder: Encoder, texts: Sequence[str] = (), neighbours: int = 10) -> tuple[NearestNeighbors, NearestNeighbors]:
    """Neighbours of the shipped terms and `texts`, and of their English views."""
    terms = [text for _, chinese, english in shipped_terms() for text in (chinese, english)]
    pool = list(dict.fromkeys([*terms, *texts]))
    first, second = (NearestNeighbors(n_neighbors=neighbours, algorithm="brute", metric="euclidean").fit(encoder.encode(some))
                     for some in (pool, [english_view(text) for text in pool]))
    return first, second


class Headings(Protocol):
    """A fitted HeadingClassifier: the roots of the `kept` highest probabilities of each text."""

    def best(self, titles: Sequence[str], vectors: np.ndarray, views: np.ndarray, kept: int) -> sparse.csr_matrix: ...


class TextFeatures(BaseEstimator):
    """Turns texts into `Rows` and compares rows.

    The hub correction takes from twice the cosine the mean cosine of each side to its `neighbours` nearest texts of a
    pool: the shipped terms and the past demands given to `fit`. Texts that are near to everything lose by it.
    """

    def __init__(self, encoder: Encoder, classifier: Headings | None = None, neighbours: int = 10, senses: int = 3):
        self.encoder = encoder
        self.classifier = classifier
        self.neighbours = neighbours
        self.senses = senses

    def fit(self, texts: Sequence[str], pool: Sequence[str] = ()) -> "TextFeatures":
        """Learn word statistics from the shipped terms and `texts`, and hubs from the shipped terms and `pool`."""
        self._fit(texts, pool)
        return self

    def fit_rows(self, texts: Mapping[str, int], pool: Sequence[str] = ()) -> Rows:
        """Fit on texts that stand so many times each, and give their rows (each text once): all is read once."""
        firsts, matrices, where = self._fit([text for text, times in texts.items() for _ in range(times)], pool)
        at = np.array([where[text] for text in texts], int)
        return self._rows(list(texts), [firsts[row] for row in at.tolist()], [matrix[at] for matrix in matrices])

    def _fit(self, texts: Sequence[str], pool: Sequence[str]) -> tuple[list[str], list[sparse.csr_matrix], dict[str, int]]:
        corpus = Counter(text for _, chinese, english in shipped_terms() for text in (chinese, english))
        corpus.update(texts)
        times, views = np.array([*corpus.values()]), [english_views(text, self.senses) for text in corpus]
        self.words_ = Tfidf(functools.partial(words, content_words))
        self.pieces_ = Tfidf(functools.partial(pieces, plain, (2, 3, 4), True))
        self.characters_ = Tfidf(functools.partial(pieces, normalize, (1, 2, 3), False))
        every = [view for _, view in views]
        matrices = [self.words_.fit_transform(every, times), self.pieces_.fit_transform(every, times),
                    self.characters_.fit_transform(list(corpus), times)]
        self.pool_, self.gloss_pool_ = hub_pool(self.encoder, pool, self.neighbours)
        return [first for first, _ in views], matrices, {text: at for at, text in enumerate(corpus)}

    def rows(self, texts: Sequence[str]) -> Rows:
        """The rows of texts; encoding is nearly all of the cost."""
        views = [english_views(text, self.senses) for text in texts]
        every = [view for _, view in views]
        return self._rows(texts, [first for first, _ in views], [
            self.words_.transform(every), self.pieces_.transform(every), self.characters_.transform(texts)])

    def _rows(self, texts: Sequence[str], firsts: Sequence[str], matrices: Sequence[sparse.csr_matrix]) -> Rows:
        vectors, gloss_vectors = (np.empty((len(texts), self.encoder.dim), np.float32) for _ in range(2))
        for start in range(0, len(texts), ENCODED_AT_ONCE):
            part = slice(start, start + ENCODED_AT_ONCE)
            both = self.encoder.encode([*texts[part], *firsts[part]])
            vectors[part], gloss_vectors[part] = np.split(both, 2)
        headings = (sparse.csr_matrix((len(texts), 0), dtype=np.float32) if self.classifier is None
                    else self.classifier.best(texts, vectors, gloss_vectors, HEADINGS_KEPT))
        by_word, by_piece, by_character = matrices
        return Rows(vectors, hubness(self.pool_, vectors), gloss_vectors, hubness(self.gloss_pool_, gloss_vectors),
                    by_word, by_piece, by_character, headings, np.array([crowded(text) for text in texts], np.float32))

    def compare(self, left: Rows, right: Rows) -> Iterator[np.ndarray]:
        """The eight score matrices (len(left), len(right)) in the order of NAMES, one at a time."""
        for a, b, hub_a, hub_b in ((left.vectors, right.vectors, left.hub, right.hub),
                                   (left.gloss_vectors, right.gloss_vectors, left.gloss_hub, right.gloss_hub)):
            cosine = a @ b.T
            yield cosine
            yield 2 * cosine - hub_a[:, None] - hub_b
        yield _crossed(left.words, right.words)
        yield _crossed(left.pieces, right.pieces)
        yield np.minimum(_crossed(left.characters, right.characters), SHARED_ENOUGH)
        yield _crossed(left.headings, right.headings)

    def compare_pairs(self, left: Rows, right: Rows) -> Iterator[np.ndarray]:
        """The eight scores of row 0 with row 0, row 1 with row 1 and so on, float32 (n,), in the order of NAMES."""
        for a, b, hub_a, hub_b in ((left.vectors, right.vectors, left.hub, right.hub),
                                   (left.gloss_vectors, right.gloss_vectors, left.gloss_hub, right.gloss_hub)):
            cosine = np.einsum("ij,ij->i", a, b)
            yield cosine
            yield 2 * cosine - hub_a - hub_b
        yield _rowwise(left.words, right.words)
        yield _rowwise(left.pieces, right.pieces)
        yield np.minimum(_rowwise(left.characters, right.characters), SHARED_ENOUGH)
        yield _rowwise(left.headings, right.headings)


def _crossed(left: sparse.csr_matrix, right: sparse.csr_matrix) -> np.ndarray:
    """The dot product of each row with each row; few rows on the left are filled up, which costs no sorting of the right."""
    if left.shape[0] <= FEW:
        return (right @ left.T.toarray(order="C")).T
    return (left @ right.T).toarray()


def _rowwise(left: sparse.csr_matrix, right: sparse.csr_matrix) -> np.ndarray:
    """The dot product of each row with the row at its place."""
    return np.asarray(left.multiply(right).sum(axis=1), np.float32).ravel()


def hubness(pool: NearestNeighbors, vectors: np.ndarray) -> np.ndarray:
    """Mean cosine to the nearest of the pool; for unit rows cosine = 1 - distance² / 2."""
    if not len(vectors):
        return np.empty(0, np.float32)
    distances, _ = pool.kneighbors(vectors)
    return (1 - (distances ** 2).mean(axis=1) / 2).astype(np.float32)
