"""The pages: what each role reads and may press, and that strangers find nothing."""

import re

import pytest
import sqlalchemy as sa

from matchmaker import clock
from matchmaker.infra.db import commit, db
from matchmaker.matching.models import Recommendation
from matchmaker.meetings import actions
from matchmaker.meetings.models import Meeting

from .. import factories

pytestmark = pytest.mark.database


def words(response) -> str:
    return re.sub(r"\s+", " ", response.get_data(as_text=True))


def recommend(fair, score=3.2) -> Recommendation:
    row = Recommendation(
        expo_id=fair.expo.id, demand_id=fair.demand.id, product_id=fair.product.id, buyer_id=fair.buyer.id, exhibitor_id=fair.exhibitor.id,
        score=score, band="strong", reasons=[], gaps=[], model="test", computed_at=clock.now())
    db.session.add(row)
    db.session.flush()
    return row


def place(fair, meeting, days=0):
    """Publish a plan in which the meeting has its place."""
    from matchmaker.scheduling.models import Placement, Plan

    table = factories.TableFactory(hall=factories.HallFactory(expo=fair.expo, code="7.2"), label="C07")
    slot = factories.slots(fair.expo, 1)[0]
    plan = Plan(expo_id=fair.expo.id, number=1, state="published", created_at=clock.now(), edited_at=clock.now())
    db.session.add(plan)
    db.session.flush()
    actions.place(fair.organizer_acts, meeting)
    db.session.add(Placement(plan_id=plan.id, meeting_id=meeting.id, slot_id=slot.id, table_id=table.id))
    db.session.flush()
    return slot


def test_the_asked_side_reads_the_request_and_accepts_with_one_tap(fair, asked, browse):
    recommend(fair)
    seller = browse(fair.seller)
    page = words(seller.get("/e/ciie-2026/requests"))
    assert "Qingchuan Foods" in page and "想谈 500 箱。" in page
    assert 'lang="zh-Hans"' in page and "Strong" in page and "One request waits for you" in page
    assert seller.post(f"/e/ciie-2026/meetings/{asked.id}/accept").status_code == 302
    assert asked.state == "accepted"
    assert "Qingchuan Foods" in words(seller.get("/e/ciie-2026/requests?tab=accepted"))
    assert seller.post(f"/e/ciie-2026/meetings/{asked.id}/accept").status_code == 409


def test_the_asking_side_sees_its_request_and_takes_it_back(fair, asked, browse):
    purchaser = browse(fair.purchaser)
    page = words(purchaser.get("/e/ciie-2026/requests?tab=asked"))
    assert "Vega Olivar" in page and f"/meetings/{asked.id}/withdraw" in page and f"/meetings/{asked.id}/accept" not in page
    assert purchaser.post(f"/e/ciie-2026/meetings/{asked.id}/accept").status_code == 404
    assert purchaser.post(f"/e/ciie-2026/meetings/{asked.id}/withdraw").status_code == 302
    assert asked.state == "withdrawn"


def test_declining_needs_a_reason_and_keeps_the_note(fair, asked, browse):
    seller = browse(fair.seller)
    answer = seller.post(f"/e/ciie-2026/meetings/{asked.id}/decline", data={"note": "Next year perhaps"})
    assert answer.status_code == 422 and "Next year perhaps" in words(answer) and "Please choose a reason." in words(answer)
    assert seller.post(f"/e/ciie-2026/meetings/{asked.id}/decline", data={"reason": "quantity"}).status_code == 302
    assert asked.decline_reason == "quantity"
    assert "The quantity does not fit" in words(seller.get(f"/e/ciie-2026/meetings/{asked.id}"))


def test_asking_works_from_the_card_with_a_message(fair, browse):
    recommend(fair, score=4.5)
    purchaser = browse(fair.purchaser)
    url = f"/e/ciie-2026/ask?demand={fair.demand.id}&product={fair.product.id}"
    page = words(purchaser.get(url))
    assert "Vega Olivar" in page and f'<option selected value="{fair.demand.id}">' in page
    answer = purchaser.post(url, data={"own": fair.demand.id, "message": "Quisiéramos probar su aceite de oliva virgen extra."})
    meeting = db.session.scalars(sa.select(Meeting)).one()
    assert answer.location.endswith(f"/meetings/{meeting.id}")
    assert (meeting.demand_id, meeting.product_id) == (fair.demand.id, fair.product.id)
    assert (meeting.match_score, meeting.message_lang) == (4.5, "es")
    again = purchaser.post(url, data={"own": fair.demand.id, "message": "kept"})
    assert again.status_code == 409 and "kept" in words(again)


