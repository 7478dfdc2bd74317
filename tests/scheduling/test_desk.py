"""The desk's board: rows by what one asks, several cards at once, undo, locks, times of its own zone."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from matchmaker.expos import queries as expos
from matchmaker.expos.models import Slot
from matchmaker.infra.db import commit, db
from matchmaker.scheduling import queries
from matchmaker.scheduling.board import GROUPS, board
from matchmaker.scheduling.models import Lock

from .. import factories
from .test_plans import Fair

pytestmark = pytest.mark.database


@pytest.mark.parametrize("by", GROUPS)
def test_the_desk_opens_by_every_kind_of_row(fair, desk, by):
    fair.move(fair.meetings[0])
    commit()
    page = desk(f"?by={by}")
    assert page.status_code == 200
    if by in ("company", "person", "hall", "section"):
        data = desk(f"/day?by={by}").json
        assert [card[0] for card in data["cards"]] == [fair.meetings[0].id]
        assert all(card[12] for card in data["cards"])


def test_by_company_a_card_stands_in_the_rows_of_both_sides(fair):
    fair.move(fair.meetings[0])
    view = board(fair.expo, fair.draft(), by="company")
    assert {row.key for row in view.rows} == {f"company-{fair.exhibitors[0].id}", f"company-{fair.buyers[0].id}"}
    assert set(view.cards[0].rows) == {row.key for row in view.rows}


def test_a_hall_shows_only_its_tables(fair, desk):
    other = factories.HallFactory(expo=fair.expo, code="7.2")
    factories.TableFactory(hall=other, label="B01")
    commit()
    assert [row[1] for row in desk(f"/day?hall={other.id}").json["rows"]] == ["B01"]


def test_who_receives_at_its_booth_has_a_row_before_any_card_stands_there(fair):
    expos.participation_of(fair.expo.id, fair.exhibitors[0].id).meets_at_booth = True
    db.session.flush()
    assert f"booth-{fair.exhibitors[0].id}" in {row.key for row in board(fair.expo, None).rows}


def test_strangers_find_no_desk(fair, browse):
    stranger = browse(factories.organizer(factories.ExpoFactory()))
    for path in ("", "/day", "/version", "/versions", "/what-if", "/curve"):
        assert stranger.get(f"/e/{fair.expo.slug}/schedule{path}").status_code == 404


def test_the_version_is_304_until_something_changes(fair, desk, browse):
    browser = browse(factories.organizer(fair.expo))
    url = f"/e/{fair.expo.slug}/schedule/version"
    tag = browser.get(url).headers["ETag"]
    assert browser.get(url, headers={"If-None-Match": tag}).status_code == 304
    fair.move(fair.meetings[0])
    commit()
    assert browser.get(url, headers={"If-None-Match": tag}).status_code == 200


def test_what_stands_around_the_board_comes_without_the_board(fair, browse):
    browser = browse(factories.organizer(fair.expo))
    page = browser.get(f"/e/{fair.expo.slug}/schedule", headers={"X-Fragment": "1"}).text
    assert "data-board-data" not in page
    assert 'id="desk-side"' in page


def test_several_cards_are_locked_and_put_back_at_once_or_not_at_all(fair, desk):
    fair.move(fair.meetings[0])
    fair.move(fair.meetings[3], table=1)
    commit()
    ids = [fair.meetings[0].id, fair.meetings[3].id]
    assert desk("/cards", json={"verb": "lock", "meetings": ids}).status_code == 200
    assert all(queries.is_locked(fair.draft().id, ident) for ident in ids)
    assert desk("/cards", json={"verb": "unplace", "meetings": ids}).status_code == 409
    desk("/cards", json={"verb": "unlock", "meetings": ids[:1]})
    assert desk("/cards", json={"verb": "unplace", "meetings": ids}).status_code == 409  # one is locked: none goes
    assert len(queries.placements(fair.draft().id)) == 2
    desk("/cards", json={"verb": "unlock", "meetings": ids})
    desk("/cards", json={"verb": "unplace", "meetings": ids})
    assert queries.placements(fair.draft().id) == []


@pytest.mark.parametrize(
    "body", [{}, {"verb": "eat", "meetings": [1]}, {"verb": "lock", "meetings": []}, {"verb": "lock", "meetings": ["1"]}])
def test_several_asks_for_cards_and_a_verb(desk, body):
    assert desk("/cards", json=body).status_code == 422


def test_undo_and_redo_step_through_the_own_edits(fair, desk):
    place = {"slot": fair.slots[0].id, "table": fair.tables[0].id, "was": None}
    assert desk(f"/meetings/{fair.meetings[0].id}/move", json=place).status_code == 200
    day = desk("/day").json
    assert (day["undo"], day["redo"], len(day["cards"])) == (1, 0, 1)
    desk("/undo", data={})
    day = desk("/day").json
    assert (day["undo"], day["redo"], day["cards"]) == (0, 1, [])
    desk("/redo", data={})
    assert len(desk("/day").json["cards"]) == 1


def test_a_card_that_a_colleague_moved_is_not_moved_from_where_it_was_seen(fair, desk):
    fair.move(fair.meetings[0], slot=1)
    commit()
    place = {"slot": fair.slots[2].id, "table": fair.tables[0].id, "was": [fair.slots[0].id, fair.tables[0].id]}
    answer = desk(f"/meetings/{fair.meetings[0].id}/move", json=place)
    assert answer.status_code == 409
    assert queries.placement_of(fair.draft().id, fair.meetings[0].id).slot_id == fair.slots[1].id


def test_a_lock_on_a_company_is_named_on_the_desk_and_lifted_again(fair, desk):
    desk("/locks", data={"what": f"company:{fair.buyers[0].id}"})
    desk("/locks", data={"what": f"hall:{fair.hall.id}"})
    page = desk().text
    assert fair.buyers[0].display_name in page
    assert "Hall 8.2" in page
    for lock in db.session.scalars(sa.select(Lock)).all():
        desk("/locks", data={"lift": lock.id})
    assert db.session.scalars(sa.select(Lock)).all() == []


def test_an_empty_expo_is_told_what_to_set_up_first(context, browse):
    expo = factories.ExpoFactory()
    browser = browse(factories.organizer(expo))
    assert "No slots yet" in browser.get(f"/e/{expo.slug}/schedule").text
    factories.slots(expo, 2)
    commit()
    assert "No tables yet" in browser.get(f"/e/{expo.slug}/schedule").text


def test_the_board_has_the_expos_own_time_when_the_clock_changes_and_across_midnight(context, browse):
    """In Berlin on 25 October 2026, 03:00 becomes 02:00; the last slot of that day begins at 23:45 and ends on the next."""
    fair = Fair(slots=0)
    zone = ZoneInfo("Europe/Berlin")
    fair.expo.tz, fair.expo.starts_on, fair.expo.ends_on = "Europe/Berlin", date(2026, 10, 24), date(2026, 10, 25)
    times = [datetime(2026, 10, *at, tzinfo=zone) for at in ((24, 10), (25, 10), (25, 23, 45))]
    fair.slots = [Slot(expo_id=fair.expo.id, on=at.date(), position=n, starts_at=at.astimezone(UTC), minutes=30)
                  for n, at in enumerate(times)]
    db.session.add_all(fair.slots)
    db.session.flush()
    for n in range(3):
        fair.move(fair.meetings[n], slot=n)
    commit()
    browser = browse(factories.organizer(fair.expo))
    for on, hours, cards in (("2026-10-24", ["10:00"], [0]), ("2026-10-25", ["10:00", "23:45"], [1, 2])):
        page = browser.get(f"/e/{fair.expo.slug}/schedule?on={on}").text
        assert re.findall(r"<time[^>]*>(\d\d:\d\d)</time></th>", page) == hours
        data = browser.get(f"/e/{fair.expo.slug}/schedule/day?on={on}").json
        assert {card[0] for card in data["cards"]} == {fair.meetings[n].id for n in cards}
    assert fair.slots[2].ends_at.astimezone(zone).strftime("%d %H:%M") == "26 00:15"
