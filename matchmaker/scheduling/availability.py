"""When the people of a company are not free."""

import sqlalchemy as sa

from ..companies.models import Person
from ..expos import queries as expos
from ..expos.models import Expo, Slot
from ..infra.db import db, one
from .models import Unavailable


def person_of(company_id: int, person_id: int) -> Person:
    """Return a person of the company; raise ``NotFound``."""
    return one(sa.select(Person).where(Person.id == person_id, Person.company_id == company_id))


def busy_slots(person_ids: list[int], expo: Expo) -> set[tuple[int, int]]:
    """Return (person, slot) of each slot in which somebody is not free."""
    rows = db.session.execute(
        sa.select(Unavailable.person_id, Unavailable.slot_id).join(Slot, Slot.id == Unavailable.slot_id)
        .where(Slot.expo_id == expo.id, Unavailable.person_id.in_(person_ids)))
    return set(rows)


def replace(expo: Expo, person_id: int, company_id: int, busy: set[int]) -> None:
    """Replace the person's busy slots at the expo; slots of other expos are passed over."""
    person = person_of(company_id, person_id)
    here = {slot.id for slot in expos.slots_of(expo.id)}
    db.session.execute(sa.delete(Unavailable).where(Unavailable.person_id == person.id, Unavailable.slot_id.in_(here)))
    db.session.add_all(Unavailable(person_id=person.id, slot_id=slot) for slot in sorted(busy & here))
    db.session.flush()
