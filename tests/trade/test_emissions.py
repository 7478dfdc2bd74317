"""Greenhouse gas of transport chains: ranges reckoned by hand, distances against published ones, and what holds for all."""

import json
from datetime import date
from math import acos, cos, radians, sin
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.trade import emissions
from matchmaker.trade.emissions import Leg, Range
from matchmaker.trade.rulebook import Rulebook, shipped

CASES = json.loads((Path(__file__).parent / "cases" / "logistics.json").read_text(encoding="utf-8"))["cases"]
TODAY = date(2026, 11, 10)
NAUTICAL = 1.852
# sea distances as shipping tables give them (nautical miles): by Suez or Panama where they pass one, and round the Cape
PUBLISHED = [("NLRTM", 10_600, 13_800), ("CLVAP", 10_150, None), ("USLAX", 5_700, None), ("AUSYD", 4_640, None), ("BRSSZ", 11_050, None),
             ("USNYC", 10_580, None), ("NZAKL", 5_150, None), ("ESVLC", 8_800, None), ("ZADUR", 6_900, None), ("KEMBA", 6_300, None)]


def legs_of(rows):
    return [Leg(mode, km=where[0]) if isinstance(where[0], int | float) else Leg(mode, *where) for mode, *where in rows]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_range_reckoned_by_hand(case):
    found = emissions.estimate(legs_of(case["legs"]), case["tonnes"], shipped(), TODAY, cold=case.get("cold", False))
    assert found.total.low == pytest.approx(case["low"], rel=0.01)
    assert found.total.high == pytest.approx(case["high"], rel=0.01)


@pytest.mark.parametrize(("port", "miles", "by_cape"), PUBLISHED)
def test_ways_by_sea_are_as_long_as_published(port, miles, by_cape):
    km, canals = emissions.sea_way(port, "CNSHA")
    assert km == pytest.approx(miles * NAUTICAL, rel=0.06)
    if by_cape:
        assert "suez" in canals
        assert emissions.sea_way(port, "CNSHA", closed="suez")[0] == pytest.approx(by_cape * NAUTICAL, rel=0.06)


def test_every_port_reaches_shanghai_and_back_the_same_way():
    for place in emissions.places_for("sea", china=False):
        there, back = emissions.sea_way(place.code, "CNSHA"), emissions.sea_way("CNSHA", place.code)
        straight = emissions.great_circle(place.lat, place.lon, 31.0, 122.1)
        assert there[0] == pytest.approx(back[0]) and straight * 0.999 <= there[0] <= 25_000, place.code


def test_there_are_enough_places_and_their_coordinates_are_on_earth():
    assert len(emissions.places()) >= 120
    for place in emissions.places().values():
        assert -60 < place.lat < 70 and -180 <= place.lon <= 180 and place.en and place.zh and len(place.country) == 2


def test_the_high_end_goes_round_the_cape_only_where_suez_is_on_the_way():
    by_suez = emissions.distance(Leg("sea", "GRPIR", "CNSHA"), None)
    assert by_suez.round_the_cape and by_suez.km.high > 1.5 * by_suez.km.low
    assert not emissions.distance(Leg("sea", "CLVAP", "CNSHA"), None).round_the_cape


def test_no_estimate_is_verified_while_its_factors_are_general_knowledge():
    assert all(not rule.verified for rule in shipped().all(emissions.FACTOR))
    assert not emissions.estimate([Leg("road", km=10)], 1, shipped(), TODAY).verified


def test_without_a_factor_the_estimate_is_unknown_and_never_a_guess():
    found = emissions.estimate([Leg("sea", "CLVAP", "CNSHA")], 1, Rulebook(()), TODAY)
    assert found.total is None and found.each_kg is None and not found.verified
    assert all(element.kg is None for element in found.elements)


@pytest.mark.parametrize("legs", [[], [Leg("sea", "CLVAP", "CLVAP")], [Leg("sea", "CLVAP", "CNPVG")], [Leg("air", "no", "CNPVG")],
                                  [Leg("rail", "CLVAP", "CNSHA")], [Leg("barge", "CLVAP", "CNSHA")]])
def test_a_leg_that_cannot_be_is_refused(legs):
    with pytest.raises(ValueError):
        emissions.estimate(legs, 1, shipped(), TODAY)


def test_nothing_weighs_nothing():
    with pytest.raises(ValueError):
        emissions.estimate([Leg("road", km=1)], 0, shipped(), TODAY)


POINTS = st.tuples(st.floats(-89, 89), st.floats(-180, 180))


@given(POINTS, POINTS)
def test_a_great_circle_is_the_one_of_the_law_of_cosines(one, other):
    a, b, gap = radians(one[0]), radians(other[0]), radians(other[1] - one[1])
    angle = acos(max(-1.0, min(1.0, sin(a) * sin(b) + cos(a) * cos(b) * cos(gap))))
    assert emissions.great_circle(*one, *other) == pytest.approx(emissions.EARTH_KM * angle, abs=1)
    assert emissions.great_circle(*one, *other) == pytest.approx(emissions.great_circle(*other, *one))


SEA = st.sampled_from([place.code for place in emissions.places_for("sea", china=False)])


@given(SEA, st.floats(0.001, 1000), st.floats(1.0, 10), st.booleans())
def test_a_range_is_a_range_and_grows_with_the_weight(port, tonnes, times, cold):
    leg = [Leg("sea", port, "CNSHA")]
    one = emissions.estimate(leg, tonnes, shipped(), TODAY, cold=cold).total
    more = emissions.estimate(leg, tonnes * times, shipped(), TODAY, cold=cold).total
    assert 0 < one.low < one.high
    assert more.low == pytest.approx(one.low * times) and more.high == pytest.approx(one.high * times)


@given(SEA, st.floats(0.001, 1000))
def test_by_air_is_worse_than_by_sea(port, tonnes):
    place = emissions.places()[port]
    by_air = emissions.estimate([Leg("air", km=emissions.great_circle(place.lat, place.lon, 31.0, 122.1))], tonnes, shipped(), TODAY)
    assert by_air.total.low > emissions.estimate([Leg("sea", port, "CNSHA")], tonnes, shipped(), TODAY).total.high * 0.5


GRAMS = st.one_of(st.just(0.0), st.floats(1e-6, 1e9))


@given(GRAMS, GRAMS)
def test_rounding_never_makes_a_range_narrower(one, other):
    low, high = sorted((one, other))
    found = Range(low, high).rounded()
    assert found.low <= low * (1 + 1e-9) and found.high >= high * (1 - 1e-9)
