"""The states of a meeting and the only table of their transitions."""

from enum import StrEnum

from ..errors import N_, Conflict


class State(StrEnum):
    """Where a meeting stands."""

    REQUESTED = "requested"  # asked; blocks nobody's calendar
    ACCEPTED = "accepted"  # lies in the organizer's tray
    PLACED = "placed"  # has a slot in the published schedule
    HELD = "held"
    MISSED = "missed"  # a no-show; ``missed_by`` says whose
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"  # taken back before an answer
    CANCELLED = "cancelled"  # called off after it was accepted


TRANSITIONS: dict[State, frozenset[State]] = {
    State.REQUESTED: frozenset({State.ACCEPTED, State.DECLINED, State.EXPIRED, State.WITHDRAWN}),
    State.ACCEPTED: frozenset({State.PLACED, State.CANCELLED}),
    State.PLACED: frozenset({State.ACCEPTED, State.HELD, State.MISSED, State.CANCELLED}),
    State.DECLINED: frozenset(),
    State.HELD: frozenset({State.MISSED}),  # corrections at the table
    State.MISSED: frozenset({State.HELD}),
    State.EXPIRED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.CANCELLED: frozenset(),
}
CHANGED = N_("This meeting has changed in the meantime; it is in another state now. Nothing was saved.")
OPEN = frozenset({State.REQUESTED, State.ACCEPTED, State.PLACED})
AGREED = frozenset({State.ACCEPTED, State.PLACED, State.HELD, State.MISSED})


def may_become(state: str, target: State) -> bool:
    """Tell whether a meeting in ``state`` may become ``target``."""
    return target in TRANSITIONS[State(state)]


def ensure_may_become(state: str, target: State) -> None:
    """Raise ``Conflict`` unless the table allows the step: somebody else was faster, or the page is old."""
    if not may_become(state, target):
        raise Conflict(CHANGED)
