"""The learned nearness of two texts."""

import numpy as np
import pytest

from matchmaker.engine.matching.encoder import DictionaryEncoder, UseEncoder
from matchmaker.engine.matching.headings import HeadingClassifier, Label
from matchmaker.engine.matching.learn import learn_weights
from matchmaker.engine.matching.similarity import TextSimilarity, shipped_model

PAIRS = [("车厘子", "fresh cherries"), ("防晒霜", "sun cream"), ("滚珠丝杠", "precision ball screws"), ("燕窝", "bird's nest"),
         ("电梯", "lifts for buildings"), ("咖啡豆", "coffee beans"), ("儿童自行车", "kids' bicycles"), ("花生酱", "peanut butter")]


@pytest.mark.parametrize("encoder", [UseEncoder(), DictionaryEncoder()], ids=["use", "dictionary"])
class TestTextSimilarity:
    def test_each_name_is_nearest_to_its_own_translation(self, encoder) -> None:
        chinese, english = zip(*PAIRS, strict=True)
        similarity = TextSimilarity(encoder).fit(english)
        scores = similarity.scores(similarity.rows(chinese), similarity.rows(english))
        right = (scores.argmax(axis=1) == np.arange(len(PAIRS))).sum()
        assert right >= len(PAIRS) - (0 if encoder.dim == 512 else 2)

    def test_nearness_is_symmetric(self, encoder) -> None:
        chinese, english = zip(*PAIRS, strict=True)
        similarity = TextSimilarity(encoder).fit(english)
        left, right = similarity.rows(chinese), similarity.rows(english)
        assert np.allclose(similarity.scores(left, right), similarity.scores(right, left).T, atol=1e-4)

    def test_a_score_does_not_depend_on_the_rest_of_the_list(self, encoder) -> None:
        chinese, english = zip(*PAIRS, strict=True)
        similarity = TextSimilarity(encoder).fit(english)
        whole = similarity.scores(similarity.rows(chinese), similarity.rows(english))
        part = similarity.scores(similarity.rows(chinese[:1]), similarity.rows(english[2:4]))
        assert np.allclose(whole[:1, 2:4], part, atol=1e-4)

    def test_given_pairs_get_the_scores_of_the_table(self, encoder) -> None:
        chinese, english = zip(*PAIRS, strict=True)
        similarity = TextSimilarity(encoder).fit(english)
        left, right = similarity.rows(chinese), similarity.rows(english)
        i, j = np.array([3, 0, 3, 7]), np.array([0, 0, 5, 7])
        assert np.allclose(similarity.pair_scores(left, i, right, j), similarity.scores(left, right)[i, j], atol=1e-4)

    def test_short_vectors_have_length_one_and_find_the_translation(self, encoder) -> None:
        chinese, english = zip(*PAIRS, strict=True)
        similarity = TextSimilarity(encoder).fit(english)
        dim = 128 if encoder.dim == 512 else 1024
        left = similarity.compact(similarity.rows(chinese), "left", dim)
        right = similarity.compact(similarity.rows(english), "right", dim)
        assert np.allclose(np.linalg.norm(left, axis=1), 1, atol=1e-5)
        assert np.allclose(np.linalg.norm(right, axis=1), 1, atol=1e-5)
        assert ((left @ right.T).argmax(axis=1) == np.arange(len(PAIRS))).sum() >= len(PAIRS) - 2

    def test_a_shared_heading_brings_texts_nearer(self, encoder) -> None:
        labels = [Label("3304", "Beauty and skin care preparations", "美容及护肤品", ("面膜", "sunscreen")),
                  Label("9619", "Sanitary towels and napkins", "卫生巾、尿布", ("纸尿裤",)), Label("8428", "Lifts", "电梯", ())]
        similarity = TextSimilarity(encoder, HeadingClassifier(labels, encoder).fit()).fit([])
        left, right = similarity.rows(["面膜 Banquoba 30g 韩国 5 片 补水"]), similarity.rows(["Beauty or skin care preparations", "Lifts"])
        assert similarity.scores(left, right).argmax() == 0
        shared = (left.headings @ right.headings.T).toarray()[0]
        assert shared[0] > shared[1]

    def test_the_shipped_weights_are_those_that_the_shipped_terms_give(self, encoder) -> None:
        shipped, learned = shipped_model(encoder.name), learn_weights(encoder)
        assert shipped is not None, "word lists changed: run python -m matchmaker.engine.matching.learn"
        assert np.allclose(shipped["weights"], learned["weights"], rtol=0.02, atol=0.05)
