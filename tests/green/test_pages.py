"""Pages of green evidence: who reads what, filters, searches in registers, the report."""

import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from matchmaker import clock
from matchmaker.audit import AuditEntry
from matchmaker.catalog.models import GreenClaim
from matchmaker.infra.db import db
from matchmaker.notices.models import Notice

from .. import factories
from .test_queries import FULL, paper, product

pytestmark = pytest.mark.database
TODAY = date(2026, 10, 19)
ALL = ["Silent cherries", "Claimed apples", "Proven oak"]


@pytest.fixture
def world(context):
    """An expo with an exhibitor, a buyer, an organizer and three products: silent, claimed, certified."""
    expo = factories.ExpoFactory(slug="ciie-2026")
    section = factories.SectionFactory(expo=expo)
    company, buyer = factories.CompanyFactory(name="Aserradero Sur", country="CL"), factories.BuyerFactory()
    factories.approve(company, expo, section)
    factories.approve(buyer, expo)
    found = {
        "silent": product(title="Silent cherries", company=company, origin="CL"),
        "claimed": product({"claim": "Eco-friendly orchard"}, title="Claimed apples", company=company, origin="CL"),
        "proven": product({"claim": "Oak from FSC forests", **FULL, "expires_on": date(2026, 12, 1)}, title="Proven oak", company=company),
    }
    for one in found.values():
        factories.show(one, expo, section)
    return found | {"expo": expo, "section": section, "company": company, "buyer": buyer, "exhibitor": factories.member(company),
                    "reader": factories.member(buyer), "organizer": factories.organizer(expo)}


def titles(page):
    return [name for name in ALL if name in page.text]


@pytest.mark.parametrize(("query", "expected"), [
    ("", ["Proven oak"]), ("?level=any", ALL), ("?level=claimed", ["Claimed apples", "Proven oak"]),
    ("?level=register", []), ("?level=claimed&link=MFG", []), ("?level=claimed&link=PROC", ["Claimed apples", "Proven oak"]),
    ("?level=any&company=999", []),
    ("?level=any&label=FSC", ["Proven oak"]), ("?level=any&label=MSC", []), ("?level=any&words=apples", ["Claimed apples"]),
    ("?level=any&origin=CL", ["Silent cherries", "Claimed apples"]), ("?level=nonsense&link=%00&label=x&section=abc&page=99", ALL),
])
def test_a_buyer_filters_by_verified_evidence(world, browse, query, expected):
    page = browse(world["reader"]).get(f"/e/ciie-2026/green{query}")
    assert page.status_code == 200 and titles(page) == expected


def test_the_filter_sees_a_label_fall_on_its_day(world, browse):
    clock.set_now(clock.now() + (date(2026, 12, 2) - TODAY))
    assert titles(browse(world["reader"]).get("/e/ciie-2026/green")) == []


def test_a_buyer_that_is_blocked_finds_nothing(world, browse):
    from matchmaker.companies.models import CompanyBlock

    db.session.add(CompanyBlock(company_id=world["company"].id, blocked_id=world["buyer"].id, created_at=clock.wall()))
    db.session.flush()
    browser = browse(world["reader"])
    assert titles(browser.get("/e/ciie-2026/green?level=any")) == []
    assert browser.get(f"/e/ciie-2026/products/{world['proven'].id}/green").status_code == 404


def test_rivals_and_strangers_read_no_evidence(world, browse):
    rival = factories.CompanyFactory()
    factories.approve(rival, world["expo"])
    stranger = factories.member(factories.BuyerFactory())
    for user in (factories.member(rival), stranger):
        assert browse(user).get(f"/e/ciie-2026/products/{world['proven'].id}/green").status_code == 404
    assert browse(stranger).get("/e/ciie-2026/green").status_code == 404


def test_the_page_of_a_product_says_what_is_not_verified(world, browse):
    page = browse(world["reader"]).get(f"/e/ciie-2026/products/{world['proven'].id}/green").text
    assert "SAMPLE-FSC-1" in page and "Forest Stewardship Council" in page
    assert "Not verified" in page and "Not the energy or chemistry of the making" in page
    assert "None declared" in page


