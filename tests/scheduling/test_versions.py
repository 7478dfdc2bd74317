"""Runs and versions on the desk: what a run makes of a draft, its curve and bound, versions that are compared, kept and taken back."""

import re

import pytest
import sqlalchemy as sa

from matchmaker import clock
from matchmaker.errors import Conflict
from matchmaker.infra.db import commit, db
from matchmaker.meetings.states import State
from matchmaker.scheduling import actions, queries, tasks
from matchmaker.scheduling.board import board
from matchmaker.scheduling.models import Placement

from .. import factories
from .test_plans import Fair, _Quiet

pytestmark = pytest.mark.database


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
    assert fair.versions() == [(1, "published"), (2, "kept"), (3, "draft")]
    assert queries.placement_of(fair.draft().id, fair.meetings[0].id).slot_id == fair.slots[0].id


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
    assert [card.differs for card in board(fair.expo, fair.draft()).cards] == [False]
    fair.publish()
    fair.move(fair.meetings[0], slot=1)
    assert [card.differs for card in board(fair.expo, fair.draft()).cards] == [True]


def test_a_run_takes_the_place_of_a_draft_that_is_only_a_copy(fair):
    fair.move(fair.meetings[0])
    fair.publish()
    actions.open_draft(fair.organizer, fair.expo)
    fair.optimise()
    assert fair.versions() == [(1, "published"), (2, "draft")]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Placement).where(Placement.plan_id == fair.draft().id)) == 4


def test_a_run_keeps_a_draft_with_edits_as_a_version(fair):
    fair.move(fair.meetings[0])
    fair.publish()
    fair.move(fair.meetings[3], table=1)
    fair.optimise()
    assert fair.versions() == [(1, "published"), (2, "kept"), (3, "draft")]


def test_a_card_whose_time_has_begun_is_not_published_and_nothing_is_written(fair):
    fair.move(fair.meetings[0])
    fair.publish()
    fair.move(fair.meetings[3], table=1)
    clock.set_now(fair.slots[0].starts_at)
    with pytest.raises(Conflict, match="time that has begun"):
        fair.publish()
    assert fair.versions() == [(1, "published"), (2, "draft")]
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


def test_the_bound_answers_to_a_lever_and_changes_nothing(fair, desk):
    before = desk("/what-if").text
    page = desk(f"/what-if?tables-hall:{fair.hall.id}=5&rounds=1").text
    assert "What each change does alone" in page
    assert "What each change does alone" not in before
    assert fair.versions() == []
