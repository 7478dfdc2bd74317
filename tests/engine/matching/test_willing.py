"""What both sides would answer: what wishes that no sheet tells do to answers, what curious people do to lists, and how it is found."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine.matching.dealability import DealModel, links
from matchmaker.engine.matching.records import ACTS, SIDES, Answer
from matchmaker.engine.matching.signals import AT, NAMES
from matchmaker.engine.matching.willing import HABITS, Pairs, _Likelihood, _Places, together


def a_fair(seed: int, secret: float, *, answers: int = 1500, curious: float = 0.0) -> tuple[list[Answer], np.ndarray, np.ndarray]:
    """What people did whose sheets tell the price alone and who share a `secret`; rows and wishes (n, 2) of pairs nobody chose.

    Both sides look at every pair; of those who are not willing some are `curious`; every fifth willing one asks the other.
    """
    rng = np.random.default_rng(seed)
    price, told = rng.uniform(size=9000), []
    shared = secret * rng.normal(size=len(price))
    levels = np.stack([3 * (price - 0.6) + level + shared for level in (-0.8, 0.1)], 1)
    willing = rng.uniform(size=levels.shape) < 1 / (1 + np.exp(-levels))
    asked = 0
    for at, both in enumerate(willing[:4000]):
        about = {"signals": {"price": float(price[at])}, "group": str(at), "pair": str(at)}
        for k, side in enumerate(SIDES):
            told.append(Answer(side, "interest", float(both[k] or rng.uniform() < curious), **about))
            if both[k] and rng.uniform() < 0.2 and asked < answers:
                asked += 1
                told.append(Answer(SIDES[1 - k], "acceptance", float(both[1 - k]), **about))
    rows = np.full((5000, len(NAMES)), math.nan)
    rows[:, AT["price"]] = price[4000:]
    return told, rows, willing[4000:]


def deed(rng: np.random.Generator, wants: bool) -> str:
    """What somebody does with a line that it looks at: one who wants it acts, of the others some are curious and some hide it."""
    acts, shares = (["opened", "saved", "asked"], [0.4, 0.4, 0.2]) if wants else (["", "opened", "hidden"], [0.8, 0.1, 0.1])
    return str(rng.choice(acts, p=shares))


def distance(odds: np.ndarray, wishes: np.ndarray) -> np.ndarray:
    """By how much each side's mean chance is above the truth, (2,)."""
    return (1 / (1 + np.exp(-odds))).mean(axis=0) - wishes.mean(axis=0)


def test_a_shared_wish_is_found_and_taken_out_of_the_answers() -> None:
    answers, rows, wishes = a_fair(1, secret=1.5)
    model, alone = DealModel().fit(answers), DealModel().fit([one for one in answers if one.task == "acceptance"])
    assert model.mutual_ > 0.5
    assert np.abs(distance(model.log_odds(rows), wishes)).max() < 0.03
    assert np.abs(distance(alone.log_odds(rows), wishes)).max() > 0.08


def test_who_is_asked_is_told_as_one_who_is_asked() -> None:
    answers, rows, wishes = a_fair(2, secret=1.5)
    odds = DealModel().fit(answers).log_odds_if_asked(rows)
    for side in (0, 1):
        asked = wishes[:, 1 - side]
        assert distance(odds[asked], wishes[asked])[side] == pytest.approx(0, abs=0.05)


def test_where_wishes_are_apart_nothing_is_taken_out() -> None:
    answers, rows, wishes = a_fair(3, secret=0.0)
    model = DealModel().fit(answers)
    assert model.mutual_ < 0.15
    assert np.abs(distance(model.log_odds(rows), wishes)).max() < 0.04


def test_curious_people_do_not_flatten_the_chances() -> None:
    """Three of ten open what they would never accept: the poor pairs stay poor."""
    answers, rows, wishes = a_fair(4, secret=0.0, curious=0.3)
    poor = rows[:, AT["price"]] < 0.2
    assert abs(distance(DealModel().fit(answers).log_odds(rows[poor]), wishes[poor])[0]) < 0.06  # 0.12 if all who open were willing


def test_few_answers_move_the_model_by_little() -> None:
    few = [Answer(side, "acceptance", 1.0, {"price": 0.5}, group=str(at), pair=str(at)) for at, side in enumerate(SIDES)]
    model = DealModel().fit(few)
    assert np.abs(model.intercept_).max() < 1 and model.mutual_ == pytest.approx(0, abs=1e-6)


def test_a_stored_model_keeps_what_one_side_tells_of_the_other() -> None:
    answers, rows, _wishes = a_fair(5, secret=1.0, answers=300)
    model = DealModel().fit(answers)
    again = DealModel.from_dict(model.to_dict())
    assert np.array_equal(again.log_odds_if_asked(rows), model.log_odds_if_asked(rows))
    older = {name: value for name, value in model.to_dict().items() if name != "mutual"}
    assert DealModel.from_dict(older).mutual_ == 0


