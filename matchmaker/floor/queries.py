"""Questions about the floor: what is known of meetings, tables and offers at this moment."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from .. import clock
from ..errors import N_, Conflict
from ..expos import queries as expos
from ..expos.models import Expo, Hall, Interpreter, NegotiationTable, Participation, Slot
from ..infra.db import db, one
from ..meetings.models import Meeting
from ..meetings.queries import of_companies
from ..permissions import Actor, ExpoRole, ensure
from ..scheduling import queries as plans
from ..scheduling.models import Placement, Plan
from .models import Presence, Refill, Round, Wall
from .rules import Limits, Seen, Sitting

REFILL = (
    joinedload(Refill.slot), joinedload(Refill.table).joinedload(NegotiationTable.hall), joinedload(Refill.interpreter),
    joinedload(Refill.meeting).options(
        joinedload(Meeting.exhibitor), joinedload(Meeting.buyer), joinedload(Meeting.demand), joinedload(Meeting.expo)))
EXPO_STAFF = (ExpoRole.ORGANIZER, ExpoRole.FLOOR)


def runs_floor(actor: Actor, expo_id: int) -> bool:
    """Tell whether the actor runs the expo's floor: its organizers and floor staff."""
    return actor.has_expo_role(expo_id, *EXPO_STAFF)


def require_floor(actor: Actor, expo: Expo) -> None:
    """Raise ``NotFound`` unless the actor runs the expo's floor."""
    ensure(runs_floor(actor, expo.id))


def limits(expo: Expo) -> Limits:
    """Return when a side is late and when missing at the expo."""
    return Limits.of(expo.late_minutes, expo.missing_minutes)


def slots_now(expo: Expo) -> tuple[Slot | None, Slot | None]:
    """Return the slot that runs, else the next one, and the one after it."""
    now = clock.now()
    ahead = [slot for slot in expos.slots_of(expo.id) if slot.ends_at > now]
    return ahead[0] if ahead else None, ahead[1] if len(ahead) > 1 else None


def held_row(expo: Expo, meeting: Meeting) -> Placement:
    """Return where the plan that holds has the meeting. Raises ``Conflict`` when it has no place."""
    held = plans.published_of(expo.id)
    row = plans.placement_of(held.id, meeting.id) if held is not None else None
    if row is None:
        raise Conflict(N_("This meeting has no time and table in the schedule."))
    return row


def rows_in(expo: Expo, slot_ids: Iterable[int], *, hall: Hall | None = None) -> list[Placement]:
    """Return the published placements of these slots: of a hall's tables, and of the booths of its exhibitors; or of all."""
    query = (
        sa.select(Placement).options(*plans.WITH_ALL, joinedload(Placement.meeting).joinedload(Meeting.demand)).join(Plan)
        .join(Meeting, Meeting.id == Placement.meeting_id).join(Slot, Slot.id == Placement.slot_id)
        .where(Plan.expo_id == expo.id, Plan.state == "published", Placement.slot_id.in_(list(slot_ids)))
        .order_by(Slot.starts_at, Placement.id))
    if hall is not None:
        tables = sa.select(NegotiationTable.id).where(NegotiationTable.hall_id == hall.id)
        here = sa.select(Participation.company_id).where(Participation.expo_id == expo.id, Participation.hall_id == hall.id)
        query = query.where(sa.or_(
            Placement.table_id.in_(tables), sa.and_(Placement.table_id.is_(None), Meeting.exhibitor_id.in_(here))))
    return list(db.session.scalars(query))


def sittings(rows: Sequence[Placement]) -> dict[int, Sitting]:
    """Return {meeting: what the floor knows of it} of placements, in two queries."""
    return known_of({row.meeting_id: (row.slot, row.meeting.state) for row in rows})


def known_of(meetings: Mapping[int, tuple[Slot, str]]) -> dict[int, Sitting]:
    """Return {meeting: what the floor knows of it} of meetings with their slot and state."""
    ids = list(meetings)
    seen: dict[int, dict[str, Seen]] = {}
    for meeting, side, arrived, late in db.session.execute(
            sa.select(Presence.meeting_id, Presence.side, Presence.arrived_at, Presence.late_minutes).where(Presence.meeting_id.in_(ids))):
        seen.setdefault(meeting, {})[side] = Seen(arrived, late)
    ended = dict(db.session.execute(sa.select(Round.meeting_id, Round.ended_at).where(Round.meeting_id.in_(ids))).all())
    agreed = second_yes(Refill.meeting_id.in_(ids))
    return {ident: Sitting(max(slot.starts_at, agreed.get((ident, slot.id), slot.starts_at)), slot.ends_at, state, ended.get(ident),
                           seen.get(ident, {})) for ident, (slot, state) in meetings.items()}