def test_transport_is_a_range_with_method_and_basis(world, browse):
    browser = browse(world["reader"])
    address = f"/e/ciie-2026/products/{world['silent'].id}/green"
    page = browser.get(f"{address}?mode=sea&from=CLVAP&to=CNSHA&kg=10,000&cold=no").text
    assert "940–3,600 kg CO₂e for 10,000 kg" in page and "GLEC" in page and "Not verified" in page
    by_air = browser.get(f"{address}?mode=air&from=CLSCL&kg=1000&before=50").text
    assert "Lorry, kilometres as given" in by_air
    for nonsense in ("?mode=barge&from=x&to=y&kg=-5&before=abc", "?kg=1e400", "?mode=rail", "?mode=air&from=CLVAP", "?kg=%00"):
        assert browser.get(address + nonsense).status_code == 200


def test_where_no_place_is_known_the_transport_is_unknown(world, browse):
    world["silent"].origin = "AQ"
    db.session.flush()
    page = browse(world["reader"]).get(f"/e/ciie-2026/products/{world['silent'].id}/green").text
    assert "no port, airport or terminal of the origin" in page


def test_a_document_of_the_locker_shows_no_number_to_others(world, browse):
    paper(world["silent"], number="SECRET-77", issuer="Secret Body", expires_on=date(2027, 1, 1))
    page = browse(world["reader"]).get(f"/e/ciie-2026/products/{world['silent'].id}/green").text
    assert "a document in the company" in page and "SECRET-77" not in page and "Secret Body" not in page


def test_what_a_demand_asks_stands_beside_the_product(world, browse):
    factories.DemandFactory(expo=world["expo"], company=world["buyer"], title="求购橡木", green_level="register", green_labels=["FSC"])
    page = browse(world["reader"]).get(f"/e/ciie-2026/products/{world['proven'].id}/green").text
    assert "What your demands ask" in page and "Short" in page


def test_an_exhibitor_reads_what_would_raise_a_level_and_what_ends(world, browse):
    page = browse(world["exhibitor"]).get("/green").text
    assert "Ends soon" in page and "43 days left" in page
    assert "Add a file that shows it" in page
    assert "Eco-friendly" in page and "against what and since when" in page


def test_vague_words_while_writing(world, browse):
    found = browse(world["exhibitor"]).get("/green/words", query_string={"q": "Eco-friendly 绿色"}).get_json()
    assert [one["word"] for one in found] == ["Eco-friendly", "绿色"] and all(one["say"] for one in found)


def test_an_organizer_finds_a_label_in_the_register(world, browse):
    browser, claim = browse(world["organizer"]), world["proven"].claims[0]
    assert "SAMPLE-FSC-1" in browser.get("/e/ciie-2026/green/checks").text
    assert browser.post(f"/e/ciie-2026/green/checks/{claim.id}", data={"found": "yes", "address": "no address"}).status_code == 422
    assert browser.post(f"/e/ciie-2026/green/checks/{claim.id}", data={"found": "yes", "address": ""}).status_code == 422
    answer = browser.post(f"/e/ciie-2026/green/checks/{claim.id}", data={"found": "yes", "address": "https://register.example/1"})
    assert answer.status_code == 302
    db.session.expire_all()
    assert (claim.checked_found, claim.checked_on, claim.checked_by) == (True, TODAY, "CIIE 2026")
    assert titles(browse(world["reader"]).get("/e/ciie-2026/green?level=register")) == ["Proven oak"]
    entry = db.session.scalar(sa.select(AuditEntry).where(AuditEntry.action == "green.check_register"))
    assert entry.changes["address"] == "https://register.example/1" and entry.user_id == world["organizer"].id
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Notice).where(Notice.kind == "evidence_found")) == 1


