"""The rules once more, from scratch and without haste, to judge the engine by."""

from collections import Counter
from itertools import pairwise


def is_legal(instance, meetings):
    """Does this set of meetings keep every rule but the table numbers?"""
    people = {p.id: p for p in instance.participants}
    venues = {v.id: v for v in instance.venues}
    slots = {s.id: s for s in instance.slots}
    order = [s.id for s in instance.slots]
    requests = {r.id: r for r in instance.requests}
    diaries = {p: [] for p in people}
    for m in meetings:
        request = requests[m.request]
        if m.venue not in request.venues or (request.slots is not None and m.slot not in request.slots):
            return False
        for p in (request.a, request.b):
            if m.slot not in people[p].available:
                return False
            diaries[p].append((order.index(m.slot), venues[m.venue].hall))
    if len({m.request for m in meetings}) < len(meetings):
        return False
    rooms = Counter((m.venue, order.index(m.slot)) for m in meetings)
    spoken = {slot: [pool for m in meetings if m.slot == slot and (pool := requests[m.request].interpreter)] for slot in slots}
    return (
        all(n <= venues[v].capacity[t] for (v, t), n in rooms.items())
        and all(_are_served(instance, slot, order.index(slot), pools) for slot, pools in spoken.items())
        and all(_diary_is_legal(instance, people[p], sorted(diary), slots, order) for p, diary in diaries.items())
    )


def _are_served(instance, slot, t, pools):
    """Is there an interpreter for each of these meetings of a slot? By trying everybody for everyone."""
    people = [{i.id} for i in instance.interpreters for _ in range(i.capacity[t])]
    people += [set(person.pools) for person in instance.staff if slot in person.available]

    def served(rest, free):
        return not rest or any(rest[0] in people[n] and served(rest[1:], free - {n}) for n in free)

    return len(pools) <= len(people) and served(pools, frozenset(range(len(people))))


def _diary_is_legal(instance, person, diary, slots, order):
    if len(diary) > person.max_meetings or any(n > person.parallel for n in Counter(t for t, _ in diary).values()):
        return False
    if person.parallel > 1:
        return True
    for (t, hall), (u, other) in pairwise(diary):
        here, there = slots[order[t]], slots[order[u]]
        empty = there.index - here.index - 1
        if here.day == there.day and empty < max(person.min_gap, instance.travel[hall][other]):
            return False
    return True
