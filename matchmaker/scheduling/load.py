"""Rows to the records of ``engine.scheduling``.

A company's delegation is one participant; its ``parallel`` is how many of its people can sit at once. Somebody of such a
delegation who is named for two meetings or more is a participant of its own, since one person cannot sit twice; the
company's maximum is shared, what was named comes first. A hall's open tables are one pool whose numbers follow the labels;
a booth is a venue of its own. Only slots that have not begun are planned.

The utility of a meeting is the score of its match (0 to 100), or ``DEFAULT_UTILITY`` without one, and ``WISH`` for each side
that must or likes to meet the other; who never wants to is not placed. ``RELIABLE`` times the reliability above or below what is
usual comes on top for each side: who keeps meetings goes before who does not, by less than a wish counts.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

import sqlalchemy as sa

from .. import clock, events
from ..companies.models import Company, Person
from ..engine import scheduling as engine
from ..expos import queries as expos
from ..expos.models import Expo, HallWalk, InterpreterAbsence, Mission, MissionSlot, NegotiationTable, Participation, Slot
from ..infra.db import db
from ..meetings.models import Meeting, Wish
from ..meetings.states import State
from .delegations import Delegations
from .locks import Locked
from .models import Placement, Plan, Unavailable
from .world import Names, Pair, World, engine_plan, language_needed, placed, placement_rows, venue_of

__all__ = ["DEFAULT_UTILITY", "WISH", "World", "engine_plan", "language_needed", "load", "names", "placed", "venue_of"]

DEFAULT_UTILITY = 50.0  # of a meeting that was asked for without a stored match
WISH = {"must": 25.0, "like": 10.0}
"""What a side's wish adds to the utility of a meeting."""
PLANNED = (
    Meeting.id, Meeting.exhibitor_id, Meeting.buyer_id, Meeting.state, Meeting.priority, Meeting.match_score,
    Meeting.exhibitor_owner_id, Meeting.buyer_owner_id)
RELIABLE = 10.0
USUAL = 0.9  # reliability of who has no history: nothing is added or taken


def load(expo: Expo, plan: Plan | None, *, fixed: bool = True, running: bool = False, also: Collection[int] = ()) -> World:
    """Return the world of ``expo`` from now on; locked placements of ``plan`` are fixed unless ``fixed`` is False.

    With ``running`` the slot that has begun and has not ended is part of it: a table may be given away in it. The requests ``also``
    are judged as if they were agreed.
    """
    now = clock.now()
    slots = {slot.id: slot for slot in expos.slots_of(expo.id) if (slot.ends_at if running else slot.starts_at) > now}
    parts = {part.company_id: part for part in expos.participants(expo.id)}
    meetings, held = _meetings(expo.id, parts, slots, also)
    wishes = _wishes(expo.id)
    refused = frozenset(row.id for row in meetings.values() if "never" in _both(wishes, row))
    wanted = {ident: row for ident, row in meetings.items() if ident not in refused}
    people, busy = _people(parts), _busy(slots)
    tables, halls = _tables(expo.id)
    closed = frozenset(expos.closures(expo.id))
    numbers = {table.id: (venue, n) for venue, rows in tables.items() for n, table in enumerate(rows)}
    interpreters, away = _interpreters(expo.id)
    rank = {hall: n for n, hall in enumerate(halls)}
    missions = _missions(expo.id, parts, slots, rank)
    delegations = Delegations(expo, parts, people, busy, slots, held, wanted.values(), rank)
    places = _Places(parts, tables, missions)
    trust = reliability(expo)
    instance = engine.Instance(
        name=expo.slug,
        slots=tuple(engine.Slot(slot.id, str(slot.on), slot.position) for slot in slots.values()),
        travel=_travel(expo, rank),
        participants=tuple(delegations.participants()),
        venues=tuple(_venues(tables, halls, closed, slots, parts, people, rank)),
        interpreters=tuple(engine.InterpreterPool(language, (0,) * len(slots)) for language in interpreters),
        staff=tuple(
            engine.Interpreter(row.id, tuple(row.languages), tuple(slot for slot in slots if (row.id, slot) not in away))
            for row in {row.id: row for rows in interpreters.values() for row in rows}.values()),
        missions=tuple(delegations.mission(mission) for mission, _hall in missions.values()),
        requests=tuple(_request(row, delegations, places, _both(wishes, row), interpreters, trust) for row in wanted.values()),
        fixed=tuple(_fixed(expo, plan, slots, wanted, numbers)) if fixed else (),
    )
    companies = {ident: part.company for ident, part in parts.items()}
    maximum = {ident: part.max_meetings or expo.max_meetings for ident, part in parts.items()}
    return World(instance, slots, wanted, tables, numbers, closed, people, busy, interpreters, companies, maximum, away, delegations.owners,
                 refused)


