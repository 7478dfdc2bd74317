"""What stays where it is in every draft of an expo: all that concerns a company, a person, an interpreter, a slot, a hall, a day or a
mission."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from .. import audit, clock
from ..companies.models import Company, Person
from ..errors import N_, Invalid, NotFound
from ..expos import queries as expos
from ..expos.models import Expo, Hall, Interpreter, Mission, NegotiationTable, Participation, Slot
from ..infra.db import db, insert_ignore
from ..meetings.models import Meeting
from ..permissions import Actor, ensure
from .models import Lock, Placement

KINDS = ("company", "person", "interpreter", "slot", "hall", "day", "mission")


@dataclass(frozen=True, slots=True)
class Locked:
    """The locks of an expo: what is locked, by kind, and what cards need to be asked about."""

    refs: dict[str, set[str]]
    halls: dict[int, int]  # table -> hall
    missions: dict[int, int]  # company -> mission
    home: dict[int, int]  # exhibitor -> hall of its booth

    @classmethod
    def of(cls, expo: Expo) -> "Locked":
        """Return the locks of an expo."""
        refs: dict[str, set[str]] = defaultdict(set)
        for kind, ref in db.session.execute(sa.select(Lock.kind, Lock.ref).where(Lock.expo_id == expo.id)):
            refs[kind].add(ref)
        if not refs:
            return cls({}, {}, {}, {})
        tables = db.session.execute(sa.select(NegotiationTable.id, NegotiationTable.hall_id).where(NegotiationTable.expo_id == expo.id))
        parts = db.session.execute(sa.select(Participation.company_id, Participation.mission_id, Participation.hall_id).where(
            Participation.expo_id == expo.id)).all()
        missions = {company: mission for company, mission, _hall in parts if mission}
        return cls(dict(refs), dict(map(tuple, tables)), missions, {company: hall for company, _mission, hall in parts if hall})

    def holds(self, row: Placement, meeting: Meeting, slot: Slot) -> bool:
        """Tell whether a card stays because of what it has to do with."""
        if not self.refs:
            return False
        sides = meeting.exhibitor_id, meeting.buyer_id
        asked = {
            "company": sides, "person": (row.exhibitor_person_id, row.buyer_person_id), "interpreter": (row.interpreter_id,),
            "slot": (slot.id,), "day": (slot.on,), "hall": (self.halls.get(row.table_id) if row.table_id else self.home.get(sides[0]),),
            "mission": tuple(self.missions.get(side) for side in sides),
        }
        return any(not refs.isdisjoint(map(str, asked.get(kind, ()))) for kind, refs in self.refs.items())


def of_expo(expo: Expo) -> list[tuple[Lock, str]]:
    """Return the locks of an expo with the names of what is locked (a slot by its id: the page knows its time)."""
    return [(row, _name(row)) for row in db.session.scalars(sa.select(Lock).where(Lock.expo_id == expo.id).order_by(Lock.kind, Lock.id))]


def _name(row: Lock) -> str:
    model = {"company": Company, "person": Person, "interpreter": Interpreter, "hall": Hall, "mission": Mission}.get(row.kind)
    thing = db.session.get(model, int(row.ref)) if model else None
    if thing is None:
        return row.ref
    return thing.display_name if isinstance(thing, Company) else thing.code if isinstance(thing, Hall) else thing.name


def add(actor: Actor, expo: Expo, *, kind: str, ref: str) -> None:
    """Lock everything that concerns a thing of the expo. Raises ``Invalid`` and ``NotFound``."""
    ensure(actor.organizes(expo.id))
    if kind not in KINDS:
        raise Invalid(N_("Choose what is to stay as it is."))
    _ensure_ours(expo, kind, ref)
    if insert_ignore(Lock, expo_id=expo.id, kind=kind, ref=ref, user_id=actor.user_id, created_at=clock.now()):
        audit.record(actor, "scheduling.lock_all", None, expo_id=expo.id, kind=kind, ref=ref)


def remove(actor: Actor, expo: Expo, *, lock_id: int) -> None:
    """Lift a lock."""
    ensure(actor.organizes(expo.id))
    row = expos.of_expo(Lock, expo, lock_id)
    audit.record(actor, "scheduling.unlock_all", None, expo_id=expo.id, kind=row.kind, ref=row.ref)
    db.session.delete(row)


def _ensure_ours(expo: Expo, kind: str, ref: str) -> None:
    if kind == "day":
        try:
            there = date.fromisoformat(ref) in expo.days
        except ValueError:
            there = False
    elif not (ref.isascii() and ref.isdigit() and len(ref) < 10):
        there = False
    elif kind == "company":
        there = expos.participation_of(expo.id, int(ref)) is not None
    elif kind == "person":
        person = db.session.get(Person, int(ref))
        there = person is not None and expos.participation_of(expo.id, person.company_id) is not None
    else:
        row = db.session.get({"interpreter": Interpreter, "slot": Slot, "hall": Hall, "mission": Mission}[kind], int(ref))
        there = row is not None and row.expo_id == expo.id
    if not there:
        raise NotFound()