def second_yes(*where: sa.ColumnElement[bool]) -> dict[tuple[int, int], datetime]:
    """Return {(meeting, slot): when both had said yes} of places that were given away: before it, nobody could be late for them."""
    rows = db.session.execute(
        sa.select(Refill.meeting_id, Refill.slot_id, Refill.exhibitor_at, Refill.buyer_at).where(Refill.state == "taken", *where))
    return {(meeting, slot): max(one, other) for meeting, slot, one, other in rows if one and other}


def sitting(row: Placement) -> Sitting:
    """Return what the floor knows of one placed meeting."""
    return sittings([row])[row.meeting_id]


def presence(meeting_id: int, side: str) -> Presence | None:
    """Return what is known of one side of a meeting."""
    return db.session.scalar(
        sa.select(Presence).where(Presence.meeting_id == meeting_id, Presence.side == side).execution_options(populate_existing=True))


def round_of(meeting_id: int) -> Round | None:
    """Return how a meeting was held, as far as it was."""
    return db.session.scalar(sa.select(Round).where(Round.meeting_id == meeting_id).execution_options(populate_existing=True))


def open_refills(expo_id: int, *, slot_ids: Iterable[int] | None = None, company_id: int | None = None) -> list[Refill]:
    """Return the offers that wait for a yes, the most urgent first."""
    query = sa.select(Refill).options(*REFILL).where(*_open(expo_id))
    if slot_ids is not None:
        query = query.where(Refill.slot_id.in_(list(slot_ids)))
    if company_id is not None:
        query = query.join(Meeting, Meeting.id == Refill.meeting_id).where(of_companies([company_id]))
    return list(db.session.scalars(query.order_by(Refill.expires_at, Refill.id)))


def open_refill_count(expo_id: int, company_id: int) -> int:
    """Return how many offers wait for a yes of the company's pairs: every page of the company asks."""
    query = sa.select(sa.func.count()).select_from(Refill).join(Meeting, Meeting.id == Refill.meeting_id)
    return db.session.scalar(query.where(*_open(expo_id), of_companies([company_id]))) or 0


def _open(expo_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return Refill.expo_id == expo_id, Refill.state == "offered", Refill.expires_at > clock.now()


def refill_for(actor: Actor, expo: Expo, ident: int) -> Refill:
    """Return an offer for one of its sides, or for who runs the floor; raise ``NotFound`` for others."""
    found = one(sa.select(Refill).options(*REFILL).where(Refill.id == ident, Refill.expo_id == expo.id))
    sides = (found.meeting.exhibitor_id, found.meeting.buyer_id)
    ensure(runs_floor(actor, expo.id) or any(actor.member_of(side) for side in sides))
    return found


def refills_at(expo_id: int, slot_id: int, table_id: int | None) -> list[Refill]:
    """Return all offers that were made of a table in a slot (None: of booths)."""
    at = Refill.table_id.is_(None) if table_id is None else Refill.table_id == table_id
    return list(db.session.scalars(sa.select(Refill).where(Refill.expo_id == expo_id, Refill.slot_id == slot_id, at)))


def due_refills() -> list[Refill]:
    """Return the offers that nobody answered in time."""
    return list(db.session.scalars(
        sa.select(Refill).options(*REFILL).where(Refill.state == "offered", Refill.expires_at <= clock.now()).order_by(Refill.id)))


def seconds_to_lapse() -> float | None:
    """Return in how many seconds the next offer lapses; None when none is open."""
    first: datetime | None = db.session.scalar(sa.select(sa.func.min(Refill.expires_at)).where(Refill.state == "offered"))
    return max((first - clock.now()).total_seconds(), 0.5) if first is not None else None


def table_at(expo: Expo, ident: int) -> NegotiationTable:
    """Return a table of the expo with its hall; raise ``NotFound``."""
    return one(sa.select(NegotiationTable).options(joinedload(NegotiationTable.hall)).where(
        NegotiationTable.id == ident, NegotiationTable.expo_id == expo.id))


def wall_of(hall_id: int) -> Wall | None:
    """Return the wall display of a hall, if it has an address."""
    return db.session.scalar(sa.select(Wall).where(Wall.hall_id == hall_id))


def wall_by(token: str) -> Wall:
    """Return the wall display behind a secret address; raise ``NotFound``."""
    return one(sa.select(Wall).options(joinedload(Wall.hall).joinedload(Hall.expo)).where(Wall.token == token))


def interpreter_of(actor: Actor, row: Placement) -> bool:
    """Tell whether the actor is the interpreter of a placed meeting."""
    mine: Interpreter | None = row.interpreter
    return mine is not None and actor.user_id is not None and mine.user_id == actor.user_id
