"""The states of a loaded edition and the only table of their transitions."""

from enum import StrEnum

from ..errors import N_, Conflict


class State(StrEnum):
    """Where an edition stands."""

    READING = "reading"  # uploaded, a job reads it
    REFUSED = "refused"  # it could not be read; ``problems`` says why
    DRAFT = "draft"  # read, to be looked at
    CURRENT = "current"  # the picker and the labels use it
    EARLIER = "earlier"  # was current, and can be again


TRANSITIONS: dict[State, frozenset[State]] = {
    State.READING: frozenset({State.DRAFT, State.REFUSED}),
    State.REFUSED: frozenset(),
    State.DRAFT: frozenset({State.CURRENT}),
    State.CURRENT: frozenset({State.EARLIER}),
    State.EARLIER: frozenset({State.CURRENT}),
}


def ensure_may_become(state: str, target: State) -> None:
    """Raise ``Conflict`` unless the table allows the step."""
    if target not in TRANSITIONS[State(state)]:
        raise Conflict(N_("This edition is in use already, or no longer. Nothing was changed: load the page again."))
