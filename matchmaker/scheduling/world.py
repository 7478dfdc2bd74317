"""An instance of ``engine.scheduling`` beside the rows it was made from, and the way from one to the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from ..companies.models import Company, Person
from ..engine.scheduling import Instance
from ..engine.scheduling import Meeting as Placed
from ..engine.scheduling import Plan as EnginePlan
from ..expos.models import Interpreter, NegotiationTable, Slot
from ..infra.db import db
from ..meetings.models import Meeting
from .models import Placement, Plan

CHINESE = {"zh"}


@dataclass(slots=True)
class Pair:
    """A meeting to be placed, as far as planning reads it: thousands are read for every question, so they are no rows of the session."""

    id: int
    exhibitor_id: int
    buyer_id: int
    state: str
    priority: int
    match_score: float | None
    exhibitor_owner_id: int | None
    buyer_owner_id: int | None
    exhibitor: Company
    buyer: Company


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids of an instance stand for: enough to say in words what the engine said, without reading a request."""

    slots: dict[int, Slot]
    tables: dict[str, list[NegotiationTable]]
    companies: dict[int, Company]
    owners: dict[str, Person]


@dataclass(frozen=True, slots=True)
class World:
    """An instance and the rows it was made from, by id."""

    instance: Instance
    slots: dict[int, Slot]
    meetings: dict[int, Pair]
    tables: dict[str, list[NegotiationTable]]  # venue id -> tables; a table's number is its place here
    venue_of_table: dict[int, tuple[str, int]]
    closed: frozenset[tuple[int, int]]  # (table, slot)
    people: dict[int, list[Person]]  # company -> those who attend
    busy: frozenset[tuple[int, int]]  # (person, slot)
    interpreters: dict[str, list[Interpreter]]  # language -> who speaks it
    companies: dict[int, Company]
    maximum: dict[int, int]  # company -> meetings it may have in all; the instance knows how many of them are left
    away: frozenset[tuple[int, int]] = frozenset()  # (interpreter, slot)
    owners: dict[str, Person] = field(default_factory=dict)  # participants that are one person of a company: 'person:31'
    refused: frozenset[int] = frozenset()  # meetings that a side does not want any more


def engine_plan(world: World, plan: Plan | None) -> EnginePlan:
    """Return the part of ``plan`` that lies ahead, in the engine's records."""
    rows = [row for row in placement_rows(plan) if row.slot_id in world.slots and row.meeting_id in world.meetings]
    return EnginePlan(world.instance.name, tuple(placed(world, row) for row in rows))


def placed(world: World, row: Placement | sa.Row[Any]) -> Placed:
    """Return one placement in the engine's records, with those who sit there."""
    venue, number = venue_of(world, row.meeting_id, row.table_id)
    people = (row.exhibitor_person_id, row.buyer_person_id)
    return Placed(row.meeting_id, row.slot_id, venue, number, interpreter=row.interpreter_id, people=people)


def venue_of(world: World, meeting_id: int, table_id: int | None) -> tuple[str, int | None]:
    """Return (venue, number) of a table, or the exhibitor's booth when there is none."""
    if table_id is None:
        return f"booth:{world.meetings[meeting_id].exhibitor_id}", None
    return world.venue_of_table.get(table_id, (f"closed:{table_id}", 0))


def table_of(world: World, venue: str, number: int | None) -> int | None:
    """Return the id of a pool's table; None in a booth."""
    return world.tables[venue][number].id if venue in world.tables and number is not None else None


def placement_rows(plan: Plan | None) -> Sequence[sa.Row[Any]]:
    """Return the placements of a plan as plain rows: thousands of them are read for every question."""
    if plan is None:
        return []
    return db.session.execute(sa.select(*Placement.__table__.columns).where(Placement.plan_id == plan.id).order_by(Placement.id)).all()


def owner_of(meeting: Pair | Meeting, company_id: int) -> int | None:
    """Return the person whom a side named for the meeting."""
    return meeting.exhibitor_owner_id if company_id == meeting.exhibitor_id else meeting.buyer_owner_id


def language_needed(meeting: Pair | Meeting, interpreters: Mapping[str, object]) -> str | None:
    """Return the language between Chinese and which an interpreter is needed; None when the two share one or none is there.

    Where a side named who comes, that person's languages count; else those of the company.
    """
    exhibitor = _speaks(meeting.exhibitor_owner_id) or meeting.exhibitor.languages
    buyer = _speaks(meeting.buyer_owner_id) or meeting.buyer.languages
    if set(exhibitor) & (set(buyer) or CHINESE):
        return None
    return next((language for language in exhibitor if language in interpreters), None)


def _speaks(person_id: int | None) -> list[str]:
    person = db.session.get(Person, person_id) if person_id else None
    return person.languages if person is not None else []
