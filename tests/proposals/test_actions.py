"""Proposals: only who owns the sheet offers, only who is asked answers, and what is accepted holds for the pair."""

import pytest
import sqlalchemy as sa

from matchmaker.companies import actions as companies
from matchmaker.companies.models import CompanyBlock
from matchmaker.errors import Conflict, Invalid, NotFound, TooMany
from matchmaker.expos.models import Participation
from matchmaker.infra.db import db
from matchmaker.matching.models import Agreed, StaleMatch
from matchmaker.notices.models import Notice
from matchmaker.proposals import actions, cards, queries, rules
from matchmaker.proposals.models import Proposal
from matchmaker.proposals.states import State

from .. import factories
from .conftest import strangers

pytestmark = pytest.mark.database
MINIMUM = {"gap": "minimum_order", "side": "supply", "field": "moq"}
ORDER = {"gap": "minimum_order", "side": "demand", "field": "quantity_first"}
PRICE = {"gap": "price", "side": "supply", "field": "price"}
BUDGET = {"gap": "price", "side": "demand", "field": "budget"}


def amount(value, currency=None):
    if currency:
        return {"is": "price", "low": None, "high": value, "currency": currency, "unit": "carton"}
    return {"is": "quantity", "amount": value, "unit": "carton"}


def with_price(fair, confidentiality):
    """The price stands above the budget, and the demand is confidential."""
    fair.demand.confidentiality = confidentiality
    fair.match.gaps = [{"code": "price", "weights": [-1.0, -0.5], "params": {
        "price": "60", "budget": "45", "currency": "USD", "unit": "carton", "incoterm": "CIF"}}]
    fair.match.repairs = [PRICE | {"value": amount("45", "USD"), "before": amount("60", "USD"), "lift": [1, 1]},
                          BUDGET | {"value": amount("60", "USD"), "before": amount("45", "USD"), "lift": [1, 1]}]
    db.session.flush()


@pytest.fixture
def offered(fair):
    """The exhibitor has offered a minimum of 500."""
    return actions.offer(fair.exhibitor, fair.expo, **fair.pair, **MINIMUM)


def read_by(proposal, company, meeting=None):
    return cards.rows([proposal], company, {proposal.other(company.id): meeting} if meeting else {})[0]


def told(user):
    return list(db.session.scalars(sa.select(Notice.kind).where(Notice.user_id == user.id)))


def test_the_side_whose_sheet_it_is_offers_what_the_page_shows(fair, offered):
    assert (offered.by_id, offered.to_id, offered.state) == (fair.product.company_id, fair.demand.company_id, State.OPEN)
    assert offered.value == amount("500") and offered.before == amount("1000")
    mine = actions.offer(fair.buyer, fair.expo, **fair.pair, **ORDER)
    assert (mine.by_id, mine.to_id) == (fair.demand.company_id, fair.product.company_id)


def test_nobody_offers_for_the_other_side(fair):
    for actor, repair in ((fair.buyer, MINIMUM), (fair.exhibitor, ORDER)):
        with pytest.raises(NotFound):
            actions.offer(actor, fair.expo, **fair.pair, **repair)


@pytest.mark.parametrize("change", [{"field": "lead_time_days"}, {"gap": "capacity"}, {"gap": ""}])
def test_only_a_repair_of_the_match_can_be_offered(fair, change):
    with pytest.raises(Conflict):
        actions.offer(fair.exhibitor, fair.expo, **fair.pair, **(MINIMUM | change))


def test_a_field_has_one_open_proposal(fair, offered):
    with pytest.raises(Conflict):
        actions.offer(fair.exhibitor, fair.expo, **fair.pair, **MINIMUM)
    actions.withdraw(fair.exhibitor, offered)
    assert actions.offer(fair.exhibitor, fair.expo, **fair.pair, **MINIMUM).state == State.OPEN


def test_a_company_has_only_so_many_open_proposals(fair, offered, monkeypatch):
    monkeypatch.setattr(actions, "OPEN_AT_ONCE", 1)
    with pytest.raises(TooMany):
        actions.offer(fair.exhibitor, fair.expo, **fair.pair, **MINIMUM)


def test_what_is_accepted_holds_for_the_pair_and_is_matched_anew(fair, offered):
    db.session.execute(sa.delete(StaleMatch))
    actions.accept(fair.buyer, offered)
    term = db.session.scalars(sa.select(Agreed)).one()
    assert (term.demand_id, term.product_id, term.side, term.field, term.value) == (
        fair.demand.id, fair.product.id, "supply", "moq", amount("500"))
    assert db.session.scalars(sa.select(StaleMatch.demand_id)).all() == [fair.demand.id]
    assert fair.product.moq == 1000  # the sheet is as it was for everybody else
    for late in (actions.accept, actions.refuse):
        with pytest.raises(Conflict):
            late(fair.buyer, offered)


def test_only_who_is_asked_answers(fair, offered):
    for actor in [fair.exhibitor, *map(factories.actor, strangers(fair.expo))]:
        for answer in (actions.accept, actions.refuse, lambda a, p: actions.answer(a, p, figure="700")):
            with pytest.raises(NotFound):
                answer(actor, offered)
    for actor in [fair.buyer, *map(factories.actor, strangers(fair.expo))]:
        with pytest.raises(NotFound):
            actions.withdraw(actor, offered)
    assert offered.state == State.OPEN and not db.session.scalar(sa.select(Agreed))


def test_a_refusal_carries_a_word(fair, offered):
    actions.refuse(fair.buyer, offered, reason="500 is too little for us.")
    assert read_by(offered, fair.product.company).reason == "500 is too little for us." and offered.state == State.REFUSED


