"""The desk's pages: rows by what one asks, several cards at once, undo, versions, what-if, offers taken, runs."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from matchmaker import clock
from matchmaker.errors import Conflict
from matchmaker.expos import queries as expos
from matchmaker.expos.models import Slot
from matchmaker.expos.queries import participation_of
from matchmaker.infra.db import commit, db
from matchmaker.meetings.states import State
from matchmaker.scheduling import actions, queries, tasks
from matchmaker.scheduling.board import GROUPS, board
from matchmaker.scheduling.models import Lock, Placement, Plan

from .. import factories
from .test_plans import Fair, _Quiet

pytestmark = pytest.mark.database


@pytest.fixture
def fair(context):
    return Fair()


@pytest.fixture
def desk(fair, browse):
    """Return a function that opens an address of the desk as the fair's organizer."""
    browser = browse(factories.organizer(fair.expo))

    def ask(path="", **post):
        url = f"/e/{fair.expo.slug}/schedule{path}"
        return browser.post(url, **post) if post else browser.get(url)

    return ask


def versions(fair):
    return sorted((plan.number, plan.state) for plan in db.session.scalars(sa.select(Plan).where(Plan.expo_id == fair.expo.id)))


def draft(fair) -> Plan:
    return queries.draft_of(fair.expo.id)


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
    view = board(fair.expo, draft(fair), by="company")
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
    assert all(queries.is_locked(draft(fair).id, ident) for ident in ids)
    assert desk("/cards", json={"verb": "unplace", "meetings": ids}).status_code == 409
    desk("/cards", json={"verb": "unlock", "meetings": ids[:1]})
    assert desk("/cards", json={"verb": "unplace", "meetings": ids}).status_code == 409  # one is locked: none goes
    assert len(queries.placements(draft(fair).id)) == 2
    desk("/cards", json={"verb": "unlock", "meetings": ids})
    desk("/cards", json={"verb": "unplace", "meetings": ids})
    assert queries.placements(draft(fair).id) == []


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
    assert queries.placement_of(draft(fair).id, fair.meetings[0].id).slot_id == fair.slots[1].id


def test_the_bound_answers_to_a_lever_and_changes_nothing(fair, desk):
    before = desk("/what-if").text
    page = desk(f"/what-if?tables-hall:{fair.hall.id}=5&rounds=1").text
    assert "What each change does alone" in page
    assert "What each change does alone" not in before
    assert versions(fair) == []


def test_versions_are_compared_and_one_becomes_the_draft_again(fair, desk):
    fair.move(fair.meetings[0])
    fair.publish()
    fair.move(fair.meetings[0], slot=1)
    commit()
    assert "From version 1 to version 2" in desk("/versions/1/2").text
    assert "Moved" in desk("/versions/1/2").text
    desk("/versions/1/note", data={"note": "before the move"})
    assert "before the move" in desk("/versions").text
    desk("/versions/1/restore", data={})
    assert versions(fair) == [(1, "published"), (2, "kept"), (3, "draft")]
    assert queries.placement_of(draft(fair).id, fair.meetings[0].id).slot_id == fair.slots[0].id


def test_the_figures_follow_the_plan_and_say_which_are_of_the_run(fair, desk):
    fair.optimise()
    commit()
    page = desk().text
    assert "those of the last run" not in page
    fair_meeting = fair.meetings[0]
    actions.unplace(fair.organizer, fair.expo, meeting=fair_meeting)
    commit()
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", desk().text))
    assert "Placed 3 of 4" in page
    assert "The other figures are those of the last run, which placed 4 of 4." in page


def test_nothing_differs_from_a_plan_that_nobody_knows(fair):
    fair.move(fair.meetings[0])
    assert [card.differs for card in board(fair.expo, draft(fair)).cards] == [False]
    fair.publish()
    fair.move(fair.meetings[0], slot=1)
    assert [card.differs for card in board(fair.expo, draft(fair)).cards] == [True]


def test_a_run_takes_the_place_of_a_draft_that_is_only_a_copy(fair):
    fair.move(fair.meetings[0])
    fair.publish()
    actions.open_draft(fair.organizer, fair.expo)
    fair.optimise()
    assert versions(fair) == [(1, "published"), (2, "draft")]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Placement).where(Placement.plan_id == draft(fair).id)) == 4


def test_a_run_keeps_a_draft_with_edits_as_a_version(fair):
    fair.move(fair.meetings[0])
    fair.publish()
    fair.move(fair.meetings[3], table=1)
    fair.optimise()
    assert versions(fair) == [(1, "published"), (2, "kept"), (3, "draft")]


def test_a_card_of_the_tray_says_why_and_an_offered_change_is_taken(context, browse):
    fair = Fair(tables=1, slots=4)
    # the only time left to both is the one that another pair, free to move, stands at
    for person_of, slots in ((fair.exhibitors[1], (0, 1, 2)), (fair.buyers[1], ())):
        _busy(person_of, [fair.slots[n] for n in slots])
    fair.move(fair.meetings[0], slot=3)
    commit()
    browser = browse(factories.organizer(fair.expo))
    url = f"/e/{fair.expo.slug}/schedule/meetings/{fair.meetings[3].id}"
    page = browser.get(url).text
    assert "Why it has no place" in page
    found = tray_offers(fair, fair.meetings[3].id)
    offer = next(offer for offer in found.changes if offer.moves and not offer.outside)
    assert "Put this into the draft" in browser.get(f"{url}?try={offer.key}").text
    assert browser.post(f"{url}/take", data={"change": offer.key}).status_code == 302
    rows = {row.meeting_id: row.slot_id for row in queries.placements(draft(fair).id)}
    assert rows[fair.meetings[3].id] == fair.slots[3].id
    assert rows[fair.meetings[0].id] != fair.slots[3].id
    assert browser.post(f"{url}/take", data={"change": offer.key}).status_code == 409  # not twice


