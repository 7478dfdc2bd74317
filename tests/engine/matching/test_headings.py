"""Headings proposed for titles."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engine.matching.encoder import DictionaryEncoder
from matchmaker.engine.matching.features import TextFeatures, crowded
from matchmaker.engine.matching.glosses import gloss, product_words
from matchmaker.engine.matching.headings import HeadingClassifier, Label
from matchmaker.engine.matching.learned import LearnedLabels

LABELS = [Label("0809", "Apricots, cherries, peaches", "杏、樱桃、桃", ("车厘子", "fresh cherries", "cereza")),
          Label("3304", "Beauty and skin care preparations", "美容及护肤品", ("面膜", "防晒霜", "lipstick", "sunscreen")),
          Label("8428", "Lifts, escalators and conveyors", "电梯及输送机", ("升降机", "passenger lift")),
          Label("2204", "Wine of fresh grapes", "葡萄酒", ("红酒", "干红", "vino tinto"))]
NO_GOODS = ["hi", "good morning", "thank you very much", "see you tomorrow", "你好", "谢谢", "明天见", "我们公司"]
ENCODER = DictionaryEncoder()
HOSTILE = st.one_of(st.text(max_size=200), st.sampled_from([
    "", " ", "🍒🍒", "\x00\u202e", "蘋果車厘子", "樱桃 cherry вишня كرز", "A" * 30_000,
                                                            "\ud800", "'; DROP TABLE hs; --", "面" * 5000]))


@pytest.fixture(scope="module")
def classifier() -> HeadingClassifier:
    return HeadingClassifier(LABELS, ENCODER).fit()


@pytest.fixture(scope="module")
def wary() -> HeadingClassifier:
    """A classifier that knows what is no goods."""
    return HeadingClassifier(LABELS, ENCODER, NO_GOODS).fit()


@pytest.fixture(scope="module")
def features(classifier: HeadingClassifier) -> TextFeatures:
    return TextFeatures(ENCODER, classifier).fit(["cherries"])


@pytest.mark.parametrize(("title", "code"), [("智利车厘子 JJ级", "0809"), ("fresh cherries from Chile", "0809"), ("補水面膜", "3304"),
                                             ("passenger lift 8 floors", "8428"), ("干红 750ml", "2204")])
def test_a_title_in_either_language_finds_its_heading(classifier: HeadingClassifier, title: str, code: str) -> None:
    assert classifier.propose(title)[0].code == code


@pytest.mark.parametrize("title", ["", "🍒", "---", "12345"])
def test_a_title_without_words_gets_none(classifier: HeadingClassifier, title: str) -> None:
    assert classifier.propose(title) == []


@pytest.mark.parametrize("title", ["good morning everybody", "thank you", "谢谢大家", "你好吗"])
def test_a_text_that_names_no_goods_gets_none(wary: HeadingClassifier, title: str) -> None:
    assert wary.propose(title) == []


@pytest.mark.parametrize(("title", "code"), [("智利车厘子 JJ级", "0809"), ("fresh cherries, thank you", "0809"), ("谢谢,求购面膜", "3304"),
                                             ("passenger lift", "8428"), ("干红 750ml", "2204"), ("cherry", "0809")])
def test_goods_are_still_proposed_beside_that_class(wary: HeadingClassifier, title: str, code: str) -> None:
    assert wary.propose(title)[0].code == code


def test_what_somebody_assigned_goes_before_no_goods() -> None:
    learned = HeadingClassifier(LABELS, ENCODER, NO_GOODS).fit(["Good Morning"], ["2204"])
    assert learned.propose("Good Morning")[0].code == "2204"


def test_titles_of_goods_have_the_same_probabilities_with_and_without_that_class(
        classifier: HeadingClassifier, wary: HeadingClassifier) -> None:
    titles = ["面膜", "good morning", "passenger lift"]
    assert np.array_equal(wary.probabilities(titles), classifier.probabilities(titles))


@settings(max_examples=60, deadline=None)
@given(HOSTILE)
def test_any_text_gives_likeliest_first_and_probabilities(wary: HeadingClassifier, title: str) -> None:
    found = wary.propose(title)
    assert len(found) <= 3
    assert [one.probability for one in found] == sorted((one.probability for one in found), reverse=True)
    assert sum(one.probability for one in found) <= 1 + 1e-5
    assert found == wary.propose(title)


@settings(max_examples=60, deadline=None)
@given(HOSTILE)
def test_any_text_can_be_read_and_compared(features: TextFeatures, text: str) -> None:
    rows = features.rows([text])
    assert np.allclose(np.linalg.norm(rows.vectors, axis=1), 1, atol=1e-4)
    assert all(np.isfinite(matrix).all() for matrix in features.compare(rows, rows))
    assert 0 <= crowded(text) <= 1
    assert isinstance(gloss(text), str)
    assert isinstance(product_words(text), str)


def test_a_title_that_somebody_assigned_is_followed(classifier: HeadingClassifier) -> None:
    learned = HeadingClassifier(LABELS, ENCODER).fit(["Quorasin Nebel 40"], ["8428.10"])
    assert classifier.propose("Quorasin Nebel 40")[:1] != learned.propose("Quorasin Nebel 40")[:1]
    assert learned.propose("Quorasin Nebel 40")[0].code == "8428"


def test_a_few_assigned_titles_leave_the_others_as_they_were(classifier: HeadingClassifier) -> None:
    learned = HeadingClassifier(LABELS, ENCODER).fit(["Quorasin Nebel 40", "Wexula 3"], ["8428", "8428"])
    assert np.allclose(learned.probabilities(["红酒"]), classifier.probabilities(["红酒"]))


def test_codes_of_unknown_headings_are_left_out() -> None:
    assert HeadingClassifier(LABELS, ENCODER).fit(["thing"], ["9999"]).learned_ is None


def test_the_encoded_labels_are_kept_and_used_again(classifier: HeadingClassifier, tmp_path) -> None:
    classifier.save(tmp_path / "labels.npz")
    again = HeadingClassifier(LABELS, ENCODER).fit(stored=tmp_path / "labels.npz")
    assert np.allclose(again.probabilities(["面膜"]), classifier.probabilities(["面膜"]), atol=0.01)


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_a_damaged_file_of_labels_is_made_anew(tmp_path, content) -> None:
    path = tmp_path / "labels.npz"
    if content is not None:
        path.write_bytes(content)
    assert HeadingClassifier(LABELS, ENCODER).fit(stored=path).propose("面膜")[0].code == "3304"


def test_labels_are_needed_and_a_code_for_each_title() -> None:
    with pytest.raises(ValueError, match="labels"):
        HeadingClassifier([], ENCODER).fit()
    with pytest.raises(ValueError, match="one code"):
        HeadingClassifier(LABELS, ENCODER).fit(["a"], [])


class TestLearnedLabels:
    texts = [f"{word} {number}g brand{number % 7}" for word in ("cherry", "lipstick", "lift") for number in range(40)]
    labels = [name for name in "abc" for _ in range(40)]

    def test_learned_words_are_recognised_and_trusted(self) -> None:
        shares, trust = LearnedLabels().fit(self.texts, self.labels).judge(["lipstick 99g"])
        assert shares.argmax() == 1
        assert trust[0] > 0

    def test_learning_twice_gives_the_same(self) -> None:
        first, second = (LearnedLabels().fit(self.texts, self.labels).judge(["lift", "tea"]) for _ in range(2))
        assert np.array_equal(first[0], second[0])
        assert np.array_equal(first[1], second[1])

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(HOSTILE, st.sampled_from("abc")), min_size=1, max_size=60), HOSTILE)
    def test_any_texts_can_be_learned(self, pairs, text) -> None:
        shares, trust = LearnedLabels().fit([left for left, _ in pairs], [right for _, right in pairs]).judge([text])
        assert np.allclose(shares.sum(), 1, atol=1e-4)
        assert 0 <= trust[0] <= 1
