"""Rules of the floor: what a table is at a moment, when that changes by itself, and how reliability forgives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from ..errors import N_
from ..meetings.states import State
from ..scheduling.load import USUAL

EARLY = timedelta(minutes=45)  # one can check in so long before the meeting
ENDING = timedelta(minutes=5)  # so long before its end a meeting is said to end
CALLED = timedelta(minutes=10)  # walls call so long before the begin
CHANGES = timedelta(minutes=45)  # walls show a change for so long
AHEAD = timedelta(minutes=60)  # a place that falls free is offered at once when it begins within this time
USABLE = timedelta(minutes=10)  # less time than this at a table is not worth the walk
ANSWER = {True: timedelta(minutes=3), False: timedelta(minutes=10)}  # to answer an offer: of a slot that has begun, of one ahead
MOST_TRIES = 6  # pairs asked for one table in one slot
LATE_CHOICES = (0, 5, 10, 15)  # minutes that a side may announce; 0: on the way
SIDES = ("exhibitor", "buyer", "interpreter")
LAPSE = "floor.lapse"  # the kind, and the key, of the job that ends offers nobody answered
OFFLINE = timedelta(hours=4)  # an action may have waited for the network so long
APPEAL_LIMIT = 1000
ANSWER_LIMIT = 500


class Is(StrEnum):
    """What a table is at a moment."""

    CLOSED = "closed"
    FREE = "free"
    OFFERED = "offered"  # free, and a pair is asked
    NEXT = "next"  # a meeting is to begin
    EXPECTED = "expected"  # it should have begun a moment ago
    LATE = "late"
    MISSING = "missing"
    RUNNING = "running"
    ENDING = "ending"


WORDS = {
    Is.RUNNING: N_("Running"), Is.ENDING: N_("Ending"), Is.EXPECTED: N_("Expected"), Is.LATE: N_("Late"), Is.MISSING: N_("Missing"),
    Is.OFFERED: N_("Offered"), Is.FREE: N_("Free"), Is.NEXT: N_("Next"), Is.CLOSED: N_("Closed"),
}
ICONS = {
    Is.RUNNING: "play", Is.ENDING: "hourglass", Is.EXPECTED: "circle-dot", Is.LATE: "clock-alert", Is.MISSING: "user-round-x",
    Is.OFFERED: "send", Is.FREE: "circle-dashed", Is.NEXT: "clock", Is.CLOSED: "lock",
}
SIDE_WORDS = {
    "here": N_("here"), "way": N_("on the way"), "announced": N_("comes later"), "expected": N_("expected"), "late": N_("late"),
    "missing": N_("missing"), "": N_("not seen yet"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """When a side that is not there is late, and when missing: after the begin. Of the expo, in minutes."""

    late: timedelta
    missing: timedelta

    @classmethod
    def of(cls, late_minutes: int, missing_minutes: int) -> "Limits":
        """Return the limits; missing is never before late."""
        return cls(timedelta(minutes=late_minutes), timedelta(minutes=max(late_minutes, missing_minutes)))


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a side: when it came, how late it said it would be."""

    arrived_at: datetime | None = None
    late_minutes: int | None = None


NOBODY = Seen()


@dataclass(frozen=True, slots=True)
class Sitting:
    """A placed meeting at its time, as far as the floor knows it. It starts with its slot, or when both took a place in a slot that ran."""

    starts_at: datetime
    ends_at: datetime
    state: str = State.PLACED
    ended_at: datetime | None = None
    sides: Mapping[str, Seen] = field(default_factory=dict)

    def seen(self, side: str) -> Seen:
        """Return what is known of a side."""
        return self.sides.get(side, NOBODY)

    @property
    def over(self) -> bool:
        """Tell whether the table is not the meeting's any more: it was missed, or ended before its time."""
        return self.state not in (State.PLACED, State.HELD) or self.ended_at is not None


