"""Pages of passports: who reads what, in which language, and on paper."""

import io

import pytest

from matchmaker import clock
from matchmaker.infra.db import commit, db

from .. import factories


def test_the_winery_reads_its_list_and_its_passport(world, browse):
    commit()
    browser = browse(world.owner)
    page = browser.get("/market-entry").text
    assert "Begin: Chinese label" in page and "begin by" in page
    assert f"/documents/new?product={world.wine.id}&amp;kind=FREE_SALE_CERTIFICATE" in page
    assert browser.get(f"/documents/new?product={world.wine.id}&kind=FREE_SALE_CERTIFICATE").status_code == 200
    page = browser.get(f"/products/{world.wine.id}/passport").text
    assert "SAMPLE-CL-1" in page and "renewed in spring" in page and "Decree 280" in page and "assumptions" in page


def test_the_first_visit_says_what_will_be_here(world, browse):
    commit()
    company = factories.CompanyFactory()
    page = browse(factories.member(company)).get("/market-entry").text
    assert "A passport for each product" in page


@pytest.mark.parametrize(("audience", "standing", "reads"), [
    ("open", "stranger", True), ("matched", "stranger", False), ("matched", "matched", True), ("accepted", "matched", False),
    ("accepted", "accepted", True), ("accepted", "withdrawn", False)])
def test_numbers_open_as_the_owner_allows(world, browse, audience, standing, reads):
    from matchmaker.meetings.models import Meeting

    world.wine.entry_audience = audience
    demand = factories.DemandFactory(expo=world.expo, company=world.buyer)
    if standing == "matched":
        factories.RecommendationFactory(demand=demand, product=world.wine, expo_id=world.expo.id)
    if standing in ("accepted", "withdrawn"):
        meeting(world, demand, "accepted" if standing == "accepted" else "cancelled", Meeting)
    commit()
    browser = browse(world.reader)
    for address in (f"/e/{world.expo.slug}/products/{world.wine.id}/passport", f"/e/{world.expo.slug}/products/{world.wine.id}"):
        answer = browser.get(address)
        assert answer.status_code == 200 and "Not yet" in answer.text  # the state is for every buyer at the expo
        if address.endswith("passport"):
            assert ("SAMPLE-CL-1" in answer.text) is reads
            assert ("renewed in spring" in answer.text) is reads


def meeting(world, demand, state, model):
    db.session.add(model(
        expo_id=world.expo.id, exhibitor_id=world.winery.id, buyer_id=world.buyer.id, demand_id=demand.id, product_id=world.wine.id,
        asked_by_id=world.buyer.id, state=state, asked_at=clock.now(), expires_at=clock.now()))
    db.session.flush()


def test_strangers_and_rivals_get_nothing(world, browse, client):
    rival = factories.CompanyFactory()
    factories.approve(rival, world.expo)
    outsider = factories.member(factories.BuyerFactory())
    rival_user = factories.member(rival)
    commit()
    at_expo, own = f"/e/{world.expo.slug}/products/{world.wine.id}/passport", f"/products/{world.wine.id}/passport"
    assert browse(rival_user).get(own).status_code == 404
    assert browse(rival_user).get(f"{own}.pdf").status_code == 404
    assert browse(rival_user).get(at_expo).status_code == 404
    assert browse(outsider).get(at_expo).status_code == 404
    assert browse(outsider).get(f"{at_expo}.pdf").status_code == 404
    assert browse(world.reader).get(own).status_code == 404


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_one_page_to_print_in_both_languages(world, browse, lang):
    from pypdf import PdfReader

    world.wine.entry = world.wine.entry | {"gacc": world.wine.entry["gacc"] | {"expires_on": "2027-12-31"}}
    commit()
    answer = browse(world.owner).get(f"/products/{world.wine.id}/passport.pdf?lang={lang}")
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.data)).pages
    assert len(pages) == 1
    text = "".join(pages[0].extract_text().split())
    assert ("Notyet" if lang == "en" else "暂不可以") in text and "SAMPLE-CL-1" in text and "220421" in text
    assert "SAMPLE-CL-1·" + ("until" if lang == "en" else "有效至") in text  # a number with its last day


def test_which_expo_counts_sections_and_says_few_without_a_number(world, browse):
    factories.DemandFactory(expo=world.expo, section_id=world.section.id, hs="220421")
    commit()
    page = browse(world.owner).get("/which-expo").text
    assert "CIIE" in page and "fewer than three demands so far" in page and "1 of 1 with an HS code" in page
    for _n in range(2):
        factories.DemandFactory(expo=world.expo, section_id=world.section.id, hs="220421")
    commit()
    assert "3 demands so far" in browse(world.owner).get("/which-expo").text


def test_drafts_of_buyers_are_not_counted(world, browse):
    for _n in range(4):
        factories.DemandFactory(expo=world.expo, section_id=world.section.id, hs="220421", state="draft")
    commit()
    assert "0 demands so far" in browse(world.owner).get("/which-expo").text


def test_what_nobody_has_read_is_marked_on_the_page(world, browse):
    """The phytosanitary certificate rests on general knowledge, and so does the label of toys in general trade."""
    cherries = factories.ProductFactory(company=world.winery, hs="080929", origin="CL")
    toy = factories.ProductFactory(company=world.winery, hs="950300", origin="CL")
    commit()
    browser = browse(world.owner)
    marked = "Not verified: this rule rests on no source that was read."
    assert marked in browser.get(f"/products/{cherries.id}/passport").text
    assert marked in browser.get(f"/products/{toy.id}/passport").text
    assert marked not in browser.get(f"/products/{world.wine.id}/passport").text


def test_an_organizers_correction_changes_the_passport_on_its_day(world):
    """Reference keeps corrected rules; the passport is made of them."""
    from datetime import date

    from matchmaker.passports import queries
    from matchmaker.reference import stamps
    from matchmaker.reference.models import RuleRevision
    from matchmaker.trade.gates import Road
    from matchmaker.trade.rulebook import shipped

    label = shipped().find("gate", "chinese_label", date(2026, 10, 19))
    assert queries.states([world.wine.id], date(2026, 10, 19))[world.wine.id][Road.GENERAL].latest == date(2026, 11, 18)
    db.session.add(RuleRevision(
        kind="gate", code="chinese_label", slot="", number=1, en=label.en, zh=label.zh, data=dict(label.data) | {"days": [5, 10]},
        source="Notice", verified=True, at=clock.now()))
    stamps.renew(stamps.RULES)
    db.session.flush()
    assert queries.states([world.wine.id], date(2026, 10, 19))[world.wine.id][Road.GENERAL].latest == date(2026, 10, 29)