def names(expo: Expo) -> Names:
    """Return what the ids of the expo's instance stand for, past slots included."""
    companies = sa.select(Company).join(Participation, Participation.company_id == Company.id).where(Participation.expo_id == expo.id)
    named = sa.union(*(sa.select(side).where(Meeting.expo_id == expo.id) for side in (Meeting.exhibitor_owner_id, Meeting.buyer_owner_id)))
    owners = db.session.scalars(sa.select(Person).where(Person.id.in_(named)))
    return Names(
        {slot.id: slot for slot in expos.slots_of(expo.id)}, _tables(expo.id)[0],
        {company.id: company for company in db.session.scalars(companies)}, {f"person:{person.id}": person for person in owners})


def _meetings(expo_id: int, parts: dict[int, Participation], slots: dict[int, Slot],
              also: Collection[int]) -> tuple[dict[int, Pair], Counter[int]]:
    """Return the agreed meetings of companies that still take part, and how many each company has had already."""
    begun = sa.select(Placement.meeting_id).join(Plan).where(
        Plan.expo_id == expo_id, Plan.state == "published", Placement.slot_id.not_in(slots))
    rows = db.session.execute(
        sa.select(*PLANNED)
        .where(Meeting.expo_id == expo_id, sa.or_(Meeting.state.in_([State.ACCEPTED, State.PLACED]), Meeting.id.in_(also)))
        .order_by(Meeting.id)).all()
    past = set(db.session.scalars(begun))
    had: Counter[int] = Counter()
    for exhibitor, buyer in db.session.execute(sa.select(Meeting.exhibitor_id, Meeting.buyer_id).where(
            Meeting.expo_id == expo_id, sa.or_(Meeting.state.in_([State.HELD, State.MISSED]), Meeting.id.in_(past)))):
        had.update((exhibitor, buyer))
    companies = {ident: part.company for ident, part in parts.items()}
    ahead = {
        ident: Pair(ident, exhibitor, buyer, *rest, companies[exhibitor], companies[buyer])
        for ident, exhibitor, buyer, *rest in rows if ident not in past and exhibitor in companies and buyer in companies}
    return ahead, had


def reliability(expo: Expo) -> dict[int, float]:
    """Return {company: share of its meetings that it is likely to keep}; the floor answers. Companies without a history are not in it."""
    return {company: share for _receiver, known in events.reliability_asked.send(expo) for company, share in (known or {}).items()}


def _wishes(expo_id: int) -> dict[tuple[int, int], str]:
    rows = db.session.execute(sa.select(Wish.company_id, Wish.other_id, Wish.value).where(Wish.expo_id == expo_id))
    return {(company, other): value for company, other, value in rows}


def _both(wishes: dict[tuple[int, int], str], meeting: Pair) -> tuple[str, str]:
    pair = meeting.exhibitor_id, meeting.buyer_id
    return wishes.get(pair, ""), wishes.get(pair[::-1], "")


def _people(parts: dict[int, Participation]) -> dict[int, list[Person]]:
    found: dict[int, list[Person]] = defaultdict(list)
    for person in db.session.scalars(sa.select(Person).where(Person.company_id.in_(parts), Person.attends).order_by(Person.id)):
        found[person.company_id].append(person)
    return found


def _busy(slots: dict[int, Slot]) -> frozenset[tuple[int, int]]:
    rows = db.session.execute(sa.select(Unavailable.person_id, Unavailable.slot_id).where(Unavailable.slot_id.in_(slots)))
    return frozenset(map(tuple, rows))


def _tables(expo_id: int) -> tuple[dict[str, list[NegotiationTable]], list[int]]:
    tables: dict[str, list[NegotiationTable]] = defaultdict(list)
    for table in expos.tables_of(expo_id):
        tables[f"hall:{table.hall_id}"].append(table)
    return dict(tables), [hall.id for hall in expos.halls_of(expo_id)]


def _interpreters(expo_id: int) -> tuple[dict[str, list], frozenset[tuple[int, int]]]:
    """Return the interpreters by language, and (interpreter, slot) of shifts and breaks."""
    found = defaultdict(list)
    for row in expos.interpreters_of(expo_id):
        for language in row.languages:
            found[language].append(row)
    ids = {row.id for rows in found.values() for row in rows}
    rows = db.session.execute(sa.select(InterpreterAbsence.interpreter_id, InterpreterAbsence.slot_id).where(
        InterpreterAbsence.interpreter_id.in_(ids)))
    return dict(found), frozenset(map(tuple, rows))


