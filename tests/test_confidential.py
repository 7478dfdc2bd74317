"""Nothing confidential leaks: thing x reader x place.

Three things (a document, a price, a budget), each with a word or figure that stands nowhere else; readers who stand differently with
their owner; and as places every address of the product that a reader can open, what is found by search, the files to download, and
every mail and notice. Where a reader may not know, no place says it; where it may, the places named say it, so that no row of the
table passes because nothing was there to leak.
"""

import io
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from matchmaker import clock
from matchmaker.access import ACCESS
from matchmaker.catalog.models import Product
from matchmaker.demands.models import Demand
from matchmaker.documents import actions, consents
from matchmaker.infra.db import commit, db
from matchmaker.infra.mail import OutboxMail
from matchmaker.meetings import actions as meetings
from matchmaker.meetings.models import Meeting
from matchmaker.proposals.models import Proposal

from . import factories
from .documents import papers

pytestmark = pytest.mark.database
DOCUMENT, PRICE, BUDGET = "CANARY-7741", "4,321.99", "98,765.43"
FIGURES = {"price": {"is": "price", "low": "4321.99", "high": "4321.99", "currency": "USD", "unit": "carton"},
           "budget": {"is": "price", "low": None, "high": "98765.43", "currency": "USD", "unit": "carton"}}

WAYS = (("", "text/html"), ("?tab=all&q=4,321&state=&words=CANARY-77", "application/json, text/html"))


@dataclass
class World:
    """A winery and a buyer at one expo, as far with each other as a row of the table says, and one of either kind that is not."""

    price_audience: str = "open"
    confidentiality: str = "open"
    expo: Any = field(default_factory=lambda: factories.ExpoFactory(slug="ciie-2026"))

    def __post_init__(self):
        self.winery, self.buyer = factories.CompanyFactory(country="CL"), factories.BuyerFactory()
        for company in (self.winery, self.buyer):
            factories.approve(company, self.expo)
        self.seller_user, self.buyer_user = factories.member(self.winery), factories.member(self.buyer)
        money = {"currency": "USD"}
        self.product = factories.ProductFactory(
            company=self.winery, price_low=Decimal("4321.99"), price_high=Decimal("4321.99"), price_unit="carton", incoterm="FOB",
            port="San Antonio", price_audience=self.price_audience, hs="220421", origin="CL", **money)
        factories.show(self.product, self.expo)
        self.demand = factories.DemandFactory(
            company=self.buyer, expo=self.expo, budget_high=Decimal("98765.43"), budget_unit="carton",
            confidentiality=self.confidentiality, **money)

    def match(self):
        """A stored match whose reasons, gaps and repairs speak of price and budget."""
        said = {"currency": "USD", "unit": "carton", "incoterm": "FOB"}
        factories.RecommendationFactory(
            demand=self.demand, product=self.product,
            reasons=[{"code": "text", "weights": [1.2, 0.9], "params": {"nearness": "good"}}],
            gaps=[{"code": "price", "weights": [-0.8, -0.6], "params": {"price": "4321.99", "budget": "98765.43", **said}}],
            repairs=[
                {"gap": "price", "side": "supply", "field": "price", "value": FIGURES["budget"], "before": FIGURES["price"],
                 "lift": [1.1, 0.9]},
                {"gap": "price", "side": "demand", "field": "budget", "value": FIGURES["price"], "before": FIGURES["budget"],
                 "lift": [1.0, 0.9]}])

    def propose(self, side: str, name: str):
        """One side proposes a figure of its own; what its sheet said before stays its secret."""
        maker, other = (self.winery, self.buyer) if side == "supply" else (self.buyer, self.winery)
        value = {"is": "price", "low": "11", "high": "12", "currency": "USD", "unit": "carton"}
        db.session.add(Proposal(
            expo_id=self.expo.id, demand_id=self.demand.id, product_id=self.product.id, by_id=maker.id, to_id=other.id, gap="price",
            side=side, field=name, value=value, before=FIGURES[name], created_at=clock.now()))
        db.session.flush()

    def meet(self, state: str):
        """A meeting of the two, about both sheets, that came to ``state`` by the verbs, mails included."""
        self.meeting = meetings.ask(
            factories.actor(self.seller_user), self.expo, other=self.buyer, demand=self.demand, product=self.product)
        if state != "requested":
            meetings.accept(factories.actor(self.buyer_user), self.meeting)
        if state == "cancelled":
            meetings.cancel(factories.actor(self.seller_user), self.meeting, reason="The harvest is late.")

    def come_to(self, standing: str):
        if standing != "stranger":
            self.match()
            self.propose("supply", "price")
            self.propose("demand", "budget")
        if standing in ("requested", "accepted", "withdrawn"):
            self.meet({"withdrawn": "cancelled"}.get(standing, standing))


