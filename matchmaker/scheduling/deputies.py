"""Who of a company sits at a meeting: changed in the plan that holds without moving the meeting."""

from .. import audit, clock
from ..companies.models import Person
from ..errors import N_, Conflict
from ..expos.models import Expo
from ..infra.db import db
from ..meetings.models import Meeting
from ..permissions import Actor, ensure
from . import availability, queries, today
from .models import Placement


def hand_over(actor: Actor, expo: Expo, *, meeting: Meeting, company_id: int, person_id: int) -> Person:
    """Let a person of the company own the meeting for its side, and sit at it where it is placed; return the person.

    An interpreter comes or goes with the person's languages. Raises ``Conflict`` when that person does not attend, is not free or
    sits elsewhere at that time, or when the meeting is over.
    """
    ensure(actor.member_of(company_id) and company_id in (meeting.exhibitor_id, meeting.buyer_id) and meeting.expo_id == expo.id)
    person, side = availability.person_of(company_id, person_id), "exhibitor" if company_id == meeting.exhibitor_id else "buyer"
    if not person.attends:
        raise Conflict(N_("%(name)s does not attend the expo."), name=person.name)
    held = queries.published_of(expo.id)
    row = queries.placement_of(held.id, meeting.id) if held is not None else None
    if row is not None and row.slot.ends_at <= clock.now():
        raise Conflict(N_("This meeting is over."))
    if person.id not in free(expo, row, [person]):
        raise Conflict(N_("%(name)s is not free at this time. Nothing was changed."), name=person.name)
    setattr(meeting, f"{side}_owner_id", person.id)
    db.session.flush()
    audit.record(actor, "scheduling.hand_over", meeting, person=person.id)
    if row is not None and getattr(row, f"{side}_person_id") != person.id:
        today.rearrange(actor, expo, meeting=meeting, slot_id=row.slot_id, table_id=row.table_id)
    return person


def free(expo: Expo, row: Placement | None, people: list[Person]) -> set[int]:
    """Return the ids of those of ``people`` who could sit at a placed meeting: who sits there, and who is free at its time."""
    if row is None:
        return {person.id for person in people}
    busy = {person for person, slot in availability.busy_slots([person.id for person in people], expo) if slot == row.slot_id}
    taken = {resource for _slot, resource in queries.taken(row.plan_id, slot_ids=[row.slot_id], but=row.id)}
    return {person.id for person in people if person.id not in busy and f"person:{person.id}" not in taken}