def test_a_refusal_of_too_many_words_is_none(fair, offered):
    with pytest.raises(Invalid):
        actions.refuse(fair.buyer, offered, reason="x" * (rules.REASON_LIMIT + 1))
    assert offered.state == State.OPEN


def test_an_answer_is_a_proposal_the_other_way_until_one_accepts(fair, offered):
    back = actions.answer(fair.buyer, offered, figure="700")
    assert offered.state == State.ANSWERED and back.value == amount("700") and back.answers_id == offered.id
    assert (back.by_id, back.to_id) == (fair.demand.company_id, fair.product.company_id)
    again = actions.answer(fair.exhibitor, back, figure="600")
    actions.accept(fair.buyer, again)
    assert db.session.scalars(sa.select(Agreed)).one().value == amount("600")


@pytest.mark.parametrize("figure", ["", "many", "0", "-5", "500"])
def test_a_figure_that_is_none_or_the_same_changes_nothing(fair, offered, figure):
    with pytest.raises(Invalid) as problem:
        actions.answer(fair.buyer, offered, figure=figure)
    assert problem.value.field == "figure" and offered.state == State.OPEN


def test_a_yes_or_no_cannot_be_answered_with_a_figure(fair):
    fair.match.repairs = [{"gap": "road", "side": "supply", "field": "roads", "value": {"is": "codes", "list": ["1210"]},
                           "before": {"is": "codes", "list": ["0110"]}, "lift": [1, 1]}]
    db.session.flush()
    found = actions.offer(fair.exhibitor, fair.expo, **fair.pair, gap="road", side="supply", field="roads")
    with pytest.raises(Conflict):
        actions.answer(fair.buyer, found, figure="3")


def test_a_budget_that_is_kept_back_cannot_be_found_out_by_offering(fair):
    """The exhibitor's repair of a price is the budget: it is neither shown nor offered before the budget may be read."""
    with_price(fair, "matched")
    with pytest.raises(Conflict):
        actions.offer(fair.exhibitor, fair.expo, **fair.pair, **PRICE)
    with_price(fair, "open")
    assert actions.offer(fair.exhibitor, fair.expo, **fair.pair, **PRICE).value == amount("45", "USD")


def test_a_buyer_who_offers_a_budget_tells_the_new_one_only(fair):
    with_price(fair, "matched")
    found = actions.offer(fair.buyer, fair.expo, **fair.pair, **BUDGET)
    theirs, ours = read_by(found, fair.product.company), read_by(found, fair.demand.company)
    assert "60" in theirs.words and theirs.before == "" and "45" in ours.before
    assert "45" in read_by(found, fair.product.company, "accepted").before


@pytest.mark.parametrize(("confidentiality", "meeting", "named"), [
    ("open", None, True), ("matched", None, False), ("matched", "accepted", True), ("anonymous", "accepted", False),
    ("anonymous", "placed", True)])
def test_the_buyers_name_is_kept_back_as_the_demand_says(fair, offered, confidentiality, meeting, named):
    fair.demand.confidentiality = confidentiality
    row = read_by(offered, fair.product.company, meeting)
    assert row.named is named and (row.company == fair.demand.company.display_name) is named
    assert read_by(offered, fair.demand.company).company == fair.product.company.display_name


def test_a_block_takes_open_proposals_back_in_silence(fair, offered):
    before = told(fair.exhibitor_user)
    companies.block(fair.buyer, fair.demand.company, fair.product.company)
    assert offered.state == State.WITHDRAWN and told(fair.exhibitor_user) == before
    with pytest.raises(NotFound):
        actions.offer(fair.exhibitor, fair.expo, **fair.pair, **MINIMUM)


def test_with_a_blocked_company_nothing_is_agreed(fair, offered):
    """Even where the block came by another way than the verb that takes proposals back."""
    db.session.add(CompanyBlock(company_id=fair.product.company_id, blocked_id=fair.demand.company_id, created_at=offered.created_at))
    db.session.flush()
    with pytest.raises(NotFound):
        actions.accept(fair.buyer, offered)


def test_who_leaves_the_expo_leaves_no_open_proposals(fair, offered):
    from matchmaker import events

    part = db.session.scalars(sa.select(Participation).where(Participation.company_id == fair.demand.company_id)).one()
    part.state = "withdrawn"
    db.session.flush()
    events.participation_withdrawn.send(part)
    assert offered.state == State.WITHDRAWN


def test_the_right_side_is_told(fair, offered):
    assert told(fair.buyer_user) == ["proposal_offered"] and told(fair.exhibitor_user) == []
    actions.refuse(fair.buyer, offered)
    assert told(fair.exhibitor_user) == ["proposal_refused"]
    second = actions.offer(fair.exhibitor, fair.expo, **fair.pair, **MINIMUM)
    back = actions.answer(fair.buyer, second, figure="700")
    assert told(fair.exhibitor_user) == ["proposal_refused", "proposal_offered"]
    actions.accept(fair.exhibitor, back)
    assert told(fair.buyer_user)[-1] == "proposal_accepted"


def test_a_withdrawal_is_told_to_nobody_as_news(fair, offered):
    actions.withdraw(fair.exhibitor, offered)
    assert told(fair.buyer_user) == ["proposal_offered"]


def test_lists_are_of_ones_own_expo_and_company(fair, offered):
    assert queries.counts(fair.buyer, fair.expo) == {"answer": 1, "made": 0, "all": 1}
    assert queries.counts(fair.exhibitor, fair.expo) == {"answer": 0, "made": 1, "all": 1}
    other = factories.ExpoFactory(series="CICPE")
    assert queries.counts(fair.buyer, other)["all"] == 0
    with pytest.raises(NotFound):
        queries.proposal_for(fair.buyer, other, offered.id)
    for user in strangers(fair.expo):
        assert queries.counts(factories.actor(user), fair.expo)["all"] == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Proposal)) == 1
