"""Baselines find the words both sheets say."""

import math

import numpy as np

from matchmaker.engine.matching.baselines import bm25, encoder_only, reciprocal, tfidf
from matchmaker.engine.matching.encoder import DictionaryEncoder
from matchmaker.engine.matching.records import Demand, Supply

SUPPLIES = [Supply(1, 1, 1, "Fresh cherries", text="Sweet cherries in cartons"), Supply(2, 2, 1, "Lathe", text="A lathe for steel shafts"),
            Supply(3, 3, 1, "Olive oil", translations={"zh": "橄榄油"})]
DEMANDS = [Demand(1, 9, 1, "cherries in cartons"), Demand(2, 9, 1, "steel lathe"), Demand(3, 9, 1, "求购橄榄油")]


def test_tfidf_and_bm25_put_the_product_with_the_words_first_translations_too() -> None:
    for scores in (tfidf(DEMANDS, SUPPLIES), bm25(DEMANDS, SUPPLIES)):
        assert list(scores.argmax(axis=1)) == [0, 1, 2]


def test_bm25_of_one_word_is_the_formula() -> None:
    supplies = [Supply(1, 1, 1, "alpha beta"), Supply(2, 2, 1, "gamma delta")]
    idf = math.log1p((2 - 1 + 0.5) / (1 + 0.5))
    assert math.isclose(bm25([Demand(1, 9, 1, "alpha")], supplies)[0, 0], idf * 2.2 / (1 + 1.2))


def test_words_nobody_has_give_zero_and_empty_sheets_no_error() -> None:
    for rank in (tfidf, bm25):
        assert not rank([Demand(1, 9, 1, "unheard")], SUPPLIES).any()
        assert rank([], SUPPLIES).shape == (0, 3) and rank(DEMANDS, []).shape == (3, 0)
        assert rank(DEMANDS, [Supply(1, 1, 1, "")]).shape == (3, 1)


def test_the_encoder_alone_compares_wholes() -> None:
    assert list(encoder_only(DictionaryEncoder(), DEMANDS, SUPPLIES)[:2].argmax(axis=1)) == [0, 1]


def test_the_reciprocal_product_is_the_chance_of_both() -> None:
    assert np.allclose(reciprocal(np.array([[0.5]]), np.array([[0.2]])), 0.1)
