"""The states of a product card and the only table of their transitions."""

from ..errors import N_, Conflict

DRAFT, PUBLISHED, WITHDRAWN = "draft", "published", "withdrawn"
STATES = (DRAFT, PUBLISHED, WITHDRAWN)
TRANSITIONS: dict[str, frozenset[str]] = {
    DRAFT: frozenset({PUBLISHED}),
    PUBLISHED: frozenset({WITHDRAWN}),
    WITHDRAWN: frozenset({PUBLISHED}),
}


def ensure_may_become(state: str, target: str) -> None:
    """Raise ``Conflict`` unless the table allows the step."""
    if target not in TRANSITIONS[state]:
        raise Conflict(N_("This product is in another state by now. Nothing was changed."))
