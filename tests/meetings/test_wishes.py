"""How much a company wants to meet another, ratings, and second meetings."""

import pytest
import sqlalchemy as sa

from matchmaker.errors import Conflict, Invalid, NotFound, TooMany
from matchmaker.infra.db import db
from matchmaker.meetings import actions, queries
from matchmaker.meetings.models import Wish
from matchmaker.meetings.rules import MOST_MUSTS
from matchmaker.meetings.states import State

from .. import factories

pytestmark = pytest.mark.database


def test_a_wish_is_set_changed_and_taken_back(fair):
    for value in ("like", "must", "never"):
        actions.set_wish(fair.purchaser_acts, fair.expo, other=fair.exhibitor, value=value)
        assert queries.wishes_of(fair.expo.id, fair.buyer.id) == {fair.exhibitor.id: value}
    actions.set_wish(fair.purchaser_acts, fair.expo, other=fair.exhibitor, value="neutral")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Wish)) == 0
    with pytest.raises(Invalid):
        actions.set_wish(fair.purchaser_acts, fair.expo, other=fair.exhibitor, value="love")


def test_wishes_join_one_of_each_kind_who_take_part(fair):
    for other in (fair.outsider, factories.CompanyFactory()):
        with pytest.raises(NotFound):
            actions.set_wish(fair.purchaser_acts, fair.expo, other=other, value="like")


def test_musts_are_few(fair):
    companies = [factories.CompanyFactory() for _ in range(MOST_MUSTS + 1)]
    for company in companies:
        factories.approve(company, fair.expo)
    for company in companies[:-1]:
        actions.set_wish(fair.purchaser_acts, fair.expo, other=company, value="must")
    with pytest.raises(TooMany):
        actions.set_wish(fair.purchaser_acts, fair.expo, other=companies[-1], value="must")
    actions.set_wish(fair.purchaser_acts, fair.expo, other=companies[0], value="must")  # it is one already
    actions.set_wish(fair.purchaser_acts, fair.expo, other=companies[0], value="like")
    actions.set_wish(fair.purchaser_acts, fair.expo, other=companies[-1], value="must")
    assert queries.musts(fair.expo.id, fair.buyer.id) == MOST_MUSTS


def test_the_other_side_never_reads_a_wish(fair, asked, browse):
    browser = browse(fair.purchaser)
    for value in ("must", "never"):
        assert browser.post(f"/e/ciie-2026/meetings/{asked.id}/wish", data={"value": value}).status_code == 302
        theirs = browse(fair.seller).get(f"/e/ciie-2026/meetings/{asked.id}").text
        assert 'value="neutral" aria-pressed="true"' in theirs
        assert f'value="{value}" aria-pressed="true"' in browser.get(f"/e/ciie-2026/meetings/{asked.id}").text
    assert browse(fair.nosy).post(f"/e/ciie-2026/meetings/{asked.id}/wish", data={"value": "must"}).status_code == 404
    assert browser.post(f"/e/ciie-2026/exhibitors/{fair.stranger.id}/wish", data={"value": "like"}).status_code == 302
    assert 'value="like" aria-pressed="true"' in browser.get("/e/ciie-2026/exhibitors").text
    assert browse(fair.seller).post(f"/e/ciie-2026/exhibitors/{fair.stranger.id}/wish", data={"value": "like"}).status_code == 404


@pytest.fixture
def held(fair, asked):
    actions.accept(fair.seller_acts, asked)
    actions.place(fair.organizer_acts, asked)
    actions.mark_held(fair.floor_acts, asked)
    return asked


def test_a_rating_is_one_to_five(fair, held):
    for rating in (0, 6):
        with pytest.raises(Invalid):
            actions.record_outcome(fair.seller_acts, held, company_id=fair.exhibitor.id, result="sample", rating=rating)
    assert actions.record_outcome(fair.seller_acts, held, company_id=fair.exhibitor.id, result="sample", rating=5).rating == 5


def test_two_taps_then_stars_and_a_note_keep_each_other(fair, held, browse):
    browser, path = browse(fair.seller), f"/e/ciie-2026/meetings/{held.id}"
    for tap in ({"result": "quote"}, {"again": "yes"}, {"rating": "4"}, {"note": "Send 2 kits"}):
        assert browser.post(f"{path}/outcome", data=tap).status_code == 302
    db.session.expire_all()
    own = held.outcome_of(fair.exhibitor.id)
    assert (own.result, own.again, own.rating, own.note) == ("quote", "yes", 4, "Send 2 kits")
    assert "Send 2 kits" not in browse(fair.purchaser).get(path).text


def test_a_second_meeting_asks_the_same_pair_about_the_same(fair, held, browse):
    actions.record_outcome(fair.purchaser_acts, held, company_id=fair.buyer.id, result="sample", again="yes")
    db.session.flush()
    answer = browse(fair.purchaser).post(f"/e/ciie-2026/meetings/{held.id}/again")
    assert answer.status_code == 302
    second = queries.open_of(fair.buyer.id, other_id=fair.exhibitor.id)[0]
    assert (second.state, second.demand_id, second.product_id) == (State.REQUESTED, held.demand_id, held.product_id)
    assert second.asked_by_id == fair.buyer.id
    with pytest.raises(Conflict):
        actions.ask_again(fair.seller_acts, fair.expo, held)


def test_a_second_meeting_follows_a_first(fair, asked):
    with pytest.raises(Conflict):
        actions.ask_again(fair.purchaser_acts, fair.expo, asked)


def test_an_exhibitor_cannot_ask_again_about_a_closed_demand(fair, held):
    fair.demand.state = "closed"
    db.session.flush()
    with pytest.raises(Conflict, match="closed"):
        actions.ask_again(fair.seller_acts, fair.expo, held)
    assert actions.ask_again(fair.purchaser_acts, fair.expo, held).demand_id is None
