"""Making, cloning and editing an edition; sections, halls, tables, days, people."""

from datetime import date, time

import pytest
import sqlalchemy as sa

from matchmaker import events
from matchmaker.audit import AuditEntry
from matchmaker.errors import Conflict, Invalid, NotFound
from matchmaker.expos import actions, queries
from matchmaker.expos.models import Hall, NegotiationTable, Slot, Staff
from matchmaker.expos.rules import Part
from matchmaker.infra.db import db
from matchmaker.permissions import SYSTEM, Actor

from ..factories import ExpoFactory, HallFactory, UserFactory, actor, member, organizer, slots

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("context")]
MORNING, AFTERNOON = Part(time(9), time(12), 30), Part(time(13), time(17, 30), 45)


@pytest.fixture
def meetings_in():
    """Return a dict slot id -> placed meetings, and the ids that were sent as removed; a room to the right in miniature."""
    placed, removed = {}, []

    def asked(_expo, slot_ids):
        return sum(placed.get(ident, 0) for ident in slot_ids)

    def gone(_expo, **sent):
        removed.extend(sent["removed"])
        assert db.session.scalar(sa.select(sa.func.count()).where(Slot.id.in_(sent["removed"]))) == len(sent["removed"])

    with events.slots_asked.connected_to(asked), events.slots_changed.connected_to(gone):
        yield placed, removed


def ciie(slug="ciie-2026", **values):
    return actions.create_expo(SYSTEM, series="CIIE", slug=slug, starts_on=date(2026, 11, 5), ends_on=date(2026, 11, 10), **values)


def test_an_edition_takes_names_venue_and_sections_from_its_series():
    expo = ciie()
    assert (expo.name_zh, expo.tz, expo.dates_confirmed) == ("中国国际进口博览会", "Asia/Shanghai", False)
    assert len(expo.sections) == 9 and expo.sections[0].code == "FOOD" and expo.label == "CIIE 2026"
    assert db.session.scalar(sa.select(AuditEntry.action).where(AuditEntry.expo_id == expo.id)) == "expos.create"


@pytest.mark.parametrize(("values", "field"), [
    ({"series": "EXPO"}, "series"), ({"slug": "Ciie 2026"}, "slug"), ({"ends_on": date(2026, 11, 4)}, "ends_on"),
    ({"tz": "Mars/Olympus"}, "tz"), ({"max_meetings": 0}, "max_meetings")])
def test_an_edition_that_breaks_a_rule_is_refused_at_its_field(values, field):
    given = {"series": "CIIE", "slug": "ciie-2026", "starts_on": date(2026, 11, 5), "ends_on": date(2026, 11, 10)} | values
    with pytest.raises(Invalid) as refused:
        actions.create_expo(SYSTEM, **given)
    assert refused.value.field == field


def test_an_address_is_taken_once():
    ciie()
    with pytest.raises(Invalid):
        ciie()


def test_only_administrators_make_editions():
    other = ExpoFactory()
    for user in (organizer(other), member()):
        with pytest.raises(NotFound):
            actions.create_expo(actor(user), series="CIIE", slug="x", starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 2))


def test_a_clone_has_sections_halls_tables_and_days_but_no_people():
    old = ciie()
    boss = organizer(old)
    hall = actions.add_hall(actor(boss), old, code="7.2", name_zh="七号馆")
    actions.add_tables(actor(boss), hall, labels="A01-A03")
    actions.set_days(actor(boss), old, days=[date(2026, 11, 5), date(2026, 11, 10)], parts=[MORNING, AFTERNOON])
    actions.add_interpreter(actor(boss), old, name="Lin", languages=["es"])
    new = actions.clone_expo(actor(boss), old, slug="ciie-2027", starts_on=date(2027, 11, 5), ends_on=date(2027, 11, 9))
    assert [section.code for section in new.sections] == [section.code for section in old.sections]
    assert [table.label for table in queries.tables_of(new.id)] == ["A01", "A02", "A03"]
    assert {slot.on for slot in queries.slots_of(new.id)} == {date(2027, 11, 5)}  # the sixth day does not exist any more
    assert len(queries.slots_of(new.id)) == len(queries.slots_of(old.id, date(2026, 11, 5))) == 12
    assert queries.interpreters_of(new.id) == [] and not new.dates_confirmed
    assert [staff.user_id for staff in queries.staff_of(new.id)] == [boss.id]
    with pytest.raises(NotFound):
        actions.clone_expo(actor(organizer(new)), old, slug="x", starts_on=date(2027, 1, 1), ends_on=date(2027, 1, 2))


