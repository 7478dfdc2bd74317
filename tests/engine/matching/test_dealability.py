"""The model: documented without answers, a sum always, nearer to the truth with answers, calibrated on what it has not seen."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from matchmaker.engine.matching.dealability import ENOUGH, PRIORS, DealModel, IntentionModel, links
from matchmaker.engine.matching.records import SIDES, Answer
from matchmaker.engine.matching.signals import AT, NAMES

values = st.lists(st.lists(st.floats(0, 1) | st.just(math.nan), min_size=len(NAMES), max_size=len(NAMES)), min_size=1, max_size=5).map(
    np.array
)


def market(
    count: int, seed: int = 0, side: str = "buyer", truth: dict | None = None, base: float = -0.5, wrong: float = 1.0
) -> list[Answer]:
    """Answers of people whose readiness is a sum with other weights; `wrong` stretches it."""
    rng = np.random.default_rng(seed)
    truth = truth or {"text": 0.4, "price": 4.0, "quantity": 0.3}
    out = []
    for at in range(count):
        signals = {"text": float(rng.uniform(0.1, 0.95)), "price": float(rng.uniform()), "quantity": float(rng.uniform())}
        if rng.uniform() < 0.3:
            del signals["price"]
        row = links(np.array([[signals.get(name, np.nan) for name in NAMES]]))[0]
        z = wrong * (base + sum(weight * row[AT[name]] for name, weight in truth.items()))
        out.append(Answer(side, "acceptance", float(rng.uniform() < 1 / (1 + math.exp(-z))), signals, group=str(at % max(count // 5, 1))))
    return out


def table(answers: list[Answer]) -> np.ndarray:
    return np.array([[one.signals.get(name, np.nan) for name in NAMES] for one in answers])


@given(values)
def test_contributions_and_bases_add_up_to_the_log_odds(rows: np.ndarray) -> None:
    model = FITTED
    assert np.allclose(model.contributions(rows).sum(axis=1) + model.intercept_, model.log_odds(rows), atol=1e-9)


@given(values, st.sampled_from(NAMES))
def test_what_is_unknown_weighs_nothing(rows: np.ndarray, name: str) -> None:
    rows[:, AT[name]] = np.nan
    assert (FITTED.contributions(rows)[:, AT[name]] == 0).all()


@given(values, st.sampled_from(NAMES), st.floats(0, 1), st.floats(0, 1))
def test_a_better_value_never_lowers_either_side(rows: np.ndarray, name: str, one: float, other: float) -> None:
    worse, better = rows.copy(), rows.copy()
    worse[:, AT[name]], better[:, AT[name]] = min(one, other), max(one, other)
    assert (FITTED.log_odds(better) >= FITTED.log_odds(worse) - 1e-12).all()


def test_without_answers_the_model_is_the_documented_one() -> None:
    model = DealModel().fit([])
    assert model.to_dict() == DealModel.documented().to_dict()
    assert (model.answers_, model.is_calibrated) == (0, False)
    rows = np.full((1, len(NAMES)), np.nan)
    rows[0, AT["price"]] = 1.0
    assert model.log_odds(rows).tolist() == [[pytest.approx(PRIORS["price"].buyer * 0.4), pytest.approx(PRIORS["price"].exhibitor * 0.4)]]


def test_a_side_that_did_not_answer_keeps_the_documented_weights() -> None:
    assert np.array_equal(FITTED_ONE.coef_[1], DealModel.documented().coef_[1])
    assert FITTED_ONE.is_calibrated and FITTED_ONE.is_calibrated_for("buyer") and not FITTED_ONE.is_calibrated_for("exhibitor")


def test_learning_moves_weights_toward_the_truth_and_more_answers_move_them_further() -> None:
    before = DealModel.documented().coef_[0]
    few, many = (DealModel().fit(market(count)).coef_[0] for count in (100, 2000))
    for name, truth in (("price", 4.0), ("text", 0.4), ("quantity", 0.3)):
        distance = [abs(weights[AT[name]] - truth) for weights in (before, few, many)]
        assert distance[2] < distance[0]
    assert abs(many[AT["price"]] - 4) < abs(few[AT["price"]] - 4) < abs(before[AT["price"]] - 4)


def error(model: DealModel, answers: list[Answer]) -> float:
    """The mean distance of probability and share accepted over ten bins of equal size."""
    chances = 1 / (1 + np.exp(-model.log_odds(table(answers))[:, 0]))
    order = np.argsort(chances)
    labels = np.array([one.label for one in answers])
    return float(np.mean([abs(chances[part].mean() - labels[part].mean()) for part in np.array_split(order, 10)]))


@pytest.mark.parametrize("wrong", [0.5, 1.0, 2.0])
def test_calibration_error_falls(wrong: float) -> None:
    unseen = market(6000, seed=9, wrong=wrong)
    before, after = (error(model, unseen) for model in (DealModel.documented(), DealModel().fit(market(800, seed=1, wrong=wrong))))
    assert after < before and after < 0.05


def test_fitting_is_deterministic_and_does_not_depend_on_the_order_of_answers() -> None:
    answers = market(300)
    one, again, turned = (DealModel().fit(some).to_dict() for some in (answers, answers, answers[::-1]))
    assert json.dumps(one) == json.dumps(again)
    for side in SIDES:
        assert turned["sides"][side]["weights"] == pytest.approx(one["sides"][side]["weights"], abs=1e-2)


def test_a_stored_model_is_the_same_model() -> None:
    again = DealModel.from_dict(json.loads(json.dumps(FITTED.to_dict())))
    assert again.to_dict() == FITTED.to_dict()
    rows = table(market(20, seed=4))
    assert np.array_equal(again.log_odds(rows), FITTED.log_odds(rows))


@pytest.mark.parametrize("stored", [{}, {"task": "acceptance"}, {"sides": None}])
def test_what_is_no_model_is_refused(stored: dict) -> None:
    with pytest.raises(ValueError, match="not a stored model"):
        DealModel.from_dict(stored)


def test_numbers_that_are_not_finite_are_refused() -> None:
    stored = DealModel.documented().to_dict()
    stored["sides"]["buyer"]["slope"] = math.nan
    with pytest.raises(ValueError, match="finite"):
        DealModel.from_dict(stored)


def test_probabilities_are_shown_from_two_hundred_answers_on() -> None:
    assert not DealModel().fit(market(ENOUGH - 1)).is_calibrated
    assert DealModel().fit(market(ENOUGH)).is_calibrated


def test_position_explains_what_was_passed_over() -> None:
    """Lists whose lower half is hardly read, at random: the weights come out as if all had been read."""
    rng = np.random.default_rng(5)
    answers = []
    for at in range(6000):
        position, price = int(rng.integers(1, 20)), float(rng.uniform())
        looks, wants = rng.uniform(size=2) < (1 / math.log2(1 + position), 1 / (1 + math.exp(-(0.5 + 3 * (price - 0.6)))))
        act = str(rng.choice(["opened", "saved"] if wants else ["", "hidden"])) if looks else ""
        answers.append(Answer("buyer", "interest", float(wants and looks), {"price": price}, position=position, group=str(at), act=act))
    told = DealModel().fit(answers)
    blind = DealModel().fit([replace(one, position=None) for one in answers])
    assert told.coef_[0, AT["price"]] == pytest.approx(3, abs=0.6)
    assert told.intercept_[0] == pytest.approx(0.5, abs=0.4) and blind.intercept_[0] < -0.5


def test_related_answers_do_not_drown_the_task() -> None:
    asked = market(400, seed=2)
    shown = [Answer("buyer", "interest", 0.0, one.signals, 1.0, None, one.group) for one in market(8000, seed=3)]
    alone, both = DealModel().fit(asked), DealModel().fit([*asked, *shown])
    assert abs(both.intercept_[0] - alone.intercept_[0]) < 0.6


def test_who_asks_is_willing_and_does_not_flatten_what_is_calibrated() -> None:
    """Something that no sheet tells makes both sides willing: lists show everybody, only willing people ask."""
    rng = np.random.default_rng(3)
    answers, pairs = [], []
    for at in range(9000):
        price, secret = float(rng.uniform()), rng.normal()
        readiness = [3 * (price - 0.6) + 1.5 * secret for _ in SIDES]
        buyer, exhibitor = (rng.uniform() < 1 / (1 + math.exp(-one)) for one in readiness)
        pairs.append((price, buyer))
        if at < 3000:
            answers.append(Answer("buyer", "interest", float(buyer), {"price": price}, group=str(at)))
            if exhibitor and len(answers) % 4 == 0:
                answers.append(Answer("buyer", "acceptance", float(buyer), {"price": price}, group=str(at)))
    rows = np.full((6000, len(NAMES)), math.nan)
    rows[:, AT["price"]] = [price for price, _ in pairs[3000:]]
    accepted = np.array([buyer for _, buyer in pairs[3000:]], float)
    slopes = []
    for some in (answers, [one for one in answers if one.task == "acceptance"]):
        z = DealModel().fit(some).log_odds(rows)[:, 0]
        slopes.append(LogisticRegression(C=1e6).fit(z[:, None], accepted).coef_[0, 0])
    assert abs(slopes[0] - 1) < 0.25 and abs(slopes[0] - 1) < abs(slopes[1] - 1)


def test_a_band_keeps_its_share_of_the_pairs_when_weights_are_learned() -> None:
    """People to whom nothing matters but the price: weights shrink, and the fit is stretched to the spread that it had."""
    answers = market(1500, seed=8, truth={"text": 0.05, "price": 1.0, "quantity": 0.0})
    learned, rows = DealModel().fit(answers), table(answers)
    before, after = DealModel.documented().fit_scale(rows), learned.fit_scale(rows)
    assert after.mean() == pytest.approx(before.mean(), abs=1e-6) and after.std() == pytest.approx(before.std(), rel=1e-6)
    assert np.array_equal(np.argsort(after), np.argsort(links(rows) @ learned.coef_.mean(axis=0)))


def test_a_model_stored_without_bands_reads_them_as_they_are() -> None:
    stored = FITTED.to_dict()
    del stored["bands"]
    assert DealModel.from_dict(stored).bands_ == (1.0, 0.0)


def test_an_earlier_version_with_slope_and_offset_says_what_it_said() -> None:
    stored = json.loads(json.dumps(FITTED.to_dict())) | {"folds": 5}
    for side, slope, offset in zip(SIDES, (0.8, 1.1), (0.3, -0.2), strict=True):
        stored["sides"][side] |= {"slope": slope, "offset": offset}
    rows = table(market(20, seed=4))
    assert np.allclose(DealModel.from_dict(stored).log_odds(rows), FITTED.log_odds(rows) * [0.8, 1.1] + [0.3, -0.2])


def test_the_chance_of_an_intention_is_a_second_model_of_the_same_kind() -> None:
    answers = [Answer("buyer", "intention", one.label, one.signals, group=one.group) for one in market(300)]
    model = IntentionModel().fit(answers)
    assert model.answers_ == 300 and model.task == "intention"
    assert IntentionModel.from_dict(model.to_dict()).to_dict() == model.to_dict()
    assert 0 < model.chance({"price": 0.9}, "buyer") < 1


def test_it_is_an_estimator() -> None:
    assert clone(DealModel(steadiness=0.3)).get_params() == DealModel(steadiness=0.3).get_params()


@settings(deadline=None, max_examples=20)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(SIDES),
            st.sampled_from(["interest", "acceptance", "intention"]),
            st.floats(0, 1),
            st.floats(0, 1),
            st.none() | st.integers(1, 99),
        ),
        max_size=12,
    )
)
def test_any_answers_give_finite_weights(rows: list) -> None:
    answers = [
        Answer(side, task, label, {"price": value, "no such signal": 1.0}, 1.0, position, "")
        for side, task, label, value, position in rows
    ]
    model = DealModel().fit(answers)
    assert np.isfinite([*model.coef_.ravel(), *model.intercept_]).all() and (model.coef_ >= 0).all()


FITTED_ONE = DealModel().fit(market(400))
FITTED = DealModel().fit([*market(400), *market(300, 1, "exhibitor", {"quantity": 4.0, "text": 1.5})])
