"""A stopped pair appears nowhere: no row, list, page, search, feed, file, mail, notice or proposal, whichever side looks."""

import io
from decimal import Decimal

import pypdf
import pytest
import python_calamine
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from matchmaker import clock
from matchmaker.agendas import feeds, sheets
from matchmaker.agendas.queries import Subject
from matchmaker.catalog import queries as catalog
from matchmaker.catalog.models import Product
from matchmaker.companies import actions as companies
from matchmaker.errors import Conflict, NotFound
from matchmaker.infra.db import commit, db
from matchmaker.infra.mail import OutboxMail
from matchmaker.matching import feedback, reports
from matchmaker.matching.models import Recommendation
from matchmaker.meetings import actions as meetings
from matchmaker.notices.models import Notice
from matchmaker.proposals import actions as proposals

from .. import factories
from ..agendas.conftest import Fair
from ..conftest import TODAY, wipe
from .conftest import match_all, member_actor

pytestmark = pytest.mark.database


def blocked_by_buyer(fair):
    companies.block(member_actor(fair.buyers[0]), fair.buyers[0], fair.exhibitors[0])


def blocked_by_exhibitor(fair):
    companies.block(member_actor(fair.exhibitors[0]), fair.exhibitors[0], fair.buyers[0])


def origin_excluded(fair):
    fair.demands[0].origins_excluded = [fair.products[0].origin]


def of_one_company(fair):
    fair.demands[0].company_id = fair.products[0].company_id


STOPS = (blocked_by_buyer, blocked_by_exhibitor, origin_excluded, of_one_company)
BLOCKS = (blocked_by_buyer, blocked_by_exhibitor)
AT_ONCE = (*BLOCKS, origin_excluded)  # pages ask for these themselves


def pages_of(fair, browse):
    """Return (browser, address of the pair's page, addresses of lists) of both sides."""
    pair, at = f"{fair.demands[0].id}/{fair.products[0].id}", f"/e/{fair.expo.slug}"
    lists = [f"{at}/recommendations", f"{at}/recommendations/saved", f"{at}/recommendations/hidden", "/",
             *(f"{at}/proposals?tab={tab}" for tab in ("answer", "made", "all")),
             *(f"{at}/requests?tab={tab}" for tab in ("answer", "all"))]
    return [(browse(factories.member(company)), f"{at}/matches/{pair}", lists) for company in (fair.buyers[0], fair.exhibitors[0])]


def assert_nowhere(fair, browse):
    for browser, pair, lists in pages_of(fair, browse):
        assert browser.get(pair).status_code == 404
        for verb in ("save", "hide", "offer"):
            assert browser.post(f"{pair}/{verb}", data={"reason": "price", "gap": "x", "side": "supply", "field": "moq"}).status_code == 404
        for address in lists:
            assert pair not in browser.get(address, follow_redirects=True).text


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.__name__)
def test_a_stopped_pair_is_nowhere_after_the_refresh(fair, browse, stop):
    match_all(fair.expo)
    pair = {"demand_id": fair.demands[0].id, "product_id": fair.products[0].id}
    feedback.note(fair.buyers[0].id, "saved", expo_id=fair.expo.id, **pair)
    stop(fair)
    commit()
    match_all(fair.expo)
    assert db.session.scalar(sa.select(sa.func.count()).where(
        Recommendation.demand_id == pair["demand_id"], Recommendation.product_id == pair["product_id"])) == 0
    assert_nowhere(fair, browse)


@pytest.mark.parametrize("stop", AT_ONCE, ids=lambda stop: stop.__name__)
def test_a_stop_acts_before_the_refresh(matched, browse, stop):
    stop(matched)
    commit()
    assert_nowhere(matched, browse)


def test_without_a_stop_the_pair_is_there(matched, browse):
    for browser, pair, lists in pages_of(matched, browse):
        assert browser.get(pair).status_code == 200
        assert pair in browser.get(lists[0]).text


@pytest.fixture
def proposed(fair):
    """A pair with a minimum order in the way, for which the exhibitor has proposed a smaller one; the proposal's id."""
    fair.products[0].moq, fair.products[0].moq_unit = Decimal(1200), "carton"
    fair.demands[0].quantity_first, fair.demands[0].unit = Decimal(500), "carton"
    match_all(fair.expo)
    made = proposals.offer(
        member_actor(fair.exhibitors[0]), fair.expo, demand_id=fair.demands[0].id, product_id=fair.products[0].id, gap="minimum_order",
        side="supply", field="moq")
    commit()
    return made.id


