"""Pages: what staff, companies, interpreters and strangers see; polling; walls; codes."""

import re

import pytest
import sqlalchemy as sa

from matchmaker import clock
from matchmaker.expos.models import Interpreter, TableClosure
from matchmaker.expos.queries import participants
from matchmaker.floor import actions, codes, live, queries, refills, trust
from matchmaker.floor import board as boards
from matchmaker.floor.glance import glance
from matchmaker.floor.models import Appeal, Presence, Refill
from matchmaker.infra.db import commit, db
from matchmaker.meetings.states import State

from .. import factories
from .conftest import at

pytestmark = pytest.mark.database
E = "/e/ciie-2026"


@pytest.fixture
def browsers(floor, browse):
    """Browsers of the floor's people by name."""
    return {"guard": browse(floor.guard_user), "organizer": browse(floor.organizer_user), "seller": browse(floor.seller_user),
            "purchaser": browse(floor.purchaser_user), "interpreter": browse(floor.interpreter_user), "leader": browse(floor.leader)}


def text(browser, path, status=200):
    answer = browser.get(path)
    assert answer.status_code == status, f"{path}: {answer.status_code}"
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def test_the_board_says_in_words_what_each_table_is(floor, browsers):
    at(4)
    said = text(browsers["guard"], f"{E}/floor")
    assert "Late 4 min" in said
    assert "Vega Olivar" in said
    assert "Free" in said
    at(11)
    assert "No-show: both" in text(browsers["guard"], f"{E}/floor/halls/{floor.halls[0].id}")
    assert "Show all" in text(browsers["guard"], f"{E}/floor/halls/{floor.halls[0].id}?show=missing")
    assert "No table is in this state" in text(browsers["guard"], f"{E}/floor/halls/{floor.halls[0].id}?show=running")


def test_one_tap_of_the_staff_notes_and_offers(floor, browsers):
    floor.wait(floor.exhibitors[0], floor.buyers[1])
    at(10)
    guard = browsers["guard"]
    assert guard.post(f"{E}/floor/meetings/{floor.first.id}/here", data={"side": "exhibitor"}).status_code == 302
    assert guard.post(f"{E}/floor/meetings/{floor.first.id}/missed", data={"by": "buyer"}).status_code == 302
    assert "Offered" in text(guard, f"{E}/floor")
    refill = db.session.scalars(sa.select(Refill)).one()
    seller = browsers["seller"]
    assert "Yes, we come" in text(seller, f"{E}/now")
    seller.post(f"{E}/floor/offers/{refill.id}", data={"side": "exhibitor", "answer": "yes"})
    assert "We wait for the other side" in text(seller, f"{E}/now")
    guard.post(f"{E}/floor/offers/{refill.id}", data={"side": "buyer", "answer": "yes"})
    db.session.expire_all()
    assert db.session.get(Refill, refill.id).state == "taken"
    assert "A01" in text(seller, f"{E}/now")


def test_a_phone_that_sends_what_waited_gets_a_word_and_said_twice_is_said_once(floor, browsers):
    at(9)
    path, tap = f"{E}/floor/meetings/{floor.first.id}/here", {"side": "exhibitor", "age": "480", "key": "a"}
    for _time in range(2):
        answer = browsers["seller"].post(path, data=tap, headers={"X-Queued": "a", "Accept": "application/json"})
        assert answer.get_json() == {"said": "Noted: here."}
    row = db.session.scalars(sa.select(Presence)).one()
    assert row.arrived_at.minute == 1
    refused = browsers["seller"].post(f"{E}/floor/meetings/{floor.first.id}/late", data={"side": "exhibitor", "minutes": "7"},
                                      headers={"X-Queued": "b", "Accept": "application/json"})
    assert (refused.status_code, bool(refused.get_json()["error"])) == (422, True)


def test_the_code_on_the_table_needs_a_sign_in_and_leads_everybody_to_the_own_meeting(floor, browsers, client):
    at(-5)
    here, elsewhere = (f"{E}/at/{codes.sign('table', table.id)}" for table in floor.tables[:2])
    assert "/sign-in" in client.get(here).location
    assert "I am here" in text(browsers["seller"], here)
    there = text(browsers["seller"], elsewhere)
    assert "I am here" not in there
    assert "Your next meeting is elsewhere" in there
    assert browsers["guard"].get(here).location.endswith(f"/floor/tables/{floor.tables[0].id}")
    for forged in (codes.sign("person", floor.tables[0].id), "no-such-thing"):
        assert browsers["seller"].get(f"{E}/at/{forged}").status_code == 404
    foreign = factories.TableFactory(hall=factories.HallFactory(expo=factories.ExpoFactory()))
    assert browsers["seller"].get(f"{E}/at/{codes.sign('table', foreign.id)}").status_code == 404


