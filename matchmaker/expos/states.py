"""The states of a company's part in an edition: one table, read by the verbs and by the pages."""

from dataclasses import dataclass

from ..errors import N_, Conflict
from .models import Participation

APPLIED, APPROVED, DECLINED, WITHDRAWN = "applied", "approved", "declined", "withdrawn"
STATES = (APPLIED, APPROVED, DECLINED, WITHDRAWN)
COMPANY, ORGANIZER = "company", "organizer"


@dataclass(frozen=True, slots=True)
class Transition:
    """From ``source`` to ``target``, done ``by`` the company or by an organizer."""

    source: str
    target: str
    by: str


TRANSITIONS = (
    Transition(APPLIED, APPROVED, ORGANIZER),
    Transition(APPLIED, DECLINED, ORGANIZER),
    Transition(APPLIED, WITHDRAWN, COMPANY),
    Transition(APPROVED, DECLINED, ORGANIZER),
    Transition(APPROVED, WITHDRAWN, COMPANY),
    Transition(DECLINED, APPLIED, COMPANY),
    Transition(WITHDRAWN, APPLIED, COMPANY),
)


def allowed(source: str, target: str) -> bool:
    """Tell whether the table has a way from ``source`` to ``target``."""
    return any(way.source == source and way.target == target for way in TRANSITIONS)


def targets(source: str, by: str) -> list[str]:
    """Return where the company or an organizer may take a participation from ``source``."""
    return [way.target for way in TRANSITIONS if way.source == source and way.by == by]


def move(part: Participation, target: str) -> str:
    """Put ``part`` into ``target`` and return the state before; raise ``Conflict`` when the table has no such way."""
    if not allowed(part.state, target):
        raise Conflict(N_("This application is in another state by now. Nothing was changed."))
    was, part.state = part.state, target
    return was
