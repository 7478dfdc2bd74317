"""A morning on the floor: check-in, a no-show, the table offered, both confirm, the wall says so; taps without network wait."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from matchmaker import clock
from matchmaker.expos.models import Expo, Hall, Interpreter, NegotiationTable, Slot, Staff
from matchmaker.expos.queries import actor_for
from matchmaker.floor import actions, queries
from matchmaker.floor.models import Presence
from matchmaker.infra.db import db
from matchmaker.meetings.models import Meeting
from matchmaker.meetings.states import State

from .test_agendas import company, person, publish
from .test_road import LOCALES, Walker

pytestmark = [pytest.mark.browser]
NINE = datetime(2026, 11, 5, 1, 0, tzinfo=UTC)  # in Shanghai


@pytest.fixture(params=["en", "zh"])
def language(request):
    return request.param


def at(minutes: int) -> None:
    clock.set_now(NINE + timedelta(minutes=minutes))


@dataclass
class World:
    slug: str
    wall: str
    waiting: int  # the meeting that gets the table
    hall: int


def build(language: str) -> World:
    """Make an expo with a meeting at 09:00 at table A01, and a second buyer who waits for a meeting with the same exhibitor."""
    expo = Expo(series="CIIE", slug=f"floor-{language}", name_en="China International Import Expo", name_zh="中国国际进口博览会",
                starts_on=date(2026, 11, 5), ends_on=date(2026, 11, 10))
    db.session.add(expo)
    db.session.flush()
    hall = Hall(expo_id=expo.id, code="8.2")
    db.session.add(hall)
    db.session.flush()
    db.session.add_all(NegotiationTable(expo_id=expo.id, hall_id=hall.id, label=label) for label in ("A01", "A02"))
    slots = [Slot(expo_id=expo.id, on=date(2026, 11, 5), position=n, minutes=30,
                  starts_at=datetime.combine(date(2026, 11, 5), time(1 + n // 2, 30 * (n % 2)), UTC)) for n in range(4)]
    db.session.add_all([*slots, Interpreter(expo_id=expo.id, name="Ana Ruiz", languages=["es"])])
    seller = company(expo, "exhibitor", language, name="Cerezas Aurora SpA", name_en="Cerezas Aurora", name_zh="奥罗拉樱桃", country="CL",
                     languages=["es"])
    buyers = [company(expo, "buyer", f"{language}{n}", name=zh, name_en=en, name_zh=zh, country="CN", languages=["zh"])
              for n, (zh, en) in enumerate((("春禾超市", "Chunhe Supermarkets"), ("晴川食品", "Qingchuan Foods")))]
    for email, role in ((f"board-{language}@example.org", "organizer"), (f"guard-{language}@example.org", "floor")):
        user = person(email, language)
        db.session.add(Staff(expo_id=expo.id, user_id=user.id, role=role))
        if role == "organizer":
            organizer = user
    meetings = [Meeting(expo_id=expo.id, exhibitor_id=seller.id, buyer_id=buyer.id, asked_by_id=buyer.id, state=State.ACCEPTED,
                        asked_at=clock.now(), expires_at=clock.now()) for buyer in buyers]
    db.session.add_all(meetings)
    db.session.flush()
    publish(actor_for(organizer), expo, meetings[0], slots[0])
    wall = actions.renew_wall(actor_for(organizer), expo, hall=hall)
    return World(expo.slug, wall.token, meetings[1].id, hall.id)


def signed_in(site, page, email: str) -> Walker:
    walker = Walker(site, page, email)
    walker.sign_in()
    return walker


def test_a_no_show_is_refilled_by_two_taps_and_the_wall_says_so(site, visit, language):
    at(-5)
    world = site.run(lambda: build(language))
    guard = signed_in(site, visit(LOCALES[language]), f"guard-{language}@example.org")
    seller = signed_in(site, visit(LOCALES[language], width=390), f"exhibitor-{language}@agendas.example.org")
    buyer = signed_in(site, visit(LOCALES[language], width=390), f"buyer-{language}1@agendas.example.org")
    wall = visit(LOCALES[language], width=1920)
    wall.goto(f"/wall/{world.wall}")
    for words in ("Please take your seats", "A01", "Cerezas Aurora", "奥罗拉樱桃"):
        expect(wall.locator("#floor")).to_contain_text(words)

    seller.go(f"/e/{world.slug}/now").locator("form[action$='/here'] button").click()
    expect(seller.page.locator(".nextm .state.good")).to_be_visible()
    at(10)
    board = guard.go(f"/e/{world.slug}/floor")
    expect(board.locator(".ftable.st-missing")).to_have_count(1)
    expect(board.locator("[data-sync]")).to_be_visible()
    board.locator(".ftable.st-missing button.danger").click()
    expect(board.locator(".ftable.st-offered")).to_be_visible()

    for side in (seller, buyer):
        offer = side.go(f"/e/{world.slug}/now").locator(".offer")
        expect(offer).to_contain_text("A01")
        offer.locator("button.primary").click()
        expect(offer.locator("button.primary")).to_have_count(0)
    expect(buyer.page.locator(".nextm .where strong").first).to_have_text("A01")
    expect(wall.locator(".wchanges")).to_contain_text("晴川食品", timeout=6000)  # by itself
    expect(wall.locator(".wchanges")).to_contain_text("A01")
    expect(board.locator(".ftable.st-offered")).to_have_count(0, timeout=6000)

    def placed() -> tuple[str, str]:
        expo = db.session.scalar(sa.select(Expo).where(Expo.slug == world.slug))
        row = queries.held_row(expo, db.session.get(Meeting, world.waiting))
        return row.meeting.state, row.table.label

    assert site.run(placed) == (State.PLACED, "A01")
    without_network(site, buyer, world)


def without_network(site, buyer: Walker, world: World) -> None:
    """Two taps wait on the phone, are named there, outlive a change of mind, and are sent once when the network is back."""
    page = buyer.go(f"/e/{world.slug}/now")
    page.context.set_offline(True)
    page.locator(".lates button").first.click()
    expect(page.locator("[data-queue-bar]")).to_be_visible()
    page.locator("form[action$='/here'] button").click()
    expect(page.locator("[data-queue-bar] b")).to_contain_text("2")
    assert site.run(lambda: db.session.scalar(sa.select(Presence.id).where(Presence.meeting_id == world.waiting))) is None
    page.context.set_offline(False)
    expect(page.locator("[data-queue-bar]")).to_be_hidden()
    expect(page.locator(".nextm .state.good")).to_be_visible()
    found = site.run(lambda: db.session.scalars(sa.select(Presence).where(Presence.meeting_id == world.waiting)).all())
    assert [(row.side, row.late_minutes, row.arrived_at is not None) for row in found] == [("buyer", 0, True)]


@pytest.mark.parametrize("width", [390, 1440])
def test_the_floors_pages_are_accessible_and_fit_the_screen(site, visit, language, width):
    from axe_playwright_python.sync_playwright import Axe

    at(-5)  # before the meeting that a world of its own is built with
    slug = f"floor-{language}"
    if not site.run(lambda: db.session.scalar(sa.select(Expo.id).where(Expo.slug == slug))):
        site.run(lambda: build(language))
    at(5)
    guard = signed_in(site, visit(LOCALES[language], width=width), f"guard-{language}@example.org")
    seller = signed_in(site, visit(LOCALES[language], width=width), f"exhibitor-{language}@agendas.example.org")
    for walker, paths in ((guard, ("floor",)), (seller, ("now", "badge", "reliability"))):
        for path in paths:
            page = walker.go(f"/e/{slug}/{path}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than the screen"
            found = Axe().run(page).response["violations"]
            bad = [rule for rule in found if rule["impact"] in ("serious", "critical")]
            serious = [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in bad]
            assert serious == [], path
