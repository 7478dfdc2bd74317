"""Consent: given, in force, taken back, asked for, and every look noted."""

import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from matchmaker import audit, clock
from matchmaker.companies.models import CompanyBlock
from matchmaker.documents import actions, consented, consents, queries
from matchmaker.documents.models import DocumentShare
from matchmaker.errors import Conflict, Invalid, NotFound
from matchmaker.infra.db import commit, db
from matchmaker.meetings.models import Meeting

from .. import factories
from . import papers

pytestmark = pytest.mark.database


class World:
    """A winery with a document, a buyer it agreed to meet, and a buyer it does not know, all at one expo."""

    def __init__(self):
        self.expo = factories.ExpoFactory(slug="ciie-2026")
        self.winery, self.buyer, self.stranger = factories.CompanyFactory(), factories.BuyerFactory(), factories.BuyerFactory()
        for company in (self.winery, self.buyer, self.stranger):
            factories.approve(company, self.expo)
        self.users = {company.id: factories.member(company) for company in (self.winery, self.buyer, self.stranger)}
        self.wine = factories.ProductFactory(company=self.winery, title="Carmenere")
        factories.show(self.wine, self.expo)
        self.meeting = Meeting(expo_id=self.expo.id, exhibitor_id=self.winery.id, buyer_id=self.buyer.id, asked_by_id=self.buyer.id,
                               state="accepted", asked_at=clock.now(), expires_at=clock.now())
        db.session.add(self.meeting)
        db.session.flush()
        self.owner = self.actor(self.winery)

    def actor(self, company):
        return factories.actor(self.users[company.id])

    def paper(self, **fields):
        product = fields.pop("product_id", self.wine.id)
        return actions.add_document(self.owner, company_id=self.winery.id, product_id=product, content=papers.pdf(), file_name="a.pdf",
                                    fields={"kind": "ORGANIC", "audience": "named"} | fields)

    def sees(self, company, document) -> bool:
        return document.id in queries.visible(company.id, [document])


@pytest.fixture
def world(context):
    return World()


def test_what_is_shown_is_seen_until_it_is_taken_back(world):
    paper = world.paper()
    assert not world.sees(world.buyer, paper)
    given = consents.share(world.owner, owner_id=world.winery.id, company_id=world.buyer.id, document=paper)
    assert world.sees(world.buyer, paper) and not world.sees(world.stranger, paper)
    assert consented.shared_with(world.actor(world.buyer)) == [paper]
    consents.withdraw(world.owner, given)
    assert not world.sees(world.buyer, paper) and consented.shared_with(world.actor(world.buyer)) == []
    with pytest.raises(Conflict):
        consents.withdraw(world.owner, given)


def test_a_consent_ends_with_its_last_day(world):
    paper = world.paper()
    consents.share(world.owner, owner_id=world.winery.id, company_id=world.buyer.id, document=paper, until=queries.today())
    assert world.sees(world.buyer, paper)
    clock.set_now(clock.now() + timedelta(days=1))
    assert not world.sees(world.buyer, paper)
    with pytest.raises(Invalid, match="past"):
        consents.share(world.owner, owner_id=world.winery.id, company_id=world.buyer.id, document=paper,
                       until=queries.today() - timedelta(days=1))


def test_a_consent_is_one_however_often_it_is_given(world):
    paper = world.paper()
    for until in (None, date(2027, 1, 1)):
        consents.share(world.owner, owner_id=world.winery.id, company_id=world.buyer.id, document=paper, until=until)
    assert [row.until for row in consented.shares_of(paper)] == [date(2027, 1, 1)]


def test_all_of_a_product_includes_what_comes_later_and_not_what_is_ours_alone(world):
    consents.share(world.owner, owner_id=world.winery.id, company_id=world.buyer.id, product_id=world.wine.id)
    later, secret, general = world.paper(), world.paper(audience="us"), world.paper(product_id=None)
    assert [world.sees(world.buyer, paper) for paper in (later, secret, general)] == [True, False, False]


def test_only_companies_that_are_known_by_name_can_be_chosen(world):
    paper = world.paper()
    assert set(consented.partners(world.winery.id)) == {world.buyer.id}
    with pytest.raises(NotFound):
        consents.share(world.owner, owner_id=world.winery.id, company_id=world.stranger.id, document=paper)
    with pytest.raises(NotFound):
        consents.share(world.actor(world.buyer), owner_id=world.winery.id, company_id=world.buyer.id, document=paper)


@pytest.mark.parametrize(("audience", "seen"), [("us", False), ("named", False), ("matched", True), ("accepted", False)])
def test_a_match_opens_what_is_open_to_matches(world, audience, seen):
    paper = world.paper(audience=audience)
    assert not world.sees(world.stranger, paper)
    demand = factories.DemandFactory(company=world.stranger, expo=world.expo)
    factories.RecommendationFactory(demand=demand, product=world.wine)
    assert world.sees(world.stranger, paper) is seen


