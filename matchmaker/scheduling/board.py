"""What the board shows: one day of a plan as rows and cards, grouped as the reader asks, compact enough to be sent whole."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from ..companies.models import Company, Person
from ..expos import queries as expos
from ..expos.models import Expo, Interpreter, Mission, Participation, Section, Slot
from ..expos.states import APPROVED
from ..i18n import clock_time
from ..infra.db import db
from ..meetings.models import Meeting
from . import queries
from .models import Placement, Plan

GROUPS = ("hall", "section", "company", "person", "interpreter", "mission")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the board; ``key`` is 'table-7' or 'booth-31' in halls, else what the line stands for; ``group`` is its hall or section."""

    key: str
    label: str
    sub: str = ""
    table_id: int | None = None


@dataclass(slots=True)
class Card:
    """A placed meeting as the board draws it."""

    meeting: int
    buyer: str
    exhibitor: str
    exhibitor_id: int
    buyer_id: int
    slot: int
    table: int | None
    where: str
    priority: int
    locked: bool
    differs: bool
    language: str
    people: str
    rows: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Board:
    """Rows x slots with their cards; ``load[hall, slot]`` is (used, tables)."""

    plan: Plan | None
    on: date | None
    days: list[date]
    slots: list[Slot]
    rows: list[Row]
    cards: list[Card]
    closed: set[tuple[int, int]]
    load: dict[tuple[int, int], tuple[int, int]]

    def at(self) -> dict[tuple[str, int], list[Card]]:
        """Return the cards by (row, slot)."""
        found: dict[tuple[str, int], list[Card]] = {}
        for card in self.cards:
            for key in card.rows:
                found.setdefault((key, card.slot), []).append(card)
        return found

    def data(self) -> dict[str, Any]:
        """Return the board for the page's script: rows and cards as short lists, rows of a card by number."""
        number = {row.key: n for n, row in enumerate(self.rows)}
        slots = {slot.id: n for n, slot in enumerate(self.slots)}
        return {
            "slots": [[slot.id, clock_time(slot.starts_at)] for slot in self.slots],
            "rows": [[row.key, row.label, row.sub, row.table_id or 0] for row in self.rows],
            "cards": [
                [card.meeting, card.buyer, card.exhibitor, card.exhibitor_id * 47 % 360, slots[card.slot], card.table or 0, card.where,
                 card.priority, int(card.locked), int(card.differs), card.language, card.people, [number[key] for key in card.rows],
                 card.exhibitor_id, card.buyer_id]
                for card in self.cards],
            "shut": [[table, slots[slot]] for table, slot in sorted(self.closed) if slot in slots],
        }


def board(expo: Expo, plan: Plan | None, *, on: date | None = None, by: str = "hall", hall_id: int | None = None) -> Board:
    """Return the board of a plan for one day; the first day ahead with slots when ``on`` has none."""
    slots = expos.slots_of(expo.id)
    days = sorted({slot.on for slot in slots})
    on = on if on in days else _default_day(expo, days)
    shown = [slot for slot in slots if slot.on == on]
    names = _Names(expo)
    cards = _cards(expo, plan, [slot.id for slot in shown], names)
    tables = [table for table in expos.tables_of(expo.id) if hall_id is None or table.hall_id == hall_id]
    rows = _table_rows(expo, cards, tables, hall_id, names) if by not in GROUPS[1:] else _other_rows(expo, cards, by, names)
    known = {row.key for row in rows}
    for card in cards:
        card.rows = [key for key in card.rows if key in known]
    closed = expos.closures(expo.id)
    return Board(plan, on, days, shown, rows, [card for card in cards if card.rows], closed, _load(cards, tables, shown, closed))


def _default_day(expo: Expo, days: list[date]) -> date | None:
    today = expos.today_at(expo)
    return next((day for day in days if day >= today), days[-1] if days else None)


class _Names:
    """Companies, people, interpreters and tables by id, in the reader's language."""

    def __init__(self, expo: Expo):
        parts = sa.select(Participation.company_id).where(Participation.expo_id == expo.id)
        self.companies = {row.id: row.display_name for row in db.session.scalars(sa.select(Company).where(Company.id.in_(parts)))}
        people = db.session.execute(sa.select(Person.id, Person.name).where(Person.company_id.in_(parts)))
        self.people = dict(map(tuple, people))
        self.interpreters = {row.id: row for row in db.session.scalars(sa.select(Interpreter).where(Interpreter.expo_id == expo.id))}
        self.tables = {row.id: row for row in expos.tables_of(expo.id, open_only=False)}


