"""What the board shows: one day of one hall (or of all), tables as rows and slots as columns."""

from dataclasses import dataclass
from datetime import date

from ..expos import queries as expos
from ..expos.models import Expo, NegotiationTable, Slot
from . import queries
from .models import Placement, Plan


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the board: a table, or a booth where meetings are held; ``key`` is 'table-7' or 'booth-31'."""

    key: str
    label: str
    hall: str
    table_id: int | None


@dataclass(frozen=True, slots=True)
class Board:
    """Rows x slots with their cards: ``cards[row key, slot id]``."""

    plan: Plan | None
    on: date | None
    days: list[date]
    slots: list[Slot]
    rows: list[Row]
    cards: dict[tuple[str, int], list[Placement]]
    closed: set[tuple[int, int]]
    published: dict[int, tuple[int, int | None]]  # meeting -> (slot, table) of the plan that holds

    def differs(self, card: Placement) -> bool:
        """Tell whether the card stands elsewhere in the published plan."""
        return self.published.get(card.meeting_id) != (card.slot_id, card.table_id)


def board(expo: Expo, plan: Plan | None, *, on: date | None = None, hall_id: int | None = None) -> Board:
    """Return the board of a plan for one day; the first day with slots when ``on`` has none."""
    slots = expos.slots_of(expo.id)
    days = sorted({slot.on for slot in slots})
    on = on if on in days else _default_day(expo, days)
    shown = [slot for slot in slots if slot.on == on]
    placed = queries.placements(plan.id) if plan else []
    tables = [table for table in expos.tables_of(expo.id) if hall_id is None or table.hall_id == hall_id]
    cards: dict[tuple[str, int], list[Placement]] = {}
    for row in placed:
        cards.setdefault((_key(row), row.slot_id), []).append(row)
    held = queries.published_of(expo.id)
    known = {row.meeting_id: (row.slot_id, row.table_id) for row in queries.placements(held.id)} if held else {}
    return Board(plan, on, days, shown, _rows(tables, placed, shown, hall_id), cards, expos.closures(expo.id), known)


def _default_day(expo: Expo, days: list[date]) -> date | None:
    today = expos.today_at(expo)
    return next((day for day in days if day >= today), days[-1] if days else None)


def _key(row: Placement) -> str:
    return f"table-{row.table_id}" if row.table_id else f"booth-{row.meeting.exhibitor_id}"


def _rows(tables: list[NegotiationTable], placed: list[Placement], slots: list[Slot], hall_id: int | None) -> list[Row]:
    rows = [Row(f"table-{table.id}", table.label, table.hall.code, table.id) for table in tables]
    if hall_id is None:
        shown = {slot.id for slot in slots}
        booths = {row.meeting.exhibitor_id: row.meeting.exhibitor.name for row in placed if row.table_id is None and row.slot_id in shown}
        rows += [Row(f"booth-{ident}", name, "", None) for ident, name in sorted(booths.items(), key=lambda pair: pair[1])]
    return rows