def test_a_buyer_may_ask_a_company_and_an_exhibitor_only_about_a_demand(fair, browse):
    purchaser, seller = browse(fair.purchaser), browse(fair.seller)
    assert purchaser.post("/e/ciie-2026/ask", data={"company": fair.stranger.id, "own": ""}).status_code == 302
    assert seller.get(f"/e/ciie-2026/ask?company={fair.outsider.id}").status_code == 404
    assert seller.post("/e/ciie-2026/ask", data={"demand_id": fair.demand.id, "own": fair.product.id}).status_code == 302
    assert db.session.scalar(sa.select(Meeting.product_id).where(Meeting.asked_by_id == fair.exhibitor.id)) == fair.product.id


def test_a_message_too_long_is_kept_and_named(fair, browse):
    answer = browse(fair.purchaser).post("/e/ciie-2026/ask", data={"company": fair.exhibitor.id, "message": "x" * 1001})
    assert answer.status_code == 422 and "x" * 1001 in answer.get_data(as_text=True)


def test_foreign_sheets_cannot_be_named_as_ones_own(fair, browse):
    foreign = factories.DemandFactory(expo=fair.expo, company=fair.outsider)
    answer = browse(fair.purchaser).post("/e/ciie-2026/ask", data={"company": fair.exhibitor.id, "own": foreign.id})
    assert answer.status_code == 404


def test_an_anonymous_buyer_is_named_only_when_the_demand_says_so(fair, browse):
    fair.demand.confidentiality = "matched"
    seller = browse(fair.seller)
    url = f"/e/ciie-2026/ask?demand={fair.demand.id}"
    assert "Qingchuan" not in words(seller.get(url)) and "晴川" not in words(seller.get(url))
    page = words(seller.post(url, data={"own": fair.product.id}, follow_redirects=True))
    assert "Qingchuan" not in page and "晴川" not in page and "杭州" not in page
    meeting = db.session.scalars(sa.select(Meeting)).one()
    assert "Qingchuan" not in words(seller.get("/e/ciie-2026/requests?tab=all")) and "Qingchuan" not in words(seller.get("/notices"))
    actions.accept(fair.purchaser_acts, meeting)
    commit()
    page = words(seller.get(f"/e/ciie-2026/meetings/{meeting.id}"))
    assert "Qingchuan Foods" in page and "顾青禾" in page


def test_an_anonymous_buyer_stays_unnamed_until_the_place(fair, browse):
    fair.demand.confidentiality = "anonymous"
    meeting = actions.ask(fair.seller_acts, fair.expo, other=fair.buyer, demand=fair.demand)
    actions.accept(fair.purchaser_acts, meeting)
    seller = browse(fair.seller)
    for url in (f"/e/ciie-2026/meetings/{meeting.id}", "/e/ciie-2026/requests?tab=accepted", "/notices"):
        page = words(seller.get(url))
        assert "Qingchuan" not in page and "顾青禾" not in page
    place(fair, meeting)
    commit()
    assert "顾青禾" in words(seller.get(f"/e/ciie-2026/meetings/{meeting.id}"))


def test_who_asks_names_itself(fair, browse):
    fair.demand.confidentiality = "anonymous"
    actions.ask(fair.purchaser_acts, fair.expo, other=fair.exhibitor, demand=fair.demand)
    assert "Qingchuan Foods" in words(browse(fair.seller).get("/e/ciie-2026/requests"))


def test_people_are_named_after_acceptance_only(fair, asked, browse):
    purchaser = browse(fair.purchaser)
    url = f"/e/ciie-2026/meetings/{asked.id}"
    assert "Lucía Ferrer" not in words(purchaser.get(url))
    actions.accept(fair.seller_acts, asked)
    commit()
    assert "Lucía Ferrer" in words(purchaser.get(url))
    actions.cancel(fair.seller_acts, asked, reason="ill")
    commit()
    assert "Lucía Ferrer" not in words(purchaser.get(url)) and "ill" in words(purchaser.get(url))


def test_the_outcome_takes_two_taps_once_the_meeting_has_begun(fair, asked, browse):
    actions.accept(fair.seller_acts, asked)
    slot = place(fair, asked)
    seller, url = browse(fair.seller), f"/e/ciie-2026/meetings/{asked.id}"
    assert "How did it go?" not in words(seller.get(url)) and "C07" in words(seller.get(url))
    assert seller.post(f"{url}/outcome", data={"result": "sample"}).status_code == 409
    assert seller.post(f"{url}/held").status_code == 409
    clock.set_now(slot.starts_at)
    assert "How did it go?" in words(seller.get(url))
    assert seller.post(f"{url}/outcome", data={"again": "yes"}).status_code == 422
    assert seller.post(f"{url}/outcome", data={"result": "sample"}).status_code == 302
    assert seller.post(f"{url}/outcome", data={"again": "later"}).status_code == 302
    assert seller.post(f"{url}/outcome", data={"note": "two kits"}).status_code == 302
    outcome = db.session.get(Meeting, asked.id, populate_existing=True).outcomes[0]
    assert (outcome.result, outcome.again, outcome.note, asked.state) == ("sample", "later", "two kits", "held")
    assert "two kits" not in words(browse(fair.purchaser).get(url))


