"""Feedback acts: refusals with a reason move the list and say so; a repair goes from the offer to a better match on both sides."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from matchmaker import clock
from matchmaker.companies.models import Company, Member
from matchmaker.engine.matching.dealability import DealModel
from matchmaker.expos.models import Expo
from matchmaker.infra.db import db
from matchmaker.matching import receivers
from matchmaker.matching.models import ModelVersion, Recommendation

from .. import factories
from .test_road import LOCALES, Walker

pytestmark = [pytest.mark.browser]
LANGUAGES = {"en": "en", "zh": "zh_Hans_CN"}
SHA = "51" * 32
DEAR, CHEAP = 5, 2  # offers of the same cherries


@pytest.fixture(params=["en", "zh"])
def language(request):
    return request.param


@dataclass
class World:
    """What a walk needs to know of the expo that was made for it."""

    slug: str
    buyer: str  # addresses of the people
    exhibitor: str
    demand: int
    dear: list[int]
    cheap: list[int]


def person(company: Company, email: str, language: str) -> str:
    user = factories.UserFactory.build(email=email, language=LANGUAGES[language])
    db.session.add(user)
    db.session.flush()
    db.session.add(Member(company_id=company.id, user_id=user.id, is_owner=True, joined_at=clock.wall()))
    return email


def offer(expo: Expo, name: str, **values) -> tuple[Company, int]:
    """Make an exhibitor that shows cherries; return it and its product."""
    company = factories.CompanyFactory.build(name=name, name_en=name)
    db.session.add(company)
    db.session.flush()
    product = factories.ProductFactory.build(
        company=company, title="Fresh sweet cherries", text="Cherries in 5 kg cartons.", hs="080929", origin="CL", **values)
    db.session.add(product)
    db.session.flush()
    factories.approve(company, expo)
    factories.show(product, expo)
    return company, product.id


def build(name: str, language: str, offers: list[dict], **demand) -> World:
    """Make an expo where one buyer looks for cherries and ``offers`` are shown; have it matched."""
    slug = f"{name}-{language}"
    expo = Expo(series="CIIE", slug=slug, name_en="China International Import Expo", name_zh="中国国际进口博览会",
                starts_on=date(2026, 11, 5), ends_on=date(2026, 11, 10))
    db.session.add(expo)
    db.session.flush()
    shown = [offer(expo, f"Aurora {slug} {number}", **values) for number, values in enumerate(offers, 1)]
    title = f"春禾超市{slug}"
    buyer = factories.BuyerFactory.build(name=title, name_zh=title, name_en=f"Chunhe {slug}")
    db.session.add(buyer)
    db.session.flush()
    wanted = factories.DemandFactory.build(expo=expo, company=buyer, title="求购车厘子", text="", hs="080929", **demand)
    db.session.add(wanted)
    db.session.flush()
    factories.approve(buyer, expo)
    receivers.mark_stale(expo.id)
    products = [product for _company, product in shown]
    return World(slug, person(buyer, f"gu@{slug}.example.org", language), person(shown[0][0], f"lucia@{slug}.example.org", language),
                 wanted.id, products[:DEAR], products[DEAR:])


class Reader(Walker):
    """One side, who reads lists and pages of matches."""

    def __init__(self, site, page, world: World, address: str):
        super().__init__(site, page, address)
        self.world, self.list = world, f"/e/{world.slug}/recommendations"
        self.sign_in()

    def order(self) -> list[int]:
        """Return the products of the list as it stands on the page, best first."""
        return [int(re.search(r"/matches/\d+/(\d+)", link.get_attribute("href")).group(1))
                for link in self.page.locator("#matches article.card h2 a").all()]

    def settled(self) -> list[int]:
        """Load the list until it is there and nothing is waited for; return its order."""
        for _try in range(120):
            self.go(self.list)
            if not self.page.locator("#matches [data-progress]").count() and (found := self.order()):
                return found
            self.page.wait_for_timeout(250)
        raise AssertionError("the list is never up to date")

    def hide(self, product: int, reason: str) -> str:
        """Press "not for us" on a card and choose the reason; return the words of the reason. The card is gone at once."""
        card = self.page.locator("#matches article.card", has=self.page.locator(f"a[href$='/matches/{self.world.demand}/{product}']"))
        card.locator("summary").click()
        button = card.locator(f"button[name=reason][value={reason}]")
        said = button.inner_text().strip()
        button.click()
        card.wait_for(state="detached")
        return said


def test_three_refusals_move_the_list_say_why_and_can_be_undone(site, visit, language):
    prices = [Decimal(58)] * DEAR + [Decimal(41)] * CHEAP
    world = site.run(lambda: build("taste", language, [
        {"price_low": price, "currency": "USD", "price_unit": "carton", "incoterm": "CIF"} for price in prices]))
    buyer = Reader(site, visit(LOCALES[language]), world, world.buyer)
    before = buyer.settled()
    assert before == [*world.dear, *world.cheap]  # nothing is known of the budget: equal offers, the oldest first
    for product in world.dear[:3]:
        said = buyer.hide(product, "price")
    after = buyer.settled()
    assert after == [*world.cheap, *world.dear[3:]]
    learned = buyer.page.locator(".learned li")
    assert learned.count() == 1
    assert "3" in learned.inner_text() and said in learned.inner_text()
    buyer.go(f"/e/{world.slug}/matches/{world.demand}/{world.dear[3]}")
    assert "3" in buyer.page.locator(".habits li").inner_text()

    buyer.settled()
    buyer.press("form.personal button[value=no]")
    assert buyer.settled() == [*world.dear[3:], *world.cheap]  # the sheets alone; what was hidden stays hidden
    assert buyer.page.locator(".learned").count() == 0
    buyer.press("form.personal button[value=yes]")
    assert buyer.settled() == after

    buyer.page.locator(".learned button[value=price]").click()
    buyer.page.locator(".learned").wait_for(state="detached")
    assert buyer.settled() == before


def calibrate() -> None:
    """Put a model in use that has seen enough answers to say figures: the documented weights, moved and stretched."""
    if db.session.scalar(sa.select(ModelVersion.id).where(ModelVersion.sha256 == SHA)):
        return
    model = DealModel.documented().to_dict()
    model["answers"] = {"buyer": 300, "exhibitor": 300}
    for side, slope, offset in (("buyer", 0.5, -0.8), ("exhibitor", 0.5, -0.8)):
        model["sides"][side] |= {"slope": slope, "offset": offset}
    db.session.add(ModelVersion(params={"deal": model, "intention": None}, sha256=SHA, answers=600, created_at=clock.wall(),
                                used_since=clock.wall()))


def score(reader: Reader, above: int = -1) -> int:
    """Return the number on the page of the match; wait until it is higher than ``above``."""
    for _try in range(120):
        answer = reader.page.goto(f"/e/{reader.world.slug}/matches/{reader.world.demand}/{reader.world.dear[0]}")
        if answer.status == 200 and (found := reader.page.locator(".score .n b")).count() and int(found.inner_text()) > above:
            return int(found.inner_text())
        reader.page.wait_for_timeout(250)
    raise AssertionError(f"the match never rises above {above}")


def test_a_repair_goes_from_the_offer_to_an_accepted_answer_and_a_better_match_on_both_sides(site, visit, language):
    world = site.run(lambda: (calibrate(), build(
        "repair", language, [{"moq": Decimal(1200), "moq_unit": "carton"}], quantity_first=Decimal(500), unit="carton"))[1])
    exhibitor, buyer = (Reader(site, visit(LOCALES[language], width=width), world, address)
                        for width, address in ((1440, world.exhibitor), (390, world.buyer)))
    before = score(exhibitor), score(buyer)

    gap = exhibitor.page.goto(f"/e/{world.slug}/matches/{world.demand}/{world.dear[0]}") and exhibitor.page.locator("#repairs .ours")
    assert "500" in gap.inner_text() and re.search(r"1,200", gap.inner_text())
    promised = int(gap.locator(".lift b").inner_text())
    assert promised > before[0]
    exhibitor.press("#repairs .ours button")  # one press
    assert exhibitor.page.locator("#repairs .waits").count() == 1

    buyer.go(f"/e/{world.slug}/proposals")
    buyer.press("ul.reqs header a")
    assert "500" in buyer.page.locator("dl.swap").inner_text()
    buyer.page.fill("[name=figure]", "300")
    buyer.press("main form:has([name=figure]) button")

    exhibitor.go("/notices")
    assert "300" in exhibitor.page.locator("main").inner_text()
    exhibitor.go(f"/e/{world.slug}/proposals")
    assert "300" in exhibitor.page.locator("ul.reqs li").inner_text()
    exhibitor.press("ul.reqs form[action$='/accept'] button")

    after = score(exhibitor, before[0]), score(buyer, before[1])
    assert after[0] >= promised  # a minimum of 300 asks less than the 500 that was promised
    assert after[1] > before[1]
    for reader in (exhibitor, buyer):
        agreed = reader.page.locator("#repairs .note").inner_text()
        assert "300" in agreed
        assert reader.page.locator("#repairs .ours").count() == 0  # the gap is closed
    rows = site.run(lambda: db.session.execute(sa.select(Recommendation.gaps).where(Recommendation.demand_id == world.demand)).all())
    assert not any(gap["code"] == "minimum_order" for gap in rows[0].gaps)
