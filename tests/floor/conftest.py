"""A fair on its first morning: 09:00 in Shanghai is 01:00 UTC, slots of half an hour."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from matchmaker import clock
from matchmaker.accounts.models import User
from matchmaker.companies.models import Company, Member
from matchmaker.infra.db import db
from matchmaker.meetings.models import Meeting
from matchmaker.meetings.states import State

from .. import factories
from ..agendas.conftest import Fair

NINE = datetime(2026, 11, 5, 1, 0, tzinfo=UTC)


def at(minutes: float) -> None:
    """Let it be so many minutes after nine."""
    clock.set_now(NINE + timedelta(minutes=minutes))


class Floor(Fair):
    """The fair with floor staff; meeting 0 stands at 09:00 at the first table. ``wait`` adds pairs that wait for a place."""

    def __init__(self):
        super().__init__()
        self.guard_user = factories.organizer(self.expo, "floor")
        self.guard = factories.actor(self.guard_user)
        at(-30)
        self.first = self.place(slot=0)
        self.publish()

    def side(self, company: Company):
        """Return an actor of a company."""
        user = db.session.scalars(sa.select(User).join(Member, Member.user_id == User.id).where(Member.company_id == company.id)).first()
        return factories.actor(user)

    def wait(self, exhibitor: Company, buyer: Company, *, state: str = State.ACCEPTED, score: float | None = None, asked_by=None, **more):
        """Add a pair that agreed to meet (or of whom one asked) and has no place."""
        meeting = Meeting(
            expo_id=self.expo.id, exhibitor_id=exhibitor.id, buyer_id=buyer.id, asked_by_id=(asked_by or buyer).id, state=state,
            asked_at=clock.now(), expires_at=clock.now() + timedelta(days=3), match_score=score, **more)
        db.session.add(meeting)
        db.session.flush()
        return meeting

    def more(self, kind: str, **values):
        """Add a company with one person, approved."""
        standby = values.pop("standby", True)
        company = (factories.CompanyFactory if kind == "exhibitor" else factories.BuyerFactory)(**values)
        factories.member(company)
        factories.approve(company, self.expo, standby=standby)
        return company


@pytest.fixture
def floor(app, context) -> Floor:
    for kept in ("matchmaker.floor_numbers", "matchmaker.floor_pictures", "matchmaker.walls"):  # ids come again in an emptied database
        app.extensions.pop(kept, None)
    return Floor()
