"""Markets whose answer can be worked out, and sparse ones of any shape."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone

from matchmaker.engine.matching.balance import Balance, ranks, worth
from matchmaker.engine.matching.metrics import examination

EXACT = {"tol": 1e-12, "max_iter": 2000}


def dense(matrix: np.ndarray, **options) -> Balance:
    """The balance of a market in which every pair is a candidate, worth the same to both sides."""
    rows, cols = (index.ravel() for index in np.indices(matrix.shape))
    fit = {name: options.pop(name) for name in ("row_size", "col_size", "protected") if name in options}
    return Balance(**{**EXACT, **options}).fit(rows, cols, matrix.ravel(), matrix.ravel(), *matrix.shape, **fit)


def crowded(seed: int = 0, rows: int = 60, cols: int = 80) -> tuple[np.ndarray, np.ndarray]:
    """Chances of both sides in a market in which everybody likes the same few."""
    rng = np.random.default_rng(seed)
    p = 0.5 * rng.random(cols)[None] + 0.5 * rng.random((rows, cols))
    return p, 0.5 * rng.random(rows)[:, None] + 0.5 * rng.random((rows, cols))


@st.composite
def sparse_markets(draw) -> tuple:
    """(rows, cols, f, g, n_rows, n_cols): up to 12 x 12, any pairs, worths from -50 to 50; some rows and columns without candidates."""
    n_rows, n_cols = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    pairs = draw(st.lists(st.tuples(st.integers(0, n_rows - 1), st.integers(0, n_cols - 1)), unique=True, max_size=60))
    value = st.floats(-50, 50, allow_nan=False)
    f, g = (np.array([draw(value) for _ in pairs]) for _ in range(2))
    rows, cols = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    return rows, cols, f, g, n_rows, n_cols


def test_a_symmetric_market_gives_equal_potentials() -> None:
    balance = dense(np.full((4, 4), 0.3))
    np.testing.assert_allclose(balance.log_a_, balance.log_b_[0], atol=1e-9)
    np.testing.assert_allclose(balance.log_b_, balance.log_b_[0], atol=1e-9)


def test_one_buyer_and_one_exhibitor_meet_with_the_mass_of_the_quadratic_equation() -> None:
    # worth 0: mu = A B = A^2 and A^2 + mu = 1, so mu = 1/2
    assert dense(np.zeros((1, 1))).mass() == pytest.approx([0.5])


def test_of_two_buyers_the_one_with_an_alternative_leaves_the_exhibitor_to_the_other() -> None:
    both_want_the_first = np.array([[1.0, 0.9], [1.0, 0.0]])
    balance = dense(both_want_the_first, beta=0.2)
    assert balance.log_b_[0] < balance.log_b_[1]
    first = balance.order_for_row(np.array([0, 1]), both_want_the_first[0], both_want_the_first[0])
    second = balance.order_for_row(np.array([0, 1]), both_want_the_first[1], both_want_the_first[1])
    assert first[1] > first[0] and second[0] > second[1]


@settings(max_examples=60, deadline=None)
@given(sparse_markets())
def test_at_the_fixed_point_the_marginals_hold(market: tuple) -> None:
    rows, cols, _, _, n_rows, n_cols = market
    balance = Balance(beta=1.0, tol=1e-11, max_iter=20000).fit(*market)
    mass = balance.mass()
    if not balance.converged_:  # a crowd without an alternative converges slowly; what is said holds where it has
        return
    np.testing.assert_allclose(np.exp(2 * balance.log_b_) + np.bincount(cols, mass, minlength=n_cols), balance.col_size_, rtol=1e-6)
    np.testing.assert_allclose(np.exp(2 * balance.log_a_) + np.bincount(rows, mass, minlength=n_rows), 1.0, rtol=1e-6)


@settings(max_examples=60, deadline=None)
@given(sparse_markets(), st.randoms(use_true_random=False))
def test_potentials_are_finite_and_do_not_depend_on_the_order_of_pairs(market: tuple, random) -> None:
    rows, cols, f, g, n_rows, n_cols = market
    balance = Balance().fit(*market)
    assert np.isfinite(balance.log_a_).all() and np.isfinite(balance.log_b_).all()
    order = list(range(len(rows)))
    random.shuffle(order)
    again = Balance().fit(rows[order], cols[order], f[order], g[order], n_rows, n_cols)
    np.testing.assert_allclose(again.log_b_, balance.log_b_, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("beta", [1e-4, 1e-2, 100.0])
def test_extreme_worths_neither_over_nor_underflow(beta: float) -> None:
    balance = dense(np.random.default_rng(1).normal(size=(30, 20)) * 1e6, beta=beta, tol=1e-3, max_iter=200)
    assert np.isfinite(balance.log_a_).all() and np.isfinite(balance.log_b_).all() and np.isfinite(balance.mass()).all()


def test_the_order_is_that_of_the_mass() -> None:
    p, q = crowded()
    balance = dense(worth(p, q))
    mass = balance.mass().reshape(p.shape)
    row = balance.order_for_row(np.arange(80), worth(p, q)[7], worth(p, q)[7])
    assert (np.argsort(-row) == np.argsort(-mass[7])).all()
    col = balance.order_for_col(np.arange(60), worth(p, q)[:, 3], worth(p, q)[:, 3])
    assert (np.argsort(-col) == np.argsort(-mass[:, 3])).all()


def test_a_large_beta_leaves_the_reciprocal_product() -> None:
    p, q = crowded()
    balance = dense(worth(p, q), beta=1e4)
    assert balance.order_for_row(np.arange(80), worth(p, q)[0], worth(p, q)[0]).argmax() == worth(p, q)[0].argmax()


def test_in_a_crowded_market_more_matches_come_about_and_nobody_is_left_out() -> None:
    p, q = crowded()
    balance = dense(worth(p, q))
    reciprocal, balanced = balance.exposure(kind="reciprocal"), balance.exposure(kind="balanced")
    assert balanced.matches > 1.2 * reciprocal.matches
    assert balanced.gini < 0.7 * reciprocal.gini
    assert reciprocal.without > 0.1 and balanced.without == 0


def test_a_new_column_gets_the_potential_it_would_have_had() -> None:
    p, q = crowded()
    balance = dense(worth(p, q))
    again = balance.potential_of_new_col(np.arange(60), worth(p, q)[:, 5], worth(p, q)[:, 5])
    assert again == pytest.approx(balance.log_b_[5], abs=1e-5)


def test_the_floor_gives_protected_columns_their_places_and_says_its_price() -> None:
    p, q = crowded()
    p[:, :15] *= 0.4  # nobody wants these fifteen
    protected = np.arange(80) < 15
    without, balance = dense(worth(p, q), beta=3.0), dense(worth(p, q), beta=3.0, floor=4, protected=protected)
    places = ranks(balance.rows_, balance.for_row_ + balance.lift_[balance.cols_], balance.cols_)
    got = np.bincount(balance.cols_, places <= balance.top, minlength=80)
    assert (got[protected] >= 4).all()
    assert (np.bincount(balance.cols_, ranks(balance.rows_, without.for_row_, balance.cols_) <= 10)[protected] < 4).any()
    assert (balance.lift_[~protected] == 0).all()
    assert not len(balance.short_) and without.price_of_floor() == 0
    assert abs(balance.price_of_floor()) < 0.1 * without.exposure().matches
    assert dense(worth(p, q), floor=12, protected=protected).price_of_floor() > 0


def test_a_protected_column_with_fewer_candidates_than_the_floor_gets_all_of_them() -> None:
    rows, cols = np.array([0, 0, 0, 1, 1]), np.array([0, 1, 2, 0, 1])
    value = np.array([0.9, 0.8, 0.1, 0.9, 0.8])
    balance = Balance(floor=5, top=2).fit(rows, cols, value, value, 2, 4, protected=np.array([False, False, True, True]))
    order = balance.order_for_row(np.array([0, 1, 2]), value[:3], value[:3])
    assert 2 in np.argsort(-order)[:2]


def test_exposure_counts_looks_by_place_and_names_who_gets_nothing() -> None:
    value = np.array([0.9, 0.5, 0.4])
    exposure = Balance(top=2).fit(np.zeros(3, int), np.arange(3), value, value, 1, 4).exposure(kind="reciprocal")
    assert list(exposure.nothing) == [2, 3] and exposure.without == 0.5
    assert exposure.matches == pytest.approx(0.9 + 0.5 / np.log2(3))


def test_ranks_count_from_one_within_a_list_and_break_ties_by_the_other_side() -> None:
    heads, scores, ties = np.array([1, 0, 1, 0, 1]), np.array([0.5, 0.1, 0.5, 0.9, 0.7]), np.array([9, 1, 3, 2, 4])
    assert list(ranks(heads, scores, ties)) == [3, 2, 2, 1, 1]
    assert len(ranks(np.empty(0, int), np.empty(0), np.empty(0, int))) == 0


def test_nobody_looks_below_the_list() -> None:
    assert list(examination(np.array([0, 1, 3, 11]), 10)) == [0, 1, 0.5, 0]


@pytest.mark.parametrize(("change", "words"), [
    ({"beta": 0.0}, "beta"), ({"rows": [0, 5]}, "below"), ({"f": [np.nan, 1]}, "finite"), ({"f": [1.0]}, "equally long"),
    ({"row_size": np.array([1.0, 0.0])}, "positive")])
def test_what_makes_no_market_is_refused(change: dict, words: str) -> None:
    given = {"beta": 1.0, "rows": [0, 1], "cols": [0, 1], "f": [1.0, 1.0], "row_size": None, **change}
    with pytest.raises(ValueError, match=words):
        Balance(beta=given["beta"]).fit(given["rows"], given["cols"], given["f"], [1.0, 1.0], 2, 2, row_size=given["row_size"])


def test_an_empty_market_is_no_error_and_the_estimator_can_be_cloned() -> None:
    balance = clone(Balance(beta=0.3, floor=2)).fit([], [], [], [], 0, 0)
    assert balance.exposure().matches == 0 and balance.get_params()["beta"] == 0.3
    assert len(Balance().fit([], [], [], [], 3, 2).log_b_) == 2


@given(st.integers(0, 500), st.integers(1, 4), st.integers(1, 6))
def test_answering_each_other_never_costs_expected_matches(seed: int, top: int, answers: int) -> None:
    rng = np.random.default_rng(seed)
    rows, cols = np.nonzero(rng.random((8, 6)) < 0.7)
    value = rng.random(len(rows)).round(2)
    plain, told = (Balance(top=top, answers=count).fit(rows, cols, value, value, 8, 6) for count in (0, answers))
    assert told.exposure().matches >= plain.exposure().matches * (1 - 1e-2) - 1e-9  # what nobody reads is ordered by a faint examination
    for heads, before, after in ((rows, plain.for_row_, told.for_row_), (cols, plain.for_col_, told.for_col_)):
        for head in np.unique(heads):
            assert sorted(before[heads == head]) == sorted(after[heads == head])  # the values stay, who has them changes


def test_without_answers_lists_are_those_of_the_equilibrium() -> None:
    rows, cols = (index.ravel() for index in np.indices((4, 3)))
    value = np.random.default_rng(0).random(12)
    plain = Balance(answers=0).fit(rows, cols, value, value, 4, 3)
    assert np.array_equal(plain.for_row_, plain.order_for_row(cols, value, value))
    assert np.array_equal(plain.for_col_, plain.order_for_col(rows, value, value))