@pytest.mark.parametrize("secret", [0.0, 1.0])
def test_lists_alone_tell_the_level(secret: float) -> None:
    """Who would accept is not known for a single pair, and how many would is found all the same."""
    answers, rows, wishes = a_fair(6, secret=secret, curious=0.1, answers=0)
    assert not any(one.task == "acceptance" for one in answers)
    assert np.abs(distance(DealModel().fit(answers).log_odds(rows), wishes)).max() < 0.06


@pytest.mark.parametrize(("asked", "most"), [(True, 0.75), (False, 0.95)])
def test_attention_is_told_from_what_is_wanted(asked: bool, most: float) -> None:
    """Lists sorted by what people want: lower lines are looked at less and wanted less. Readers look deeper than is usual (0.6)."""
    rng, answers = np.random.default_rng(7), []
    for at in range(12000):
        rank = int(rng.integers(1, 11))
        wants = bool(rng.uniform() < 0.8 / rank ** 0.5)
        about = {"signals": {}, "pair": str(at), "group": str(at)}
        act = deed(rng, wants) if rng.uniform() < (1 / math.log2(1 + rank)) ** 0.6 else ""
        answers.append(Answer("buyer", "interest", float(act in ACTS[:3]), position=rank, act=act, **about))
        if asked and at % 20 == 0:
            answers.append(Answer("buyer", "acceptance", float(wants), **about))
    assert 0.5 < DealModel().fit(answers).eye_ < most


chances = st.floats(1e-6, 1 - 1e-6)


@given(chances, chances, st.floats(0, 3))
def test_together_keeps_the_margins_and_the_odds_ratio(buyer: float, exhibitor: float, mutual: float) -> None:
    cells = together(np.array([[buyer, exhibitor]]), mutual)[0]
    assert cells.sum() == pytest.approx(1) and cells.min() > 0
    assert (cells[1].sum(), cells[:, 1].sum()) == (pytest.approx(buyer, abs=1e-9), pytest.approx(exhibitor, abs=1e-9))
    if cells.min() > 1e-9:
        assert math.log(cells[1, 1] * cells[0, 0] / cells[0, 1] / cells[1, 0]) == pytest.approx(mutual, abs=1e-4)


def some_fair(rng: np.random.Generator) -> list[Answer]:
    """A little of everything: many lines of a pair, answers of either side, refusals that say little."""
    answers = []
    for at in range(120):
        for side in SIDES:
            signals = {name: float(rng.uniform()) for name in ("text", "price", "quantity")}
            acts, ranks = rng.choice(["", *ACTS], rng.integers(0, 3)), rng.integers(1, 10, 3)
            answers += [Answer(side, "interest", float(act in ACTS[:3]), signals, 1.0, int(rank), pair=str(at), act=str(act))
                        for act, rank in zip(acts, ranks, strict=False)]
            if rng.uniform() < 0.4:
                answers.append(Answer(side, "acceptance", float(rng.uniform() < 0.5), signals, float(rng.choice([1.0, 0.3])), pair=str(at)))
    return answers


@pytest.mark.parametrize("mutual", [0.0, 0.8])
def test_the_gradient_is_that_of_the_likelihood(mutual: float) -> None:
    rng = np.random.default_rng(8)
    pairs = Pairs.of(some_fair(rng), "acceptance", links)
    likelihood = _Likelihood(pairs, 0.9)
    theta = np.concatenate([0.3 * rng.normal(size=2 * (len(NAMES) + 1)), [mutual], HABITS.ravel() / 2])
    steps = 1e-5 * np.eye(len(theta))
    slopes = [(likelihood(theta + step)[0] - likelihood(theta - step)[0]) / 2e-5 for step in steps]
    assert likelihood(theta)[1] == pytest.approx(slopes, abs=1e-4)


def test_the_gradient_of_what_places_tell_is_that_of_their_likelihood() -> None:
    rng = np.random.default_rng(9)
    places = _Places(Pairs.of(some_fair(rng), "acceptance", links).voices)
    theta = np.concatenate([[0.8], HABITS.ravel() / 2, 0.3 * rng.uniform(size=places.x.shape[1])])
    steps = 1e-5 * np.eye(len(theta))
    slopes = [(places(theta + step)[0] - places(theta - step)[0]) / 2e-5 for step in steps]
    assert places(theta)[1] == pytest.approx(slopes, abs=1e-4)


def test_the_likelihood_is_the_sum_over_what_both_may_want() -> None:
    """One pair: the buyer saved the second line, the exhibitor refused when it was asked."""
    answers = [Answer("buyer", "interest", 1.0, {}, 1.0, 2, pair="1", act="saved"), Answer("exhibitor", "acceptance", 0.0, {}, pair="1")]
    theta = np.concatenate([np.zeros(2 * (len(NAMES) + 1)), [0.7], HABITS.ravel()])
    saves = np.exp(HABITS[:, ACTS.index("saved")]) / (1 + np.exp(HABITS).sum(axis=1)) / math.log2(3)
    cells = together(np.array([[0.5, 0.5]]), 0.7)[0]
    told = math.log(cells[:, 0] @ saves + 1e-4 * (cells[:, 1] @ saves))  # the exhibitor refuses what it would accept once in 10,000 times
    assert _Likelihood(Pairs.of(answers, "acceptance", links), 1.0)(theta)[0] == pytest.approx(told)