def test_editing_checks_version_rules_and_slots():
    expo = ciie()
    boss = actor(organizer(expo))
    seen = expo.version
    actions.edit_expo(boss, expo, version=seen, request_days=5, dates_confirmed=True)
    assert (expo.request_days, expo.dates_confirmed) == (5, True)
    with pytest.raises(Conflict):
        actions.edit_expo(boss, expo, version=seen, request_days=6)
    actions.set_days(boss, expo, days=[date(2026, 11, 10)], parts=[MORNING])
    for values in ({"ends_on": date(2026, 11, 9)}, {"tz": "Europe/Berlin"}, {"starts_on": date(2026, 11, 11)}):
        with pytest.raises(Invalid):
            actions.edit_expo(boss, expo, **values)
    with pytest.raises(NotFound):
        actions.edit_expo(actor(organizer(ExpoFactory())), expo, request_days=6)


def test_sections_are_added_renamed_and_ordered():
    expo = ciie()
    boss = actor(organizer(expo))
    actions.add_section(boss, expo, code="wine", name_en="Wine", name_zh="")
    with pytest.raises(Invalid):
        actions.add_section(boss, expo, code="WINE", name_en="Wine", name_zh="")
    db.session.expire(expo)
    rows = [(row.id, row.name_en, row.name_zh, 0 if row.code == "WINE" else place + 1) for place, row in enumerate(expo.sections)]
    actions.edit_sections(boss, expo, rows=rows)
    assert expo.sections[0].code == "WINE" and expo.sections[0].name_zh == "Wine"
    with pytest.raises(Invalid):
        actions.edit_sections(boss, expo, rows=[(rows[0][0], "", "", 1)])
    other = ciie("ciie-2027")
    with pytest.raises(NotFound):
        actions.edit_sections(actor(organizer(other)), other, rows=rows[:1])


def test_tables_come_as_a_range_and_only_the_new_ones_are_added():
    expo = ExpoFactory()
    boss = actor(organizer(expo))
    hall = HallFactory(expo=expo)
    assert len(actions.add_tables(boss, hall, labels="A01-A12")) == 12
    assert [table.label for table in actions.add_tables(boss, hall, labels="A10-A13")] == ["A13"]
    with pytest.raises(Invalid):
        actions.add_tables(boss, hall, labels="A01")
    with pytest.raises(NotFound):
        actions.add_tables(actor(organizer(ExpoFactory())), hall, labels="B1")


def test_a_table_is_closed_for_the_edition_or_for_slots():
    expo, other = ExpoFactory(), ExpoFactory()
    boss, rows = actor(organizer(expo)), slots(expo, 3)
    table = actions.add_tables(boss, HallFactory(expo=expo), labels="A1")[0]
    actions.close_table(boss, expo, table, slot_ids=[rows[0].id, rows[1].id])
    actions.close_table(boss, expo, table, slot_ids=[rows[1].id])
    assert queries.closures(expo.id) == {(table.id, rows[1].id)}
    with pytest.raises(NotFound):
        actions.close_table(boss, expo, table, slot_ids=[slots(other, 1)[0].id])
    actions.set_table_open(boss, expo, table, is_open=False)
    assert queries.tables_of(expo.id) == [] and queries.tables_of(expo.id, open_only=False) == [table]
    with pytest.raises(NotFound):
        actions.set_table_open(actor(organizer(other)), other, table, is_open=True)


def test_days_get_slots_in_the_zone_of_the_expo():
    expo = ciie()
    boss = actor(organizer(expo))
    change = actions.set_days(boss, expo, days=[date(2026, 11, 5), date(2026, 11, 6)], parts=[MORNING, AFTERNOON])
    rows = queries.slots_of(expo.id, date(2026, 11, 6))
    assert len(change.added) == 24 and [row.position for row in rows] == list(range(12))
    assert rows[0].starts_at.isoformat() == "2026-11-06T01:00:00+00:00"
    with pytest.raises(Invalid):
        actions.set_days(boss, expo, days=[date(2026, 12, 1)], parts=[MORNING])


def test_slots_that_stay_the_same_keep_their_id_and_the_others_are_told_before_they_go(meetings_in):
    _placed, removed = meetings_in
    expo = ciie()
    boss, day = actor(organizer(expo)), date(2026, 11, 5)
    actions.set_days(boss, expo, days=[day], parts=[MORNING, AFTERNOON])
    before = {row.starts_at: row.id for row in queries.slots_of(expo.id)}
    actions.set_days(boss, expo, days=[day], parts=[MORNING, Part(time(13), time(15), 30)])
    after = {row.starts_at: row.id for row in queries.slots_of(expo.id)}
    morning = [start for start in before if start.hour < 4]
    assert len(morning) == 6 and all(after[start] == before[start] for start in morning)
    assert set(removed) == {ident for start, ident in before.items() if start.hour >= 4}
    assert [row.position for row in queries.slots_of(expo.id)] == list(range(10))


