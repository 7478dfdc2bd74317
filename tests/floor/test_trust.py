"""Reliability from what was kept and missed; appeals take a miss out of the count; the next run weighs it a little."""

import pytest

from matchmaker.errors import Conflict, Invalid, NotFound
from matchmaker.floor import actions, trust
from matchmaker.floor.rules import LATE, MISSED, USUAL
from matchmaker.scheduling.load import RELIABLE, WISH, load, reliability

from .. import factories
from .conftest import at

pytestmark = pytest.mark.database


def missed(floor, by="buyer"):
    at(10)
    actions.miss(floor.guard, floor.expo, meeting=floor.first, by=by)


def test_a_no_show_counts_against_the_side_that_missed_it_only(floor):
    missed(floor)
    scores = trust.scores(floor.expo)
    assert scores[floor.buyers[0].id] < USUAL
    assert floor.exhibitors[0].id not in scores
    assert [row.worth for row in trust.missed_of(floor.buyers[0].id, floor.expo)] == [MISSED]


def test_scores_are_those_of_the_history(floor):
    at(0)
    actions.check_in(floor.guard, floor.expo, meeting=floor.first, side="exhibitor", how="staff")
    at(6)
    actions.check_in(floor.guard, floor.expo, meeting=floor.first, side="buyer", how="staff")
    at(30)
    actions.end_round(floor.guard, floor.expo, meeting=floor.first)
    kept = trust.history([floor.buyers[0].id, floor.exhibitors[0].id])
    assert [row.worth for row in kept[floor.buyers[0].id]] == [LATE]
    scores = trust.scores(floor.expo)
    for company, rows in kept.items():
        assert scores[company] == pytest.approx(trust.score(rows), abs=1e-6)
    assert scores[floor.buyers[0].id] < USUAL < scores[floor.exhibitors[0].id]


def test_an_appeal_that_is_granted_ends_the_count(floor):
    missed(floor)
    row = trust.appeal(floor.purchaser, meeting=floor.first, company_id=floor.buyers[0].id, text="We sat at A02, the sign was wrong.")
    assert trust.appeals(floor.expo) == [row]
    trust.decide(floor.organizer, floor.expo, row, granted=True)
    assert floor.buyers[0].id not in trust.scores(floor.expo)
    assert trust.score(trust.history([floor.buyers[0].id])[floor.buyers[0].id]) == USUAL
    with pytest.raises(Conflict):
        trust.decide(floor.organizer, floor.expo, row, granted=False)


def test_an_appeal_that_is_refused_changes_nothing(floor):
    missed(floor)
    before = trust.scores(floor.expo)[floor.buyers[0].id]
    row = trust.appeal(floor.purchaser, meeting=floor.first, company_id=floor.buyers[0].id, text="Traffic.")
    trust.decide(floor.organizer, floor.expo, row, granted=False, answer="The other side waited.")
    assert trust.scores(floor.expo)[floor.buyers[0].id] == pytest.approx(before, abs=1e-6)


def test_only_the_side_that_is_charged_appeals_once_and_only_organizers_decide(floor):
    missed(floor)
    own = {"meeting": floor.first, "company_id": floor.buyers[0].id}
    with pytest.raises(NotFound):
        trust.appeal(floor.seller, text="No.", **own)
    with pytest.raises(Conflict):
        trust.appeal(floor.seller, meeting=floor.first, company_id=floor.exhibitors[0].id, text="No.")
    with pytest.raises(Invalid):
        trust.appeal(floor.purchaser, text=" ", **own)
    row = trust.appeal(floor.purchaser, text="We were there.", **own)
    with pytest.raises(Conflict):
        trust.appeal(floor.purchaser, text="Really.", **own)
    stranger = factories.actor(factories.organizer(factories.ExpoFactory()))
    for who in (floor.guard, floor.purchaser, stranger):
        with pytest.raises(NotFound):
            trust.decide(who, floor.expo, row, granted=True)
        with pytest.raises(NotFound):
            trust.appeal_at(who, floor.expo, row.id)


def test_the_next_run_weighs_reliability_less_than_a_wish(floor):
    waiting = floor.wait(floor.exhibitors[1], floor.buyers[0])

    def utility():
        return next(request.utility for request in load(floor.expo, None).instance.requests if request.id == waiting.id)

    before = utility()
    missed(floor)
    share = reliability(floor.expo)[floor.buyers[0].id]
    assert utility() == pytest.approx(before - RELIABLE * (USUAL - share), abs=0.01)
    assert 0 < before - utility() < WISH["like"]