def test_what_is_not_in_the_register_becomes_a_claim(world, browse):
    claim = world["proven"].claims[0]
    browse(world["organizer"]).post(f"/e/ciie-2026/green/checks/{claim.id}", data={"found": "no", "address": "https://register.example/"})
    assert titles(browse(world["reader"]).get("/e/ciie-2026/green")) == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Notice).where(Notice.kind == "evidence_not_found")) == 1
    assert "did not find it in the register" in browse(world["exhibitor"]).get("/green").text


def test_an_organizer_of_another_expo_checks_nothing(world, browse):
    other = factories.ExpoFactory(slug="cicpe-2026", series="CICPE")
    browser, claim = browse(factories.organizer(other)), world["proven"].claims[0]
    data = {"found": "yes", "address": "https://register.example/1"}
    assert browser.post(f"/e/ciie-2026/green/checks/{claim.id}", data=data).status_code == 404
    assert browser.post(f"/e/cicpe-2026/green/checks/{claim.id}", data=data).status_code == 404
    assert browser.get("/e/ciie-2026/green/report").status_code == 404


def test_the_report_counts_what_is_there(world, browse):
    factories.DemandFactory(expo=world["expo"], company=world["buyer"], green_level="third_party", green_links={"PROC": "register"},
                            green_labels=["FSC"], section=world["section"])
    browser = browse(world["organizer"])
    page = browser.get("/e/ciie-2026/green/report")
    assert page.status_code == 200 and "FSC" in page.text and "eco-friendly" in page.text
    book = CalamineWorkbook.from_filelike(io.BytesIO(browser.get("/e/ciie-2026/green/report.xlsx").data))
    rows = {name: book.get_sheet_by_name(name).to_python()[1:] for name in book.sheet_names}
    links = {row[0]: row[1:] for row in rows["By link of the chain"]}
    assert links["Procurement"] == [3, 0, 1, 0, 1, 1] and links["Logistics"] == [3, 0, 0, 0, 0, 3]
    asked = {(row[0], row[1]): row[2:] for row in rows["Asked and proven"]}
    assert asked == {("on at least one link", "Third party"): [1, 1], ("Procurement", "In a register"): [1, 0],
                     ("FSC (forest management and chain of custody)", "in full"): [1, 1]}
    assert rows["Ending soon"][0][0] == "Proven oak" and rows["Ending soon"][0][4] == (date(2026, 12, 1) - TODAY).days
    assert rows["By section"][0] == ["Food and Agricultural Products", 3, 2, 1, 1, 0, 1]


def test_an_empty_expo_has_an_empty_report(context, browse):
    expo = factories.ExpoFactory(slug="ciie-2026")
    assert "No products yet" in browse(factories.organizer(expo)).get("/e/ciie-2026/green/report").text


def test_the_panel_stands_on_the_pages_of_a_product(world, browse):
    theirs = browse(world["reader"]).get(f"/e/ciie-2026/products/{world['proven'].id}").text
    assert "Green evidence along the chain" in theirs and "Look it up" not in theirs
    own = browse(world["exhibitor"]).get(f"/products/{world['proven'].id}").text
    assert "Look it up in the label" in own


def test_the_form_keeps_label_and_footprint(world, browse):
    browser = browse(world["exhibitor"])
    data = {"title": "Proven oak", "version": world["proven"].version, "claims-0-link": "PROC", "claims-0-claim": "Oak from FSC forests",
            "claims-0-label": "FSC", "claims-0-number": "S-2", "claims-0-issuer": "Body", "claims-0-scope": "plank",
            "claims-0-expires_on": "2027-03-01", "footprints-0-value": "1.25", "footprints-0-unit": "1 m²", "footprints-0-boundary": "gate",
            "footprints-0-standard": "EPD", "footprints-0-year": "2025",
            f"shown-{world['expo'].id}": "", "do": "save"}
    assert browser.post(f"/products/{world['proven'].id}", data=data).status_code == 302
    db.session.expire_all()
    claim, print_ = world["proven"].claims[0], world["proven"].footprints[0]
    assert (claim.label, claim.number, claim.expires_on) == ("FSC", "S-2", date(2027, 3, 1))
    assert (print_.standard, print_.boundary, str(print_.value), print_.year) == ("EPD", "gate", "1.2500", 2025)
    wrong = browser.post(f"/products/{world['proven'].id}", data=data | {"version": world["proven"].version, "footprints-0-unit": ""})
    assert wrong.status_code == 422 and "boundary and the unit" in wrong.text
    page = browse(world["reader"]).get(f"/e/ciie-2026/products/{world['proven'].id}/green").text
    assert "cradle to gate" in page and "1.25 kg CO₂e" in page


