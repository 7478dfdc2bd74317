"""Who waits for a table: pairs that could sit there now, the best first.

First those who agreed to meet and got no place, then those of whom one has asked and the other has not answered; among them who is at
the table already, then who is in the same hall, then musts, then the better match. The engine's rules and the names decide who can.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from .. import clock
from ..engine import scheduling as engine
from ..expos.models import Expo, NegotiationTable, Participation, Slot
from ..expos.queries import participants
from ..infra.db import db
from ..meetings.models import Meeting
from ..meetings.states import State
from ..scheduling import queries as plans
from ..scheduling.load import World, engine_plan, load, venue_of
from ..scheduling.models import Placement, Plan
from ..scheduling.names import Seats
from ..scheduling.sentences import why_not
from ..scheduling.world import Pair
from . import queries
from .rules import MOST_TRIES

MOST_ASKED = 200  # open requests looked at, those of the best matches


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair that can sit at the table, and the interpreter who would come."""

    meeting: Pair
    interpreter_id: int | None


@dataclass(frozen=True, slots=True)
class Opening:
    """A place that fell free. At a booth (``table`` None) only meetings of its exhibitor can be held."""

    slot: Slot
    table: NegotiationTable | None
    instead_of: Meeting | None = None
    waiting: frozenset[int] = frozenset()  # companies that sit there alone

    @property
    def table_id(self) -> int | None:
        return self.table.id if self.table else None


def ranked(expo: Expo, opening: Opening) -> Iterator[Candidate]:
    """Yield the pairs that could have the place, the best first; none once ``MOST_TRIES`` were asked for it."""
    held = plans.published_of(expo.id)
    before = queries.refills_at(expo.id, opening.slot.id, opening.table_id)
    if held is None or len(before) >= MOST_TRIES:
        return
    asked = _asked(expo.id)
    world = load(expo, held, fixed=False, running=True, also=asked)
    if opening.slot.id not in world.slots:
        return
    plan = engine_plan(world, held)
    placed = {cell.request for cell in plan.meetings}
    tried = {row.meeting_id for row in before if row.state != "taken"}
    pool = [row for row in world.meetings.values()
            if row.id not in placed | tried and row.state in (State.ACCEPTED, State.REQUESTED) and _may(row, opening)]
    parts = {part.company_id: part for part in participants(expo.id)}
    busy = _offered(expo.id) | _missed(held.id, opening.slot.id)
    pool = [row for row in pool if all(parts[side].standby and side not in busy for side in (row.exhibitor_id, row.buyer_id))]
    whereabouts = _halls(expo, opening.slot, parts)
    taken = plans.taken(held.id, slot_ids=[opening.slot.id])
    for row in sorted(pool, key=lambda row: _rank(row, opening, whereabouts)):
        found = _fits(world, plan, taken, row, opening)
        if found is not None:
            yield found


def _asked(expo_id: int) -> list[int]:
    """Return the open requests of two who are both on standby, those of the best matches."""
    return list(db.session.scalars(
        sa.select(Meeting.id).where(Meeting.expo_id == expo_id, Meeting.state == State.REQUESTED, Meeting.expires_at > clock.now())
        .order_by(sa.func.coalesce(Meeting.match_score, 0).desc(), Meeting.id).limit(MOST_ASKED)))


def _may(row: Pair, opening: Opening) -> bool:
    if opening.table is not None:
        return True
    return opening.instead_of is not None and row.exhibitor_id == opening.instead_of.exhibitor_id


def _offered(expo_id: int) -> set[int]:
    """Return the companies that are asked about another place at this moment."""
    return {side for row in queries.open_refills(expo_id) for side in (row.meeting.exhibitor_id, row.meeting.buyer_id)}


def _missed(plan_id: int, slot_id: int) -> set[int]:
    """Return the companies that did not come to a meeting of this slot: they are not there for another one."""
    rows = db.session.execute(
        sa.select(Meeting.exhibitor_id, Meeting.buyer_id, Meeting.missed_by).join(Placement, Placement.meeting_id == Meeting.id)
        .where(Placement.plan_id == plan_id, Placement.slot_id == slot_id, Meeting.state == State.MISSED))
    sides = ((company, side, by) for exhibitor, buyer, by in rows for company, side in ((exhibitor, "exhibitor"), (buyer, "buyer")))
    return {company for company, side, by in sides if by in (side, "both")}


def _halls(expo: Expo, slot: Slot, parts: dict[int, Participation]) -> dict[int, int]:
    """Return {company: hall} of where companies are likely to be: at their last table before the slot's end, else at their booth."""
    found = {part.company_id: part.hall_id for part in parts.values() if part.hall_id}
    rows = db.session.execute(
        sa.select(Meeting.exhibitor_id, Meeting.buyer_id, NegotiationTable.hall_id)
        .join(Placement, Placement.meeting_id == Meeting.id).join(Plan).join(Slot, Slot.id == Placement.slot_id)
        .join(NegotiationTable, NegotiationTable.id == Placement.table_id)
        .where(Plan.expo_id == expo.id, Plan.state == "published", Slot.on == slot.on, Slot.starts_at <= slot.starts_at)
        .order_by(Slot.starts_at, Placement.id))
    for exhibitor, buyer, hall in rows:
        found[exhibitor] = found[buyer] = hall
    return found


def _rank(row: Pair, opening: Opening, whereabouts: dict[int, int]) -> tuple[bool, int, int, float, int]:
    hall = opening.table.hall_id if opening.table else None
    near = sum(2 if side in opening.waiting else whereabouts.get(side) == hall for side in (row.exhibitor_id, row.buyer_id))
    return row.state != State.ACCEPTED, -near, row.priority, -(row.match_score or 0.0), row.id


def _fits(world: World, plan: engine.Plan, taken: list[tuple[int, str]], row: Pair, opening: Opening) -> Candidate | None:
    """Return the pair with its interpreter, unless a rule or a name stands against it."""
    if why_not(world, plan, row.id, opening.slot.id, opening.table_id):
        return None
    venue, number = venue_of(world, row.id, opening.table_id)
    trial = Placement(meeting_id=row.id, slot_id=opening.slot.id, table_id=opening.table_id)
    if not Seats(world, taken).sit(trial, engine.Meeting(row.id, opening.slot.id, venue, number)):
        return None
    return Candidate(row, trial.interpreter_id)
