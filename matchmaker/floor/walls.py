"""What a hall's wall shows: who is called to which table, and what has changed."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from .. import clock
from ..audit import AuditEntry
from ..companies.models import Company
from ..expos import queries as expos
from ..expos.models import Expo, Hall, NegotiationTable, Slot
from ..infra.db import db
from ..meetings.models import Meeting
from ..meetings.states import State
from ..scheduling import queries as plans
from ..scheduling.models import Placement
from . import queries
from .board import FAR
from .rules import CALLED, CHANGES, moments, side_state

MOST_CHANGES = 5


@dataclass(frozen=True, slots=True)
class Name:
    """A company's names in both languages; empty for a buyer who keeps its name from the public."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Call:
    """Come to this table: who is not there yet, and whether somebody waits there alone."""

    row: Placement
    exhibitor: Name
    buyer: Name
    languages: list[str]
    awaited: tuple[str, ...]  # sides that are not there
    urgent: bool  # one side sits there, or the meeting should have begun


@dataclass(frozen=True, slots=True)
class Change:
    """A meeting that stands elsewhere than before: ``old_table`` and ``old_slot`` are None when it had no place."""

    row: Placement
    exhibitor: Name
    buyer: Name
    old_table: NegotiationTable | None
    old_slot: Slot | None


@dataclass(frozen=True, slots=True)
class Display:
    """A wall at a moment."""

    hall: Hall
    slot: Slot | None
    calls: list[Call]
    changes: list[Change]
    now: datetime
    until: datetime


def display(hall: Hall) -> Display:
    """Return what the wall of a hall shows now: calls of the slot that runs and of one that begins soon, the urgent first."""
    expo, now = hall.expo, clock.now()
    ahead = [slot for slot in expos.slots_of(expo.id) if slot.ends_at > now]
    near = [slot for slot in ahead[:2] if slot.starts_at - CALLED <= now]
    rows = [row for row in queries.rows_in(expo, [slot.id for slot in near], hall=hall) if row.meeting.state == State.PLACED]
    known, limits = queries.sittings(rows), queries.limits(expo)
    calls = []
    for row in rows:
        sitting = known[row.meeting_id]
        states = {side: side_state(now, sitting, side, limits) for side in ("exhibitor", "buyer")}
        awaited = tuple(side for side, state in states.items() if state != "here")
        if awaited and not sitting.over:
            urgent = len(awaited) == 1 or row.slot.starts_at <= now
            languages = row.interpreter.languages[:1] if row.interpreter else []
            calls.append(Call(row, *_names(row.meeting), languages, awaited, urgent))
    calls.sort(key=lambda call: (not call.urgent, call.row.slot.starts_at, call.row.table.label if call.row.table else "~"))
    changes = _changes(expo, hall, now)
    times = [moment for row in rows for moment in moments(known[row.meeting_id], limits)]
    times += [slot.starts_at - CALLED for slot in ahead[:3]] + [slot.ends_at for slot in ahead[:1]]
    soon = min([*(moment for moment in times if moment > now), now + FAR])
    return Display(hall, ahead[0] if ahead else None, calls, changes, now, soon)


def _names(meeting: Meeting) -> tuple[Name, Name]:
    """Return the names of both sides; a buyer whose demand is not open to all is not named in public unless it asked itself."""
    secret = meeting.asked_by_id != meeting.buyer_id and (meeting.demand is None or meeting.demand.confidentiality != "open")
    buyer = Name("", "") if secret else _name(meeting.buyer)
    return _name(meeting.exhibitor), buyer


def _name(company: Company) -> Name:
    return Name(company.name_zh or company.name_en or company.name, company.name_en or company.name)


def _changes(expo: Expo, hall: Hall, now: datetime) -> list[Change]:
    """Return the meetings of today that were moved, or got their place, within ``CHANGES``; the newest first."""
    said = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.expo_id == expo.id, AuditEntry.action == "scheduling.rearrange",
                                    AuditEntry.at >= clock.wall() - CHANGES).order_by(AuditEntry.id.desc()).limit(60)).all()
    first: dict[int, list] = {}
    for entry in said:  # the oldest of several moves says where people still believe it is
        first[entry.object_id] = entry.changes.get("before")
    held = plans.published_of(expo.id)
    tables, found = {table.id: table for table in expos.tables_of(expo.id, open_only=False)}, []
    for meeting_id, before in first.items():
        row = plans.placement_of(held.id, meeting_id) if held is not None else None
        old = tables.get(before[1]) if before else None
        concerned = row is not None and ((row.table and row.table.hall_id == hall.id) or (old and old.hall_id == hall.id))
        moved = row is not None and (not before or [row.slot_id, row.table_id] != list(before))
        if concerned and moved and row.slot.ends_at > now and row.meeting.state == State.PLACED:
            found.append(Change(row, *_names(row.meeting), old, db.session.get(Slot, before[0]) if before else None))
    return found[:MOST_CHANGES]