def test_old_claims_stay_claims(world):
    row = GreenClaim(product_id=world["silent"].id, link="LOG", claim="Direct sea service")
    db.session.add(row)
    db.session.flush()
    from matchmaker.green import queries

    assert queries.levels([world["silent"].id], TODAY + timedelta(days=1000)) == {world["silent"].id: 1}


def test_the_directory_is_filtered_by_evidence(world, browse):
    other = factories.CompanyFactory(name="Sin Palabras")
    factories.approve(other, world["expo"])
    browser = browse(world["reader"])
    assert "Sin Palabras" in browser.get("/e/ciie-2026/exhibitors").text
    proven = browser.get("/e/ciie-2026/exhibitors?evidence=third_party").text
    assert "Aserradero Sur" in proven and "Sin Palabras" not in proven
    assert "Aserradero Sur" not in browser.get("/e/ciie-2026/exhibitors?evidence=register").text
    assert "Sin Palabras" in browser.get("/e/ciie-2026/exhibitors?evidence=nonsense").text


def test_the_list_of_matches_is_filtered_by_evidence(world, browse):
    demand = factories.DemandFactory(expo=world["expo"], company=world["buyer"])
    for name in ("silent", "claimed", "proven"):
        factories.RecommendationFactory(demand=demand, product=world[name])
    browser = browse(world["reader"])
    assert titles(browser.get("/e/ciie-2026/recommendations")) == ALL
    assert titles(browser.get("/e/ciie-2026/recommendations?evidence=third_party")) == ["Proven oak"]
    assert titles(browser.get(f"/e/ciie-2026/demands/{demand.id}/matches?evidence=claimed")) == ["Claimed apples", "Proven oak"]
    assert "No match passes the filter" in browser.get("/e/ciie-2026/recommendations?evidence=register").text


def test_a_demand_tells_an_exhibitor_how_its_products_stand(world, browse):
    demand = factories.DemandFactory(expo=world["expo"], company=world["buyer"], green_level="third_party")
    page = browse(world["exhibitor"]).get(f"/e/ciie-2026/demands/{demand.id}").text
    assert page.index("Proven oak") < page.index("Claimed apples") < page.index("Silent cherries")
    plain = factories.DemandFactory(expo=world["expo"], company=world["buyer"])
    assert "against what is asked" not in browse(world["exhibitor"]).get(f"/e/ciie-2026/demands/{plain.id}").text


def test_the_homes_say_what_is_proven_and_what_ends(world, browse):
    assert "Green evidence of the supply" in browse(world["organizer"]).get("/").text
    assert "Green evidence that ends soon" in browse(world["exhibitor"]).get("/").text
    assert "Green evidence that ends soon" not in browse(world["reader"]).get("/").text


def test_what_stands_only_in_a_document_counts_and_is_not_shown(world, browse):
    kept = paper(world["silent"], number="SECRET-78", issuer="Secret Body", expires_on=date(2027, 1, 1))
    world["silent"].claims = [GreenClaim(link="PROC", claim="Oak", label="FSC", document_id=kept.id)]
    db.session.flush()
    page = browse(world["reader"]).get(f"/e/ciie-2026/products/{world['silent'].id}/green").text
    assert "Third party" in page and "SECRET-78" not in page and "Secret Body" not in page
    assert "SECRET-78" not in browse(world["organizer"]).get("/e/ciie-2026/green/checks").text