def test_the_tables_page_and_the_halls_codes_draw_codes(floor, browsers):
    for path in (f"{E}/floor/tables/{floor.tables[0].id}", f"{E}/floor/halls/{floor.halls[0].id}/codes"):
        assert "<svg" in browsers["guard"].get(path).get_data(as_text=True)
    assert 'class="qr"' in browsers["seller"].get(f"{E}/badge").get_data(as_text=True)


def test_the_staff_scans_a_badge_and_checks_in(floor, browsers):
    at(-3)
    person = floor.exhibitors[0].people[0]
    path = f"{E}/badges/{codes.sign('person', person.id)}"
    assert "Check in" in text(browsers["guard"], path)
    for name in ("seller", "purchaser"):
        assert browsers[name].get(path).status_code == 404
    stranger = factories.PersonFactory(company=factories.CompanyFactory())
    assert browsers["guard"].get(f"{E}/badges/{codes.sign('person', stranger.id)}").status_code == 404


def test_an_interpreter_reads_the_next_table_with_and_without_an_account(floor, browsers, client):
    at(-3)
    assert "A01" in text(browsers["interpreter"], f"{E}/next")
    assert browsers["interpreter"].post(
        f"{E}/floor/meetings/{floor.first.id}/here", data={"side": "interpreter"}).status_code == 302
    assert db.session.scalars(sa.select(Presence.side)).all() == ["interpreter"]
    assert "春禾超市" in text(browsers["leader"], f"{E}/next") or "A01" in text(browsers["leader"], f"{E}/next")
    said = browsers["guard"].get(f"{E}/floor/next/interpreter/{floor.interpreter.id}").get_data(as_text=True)
    path = re.search(r"http://localhost(/next/[^\"]+)", said).group(1)
    assert "A01" in text(client, path)
    floor.interpreter.is_active = False
    commit()
    assert client.get(path).status_code == 404
    assert client.get("/next/no-such-thing").status_code == 404
    assert client.get(f"/next/{codes.sign('table', floor.tables[0].id)}").status_code == 404
    assert "A01" in text(client, f"/next/{codes.sign('mission', floor.mission.id)}")


def test_strangers_find_nothing_of_the_floor(floor, browse):
    other = factories.ExpoFactory()
    outsider = browse(factories.organizer(other, "floor"))
    company = factories.CompanyFactory()
    factories.approve(company, floor.expo)
    stranger = browse(factories.member(company))
    waiting = floor.wait(floor.exhibitors[0], floor.buyers[1])
    at(10)
    actions.miss(floor.guard, floor.expo, meeting=floor.first, by="buyer")
    refill = queries.open_refills(floor.expo.id)[0]
    assert refill.meeting_id == waiting.id
    commit()
    gets = ["/floor", f"/floor/halls/{floor.halls[0].id}", f"/floor/tables/{floor.tables[0].id}",
            f"/floor/halls/{floor.halls[0].id}/codes", "/appeals"]
    posts = [f"/floor/meetings/{floor.first.id}/here", f"/floor/meetings/{floor.first.id}/end", f"/floor/meetings/{floor.first.id}/missed",
             f"/floor/offers/{refill.id}", f"/floor/tables/{floor.tables[0].id}/offer", f"/floor/halls/{floor.halls[0].id}/wall"]
    for who in (outsider, stranger):
        assert [path for path in gets if who.get(E + path).status_code != 404] == []
        data = {"side": "exhibitor", "by": "both", "answer": "yes", "slot": str(floor.slots[0].id)}
        assert [path for path in posts if who.post(E + path, data=data).status_code != 404] == []
    assert "Yes, we come" not in text(stranger, f"{E}/now")
    foreign = factories.HallFactory(expo=other)
    commit()
    assert browse(floor.guard_user).get(f"{E}/floor/halls/{foreign.id}").status_code == 404


