"""Feed, PDF, Excel and screen agree with the board: when published, after a move both sides agree to, and when called off."""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import pypdf
import pytest
import python_calamine
import sqlalchemy as sa
from icalendar import Calendar

from matchmaker import clock
from matchmaker.companies.models import Company, Member, Person
from matchmaker.expos.models import Expo, Hall, Interpreter, NegotiationTable, Participation, Slot, Staff
from matchmaker.expos.queries import actor_for
from matchmaker.infra.db import db
from matchmaker.meetings.models import Meeting
from matchmaker.meetings.states import State
from matchmaker.scheduling import actions, queries

from .. import factories
from .test_road import LOCALES, Walker

pytestmark = [pytest.mark.browser]
LANGUAGES = {"en": "en", "zh": "zh_Hans_CN"}


@pytest.fixture(params=["en", "zh"])
def language(request):
    return request.param


@dataclass
class World:
    """What the walk needs to know of the world that ``build`` made."""

    slug: str
    meeting_id: int
    names: dict[str, str]  # of the exhibitor and the buyer as the reader sees them


def build(language: str) -> World:
    """Make an expo with a published plan: one meeting at 09:30 at table A01, slots at 10:00 and later free."""
    expo = Expo(series="CIIE", slug=f"agendas-{language}", name_en="China International Import Expo", name_zh="中国国际进口博览会",
                starts_on=date(2026, 11, 5), ends_on=date(2026, 11, 10))
    db.session.add(expo)
    db.session.flush()
    hall = Hall(expo_id=expo.id, code="8.2")
    db.session.add(hall)
    db.session.flush()
    db.session.add_all(NegotiationTable(expo_id=expo.id, hall_id=hall.id, label=label) for label in ("A01", "A02"))
    slots = [Slot(expo_id=expo.id, on=date(2026, 11, 5), position=n, minutes=30,
                  starts_at=datetime.combine(date(2026, 11, 5), time(1 + n // 2, 30 * (n % 2)), UTC)) for n in range(6)]
    db.session.add_all([*slots, Interpreter(expo_id=expo.id, name="Ana Ruiz", languages=["es"])])
    seller = company(expo, "exhibitor", language, name="Cerezas Aurora SpA", name_en="Cerezas Aurora", name_zh="奥罗拉樱桃", country="CL",
                     languages=["es"])
    buyer = company(expo, "buyer", language, name="南京春禾超市有限公司", name_en="Chunhe Supermarkets", name_zh="春禾超市", country="CN",
                    languages=["zh"])
    organizer = person(f"board-{language}@example.org", language)
    db.session.add(Staff(expo_id=expo.id, user_id=organizer.id, role="organizer"))
    meeting = Meeting(expo_id=expo.id, exhibitor_id=seller.id, buyer_id=buyer.id, asked_by_id=buyer.id, state=State.ACCEPTED,
                      asked_at=clock.now(), expires_at=clock.now())
    db.session.add(meeting)
    db.session.flush()
    publish(actor_for(organizer), expo, meeting, slots[1])
    names = {row.kind: row.name_zh if language == "zh" else row.name_en for row in (seller, buyer)}
    return World(expo.slug, meeting.id, names)


def publish(actor: Any, expo: Expo, meeting: Meeting, slot: Slot) -> None:
    tables = db.session.scalars(sa.select(NegotiationTable).where(NegotiationTable.expo_id == expo.id).order_by(NegotiationTable.label))
    actions.move(actor, expo, meeting=meeting, slot_id=slot.id, table_id=tables.first().id)
    draft = queries.draft_of(expo.id)
    actions.publish(actor, expo, plan=draft, seen=draft.edited_at)


def person(email: str, language: str):
    user = factories.UserFactory.build(email=email, language=LANGUAGES[language[:2]])
    db.session.add(user)
    db.session.flush()
    return user


def company(expo: Expo, kind: str, language: str, **values: Any) -> Company:
    """Make a company with one member, who attends; approved at the expo."""
    row = Company(kind=kind, created_at=clock.wall(), **values)
    user = person(f"{kind}-{language}@agendas.example.org", language)
    db.session.add(row)
    db.session.flush()
    db.session.add_all([
        Member(company_id=row.id, user_id=user.id, is_owner=True, joined_at=clock.wall()),
        Person(company_id=row.id, user_id=user.id, name={"exhibitor": "Lucía Ferrer", "buyer": "顾青禾"}[kind], attends=True),
        Participation(expo_id=expo.id, company_id=row.id, state="approved", applied_at=clock.now())])
    db.session.flush()
    return row


def board(site, world: World) -> tuple[str, str]:
    """Return (time, table) of the meeting in the plan that holds; empty when it is not there."""
    def read() -> tuple[str, str]:
        expo = db.session.scalar(sa.select(Expo).where(Expo.slug == world.slug))
        row = queries.placement_of(queries.published_of(expo.id).id, world.meeting_id)
        return (row.slot.starts_at.astimezone(UTC).strftime("%H:%M"), row.table.label) if row else ("", "")

    return site.run(read)


class Reader(Walker):
    """One side, who reads the same meeting in four ways."""

    def __init__(self, site, page, world: World, kind: str, language: str):
        super().__init__(site, page, f"{kind}-{language}@agendas.example.org")
        self.world, self.language, self.kind = world, language, kind
        self.other = world.names["buyer" if kind == "exhibitor" else "exhibitor"]
        self.sign_in()
        self.go(f"/e/{world.slug}/my-day")
        self.press("button[value=renew]")
        self.feed = self.page.locator("input[readonly]").input_value()

    def event(self):
        answer = self.page.request.get(self.feed)
        (event,) = Calendar.from_ical(answer.body()).walk("VEVENT")
        return event

    def file(self, form: str) -> bytes:
        page = self.go(f"/e/{self.world.slug}/my-day")
        path = page.locator(f"a[href*='agenda.{form}'][href*='lang={self.language}']").first.get_attribute("href")
        return self.page.request.get(path).body()

    def sees(self, local: str, table: str) -> None:
        """Assert that screen, feed, PDF and Excel say the same place; an empty ``table``: that the meeting is in none of them."""
        screen = self.go(f"/e/{self.world.slug}/my-day").locator("main").inner_text()
        pdf = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(self.file("pdf"))).pages)
        sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(self.file("xlsx"))).get_sheet_by_index(0)
        excel = " ".join(str(cell) for row in sheet.to_python() for cell in row)
        event = self.event()
        if not table:
            assert event["STATUS"] == "CANCELLED"
            assert all(self.other not in text for text in (screen, pdf, excel))
            return
        assert event["STATUS"] == "CONFIRMED"
        assert f"{event.decoded('DTSTART'):%H:%M}" == f"{int(local[:2]) - 8:02}{local[2:]}"  # UTC; Shanghai is 8 hours ahead
        assert table in event["LOCATION"]
        for text in (screen, pdf, excel, str(event["SUMMARY"])):
            assert self.other in text.replace("\n", " ")
        for text in (screen, pdf, excel):
            assert local in text
            assert table in text


def test_feed_files_and_screen_agree_with_the_board(site, visit, language):
    world = site.run(lambda: build(language))
    seller, buyer = (Reader(site, visit(LOCALES[language], width=390), world, kind, language) for kind in ("exhibitor", "buyer"))
    assert board(site, world) == ("01:30", "A01")
    for side in (seller, buyer):
        side.sees("09:30", "A01")
    first = seller.event()

    buyer.go(f"/e/{world.slug}/my-day")
    buyer.press("article.nextm a[href$='/move']")
    choice = buyer.page.locator("label.choice:has(input[name=option])").nth(1)
    choice.click()
    wanted = choice.inner_text()
    buyer.page.fill("textarea[name=note]", "飞机晚点,能改到稍后吗?")
    buyer.press("main form button.primary")
    seller.sees("09:30", "A01")  # it stays until both agree
    seller.go(f"/e/{world.slug}/my-day")
    seller.press(".ask-move a.btn")
    assert "飞机晚点" in seller.page.locator("main").inner_text()
    seller.press("button[name=answer][value=yes]")
    at, table = board(site, world)
    assert at != "01:30"
    local = f"{int(at[:2]) + 8:02}{at[2:]}"
    assert local in wanted
    for side in (seller, buyer):
        side.sees(local, table)
    assert (seller.event()["UID"], seller.event()["SEQUENCE"]) == (first["UID"], first["SEQUENCE"] + 1)

    buyer.go(f"/e/{world.slug}/meetings/{world.meeting_id}/cancel")
    buyer.page.fill("textarea[name=reason]", "航班取消。")
    buyer.press("main form button.danger")
    assert board(site, world) == ("", "")
    for side in (seller, buyer):
        side.sees("", "")
    assert seller.event()["SEQUENCE"] == first["SEQUENCE"] + 2


def test_slots_are_painted_by_dragging_and_by_keys_and_a_reader_elsewhere_is_told(site, visit, chromium, language):
    world = site.run(lambda: build_again(language))
    window = visit(LOCALES[language])
    page = window.context.browser.new_context(
        base_url=site.url, locale=LOCALES[language], timezone_id="America/Santiago", viewport={"width": 1440, "height": 900}).new_page()
    walker = Walker(site, page, f"buyer-{language}2@agendas.example.org")
    walker.sign_in()
    walker.go(f"/e/{world.slug}/availability")
    assert "America/Santiago" in page.locator(".zone-note").inner_text()
    boxes = page.locator("td input[type=checkbox]")
    first, third = boxes.nth(0).bounding_box(), boxes.nth(2).bounding_box()
    page.mouse.move(first["x"] + 20, first["y"] + 20)
    page.mouse.down()
    page.mouse.move(third["x"] + 20, third["y"] + 20, steps=12)
    page.mouse.up()
    assert [boxes.nth(n).is_checked() for n in range(6)] == [True, True, True, False, False, False]
    page.keyboard.press("Escape")
    boxes.nth(2).focus()
    page.keyboard.press("Shift+ArrowRight")
    assert boxes.nth(3).is_checked()
    page.locator("button[value^='slot:']").nth(5).click()
    assert boxes.nth(5).is_checked()
    page.locator("main .form-actions button.primary").click()
    page.wait_for_load_state()
    boxes = page.locator("td input[type=checkbox]")
    assert [boxes.nth(n).is_checked() for n in range(6)] == [True, True, True, True, False, True]
    page.context.close()


def build_again(language: str) -> World:
    """Make the same world under other names, for a test of its own."""
    return build(f"{language}2")
