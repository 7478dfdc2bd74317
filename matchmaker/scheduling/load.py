"""Rows to the records of ``engine.scheduling``, and back.

A company's delegation is one participant; its ``parallel`` is how many of its people can sit at once. A hall's open tables
are one pool whose numbers follow the labels; a booth is a venue of its own. Only slots that have not begun are planned.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from .. import clock
from ..companies.models import Company, Person
from ..engine.scheduling import Fixed, Instance, InterpreterPool, Participant, Request, Venue
from ..engine.scheduling import Meeting as Placed
from ..engine.scheduling import Plan as EnginePlan
from ..engine.scheduling import Slot as EngineSlot
from ..expos import queries as expos
from ..expos.models import Expo, Interpreter, NegotiationTable, Participation, Slot
from ..infra.db import db
from ..meetings.models import Meeting
from ..meetings.states import State
from .models import Placement, Plan, Unavailable

DEFAULT_UTILITY = 50.0  # of a meeting that was asked for without a stored match
CHINESE = {"zh"}


@dataclass(frozen=True, slots=True)
class World:
    """An instance and the rows it was made from, by id."""

    instance: Instance
    slots: dict[int, Slot]
    meetings: dict[int, Meeting]
    tables: dict[str, list[NegotiationTable]]  # venue id -> tables; a table's number is its place here
    venue_of_table: dict[int, tuple[str, int]]
    closed: frozenset[tuple[int, int]]  # (table, slot)
    people: dict[int, list[Person]]  # company -> those who attend
    busy: frozenset[tuple[int, int]]  # (person, slot)
    interpreters: dict[str, list[Interpreter]]


def load(expo: Expo, plan: Plan | None, *, fixed: bool = True, running: bool = False) -> World:
    """Return the world of ``expo`` from now on; locked placements of ``plan`` are fixed unless ``fixed`` is False.

    With ``running`` the slot that has begun and has not ended is part of it: a table may be given away in it.
    """
    now = clock.now()
    slots = {slot.id: slot for slot in expos.slots_of(expo.id) if (slot.ends_at if running else slot.starts_at) > now}
    parts = {part.company_id: part for part in expos.participants(expo.id)}
    meetings, held = _meetings(expo.id, parts, slots)
    people, busy = _people(parts), _busy(slots)
    tables, halls = _tables(expo.id)
    interpreters = defaultdict(list)
    for interpreter in expos.interpreters_of(expo.id):
        interpreters[interpreter.languages[0]].append(interpreter)
    closed = frozenset(expos.closures(expo.id))
    numbers = {table.id: (venue, n) for venue, rows in tables.items() for n, table in enumerate(rows)}
    placements = [row for row in _placements(plan) if row.slot_id in slots and row.meeting_id in meetings]
    hall_rank = {hall: rank for rank, hall in enumerate(halls)}
    instance = Instance(
        name=expo.slug,
        slots=tuple(EngineSlot(slot.id, str(slot.on), slot.position) for slot in slots.values()),
        travel=_travel(expo, len(halls)),
        participants=tuple(_participant(expo, part, people, busy, slots, held, hall_rank) for part in parts.values()),
        venues=tuple(_venues(tables, halls, closed, slots, parts, people, hall_rank)),
        interpreters=tuple(InterpreterPool(language, (len(rows),) * len(slots)) for language, rows in interpreters.items()),
        requests=tuple(_request(meeting, parts, tables, interpreters) for meeting in meetings.values()),
        fixed=tuple(_fixed(row, numbers) for row in placements if row.locked) if fixed else (),
    )
    return World(instance, slots, meetings, tables, numbers, closed, people, busy, dict(interpreters))


def engine_plan(world: World, plan: Plan | None) -> EnginePlan:
    """Return the part of ``plan`` that lies ahead, in the engine's records."""
    rows = [row for row in _placements(plan) if row.slot_id in world.slots and row.meeting_id in world.meetings]
    return EnginePlan(world.instance.name, tuple(placed(world, row) for row in rows))


def placed(world: World, row: Placement) -> Placed:
    """Return one placement in the engine's records."""
    venue, number = venue_of(world, row.meeting_id, row.table_id)
    return Placed(row.meeting_id, row.slot_id, venue, number)


def venue_of(world: World, meeting_id: int, table_id: int | None) -> tuple[str, int | None]:
    """Return (venue, number) of a table, or the exhibitor's booth when there is none."""
    if table_id is None:
        return f"booth:{world.meetings[meeting_id].exhibitor_id}", None
    return world.venue_of_table.get(table_id, (f"closed:{table_id}", 0))


def _placements(plan: Plan | None) -> Iterable[Placement]:
    if plan is None:
        return []
    return db.session.scalars(sa.select(Placement).where(Placement.plan_id == plan.id).order_by(Placement.id))