@pytest.mark.parametrize(("state", "seen"), [
    ("requested", False), ("accepted", True), ("placed", True), ("held", True), ("missed", True), ("declined", False),
    ("expired", False), ("withdrawn", False), ("cancelled", False)])
def test_an_agreed_meeting_opens_what_is_open_to_it(world, state, seen):
    paper = world.paper(audience="accepted")
    world.meeting.state = state
    db.session.flush()
    assert world.sees(world.buyer, paper) is seen


def test_a_block_closes_everything_at_once(world):
    paper = world.paper(audience="accepted")
    consents.share(world.owner, owner_id=world.winery.id, company_id=world.buyer.id, document=paper)
    assert world.sees(world.buyer, paper)
    db.session.add(CompanyBlock(company_id=world.buyer.id, blocked_id=world.winery.id, created_at=clock.wall()))
    db.session.flush()
    assert not world.sees(world.buyer, paper) and world.buyer.id not in consented.partners(world.winery.id)


def test_what_was_given_for_a_meeting_ends_with_it(world):
    from matchmaker.meetings import actions as meetings

    paper = world.paper()
    consents.share(world.owner, owner_id=world.winery.id, company_id=world.buyer.id, document=paper, meeting_id=world.meeting.id)
    assert world.sees(world.buyer, paper)
    meetings.cancel(world.owner, world.meeting, reason="The harvest is late.")
    assert not world.sees(world.buyer, paper)


def test_asking_and_answering_with_one_press(world):
    paper, asker = world.paper(), world.actor(world.stranger)
    request = consents.ask(asker, owner_id=world.winery.id, kind="ORGANIC", product_id=world.wine.id, note="For customs.")
    with pytest.raises(Conflict):
        consents.ask(asker, owner_id=world.winery.id, kind="ORGANIC", product_id=world.wine.id)
    assert consented.waiting_count(world.winery.id) == 1 and list(consented.fitting(request)) == [paper]
    with pytest.raises(NotFound):
        consents.answer_with(asker, request)
    consents.answer_with(world.owner, request)
    assert request.state == "shared" and world.sees(world.stranger, paper)
    with pytest.raises(Conflict):
        consents.decline(world.owner, request, reason="No.")


def test_a_refusal_says_why(world):
    request = consents.ask(world.actor(world.stranger), owner_id=world.winery.id, kind="GACC")
    with pytest.raises(Conflict, match="no such document"):
        consents.answer_with(world.owner, request)
    with pytest.raises(Invalid):
        consents.decline(world.owner, request, reason="  ")
    consents.decline(world.owner, request, reason="Only for partners.")
    assert (request.state, request.reason) == ("declined", "Only for partners.")


def test_nobody_asks_for_what_is_not_announced_or_of_whom_they_cannot_see(world):
    secret, asker = world.paper(audience="us"), world.actor(world.stranger)
    with pytest.raises(NotFound):
        consents.ask(asker, owner_id=world.winery.id, document=secret)
    with pytest.raises(NotFound):
        consents.ask(asker, owner_id=factories.CompanyFactory().id, kind="GACC")
    with pytest.raises(NotFound):
        consents.ask(asker, owner_id=world.buyer.id, kind="GACC")
    with pytest.raises(NotFound):
        consents.ask(world.owner, owner_id=world.buyer.id, kind="GACC")


def test_every_look_is_noted_and_shown_to_the_owner(world, browse):
    paper = world.paper()
    consents.share(world.owner, owner_id=world.winery.id, company_id=world.buyer.id, document=paper)
    commit()
    reader, owner = browse(world.users[world.buyer.id]), browse(world.users[world.winery.id])
    assert reader.get(f"/documents/{paper.id}").status_code == 200
    answer = reader.get(f"/documents/{paper.id}/file")
    assert answer.data == papers.pdf()
    assert owner.get(f"/documents/{paper.id}/file").status_code == 200
    db.session.expire_all()
    assert [(row.how, row.company_id, row.version_number) for row, _name in consented.reads_of(paper)] == [
        ("file", world.buyer.id, 1), ("page", world.buyer.id, 1)]
    logged = db.session.scalars(sa.select(audit.AuditEntry.action).where(audit.AuditEntry.action.startswith("documents.read"))).all()
    assert sorted(logged) == ["documents.read_file", "documents.read_page"]
    page = owner.get(f"/documents/{paper.id}").text
    assert world.buyer.display_name in page and world.users[world.buyer.id].name in page