@pytest.mark.parametrize("stop", AT_ONCE, ids=lambda stop: stop.__name__)
def test_a_proposal_of_a_stopped_pair_is_in_no_list_and_cannot_be_answered(fair, proposed, browse, stop):
    readers = [browse(factories.member(company)) for company in (fair.buyers[0], fair.exhibitors[0])]
    at = f"/e/{fair.expo.slug}/proposals"
    assert all(f"{at}/{proposed}" in reader.get(f"{at}?tab=all").text for reader in readers)
    stop(fair)
    commit()
    for reader in readers:
        for address in ("/", at, f"{at}?tab=made", f"{at}?tab=all"):
            assert f"{at}/{proposed}" not in reader.get(address, follow_redirects=True).text
        assert reader.get(f"{at}/{proposed}").status_code == 404
        for verb in ("accept", "refuse", "withdraw"):
            assert reader.post(f"{at}/{proposed}/{verb}").status_code == 404


@pytest.mark.parametrize("stop", BLOCKS, ids=lambda stop: stop.__name__)
def test_neither_directory_nor_search_nor_sheet_shows_a_blocked_company(matched, browse, stop):
    buyer, exhibitor = (browse(factories.member(company)) for company in (matched.buyers[0], matched.exhibitors[0]))
    at, name = f"/e/{matched.expo.slug}", matched.exhibitors[0].name
    pages = [(buyer, f"{at}/products/{matched.products[0].id}"), (exhibitor, f"{at}/demands/{matched.demands[0].id}"),
             (buyer, f"{at}/ask?product={matched.products[0].id}"), (buyer, f"{at}/ask?company={matched.exhibitors[0].id}"),
             (exhibitor, f"{at}/ask?demand={matched.demands[0].id}")]
    assert name in buyer.get(f"{at}/exhibitors").text
    assert all(browser.get(page).status_code == 200 for browser, page in pages)
    stop(matched)
    commit()
    assert name not in buyer.get(f"{at}/exhibitors").text
    assert f"/companies/{matched.exhibitors[0].id}" not in buyer.get(f"{at}/exhibitors?q={name}").text
    assert all(browser.get(page).status_code == 404 for browser, page in pages)
    assert not db.session.scalars(catalog.company_products(member_actor(matched.buyers[0]), matched.expo, matched.exhibitors[0].id)).all()
    with pytest.raises(NotFound):
        meetings.set_wish(member_actor(matched.buyers[0]), matched.expo, other=matched.exhibitors[0], value="like")


def test_nobody_asks_about_a_demand_and_a_product_of_an_origin_that_it_excludes(matched):
    origin_excluded(matched)
    pair = {"demand": matched.demands[0], "product": matched.products[0]}
    for asker, other in ((matched.exhibitors[0], matched.buyers[0]), (matched.buyers[0], matched.exhibitors[0])):
        with pytest.raises(Conflict):
            meetings.ask(member_actor(asker), matched.expo, other=other, **pair)


@pytest.mark.parametrize("stop", STOPS[:3], ids=lambda stop: stop.__name__)
def test_organizers_read_the_stop_and_not_what_it_keeps_apart(fair, stop):
    for product in fair.products[1:]:
        product.state = "draft"
    stop(fair)
    commit()
    match_all(fair.expo)
    told = {ident: (cause, near) for ident, cause, near in reports.nothing(fair.expo.id)["demands_named"]}
    cause, near = told[fair.demands[0].id]
    assert cause.partition("_")[0] == stop.__name__.partition("_")[0] and near is None


def words_of(calendar: bytes) -> str:
    return " ".join(str(event["SUMMARY"]) + str(event.get("DESCRIPTION", "")) for event in Calendar.from_ical(calendar).walk("VEVENT"))


def files_of(fair, subject) -> str:
    """Return what PDF and Excel of an agenda say."""
    sheet = sheets.sheet_of(fair.expo, subject)
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sheets.as_xlsx(sheet)))
    cells = [str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    return " ".join([*cells, *(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(sheets.as_pdf(sheet))).pages)])


@pytest.mark.parametrize("who", [0, 1])
def test_a_block_takes_what_was_agreed_out_of_pages_feeds_files_and_says_no_reason(context, browse, work, who):
    fair = Fair()
    meeting = fair.place(slot=1)
    fair.publish()
    sides = [(fair.seller, fair.exhibitors[0], fair.seller_user, "Qingchuan Foods"),
             (fair.purchaser, fair.buyers[0], fair.purchaser_user, "Vega Olivar")]
    calendars = {company.id: feeds.renew(actor, Subject("company", company), "en").token for actor, company, _user, _other in sides}
    shared = feeds.renew(fair.organizer, Subject("table", fair.tables[0]), "en").token
    commit()
    work()
    for _actor, company, _user, other in sides:
        assert other in words_of(feeds.calendar(calendars[company.id])) and other in files_of(fair, Subject("company", company))
    seen = db.session.scalar(sa.select(sa.func.max(Notice.id))), db.session.scalar(sa.select(sa.func.max(OutboxMail.id)))
    companies.block(sides[who][0], sides[who][1], sides[1 - who][1])
    commit()
    work()
    assert meeting.state == "cancelled" and fair.row(meeting) is None
    assert "Vega Olivar" not in words_of(feeds.calendar(shared))
    for _actor, company, user, other in sides:
        assert other not in words_of(feeds.calendar(calendars[company.id]))
        for subject in (Subject("company", company), Subject("table", fair.tables[0]), Subject("mission", fair.mission)):
            assert other not in files_of(fair, subject)
        browser = browse(user)
        for page in ("my-day", "requests?tab=all", "requests?tab=asked", "requests?tab=accepted", "proposals?tab=all"):
            text = browser.get(f"/e/{fair.expo.slug}/{page}").text
            assert other not in text and (fair.buyers[0].name not in text or company is fair.buyers[0])
    said = db.session.scalars(sa.select(Notice).where(Notice.id > seen[0])).all()
    assert {notice.kind for notice in said} == {"meeting_called_off"}
    texts = [mail.text for mail in db.session.scalars(sa.select(OutboxMail).where(OutboxMail.id > seen[1]))]
    assert texts and not any("block" in text.lower() or "屏蔽" in text or "拉黑" in text for text in texts)


