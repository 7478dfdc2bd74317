"""Slots, parts, labels: rules without a database."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import Invalid
from matchmaker.expos.rules import Part, check_dates, check_parts, check_slug, check_zone, day_slots, parts_of, table_labels

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
# The days on which clocks change somewhere in ZONES in 2026, and days on which they do not.
DAYS = st.one_of(
    st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 5), date(2026, 10, 4)]),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)))


@st.composite
def day_parts(draw) -> list[Part]:
    """Parts that do not overlap, each at least one slot long."""
    marks = sorted(draw(st.lists(st.integers(0, 287), min_size=2, max_size=8, unique=True)))
    parts = []
    for begin, end in zip(marks[::2], marks[1::2], strict=False):
        room = (end - begin) * 5
        if room >= 15:
            length = draw(st.integers(15, min(120, room)))
            parts.append(Part(time(begin // 12, begin % 12 * 5), time(end // 12, end % 12 * 5), length))
    return parts


@given(DAYS, st.sampled_from(ZONES), day_parts())
def test_slots_lie_inside_their_parts_are_whole_and_do_not_overlap(on, tz, parts):
    try:
        slots = day_slots(on, tz, parts)
    except Invalid:  # a part begins or ends in the hour that is left out where clocks go forward
        assert any(_is_missing(on, hour, tz) for part in parts for hour in (part.start, part.end))
        return
    zone = ZoneInfo(tz)
    spans = [(datetime.combine(on, part.start, zone).astimezone(UTC), datetime.combine(on, part.end, zone).astimezone(UTC), part.minutes)
             for part in parts]
    for slot in slots:
        assert slot.starts_at.tzinfo is UTC and slot.ends_at - slot.starts_at == timedelta(minutes=slot.minutes)
        assert any(begin <= slot.starts_at and slot.ends_at <= end and slot.minutes == minutes for begin, end, minutes in spans)
        assert slot.starts_at.astimezone(zone).date() == on
    for before, after in pairwise(slots):
        assert before.ends_at <= after.starts_at
    for begin, end, minutes in spans:  # nothing is left over that would hold one more
        inside = [slot for slot in slots if begin <= slot.starts_at < end]
        assert len(inside) == (end - begin) // timedelta(minutes=minutes)


@given(day_parts())
def test_the_pattern_of_a_day_can_be_read_back_from_its_slots(parts):
    slots = day_slots(date(2026, 11, 5), "Asia/Shanghai", parts)
    again = day_slots(date(2026, 11, 6), "Asia/Shanghai", parts_of(slots, "Asia/Shanghai"))
    assert [(slot.starts_at + timedelta(days=1), slot.minutes) for slot in slots] == [(slot.starts_at, slot.minutes) for slot in again]


def test_what_would_cross_the_end_is_left_out():
    slots = day_slots(date(2026, 11, 5), "Asia/Shanghai", [Part(time(13), time(17, 45), 30), Part(time(9), time(12), 45)])
    assert [f"{slot.starts_at:%H:%M}" for slot in slots][:5] == ["01:00", "01:45", "02:30", "03:15", "05:00"]
    assert slots[-1].ends_at == datetime(2026, 11, 5, 9, 30, tzinfo=UTC)


def test_nine_in_berlin_is_another_instant_after_the_clocks_change():
    before, after = (day_slots(on, "Europe/Berlin", [Part(time(9), time(10), 60)])[0] for on in (date(2026, 3, 28), date(2026, 3, 29)))
    assert before.starts_at == datetime(2026, 3, 28, 8, tzinfo=UTC)
    assert after.starts_at == datetime(2026, 3, 29, 7, tzinfo=UTC)


def test_a_night_in_which_an_hour_comes_twice_has_one_hour_more():
    slots = day_slots(date(2026, 10, 25), "Europe/Berlin", [Part(time(0), time(6), 60)])
    assert len(slots) == 7
    assert len(day_slots(date(2026, 3, 29), "Europe/Berlin", [Part(time(0), time(6), 60)])) == 5


def test_an_hour_that_does_not_exist_is_refused():
    with pytest.raises(Invalid, match="does not exist"):
        day_slots(date(2026, 3, 29), "Europe/Berlin", [Part(time(2, 30), time(5), 30)])


@pytest.mark.parametrize(("parts", "words"), [
    ([Part(time(12), time(9), 30)], "must end after"),
    ([Part(time(9), time(9), 30)], "must end after"),
    ([Part(time(9), time(12), 10)], "15 to 120"),
    ([Part(time(9), time(12), 121)], "15 to 120"),
    ([Part(time(9), time(9, 20), 30)], "Not one slot"),
    ([Part(time(9), time(12), 30), Part(time(11, 59), time(13), 30)], "overlap"),
])
def test_parts_that_break_a_rule_are_named(parts, words):
    with pytest.raises(Invalid) as refused:
        check_parts(parts)
    assert words in refused.value.message % refused.value.params


def test_parts_may_touch():
    check_parts([Part(time(9), time(12), 30), Part(time(12), time(13), 60)])


def test_a_range_of_tables_keeps_its_digits():
    assert table_labels("A08-A11, B1-3、VIP") == ["A08", "A09", "A10", "A11", "B1", "B2", "B3", "VIP"]
    assert table_labels("A01-A02, A02-A03") == ["A01", "A02", "A03"]


@pytest.mark.parametrize("text", ["", " , ", "A12-A01", "A01-B04", "A0001-A9999", "<b>", "ATABLEWITHALONGNAME", "-A1"])
def test_what_is_no_table_is_refused(text):
    with pytest.raises(Invalid):
        table_labels(text)


@given(st.text(max_size=40))
def test_labels_are_short_and_single_whatever_is_typed(text):
    try:
        labels = table_labels(text)
    except Invalid:
        return
    assert 0 < len(labels) <= 400 and len(set(labels)) == len(labels) and all(0 < len(label) <= 12 for label in labels)


@pytest.mark.parametrize("slug", ["CIIE", "ciie_2026", "-ciie", "ciie--2026", "new", "a" * 41, "进博会", ""])
def test_an_address_has_small_letters_digits_and_hyphens(slug):
    with pytest.raises(Invalid):
        check_slug(slug)


def test_dates_and_zones_are_checked():
    check_slug("ciie-2026")
    check_dates(date(2026, 11, 5), date(2026, 11, 5))
    check_zone("Asia/Shanghai")
    with pytest.raises(Invalid):
        check_dates(date(2026, 11, 5), date(2026, 11, 4))
    with pytest.raises(Invalid):
        check_dates(date(2026, 1, 1), date(2026, 12, 31))
    with pytest.raises(Invalid):
        check_zone("Mars/Olympus")


def _is_missing(on: date, hour: time, tz: str) -> bool:
    return datetime.combine(on, hour, ZoneInfo(tz)).astimezone(UTC).astimezone(ZoneInfo(tz)).time() != hour
