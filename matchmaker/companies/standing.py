"""How far two companies are with each other: the one word on which settings of confidentiality turn.

Rooms to the right know (matching who fits whom, meetings who agreed to meet); they answer ``events.standing_asked``.
"""

from collections.abc import Iterable
from enum import StrEnum

from .. import events
from .queries import blocked_pairs

AGREED = frozenset({"accepted", "placed", "held", "missed"})  # states of a meeting (of a room to the right) to which both sides agreed


class Standing(StrEnum):
    """How far a company is with another."""

    BLOCKED = "blocked"  # by either side; it is stronger than anything else
    STRANGER = "stranger"
    MATCHED = "matched"  # a stored match of a demand of one and a product of the other
    ACCEPTED = "accepted"  # a meeting that both agreed to, held ones too; a meeting called off counts no longer
    OWN = "own"


def standings(reader_id: int | None, others: Iterable[int]) -> dict[int, Standing]:
    """Return how far the company ``reader_id`` is with each of ``others``, in a few queries however many there are."""
    wanted = set(others)
    found = dict.fromkeys(wanted, Standing.STRANGER)
    if reader_id is None or not wanted:
        return found
    for _receiver, answer in events.standing_asked.send(reader_id, others=frozenset(wanted - {reader_id})):
        for other in answer.get("matched", ()):
            if found.get(other) is Standing.STRANGER:
                found[other] = Standing.MATCHED
        for other in answer.get("accepted", ()):
            if other in found:
                found[other] = Standing.ACCEPTED
    for company_id, blocked_id in blocked_pairs(wanted | {reader_id}):
        if reader_id in (company_id, blocked_id):
            found[blocked_id if company_id == reader_id else company_id] = Standing.BLOCKED
    if reader_id in found:
        found[reader_id] = Standing.OWN
    return found


def standing(reader_id: int | None, other_id: int) -> Standing:
    """Return how far the company ``reader_id`` is with another."""
    return standings(reader_id, [other_id])[other_id]


def of_match(meeting_state: str | None) -> Standing:
    """Return how far the two companies of a stored match are, by the state of their meeting at that expo (None without one)."""
    return Standing.ACCEPTED if meeting_state in AGREED else Standing.MATCHED


def reaches(standing: Standing, audience: str) -> bool:
    """Tell whether who stands so belongs to an audience: 'open', 'matched' or 'accepted'."""
    if standing is Standing.OWN or audience == "open":
        return standing is not Standing.BLOCKED
    if audience == "matched":
        return standing in (Standing.MATCHED, Standing.ACCEPTED)
    return audience == "accepted" and standing is Standing.ACCEPTED