def test_polling_answers_304_until_something_happens_and_touches_at_most_one_small_row(floor, client, app):
    at(0)
    commit()
    path = f"/live/{live.word(floor.expo.id, floor.exhibitors[0].id)}"
    first = client.get(path)
    statements = []
    listen = lambda _c, _cursor, statement, *_rest: statements.append(statement)  # noqa: E731
    sa.event.listen(db.engine, "before_cursor_execute", listen)
    try:
        app.extensions["matchmaker.floor_numbers"].clear()
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        third = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", listen)
    assert (again.status_code, third.status_code, again.data) == (304, 304, b"")
    assert [word for word in statements if "floor_state" not in word] == []
    assert len(statements) == 1
    actions.check_in(floor.guard, floor.expo, meeting=floor.first, side="buyer", how="staff")
    commit()
    changed = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.get_json()["mine"] != first.get_json()["mine"]
    assert client.get("/live/no-such-thing").status_code == 404


def test_a_phone_is_not_told_to_look_when_others_move(floor, client):
    at(0)
    commit()
    third = floor.more("exhibitor")
    path = f"/live/{live.word(floor.expo.id, third.id)}"
    first = client.get(path).get_json()
    actions.check_in(floor.guard, floor.expo, meeting=floor.first, side="buyer", how="staff")
    commit()
    then = client.get(path).get_json()
    assert then["number"] > first["number"]
    assert then["mine"] == first["mine"]


def test_a_wall_calls_in_both_languages_without_a_sign_in_until_its_address_is_dead(floor, browsers, client):
    at(-5)
    hall = floor.halls[0]
    browsers["guard"].post(f"{E}/floor/halls/{hall.id}/wall")
    path = f"/wall/{queries.wall_of(hall.id).token}"
    said = text(client, path)
    for word in ("Please take your seats", "A01", "Vega Olivar", "晴川食品", "Qingchuan Foods"):
        assert word in said
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    at(1)
    actions.begin_round(floor.guard, floor.expo, meeting=floor.first)
    commit()
    assert "Vega Olivar" not in text(client, path)
    browsers["organizer"].post(f"{E}/floor/halls/{hall.id}/wall", data={"do": "renew"})
    assert client.get(path).status_code == 404
    fresh = f"/wall/{queries.wall_of(hall.id).token}"
    browsers["organizer"].post(f"{E}/floor/halls/{hall.id}/wall", data={"do": "end"})
    assert client.get(fresh).status_code == 404


def test_a_wall_says_who_is_expected_and_what_has_changed(floor, client):
    wall = actions.renew_wall(floor.guard, floor.expo, hall=floor.halls[0])
    waiting = floor.wait(floor.exhibitors[0], floor.buyers[1])
    at(2)
    actions.check_in(floor.guard, floor.expo, meeting=floor.first, side="exhibitor", how="staff")
    commit()
    assert "you are expected" in text(client, f"/wall/{wall.token}")
    at(10)
    actions.miss(floor.guard, floor.expo, meeting=floor.first, by="buyer")
    refill = queries.open_refills(floor.expo.id)[0]
    for side in ("exhibitor", "buyer"):
        refills.confirm(floor.guard, floor.expo, refill, side=side)
    commit()
    assert waiting.state == State.PLACED
    said = text(client, f"/wall/{wall.token}")
    assert "new A01" in said
    assert "春禾超市" in said


def test_a_wall_names_no_buyer_who_keeps_its_name_back(floor, client):
    demand = factories.DemandFactory(expo=floor.expo, company=floor.buyers[0], confidentiality="anonymous")
    floor.first.demand_id, floor.first.asked_by_id = demand.id, floor.exhibitors[0].id
    wall = actions.renew_wall(floor.guard, floor.expo, hall=floor.halls[0])
    commit()
    at(-5)
    said = text(client, f"/wall/{wall.token}")
    assert "Vega Olivar" in said
    assert "晴川食品" not in said
    assert "Qingchuan" not in said


def test_the_phone_says_what_comes_who_is_there_and_asks_how_it_went(floor, browsers):
    at(-5)
    assert "I am here" in text(browsers["seller"], f"{E}/now")
    actions.announce_late(floor.purchaser, floor.expo, meeting=floor.first, side="buyer", minutes=10)
    commit()
    assert "comes later" in text(browsers["seller"], f"{E}/now")
    at(2)
    actions.begin_round(floor.guard, floor.expo, meeting=floor.first)
    commit()
    assert "We are done" in text(browsers["seller"], f"{E}/now")
    browsers["seller"].post(f"{E}/floor/meetings/{floor.first.id}/end")
    assert "How did it go" in text(browsers["seller"], f"{E}/now")


