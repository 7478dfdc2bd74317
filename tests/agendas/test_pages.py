"""The pages of one's day, in both languages."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker import clock
from matchmaker.agendas import offers, queries
from matchmaker.agendas.day import walk
from matchmaker.agendas.models import CalendarFeed
from matchmaker.infra.db import db
from matchmaker.meetings.states import State
from matchmaker.scheduling.models import Unavailable

from .. import factories

pytestmark = pytest.mark.database


def page(browse, user, path):
    answer = browse(user).get(f"/e/ciie-2026{path}")
    assert answer.status_code == 200, path
    return answer.text


def test_my_day_shows_the_next_meeting_with_place_people_and_interpreter(placed, browse):
    text = page(browse, placed.purchaser_user, "/my-day")
    for said in ("Vega Olivar", "7.2", "A01", "09:30", "Ana Ruiz"):
        assert said in text


def test_the_way_to_another_hall_is_told_in_minutes_or_as_another_hall(fair, browse):
    fair.place(0, 0, slot=0, table=0)
    fair.place(1, 0, slot=2, table=2)
    fair.publish()
    rows = [fair.row(meeting) for meeting in fair.meetings]
    assert "6 min" in walk(*rows, queries.walks(fair.expo.id))
    assert "another hall" in walk(*rows, {})
    assert walk(rows[0], rows[0], {}) == ""
    assert "6 分钟" in page(browse, fair.purchaser_user, "/my-day") or "6 min" in page(browse, fair.purchaser_user, "/my-day")


def test_the_team_page_says_who_goes(placed, browse):
    text = page(browse, placed.seller_user, "/my-day?team=1")
    assert f"{placed.row(placed.meetings[0]).exhibitor_person.name} goes" in text


def test_pages_without_slots_plan_or_tables_say_so(browse, context):
    expo = factories.ExpoFactory(slug="ciie-2026")
    company = factories.CompanyFactory()
    factories.approve(company, expo)
    user, organizer = factories.member(company), factories.organizer(expo)
    assert "No slots yet" in page(browse, user, "/my-day")
    assert "No slots yet" in page(browse, user, "/availability")
    assert "No tables yet" in page(browse, organizer, "/agendas")
    factories.slots(expo, 2)
    assert "No schedule yet" in page(browse, user, "/my-day")
    for kind in ("table", "interpreter", "mission", "company", "person"):
        page(browse, organizer, f"/agendas?kind={kind}")


def test_a_whole_row_or_column_is_painted_without_script(fair, browse):
    browser = browse(fair.purchaser_user)
    people = [row.id for row in queries.db.session.scalars(sa.select(queries.Person).where(
        queries.Person.company_id == fair.buyers[0].id).order_by(queries.Person.id))]
    busy = lambda: set(db.session.execute(sa.select(Unavailable.person_id, Unavailable.slot_id)))  # noqa: E731
    browser.post("/e/ciie-2026/availability", data={"line": f"person:{people[0]}:{fair.expo.starts_on}"})
    row = {(people[0], slot.id) for slot in fair.slots}
    assert busy() == row
    kept = {f"busy-{people[0]}": [slot.id for slot in fair.slots]}
    browser.post("/e/ciie-2026/availability", data=kept | {"line": f"slot:{fair.slots[2].id}"})
    assert busy() == row | {(people[1], fair.slots[2].id)}
    browser.post("/e/ciie-2026/availability", data=kept | {"line": f"person:{people[0]}:{fair.expo.starts_on}"})
    assert busy() == set()


def test_asking_and_agreeing_on_pages(placed, browse):
    path = f"/e/ciie-2026/meetings/{placed.meetings[0].id}/move"
    asker, other = browse(placed.purchaser_user), browse(placed.seller_user)
    option = offers.options(placed.expo, placed.meetings[0])[0]
    assert option.value in asker.get(path).text
    assert asker.post(path, data={"option": "", "note": ""}).status_code == 409
    assert asker.post(path, data={"option": option.value, "note": "飞机晚点"}).status_code == 302
    assert "飞机晚点" in other.get(path).text
    assert path in other.get("/e/ciie-2026/my-day").text
    assert path in other.get(f"/e/ciie-2026/meetings/{placed.meetings[0].id}").text
    assert "Vega Olivar" in browse(placed.organizer_user).get("/e/ciie-2026/moves").text
    move = queries.open_move(placed.meetings[0].id)
    assert other.post(f"{path}/{move.id}", data={"answer": "yes"}).status_code == 302
    db.session.expire_all()
    assert placed.row(placed.meetings[0]).slot_id == option.slot.id
    assert other.post(f"{path}/{move.id}", data={"answer": "yes"}).status_code == 409


def test_strangers_find_no_move_page(placed, browse):
    stranger = browse(factories.member(placed.exhibitors[1]))
    assert stranger.get(f"/e/ciie-2026/meetings/{placed.meetings[0].id}/move").status_code == 404


def test_a_meeting_is_handed_to_a_colleague_with_one_press(placed, browse):
    row = placed.row(placed.meetings[0])
    browser, path = browse(placed.seller_user), f"/e/ciie-2026/meetings/{placed.meetings[0].id}"
    assert "Hand over" in browser.get(path).text
    colleague = db.session.scalar(sa.select(queries.Person.id).where(
        queries.Person.company_id == placed.exhibitors[0].id, queries.Person.id != row.exhibitor_person_id))
    assert browser.post(f"{path}/owner", data={"person": colleague}).status_code == 302
    db.session.expire_all()
    assert placed.row(placed.meetings[0]).exhibitor_person_id == colleague


def test_calendars_are_made_and_switched_off_on_pages(placed, browse):
    for user, path in ((placed.organizer_user, f"table/{placed.tables[0].id}"), (placed.leader, f"mission/{placed.mission.id}"),
                       (placed.interpreter_user, f"interpreter/{placed.interpreter.id}")):
        browser = browse(user)
        assert browser.get(f"/e/ciie-2026/agendas/{path}").status_code == 200
        browser.post(f"/e/ciie-2026/agendas/{path}/feed", data={"do": "renew"})
        token = db.session.scalar(sa.select(CalendarFeed.token).order_by(CalendarFeed.id.desc()))
        assert browser.get(f"/calendar/{token}.ics").status_code == 200
        browser.post(f"/e/ciie-2026/agendas/{path}/feed", data={"do": "end"})
        assert browser.get(f"/calendar/{token}.ics").status_code == 404
    assert browse(placed.interpreter_user).get("/e/ciie-2026/my-agenda").status_code == 302


def test_pages_about_a_past_meeting_ask_for_the_outcome(placed, browse):
    clock.set_now(placed.slots[1].ends_at + timedelta(minutes=1))
    assert placed.meetings[0].state == State.PLACED
    assert "Please say what came of it" in page(browse, placed.seller_user, "/my-day")


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
def test_every_page_opens_in_both_languages(placed, browse, language):
    meeting = placed.meetings[0].id
    for user, paths in (
            (placed.organizer_user, ["/agendas", "/moves", f"/agendas/hall/{placed.halls[0].id}?on=2026-11-05"]),
            (placed.purchaser_user, ["/my-day", "/my-day?team=1", "/availability", f"/meetings/{meeting}", f"/meetings/{meeting}/move"])):
        user.language = language
        db.session.flush()
        for path in paths:
            page(browse, user, path)
