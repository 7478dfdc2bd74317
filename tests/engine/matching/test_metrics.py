"""Metrics on lists whose value can be worked out by hand."""

import math

from matchmaker.engine.matching.metrics import ndcg, recall, reciprocal_rank


def test_ndcg_of_the_ideal_order_is_one() -> None:
    assert ndcg(["a", "b", "c"], {"a": 3, "b": 1}) == 1


def test_ndcg_of_one_relevant_in_second_place() -> None:
    assert math.isclose(ndcg(["x", "a"], {"a": 1}), 1 / math.log2(3))


def test_without_anything_relevant_all_metrics_are_zero() -> None:
    assert (ndcg(["a"], {}), recall(["a"], []), reciprocal_rank(["a"], [])) == (0, 0, 0)


def test_recall_counts_only_the_first_top() -> None:
    assert recall(["x", "a", "b"], {"a", "b"}, top=2) == 0.5


def test_reciprocal_rank_of_the_third() -> None:
    assert math.isclose(reciprocal_rank(["x", "y", "a"], {"a"}), 1 / 3)