def test_a_maximum_is_raised_with_the_change_that_needs_it(context, browse):
    fair = Fair(tables=2, slots=4)
    part = participation_of(fair.expo.id, fair.buyers[0].id)
    part.max_meetings = 1
    fair.move(fair.meetings[0])
    commit()
    browser = browse(factories.organizer(fair.expo))
    url = f"/e/{fair.expo.slug}/schedule/meetings/{fair.meetings[2].id}"
    offer = next(offer for offer in tray_offers(fair, fair.meetings[2].id).changes if offer.raises)
    assert not offer.outside and "a maximum of 2 meetings" in offer.raises[0] and "instead of 1" in offer.raises[0]
    assert "Raise the maximum and put this into the draft" in browser.get(f"{url}?try={offer.key}").text
    assert browser.post(f"{url}/take", data={"change": offer.key}).status_code == 302
    db.session.expire_all()
    assert participation_of(fair.expo.id, fair.buyers[0].id).max_meetings == 2
    assert queries.placement_of(draft(fair).id, fair.meetings[2].id) is not None


def test_a_maximum_is_told_in_all_and_not_what_is_left_of_it(context):
    fair = Fair(tables=2, slots=4)
    fair.expo.max_meetings = 2
    fair.meetings[0].state = State.HELD
    fair.meetings[2].state = State.ACCEPTED
    fair.move(fair.meetings[1])
    third = fair.agreed(fair.exhibitors[0], factories.BuyerFactory())
    factories.approve(third.buyer, fair.expo)
    factories.PersonFactory(company=third.buyer)
    said = tray_offers(fair, third.id).blockers
    assert said == [f"{fair.exhibitors[0].display_name} has reached the maximum of 2 meetings."]


def tray_offers(fair, meeting_id):
    from matchmaker.engine import scheduling as engine
    from matchmaker.scheduling import tray
    from matchmaker.scheduling.load import engine_plan, load

    world = load(fair.expo, draft(fair))
    return tray.offers(world, engine.Finder(world.instance, engine_plan(world, draft(fair))), meeting_id)


def _busy(company, slots):
    from matchmaker.companies.queries import attending
    from matchmaker.scheduling.models import Unavailable

    db.session.add_all(Unavailable(person_id=person.id, slot_id=slot.id) for person in attending(company.id) for slot in slots)
    db.session.flush()


def test_a_lock_on_a_company_is_named_on_the_desk_and_lifted_again(fair, desk):
    desk("/locks", data={"what": f"company:{fair.buyers[0].id}"})
    desk("/locks", data={"what": f"hall:{fair.hall.id}"})
    page = desk().text
    assert fair.buyers[0].display_name in page
    assert "Hall 8.2" in page
    for lock in db.session.scalars(sa.select(Lock)).all():
        desk("/locks", data={"lift": lock.id})
    assert db.session.scalars(sa.select(Lock)).all() == []


def test_a_card_whose_time_has_begun_is_not_published_and_nothing_is_written(fair):
    fair.move(fair.meetings[0])
    fair.publish()
    fair.move(fair.meetings[3], table=1)
    clock.set_now(fair.slots[0].starts_at)
    with pytest.raises(Conflict, match="time that has begun"):
        fair.publish()
    assert versions(fair) == [(1, "published"), (2, "draft")]
    assert fair.meetings[3].state == State.ACCEPTED


def test_the_curve_of_a_run_is_drawn(fair, desk):
    plan = actions.open_draft(fair.organizer, fair.expo)
    tasks.optimise(_Quiet(), plan_id=plan.id, seconds=5)
    commit()
    page = desk().text
    assert 'class="curve"' in page
    assert "No plan can be better" in page


@pytest.mark.parametrize(("stopped", "tries", "says"), [
    ("deadline", 1, "The time was up; this is the best plan found."),
    ("converged", 1, "a better plan is not ruled out"),
    ("stopped", 1, "stopped by hand"),
    ("killed", 1, "The optimiser&#39;s process died before its time was up; this is its last plan."),
    ("deadline", 2, "A worker had died on the way; the run went on from its best plan."),
])
def test_the_desk_says_why_a_run_ended(fair, desk, stopped, tries, says):
    plan = actions.open_draft(fair.organizer, fair.expo)
    plan.quality = {"curve": [[0.1, 90.0, 3], [1.0, 99.0, 4]], "bound": 100.0, "stopped": stopped, "tries": tries}
    commit()
    page = desk().text
    assert says in page
    assert ("worker had died" in page) == (tries > 1)


def test_an_expo_without_any_table_says_so_on_the_desk_and_a_run_names_the_reason(context, browse):
    fair = Fair(tables=0)
    commit()
    browser = browse(factories.organizer(fair.expo))
    url = f"/e/{fair.expo.slug}/schedule"
    assert browser.get(url).status_code == 200
    result = fair.optimise()
    commit()
    assert (result["placed"], result["unplaced"]) == (0, 4)
    for path in ("", f"/meetings/{fair.meetings[0].id}"):
        assert "There is no table and no booth for this meeting." in browser.get(url + path).text


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
