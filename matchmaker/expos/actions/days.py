"""Days and slots. No meeting is ever destroyed with its slot: the scheduling room is told first and takes it back to its tray."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ... import audit, clock, events
from ...errors import N_, Conflict, Invalid
from ...infra.db import db
from ...permissions import Actor
from .. import queries
from ..models import Expo, Slot, TableClosure
from ..rules import Part, Span, day_slots
from .editions import begin_edit, touch


@dataclass(slots=True)
class SlotChange:
    """What a new pattern does: slots to add, slots to remove, and how many placed meetings the removed ones hold."""

    added: list[tuple[date, Span]] = field(default_factory=list)
    removed: list[Slot] = field(default_factory=list)
    meetings: int = 0


def plan_days(actor: Actor, expo: Expo, *, days: Sequence[date], parts: Sequence[Part]) -> SlotChange:
    """Say what ``set_days`` would do, without doing it. Raises ``Invalid``."""
    queries.require_organizer(actor, expo)
    change = SlotChange()
    for on in dict.fromkeys(days):
        if not expo.starts_on <= on <= expo.ends_on:
            raise Invalid(N_("%(day)s is not a day of this edition."), field="days", day=on)
        wanted = {(span.starts_at, span.minutes): span for span in day_slots(on, expo.tz, parts)}
        there = {(slot.starts_at, slot.minutes): slot for slot in queries.slots_of(expo.id, on)}
        change.removed.extend(slot for key, slot in there.items() if key not in wanted)
        change.added.extend((on, span) for key, span in wanted.items() if key not in there)
    change.meetings = queries.slots_in_use(expo, [slot.id for slot in change.removed])
    return change


def set_days(
    actor: Actor, expo: Expo, *, days: Sequence[date], parts: Sequence[Part], version: int | None = None, confirmed: bool = False
) -> SlotChange:
    """Give these days the slots of ``parts`` (none: no slots). Slots that stay the same keep their meetings.

    Raises ``Invalid`` when a rule is broken or a removed slot with a meeting has begun, and ``Conflict`` for an old ``version`` or
    when removed slots hold meetings and it is not ``confirmed`` that those go back to the tray.
    """
    begin_edit(actor, expo, version)
    change = plan_days(actor, expo, days=days, parts=parts)
    if change.meetings and not confirmed:
        raise Conflict(N_("Meetings are placed in slots that would be removed. Confirm that they go back to the tray."))
    begun = [slot.id for slot in change.removed if slot.starts_at <= clock.now()]
    if queries.slots_in_use(expo, begun):
        raise Invalid(N_("Slots that have begun and hold meetings cannot be removed."))
    _remove(expo, change.removed)
    db.session.add_all(
        Slot(expo_id=expo.id, on=on, position=0, starts_at=span.starts_at, minutes=span.minutes) for on, span in change.added)
    touch(expo)
    for on in days:
        for place, slot in enumerate(queries.slots_of(expo.id, on)):
            slot.position = place
    audit.record(
        actor, "expos.set_days", expo, expo_id=expo.id, days=list(days), parts=[f"{part}/{part.minutes}" for part in parts],
        added=len(change.added), removed=len(change.removed), meetings=change.meetings)
    return change


def clear_days(actor: Actor, expo: Expo, *, days: Sequence[date], version: int | None = None, confirmed: bool = False) -> SlotChange:
    """Remove the slots of these days; raises like ``set_days``."""
    return set_days(actor, expo, days=days, parts=(), version=version, confirmed=confirmed)


def _remove(expo: Expo, slots: list[Slot]) -> None:
    if not slots:
        return
    ids = [slot.id for slot in slots]
    events.slots_changed.send(expo, removed=ids)
    db.session.flush()
    db.session.execute(sa.delete(TableClosure).where(TableClosure.slot_id.in_(ids)))
    try:
        db.session.execute(sa.delete(Slot).where(Slot.id.in_(ids)))
    except IntegrityError:  # a meeting was placed in one of them this very moment, or nobody took its meetings back
        raise Conflict(N_("A meeting is placed in one of these slots. Nothing was changed: look again.")) from None
