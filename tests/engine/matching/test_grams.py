"""Word statistics as arrays are those of scikit-learn."""

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from matchmaker.engine.matching.features import content_words, plain
from matchmaker.engine.matching.grams import Tfidf, pieces, words
from matchmaker.engine.text import normalize

TEXTS = ["Fresh cherries, 28 mm", "a b", "车厘子 智利 JJ级", "cherries", "", "x", "Crème brûlée  au lait", "fresh cherries cherries"]
WAYS = {
    "words": (functools.partial(words, content_words), {"analyzer": content_words}),
    "pieces": (functools.partial(pieces, plain, (2, 3, 4), True), {"analyzer": "char_wb", "ngram_range": (2, 4), "preprocessor": plain}),
    "characters": (functools.partial(pieces, normalize, (1, 2, 3), False),
                   {"analyzer": "char", "ngram_range": (1, 3), "preprocessor": normalize}),
}


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=40, deadline=None)
@given(others=st.lists(st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=("Cs", "Cc")), max_size=12), max_size=4))
def test_the_same_as_scikit_learn(way: str, others: list[str]):
    read, asked = WAYS[way]
    oracle = TfidfVectorizer(sublinear_tf=True, dtype=np.float32, **asked).fit(TEXTS)
    ours = Tfidf(read).fit(TEXTS)
    assert len(ours.keys_) == len(oracle.vocabulary_)
    expected, found = oracle.transform(others + TEXTS), ours.transform(others + TEXTS)
    assert np.allclose((expected @ expected.T).toarray(), (found @ found.T).toarray(), atol=1e-5)


@pytest.mark.parametrize("way", WAYS)
def test_a_text_may_stand_several_times(way: str):
    read, _ = WAYS[way]
    whole, once = Tfidf(read).fit([*TEXTS, *TEXTS[:3]]), Tfidf(read)
    rows = once.fit_transform(TEXTS, np.array([2, 2, 2, 1, 1, 1, 1, 1]))
    assert np.allclose(whole.idf_, once.idf_) and np.allclose(rows.toarray(), whole.transform(TEXTS).toarray())
    assert whole.transform([]).shape == (0, len(whole.keys_))


def test_without_texts_nothing_is_known():
    assert Tfidf(WAYS["pieces"][0]).fit([]).transform(["cherries"]).shape == (1, 0)
