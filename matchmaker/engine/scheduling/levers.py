"""What an organizer can add or loosen: each lever turns an instance into the one with a table, an interpreter, an hour more.

``what_if`` pulls levers to see what they are worth, ``changes`` to give a single request its place.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from .records import Id, Instance, Request, Slot, Venue


@dataclass(frozen=True, slots=True)
class Tables:
    """So many more tables at a venue, in one slot or in all."""

    venue: Id
    more: int = 1
    slot: Id | None = None

    def apply(self, instance: Instance) -> Instance:
        """The instance with the tables. Raises ValueError when the venue or slot does not exist."""
        _known(self.venue, (v.id for v in instance.venues))
        more = _per_slot(instance, self.more, self.slot)
        return replace(instance, venues=tuple(_roomier(v, more) if v.id == self.venue else v for v in instance.venues))


@dataclass(frozen=True, slots=True)
class Interpreters:
    """So many more interpreters of a pool, as yet without a name, in one slot or in all."""

    interpreter: Id
    more: int = 1
    slot: Id | None = None

    def apply(self, instance: Instance) -> Instance:
        """The instance with the interpreters. Raises ValueError when the pool or slot does not exist."""
        _known(self.interpreter, (i.id for i in instance.interpreters))
        more = _per_slot(instance, self.more, self.slot)
        pools = (_roomier(i, more) if i.id == self.interpreter else i for i in instance.interpreters)
        return replace(instance, interpreters=tuple(pools))


@dataclass(frozen=True, slots=True)
class Maximum:
    """So many more meetings for a participant, or for everyone."""

    participant: Id | None = None
    more: int = 1

    def apply(self, instance: Instance) -> Instance:
        """The instance with the higher maximum. Raises ValueError when the participant does not exist."""
        if self.participant is not None:
            _known(self.participant, (p.id for p in instance.participants))
        return _with_people(instance, self.participant, lambda p: replace(p, max_meetings=max(0, p.max_meetings + self.more)))


@dataclass(frozen=True, slots=True)
class Colleague:
    """One more person in a delegation: one more meeting at a time, and a seat more at their own booth."""

    participant: Id
    more: int = 1

    def apply(self, instance: Instance) -> Instance:
        """The instance with the colleague. Raises ValueError when the participant does not exist."""
        _known(self.participant, (p.id for p in instance.participants))
        larger = _with_people(instance, self.participant, lambda p: replace(p, parallel=p.parallel + self.more))
        return replace(larger, venues=tuple(self._seated(v) for v in larger.venues))

    def _seated(self, venue: Venue) -> Venue:
        own = venue.kind == "booth" and venue.owner == self.participant
        return replace(venue, capacity=tuple(c + self.more if c else 0 for c in venue.capacity)) if own else venue


@dataclass(frozen=True, slots=True)
class Present:
    """A participant is available at one more slot."""

    participant: Id
    slot: Id

    def apply(self, instance: Instance) -> Instance:
        """The instance with the longer availability. Raises ValueError when the participant or slot does not exist."""
        _known(self.participant, (p.id for p in instance.participants))
        _known(self.slot, (s.id for s in instance.slots))
        return _with_people(
            instance,
            self.participant,
            lambda p: p if self.slot in p.available else replace(p, available=(*p.available, self.slot)),
        )


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request may also take place at this slot and venue."""

    request: Id
    slot: Id
    venue: Id

    def apply(self, instance: Instance) -> Instance:
        """The instance with the wider request. Raises ValueError when the request does not exist."""
        _known(self.request, (r.id for r in instance.requests))
        return replace(instance, requests=tuple(self._wider(r) if r.id == self.request else r for r in instance.requests))

    def _wider(self, request: Request) -> Request:
        slots = request.slots if request.slots is None or self.slot in request.slots else (*request.slots, self.slot)
        venues = request.venues if self.venue in request.venues else (*request.venues, self.venue)
        return replace(request, slots=slots, venues=venues)


@dataclass(frozen=True, slots=True)
class Rounds:
    """So many slots more at the end of each day, with the tables, interpreters and people of the day's last one."""

    more: int = 1

    def apply(self, instance: Instance) -> Instance:
        """The instance with the longer days; fewer than none is refused with ValueError."""
        if self.more < 0:
            raise ValueError("a day cannot lose slots that people may have in their plan")
        for _ in range(self.more):
            instance = self._one_more(instance)
        return instance

    def _one_more(self, instance: Instance) -> Instance:
        last: dict[Id, Slot] = {}
        for slot in instance.slots:
            if slot.day not in last or slot.index > last[slot.day].index:
                last[slot.day] = slot
        at = [instance.slots.index(slot) for slot in last.values()]
        new = {s.id: replace(s, id=name, index=s.index + 1) for s, name in zip(last.values(), _fresh(instance, len(last)), strict=True)}

        def longer(slots: tuple[Id, ...]) -> tuple[Id, ...]:
            return slots + tuple(new[s].id for s in slots if s in new)

        def open_longer(row: Any) -> Any:
            return replace(row, capacity=row.capacity + tuple(row.capacity[k] for k in at))

        def there_longer(row: Any) -> Any:
            return replace(row, available=longer(row.available))

        def allowed_longer(row: Any) -> Any:
            return row if row.slots is None else replace(row, slots=longer(row.slots))

        return replace(
            instance,
            slots=instance.slots + tuple(new.values()),
            participants=tuple(replace(there_longer(p), people=tuple(map(there_longer, p.people))) for p in instance.participants),
            venues=tuple(map(open_longer, instance.venues)),
            interpreters=tuple(map(open_longer, instance.interpreters)),
            staff=tuple(map(there_longer, instance.staff)),
            missions=tuple(map(allowed_longer, instance.missions)),
            requests=tuple(map(allowed_longer, instance.requests)),
        )


@dataclass(frozen=True, slots=True)
class Walking:
    """So many slots less to walk between any two halls."""

    less: int = 1

    def apply(self, instance: Instance) -> Instance:
        """The instance with the shorter ways."""
        return replace(instance, travel=tuple(tuple(max(0, n - self.less) for n in row) for row in instance.travel))


Lever = Tables | Interpreters | Maximum | Colleague | Present | Admitted | Rounds | Walking


def pull(instance: Instance, levers: Iterable[Lever]) -> Instance:
    """The instance with all these levers pulled, one after the other."""
    for lever in levers:
        instance = lever.apply(instance)
    return instance


def _with_people(instance: Instance, who: Id | None, change: Any) -> Instance:
    return replace(instance, participants=tuple(change(p) if who is None or p.id == who else p for p in instance.participants))


def _roomier(row: Any, more: list[int]) -> Any:
    return replace(row, capacity=tuple(max(0, c + n) for c, n in zip(row.capacity, more, strict=True)))


def _per_slot(instance: Instance, more: int, slot: Id | None) -> list[int]:
    if slot is not None:
        _known(slot, (s.id for s in instance.slots))
    return [more if slot in (None, s.id) else 0 for s in instance.slots]


def _known(ident: Id, ids: Iterable[Id]) -> None:
    if ident not in set(ids):
        raise ValueError(f"{ident!r} does not exist")


def _fresh(instance: Instance, count: int) -> list[Id]:
    """Slot ids that no slot has."""
    numbers = [s.id for s in instance.slots if isinstance(s.id, int)]
    if len(numbers) == len(instance.slots):
        return [max(numbers, default=-1) + 1 + k for k in range(count)]
    taken = {s.id for s in instance.slots}
    names = (f"+{k}" for k in range(1, len(taken) + count + 1))
    return list(islice((name for name in names if name not in taken), count))
