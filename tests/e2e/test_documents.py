"""A Chilean winery puts in a certificate that is about to end, is warned, shows it to a buyer, and takes it back; in both languages."""

import pytest

from matchmaker import clock
from matchmaker.infra.db import db
from matchmaker.meetings.models import Meeting

from .. import factories
from ..documents import papers
from .test_road import LOCALES, Walker

pytestmark = [pytest.mark.browser]


@pytest.fixture(params=["en", "zh"])
def language(request):
    return request.param


def make_world(language: str) -> dict[str, str]:
    """Make a winery, a buyer with which it agreed to meet, and the wine; return addresses and names."""
    words = {"en": "en", "zh": "zh_Hans_CN"}[language]
    expo = factories.ExpoFactory(slug=f"ciie-papers-{language}")
    winery = factories.CompanyFactory(name=f"Viña Quebrada Honda {language}", country="CL")
    buyer = factories.BuyerFactory(name_en=f"Chunhe Cellars {language}", name_zh=f"春禾酒窖{language}")
    for company in (winery, buyer):
        factories.approve(company, expo)
    wine = factories.ProductFactory(company=winery, title="Carmenere Reserva", origin="CL", hs="220421")
    factories.show(wine, expo)
    db.session.add(Meeting(expo_id=expo.id, exhibitor_id=winery.id, buyer_id=buyer.id, asked_by_id=buyer.id, state="accepted",
                           asked_at=clock.now(), expires_at=clock.now()))
    people = [factories.member(company, email=f"{name}-{language}@example.org", language=words)
              for name, company in (("winery", winery), ("cellar", buyer))]
    return {"seller": people[0].email, "buyer": people[1].email, "buyer_id": str(buyer.id), "expo": expo.slug, "wine": str(wine.id)}


def test_a_certificate_that_is_about_to_end(site, visit, language, tmp_path):
    made = site.run(lambda: make_world(language))
    file = tmp_path / "organic.pdf"
    file.write_bytes(papers.pdf(2))
    winery = Walker(site, visit(LOCALES[language]), made["seller"])
    cellar = Walker(site, visit(LOCALES[language], width=390), made["buyer"])
    winery.sign_in()
    cellar.sign_in()

    page = winery.go("/documents/new")
    page.set_input_files("[name=file]", file)
    page.select_option("[name=kind]", "ORGANIC")
    page.select_option("[name=product]", made["wine"])
    page.fill("[name=number]", "CL-BIO-0442")
    page.fill("[name=expires_on]", "2026-11-08")
    winery.press("main form button.primary")
    address = page.url.removeprefix(site.url)
    assert page.locator(".note.amber").is_visible() and page.locator(".state.wait").first.is_visible()
    assert {"en": "ends on", "zh": "到期"}[language] in winery.go("/notices").locator("main").inner_text()

    product = f"/e/{made['expo']}/products/{made['wine']}"
    panel = cellar.go(product).locator("#documents")
    assert "CL-BIO-0442" not in panel.inner_text() and panel.locator(".state.wait").count() == 1
    assert cellar.page.goto(address).status == 404

    winery.go(address)
    page.select_option(".share [name=company]", made["buyer_id"])
    winery.press(".share button.soft")
    page.wait_for_selector("#sharing .rows li")
    assert "CL-BIO-0442" in cellar.go(product).locator("#documents").inner_text()
    cellar.go(address)
    with cellar.page.expect_download() as download:
        cellar.page.locator(".pagehead a.primary").click()
    assert download.value.suggested_filename == "ORGANIC-CL-BIO-0442-v1.pdf"

    winery.go(address)
    assert page.locator(".timeline li").count() == 2
    winery.press("#sharing .rows li button.act")
    assert page.locator("#sharing .rows li").count() == 0
    assert cellar.page.goto(address).status == 404
    assert "CL-BIO-0442" not in cellar.go(product).locator("#documents").inner_text()


