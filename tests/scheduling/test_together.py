"""Four organizers on two server processes edit and publish at once: nothing is lost, nothing doubled, everyone is told once."""

import html
import json
import os
import random
import re
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from matchmaker import clock
from matchmaker.accounts.models import User
from matchmaker.agendas.models import CalendarEvent
from matchmaker.audit import AuditEntry
from matchmaker.companies.models import Company
from matchmaker.infra.db import commit, db
from matchmaker.infra.mail import OutboxMail
from matchmaker.meetings.models import Meeting
from matchmaker.meetings.states import State
from matchmaker.notices.models import Notice
from matchmaker.scheduling import diff
from matchmaker.scheduling.models import Placement, Plan

from .. import factories
from ..processes import answers, ask, signed_in, site, wait

pytestmark = pytest.mark.database
SERVERS, BROWSERS, STEPS, PAIRS, TABLES, SLOTS = 2, 4, 25, 12, 6, 5
THINKING, TRIES = 0.4, 6  # seconds before a step at most; looks at a draft that others edit
DESK = "/e/ciie-2026/schedule"


class Hall:
    """An expo whose twelve exhibitors and twelve buyers, each one person with an account, have agreed on thirty-six meetings."""

    def __init__(self, place):
        self.site = place
        with place.app.app_context():
            expo = factories.ExpoFactory(slug="ciie-2026")
            hall = factories.HallFactory(expo=expo)
            self.expo = expo.id
            self.tables = [factories.TableFactory(hall=hall).id for _ in range(TABLES)]
            self.slots = [slot.id for slot in factories.slots(expo, SLOTS)]
            sides = [[self._company(expo, make()) for _ in range(PAIRS)] for make in (factories.CompanyFactory, factories.BuyerFactory)]
            self.meetings = [self._agreed(expo, sides[0][n], sides[1][(n + k) % PAIRS]) for n in range(PAIRS) for k in range(3)]
            self.browsers = [signed_in(place.app, factories.organizer(expo)) for _ in range(BROWSERS)]
            commit()
        self.ports = [place.serve()[1] for _ in range(SERVERS)]
        for port in self.ports:
            wait(lambda port=port: answers(port), seconds=180, what=f"a server on {port}: {place.log()}")

    @staticmethod
    def _company(expo, company: Company) -> Company:
        factories.approve(company, expo)
        factories.PersonFactory(company=company, user_id=factories.UserFactory().id)
        return company

    @staticmethod
    def _agreed(expo, exhibitor: Company, buyer: Company) -> int:
        meeting = Meeting(expo_id=expo.id, exhibitor_id=exhibitor.id, buyer_id=buyer.id, asked_by_id=buyer.id, state=State.ACCEPTED,
                          asked_at=clock.now(), expires_at=clock.now())
        db.session.add(meeting)
        db.session.flush()
        return meeting.id

    def work(self, number: int) -> list[tuple]:
        """Let a browser move, take off and publish at random; return what it was promised: (verb, meeting, place)."""
        draw = random.Random(number)  # noqa: S311 - the same hands every time
        port, headers, promised = self.ports[number % SERVERS], self.browsers[number], []
        for _step in range(STEPS):
            verb, meeting = draw.choices(("move", "unplace", "publish"), (16, 3, 2))[0], draw.choice(self.meetings)
            place = (draw.choice(self.slots), draw.choice(self.tables))
            time.sleep(draw.random() * THINKING)
            status = {"move": self._move, "unplace": self._unplace, "publish": self._publish}[verb](port, headers, meeting, place)
            assert status < 500, self.site.log()
            if status == 200:
                promised.append((verb, meeting, place) if verb == "move" else (verb, meeting) if verb == "unplace" else (verb,))
        return promised

    @staticmethod
    def _move(port: int, headers: dict, meeting: int, place: tuple[int, int]) -> int:
        script = headers | {"Content-Type": "application/json", "Accept": "application/json"}
        status, body = ask(port, "POST", f"{DESK}/meetings/{meeting}/move", script, json.dumps({"slot": place[0], "table": place[1]}))
        assert status == 200 or json.loads(body)["error"]
        return status

    @staticmethod
    def _unplace(port: int, headers: dict, meeting: int, _place: tuple[int, int]) -> int:
        script = headers | {"Content-Type": "application/json", "Accept": "application/json"}
        return ask(port, "POST", f"{DESK}/cards", script, json.dumps({"verb": "unplace", "meetings": [meeting]}))[0]

    def _publish(self, port: int, headers: dict, _meeting: int, _place: tuple[int, int]) -> int:
        """Read whose plan changes, press, and look again while colleagues edit; 200 when the desk says that it is published."""
        form = headers | {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        for _try in range(TRIES):
            status, page = ask(port, "GET", f"{DESK}/publish", headers)
            if status != 200:
                return status
            seen = re.search(r'name="seen" value="([^"]+)"', page)
            if seen is None:  # a colleague published a moment ago, and nothing has changed since
                return 204
            status, _body = ask(port, "POST", f"{DESK}/publish", form, urlencode({"seen": html.unescape(seen[1])}))
            if status != 302:  # back to the page: the draft has changed
                return status
        return 409


@pytest.fixture
def hall(tmp_path):
    with site(tmp_path, url=os.environ.get("MATCHMAKER_TEST_DATABASE_URL"), forked=True) as made:
        yield Hall(made)


def test_four_organizers_edit_and_publish_at_once(hall):
    with ThreadPoolExecutor(BROWSERS) as pool:
        promised = [word for words in pool.map(hall.work, range(BROWSERS)) for word in words]
    verbs = Counter(word[0] for word in promised)
    assert verbs["move"] > 20
    assert verbs["publish"] > 1
    with hall.site.app.app_context():
        plans = list(db.session.scalars(sa.select(Plan).order_by(Plan.number)))
        nothing_is_lost(plans, promised)
        nothing_is_doubled(plans)
        everyone_is_told_once([plan for plan in plans if plan.published_at])


def nothing_is_lost(plans: list[Plan], promised: list[tuple]) -> None:
    """What was promised is what was done, and every card stands where the last hand put it."""
    entries = list(db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action.startswith("scheduling.")).order_by(AuditEntry.id)))
    done = [("move", row.object_id, tuple(row.changes["after"])) for row in entries if row.action == "scheduling.move"]
    done += [("unplace", row.changes["meetings"][0]) for row in entries if row.action == "scheduling.unplace"]
    done += [("publish",) for row in entries if row.action == "scheduling.publish"]
    assert Counter(done) == Counter(promised)
    last: dict[int, tuple[int, int] | None] = {}
    for row in entries:
        if row.action == "scheduling.move":
            last[row.object_id] = tuple(row.changes["after"])
        elif row.action == "scheduling.unplace":
            last[row.changes["meetings"][0]] = None
    there = {row.meeting_id: (row.slot_id, row.table_id) for row in plans[-1].placements}
    assert there == {meeting: place for meeting, place in last.items() if place is not None}
    assert [plan.state for plan in plans if plan.state != "old"][-2:] in (["published", "draft"], ["published"])


