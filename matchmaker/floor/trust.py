"""Reliability: how likely a company keeps its meetings, what counts against it, and its appeals."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased, joinedload

from .. import audit, clock
from ..errors import N_, Conflict, Invalid
from ..expos.models import Expo, Participation, Slot
from ..infra.db import db, one
from ..meetings.models import Meeting
from ..meetings.states import State
from ..permissions import Actor, ensure
from ..scheduling.models import Placement, Plan
from . import queries
from .models import Appeal, Presence
from .rules import ANSWER_LIMIT, APPEAL_LIMIT, MISSED, Limits, Past, Seen, reliability, worth

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Kept:
    """A meeting of a company that was held or missed: what it is worth, and whether an appeal took it out of the count."""

    meeting: Meeting
    slot: Slot
    worth: float
    appeal: Appeal | None

    @property
    def counts(self) -> bool:
        return self.appeal is None or self.appeal.state != "granted"


def history(company_ids: list[int]) -> dict[int, list[Kept]]:
    """Return what each company kept and missed, at all expos, the newest first."""
    found: dict[int, list[Kept]] = defaultdict(list)
    for side in ("exhibitor", "buyer"):
        company, (query, there, appealed) = getattr(Meeting, f"{side}_id"), _joined(side)
        query = query.add_columns(Slot, there, appealed).where(company.in_(company_ids)).options(
            joinedload(Meeting.expo), joinedload(Meeting.exhibitor), joinedload(Meeting.buyer), joinedload(Meeting.demand))
        agreed = queries.second_yes()
        for meeting, slot, presence, said in db.session.execute(query.order_by(Slot.starts_at.desc(), Meeting.id)):
            seen = Seen(presence.arrived_at, presence.late_minutes) if presence is not None else Seen()
            limits = Limits.of(meeting.expo.late_minutes, meeting.expo.missing_minutes)
            begin = max(slot.starts_at, agreed.get((meeting.id, slot.id), slot.starts_at))
            value = worth(missed=meeting.state == State.MISSED, starts_at=begin, seen=seen, limits=limits)
            found[getattr(meeting, f"{side}_id")].append(Kept(meeting, slot, value, said))
    return found


def _joined(side: str) -> tuple[sa.Select, Any, Any]:
    """Return the query of the meetings that a side kept or missed, with its presence and its appeal."""
    company, there, said = getattr(Meeting, f"{side}_id"), aliased(Presence), aliased(Appeal)
    query = (
        sa.select(Meeting).join(Placement, Placement.meeting_id == Meeting.id)
        .join(Plan, sa.and_(Plan.id == Placement.plan_id, Plan.state == "published")).join(Slot, Slot.id == Placement.slot_id)
        .outerjoin(there, sa.and_(there.meeting_id == Meeting.id, there.side == side))
        .outerjoin(said, sa.and_(said.meeting_id == Meeting.id, said.company_id == company))
        .where(sa.or_(Meeting.state == State.HELD, sa.and_(Meeting.state == State.MISSED, Meeting.missed_by.in_([side, "both"])))))
    return query, there, said


def score(kept: list[Kept]) -> float:
    """Return the reliability from 0 to 1 that these meetings make."""
    now = clock.now()
    return reliability(Past((now - row.slot.starts_at).total_seconds() / DAY, row.worth) for row in kept if row.counts)


def scores(expo: Expo) -> dict[int, float]:
    """Return {company: reliability} of those at an expo who have a history. Plain columns: every look at the schedule asks."""
    here, now = sa.select(Participation.company_id).where(Participation.expo_id == expo.id), clock.now()
    pasts: dict[int, list[Past]] = defaultdict(list)
    agreed = queries.second_yes()
    for side in ("exhibitor", "buyer"):
        company, (query, there, appealed) = getattr(Meeting, f"{side}_id"), _joined(side)
        columns = (Meeting.id, Slot.id, company, Meeting.state, Slot.starts_at, there.arrived_at, there.late_minutes, Expo.late_minutes,
                   Expo.missing_minutes)
        query = query.join(Expo, Expo.id == Meeting.expo_id).with_only_columns(*columns, maintain_column_froms=True).where(
            company.in_(here), sa.or_(appealed.id.is_(None), appealed.state != "granted"))
        for meeting, slot, who, state, starts_at, arrived, late, *limits in db.session.execute(query):
            begin = max(starts_at, agreed.get((meeting, slot), starts_at))
            value = worth(missed=state == State.MISSED, starts_at=begin, seen=Seen(arrived, late), limits=Limits.of(*limits))
            pasts[who].append(Past((now - starts_at).total_seconds() / DAY, value))
    return {company: reliability(rows) for company, rows in pasts.items()}


def appeal(actor: Actor, *, meeting: Meeting, company_id: int, text: str) -> Appeal:
    """Say that a no-show counted against one's company was none; an organizer decides.

    Raises ``Invalid`` without a reason, ``Conflict`` when nothing counts against the company or it has appealed already.
    """
    ensure(actor.member_of(company_id) and company_id in (meeting.exhibitor_id, meeting.buyer_id))
    side = "exhibitor" if company_id == meeting.exhibitor_id else "buyer"
    text = text.strip()
    if not text or len(text) > APPEAL_LIMIT:
        raise Invalid(N_("Please say in a few words what happened."), field="text")
    if meeting.state != State.MISSED or meeting.missed_by not in (side, "both"):
        raise Conflict(N_("Nothing counts against you in this meeting."))
    row = Appeal(meeting_id=meeting.id, company_id=company_id, text=text, user_id=actor.user_id, asked_at=clock.now())
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:
        raise Conflict(N_("You have appealed already; an organizer decides.")) from None
    audit.record(actor, "floor.appeal", row, expo_id=meeting.expo_id, meeting=meeting.id)
    return row


def decide(actor: Actor, expo: Expo, row: Appeal, *, granted: bool, answer: str = "") -> None:
    """Grant or refuse an appeal, as an organizer of the meeting's expo. What is granted counts no more."""
    ensure(actor.organizes(expo.id) and row.meeting.expo_id == expo.id)
    if row.state != "open":
        raise Conflict(N_("A colleague decided this appeal a moment ago."))
    if len(answer) > ANSWER_LIMIT:
        raise Invalid(N_("Use at most %(count)s characters."), field="answer", count=ANSWER_LIMIT)
    row.state, row.answer = "granted" if granted else "refused", answer.strip()
    row.decided_by_id, row.decided_at = actor.user_id, clock.now()
    db.session.flush()
    audit.record(actor, f"floor.appeal_{row.state}", row, expo_id=expo.id, meeting=row.meeting_id)


def appeals(expo: Expo, *, state: str = "open") -> list[Appeal]:
    """Return the appeals of an expo in a state, who has waited longest first."""
    return list(db.session.scalars(
        sa.select(Appeal).join(Meeting, Meeting.id == Appeal.meeting_id)
        .options(joinedload(Appeal.meeting).options(joinedload(Meeting.exhibitor), joinedload(Meeting.buyer)))
        .where(Meeting.expo_id == expo.id, Appeal.state == state).order_by(Appeal.asked_at, Appeal.id).limit(200)))


def appeal_at(actor: Actor, expo: Expo, ident: int) -> Appeal:
    """Return an appeal for the organizers of its expo; raise ``NotFound``."""
    ensure(actor.organizes(expo.id))
    return one(sa.select(Appeal).join(Meeting, Meeting.id == Appeal.meeting_id).options(joinedload(Appeal.meeting))
               .where(Appeal.id == ident, Meeting.expo_id == expo.id))


def missed_of(company_id: int, expo: Expo) -> list[Kept]:
    """Return the no-shows of a company at an expo, for its own page."""
    return [row for row in history([company_id]).get(company_id, []) if row.worth == MISSED and row.meeting.expo_id == expo.id]
