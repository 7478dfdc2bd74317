"""All halls at a glance: how many tables of each run, wait for somebody, or are free at this moment."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from .. import clock
from ..expos import queries as expos
from ..expos.models import Expo, NegotiationTable, Participation, Slot
from ..infra.db import db
from ..meetings.models import Meeting
from ..scheduling.models import Placement, Plan
from . import queries
from .board import FAR
from .rules import Is, Sitting, moments, place_state


@dataclass(frozen=True, slots=True)
class HallNow:
    """A hall by number and code, and how many of its places are in each state."""

    id: int
    code: str
    counts: Counter[Is]

    @property
    def places(self) -> int:
        return self.counts.total()

    @property
    def figures(self) -> list[tuple[Is, int]]:
        """What a floor manager looks for: what goes on, who is late, who is missing, what is free (asked for or not)."""
        count = self.counts
        return [(Is.RUNNING, count[Is.RUNNING] + count[Is.ENDING]), (Is.LATE, count[Is.LATE]), (Is.MISSING, count[Is.MISSING]),
                (Is.FREE, count[Is.FREE] + count[Is.OFFERED])]


@dataclass(frozen=True, slots=True)
class Glance:
    """The halls that have open tables or meetings, in their order; ``until``: when a number changes by itself."""

    halls: list[HallNow]
    until: datetime


def glance(expo: Expo) -> Glance:
    """Return the halls as they are now, by the same rules as each hall's board. Few columns: 300 tables are read at every change."""
    now, limits = clock.now(), queries.limits(expo)
    slot, _after = queries.slots_now(expo)
    if slot is None:
        return Glance([], now + FAR)
    held, sittings = _sittings(expo, slot)
    offers = {row.table_id: row.expires_at for row in queries.open_refills(expo.id, slot_ids=[slot.id]) if row.table_id}
    shut = {table for table, closed in expos.closures(expo.id) if closed == slot.id}
    counts: dict[int | None, Counter[Is]] = defaultdict(Counter)
    for table in expos.tables_of(expo.id):
        sitting = held.pop(("table", table.id), (table.hall_id, None))[1]
        counts[table.hall_id][place_state(now, sitting, limits, shut=table.id in shut, offered=table.id in offers)] += 1
    for (kind, _ident), (hall, sitting) in held.items():
        if kind == "booth":
            counts[hall][place_state(now, sitting, limits)] += 1
    halls = [HallNow(hall.id, hall.code, counts[hall.id]) for hall in expos.halls_of(expo.id) if hall.id in counts]
    ahead = [moment for sitting in sittings for moment in moments(sitting, limits)] + [*offers.values(), slot.starts_at, slot.ends_at]
    return Glance(halls, min([*(moment for moment in ahead if moment > now), now + FAR]))


def _sittings(expo: Expo, slot: Slot) -> tuple[dict[tuple[str, int], tuple[int | None, Sitting | None]], list[Sitting]]:
    """Return {place: (hall, the sitting that holds it)} of a slot, and all sittings of it."""
    rows = db.session.execute(
        sa.select(Placement.meeting_id, Placement.table_id, Meeting.exhibitor_id, Meeting.state,
                  sa.func.coalesce(NegotiationTable.hall_id, Participation.hall_id))
        .join(Plan, Plan.id == Placement.plan_id).join(Meeting, Meeting.id == Placement.meeting_id)
        .outerjoin(NegotiationTable, NegotiationTable.id == Placement.table_id)
        .outerjoin(Participation, sa.and_(Participation.expo_id == Plan.expo_id, Participation.company_id == Meeting.exhibitor_id))
        .where(Plan.expo_id == expo.id, Plan.state == "published", Placement.slot_id == slot.id).order_by(Placement.id)).all()
    known = queries.known_of({meeting: (slot, state) for meeting, _table, _exhibitor, state, _hall in rows})
    held: dict[tuple[str, int], tuple[int | None, Sitting | None]] = {}
    for meeting, table, exhibitor, _state, hall in rows:
        place, sitting = ("table", table) if table else ("booth", exhibitor), known[meeting]
        if held.get(place, (hall, None))[1] is None:
            held[place] = hall, None if sitting.over else sitting
    return held, list(known.values())
