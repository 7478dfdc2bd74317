"""Market entry in the browser, both languages: a Chilean winery completes its passport, a Chinese platform finds what can go by bonded
import now."""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from matchmaker import clock
from matchmaker.companies.models import Member
from matchmaker.expos.models import Expo
from matchmaker.infra.db import db
from matchmaker.reference import stamps
from matchmaker.reference.models import Edition, RateRow

from .. import factories
from .test_feedback import LANGUAGES
from .test_road import LOCALES, Walker

pytestmark = [pytest.mark.browser]
WORDS = {
    "en": {"yes": "Yes, now", "later": "Not yet", "unknown": "Unknown", "state": "Say how far you are", "renew": "Look at its end",
           "resale": "may not be sold again", "bonded": "By bonded import now", "list": "on the list"},
    "zh": {"yes": "可以", "later": "暂不可以", "unknown": "未知", "state": "填写办理进度", "renew": "留意有效期",
           "resale": "不得再次销售", "bonded": "现可保税进口", "list": "在清单内"},
}


@pytest.fixture(params=["en", "zh"])
def language(request):
    return request.param


@dataclass
class World:
    slug: str
    wine: int
    toy: int
    winery: str
    platform: str


def person(language: str, email: str, company) -> str:
    user = factories.UserFactory.build(email=email, language=LANGUAGES[language])
    db.session.add(user)
    db.session.flush()
    db.session.add(Member(company_id=company.id, user_id=user.id, is_owner=True, joined_at=clock.wall()))
    return email


def build(language: str, name: str = "entry", **said) -> World:
    """Make an expo with a winery, a maker of toys and a platform, and the list of cross-border retail imports."""
    slug = f"{name}-{language}"
    expo = Expo(series="CIIE", slug=slug, name_en="China International Import Expo", name_zh="中国国际进口博览会",
                starts_on=date(2026, 11, 5), ends_on=date(2026, 11, 10))
    winery = factories.CompanyFactory.build(name=f"Viña Ñire {slug}", name_en=f"Vina Nire {slug}")
    platform = factories.BuyerFactory.build(name=f"海淘{slug}", name_zh=f"海淘{slug}", name_en=f"Haitao {slug}", buyer_kind="platform")
    db.session.add_all([expo, winery, platform])
    db.session.flush()
    wine = factories.ProductFactory.build(company=winery, title=f"Carménère {language}", text="", hs="22042100", origin="CL", **said)
    toy = factories.ProductFactory.build(company=winery, title=f"Wooden train {language}", text="", hs="95030000", origin="CL")
    wanted = factories.DemandFactory.build(
        expo=expo, company=platform, title=f"智利红酒 {language}", text="", hs="220421", road="1210", zone="杭州综试区")
    db.session.add_all([wine, toy, wanted])
    db.session.flush()
    for company in (winery, platform):
        factories.approve(company, expo)
    for product in (wine, toy):
        factories.show(product, expo)
    _list()
    return World(slug, wine.id, toy.id, person(language, f"vina@{slug}.example.org", winery),
                 person(language, f"haitao@{slug}.example.org", platform))


def _list() -> None:
    if db.session.query(Edition.id).where(Edition.kind == "positive").first():
        return
    edition = Edition(kind="positive", part="2022", state="current", edition="2022", source="Notice", verified=True, loaded_at=clock.now(),
                      applied_at=clock.now(), valid_from=date(2022, 3, 1))
    db.session.add(edition)
    db.session.flush()
    db.session.add(RateRow(version_id=edition.id, row=1, key="22042100", code="22042100", heading="2204", basis="POSITIVE"))
    stamps.renew(stamps.RATES)


def shot(page, name: str) -> None:
    """Keep a picture where one is asked for (MATCHMAKER_SHOTS)."""
    if folder := os.environ.get("MATCHMAKER_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def verdicts(walker: Walker) -> list[str]:
    """Return the three verdicts of the passport on the page."""
    return [item.inner_text().strip() for item in walker.page.locator("main .passport:not(.short) .verdict b").all()]


def test_a_chilean_winery_completes_its_passport(site, visit, language):
    world, words = site.run(lambda: build(language)), WORDS[language]
    winery = Walker(site, visit(LOCALES[language]), world.winery)
    winery.sign_in()
    page = winery.go("/market-entry")
    assert words["state"] in page.locator("main").inner_text()
    shot(page, f"todo-{language}")
    winery.go(f"/products/{world.wine}/passport")
    assert verdicts(winery) == [words["yes"], words["unknown"], words["unknown"]]
    shot(page, f"passport-before-{language}")
    winery.press("a.btn.primary")
    page.wait_for_selector("details[open] [name='entry-0-gate']")
    assert page.locator("[name='entry-0-gate']").input_value() == "gacc"  # the gates of wine are offered
    page.select_option("[name='entry-0-state']", "held")
    page.fill("[name='entry-0-number']", "SAMPLE-CL-77")
    page.fill("[name='entry-0-expires_on']", "2026-11-30")
    assert page.locator("[name='entry-1-gate']").input_value() == "chinese_label"
    page.select_option("[name='entry-1-state']", "none")
    shot(page, f"edit-{language}")
    winery.press(".form-actions button.primary")
    winery.go(f"/products/{world.wine}/passport")
    assert verdicts(winery) == [words["yes"], words["yes"], words["later"]]
    assert "SAMPLE-CL-77" in page.locator("main").inner_text()
    shot(page, f"passport-after-{language}")
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shot(page, f"passport-phone-{language}")
    page.set_viewport_size({"width": 1440, "height": 900})
    winery.go("/market-entry")
    assert words["renew"] in page.locator("main").inner_text()  # the registration ends within 90 days
    for path, name in (("/which-expo", "which"), ("/exhibits", "exhibits")):
        winery.go(path)
        shot(page, f"{name}-{language}")


def test_a_chinese_platform_finds_what_can_go_by_bonded_import_now(site, visit, language):
    said = {"entry": {"gacc": {"state": "held", "number": "SAMPLE-CL-77"}}}
    world, words = site.run(lambda: build(language, "ready", **said)), WORDS[language]
    platform = Walker(site, visit(LOCALES[language]), world.platform)
    platform.sign_in()
    page = platform.go(f"/e/{world.slug}/cross-border?road=1210")
    text = page.locator("main").inner_text()
    assert "Carménère" in text and "Wooden train" in text and words["resale"] in text and words["list"] in text
    page.check("[name=now]")
    platform.press("main form.filters button")
    text = page.locator("main").inner_text()
    assert "Carménère" in text and "Wooden train" not in text
    shot(page, f"desk-{language}")
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shot(page, f"desk-phone-{language}")
    page.set_viewport_size({"width": 1440, "height": 900})
    platform.press(f"a[href$='/products/{world.wine}/passport']")
    assert verdicts(platform)[1] == words["yes"]
    assert "SAMPLE-CL-77" not in page.locator("main").inner_text()  # numbers open to those it matches with
    platform.go(f"/e/{world.slug}/products/{world.wine}")
    shot(page, f"product-{language}")
    platform.go(f"/e/{world.slug}/exhibitors?entry=cbec")
    assert words["bonded"] in page.locator("select[name=entry] option:checked").inner_text()
    assert "Ñire" in page.locator("main ul.rows").inner_text() or "Nire" in page.locator("main ul.rows").inner_text()
    platform.go(f"/e/{world.slug}/cross-border/platforms")
    shot(page, f"platforms-{language}")