def test_staff_note_who_missed(fair, asked, browse):
    actions.accept(fair.seller_acts, asked)
    place(fair, asked)
    floor, url = browse(fair.floor), f"/e/ciie-2026/meetings/{asked.id}"
    assert "Who did not come?" in words(floor.get(url))
    assert floor.post(f"{url}/missed", data={"by": "everybody"}).status_code == 422
    assert floor.post(f"{url}/missed", data={"by": "buyer"}).status_code == 302
    assert (asked.state, asked.missed_by) == ("missed", "buyer")
    assert browse(fair.seller).post(f"{url}/missed", data={"by": "buyer"}).status_code == 404


def test_calling_off_asks_for_the_reason(fair, asked, browse):
    actions.accept(fair.seller_acts, asked)
    commit()
    seller, url = browse(fair.seller), f"/e/ciie-2026/meetings/{asked.id}/cancel"
    assert seller.get(url).status_code == 200
    assert seller.post(url, data={"reason": " "}).status_code == 422
    assert seller.post(url, data={"reason": "No visa"}).status_code == 302
    assert asked.state == "cancelled"


def test_strangers_and_other_expos_find_nothing(fair, asked, browse):
    """Read and write, at this expo and at another one."""
    paths = [("GET", ""), ("POST", "/accept"), ("GET", "/decline"), ("POST", "/decline"), ("POST", "/withdraw"), ("GET", "/cancel"),
             ("POST", "/cancel"), ("POST", "/outcome"), ("POST", "/held"), ("POST", "/missed")]
    data = {"reason": "price", "result": "sample", "by": "buyer"}
    for who in ("nosy", "rival", "elsewhere", "seller", "purchaser"):
        browser = browse(getattr(fair, who))
        slugs = ["canton-2026"] if who in ("seller", "purchaser") else ["ciie-2026", "canton-2026"]
        found = [(who, slug, method, path, status) for slug in slugs for method, path in paths
                 if (status := browser.open(f"/e/{slug}/meetings/{asked.id}{path}", method=method, data=data).status_code) != 404]
        assert found == []
    assert db.session.get(Meeting, asked.id, populate_existing=True).state == "requested"


def test_a_company_outside_the_expo_has_no_requests_page(fair, browse):
    outside = factories.member(factories.CompanyFactory())
    browser = browse(outside)
    assert browser.get("/e/ciie-2026/requests").status_code == 404
    assert browser.get(f"/e/ciie-2026/ask?company={fair.exhibitor.id}").status_code == 404
    assert browser.post("/e/ciie-2026/ask", data={"company": fair.exhibitor.id}).status_code == 404


def test_the_navigation_counts_what_waits(fair, asked, browse):
    assert re.search(r'Requests <b class="count">1</b>', words(browse(fair.seller).get("/e/ciie-2026/requests")))
    assert not re.search(r'约谈 <b class="count">', words(browse(fair.purchaser).get("/e/ciie-2026/requests")))


def test_a_list_takes_few_queries(fair, browse, app):
    for n in range(12):
        exhibitor = factories.CompanyFactory()
        factories.approve(exhibitor, fair.expo)
        actions.ask(factories.actor(fair.purchaser), fair.expo, other=exhibitor, demand=fair.demand, message=f"{n}")
    purchaser = browse(fair.purchaser)
    count = 0

    def listen(*_args):
        nonlocal count
        count += 1

    sa.event.listen(db.engine, "before_cursor_execute", listen)
    try:
        assert purchaser.get("/e/ciie-2026/requests?tab=asked").status_code == 200
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", listen)
    assert count < 25


@pytest.mark.parametrize("number", ["9" * 30, "-1", "2147483648", "NaN", "١٢"])
def test_odd_numbers_break_nothing(fair, asked, browse, number):
    purchaser = browse(fair.purchaser)
    assert purchaser.get(f"/e/ciie-2026/meetings/{number}").status_code == 404
    for field in ("own", "company", "demand", "product", "demand_id"):
        given = {"company": fair.stranger.id, "message": "x"} | {field: number}
        assert purchaser.post("/e/ciie-2026/ask", data=given).status_code < 500
    assert purchaser.get(f"/e/ciie-2026/requests?page={number}&tab={number}").status_code == 200