def said_by(app, browser, user, known: dict[str, Any]) -> dict[str, str]:
    """Return {place: all that it says}: every address that can be opened with the numbers known, search, files, notices, and mails.

    Addresses of other roles are left out: what the table of access does not allow is refused before anything is read (test_access).
    """
    found, roles = {}, factories.actor(user).roles()
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint == "static" or not rule.arguments <= set(known) or not roles & ACCESS[rule.endpoint]:
            continue
        path = rule.build({name: known[name] for name in rule.arguments})[1]
        for query, accept in WAYS:
            answer = browser.get(path + query, headers={"Accept": accept})
            assert answer.status_code < 500, path
            if answer.status_code != 200:
                break
            found[rule.endpoint] = found.get(rule.endpoint, "") + words_of(answer.data)
    db.session.expire_all()
    for mail in db.session.scalars(sa.select(OutboxMail).where(OutboxMail.to == user.email)):
        found["mail"] = found.get("mail", "") + mail.subject + mail.text + mail.html
    return found


def words_of(content: bytes) -> str:
    """Return the text of an answer, that of a workbook too. The words searched for are a part of a canary: a page that repeats them
    tells nothing."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return content.decode("utf-8", "replace")


def places(said: dict[str, str], canary: str) -> set[str]:
    return {place for place, text in said.items() if canary in text or canary.replace(",", "") in text}


def known_of(world: World, **more: int) -> dict[str, Any]:
    known = {"expo": "ciie-2026", "slug": "ciie-2026", "kind": "buyer", "product_id": world.product.id, "demand_id": world.demand.id,
             "company_id": world.winery.id, "other_id": world.winery.id}
    if getattr(world, "meeting", None) is not None:
        known["meeting_id"] = world.meeting.id
    proposal = db.session.scalar(sa.select(Proposal.id).order_by(Proposal.id))
    return known | ({"proposal_id": proposal} if proposal else {}) | more


STANDINGS = ("stranger", "matched", "requested", "accepted", "withdrawn")
MATCHED = {"matched", "requested", "accepted", "withdrawn"}
# the settings of the three owners, and with which standing the other side reads price, budget and document
TABLE = [
    ({"price": "open", "budget": "open", "document": "us"}, set(STANDINGS), set(STANDINGS), set()),
    ({"price": "matched", "budget": "matched", "document": "matched"}, MATCHED, {"accepted"}, MATCHED),
    ({"price": "accepted", "budget": "anonymous", "document": "accepted"}, {"accepted"}, {"accepted"}, {"accepted"}),
]


def paper_of(world: World, audience: str) -> Any:
    return actions.add_document(
        factories.actor(world.seller_user), company_id=world.winery.id, product_id=world.product.id, content=papers.pdf(),
        file_name=f"{DOCUMENT}.pdf", fields={"kind": "ORGANIC", "number": DOCUMENT, "audience": audience})


@pytest.mark.parametrize("standing", STANDINGS)
@pytest.mark.parametrize(("settings", "prices", "budgets", "documents"), TABLE, ids=["open", "matched", "accepted"])
def test_each_is_read_by_whom_its_owner_lets(app, browse, work, settings, prices, budgets, documents, standing):
    world = World(price_audience=settings["price"], confidentiality=settings["budget"])
    paper = paper_of(world, settings["document"])
    world.come_to(standing)
    commit()
    buyer = said_by(app, browse(world.buyer_user), world.buyer_user, known_of(world, document_id=paper.id))
    seller = said_by(app, browse(world.seller_user), world.seller_user, known_of(world, company_id=world.buyer.id, other_id=world.buyer.id))
    shown = {"catalog.product"} | ({"matching.recommendations_why"} if standing != "stranger" else set())
    assert places(buyer, PRICE) >= shown if standing in prices else places(buyer, PRICE) == set()
    assert places(seller, BUDGET) >= {"demands.demand"} if standing in budgets else places(seller, BUDGET) == set()
    read = places(buyer, DOCUMENT)
    assert read >= {"documents.document", "catalog.product"} if standing in documents else read == set()
    assert ("documents.document_file" in buyer) is (standing in documents)
    assert {"catalog.product", "documents.shared"} <= set(buyer) and "demands.demand" in seller
    assert is_announced(buyer) is (settings["document"] != "us")


def is_announced(said: dict[str, str]) -> bool:
    """Tell whether the product page says that there is such a document."""
    return "Organic certificate" in said["catalog.product"].split('id="documents"')[-1].split("</section>")[0]


@pytest.mark.parametrize(("audience", "standing", "opens"), [
    ("named", "accepted", False), ("named", "shared", True), ("named", "taken back", False), ("us", "shared", False),
    ("accepted", "shared", True), ("accepted", "taken back", False)])
def test_a_document_follows_its_consent(app, browse, work, audience, standing, opens):
    world = World()
    paper, seller = paper_of(world, audience), factories.actor(world.seller_user)
    if standing == "accepted":
        world.come_to(standing)
    else:
        consents.ask(factories.actor(world.buyer_user), owner_id=world.winery.id, kind="GACC")
        given = consents.share(seller, owner_id=world.winery.id, company_id=world.buyer.id, document=paper)
        actions.change_document(seller, paper, fields={"audience": audience})
        if standing == "taken back":
            consents.withdraw(seller, given)
    commit()
    said = said_by(app, browse(world.buyer_user), world.buyer_user, known_of(world, document_id=paper.id))
    if opens:
        assert places(said, DOCUMENT) >= {"documents.document", "documents.shared", "catalog.product"}
    else:
        assert places(said, DOCUMENT) == set() and not {"documents.document", "documents.document_file"} & set(said)
    assert is_announced(said) is (audience != "us")


@pytest.mark.parametrize("role", ["organizer", "floor", "interpreter", "mission_leader"])
def test_who_runs_the_expo_is_no_party_to_papers_and_to_a_price_that_is_kept_back(app, browse, context, role):
    world = World(price_audience="matched")
    paper = paper_of(world, "matched")
    world.come_to("accepted")
    user = factories.organizer(world.expo, role)
    commit()
    said = said_by(app, browse(user), user, known_of(world, document_id=paper.id))
    assert places(said, DOCUMENT) == set() == places(said, PRICE) and "documents.document" not in said


def test_the_owner_reads_all_of_it(app, browse, context):
    world = World(price_audience="accepted", confidentiality="anonymous")
    paper = paper_of(world, "us")
    world.match()
    commit()
    seller = said_by(app, browse(world.seller_user), world.seller_user, known_of(world, document_id=paper.id))
    buyer = said_by(app, browse(world.buyer_user), world.buyer_user, known_of(world))
    assert {"documents.index", "documents.document", "documents.index_file"} <= places(seller, DOCUMENT)
    assert {"catalog.edit", "catalog.product"} <= places(seller, PRICE) and "demands.demand" in places(buyer, BUDGET)


def test_the_table_looks_at_the_whole_product(app, browse, work):
    """The walk opens far more than the pages named above: a new page is looked at from its first day."""
    world = World()
    world.come_to("accepted")
    commit()
    said = said_by(app, browse(world.buyer_user), world.buyer_user, known_of(world))
    assert len(said) > 30 and "mail" in said
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Product)) == 1 == db.session.scalar(
        sa.select(sa.func.count()).select_from(Demand))
    assert db.session.scalar(sa.select(Meeting.state)) == "accepted"