def test_a_file_is_served_as_nothing_but_a_file(world, browse):
    paper = world.paper(number='X"/1', audience="accepted")
    commit()
    answer = browse(world.users[world.buyer.id]).get(f"/documents/{paper.id}/file")
    assert answer.headers["Content-Disposition"] == "attachment; filename=ORGANIC-X-1-v1.pdf"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (answer.headers["X-Content-Type-Options"], answer.headers["Cache-Control"]) == ("nosniff", "no-store")
    assert answer.mimetype == "application/pdf"


def test_strangers_meet_404_everywhere(world, browse):
    paper = world.paper()
    given = consents.share(world.owner, owner_id=world.winery.id, company_id=world.buyer.id, document=paper)
    request = consents.ask(world.actor(world.buyer), owner_id=world.winery.id, kind="GACC")
    commit()
    stranger, other = browse(world.users[world.stranger.id]), browse(world.users[world.buyer.id])
    reads = [f"/documents/{paper.id}", f"/documents/{paper.id}/file"]
    owners = [f"/documents/{paper.id}/edit", f"/documents/{paper.id}/versions", f"/documents/products/{world.wine.id}/share"]
    posts = [f"/documents/{paper.id}/{verb}" for verb in ("audience", "remove", "share")] + [
        f"/documents/shares/{given.id}/withdraw", f"/documents/asked/{request.id}/share", f"/documents/asked/{request.id}/decline"]
    assert {stranger.get(path).status_code for path in reads + owners} == {404}
    assert {other.get(path).status_code for path in owners} | {other.get(f"{reads[1]}?version=1").status_code} == {404}
    for browser in (stranger, other):
        assert {browser.post(path, data={"reason": "x", "company": world.stranger.id}).status_code for path in posts} == {404}
    assert stranger.post(f"/documents/asked/{request.id}/withdraw").status_code == 404
    assert db.session.get(DocumentShare, given.id).withdrawn_at is None


def test_a_new_version_keeps_the_old_one(world, browse):
    paper = world.paper(number="1", expires_on="2026-10-30")
    consents.share(world.owner, owner_id=world.winery.id, company_id=world.buyer.id, document=paper)
    commit()
    owner, reader = browse(world.users[world.winery.id]), browse(world.users[world.buyer.id])
    answer = owner.post(f"/documents/{paper.id}/versions", data={
        "kind": "ORGANIC", "number": "2", "expires_on": "2028-01-01", "version": paper.version,
        "file": (io.BytesIO(papers.pdf(2)), "new.pdf")})
    assert answer.status_code == 302
    db.session.expire_all()
    fresh = queries.own(world.owner, paper.id)
    assert [(row.number, row.pages, row.details.get("number")) for row in fresh.versions] == [(2, 2, None), (1, 1, "1")]
    assert fresh.versions[1].details["expires_on"] == "2026-10-30" and fresh.versions[0].added_by == world.users[world.winery.id].name
    assert reader.get(f"/documents/{paper.id}/file").data == papers.pdf(2)
    assert owner.get(f"/documents/{paper.id}/file?version=1").data == papers.pdf(1)
    assert owner.get(f"/documents/{paper.id}/file?version=3").status_code == 404
    stale = {"kind": "ORGANIC", "number": "3", "version": 1}
    late = owner.post(f"/documents/{paper.id}/edit", data=stale)
    assert late.status_code == 409 and f'name="version" type="hidden" value="{fresh.version}"' in late.text  # to be compared, then saved
    assert "See it as it stands now" in late.text
    again = {"kind": "ORGANIC", "number": "2", "expires_on": "2028-01-01", "version": fresh.version}
    same = owner.post(f"/documents/{paper.id}/versions", data=again | {"file": (io.BytesIO(papers.pdf(2)), "new.pdf")})
    assert same.status_code == 422 and "This is the present version" in same.text


def test_the_list_as_a_table_has_no_formulas(world, browse):
    world.paper(number="=cmd|' /C calc'!A0", issuer="@SUM(1)")
    commit()
    text = browse(world.users[world.winery.id]).get("/documents/list.csv").text
    assert "'=cmd" in text and "'@SUM" in text and ",=cmd" not in text


def test_fields_of_others_are_ignored(world, browse):
    """Who posts more than the form has changes no owner, no version and no file."""
    commit()
    browser = browse(world.users[world.winery.id])
    browser.post("/documents/new", data={
        "kind": "ORGANIC", "company_id": world.buyer.id, "key": "x", "sha256": "y", "file": (io.BytesIO(papers.pdf()), "a.pdf")})
    made = queries.held_by([world.winery.id, world.buyer.id])
    assert len(made[world.winery.id]) == 1 and made[world.buyer.id] == ()
    answer = browser.post("/documents/new", data={
        "kind": "ORGANIC", "product": factories.ProductFactory().id, "file": (io.BytesIO(papers.pdf()), "a.pdf")})
    assert answer.status_code == 404
