"""The cost of entering China, walked: a Chilean winery sees duty and form; a buyer compares and takes the spreadsheet home."""

import os
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from matchmaker import clock
from matchmaker.companies.models import Company, Member
from matchmaker.demo import rates
from matchmaker.expos.models import Expo
from matchmaker.infra.db import db
from matchmaker.infra.workbooks import read_workbook
from matchmaker.reference.models import Edition

from .. import factories
from .test_feedback import LANGUAGES
from .test_pages import AXE
from .test_road import LOCALES, Walker

pytestmark = [pytest.mark.browser]
CARD = {"hs": "22042100", "currency": "USD", "incoterm": "FOB", "price_unit": "bottle", "moq": Decimal(600), "moq_unit": "bottle"}
OFFERS = [  # what is offered, from where, at what price, ready in how many days
    ("Carménère Gran Reserva", "CL", Decimal("3.20"), 30), ("Shiraz", "AU", Decimal("3.40"), 20),
    ("Coteaux d'Aix", "FR", Decimal("3.10"), 25), ("Rioja Crianza", "ES", None, None), ("Saperavi", "GE", Decimal("2.80"), 40)]
SAYS = {
    "en": ("Form F", "China-Chile free trade agreement", "Proof of origin saves", "sample rate", "Landed cost, CNY a unit", "Ask for it"),
    "zh": ("Form F", "中国—智利自由贸易协定", "凭原产地证可省", "示例税率", "到岸成本（元/单位）", "询问"),
}


@pytest.fixture(params=["en", "zh"])
def language(request):
    return request.param


@dataclass
class World:
    """What a walk needs to know."""

    slug: str
    winery: str
    buyer: str
    products: list[int]


def person(company: Company, email: str, language: str) -> str:
    user = factories.UserFactory.build(email=email, language=LANGUAGES[language])
    db.session.add(user)
    db.session.flush()
    db.session.add(Member(company_id=company.id, user_id=user.id, is_owner=True, joined_at=clock.wall()))
    return email


def build(language: str) -> World:
    """Make an expo with five offers of wine and a buyer; put the sample tables in use once."""
    if db.session.query(Edition).count() == 0:
        rates.load()
    slug = f"wine-{language}"
    expo = Expo(series="CIIE", slug=slug, name_en="China International Import Expo", name_zh="中国国际进口博览会",
                starts_on=date(2026, 11, 5), ends_on=date(2026, 11, 10))
    buyer = factories.BuyerFactory.build(name=f"春禾{slug}", name_zh=f"春禾{slug}", name_en=f"Chunhe {slug}")
    db.session.add_all([expo, buyer])
    db.session.flush()
    factories.approve(buyer, expo)
    products, companies = [], []
    for title, origin, price, lead in OFFERS:
        company = factories.CompanyFactory.build(name=f"{title} {slug}", name_en=f"{title} {slug}", country=origin)
        product = factories.ProductFactory.build(
            company=company, title=title, text="Red wine, 750 ml.", origin=origin, price_low=price, lead_time_days=lead, **CARD)
        db.session.add_all([company, product])
        db.session.flush()
        factories.approve(company, expo)
        factories.show(product, expo)
        products.append(product.id)
        companies.append(company)
    winery = person(companies[0], f"lucia@{slug}.example.org", language)
    return World(slug, winery, person(buyer, f"gu@{slug}.example.org", language), products)


def shoot(page, name: str) -> None:
    """Keep a picture where MATCHMAKER_SHOTS asks for them."""
    if folder := os.environ.get("MATCHMAKER_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def fits_in_width(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def obstacles(page) -> list[str]:
    """Return what axe finds in the light and in the dark."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(AXE_SCRIPT)
        found += page.evaluate(AXE)
    page.emulate_media(color_scheme="light")
    return found


def test_a_winery_sees_duty_and_form_and_a_buyer_compares(site, visit, language):
    form, agreement, saves, sample, row, ask = SAYS[language]
    world = site.run(lambda: build(language))
    winery = Walker(site, visit(LOCALES[language]), world.winery)
    winery.sign_in()
    page = winery.go(f"/products/{world.products[0]}")
    assert agreement in page.locator("#landed").inner_text()
    page.locator("#landed a.link").click()
    page.wait_for_load_state()
    text = page.locator("main").inner_text()
    assert form in text and agreement in text and saves in text and sample in text
    assert re.search(r"30\.90", page.locator("p.landed").inner_text())
    assert obstacles(page) == []
    shoot(page, f"landed-{language}-1440")
    page.set_viewport_size({"width": 390, "height": 844})
    assert fits_in_width(page)
    shoot(page, f"landed-{language}-390")

    buyer = Walker(site, visit(LOCALES[language]), world.buyer)
    buyer.sign_in()
    for product in world.products:
        page = buyer.go(f"/e/{world.slug}/products/{product}")
        page.locator(f"form[action$='/compare/{product}'] button").click()
        page.wait_for_load_state()
    page = buyer.go(f"/e/{world.slug}/compare")
    table = page.locator("table.cmp").inner_text()
    assert table.count(ask) == 2 and form in table  # Rioja has no price and no lead time
    assert page.locator("table.cmp .btn.primary").count() == 1
    assert obstacles(page) == []
    shoot(page, f"compare-{language}-1440")
    with page.expect_download() as waiting:
        page.locator("a[href*='compare.xlsx']").click()
    rows = {cells[0]: cells[1:6] for cells in read_workbook(Path(waiting.value.path()).read_bytes())}
    assert rows[row][0] == 30.9 and isinstance(rows[row][3], str)
    page.set_viewport_size({"width": 390, "height": 844})
    assert fits_in_width(page)
    shoot(page, f"compare-{language}-390")