def test_a_slot_with_a_meeting_goes_only_when_that_is_confirmed(meetings_in):
    placed, removed = meetings_in
    expo = ciie()
    boss, day = actor(organizer(expo)), date(2026, 11, 5)
    actions.set_days(boss, expo, days=[day], parts=[MORNING])
    first = queries.slots_of(expo.id)[0]
    placed[first.id] = 2
    later = Part(time(10), time(12), 30)
    assert actions.plan_days(boss, expo, days=[day], parts=[later]).meetings == 2
    with pytest.raises(Conflict):
        actions.set_days(boss, expo, days=[day], parts=[later])
    assert removed == [] and len(queries.slots_of(expo.id)) == 6
    actions.set_days(boss, expo, days=[day], parts=[later], confirmed=True)
    assert first.id in removed and len(queries.slots_of(expo.id)) == 4


def test_a_slot_that_has_begun_keeps_its_meetings(meetings_in):
    placed, _removed = meetings_in
    expo = ExpoFactory(starts_on=date(2026, 10, 19), ends_on=date(2026, 10, 20))
    boss, row = actor(organizer(expo)), slots(expo, 1, first_hour_utc=0)[0]
    placed[row.id] = 1
    with pytest.raises(Invalid):
        actions.clear_days(boss, expo, days=[expo.starts_on], confirmed=True)


def test_an_old_page_of_days_is_a_conflict():
    expo = ciie()
    boss, seen = actor(organizer(expo)), expo.version
    actions.set_days(boss, expo, days=[date(2026, 11, 5)], parts=[MORNING], version=seen)
    with pytest.raises(Conflict):
        actions.set_days(boss, expo, days=[date(2026, 11, 5)], parts=[AFTERNOON], version=seen)


def test_organizers_are_named_by_administrators_the_others_by_organizers():
    expo = ExpoFactory()
    boss, person = actor(organizer(expo)), UserFactory(email="lin@example.org")
    actions.name_staff(boss, expo, email="LIN@example.org", role="floor")
    assert actor(person).has_expo_role(expo.id, "floor")
    with pytest.raises(NotFound):
        actions.name_staff(boss, expo, email="lin@example.org", role="organizer")
    staff = actions.name_staff(Actor(user_id=1, is_admin=True), expo, email="lin@example.org", role="organizer")
    with pytest.raises(NotFound):
        actions.remove_staff(boss, expo, staff)
    for email, role in (("nobody@example.org", "floor"), ("lin@example.org", "king")):
        with pytest.raises(Invalid):
            actions.name_staff(boss, expo, email=email, role=role)
    with pytest.raises(NotFound):
        actions.name_staff(actor(organizer(ExpoFactory())), expo, email="lin@example.org", role="floor")


def test_an_interpreter_who_leaves_stays_in_the_past():
    expo = ExpoFactory()
    boss, user = actor(organizer(expo)), UserFactory()
    lin = actions.add_interpreter(boss, expo, name="Lin", languages=["es"], email=user.email)
    assert db.session.scalar(sa.select(Staff.role).where(Staff.user_id == user.id)) == "interpreter"
    actions.remove_interpreter(boss, expo, lin)
    assert queries.interpreters_of(expo.id) == [] and db.session.get(type(lin), lin.id) is lin
    assert db.session.scalar(sa.select(Staff.role).where(Staff.user_id == user.id)) is None
    for language in ("zh", "xx"):
        with pytest.raises(Invalid):
            actions.add_interpreter(boss, expo, name="Lin", languages=[language])


def test_a_hall_code_is_taken_once_per_edition():
    one, other = ExpoFactory(), ExpoFactory()
    for expo in (one, other):
        actions.add_hall(actor(organizer(expo)), expo, code="7.2")
    with pytest.raises(Invalid):
        actions.add_hall(actor(organizer(one)), one, code="7.2")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Hall)) == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(NegotiationTable)) == 0


def test_the_command_makes_an_edition(app):
    asked = ["expos", "create", "--series", "CIIE", "--slug", "ciie-2026", "--starts", "2026-11-05", "--ends", "2026-11-10"]
    done = app.test_cli_runner().invoke(args=asked)
    assert done.exit_code == 0 and "9 sections" in done.output
    again = app.test_cli_runner().invoke(args=asked)
    assert again.exit_code == 1 and "address already" in again.output