def _cards(expo: Expo, plan: Plan | None, slots: list[int], names: _Names) -> list[Card]:
    if plan is None:
        return []
    held = queries.published_of(expo.id)
    known = queries.places(held.id) if held is not None else None  # nothing differs from a plan that nobody knows
    rows = db.session.execute(
        sa.select(Placement, Meeting.exhibitor_id, Meeting.buyer_id, Meeting.priority).join(Meeting, Meeting.id == Placement.meeting_id)
        .where(Placement.plan_id == plan.id, Placement.slot_id.in_(slots)).order_by(Placement.id))
    return [_card(names, known, *row) for row in rows]


def _card(names: _Names, known: dict[int, queries.Place] | None, row: Placement, exhibitor: int, buyer: int, priority: int) -> Card:
    table = names.tables.get(row.table_id)
    interpreter = names.interpreters.get(row.interpreter_id)
    was = known.get(row.meeting_id) if known else None
    people = [names.people.get(row.exhibitor_person_id, ""), names.people.get(row.buyer_person_id, "")]
    if interpreter is not None:
        people.append(interpreter.name)
    keys = [
        f"table-{row.table_id}" if row.table_id else f"booth-{exhibitor}", f"company-{exhibitor}", f"company-{buyer}",
        f"person-{row.exhibitor_person_id}", f"person-{row.buyer_person_id}", f"interpreter-{row.interpreter_id}",
        f"section-{exhibitor}", f"mission-{buyer}"]
    return Card(
        meeting=row.meeting_id, buyer=names.companies.get(buyer, ""), exhibitor=names.companies.get(exhibitor, ""), exhibitor_id=exhibitor,
        buyer_id=buyer, slot=row.slot_id, table=row.table_id,
        where=f"{table.hall.code} {table.label}" if table else "", priority=priority, locked=row.locked,
        differs=known is not None and (was is None or (was.slot, was.table) != (row.slot_id, row.table_id)),
        language="/".join(interpreter.languages[:1]).upper() if interpreter else "", people=" · ".join(filter(None, people)), rows=keys)


def _table_rows(expo: Expo, cards: list[Card], tables: list[Any], hall_id: int | None, names: _Names) -> list[Row]:
    """Return the tables, and the booths of those who receive there (or have a card there)."""
    rows = [Row(f"table-{table.id}", table.label, table.hall.code, table.id) for table in tables]
    at_booths = sa.select(Participation.company_id).where(
        Participation.expo_id == expo.id, Participation.meets_at_booth, Participation.state == APPROVED)
    if hall_id is not None:
        at_booths = at_booths.where(Participation.hall_id == hall_id)
    booths = {ident: names.companies[ident] for ident in db.session.scalars(at_booths)}
    if hall_id is None:
        booths |= {card.exhibitor_id: card.exhibitor for card in cards if card.table is None}
    return rows + [Row(f"booth-{ident}", name) for ident, name in sorted(booths.items(), key=lambda pair: pair[1])]


def _other_rows(expo: Expo, cards: list[Card], by: str, names: _Names) -> list[Row]:
    busy = Counter(key for card in cards for key in card.rows)
    if by == "company":
        rows = [Row(f"company-{ident}", name) for ident, name in names.companies.items()]
    elif by == "person":
        rows = [Row(f"person-{ident}", name) for ident, name in names.people.items()]
    elif by == "interpreter":
        rows = [Row(f"interpreter-{row.id}", row.name, "/".join(row.languages).upper()) for row in names.interpreters.values()]
        return sorted(rows, key=lambda row: (row.sub, row.label))
    else:
        link = Participation.section_id if by == "section" else Participation.mission_id
        there = {row.id: row.name for row in db.session.scalars(sa.select(Section if by == "section" else Mission).where(
            (Section if by == "section" else Mission).expo_id == expo.id))}
        parts = db.session.execute(sa.select(Participation.company_id, link).where(Participation.expo_id == expo.id)).all()
        rows = [Row(f"{by}-{company}", names.companies.get(company, ""), there.get(group, "")) for company, group in parts
                if by == "section" or group]
    return sorted((row for row in rows if busy[row.key]), key=lambda row: (row.sub, row.label))


def _load(cards: list[Card], tables: list[Any], slots: list[Slot], closed: set[tuple[int, int]]) -> dict[tuple[int, int], tuple[int, int]]:
    hall = {table.id: table.hall_id for table in tables}
    used = Counter((hall[card.table], card.slot) for card in cards if card.table in hall)
    there = Counter(table.hall_id for table in tables)
    shut = Counter((hall[table], slot) for table, slot in closed if table in hall)
    return {(ident, slot.id): (used[ident, slot.id], count - shut[ident, slot.id]) for ident, count in there.items() for slot in slots}