def test_a_meeting_that_took_place_stays_in_the_record(context, browse):
    fair = Fair()
    meeting = fair.place(slot=1)
    meeting.state = "held"
    companies.block(fair.seller, fair.exhibitors[0], fair.buyers[0])
    commit()
    assert meeting.state == "held"
    assert f"/meetings/{meeting.id}" in browse(fair.seller_user).get(f"/e/{fair.expo.slug}/requests?tab=all").text


SIDES = st.integers(0, 2)
MORE = {"buyer": ("compare", "exhibitors", "green", "proposals?tab=all", "requests?tab=all"),
        "exhibitor": ("companies", "proposals?tab=all", "requests?tab=all")}


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(blocks=st.sets(st.tuples(SIDES, SIDES, st.booleans()), max_size=4),
       excluded=st.sets(st.tuples(SIDES, st.sampled_from(["CL", "NZ"])), max_size=3))
def test_whatever_is_stopped_is_on_no_page_of_anybody(app, blocks, excluded):
    """Three buyers and three exhibitors of the same cherries: all match unless stopped; what is stopped is in no row and on no page."""
    clock.set_now(TODAY)
    try:
        with app.app_context():
            expo, demands, products = cherries(excluded)
            for buyer, exhibitor, by_buyer in blocks:
                pair = demands[buyer].company, products[exhibitor].company
                one, other = pair if by_buyer else pair[::-1]
                companies.block(member_actor(one), one, other)
            commit()
            match_all(expo)
            stopped = {(buyer, exhibitor) for buyer, exhibitor, _by_buyer in blocks}
            stopped |= {(buyer, place) for buyer, origin in excluded for place, product in enumerate(products) if product.origin == origin}
            links = {(i, j): f"{demands[i].id}/{products[j].id}" for i in range(3) for j in range(3)}
            rows = {tuple(row) for row in db.session.execute(sa.select(Recommendation.demand_id, Recommendation.product_id))}
            assert rows == {(demands[i].id, products[j].id) for i, j in links.keys() - stopped}
            for company in [sheet.company for sheet in (*demands, *products)]:
                text = pages_text(app, expo, company)
                assert not any(f"/matches/{links[pair]}" in text for pair in stopped)
                apart = [pair for pair in ((demands[i].company, products[j].company) for i, j, _by in blocks) if company in pair]
                assert not any(sheet.title in text for sheet in (*demands, *products) for pair in apart
                               if sheet.company in pair and sheet.company is not company)
            db.session.rollback()
    finally:
        with app.app_context():
            wipe()


def cherries(excluded):
    """Return an expo, three demands that exclude what ``excluded`` says, and three products of Chile, New Zealand and Chile."""
    expo = factories.ExpoFactory()
    demands = [factories.DemandFactory(
        expo=expo, title=f"求购车厘子 第{place}号", hs="080929", origins_excluded=[origin for buyer, origin in excluded if buyer == place])
        for place in range(3)]
    products = [factories.ProductFactory(title=f"Cherries of grower {place}", hs="080929", origin=origin)
                for place, origin in enumerate(("CL", "NZ", "CL"))]
    for sheet in (*demands, *products):
        factories.approve(sheet.company, expo)
    for product in products:
        factories.show(product, expo)
    commit()
    return expo, demands, products


def pages_text(app, expo, company) -> str:
    """Return the text of the pages on which a company reads its matches."""
    from matchmaker.accounts.actions import begin_session

    user = factories.member(company)
    begin_session(user)
    commit()
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = user.session_token, True
    at = f"/e/{expo.slug}"
    if company.kind == "buyer":  # who compares all that there is
        for product in db.session.scalars(sa.select(Product.id)):
            browser.post(f"{at}/compare/{product}")
    pages = ["/", f"{at}/recommendations", *(f"{at}/{more}" for more in MORE[company.kind])]
    return "".join(browser.get(page, follow_redirects=True).text for page in pages)
