"""Small instances in one line: a day of slots, tables, exhibitors and buyers."""

from dataclasses import replace

from matchmaker.engine.scheduling import Fixed, Instance, InterpreterPool, Objective, Participant, Plan, Request, Slot, Venue


def day(length, *, days=1):
    """Slots 0.. of so many days of so many rounds each."""
    return tuple(Slot(d * length + k, d, k) for d in range(days) for k in range(length))


def person(name, available, **more):
    """A participant with no limit but their slots, unless said."""
    return Participant(name, tuple(available), **({"max_meetings": 99} | more))


def pool(name, tables, slots, hall=0):
    """A pool with the same number of tables in every slot."""
    return Venue(name, "pool", hall, (tables,) * slots)


def booth(owner, slots, hall=0):
    """The booth of an exhibitor."""
    return Venue(f"booth-{owner}", "booth", hall, (1,) * slots, owner)


def ask(name, a, b, utility=10, venues=("hall",), **more):
    """A request."""
    return Request(name, a, b, utility, tuple(venues), **more)


def expo(slots, people, venues, requests, *, travel=((0,),), interpreters=(), fixed=(), objective=None, name="toy", **more):
    """An instance; ``interpreters`` are (id, capacity in every slot)."""
    pools = tuple(InterpreterPool(i, (n,) * len(slots)) for i, n in interpreters)
    return Instance(
        name, tuple(slots), travel, tuple(people), tuple(venues), pools, tuple(requests), tuple(fixed), objective or Objective(), **more
    )


def lock(meeting):
    """The fixed entry that keeps this meeting where it is."""
    return Fixed(meeting.request, meeting.slot, meeting.venue, meeting.table)


def with_meeting(plan, request, **changes):
    """The plan with one meeting altered."""
    return Plan(plan.instance, tuple(replace(m, **changes) if m.request == request else m for m in plan.meetings))


def placed(plan):
    """Request -> (slot, venue)."""
    return {m.request: (m.slot, m.venue) for m in plan.meetings}