def _travel(expo: Expo, rank: dict[int, int]) -> tuple[tuple[int, ...], ...]:
    """Return the empty slots needed between two halls, by rank."""
    count = max(len(rank), 1)
    table = [[0 if a == b else expo.walk_slots for b in range(count)] for a in range(count)]
    for walk in db.session.scalars(sa.select(HallWalk).where(HallWalk.a_id.in_(rank), HallWalk.b_id.in_(rank))):
        a, b = rank[walk.a_id], rank[walk.b_id]
        table[a][b] = table[b][a] = walk.slots
    return tuple(map(tuple, table))


def _missions(expo_id: int, parts: dict[int, Participation], slots: dict[int, Slot],
              rank: dict[int, int]) -> dict[int, tuple[engine.Mission, int | None]]:
    """Return (mission in the engine's record, id of its hall) by id; one without slots of its own meets at all times."""
    block: dict[int, list[int]] = defaultdict(list)
    for mission, slot in db.session.execute(
            sa.select(MissionSlot.mission_id, MissionSlot.slot_id).join(Mission).where(Mission.expo_id == expo_id)):
        block[mission].append(slot)
    found = {}
    for row in db.session.scalars(sa.select(Mission).where(Mission.expo_id == expo_id).order_by(Mission.id)):
        members = tuple(company for company, part in parts.items() if part.mission_id == row.id)
        own = tuple(slot for slot in block[row.id] if slot in slots) if row.id in block else None
        found[row.id] = (engine.Mission(row.id, members, own, (rank[row.hall_id],) if row.hall_id in rank else None), row.hall_id)
    return found


def _venues(tables: dict[str, list[NegotiationTable]], halls: list[int], closed: frozenset[tuple[int, int]], slots: dict[int, Slot],
            parts: dict[int, Participation], people: dict[int, list[Person]], rank: dict[int, int]) -> Iterable[engine.Venue]:
    for hall in halls:
        rows = tables.get(f"hall:{hall}", [])
        if rows:
            own = {row.id for row in rows}
            shut = Counter(slot for table, slot in closed if table in own)
            yield engine.Venue(f"hall:{hall}", "pool", rank[hall], tuple(len(rows) - shut[slot] for slot in slots))
    for part in parts.values():
        if part.meets_at_booth:
            seats = max(1, len(people.get(part.company_id, [])))
            yield engine.Venue(f"booth:{part.company_id}", "booth", rank.get(part.hall_id, 0), (seats,) * len(slots), part.company_id)


class _Places:
    """Where a meeting may be: the hall of the buyer's mission, else the exhibitor's booth, the tables of its hall, or any."""

    def __init__(self, parts: dict[int, Participation], tables: dict[str, list[NegotiationTable]], missions: dict[int, tuple]):
        self.parts, self.tables, self.missions = parts, tables, missions

    def of(self, meeting: Pair) -> tuple[str, ...]:
        """Return the venues of a meeting."""
        part = self.parts[meeting.exhibitor_id]
        booth = (f"booth:{part.company_id}",) if part.meets_at_booth else ()
        _mission, hall = self.missions.get(self.parts[meeting.buyer_id].mission_id, (None, None))
        if hall is not None and f"hall:{hall}" in self.tables:
            return booth if booth and part.hall_id == hall else (f"hall:{hall}",)
        own = f"hall:{part.hall_id}"
        return booth or ((own,) if own in self.tables else tuple(self.tables))


def _request(meeting: Pair, delegations: Delegations, places: _Places, wishes: tuple[str, str],
             interpreters: dict[str, list], trust: Mapping[int, float]) -> engine.Request:
    utility = (meeting.match_score or DEFAULT_UTILITY) + sum(WISH.get(wish, 0.0) for wish in wishes)
    utility += sum(RELIABLE * (trust.get(side, USUAL) - USUAL) for side in (meeting.exhibitor_id, meeting.buyer_id))
    return engine.Request(
        id=meeting.id, a=delegations.side(meeting, meeting.exhibitor_id), b=delegations.side(meeting, meeting.buyer_id),
        utility=round(max(utility, 1.0), 2), venues=places.of(meeting), priority=meeting.priority,
        interpreter=language_needed(meeting, interpreters), slots=delegations.slots(meeting))


def _fixed(expo: Expo, plan: Plan | None, slots: dict[int, Slot], meetings: dict[int, Pair],
           numbers: dict[int, tuple[str, int]]) -> Iterable[engine.Fixed]:
    """Return the cards that stay: locked one by one, or by what they have to do with."""
    locked = Locked.of(expo)
    for row in placement_rows(plan):
        if row.slot_id in slots and row.meeting_id in meetings:
            meeting = meetings[row.meeting_id]
            if row.locked or locked.holds(row, meeting, slots[row.slot_id]):
                venue, number = numbers.get(row.table_id, (f"booth:{meeting.exhibitor_id}", None))
                yield engine.Fixed(row.meeting_id, row.slot_id, venue, number)
