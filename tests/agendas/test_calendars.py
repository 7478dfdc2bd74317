"""What calendars say: five kinds of readers, SEQUENCE, CANCELLED, and right times wherever the reader is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from icalendar import Calendar
from sqlalchemy import event

from matchmaker import clock
from matchmaker.agendas import calendars, feeds
from matchmaker.agendas.models import CalendarEvent, CalendarFeed
from matchmaker.agendas.queries import Subject
from matchmaker.agendas.sheets import when
from matchmaker.errors import NotFound
from matchmaker.expos.models import Slot
from matchmaker.infra.db import db
from matchmaker.meetings import actions as meetings
from matchmaker.scheduling import today
from matchmaker.scheduling.diff import Change

from .. import factories
from .conftest import Fair

pytestmark = pytest.mark.database


def subjects(fair):
    row = fair.row(fair.meetings[0])
    return {
        "person": (Subject("person", row.exhibitor_person), fair.seller), "company": (Subject("company", fair.buyers[0]), fair.purchaser),
        "table": (Subject("table", fair.tables[0]), fair.organizer),
        "interpreter": (Subject("interpreter", fair.interpreter), factories.actor(fair.interpreter_user)),
        "mission": (Subject("mission", fair.mission), factories.actor(fair.leader))}


def read(feed):
    return Calendar.from_ical(feeds.calendar(feed.token)).walk("VEVENT")


def test_each_kind_of_reader_has_the_meeting_once_with_a_uid_of_its_own(placed):
    found = {}
    for kind, (subject, actor) in subjects(placed).items():
        (entry,) = read(feeds.renew(actor, subject, "en"))
        assert entry["STATUS"] == "CONFIRMED"
        assert entry["SEQUENCE"] == 0
        assert "7.2" in entry["LOCATION"]
        assert entry.decoded("DTSTART") == placed.slots[1].starts_at
        found[kind] = str(entry["UID"])
    assert len(set(found.values())) == 5


def test_the_language_is_that_of_the_feed(placed):
    subject, actor = subjects(placed)["interpreter"]
    (entry,) = read(feeds.renew(actor, subject, "zh_Hans_CN"))
    assert "晴川食品" in entry["SUMMARY"]
    assert "翻译" in entry["DESCRIPTION"] or "Ana Ruiz" in entry["DESCRIPTION"]


def test_a_move_raises_the_sequence_keeps_the_uid_and_cancels_the_old_table(placed):
    feed = {kind: feeds.renew(actor, subject, "en") for kind, (subject, actor) in subjects(placed).items()}
    before = {kind: read(one)[0] for kind, one in feed.items()}
    today.rearrange(placed.organizer, placed.expo, meeting=placed.meetings[0], slot_id=placed.slots[3].id, table_id=placed.tables[1].id)
    for kind, one in feed.items():
        (entry,) = read(one)
        assert entry["UID"] == before[kind]["UID"]
        assert entry["SEQUENCE"] == 1
        assert entry["STATUS"] == ("CANCELLED" if kind == "table" else "CONFIRMED")
        assert entry.decoded("DTSTART") == placed.slots[1 if kind == "table" else 3].starts_at
    (new,) = read(feeds.renew(placed.organizer, Subject("table", placed.tables[1]), "en"))
    assert new["SEQUENCE"] == 0


def test_who_left_a_meeting_is_told_once_and_a_return_raises_the_sequence(placed):
    feed = feeds.renew(placed.organizer, Subject("table", placed.tables[0]), "en")
    for table, sequence, status in ((1, 1, "CANCELLED"), (2, 1, "CANCELLED"), (0, 2, "CONFIRMED")):
        today.rearrange(
            placed.organizer, placed.expo, meeting=placed.meetings[0], slot_id=placed.slots[1].id, table_id=placed.tables[table].id)
        (entry,) = read(feed)
        assert (entry["SEQUENCE"], entry["STATUS"]) == (sequence, status)


def test_a_meeting_called_off_is_cancelled_in_every_calendar(placed):
    feed = {kind: feeds.renew(actor, subject, "en") for kind, (subject, actor) in subjects(placed).items()}
    meetings.cancel(placed.purchaser, placed.meetings[0], reason="Flight cancelled")
    for one in feed.values():
        (entry,) = read(one)
        assert (entry["STATUS"], entry["SEQUENCE"]) == ("CANCELLED", 1)


@pytest.mark.parametrize("kind", ["person", "company", "table", "interpreter", "mission"])
def test_only_its_own_people_make_a_calendar(placed, kind):
    subject, actor = subjects(placed)[kind]
    assert feeds.renew(actor, subject, "en").token
    strangers = [factories.actor(factories.member(placed.exhibitors[1])), factories.actor(factories.UserFactory())]
    strangers += [factories.actor(factories.organizer(placed.expo, role)) for role in ("floor", "interpreter", "mission_leader")]
    strangers.append(factories.actor(factories.organizer(factories.ExpoFactory(slug="elsewhere"))))
    for stranger in strangers:
        with pytest.raises(NotFound):
            feeds.renew(stranger, subject, "en")


def test_a_feed_and_its_entries_go_with_their_row(placed):
    feed = feeds.renew(placed.organizer, Subject("mission", placed.mission), "en")
    token, ident = feed.token, placed.mission.id
    db.session.delete(placed.mission)
    db.session.flush()
    with pytest.raises(NotFound):
        feeds.calendar(token)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CalendarFeed).where(CalendarFeed.kind == "mission")) == 0
    assert db.session.scalar(sa.select(CalendarEvent.id).where(CalendarEvent.kind == "mission", CalendarEvent.ref_id == ident)) is None


def test_a_switched_off_feed_is_dead(placed):
    subject, actor = subjects(placed)["company"]
    token = feeds.renew(actor, subject, "en").token
    feeds.end(actor, subject)
    with pytest.raises(NotFound):
        feeds.calendar(token)


def test_an_interpreter_who_left_has_no_calendar(placed):
    subject, actor = subjects(placed)["interpreter"]
    token = feeds.renew(actor, subject, "en").token
    placed.interpreter.is_active = False
    with pytest.raises(NotFound):
        feeds.calendar(token)


def statements(work) -> int:
    """Return how many statements ``work`` sends."""
    seen: list[str] = []
    listen = lambda *args: seen.append(args[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        work()
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    return len(seen)


def test_statements_do_not_grow_with_the_meetings(fair):
    for exhibitor, buyer, slot in ((0, 0, 0), (0, 1, 1), (1, 0, 2), (1, 1, 3)):
        fair.place(exhibitor, buyer, slot=slot)
    fair.publish()
    changes = [Change("people", meeting, fair.row(meeting), fair.row(meeting)) for meeting in fair.meetings]
    one, four = statements(lambda: calendars.renew(changes[:1])), statements(lambda: calendars.renew(changes))
    assert four <= one
    feed = feeds.renew(fair.organizer, Subject("mission", fair.mission), "en")
    db.session.expire_all()
    assert len(read(feed)) == 4
    db.session.expire_all()
    assert statements(lambda: feeds.calendar(feed.token)) < 10


def test_an_unchanged_feed_answers_304(placed, client):
    subject, actor = subjects(placed)["company"]
    address = f"/calendar/{feeds.renew(actor, subject, 'en').token}.ics"
    db.session.commit()
    first = client.get(address)
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


# A change of the clock: in Berlin, 25 October 2026, 03:00 summer time becomes 02:00; a slot before and one after it.
def berlin() -> Fair:
    fair = Fair(tz="Europe/Berlin", slots=0)
    fair.expo.starts_on, fair.expo.ends_on = date(2026, 10, 24), date(2026, 10, 25)
    zone = ZoneInfo("Europe/Berlin")
    local = [datetime(2026, 10, 24, 10, 0, tzinfo=zone), datetime(2026, 10, 25, 10, 0, tzinfo=zone)]
    fair.slots = [Slot(expo_id=fair.expo.id, on=at.date(), position=0, starts_at=at.astimezone(UTC), minutes=30) for at in local]
    db.session.add_all(fair.slots)
    db.session.flush()
    return fair


def test_times_are_right_on_both_sides_of_a_change_of_the_clock(context):
    fair = berlin()
    fair.place(slot=0)
    fair.place(0, 1, slot=1)
    fair.publish()
    feed = feeds.renew(fair.seller, Subject("company", fair.exhibitors[0]), "en")
    summer, winter = read(feed)
    assert summer.decoded("DTSTART") == datetime(2026, 10, 24, 8, 0, tzinfo=UTC)
    assert winter.decoded("DTSTART") == datetime(2026, 10, 25, 9, 0, tzinfo=UTC)
    assert b"DTSTART:20261024T080000Z" in feeds.calendar(feed.token)
    for entry in (summer, winter):
        assert "10:00–10:30 at the expo (Europe/Berlin)" in entry["DESCRIPTION"]
        assert entry.decoded("DTEND") - entry.decoded("DTSTART") == timedelta(minutes=30)


def test_a_reader_elsewhere_gets_the_same_instant(context):
    fair = berlin()
    fair.place(slot=1)
    fair.publish()
    (entry,) = read(feeds.renew(fair.seller, Subject("company", fair.exhibitors[0]), "en"))
    assert entry.decoded("DTSTART").astimezone(ZoneInfo("Asia/Shanghai")).strftime("%d %H:%M") == "25 17:00"
    assert entry.decoded("DTSTART").astimezone(ZoneInfo("America/Santiago")).strftime("%d %H:%M") == "25 06:00"


def test_a_slot_across_midnight_belongs_to_its_day_and_ends_on_the_next(context):
    fair = Fair(slots=0)
    late = Slot(expo_id=fair.expo.id, on=date(2026, 11, 5), position=9, starts_at=datetime(2026, 11, 5, 15, 45, tzinfo=UTC), minutes=30)
    db.session.add(late)
    db.session.flush()
    fair.slots = [late]
    fair.place(slot=0)
    fair.publish()
    assert when(late, "Asia/Shanghai") == "23:45–00:15 (+1)"
    (entry,) = read(feeds.renew(fair.seller, Subject("company", fair.exhibitors[0]), "en"))
    assert entry.decoded("DTSTART") == datetime(2026, 11, 5, 15, 45, tzinfo=UTC)
    assert entry.decoded("DTEND") == datetime(2026, 11, 5, 16, 15, tzinfo=UTC)
    assert clock.now() < late.starts_at
