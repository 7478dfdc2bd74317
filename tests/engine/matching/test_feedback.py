"""What events teach."""

import pytest

from matchmaker.engine.matching.feedback import KINDS, answer

SIGNALS = {"text": 0.7, "price": 0.4}


@pytest.mark.parametrize(
    ("kind", "task", "label"),
    [
        ("shown", "interest", 0),
        ("opened", "interest", 1),
        ("saved", "interest", 1),
        ("asked", "interest", 1),
        ("hidden", "interest", 0),
        ("accepted", "acceptance", 1),
        ("declined", "acceptance", 0),
        ("held", "intention", 0),
        ("intention", "intention", 1),
    ],
)
def test_each_event_answers_one_question(kind: str, task: str, label: float) -> None:
    told = answer(kind, "buyer", SIGNALS, 3, group="7")
    assert told is not None
    assert (told.side, told.task, told.label, told.signals, told.group) == ("buyer", task, label, SIGNALS, "7")


def test_lines_of_lists_have_a_position_and_an_act() -> None:
    told = [answer(kind, "buyer", SIGNALS, 9) for kind in ("shown", "saved", "hidden", "declined")]
    assert [(one.position, one.act) for one in told] == [(9, ""), (9, "saved"), (9, "hidden"), (None, "")]


def test_a_rating_is_a_label_between_nought_and_one() -> None:
    assert [answer("rated", "buyer", SIGNALS, rating=stars).label for stars in (1, 3, 5)] == [0, 0.5, 1]
    assert answer("rated", "buyer", SIGNALS) is None
    with pytest.raises(ValueError, match="from 1 to 5"):
        answer("rated", "buyer", SIGNALS, rating=6)


def test_a_missed_meeting_says_nothing_about_the_pair() -> None:
    assert answer("missed", "buyer", SIGNALS) is None and "missed" in KINDS


def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown event"):
        answer("danced", "buyer", SIGNALS)
