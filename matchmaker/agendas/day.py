"""One's day as the page shows it: the next meeting large, all of them by day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from .. import clock
from ..expos.models import Participation
from ..i18n import left
from ..meetings.states import State
from ..scheduling.models import Placement


@dataclass(frozen=True, slots=True)
class Entry:
    """A meeting in the list of a day, or the next one."""

    starts_at: datetime
    ends_at: datetime
    company: str
    company_lang: str
    table: str
    hall: str
    state: str
    note: str
    url: str
    who: str
    interpreter: str
    in_text: str = ""
    phone: str = ""
    place_note: str = ""


@dataclass(frozen=True, slots=True)
class DayView:
    """The next meeting (None when there is none) and all of them by local day."""

    next: Entry | None
    days: list[tuple[date, list[Entry]]]


def day_view(rows: list[Placement], part: Participation) -> DayView:
    """Return the view of ``rows`` (by time) for the company of ``part``."""
    days: dict[date, list[Entry]] = {}
    upcoming = None
    for row in rows:
        entry = _entry(row, part.company_id)
        days.setdefault(row.slot.on, []).append(entry)
        if upcoming is None and row.slot.ends_at > clock.now() and row.meeting.state == State.PLACED:
            upcoming = entry
    return DayView(upcoming, sorted(days.items()))


def _entry(row: Placement, company_id: int) -> Entry:
    mine_is_exhibitor = row.meeting.exhibitor_id == company_id
    other = row.meeting.buyer if mine_is_exhibitor else row.meeting.exhibitor
    person = row.buyer_person if mine_is_exhibitor else row.exhibitor_person
    state, note = _state(row)
    begins_in = left(row.slot.starts_at) if row.slot.starts_at > clock.now() else ""
    return Entry(
        starts_at=row.slot.starts_at, ends_at=row.slot.ends_at, company=other.display_name, company_lang=other.display_lang,
        table=row.table.label if row.table else "",
        hall=row.table.hall.code if row.table else "", state=state, note=note, in_text=begins_in,
        url=url_for("meetings.meeting", meeting_id=row.meeting_id),
        who=", ".join(filter(None, (person.name, person.title))) if person else "",
        interpreter=row.interpreter.name if row.interpreter else "", place_note="" if row.table else _("at the exhibitor's booth"))


def _state(row: Placement) -> tuple[str, str]:
    state: Any = row.meeting.state
    if state == State.HELD:
        return "done", _("held")
    if state == State.MISSED:
        return "todo", _("missed")
    if row.slot.starts_at <= clock.now() < row.slot.ends_at:
        return "now", _("now")
    return ("todo", _("held? Please say what came of it")) if row.slot.ends_at <= clock.now() else ("", "")
