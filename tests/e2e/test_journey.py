"""An organizer's whole journey in one world, in both languages: from the first run to the outcome on the day.

Run, read why three requests failed, ask what more interpreters would bring, take an offered change, lock a VIP, publish; a meeting is
called off on the day, somebody does not come, both tables are filled again; the outcome; every person's feed, PDF and screen say what
the board says.
"""

import io
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pypdf
import pytest
import sqlalchemy as sa
from icalendar import Calendar
from playwright.sync_api import expect

from matchmaker import clock
from matchmaker.accounts.models import User
from matchmaker.companies.models import Member
from matchmaker.expos.models import Expo, Hall, Interpreter, NegotiationTable, Slot, Staff
from matchmaker.floor.models import Refill
from matchmaker.infra.db import db
from matchmaker.meetings.models import Meeting
from matchmaker.meetings.states import State
from matchmaker.scheduling import queries
from matchmaker.scheduling.models import Placement

from ..conftest import TODAY
from .test_agendas import company, person
from .test_road import LOCALES, Walker

pytestmark = [pytest.mark.browser]
DAY, ROUNDS = date(2026, 11, 5), 4
SHANGHAI = ZoneInfo("Asia/Shanghai")
SELLERS = (("Cerezas Aurora", "奥罗拉樱桃"), ("Vinos Pampero", "潘佩罗酒庄"))
BUYERS = (
    ("Chunhe Supermarkets", "春禾超市"), ("Qingchuan Foods", "晴川食品"), ("Haiyan Import", "海晏进口"), ("Yunling Catering", "云岭餐饮"))


@pytest.fixture(params=["en", "zh"])
def language(request):
    return request.param


@dataclass
class World:
    """An expo of two tables, four rounds and one interpreter, where two exhibitors and four buyers have all agreed to meet."""

    slug: str
    vip: int  # the meeting that has to be
    users: dict[int, str] = field(default_factory=dict)  # company -> who signs in
    names: dict[int, str] = field(default_factory=dict)  # company -> its name as the reader sees it


