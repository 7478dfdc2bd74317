"""One's day as the page shows it: the next meeting large, all of them by day, and the way from hall to hall."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from .. import clock
from ..expos.models import Participation
from ..i18n import left
from ..meetings.cards import other_name
from ..meetings.queries import is_named
from ..meetings.states import State
from ..scheduling.models import Placement
from .sheets import when

Walks = Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Entry:
    """A meeting in the list of a day, or the next one. ``walk`` says how one gets there from the meeting before."""

    meeting_id: int
    starts_at: datetime
    ends_at: datetime
    time: str
    company: str
    company_lang: str
    table: str
    hall: str
    state: str
    note: str
    url: str
    who: str
    own: str
    interpreter: str
    in_text: str = ""
    phone: str = ""
    place_note: str = ""
    walk: str = ""
    movable: bool = False


@dataclass(frozen=True, slots=True)
class DayView:
    """The next meeting (None when there is none) and all of them by local day."""

    next: Entry | None
    days: list[tuple[date, list[Entry]]]


def day_view(rows: Sequence[Placement], part: Participation, walks: Walks, *, one_person: bool = True) -> DayView:
    """Return the view of ``rows`` (by time) for the company of ``part``; the way between halls only for one person's day."""
    days: dict[date, list[Entry]] = {}
    upcoming = before = None
    for row in rows:
        entry = _entry(row, part)
        if one_person and before is not None and before.slot.on == row.slot.on:
            entry = replace(entry, walk=walk(before, row, walks))
        days.setdefault(row.slot.on, []).append(entry)
        if upcoming is None and row.slot.ends_at > clock.now() and row.meeting.state == State.PLACED:
            upcoming = entry
        before = row
    return DayView(upcoming, sorted(days.items()))


def walk(before: Placement, row: Placement, walks: Walks) -> str:
    """Say how one gets from one meeting to the next: empty within a hall, minutes where they are known, else that it is another hall."""
    if before.table is None or row.table is None or before.table.hall_id == row.table.hall_id:
        return ""
    minutes = walks.get((before.table.hall_id, row.table.hall_id))
    if minutes is None:
        return _("another hall: from %(here)s to %(there)s", here=before.table.hall.code, there=row.table.hall.code)
    here = before.table.hall.code
    return ngettext("%(num)s min on foot from hall %(here)s", "%(num)s min on foot from hall %(here)s", minutes, here=here)


def _entry(row: Placement, part: Participation) -> Entry:
    meeting, exhibitor = row.meeting, row.meeting.exhibitor_id == part.company_id
    other = meeting.buyer if exhibitor else meeting.exhibitor
    own, person = (row.exhibitor_person, row.buyer_person) if exhibitor else (row.buyer_person, row.exhibitor_person)
    state, note = _state(row)
    ahead = row.slot.starts_at > clock.now()
    return Entry(
        meeting_id=meeting.id, starts_at=row.slot.starts_at, ends_at=row.slot.ends_at, time=when(row.slot, part.expo.tz),
        company=other_name(meeting, part.company_id), company_lang=other.display_lang if is_named(meeting, part.company_id) else "",
        table=row.table.label if row.table else "", hall=row.table.hall.code if row.table else "", state=state, note=note,
        in_text=left(row.slot.starts_at) if ahead else "", url=url_for("meetings.meeting", meeting_id=meeting.id),
        who=", ".join(filter(None, (person.name, person.title))) if person else "", own=own.name if own else "",
        interpreter=row.interpreter.name if row.interpreter else "", phone=row.interpreter.phone if row.interpreter else "",
        place_note="" if row.table else _("at the exhibitor's booth"), movable=ahead and meeting.state == State.PLACED)


def _state(row: Placement) -> tuple[str, str]:
    state: Any = row.meeting.state
    if state == State.HELD:
        return "done", _("held")
    if state == State.MISSED:
        return "todo", _("missed")
    if row.slot.starts_at <= clock.now() < row.slot.ends_at:
        return "now", _("now")
    return ("todo", _("held? Please say what came of it")) if row.slot.ends_at <= clock.now() else ("", "")
