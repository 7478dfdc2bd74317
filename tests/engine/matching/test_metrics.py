"""Metrics on lists whose value can be worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine.matching.metrics import (
    calibration_error,
    coverage,
    expected_deals,
    expected_matches,
    gini,
    ndcg,
    recall,
    reciprocal_rank,
    reliability,
)


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


def test_chances_that_come_true_as_often_as_said_have_no_calibration_error() -> None:
    chances, labels = [0.25] * 8 + [0.5] * 8, [1, 0, 0, 0] * 2 + [1, 0] * 4
    assert calibration_error(chances, labels, bins=2) == 0


def test_calibration_error_is_the_mean_distance_over_bins_of_equal_mass() -> None:
    assert math.isclose(calibration_error([0.1, 0.1, 0.9, 0.9], [0, 1, 1, 1], bins=2), (0.4 + 0.1) / 2)
    assert [one.size for one in reliability([0.1] * 23, [0] * 23)] == [3, 3, 3] + [2] * 7
    assert calibration_error([], []) == 0


def test_labels_and_chances_have_to_be_as_many() -> None:
    with pytest.raises(ValueError, match="2 chances for 1 labels"):
        calibration_error([0.1, 0.2], [1])


def test_gini_of_equal_values_is_zero_and_of_one_that_has_all_is_nearly_one() -> None:
    assert gini([3, 3, 3]) == 0 == gini([]) == gini([0, 0])
    assert math.isclose(gini([0, 0, 0, 1]), 0.75)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.1, 10))
def test_gini_lies_between_zero_and_one_and_knows_no_unit(values: list[float], unit: float) -> None:
    assert -1e-9 <= gini(values) <= 1
    assert math.isclose(gini(values), gini([value * unit for value in values]), abs_tol=1e-6)


def test_coverage_is_the_share_of_the_catalogue_that_somebody_is_shown() -> None:
    assert coverage([["a", "b"], ["a", "c"]], "abcd", top=1) == 0.25
    assert coverage([], []) == 0


def test_expected_matches_need_both_sides_to_look() -> None:
    ranks = np.array([1, 3]), np.array([3, 11])
    assert math.isclose(expected_matches(np.array([0.8, 0.8]), *ranks, top=10), 0.8 * 0.5)
    assert math.isclose(expected_deals(np.array([0.4, 0.2]), ranks[0]), 0.4 + 0.1)