def test_an_appeal_goes_from_the_company_to_the_organizer_and_back(floor, browsers):
    at(10)
    actions.miss(floor.guard, floor.expo, meeting=floor.first, by="exhibitor")
    commit()
    seller, organizer = browsers["seller"], browsers["organizer"]
    assert seller.post(f"{E}/reliability", data={"meeting": floor.first.id, "text": " "}).status_code == 422
    assert seller.post(f"{E}/reliability", data={"meeting": floor.first.id, "text": "We sat at A02."}).status_code == 302
    assert "We sat at A02." in text(organizer, f"{E}/appeals")
    row = db.session.scalars(sa.select(Appeal)).one()
    assert organizer.post(f"{E}/appeals", data={"appeal": row.id, "decision": "grant"}).status_code == 302
    assert "counts no more" in text(seller, f"{E}/reliability")
    assert floor.exhibitors[0].id not in trust.scores(floor.expo)


def test_an_expo_without_halls_or_slots_says_so(browse):
    expo = factories.ExpoFactory(slug="ciie-2026")
    guard = browse(factories.organizer(expo, "floor"))
    assert "No hall yet" in text(guard, f"{E}/floor")
    hall = factories.HallFactory(expo=expo)
    factories.TableFactory(hall=hall)
    commit()
    assert "No slot runs" in text(guard, f"{E}/floor")
    assert clock.now() is not None


# --- all halls at a glance ---


def test_the_glance_counts_what_each_halls_board_shows(floor):
    """By the same rules at every minute: nobody may read one number above and another below."""
    db.session.add(Interpreter(expo_id=floor.expo.id, name="Berta Sanz", languages=["es"]))
    db.session.flush()
    second = floor.place(1, 1, slot=0, table=2)
    floor.publish()
    floor.wait(floor.exhibitors[1], floor.buyers[0])
    read = []
    for minute, happens in [
            (-20, lambda: None), (1, lambda: actions.check_in(floor.guard, floor.expo, meeting=second, side="exhibitor", how="staff")),
            (2, lambda: actions.check_in(floor.guard, floor.expo, meeting=second, side="buyer", how="staff")), (4, lambda: None),
            (11, lambda: actions.miss(floor.guard, floor.expo, meeting=floor.first, by="buyer")),
            (20, lambda: actions.end_round(floor.guard, floor.expo, meeting=second)), (31, lambda: None)]:
        at(minute)
        happens()
        db.session.flush()
        seen = glance(floor.expo)
        for hall, now in zip(floor.halls, seen.halls, strict=True):
            shown = boards.board(floor.expo, hall)
            assert now.counts == shown.counts, (minute, hall.code)
            assert seen.until <= shown.until
        read.append([dict(hall.figures) for hall in seen.halls])
    assert len({str(each) for each in read}) >= 4, "the numbers move"


def test_a_closed_table_and_a_booth_are_counted_as_on_the_board(floor):
    part = next(part for part in participants(floor.expo.id) if part.company_id == floor.exhibitors[1].id)
    part.meets_at_booth, part.hall_id = True, floor.halls[1].id
    db.session.add(TableClosure(table_id=floor.tables[1].id, slot_id=floor.slots[0].id))
    db.session.flush()
    at(4)
    seen = glance(floor.expo)
    assert [hall.counts for hall in seen.halls] == [boards.board(floor.expo, hall).counts for hall in floor.halls]
    assert seen.halls[0].counts["closed"] == 1


def test_every_hall_is_on_the_board_with_its_numbers(floor, browsers):
    at(4)
    page = browsers["guard"].get(f"{E}/floor").get_data(as_text=True)
    strip = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.search(r'<nav class="hallnow".*?</nav>', page, re.S)[0]))
    assert "7.2 2 places 0 Running 1 Late 0 Missing 1 Free" in strip
    assert "8.2 2 places 0 Running 0 Late 0 Missing 2 Free" in strip
    assert page.index('id="floor"') < page.index('class="hallnow"'), "inside what a change redraws"


def test_the_floor_opens_at_a_hall_with_tables(floor, browsers):
    factories.HallFactory(expo=floor.expo, code="1.1", position=-1)
    commit()
    at(4)
    assert "Vega Olivar" in text(browsers["guard"], f"{E}/floor")
