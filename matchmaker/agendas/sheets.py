"""An agenda as a table: the same rows for the page, the PDF and the spreadsheet, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from .. import clock
from ..expos import queries as expos
from ..expos.models import Expo, Slot
from ..i18n import day, day_clock, lang
from ..infra import pdf, spreadsheets
from ..meetings.cards import other_name
from ..meetings.states import State
from ..scheduling.models import Placement
from . import queries
from .feeds import place_name
from .queries import Subject


@dataclass(frozen=True, slots=True)
class Day:
    """The rows of one local day of the expo."""

    on: date
    columns: list[str]
    rows: list[list[Any]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table by day; ``widths`` are shares of the page, one per column."""

    title: str
    expo: Expo
    widths: list[float]
    days: list[Day]
    wide: bool = False


def sheet_of(expo: Expo, subject: Subject, on: date | None = None) -> Sheet:
    """Return an agenda at an expo as a table; a hall is a board of tables by slots."""
    rows = queries.rows_of(expo.id, subject, on)
    if subject.kind == "hall":
        return _board(expo, subject, rows, on)
    columns, widths = _columns(subject)
    days = [Day(each, columns, [_row(subject, row, expo.tz) for row in rows if row.slot.on == each])
            for each in sorted({row.slot.on for row in rows})]
    return Sheet(subject.name, expo, widths, days)


def _columns(subject: Subject) -> tuple[list[str], list[float]]:
    when = [(_("From"), 0.6), (_("To"), 0.6), (_("Place"), 1.6)]
    if subject.company_id is not None:
        who = [(_("Company"), 2.2), (_("From our side"), 1.6), (_("From their side"), 1.6)]
    else:
        who = [(_("Exhibitor"), 2), (_("Buyer"), 2), (_("People"), 2)]
    names, widths = zip(*when, *who, (_("Interpreter"), 1.2), (_("State"), 0.8), strict=True)
    return list(names), list(widths)


def _row(subject: Subject, row: Placement, tz: str) -> list[Any]:
    mine = row.exhibitor_person, row.buyer_person
    if subject.company_id is not None:
        own, theirs = mine if subject.company_id == row.meeting.exhibitor_id else mine[::-1]
        who = [other_name(row.meeting, subject.company_id), own.name if own else "", theirs.name if theirs else ""]
    else:
        who = [row.meeting.exhibitor.display_name, row.meeting.buyer.display_name, ", ".join(one.name for one in mine if one)]
    times = [local(row.slot.starts_at, tz), local(row.slot.ends_at, tz)]
    return [*times, place_name(row), *who, row.interpreter.name if row.interpreter else "", state_name(row)]


def _board(expo: Expo, subject: Subject, rows: Sequence[Placement], on: date | None) -> Sheet:
    """Return the tables of a hall by the slots of each day, who meets in each cell."""
    slots = [slot for slot in expos.slots_of(expo.id) if on is None or slot.on == on]
    tables = [table for table in expos.tables_of(expo.id) if table.hall_id == subject.ref_id]
    cells = {(row.table_id, row.slot_id): f"{row.meeting.exhibitor.display_name} – {row.meeting.buyer.display_name}" for row in rows}
    used = {row.slot.on for row in rows}
    days = []
    for each in sorted({slot.on for slot in slots} & used):
        at = [slot for slot in slots if slot.on == each]
        columns = [_("Table"), *(when(slot, expo.tz) for slot in at)]
        days.append(Day(each, columns, [[table.label, *(cells.get((table.id, slot.id), "") for slot in at)] for table in tables]))
    most = max((len(found.columns) for found in days), default=1)
    return Sheet(subject.name, expo, [0.7, *[1.0] * (most - 1)], days, wide=True)


def local(instant: datetime, tz: str) -> time:
    """Return the time of an instant on the expo's clock."""
    return instant.astimezone(ZoneInfo(tz)).time().replace(microsecond=0)


def when(slot: Slot, tz: str) -> str:
    """Return a slot's time on the expo's clock; after midnight of its day it says so: "23:45–00:15 (+1)"."""
    start, end = (instant.astimezone(ZoneInfo(tz)) for instant in (slot.starts_at, slot.ends_at))
    late = (end.date() - slot.on).days
    return f"{start:%H:%M}–{end:%H:%M}" + (f" (+{late})" if late > 0 else "")


def state_name(row: Placement) -> str:
    """Return what became of a placed meeting; empty while it lies ahead."""
    return {State.HELD: _("held"), State.MISSED: _("missed")}.get(row.meeting.state, "")


def as_pdf(sheet: Sheet) -> bytes:
    """Return the table as a PDF; raise ``Invalid`` where the typesetter is not installed."""
    groups = [
        {"title": day(found.on, "full"), "rows": [[_text(cell) for cell in row] for row in found.rows],
         "columns": found.columns + [""] * (len(sheet.widths) - len(found.columns))} for found in sheet.days]
    for group in groups:
        group["rows"] = [row + [""] * (len(sheet.widths) - len(row)) for row in group["rows"]]
    note = _("Times of the expo (%(zone)s). As of %(when)s.", zone=sheet.expo.tz, when=day_clock(clock.now(), sheet.expo.tz))
    data = {"title": sheet.title, "site": "matchmaker", "site_line": sheet.expo.label, "note": note, "lang": lang(), "wide": sheet.wide,
            "widths": sheet.widths, "groups": groups, "empty": _("No meetings yet")}
    return pdf.make("agenda", data, made_at=clock.now())


def as_xlsx(sheet: Sheet) -> bytes:
    """Return the table as a spreadsheet: one sheet with the day in front, for a hall one sheet a day."""
    if sheet.wide:
        return spreadsheets.write_workbook([(f"{found.on}", found.columns, found.rows) for found in sheet.days] or [(sheet.title, [], [])])
    rows = [[found.on, *row] for found in sheet.days for row in found.rows]
    header = [_("Day"), *(sheet.days[0].columns if sheet.days else [])]
    return spreadsheets.write_workbook([(sheet.title, header, rows)])


def _text(value: Any) -> str:
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)
