"""What the matcher has to beat: rankings anybody could have without it. Each gives a matrix (demands, products), higher is better.

`tfidf` and `bm25` see the words of both sheets through the product's analyzer, as a search box would; `encoder_only` the cosine
of the multilingual encoder; `reciprocal` multiplies what both sides want and knows nothing of crowds.
"""

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from matchmaker.engine.matching.encoder import Encoder
from matchmaker.engine.matching.records import Demand, Supply
from matchmaker.engine.matching.views import whole
from matchmaker.engine.text import tokens

K1, B = 1.2, 0.75  # the usual values of BM25


def texts(sheets: Sequence[Demand | Supply]) -> list[str]:
    """The text of each sheet with its translations: all that a search index would hold."""
    return [" ".join((whole(sheet), *(sheet.translations[lang] for lang in sorted(sheet.translations)))) for sheet in sheets]


def tfidf(demands: Sequence[Demand], supplies: Sequence[Supply]) -> np.ndarray:
    """Cosine of TF-IDF rows of words (logarithmic term frequency), document frequencies from the products."""
    if not supplies or not demands:
        return np.zeros((len(demands), len(supplies)))
    vectorizer = TfidfVectorizer(analyzer=tokens, sublinear_tf=True)
    products = vectorizer.fit_transform(_some_words(texts(supplies)))
    return (vectorizer.transform(texts(demands)) @ products.T).toarray()


def bm25(demands: Sequence[Demand], supplies: Sequence[Supply]) -> np.ndarray:
    """Okapi BM25 (Robertson and Zaragoza 2009): sum over the demand's words of idf x tf (k1 + 1) / (tf + k1 (1 - b + b length / mean))."""
    if not supplies or not demands:
        return np.zeros((len(demands), len(supplies)))
    vectorizer = CountVectorizer(analyzer=tokens, dtype=np.float64)
    counts = vectorizer.fit_transform(_some_words(texts(supplies))).tocoo()
    lengths = np.bincount(counts.row, counts.data, minlength=len(supplies))
    found = np.bincount(counts.col, minlength=counts.shape[1])
    idf = np.log1p((len(supplies) - found + 0.5) / (found + 0.5))
    norm = K1 * (1 - B + B * lengths / max(lengths.mean(), 1e-9))
    weights = idf[counts.col] * counts.data * (K1 + 1) / (counts.data + norm[counts.row])
    products = sparse.csr_matrix((weights, (counts.row, counts.col)), counts.shape)
    return (vectorizer.transform(texts(demands)) @ products.T).toarray()


def encoder_only(encoder: Encoder, demands: Sequence[Demand], supplies: Sequence[Supply]) -> np.ndarray:
    """Cosine of the encoder's vectors of the whole sheets."""
    return encoder.encode([whole(sheet) for sheet in demands]) @ encoder.encode([whole(sheet) for sheet in supplies]).T


def reciprocal(chance_buyer: np.ndarray, chance_exhibitor: np.ndarray) -> np.ndarray:
    """The product of both sides' chances to accept (Pizzato et al. 2010 have the harmonic mean; the product is the chance of both)."""
    return np.asarray(chance_buyer, float) * np.asarray(chance_exhibitor, float)


def _some_words(corpus: list[str]) -> list[str]:
    """The corpus, with one word where no text has any: an empty vocabulary is an error to scikit-learn."""
    return corpus if any(tokens(text) for text in corpus) else [*corpus[:-1], "-x-"]
