"""Calibration of both sides: what wishes that no sheet tells do to answers, what curious people do to lists."""

import math

import numpy as np
import pytest

from matchmaker.engine.matching.dealability import DealModel
from matchmaker.engine.matching.records import SIDES, Answer
from matchmaker.engine.matching.signals import AT, NAMES


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


def distance(odds: np.ndarray, wishes: np.ndarray) -> np.ndarray:
    """By how much each side's mean chance is above the truth, (2,)."""
    return (1 / (1 + np.exp(-odds))).mean(axis=0) - wishes.mean(axis=0)


def test_a_shared_wish_is_found_and_taken_out_of_the_answers() -> None:
    answers, rows, wishes = a_fair(1, secret=1.5)
    model = DealModel().fit(answers)
    blind = DealModel().fit([Answer(one.side, one.task, one.label, one.signals, group=one.group) for one in answers])
    assert model.mutual_ > 0.5 and blind.mutual_ < 0.2
    assert np.abs(distance(model.log_odds(rows), wishes)).max() < 0.04 < np.abs(distance(blind.log_odds(rows), wishes)).max()


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
    assert np.abs(model.bases_).max() < 1.5 and model.mutual_ == 0


def test_a_stored_model_keeps_what_one_side_tells_of_the_other() -> None:
    answers, rows, _wishes = a_fair(5, secret=1.0, answers=300)
    model = DealModel().fit(answers)
    again = DealModel.from_dict(model.to_dict())
    assert np.array_equal(again.log_odds_if_asked(rows), model.log_odds_if_asked(rows))
    older = {name: value for name, value in model.to_dict().items() if name != "mutual"}
    assert DealModel.from_dict(older).mutual_ == 0