def build(language: str) -> World:
    clock.set_now(TODAY)
    expo = Expo(series="CIIE", slug=f"journey-{language}", name_en="China International Import Expo", name_zh="中国国际进口博览会",
                starts_on=DAY, ends_on=date(2026, 11, 10))
    db.session.add(expo)
    db.session.flush()
    hall = Hall(expo_id=expo.id, code="8.2")
    db.session.add(hall)
    db.session.flush()
    db.session.add_all(NegotiationTable(expo_id=expo.id, hall_id=hall.id, label=label) for label in ("A01", "A02"))
    db.session.add_all(
        Slot(expo_id=expo.id, on=DAY, position=n, starts_at=datetime.combine(DAY, time(1 + n // 2, 30 * (n % 2)), UTC), minutes=30)
        for n in range(ROUNDS))
    db.session.add(Interpreter(expo_id=expo.id, name="Ana Ruiz", languages=["es"]))
    for role in ("organizer", "floor"):
        db.session.add(Staff(expo_id=expo.id, user_id=person(f"{role}-{language}@journey.example.org", language).id, role=role))
    sides = [[company(expo, kind, f"{language}-j{n}", name=zh if kind == "buyer" else en, name_en=en, name_zh=zh,
                      country="CN" if kind == "buyer" else "CL", languages=["zh"] if kind == "buyer" else ["es"])
              for n, (en, zh) in enumerate(names)] for kind, names in (("exhibitor", SELLERS), ("buyer", BUYERS))]
    meetings = [Meeting(expo_id=expo.id, exhibitor_id=seller.id, buyer_id=buyer.id, asked_by_id=buyer.id, state=State.ACCEPTED,
                        asked_at=clock.now(), expires_at=clock.now()) for seller in sides[0] for buyer in sides[1]]
    meetings[0].priority = 1
    db.session.add_all(meetings)
    db.session.flush()
    world = World(expo.slug, meetings[0].id)
    for row in (*sides[0], *sides[1]):
        world.users[row.id] = db.session.scalar(sa.select(User.email).join(Member).where(Member.company_id == row.id))
        world.names[row.id] = row.name_zh if language == "zh" else row.name_en
    return world


@dataclass(frozen=True)
class Card:
    """A meeting where the published board has it."""

    meeting: int
    exhibitor: int
    buyer: int
    starts_at: datetime
    table: str
    state: str


def board(site, world: World) -> list[Card]:
    """Return the cards of the plan that holds, by time."""
    def read() -> list[Card]:
        expo = db.session.scalar(sa.select(Expo).where(Expo.slug == world.slug))
        rows = db.session.scalars(sa.select(Placement).where(Placement.plan_id == queries.published_of(expo.id).id)).all()
        found = [Card(row.meeting_id, row.meeting.exhibitor_id, row.meeting.buyer_id, row.slot.starts_at.astimezone(UTC), row.table.label,
                      row.meeting.state) for row in rows]
        return sorted(found, key=lambda card: (card.starts_at, card.table))

    return site.run(read)


def alone(cards: list[Card], vip: int) -> list[Card]:
    """Return the cards, the VIP's apart, that are the only ones of their round: whoever waits is free then."""
    return [card for card in cards if card.meeting != vip and sum(other.starts_at == card.starts_at for other in cards) == 1]


def offered(site) -> tuple[int, int]:
    """Return the two companies that are asked whether they take a free table."""
    def read() -> tuple[int, int]:
        meeting = db.session.scalars(sa.select(Refill).where(Refill.state == "offered").order_by(Refill.id.desc())).first().meeting
        return meeting.exhibitor_id, meeting.buyer_id

    return site.run(read)


class Journey:
    """Everybody who takes part, each in a window of the own."""

    def __init__(self, site, visit, language: str):
        self.site, self.visit, self.language = site, visit, language
        self.world = site.run(lambda: build(language))
        self.organizer = self._signed_in(f"organizer-{language}@journey.example.org")
        self.guard = self._signed_in(f"floor-{language}@journey.example.org")
        self.people: dict[int, Walker] = {}

    def _signed_in(self, address: str, width: int = 1440) -> Walker:
        walker = Walker(self.site, self.visit(LOCALES[self.language], width=width), address)
        walker.sign_in()
        return walker

    def of(self, company_id: int) -> Walker:
        """Return the person of a company, on a phone."""
        if company_id not in self.people:
            self.people[company_id] = self._signed_in(self.world.users[company_id], 390)
        return self.people[company_id]

    def desk(self, path: str = ""):
        return self.organizer.go(f"/e/{self.world.slug}/schedule{path}")

    def run(self) -> None:
        page = self.desk()
        assert page.locator(".tray-item").count() == 8
        page.locator("form[data-optimise] > button").click()
        expect(page.locator("td .meeting")).to_have_count(4, timeout=120_000)
        expect(page.locator(f"td .meeting[data-meeting='{self.world.vip}']")).to_have_count(1)  # the must-meet is among them

    def read_why_three_failed(self) -> list[str]:
        """Return the addresses of the cards, each with its reason and what would help."""
        page = self.desk()
        paths = [link.get_attribute("href") for link in page.locator(".tray-item a.link").all()][:3]
        for path in paths:
            page = self.organizer.go(path)
            reasons = page.locator(".blockers li").all_inner_texts()
            assert any({"en": "Spanish", "zh": "西班牙语"}[self.language] in text for text in reasons), reasons
            assert page.locator(".fixes > li").count() >= 1
        return paths

    def ask_what_interpreters_bring(self) -> None:
        page = self.desk("/what-if")
        page.fill("[name='speakers-es']", "1")
        page.locator("form.levers button.primary").click()
        expect(page.locator(".gains .sum")).to_be_visible()

    def add_an_interpreter_and_take_the_change(self, path: str) -> None:
        """The offer says whom it takes first; once the interpreter is there the meeting is put into the draft with one press."""
        page = self.organizer.go(f"/e/{self.world.slug}/setup/people")
        form = page.locator("form[action$='/setup/interpreters']")
        form.locator("[name=name]").fill("Ben Soto")
        form.locator("select[name=languages]").select_option("es")
        form.locator("button.soft").click()
        page.wait_for_load_state()
        page = self.organizer.go(path)
        for link in [link.get_attribute("href") for link in page.locator(".fixes a.btn").all()]:
            page.goto(link)
            if page.locator(".tried form button").count():
                break
        page.locator(".tried form button").click()
        page.wait_for_url("**/schedule")
        expect(page.locator("td .meeting")).to_have_count(5)

    def lock_the_vip_and_publish(self) -> None:
        self.desk(f"/meetings/{self.world.vip}")
        self.organizer.press("form[action$='/lock'] button")
        expect(self.desk().locator(f"td .meeting[data-meeting='{self.world.vip}'][data-locked]")).to_have_count(1)
        page = self.desk("/publish")
        assert page.locator(".told-list").count() == 2
        self.organizer.press("main form button.primary")
        page.wait_for_url("**/schedule")

    def both_take(self, pair: tuple[int, int], table: str) -> None:
        for company_id in pair:
            offer = self.of(company_id).go(f"/e/{self.world.slug}/now").locator(".offer")
            expect(offer).to_contain_text(table)
            offer.locator("button.primary").click()
            expect(offer.locator("button.primary")).to_have_count(0)

    def call_off(self, card: Card) -> None:
        buyer = self.of(card.buyer)
        buyer.go(f"/e/{self.world.slug}/meetings/{card.meeting}/cancel")
        buyer.page.fill("textarea[name=reason]", "航班取消。")
        buyer.press("main form button.danger")

    def miss(self, card: Card) -> None:
        """The exhibitor sits there alone; the floor manager notes it with one press."""
        self.of(card.exhibitor).go(f"/e/{self.world.slug}/now").locator("form[action$='/here'] button").click()
        expect(self.of(card.exhibitor).page.locator(".nextm .state.good")).to_be_visible()
        clock.set_now(card.starts_at + timedelta(minutes=10))
        page = self.guard.go(f"/e/{self.world.slug}/floor")
        page.locator(".ftable.st-missing button.danger").click()
        expect(page.locator(".ftable.st-offered")).to_be_visible()

    def outcome(self, company_id: int, meeting: int) -> None:
        walker = self.of(company_id)
        walker.go(f"/e/{self.world.slug}/meetings/{meeting}")
        walker.press("button[name=result][value=quote]")
        walker.press("button[name=again][value=yes]")
        expect(walker.page.locator("button[name=again][value=yes]")).to_have_attribute("aria-pressed", "true")

    def everybody_reads_the_board(self) -> None:
        """Feed, PDF and screen of each of the six people hold exactly the cards of the published board."""
        cards = board(self.site, self.world)
        for company_id in self.world.users:
            walker = self.of(company_id)
            mine = [card for card in cards if company_id in (card.exhibitor, card.buyer)]
            names = {self.world.names[card.buyer if company_id == card.exhibitor else card.exhibitor] for card in mine}
            others = set(self.world.names.values()) - names - {self.world.names[company_id]}
            page = walker.go(f"/e/{self.world.slug}/my-day")
            path = page.locator(f"a[href*='agenda.pdf'][href*='lang={self.language}']").first.get_attribute("href")
            pdf = "".join(part.extract_text() for part in pypdf.PdfReader(io.BytesIO(page.request.get(path).body())).pages)
            screen = page.locator("main").inner_text()
            for text in (screen, pdf.replace("\n", " ")):
                for card in mine:
                    assert f"{card.starts_at.astimezone(SHANGHAI):%H:%M}" in text
                    assert card.table in text
                assert all(name in text for name in names), (names, text)
                assert not any(name in text for name in others), (others, text)
            walker.press("button[value=renew]")
            feed = page.request.get(page.locator("input[readonly]").input_value()).body()
            events = [event for event in Calendar.from_ical(feed).walk("VEVENT") if event["STATUS"] == "CONFIRMED"]
            said = sorted((event.decoded("DTSTART").astimezone(UTC), str(event["LOCATION"])) for event in events)
            assert [at for at, _where in said] == [card.starts_at for card in mine]
            assert all(card.table in where for card, (_at, where) in zip(mine, said, strict=True))


def test_from_the_first_run_to_the_outcome_on_the_day(site, visit, language):
    journey = Journey(site, visit, language)
    world = journey.world
    journey.run()
    paths = journey.read_why_three_failed()
    journey.ask_what_interpreters_bring()
    journey.add_an_interpreter_and_take_the_change(paths[0])
    journey.lock_the_vip_and_publish()
    journey.everybody_reads_the_board()

    first = alone(board(site, world), world.vip)[0]
    clock.set_now(first.starts_at - timedelta(minutes=10))
    journey.call_off(first)
    journey.both_take(offered(site), first.table)
    cards = board(site, world)
    assert first.meeting not in {card.meeting for card in cards}
    assert len(cards) == 5

    later = next(card for card in alone(cards, world.vip) if card.starts_at > first.starts_at)
    clock.set_now(later.starts_at - timedelta(minutes=5))
    journey.miss(later)
    pair = offered(site)
    journey.both_take(pair, later.table)
    filled = next(card for card in board(site, world) if (card.exhibitor, card.buyer) == pair)
    assert (filled.starts_at, filled.table, filled.state) == (later.starts_at, later.table, State.PLACED)
    clock.set_now(later.starts_at + timedelta(minutes=25))
    for company_id in pair:
        journey.outcome(company_id, filled.meeting)
    assert next(card for card in board(site, world) if card.meeting == filled.meeting).state == State.HELD
    journey.everybody_reads_the_board()
