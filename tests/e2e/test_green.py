"""Green evidence in the browser, both languages: an exhibitor raises a claim to third party, a buyer filters by what is proven, the label
falls on the day after its last, an organizer looks it up in the register."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from matchmaker import clock
from matchmaker.companies.models import Member
from matchmaker.expos.models import Expo, Staff
from matchmaker.infra.db import db

from .. import factories
from ..conftest import TODAY
from .test_feedback import LANGUAGES
from .test_road import LOCALES, Walker

pytestmark = [pytest.mark.browser]
LAST = date(2026, 11, 20)
WORDS = {
    "en": {"claimed": "Claimed", "third": "Third party", "register": "In a register", "vague": "is vague",
           "none": "Nobody has proven this yet", "unverified": "Not verified", "left": "30 days left"},
    "zh": {"claimed": "自述", "third": "第三方", "register": "名录可查", "vague": "表述含糊",
           "none": "暂无产品能够证实", "unverified": "未核实", "left": "还剩30天"},
}


@pytest.fixture(params=["en", "zh"])
def language(request):
    return request.param


@pytest.fixture
def calendar():
    """Let a test turn the days; the clock of the other tests comes back."""
    def turn(day: date) -> None:
        clock.set_now(datetime.combine(day, time(10), ZoneInfo("Asia/Shanghai")))

    yield turn
    clock.set_now(TODAY)


@dataclass
class World:
    slug: str
    product: int
    exhibitor: str
    buyer: str
    organizer: str


def person(language: str, email: str, company=None) -> object:
    user = factories.UserFactory.build(email=email, language=LANGUAGES[language])
    db.session.add(user)
    db.session.flush()
    if company is not None:
        db.session.add(Member(company_id=company.id, user_id=user.id, is_owner=True, joined_at=clock.wall()))
    return user


def build(language: str) -> World:
    """Make an expo with one exhibitor, its published product without a word on green, a buyer and an organizer."""
    slug = f"green-{language}"
    expo = Expo(series="CIIE", slug=slug, name_en="China International Import Expo", name_zh="中国国际进口博览会",
                starts_on=date(2026, 11, 5), ends_on=date(2026, 11, 10))
    company, buyer = factories.CompanyFactory.build(name=f"Bosque {slug}"), factories.BuyerFactory.build(name=f"青木{slug}")
    db.session.add_all([expo, company, buyer])
    db.session.flush()
    product = factories.ProductFactory.build(company=company, title=f"Oak plank {slug}", text="Oak planks.", origin="CL")
    db.session.add(product)
    db.session.flush()
    for one in (company, buyer):
        factories.approve(one, expo)
    factories.show(product, expo)
    organizer = person(language, f"organizer@{slug}.example.org")
    db.session.add(Staff(expo_id=expo.id, user_id=organizer.id, role="organizer"))
    people = [person(language, f"{name}@{slug}.example.org", one).email for name, one in (("owner", company), ("buyer", buyer))]
    return World(slug, product.id, *people, organizer.email)


def walker(site, visit, language: str, address: str) -> Walker:
    one = Walker(site, visit(LOCALES[language]), address)
    one.sign_in()
    return one


def test_a_claim_becomes_evidence_is_found_falls_on_its_day_and_is_looked_up(site, visit, language, calendar):
    calendar(date(2026, 10, 21))
    world, words = site.run(lambda: build(language)), WORDS[language]
    exhibitor, buyer = walker(site, visit, language, world.exhibitor), walker(site, visit, language, world.buyer)
    organizer = walker(site, visit, language, world.organizer)

    # a claim in big words: told at once while writing, a claim and vague on the page of the product
    page = exhibitor.go(f"/products/{world.product}")
    page.locator("details.fold", has=page.locator("[data-vague]")).locator("> summary").click()
    page.fill("[name=claims-0-claim]", {"en": "Eco-friendly oak", "zh": "绿色环保橡木"}[language])
    page.locator("[data-vague-list]").first.locator("li").wait_for()
    page.select_option("[name=claims-0-link]", "PROC")
    exhibitor.press("button[name=do][value=save]")
    assert words["vague"] in page.locator("#green").inner_text()
    listed = f"/e/{world.slug}/green"
    assert words["none"] in buyer.go(listed).inner_text("main")
    assert f"Oak plank {world.slug}" in buyer.go(f"{listed}?level=claimed").inner_text("main")

    # words with substance and a label stated in full: third party
    page = exhibitor.go(f"/products/{world.product}")
    page.locator("details.fold", has=page.locator("[data-vague]")).locator("> summary").click()
    page.fill("[name=claims-0-claim]", {"en": "All oak from FSC forests since 2024", "zh": "2024年起橡木全部来自FSC森林"}[language])
    page.select_option("[name=claims-0-label]", "FSC")
    page.locator("details.more summary").first.click()
    for name, value in (("number", "SAMPLE-FSC-77"), ("issuer", "Sample Body"), ("scope", "oak plank"), ("expires_on", LAST.isoformat())):
        page.fill(f"[name=claims-0-{name}]", value)
    exhibitor.press("button[name=do][value=save]")
    assert words["third"] in page.locator("#green").inner_text()
    assert words["left"] in exhibitor.go("/green").inner_text("main")
    assert f"Oak plank {world.slug}" in buyer.go(listed).inner_text("main")
    page = buyer.go(f"/e/{world.slug}/products/{world.product}/green")
    assert words["unverified"] in page.inner_text("main") and "GLEC" in page.inner_text("#transport")

    # an organizer looks it up: in a register
    page = organizer.go(f"/e/{world.slug}/green/checks")
    page.fill("[name=address]", "https://register.example/SAMPLE-FSC-77")
    organizer.press("button[name=found][value=yes]")
    assert words["register"] in page.inner_text("main")
    assert f"Oak plank {world.slug}" in buyer.go(f"{listed}?level=register").inner_text("main")

    # the last day still counts, the day after it is a claim again
    calendar(LAST)
    assert f"Oak plank {world.slug}" in buyer.go(listed).inner_text("main")
    calendar(LAST + timedelta(days=1))
    assert words["none"] in buyer.go(listed).inner_text("main")
    assert words["claimed"] in exhibitor.go(f"/products/{world.product}").locator("#green").inner_text()