def _meetings(expo_id: int, parts: dict[int, Participation], slots: dict[int, Slot]) -> tuple[dict[int, Meeting], Counter[int]]:
    """Return the agreed meetings of companies that still take part, and how many each company has had already."""
    begun = sa.select(Placement.meeting_id).join(Plan).where(
        Plan.expo_id == expo_id, Plan.state == "published", Placement.slot_id.not_in(slots))
    rows = db.session.scalars(
        sa.select(Meeting).options(joinedload(Meeting.exhibitor), joinedload(Meeting.buyer))
        .where(Meeting.expo_id == expo_id, Meeting.state.in_([State.ACCEPTED, State.PLACED])).order_by(Meeting.id)).all()
    past = set(db.session.scalars(begun))
    had: Counter[int] = Counter()
    for exhibitor, buyer in db.session.execute(sa.select(Meeting.exhibitor_id, Meeting.buyer_id).where(
            Meeting.expo_id == expo_id, sa.or_(Meeting.state.in_([State.HELD, State.MISSED]), Meeting.id.in_(past)))):
        had.update((exhibitor, buyer))
    ahead = {row.id: row for row in rows if row.id not in past and row.exhibitor_id in parts and row.buyer_id in parts}
    return ahead, had


def _people(parts: dict[int, Participation]) -> dict[int, list[Person]]:
    found: dict[int, list[Person]] = defaultdict(list)
    for person in db.session.scalars(sa.select(Person).where(Person.company_id.in_(parts), Person.attends).order_by(Person.id)):
        found[person.company_id].append(person)
    return found


def _busy(slots: dict[int, Slot]) -> frozenset[tuple[int, int]]:
    rows = db.session.execute(sa.select(Unavailable.person_id, Unavailable.slot_id).where(Unavailable.slot_id.in_(slots)))
    return frozenset(rows.all())


def _tables(expo_id: int) -> tuple[dict[str, list[NegotiationTable]], list[int]]:
    tables: dict[str, list[NegotiationTable]] = defaultdict(list)
    for table in expos.tables_of(expo_id):
        tables[f"hall:{table.hall_id}"].append(table)
    return dict(tables), [hall.id for hall in expos.halls_of(expo_id)]


def _travel(expo: Expo, halls: int) -> tuple[tuple[int, ...], ...]:
    count = max(halls, 1)
    return tuple(tuple(0 if a == b else expo.walk_slots for b in range(count)) for a in range(count))


def _participant(expo: Expo, part: Participation, people: dict[int, list[Person]], busy: frozenset[tuple[int, int]],
                 slots: dict[int, Slot], had: Counter[int], halls: dict[int, int]) -> Participant:
    free = {slot: sum((person.id, slot) not in busy for person in people.get(part.company_id, [])) for slot in slots}
    parallel = max(range(1, max(free.values(), default=0) + 1), key=lambda n: n * sum(count >= n for count in free.values()), default=1)
    return Participant(
        id=part.company_id, available=tuple(slot for slot, count in free.items() if count >= parallel),
        max_meetings=max(0, (part.max_meetings or expo.max_meetings) - had[part.company_id]), min_meetings=1, parallel=parallel,
        hall=halls.get(part.hall_id))


def _venues(tables: dict[str, list[NegotiationTable]], halls: list[int], closed: frozenset[tuple[int, int]], slots: dict[int, Slot],
            parts: dict[int, Participation], people: dict[int, list[Person]], rank: dict[int, int]) -> Iterable[Venue]:
    for hall in halls:
        rows = tables.get(f"hall:{hall}", [])
        if rows:
            capacity = tuple(sum((table.id, slot) not in closed for table in rows) for slot in slots)
            yield Venue(f"hall:{hall}", "pool", rank[hall], capacity)
    for part in parts.values():
        if part.meets_at_booth:
            seats = max(1, len(people.get(part.company_id, [])))
            yield Venue(f"booth:{part.company_id}", "booth", rank.get(part.hall_id, 0), (seats,) * len(slots), part.company_id)


def _request(meeting: Meeting, parts: dict[int, Participation], tables: dict[str, list[NegotiationTable]],
             interpreters: dict[str, list[Interpreter]]) -> Request:
    part = parts[meeting.exhibitor_id]
    own = f"hall:{part.hall_id}"
    venues = (f"booth:{part.company_id}",) if part.meets_at_booth else (own,) if own in tables else tuple(tables)
    return Request(
        id=meeting.id, a=meeting.exhibitor_id, b=meeting.buyer_id, utility=round(meeting.match_score or DEFAULT_UTILITY, 2),
        venues=venues, priority=meeting.priority, interpreter=language_needed(meeting.exhibitor, meeting.buyer, interpreters))


def language_needed(exhibitor: Company, buyer: Company, interpreters: dict[str, list[Interpreter]]) -> str | None:
    """Return the language between Chinese and which an interpreter is needed; None when the two share one or none is there."""
    if set(exhibitor.languages) & (set(buyer.languages) or CHINESE):
        return None
    return next((language for language in exhibitor.languages if language in interpreters), None)


def _fixed(row: Placement, numbers: dict[int, tuple[str, int]]) -> Fixed:
    venue, number = numbers.get(row.table_id, (f"booth:{row.meeting.exhibitor_id}", None))
    return Fixed(row.meeting_id, row.slot_id, venue, number)