def nothing_is_doubled(plans: list[Plan]) -> None:
    """In no version is a meeting, a table or a person at two places in one slot; what holds is what the meetings say."""
    for plan in plans:
        rows = db.session.scalars(sa.select(Placement).where(Placement.plan_id == plan.id)).all()
        taken = Counter((row.slot_id, kind, thing) for row in rows for kind, thing in (
            ("table", row.table_id), ("person", row.exhibitor_person_id), ("person", row.buyer_person_id)))
        assert max(taken.values(), default=1) == 1
        assert len({row.meeting_id for row in rows}) == len(rows)
    held = next(plan for plan in plans if plan.state == "published")
    placed = set(db.session.scalars(sa.select(Meeting.id).where(Meeting.state == State.PLACED)))
    assert placed == {row.meeting_id for row in held.placements}


def everyone_is_told_once(published: list[Plan]) -> None:
    """Each change from version to version is told once to each side, in one mail a publication, and counts once in its calendar."""
    notices, mails, changes = Counter(), Counter(), defaultdict(int)
    for before, after in pairwise([None, *published]):
        found = diff.between(before, after)
        receivers = [person.user_id for change in found for person in (
            (change.new or change.old).exhibitor_person, (change.new or change.old).buyer_person)]
        notices.update(receivers)
        mails.update(set(receivers))
        for change in found:
            changes[change.meeting.id] += 1
    told = Counter(db.session.scalars(sa.select(Notice.user_id).where(Notice.url.endswith("/my-day"))))
    assert told == notices
    sent = db.session.scalars(sa.select(User.id).join(OutboxMail, OutboxMail.to == User.email))
    assert Counter(sent) == mails
    sequences = db.session.execute(
        sa.select(CalendarEvent.meeting_id, CalendarEvent.sequence).where(CalendarEvent.kind == "person")).all()
    assert len(sequences) == 2 * len(changes)
    assert {tuple(row) for row in sequences} == {(meeting, count - 1) for meeting, count in changes.items()}
