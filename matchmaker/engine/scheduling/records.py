"""What a schedule is made of: plain frozen records, and their JSON form.

Identifiers are whatever the caller uses (integers or strings) and come back unchanged. Capacities are listed in the
order of ``Instance.slots``. Halls are row numbers of ``Instance.travel``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

Id = int | str

INSTANCE_FORMAT = "expo-sched-instance/1"
SOLUTION_FORMAT = "expo-sched-solution/1"


@dataclass(frozen=True, slots=True)
class Slot:
    """One round of meetings. Two slots are neighbours when they share a day and their indexes differ by one."""

    id: Id
    day: Id
    index: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a delegation, and the slots in which this person can sit at a table."""

    id: Id
    available: tuple[Id, ...]


@dataclass(frozen=True, slots=True)
class Participant:
    """Who sits at a table: a delegation with ``parallel`` people, or one person.

    ``min_gap`` counts the empty slots wanted between two meetings of a day; ``min_meetings`` is a wish, not a rule.
    ``people`` are named at the end, when slots and venues stand; they may be left out.
    """

    id: Id
    available: tuple[Id, ...]
    max_meetings: int
    min_meetings: int = 0
    min_gap: int = 0
    parallel: int = 1
    hall: int | None = None
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Venue:
    """A booth, or a pool of interchangeable tables numbered from 0; ``capacity`` holds one number per slot."""

    id: Id
    kind: str
    hall: int
    capacity: tuple[int, ...]
    owner: Id | None = None

    @property
    def tables(self) -> int:
        """How many table numbers exist; none in a booth."""
        return max(self.capacity, default=0) if self.kind == "pool" else 0


@dataclass(frozen=True, slots=True)
class InterpreterPool:
    """A language pair; ``capacity`` counts its interpreters without a name, one number per slot.

    Whoever is known by name (``Interpreter``) comes on top of these.
    """

    id: Id
    capacity: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Interpreter:
    """One person who interprets in any of ``pools``, one meeting at a time; ``available`` leaves the breaks out."""

    id: Id
    pools: tuple[Id, ...]
    available: tuple[Id, ...]


@dataclass(frozen=True, slots=True)
class Mission:
    """A group that comes together: all its meetings fall into these slots and halls; None leaves them free."""

    id: Id
    participants: tuple[Id, ...]
    slots: tuple[Id, ...] | None = None
    halls: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A meeting both sides want. Priority 1 must meet, 2 is wanted, 3 is suggested; ``slots=None`` allows every slot."""

    id: Id
    a: Id
    b: Id
    utility: float
    venues: tuple[Id, ...]
    priority: int = 3
    interpreter: Id | None = None
    slots: tuple[Id, ...] | None = None


@dataclass(frozen=True, slots=True)
class Fixed:
    """A meeting that stays at this slot and venue: promised, locked by an organizer, or past."""

    request: Id
    slot: Id
    venue: Id
    table: int | None = None


@dataclass(frozen=True, slots=True)
class Objective:
    """Weights of the score; ``perturbation`` is the price of moving one meeting of a previous plan."""

    utility: float = 1
    shortfall: float = 60
    idle: float = 1
    break_: float = 2
    perturbation: float = 20


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """One scheduling task. Compared by identity, so that what is derived from it can be remembered."""

    name: str
    slots: tuple[Slot, ...]
    travel: tuple[tuple[int, ...], ...]
    participants: tuple[Participant, ...]
    venues: tuple[Venue, ...]
    interpreters: tuple[InterpreterPool, ...]
    requests: tuple[Request, ...]
    fixed: tuple[Fixed, ...] = ()
    objective: Objective = Objective()
    staff: tuple[Interpreter, ...] = ()
    missions: tuple[Mission, ...] = ()


@dataclass(frozen=True, slots=True)
class Meeting:
    """A placed request; ``table`` is a number in a pool and None in a booth.

    ``people`` (of side a, of side b) and ``interpreter`` are filled where the instance knows them by name.
    """

    request: Id
    slot: Id
    venue: Id
    table: int | None = None
    interpreter: Id | None = None
    people: tuple[Id | None, Id | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Plan:
    """The placed meetings of one instance."""

    instance: str
    meetings: tuple[Meeting, ...] = ()


def read_instance(data: Mapping[str, Any]) -> Instance:
    """The instance that a JSON document describes; fields the engine does not use are passed over.

    Raises ValueError when the format is not ours, or a required field is missing.
    """
    if data.get("format") != INSTANCE_FORMAT:
        raise ValueError(f"not an {INSTANCE_FORMAT} document: {data.get('format')!r}")
    try:
        return Instance(
            name=data["name"],
            slots=tuple(_record(Slot, s) for s in data["slots"]),
            travel=tuple(tuple(row) for row in data["travel"]),
            participants=tuple(_participant(p) for p in data["participants"]),
            venues=tuple(_record(Venue, v) for v in data["venues"]),
            interpreters=tuple(_record(InterpreterPool, i) for i in data["interpreters"]),
            requests=tuple(_record(Request, r) for r in data["requests"]),
            fixed=tuple(_record(Fixed, f) for f in data.get("fixed", ())),
            objective=_record(Objective, data.get("objective", {})),
            staff=tuple(_record(Interpreter, i) for i in data.get("staff", ())),
            missions=tuple(_record(Mission, m) for m in data.get("missions", ())),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"the instance is incomplete: {error}") from error


def read_plan(data: Mapping[str, Any]) -> Plan:
    """The plan that a JSON document describes. Raises ValueError when the format is not ours."""
    if data.get("format") != SOLUTION_FORMAT:
        raise ValueError(f"not an {SOLUTION_FORMAT} document: {data.get('format')!r}")
    try:
        return Plan(data.get("instance") or "", tuple(_record(Meeting, m) for m in data["meetings"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"the plan is incomplete: {error}") from error


def write_plan(plan: Plan) -> dict[str, Any]:
    """The plan as a JSON-ready dictionary; a booth's meeting carries no table, and nobody unknown is named."""
    meetings = []
    for meeting in plan.meetings:
        row: dict[str, Any] = {"request": meeting.request, "slot": meeting.slot, "venue": meeting.venue}
        if meeting.table is not None:
            row["table"] = meeting.table
        if meeting.interpreter is not None:
            row["interpreter"] = meeting.interpreter
        if meeting.people != (None, None):
            row["people"] = list(meeting.people)
        meetings.append(row)
    return {"format": SOLUTION_FORMAT, "instance": plan.instance, "meetings": meetings}


def _participant(row: Mapping[str, Any]) -> Participant:
    return _record(Participant, {**row, "people": [_record(Person, p) for p in row.get("people", ())]})


def _record(kind: type, row: Mapping[str, Any]) -> Any:
    """``row`` as a record of this kind: known fields only, lists frozen into tuples."""
    names = {field.name for field in fields(kind)}
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in row.items() if k in names})
