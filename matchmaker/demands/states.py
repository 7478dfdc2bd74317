"""The states of a demand sheet and the only table of their transitions."""

from ..errors import N_, Conflict

DRAFT, PUBLISHED, CLOSED = "draft", "published", "closed"
STATES = (DRAFT, PUBLISHED, CLOSED)
TRANSITIONS: dict[str, frozenset[str]] = {
    DRAFT: frozenset({PUBLISHED}),
    PUBLISHED: frozenset({CLOSED}),
    CLOSED: frozenset({PUBLISHED}),
}


def ensure_may_become(state: str, target: str) -> None:
    """Raise ``Conflict`` unless the table allows the step."""
    if target not in TRANSITIONS[state]:
        raise Conflict(N_("This demand is in another state by now. Nothing was changed."))
