"""What the calendars say after places have changed: SEQUENCE grows, and who is out of a meeting reads that it is cancelled."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from .. import clock
from ..expos.models import Participation
from ..infra.db import db
from ..scheduling.diff import Change
from ..scheduling.models import Placement
from .models import CalendarEvent

CHUNK = 1000  # meetings looked up at once: databases bound the values of a statement


def renew(changes: Iterable[Change]) -> None:
    """Raise SEQUENCE of the entries of people, companies, tables, interpreters and missions; entries of those who left a meeting
    become CANCELLED. The number of statements grows with the thousands of changes, not with the changes."""
    for chunk in _chunks(list(changes)):
        missions = _missions(chunk)
        known = _known(chunk)
        made: list[dict[str, Any]] = []
        for change in chunk:
            had = known[change.meeting.id]
            now = set(_readers(change, missions)) if change.new is not None else set()
            made += [_entry(change, *reader) for reader in sorted(now - had.keys())]
            for reader, row in had.items():
                _raise(row, change, cancelled=reader not in now)
        if made:
            db.session.execute(sa.insert(CalendarEvent), made)
        db.session.flush()


def _chunks(changes: list[Change]) -> Iterator[list[Change]]:
    for start in range(0, len(changes), CHUNK):
        yield changes[start:start + CHUNK]


def _missions(changes: list[Change]) -> dict[tuple[int, int], int]:
    """Return {(expo, company): mission} of the companies concerned."""
    companies = {company for change in changes for company in change.company_ids}
    rows = db.session.execute(
        sa.select(Participation.expo_id, Participation.company_id, Participation.mission_id)
        .where(Participation.company_id.in_(companies), Participation.mission_id.is_not(None)))
    return {(expo, company): mission for expo, company, mission in rows}


def _known(changes: list[Change]) -> dict[int, dict[tuple[str, int], CalendarEvent]]:
    found: dict[int, dict[tuple[str, int], CalendarEvent]] = defaultdict(dict)
    meetings = [change.meeting.id for change in changes]
    for row in db.session.scalars(sa.select(CalendarEvent).where(CalendarEvent.meeting_id.in_(meetings))):
        found[row.meeting_id][row.kind, row.ref_id] = row
    return found


def _readers(change: Change, missions: Mapping[tuple[int, int], int]) -> Iterator[tuple[str, int]]:
    """Yield (kind, id) of everyone whose calendar has the meeting at its new place."""
    row: Placement = change.new
    for kind, ref in (("person", row.exhibitor_person_id), ("person", row.buyer_person_id), ("table", row.table_id),
                      ("interpreter", row.interpreter_id)):
        if ref is not None:
            yield kind, ref
    for company in change.company_ids:
        yield "company", company
        if mission := missions.get((change.meeting.expo_id, company)):
            yield "mission", mission


def _entry(change: Change, kind: str, ref_id: int) -> dict[str, Any]:
    return {"kind": kind, "ref_id": ref_id, "meeting_id": change.meeting.id, "sequence": 0, "cancelled": False,
            "slot_id": change.new.slot_id, "changed_at": clock.now()}


def _raise(row: CalendarEvent, change: Change, *, cancelled: bool) -> None:
    if row.cancelled and cancelled:
        return  # it was told already; a later move of a meeting that one has left is no news
    row.sequence += 1
    row.cancelled, row.changed_at = cancelled, clock.now()
    row.slot_id = change.new.slot_id if change.new is not None and not cancelled else change.old.slot_id if change.old else row.slot_id
