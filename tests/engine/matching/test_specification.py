"""Specifications: numbers with units as numbers, else words; unknown where nothing compares."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engine.matching import signals
from matchmaker.engine.matching.specification import Measure, measures

from .sheets import pair

INF = float("inf")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("≥17", Measure("", 17, INF)),
        ("17度以上", Measure("share", 17, INF)),
        ("<3%", Measure("share", -INF, 3)),
        ("6-7 kg", Measure("mass", 6, 7)),
        ("at least 1,200 V", Measure("voltage", 1200, INF)),
        ("不超过2.5公斤", Measure("mass", -INF, 2.5)),
        ("-18 °C", Measure("warmth", -18, -18)),
        ("10±2 %", Measure("share", 8, 12)),
        ("50% min", Measure("share", 50, INF)),
        ("6% max", Measure("share", -INF, 6)),
    ],
)
def test_numbers_are_read_with_their_limits_and_units(text: str, read: Measure) -> None:
    assert measures(text) == [read]


def ask(wanted: str, offered: str, names: tuple[str, str] = ("moisture", "moisture"), text: str = "") -> float | None:
    return signals.value(
        "specification", pair({"specs": ((names[0], wanted),)}, {"specs": ((names[1], offered),) if offered else (), "text": text})
    )


@pytest.mark.parametrize(
    ("wanted", "offered", "met"),
    [
        ("≤ 8 %", "6% max", 1),
        ("≤ 8 %", "10% max", 0),
        ("≤ 5 μm", "0.004 mm", 1),
        ("≤ 5 μm", "8 µm", 0),
        ("1 t", "1000 kg", 1),
        ("10-25 kg", "20-30 kg", 1),
        ("10-25 kg", "26 kg", 0),
        ("500 ml", "505 ml", 1),
        ("500 ml", "0.75 L", 0),
        ("≥ 85", "84-86.5", 1),
        (">75", ">70", 0),
        ("first grade", "Grade: first", 1),
        ("organic", "conventional", 0),
    ],
)
def test_a_listed_value_meets_the_demanded_one_or_not(wanted: str, offered: str, met: int) -> None:
    assert ask(wanted, offered) == met


def test_units_that_do_not_convert_leave_it_unknown() -> None:
    assert ask("10 kg", "10 L") is None


def test_another_name_does_not_compare() -> None:
    assert ask("≤ 8 %", "20 %", ("moisture", "broken")) is None


def test_names_compare_across_languages() -> None:
    assert ask("≤ 500 kg", "400 kg", ("重量", "weight")) == 1


def test_what_the_text_says_can_meet_and_never_fail() -> None:
    assert ask("10 kg", "", text="Bags of 10 kg and 25 kg") == 1
    assert ask("12 kg", "", text="Bags of 10 kg") is None
    assert ask("vacuum packed", "", text="Vacuum packed by hand") == 1


def test_the_value_is_the_share_of_those_that_compare() -> None:
    wanted = (("moisture", "≤ 8 %"), ("weight", "10 kg"), ("colour", "red"))
    assert signals.value("specification", pair({"specs": wanted}, {"specs": (("moisture", "9 %"), ("net weight", "10 kg"))})) == 0.5


@settings(deadline=None, max_examples=80)
@given(st.text(max_size=60) | st.text("0123456789.,-±≥<% kgml以上", max_size=60))
def test_any_text_is_read_without_complaint(text: str) -> None:
    assert all(one.low <= one.high for one in measures(text))
    assert ask(text, text) in (None, 0, 1)
