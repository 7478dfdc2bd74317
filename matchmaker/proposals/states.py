"""The states of a proposal and the only table of their transitions."""

from enum import StrEnum

from ..errors import N_, Conflict


class State(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    ACCEPTED = "accepted"  # the pair is matched on these terms
    REFUSED = "refused"
    ANSWERED = "answered"  # with a proposal of the other side
    WITHDRAWN = "withdrawn"


TRANSITIONS: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.ACCEPTED, State.REFUSED, State.ANSWERED, State.WITHDRAWN}),
    State.ACCEPTED: frozenset(),
    State.REFUSED: frozenset(),
    State.ANSWERED: frozenset(),
    State.WITHDRAWN: frozenset(),
}


def ensure_may_become(state: str, target: State) -> None:
    """Raise ``Conflict`` unless the table allows the step: somebody else was faster, or the page is old."""
    if target not in TRANSITIONS[State(state)]:
        raise Conflict(N_("This proposal has been answered or taken back in the meantime. Nothing was saved."))