def side_state(now: datetime, sitting: Sitting, side: str, limits: Limits) -> str:
    """Return here, way, announced, expected, late, missing, or an empty text before anything is known of the side.

    Who announced to come later is late from then on, and missing no sooner than the same time after it.
    """
    seen = sitting.seen(side)
    if seen.arrived_at is not None:
        return "here"
    said = timedelta(minutes=seen.late_minutes or 0)
    if now >= sitting.starts_at + said + limits.missing:
        return "missing"
    if now >= sitting.starts_at + said + limits.late:
        return "late"
    if seen.late_minutes is not None:
        return "announced" if seen.late_minutes else "way"
    return "expected" if now >= sitting.starts_at else ""


def table_state(now: datetime, sitting: Sitting | None, limits: Limits) -> Is:
    """Return what a table is, from the meeting it has in this slot. The worse of the two sides decides; interpreters do not."""
    if sitting is None or sitting.over or now >= sitting.ends_at:
        return Is.FREE
    if now < sitting.starts_at:
        return Is.NEXT
    sides = {side_state(now, sitting, side, limits) for side in ("exhibitor", "buyer")}
    if sides == {"here"} or sitting.state == State.HELD:
        return Is.ENDING if sitting.ends_at - now <= ENDING else Is.RUNNING
    return Is.MISSING if "missing" in sides else Is.LATE if "late" in sides else Is.EXPECTED


def place_state(now: datetime, sitting: Sitting | None, limits: Limits, *, shut: bool = False, offered: bool = False) -> Is:
    """Return what a table or booth is, with the meeting that holds it or without one."""
    if sitting is not None:
        return table_state(now, sitting, limits)
    return Is.CLOSED if shut else Is.OFFERED if offered else Is.FREE


def moments(sitting: Sitting, limits: Limits) -> set[datetime]:
    """Return when what a table is can change by itself: screens need not ask before the next of them."""
    found = {sitting.starts_at - CALLED, sitting.starts_at, sitting.ends_at - ENDING, sitting.ends_at}
    for side in ("exhibitor", "buyer"):
        begin = sitting.starts_at + timedelta(minutes=sitting.seen(side).late_minutes or 0)
        found |= {begin + limits.late, begin + limits.missing}
    return found


def absent(now: datetime, sitting: Sitting, limits: Limits) -> str:
    """Return who did not come: exhibitor, buyer or both; empty when nobody is missing."""
    gone = [side for side in ("exhibitor", "buyer") if side_state(now, sitting, side, limits) == "missing"]
    return "both" if len(gone) == 2 else gone[0] if gone else ""


def arrival(now: datetime, age: timedelta, starts_at: datetime) -> datetime:
    """Return when somebody came who said so ``age`` ago on a phone without network; never before one can check in."""
    return min(now, max(now - min(age, OFFLINE), starts_at - EARLY))


# Reliability: the share of meetings kept, where old ones fade and few ones weigh less than what is USUAL.
PRIOR = 4.0  # meetings' worth of the usual that everybody begins with
HALF_LIFE = 180.0  # days after which a meeting weighs half
KEPT, SAID_LATE, LATE, MISSED = 1.0, 0.9, 0.7, 0.0


@dataclass(frozen=True, slots=True)
class Past:
    """A meeting that a company kept or did not keep: ``worth`` is one of KEPT, SAID_LATE, LATE and MISSED."""

    days: float
    worth: float


def worth(*, missed: bool, starts_at: datetime, seen: Seen, limits: Limits) -> float:
    """Return what a side's meeting is worth: late is milder than missing, announced milder still; nobody is late without a check-in."""
    if missed:
        return MISSED
    if seen.arrived_at is None or seen.arrived_at < starts_at + limits.late:
        return KEPT
    return SAID_LATE if seen.late_minutes is not None else LATE


def reliability(pasts: Iterable[Past]) -> float:
    """Return the share of meetings a company is likely to keep, from 0 to 1."""
    weight, value = PRIOR, PRIOR * USUAL
    for past in pasts:
        fades = 0.5 ** (max(past.days, 0.0) / HALF_LIFE)
        weight, value = weight + fades, value + fades * past.worth
    return value / weight
