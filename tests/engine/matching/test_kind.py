"""Whether a product is of the kind wanted: codes as far as both state them, and texts read as the expo's own codes teach."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine.matching.columns import DemandColumns, Pairs, SupplyColumns
from matchmaker.engine.matching.encoder import DictionaryEncoder
from matchmaker.engine.matching.kind import CODES, OTHER_SUBHEADING, SLOPES, TextScale, codes, kind
from matchmaker.engine.matching.ranker import NAMES_WEIGHT, OFFSET, WHOLE_WEIGHT, Matcher
from matchmaker.engine.matching.records import Demand, Supply


def of(wanted: str | None = None, offered: str | None = None, sections: tuple[str | None, str | None] = (None, None)) -> float:
    """Log-odds of the kind of one pair whose texts say nothing."""
    demand = Demand(1, 1, 1, "a", hs=wanted, section=sections[0])
    supply = Supply(1, 2, 1, "b", hs=offered, section=sections[1])
    zero = np.zeros(1, int)
    return float(kind(Pairs(DemandColumns([demand]), SupplyColumns([supply]), zero, zero), np.zeros(1))[0])


@pytest.mark.parametrize(
    ("wanted", "offered", "says"),
    [
        ("080929", "080929", CODES[3]),
        ("0809", "080929", CODES[2]),
        ("0809", "0809", CODES[2]),
        ("080921", "080929", OTHER_SUBHEADING),
        ("0809", "0806", CODES[1]),
        ("0809", "8471", CODES[0]),
        (None, "0809", 0),
        ("0809", None, 0),
        ("08", "0809", CODES[1]),
    ],
)
def test_codes_say_as_much_as_both_state(wanted: str | None, offered: str | None, says: float) -> None:
    assert of(wanted, offered) == says
    assert of(offered, wanted) == says


def test_the_same_section_says_little_another_one_more() -> None:
    assert 0 < of(sections=("FOOD", "FOOD")) < -of(sections=("FOOD", "TECH"))
    assert of(sections=("FOOD", None)) == 0


def test_two_sheets_that_state_one_code_are_shown_though_their_words_are_far() -> None:
    shelf = [Supply(at, 2, 1, "Djimmah grade 5", hs=code) for at, code in enumerate(("090111", "090121", None), 1)]
    found = Matcher(DictionaryEncoder()).fit(shelf).match([Demand(1, 1, 1, "卢旺达精品生豆", hs="090111")])[0]
    assert [(match.supply_id, match.band) for match in found] == [(1, "possible")]


def answers(offset: float, slope: float, shape: tuple[int, int] = (60, 120), seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Nearness of made-up texts and whether the heading is the same, by that scale."""
    rng = np.random.default_rng(seed)
    nearness = rng.normal(-4, 2, shape)
    return nearness, rng.random(shape) < 1 / (1 + np.exp(-(offset + slope * nearness)))


@pytest.mark.parametrize(("offset", "slope"), [(0.0, 1.0), (4.0, 0.8), (-1.0, 1.2)])
def test_the_scale_of_an_expo_comes_out_of_its_codes(offset: float, slope: float) -> None:
    scale = TextScale().fit(*answers(offset, slope))
    assert scale.slope_ == pytest.approx(slope, abs=0.25)
    assert scale.offset_ + scale.slope_ * -3 == pytest.approx(offset + slope * -3, abs=0.6)


def test_few_codes_change_little_and_none_nothing() -> None:
    nearness, same = answers(6.0, 0.8, (20, 30))
    few, many = TextScale().fit(nearness[:1, :4], same[:1, :4]), TextScale().fit(nearness, same)
    assert abs(few.offset_) < abs(many.offset_) and abs(few.slope_ - 1) < 0.3
    for alike in (np.zeros((2, 5), bool), np.ones((2, 5), bool)):
        none = TextScale().fit(nearness, alike)
        assert (none.offset_, none.slope_) == (0.0, 1.0)


@given(st.lists(st.tuples(st.floats(-30, 30), st.booleans()), min_size=1, max_size=30))
def test_nearer_is_never_less_likely_whatever_the_codes_say(rows: list[tuple[float, bool]]) -> None:
    scale = TextScale().fit(np.array([[row[0] for row in rows]]), np.array([[row[1] for row in rows]]))
    assert SLOPES[0] <= scale.slope_ <= SLOPES[1] and np.isfinite(scale.offset_)
    assert (np.diff(scale.read(np.linspace(-9, 9, 20))) > 0).all()


CODE = st.sampled_from(["", "08", "0809", "080921", "080929", "8471", "847130"])


@given(st.lists(st.tuples(CODE, CODE), min_size=1, max_size=8))
def test_codes_never_say_more_than_the_same_code_or_less_than_another_chapter(rows: list[tuple[str, str]]) -> None:
    left = DemandColumns([Demand(at, 1, 1, "a", hs=one or None) for at, (one, _) in enumerate(rows)]).hs
    right = SupplyColumns([Supply(at, 1, 1, "a", hs=other or None) for at, (_, other) in enumerate(rows)]).hs
    said = codes(left, right)
    assert ((CODES[0] <= said) & (said <= CODES[3])).all() and (said == codes(right, left)).all()


def test_a_matcher_reads_the_scale_from_the_sheets_that_state_codes() -> None:
    names = ("cherry", "sparkling wine", "surgical mask", "coffee beans", "office chair", "wheel bearing")
    shelf = [Supply(at, at, 1, name, hs=f"{1000 + at}") for at, name in enumerate(names)]
    wanted = [Demand(at, 99, 1, name, hs=f"{1000 + at}") for at, name in enumerate(names)]
    plain, told = (Matcher(DictionaryEncoder()).fit(shelf, stated=some) for some in ((), wanted))
    assert (plain.scale_.offset_, plain.scale_.slope_) == (0.0, 1.0)
    assert (told.scale_.offset_, told.scale_.slope_) != (0.0, 1.0)
    near = plain.nearness(wanted[:1])
    read = told.scale_.read(NAMES_WEIGHT * near[0] + WHOLE_WEIGHT * near[1] + OFFSET)[0, 0]
    text = told.match([replace(wanted[0], hs=None)])[0][0].signals["text"]
    assert math.log(text / (1 - text)) == pytest.approx(read, abs=1e-3)
