"""Companies as participants of the engine, and those of their people who are named for several meetings."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from ..companies.models import Person
from ..engine import scheduling as engine
from ..expos.models import Expo, Participation, Slot
from .world import Pair, owner_of


class Delegations:
    """Who sits at the tables. ``owners`` are the people who are participants of their own, by the engine's id."""

    def __init__(self, expo: Expo, parts: dict[int, Participation], people: dict[int, list[Person]], busy: frozenset[tuple[int, int]],
                 slots: dict[int, Slot], had: Counter[int], meetings: Iterable[Pair], halls: dict[int, int]):
        self.expo, self.parts, self.people, self.busy = expo, parts, people, busy
        self.all_slots, self.had, self.halls = tuple(slots), had, halls
        self.away: dict[int, set[int]] = defaultdict(set)  # person -> slots
        for person, slot in busy:
            self.away[person].add(slot)
        self.here = {person.id: person for rows in people.values() for person in rows}
        self.named: dict[int, Counter[int]] = defaultdict(Counter)  # company -> person -> meetings
        for meeting in meetings:
            for company in (meeting.exhibitor_id, meeting.buyer_id):
                if (owner := owner_of(meeting, company)) in self.here:
                    self.named[company][owner] += 1
        self.owners: dict[str, Person] = {}
        self.of_company: dict[int, list[str]] = defaultdict(list)
        for company, counts in self.named.items():
            if self._parallel(people.get(company, [])) > 1:
                for person, count in sorted(counts.items()):
                    if count > 1:
                        self.owners[f"person:{person}"] = self.here[person]
                        self.of_company[company].append(f"person:{person}")

    def side(self, meeting: Pair, company: int) -> int | str:
        """Return the participant that sits at the meeting for a company."""
        key = f"person:{owner_of(meeting, company)}"
        return key if key in self.owners else company

    def slots(self, meeting: Pair) -> tuple[int, ...] | None:
        """Return when those who are named for the meeting are free; None when nobody is."""
        named = [owner for company in (meeting.exhibitor_id, meeting.buyer_id) if (owner := owner_of(meeting, company)) in self.here]
        return tuple(slot for slot in self.all_slots if all((who, slot) not in self.busy for who in named)) if named else None

    def mission(self, mission: engine.Mission) -> engine.Mission:
        """Return the mission with those of its people who are participants of their own."""
        return replace(mission, participants=(*mission.participants, *(own for c in mission.participants for own in self.of_company[c])))

    def participants(self) -> Iterable[engine.Participant]:
        """Return every company, and after it those of its people who are participants of their own."""
        for part in self.parts.values():
            own = self.of_company.get(part.company_id, [])
            left = max(0, (part.max_meetings or self.expo.max_meetings) - self.had[part.company_id])
            alone = []
            for key in own:
                person = self.owners[key]
                most = min(left, self.named[part.company_id][person.id])
                left -= most
                alone.append(self._participant(part, key, [person], most, 0))
            rest = [person for person in self.people.get(part.company_id, []) if f"person:{person.id}" not in self.owners]
            least = part.min_meetings if part.min_meetings is not None else self.expo.min_meetings
            yield self._participant(part, part.company_id, rest, left, max(0, least - sum(row.max_meetings for row in alone)))
            yield from alone

    def _participant(self, part: Participation, ident: int | str, people: list[Person], most: int, least: int) -> engine.Participant:
        parallel = self._parallel(people)
        free = self._free(people)
        return engine.Participant(
            id=ident, available=tuple(slot for slot, count in free.items() if count >= parallel), max_meetings=most, min_meetings=least,
            min_gap=part.rest_slots, parallel=parallel, hall=self.halls.get(part.hall_id),
            people=tuple(engine.Person(person.id, self._times(person)) for person in people))

    def _times(self, person: Person) -> tuple[int, ...]:
        away = self.away.get(person.id)
        return tuple(slot for slot in self.all_slots if slot not in away) if away else self.all_slots

    def _free(self, people: list[Person]) -> dict[int, int]:
        away = Counter(slot for person in people for slot in self.away.get(person.id, ()))
        return {slot: len(people) - away[slot] for slot in self.all_slots}

    def _parallel(self, people: list[Person]) -> int:
        """Return how many of them should be counted on at once, so that the most meetings have room."""
        counts = Counter(self._free(people).values())
        return max(
            range(1, max(counts, default=0) + 1), key=lambda n: n * sum(slots for count, slots in counts.items() if count >= n), default=1)
