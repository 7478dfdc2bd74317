"""Random tiny instances, and the best plan of each by trying everything."""

from hypothesis import strategies as st

from matchmaker.engine.scheduling import Interpreter, Objective

from .builders import ask, booth, day, expo, person, pool

SLOTS = 4


@st.composite
def tiny_expos(draw, most_requests=6):
    """Two exhibitors, three buyers, two halls, every kind of rule somewhere; at most ``most_requests`` requests."""
    slots = day(2, days=2) if draw(st.booleans()) else day(SLOTS)
    some = st.lists(st.integers(0, SLOTS - 1), min_size=1, unique=True).map(sorted)
    people = [
        person(
            name,
            draw(some),
            max_meetings=draw(st.integers(1, 4)),
            min_meetings=draw(st.integers(0, 2)),
            min_gap=draw(st.integers(0, 1)),
            parallel=draw(st.sampled_from([1, 1, 2])),
        )
        for name in ("E1", "E2", "B1", "B2", "B3")
    ]
    venues = [pool("near", draw(st.integers(1, 2)), SLOTS), pool("far", 1, SLOTS, hall=1), booth("E1", SLOTS, hall=1)]
    pairs = draw(st.lists(st.sampled_from([(e, b) for e in ("E1", "E2") for b in ("B1", "B2", "B3")]), max_size=most_requests, unique=True))
    requests = [
        ask(
            f"R{k}",
            *pair,
            draw(st.integers(1, 50)),
            draw(st.sampled_from([("near",), ("near", "far"), ("far",), ("booth-E1",)])),
            priority=draw(st.integers(1, 3)),
            interpreter=draw(st.sampled_from([None, None, "zh-es", "zh-fr"])),
            slots=draw(st.none() | some.map(tuple)),
        )
        for k, pair in enumerate(pairs)
    ]
    walk = draw(st.integers(0, 1))
    staff = [
        Interpreter(name, pools, tuple(draw(some)))
        for name, pools in (("Lin", ("zh-es", "zh-fr")), ("Wu", ("zh-fr",)))
        if draw(st.booleans())
    ]
    return expo(
        slots, people, venues, requests, travel=((0, walk), (walk, 0)), interpreters=[("zh-es", 1), ("zh-fr", 0)], staff=tuple(staff),
        objective=Objective(),
    )
