"""An expo with a published plan: two exhibitors, two buyers, teams of two, two halls, an interpreter, a mission."""

from datetime import date

import pytest

from matchmaker import clock
from matchmaker.expos.models import HallWalk, Interpreter, Mission
from matchmaker.infra.db import db
from matchmaker.meetings.models import Meeting
from matchmaker.meetings.states import State
from matchmaker.scheduling import actions, queries

from .. import factories


class Fair:
    """``place`` and ``publish`` put meetings on the plan; sides act as ``seller`` (exhibitor 0) and ``purchaser`` (buyer 0)."""

    def __init__(self, *, tz: str = "Asia/Shanghai", slots: int = 6, on: date | None = None, first_hour_utc: int = 1):
        self.expo = factories.ExpoFactory(slug="ciie-2026", tz=tz)
        self.halls = [factories.HallFactory(expo=self.expo, code=code) for code in ("7.2", "8.2")]
        self.tables = [factories.TableFactory(hall=hall, label=label) for hall in self.halls for label in ("A01", "A02")]
        self.slots = factories.slots(self.expo, slots, on=on, first_hour_utc=first_hour_utc)
        self.exhibitors = [factories.CompanyFactory(name=name, languages=["es"]) for name in ("Vega Olivar", "Cerezas Aurora")]
        self.buyers = [factories.BuyerFactory(name=name, name_zh=name, name_en=en)
                       for name, en in (("晴川食品", "Qingchuan Foods"), ("春禾超市", "Chunhe Stores"))]
        self.seller_user = factories.member(self.exhibitors[0])
        self.purchaser_user = factories.member(self.buyers[0], language="zh_Hans_CN")
        for company in (self.exhibitors[1], self.buyers[1]):
            factories.member(company)
        for company in self.exhibitors + self.buyers:
            factories.PersonFactory(company=company, languages=[])
        self.leader = factories.organizer(self.expo, "mission_leader")
        self.mission = Mission(expo_id=self.expo.id, name="杭州交易团", leader_id=self.leader.id)
        self.interpreter_user = factories.organizer(self.expo, "interpreter")
        self.interpreter = Interpreter(expo_id=self.expo.id, name="Ana Ruiz", languages=["es"], user_id=self.interpreter_user.id)
        db.session.add_all([self.mission, self.interpreter])
        db.session.flush()
        for company in self.exhibitors:
            factories.approve(company, self.expo)
        for company in self.buyers:
            factories.approve(company, self.expo, mission_id=self.mission.id)
        a, b = sorted(hall.id for hall in self.halls)
        db.session.add(HallWalk(a_id=a, b_id=b, minutes=6, slots=0))
        self.organizer_user = factories.organizer(self.expo)
        self.organizer = factories.actor(self.organizer_user)
        self.seller, self.purchaser = factories.actor(self.seller_user), factories.actor(self.purchaser_user)
        self.meetings: list[Meeting] = []

    def place(self, exhibitor: int = 0, buyer: int = 0, *, slot: int = 0, table: int = 0) -> Meeting:
        """Agree a meeting and put it on the draft."""
        sides = self.exhibitors[exhibitor], self.buyers[buyer]
        meeting = Meeting(expo_id=self.expo.id, exhibitor_id=sides[0].id, buyer_id=sides[1].id, asked_by_id=sides[1].id,
                          state=State.ACCEPTED, asked_at=clock.now(), expires_at=clock.now())
        db.session.add(meeting)
        db.session.flush()
        actions.move(self.organizer, self.expo, meeting=meeting, slot_id=self.slots[slot].id, table_id=self.tables[table].id)
        self.meetings.append(meeting)
        return meeting

    def publish(self) -> None:
        draft = queries.draft_of(self.expo.id)
        actions.publish(self.organizer, self.expo, plan=draft, seen=draft.edited_at)

    def row(self, meeting: Meeting):
        """Return where the plan that holds has the meeting."""
        return queries.placement_of(queries.published_of(self.expo.id).id, meeting.id)


@pytest.fixture
def fair(context) -> Fair:
    return Fair()


@pytest.fixture
def placed(fair) -> Fair:
    """The fair with one meeting placed and published: exhibitor 0 and buyer 0 in slot 1 at the first table."""
    fair.place(slot=1)
    fair.publish()
    return fair
