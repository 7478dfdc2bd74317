"""Three people walk the road, in both languages: from registration to a meeting in the calendar."""

import re
import urllib.request
from datetime import UTC, date, datetime, time

import pytest
from icalendar import Calendar
from playwright.sync_api import Error

from matchmaker.accounts.models import User
from matchmaker.expos.models import Expo, Hall, Interpreter, NegotiationTable, Slot, Staff
from matchmaker.infra.db import db
from matchmaker.trade import identifiers

from .. import factories
from ..factories import PASSWORD

pytestmark = [pytest.mark.browser]
LOCALES = {"en": "en-GB", "zh": "zh-CN"}


@pytest.fixture(params=["en", "zh"])
def language(request):
    return request.param


def make_expo(language: str) -> str:
    """Make an expo with a hall, three tables, four slots, and its organizer; return its slug."""
    slug = f"ciie-2026-{language}"
    expo = Expo(series="CIIE", slug=slug, name_en="China International Import Expo", name_zh="中国国际进口博览会",
                starts_on=date(2026, 11, 5), ends_on=date(2026, 11, 10))
    db.session.add(expo)
    db.session.flush()
    db.session.add(factories.SectionFactory.build(expo=expo))
    hall = Hall(expo_id=expo.id, code="8.2")
    db.session.add(hall)
    db.session.flush()
    db.session.add_all(NegotiationTable(expo_id=expo.id, hall_id=hall.id, label=label) for label in ("A01", "A02", "A03"))
    day = date(2026, 11, 5)
    db.session.add_all(
        Slot(expo_id=expo.id, on=day, position=n, starts_at=datetime.combine(day, time(1 + n // 2, 30 * (n % 2)), UTC), minutes=30)
        for n in range(4))
    db.session.add(Interpreter(expo_id=expo.id, name="Ana Ruiz", languages=["es"]))
    user = User(
        email=f"organizer-{language}@example.org", name="Shen Lan", password_hash=factories.password_hash(),
        language={"en": "en", "zh": "zh_Hans_CN"}[language],
        email_confirmed_at=datetime.now(UTC), created_at=datetime.now(UTC), notice_version="2026-11")
    db.session.add(user)
    db.session.flush()
    db.session.add(Staff(expo_id=expo.id, user_id=user.id, role="organizer"))
    return slug


class Walker:
    """One person in one window."""

    def __init__(self, site, page, address: str):
        self.site, self.page, self.address = site, page, address

    def go(self, path: str):
        try:
            answer = self.page.goto(path)
        except Error as problem:  # the page before was just loading itself anew (its matches came in)
            if "ERR_ABORTED" not in str(problem):
                raise
            answer = None
        answer = answer or self.page.goto(path)
        assert answer.status < 400, f"{path}: {answer.status}"
        return self.page

    def register(self, name: str):
        page = self.go("/register")
        page.fill("[name=name]", name)
        page.fill("[name=email]", self.address)
        page.fill("[name=password]", PASSWORD)
        page.check("[name=notice]")
        page.locator("main form button.primary").click()
        page.wait_for_load_state()
        self.go(self.site.link(self.address, "/confirm/"))
        page.locator("main form button.primary").click()
        page.wait_for_load_state()
        self.sign_in()

    def sign_in(self):
        page = self.go("/sign-in")
        page.fill("[name=email]", self.address)
        page.fill("[name=password]", PASSWORD)
        page.locator("main form button.primary").click()
        page.wait_for_load_state()

    def found_company(self, kind: str, **values: str):
        page = self.go(f"/companies/new/{kind}")
        for field, value in values.items():
            if field in ("country", "identifier_kind"):
                page.select_option(f"[name={field}]", value)
            elif field == "languages":
                page.check(f"[name=languages][value={value}]", force=True)
            else:
                page.fill(f"[name={field}]", value)
        page.locator("main form button.primary").first.click()
        page.wait_for_load_state()

    def apply(self, slug: str):
        page = self.go(f"/expos/{slug}/apply")
        page.locator("main form button.primary").click()
        page.wait_for_load_state()

    def press(self, selector: str):
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state()


def test_the_road(site, visit, language):
    slug = site.run(lambda: make_expo(language))
    exhibitor = Walker(site, visit(LOCALES[language]), f"lucia-{language}@aurora.example.org")
    buyer = Walker(site, visit(LOCALES[language]), f"gu-{language}@chunhe.example.org")
    organizer = Walker(site, visit(LOCALES[language]), f"organizer-{language}@example.org")

    exhibitor.register("Lucía Ferrer")
    exhibitor.found_company("exhibitor", name=f"Cerezas Aurora {language} SpA", name_zh="奥罗拉樱桃", country="CL", city="Curicó",
                            languages="es")
    exhibitor.apply(slug)
    buyer.register("顾清和")
    buyer.found_company("buyer", name=f"南京春禾超市{language}有限公司", name_en="Chunhe Supermarkets", city="南京",
                        identifier=identifiers.sample_uscc(11 if language == "en" else 12), languages="zh")
    buyer.apply(slug)
    organizer.sign_in()
    approve_all(organizer, slug)
    publish_product(exhibitor, slug)
    post_demand(buyer, slug)
    request_meeting(buyer, slug)
    accept(exhibitor, slug)
    schedule(organizer, slug)
    for person in (exhibitor, buyer):
        check_day_and_calendar(person, slug, language)


def approve_all(organizer: Walker, slug: str):
    for _company in range(2):
        page = organizer.go(f"/e/{slug}/companies")
        page.locator("main a[href*='/companies/']").first.click()
        page.wait_for_load_state()
        organizer.press("form[action$='/approve'] button")


def publish_product(exhibitor: Walker, slug: str):
    page = exhibitor.go("/products/new")
    page.fill("[name=title]", "Fresh sweet cherries, Lapins, calibre JJ")
    page.fill("[name=text]", "Sweet cherries from Curicó, calibre JJ and larger, 5 kg cartons with modified atmosphere, "
                           "reefer containers by sea. Orchard registered with GACC.")
    exhibitor.press("main form button[value=publish]")


def post_demand(buyer: Walker, slug: str):
    page = buyer.go("/demands/new")
    page.fill("[name=words]", "求购智利车厘子,JJ级以上\n12月底到1月中到港,海运冷柜,首单2个40尺柜。")
    buyer.press("main form button[value=read]")
    buyer.press("form[action$='/publish'] button.primary")
    page.wait_for_selector("#live")  # published: its matches stand beside it


def request_meeting(buyer: Walker, slug: str):
    """The product, written in English, is on the first page, with reasons."""
    for _try in range(40):
        page = buyer.go(f"/e/{slug}/recommendations")
        card = page.locator("article.card", has_text="cherries")
        if card.count():
            break
        page.wait_for_timeout(250)
    assert card.first.locator(".fits .yes").count() >= 1
    card.first.locator("a[href*='/ask']").click()
    page.wait_for_load_state()
    page.fill("textarea[name=message]", "您好,我们想在展会上见面谈谈 JJ 级车厘子。")
    buyer.press("main form button.primary")


def accept(exhibitor: Walker, slug: str):
    exhibitor.go(f"/e/{slug}/requests")
    exhibitor.press("form[action$='/accept'] button")


def schedule(organizer: Walker, slug: str):
    """Optimise, move one card by keyboard, publish."""
    page = organizer.go(f"/e/{slug}/schedule")
    organizer.press("form[action$='/optimise'] button")
    page.locator("td .meeting").wait_for(timeout=60_000)
    card = page.locator("td .meeting").first
    before = card.locator("xpath=..").get_attribute("data-slot"), card.locator("xpath=..").get_attribute("data-table")
    card.focus()
    page.keyboard.press("Enter")
    page.locator("td.can").first.wait_for()
    page.keyboard.press("ArrowDown")
    with page.expect_response(re.compile(r"/move$")) as moved:
        page.keyboard.press("Enter")
    assert moved.value.status == 200
    page.wait_for_function("""([slot, table]) => {
        const cell = document.querySelector("td:has(.meeting)")?.dataset;
        return cell && (cell.slot !== slot || cell.table !== table);
    }""", arg=list(before))
    organizer.go(f"/e/{slug}/schedule/publish")
    organizer.press("main form button.primary")
    assert page.locator("td .meeting").count() == 1


def check_day_and_calendar(person: Walker, slug: str, language: str):
    page = person.go(f"/e/{slug}/my-day")
    other = {"en": "Chunhe", "zh": "春禾"}[language] if "aurora" in person.address else {"en": "Aurora", "zh": "奥罗拉"}[language]
    assert other in page.locator("main").inner_text()
    person.press("form[action*='/feed'] button")
    address = page.locator("input[readonly]").input_value()
    with urllib.request.urlopen(address) as answer:  # noqa: S310 (our own loopback server)
        events = Calendar.from_ical(answer.read()).walk("VEVENT")
    assert len(events) == 1
    assert events[0]["STATUS"] == "CONFIRMED"
    assert events[0].decoded("DTSTART").date() == date(2026, 11, 5)
    assert other in str(events[0]["SUMMARY"])
