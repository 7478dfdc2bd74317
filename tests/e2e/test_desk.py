"""The organizer's journey at the desk in both languages, two organizers at one board, and how smooth a board of CIIE's size is."""

import random
import re
from datetime import UTC, date, datetime, time

import pytest
import sqlalchemy as sa

from matchmaker import clock
from matchmaker.accounts.models import User
from matchmaker.companies.models import Company, Person
from matchmaker.expos.models import Expo, Hall, Interpreter, NegotiationTable, Participation, Slot, Staff
from matchmaker.infra.db import db
from matchmaker.meetings.models import Meeting
from matchmaker.scheduling.models import Placement, Plan

from .. import factories
from .test_road import LOCALES, Walker

pytestmark = [pytest.mark.browser]
SETTINGS = {"en": "en", "zh": "zh_Hans_CN"}
DAY = date(2026, 11, 5)


@pytest.fixture(params=["en", "zh"])
def language(request):
    return request.param


class Ground:
    """An expo with halls, slots, an organizer and pairs that agreed to meet, written in bulk."""

    def __init__(self, name: str, language: str, *, tables: int, slots: int, pairs: list[tuple[int, int]], speakers: int = 0):
        self.slug, self.language = f"{name}-{language}", language
        self.expo = Expo(
            series="CIIE", slug=self.slug, name_en="Import Expo", name_zh="进口博览会", starts_on=DAY, ends_on=date(2026, 11, 10))
        db.session.add(self.expo)
        db.session.flush()
        hall = Hall(expo_id=self.expo.id, code="8.2")
        db.session.add(hall)
        db.session.flush()
        self.tables = [NegotiationTable(expo_id=self.expo.id, hall_id=hall.id, label=f"A{n:03}") for n in range(1, tables + 1)]
        self.slots = [
            Slot(expo_id=self.expo.id, on=DAY, position=n, starts_at=datetime.combine(DAY, time(1 + n // 2, 30 * (n % 2)), UTC), minutes=30)
            for n in range(slots)]
        speaking = [Interpreter(expo_id=self.expo.id, name=f"Ana {n}", languages=["es"]) for n in range(speakers)]
        db.session.add_all([*self.tables, *self.slots, *speaking])
        for local in ("organizer", "second"):
            self._staff(local)
        sellers = self._companies("exhibitor", 1 + max(pair[0] for pair in pairs), ["es"])
        buyers = self._companies("buyer", 1 + max(pair[1] for pair in pairs), ["zh"])
        now = clock.now()
        self.meetings = [
            Meeting(expo_id=self.expo.id, exhibitor_id=sellers[a].id, buyer_id=buyers[b].id, asked_by_id=buyers[b].id, state="accepted",
                    priority=1 if n == 0 else 2, asked_at=now, expires_at=now, match_score=80 - n % 40) for n, (a, b) in enumerate(pairs)]
        db.session.add_all(self.meetings)
        db.session.flush()
        self.ids = [meeting.id for meeting in self.meetings]

    def _staff(self, local: str) -> None:
        now = datetime.now(UTC)
        user = User(email=f"{local}@{self.slug}.example.org", name="Shen Lan", password_hash=factories.password_hash(),
                    language=SETTINGS[self.language], email_confirmed_at=now, created_at=now, notice_version="2026-11")
        db.session.add(user)
        db.session.flush()
        db.session.add(Staff(expo_id=self.expo.id, user_id=user.id, role="organizer"))

    def _companies(self, kind: str, count: int, languages: list[str]) -> list[Company]:
        now = datetime.now(UTC)
        rows = [Company(kind=kind, name=f"{kind} {n} {self.slug}", name_en=f"{kind.title()} {n}", name_zh=f"企业{n}",
                        country="CL" if kind == "exhibitor" else "CN", languages=languages, created_at=now) for n in range(count)]
        db.session.add_all(rows)
        db.session.flush()
        db.session.add_all(Participation(expo_id=self.expo.id, company_id=row.id, state="approved", applied_at=now) for row in rows)
        db.session.add_all(Person(company_id=row.id, name=f"Person {row.id}", languages=languages) for row in rows)
        db.session.flush()
        return rows

    def place_all(self) -> None:
        """A draft in which the n-th meeting stands at the n-th place, table by table."""
        draft = Plan(expo_id=self.expo.id, number=1, created_at=clock.now(), edited_at=clock.wall())
        db.session.add(draft)
        db.session.flush()
        cells = [(table.id, slot.id) for table in self.tables for slot in self.slots]
        db.session.execute(sa.insert(Placement), [
            {"plan_id": draft.id, "meeting_id": ident, "table_id": table, "slot_id": slot, "locked": False, "moved_by_hand": False}
            for ident, (table, slot) in zip(self.ids, cells, strict=False)])


def made(site, *args, **kwargs) -> Ground:
    def build() -> Ground:
        ground = Ground(*args, **kwargs)
        if ground.slug.startswith(("big", "pair")):
            ground.place_all()
        return ground

    return site.run(build)


def organizer(site, visit, ground: Ground, local: str = "organizer") -> Walker:
    walker = Walker(site, visit(LOCALES[ground.language]), f"{local}@{ground.slug}.example.org")
    walker.sign_in()
    return walker


def test_from_the_button_to_a_published_plan(site, visit, language):
    """Run, read why one has no place, take an offered change, lock, what-if, publish."""
    # three exhibitors meet two buyers at one table: five of six fit into five slots
    ground = made(site, "journey", language, tables=1, slots=5, pairs=[(a, b) for a in range(3) for b in range(2)], speakers=1)
    walker = organizer(site, visit, ground)
    page = walker.go(f"/e/{ground.slug}/schedule")
    assert page.locator(".tray-item").count() == 6
    page.locator("form[data-optimise] > button").click()
    page.locator("td .meeting").nth(4).wait_for(timeout=60_000)
    assert page.locator("td .meeting").count() == 5
    assert page.locator(".curve svg").count() == 1

    page.locator(".tray-item a.link").click()  # why not, and what would help
    page.wait_for_load_state()
    assert page.locator(".blockers li").count() >= 1
    assert page.locator(".fixes > li").count() >= 1
    walker.go(f"/e/{ground.slug}/schedule")
    card = page.locator("td .meeting").first
    card.focus()
    with page.expect_response(re.compile(r"/cards$")) as locked:
        page.keyboard.press("l")
    assert locked.value.status == 200
    page.locator("td .meeting[data-locked]").wait_for()
    with page.expect_response(re.compile(r"/undo$")):
        page.keyboard.press("Control+z")
    page.wait_for_function("() => !document.querySelector('td .meeting[data-locked]')")

    walker.go(f"/e/{ground.slug}/schedule/what-if")
    page.fill("[name=rounds]", "1")
    page.locator("form.levers button.primary").click()
    page.locator(".gains .sum").wait_for()

    walker.go(f"/e/{ground.slug}/schedule/publish")
    assert page.locator(".told-list").count() == 2
    walker.press("main form button.primary")
    page.wait_for_url("**/schedule")
    assert page.locator("td .meeting").count() == 5
    walker.go(f"/e/{ground.slug}/schedule/versions")
    assert page.locator(".cmp tbody tr").count() >= 9


def test_an_offered_change_is_taken(site, visit, language):
    """Two pairs share no company; the first stands at the only time the other has: it moves, the other comes in."""
    ground = made(site, "pairtake", language, tables=1, slots=2, pairs=[(0, 0), (1, 1)], speakers=1)

    def narrow() -> None:
        from matchmaker.scheduling import actions
        from matchmaker.scheduling.models import Unavailable

        expo = db.session.get(Expo, ground.expo.id)
        actor = factories.actor(db.session.scalar(sa.select(User).where(User.email == f"organizer@{ground.slug}.example.org")))
        slots = db.session.scalars(sa.select(Slot.id).where(Slot.expo_id == expo.id).order_by(Slot.position)).all()
        meeting = db.session.get(Meeting, ground.ids[1])
        actions.unplace(actor, expo, meeting=meeting)
        people = db.session.scalars(sa.select(Person.id).where(Person.company_id == meeting.buyer_id))
        db.session.add_all(Unavailable(person_id=person, slot_id=slots[1]) for person in people)

    site.run(narrow)
    walker = organizer(site, visit, ground)
    page = walker.go(f"/e/{ground.slug}/schedule/meetings/{ground.ids[1]}")
    for link in [link.get_attribute("href") for link in page.locator(".fixes a.btn").all()]:
        page.goto(link)
        if page.locator(".tried form button").count():
            break
    page.locator(".tried form button").click()
    page.wait_for_url("**/schedule")
    page.locator("td .meeting").nth(1).wait_for()


def test_two_organizers_lose_no_change(site, visit, language):
    """What one moves appears at the other's board by itself; a card that was moved meanwhile stays where it was put."""
    ground = made(site, "pairs", language, tables=3, slots=6, pairs=[(n, n) for n in range(3)], speakers=3)
    first, second = (organizer(site, visit, ground, local) for local in ("organizer", "second"))
    for walker in (first, second):
        walker.go(f"/e/{ground.slug}/schedule").locator("td .meeting").nth(2).wait_for()
    card = f"td .meeting[data-meeting='{ground.ids[0]}']"
    before = first.page.locator(card).locator("xpath=..").get_attribute("data-at")
    first.page.locator(card).focus()
    first.page.keyboard.press("Enter")
    first.page.locator("td.can").first.wait_for()
    first.page.keyboard.press("ArrowDown")
    with first.page.expect_response(re.compile(r"/move$")) as moved:
        first.page.keyboard.press("Enter")
    assert moved.value.status == 200
    second.page.wait_for_function("""([card, before]) => document.querySelector(card)?.parentElement.dataset.at !== before""",
                                  arg=[card, before], timeout=10_000)
    there = second.page.locator(card).locator("xpath=..").get_attribute("data-at")
    assert first.page.locator(card).locator("xpath=..").get_attribute("data-at") == there


FRAMES = """() => { window.frames_ = []; let last = performance.now();
    const tick = (now) => { if (!window.frames_) return; window.frames_.push(now - last); last = now; requestAnimationFrame(tick); };
    requestAnimationFrame(tick); }"""


def spent(page, what: str) -> None:
    frames = sorted(page.evaluate("() => { const all = window.frames_; window.frames_ = null; return all; }"))
    assert frames, what
    print(  # noqa: T201 - the figures are what one runs this for
        f"\n{what}: {len(frames)} frames, median {frames[len(frames) // 2]:.1f} ms, 95 % under {frames[len(frames) * 95 // 100]:.1f} ms, "
        f"longest {frames[-1]:.1f} ms")


def test_a_board_of_ciie_size_scrolls_and_drags(site, visit, language):
    """300 tables x 16 slots, 4,000 cards: few rows in the document, filters, and the frame times, which are printed."""
    draw = random.Random(5)  # noqa: S311 - the same board every time
    pairs = list({(draw.randrange(300), draw.randrange(700)) for _n in range(4300)})[:4000]
    ground = made(site, "big", language, tables=300, slots=16, pairs=pairs)
    page = organizer(site, visit, ground).go(f"/e/{ground.slug}/schedule")
    page.locator("td .meeting").first.wait_for()
    assert page.locator(".board tbody tr").count() < 40
    scroller = page.locator(".board-scroll")
    page.evaluate(FRAMES)
    box = scroller.bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    for turn in range(60):  # down the board, and a part of the way up again
        page.mouse.wheel(0, 400 if turn < 30 else -250)
        page.wait_for_timeout(16)
    spent(page, "scrolling")
    assert page.locator(".board tbody tr").count() < 40
    assert scroller.evaluate("(box) => box.scrollTop") > 2000

    page.evaluate(FRAMES)
    card = scroller.evaluate("""(box) => { const edge = box.getBoundingClientRect();
        const seen = (rect) => rect.top > edge.top + 150 && rect.bottom < edge.bottom - 150 && rect.left > edge.left + 160;
        return [...box.querySelectorAll("td .meeting")].map((card) => card.getBoundingClientRect()).find(seen).toJSON(); }""")
    page.mouse.move(card["x"] + 40, card["y"] + 20)
    page.mouse.down()
    for step in range(60):
        page.mouse.move(card["x"] + 40 + step * 4, card["y"] + 20 + (step % 20) * 5)
    assert page.locator(".meeting.ghost").count() == 1
    spent(page, "dragging")
    page.keyboard.press("Escape")
    page.mouse.up()

    page.locator("[data-filters] input").fill("A299")
    page.wait_for_function("() => document.querySelectorAll('.board tbody tr:not(.spacer)').length === 1")
    assert page.locator("[data-found]").is_visible()
