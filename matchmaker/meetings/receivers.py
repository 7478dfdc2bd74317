"""What meetings do when other rooms change something, and what they answer to rooms on the left."""

from typing import Any

from .. import events
from ..companies.models import CompanyBlock
from ..expos.models import Expo, Participation
from ..expos.states import APPROVED
from ..permissions import SYSTEM
from . import actions, queries
from .rules import CANNOT, LEFT
from .states import State


@events.pairs_asked.connect
def _pairs_asked(expo: Expo, company_id: int | None = None, **_more: Any) -> dict[int, str]:
    """Tell how far the company is with others at the expo."""
    return queries.pair_states(company_id, expo.id) if company_id else {}


@events.standing_asked.connect
def _standing_asked(company_id: int, others: frozenset[int] = frozenset(), **_more: Any) -> dict[str, set[int]]:
    """Those of ``others`` with which the company has agreed to meet, at whatever expo."""
    return {"accepted": queries.agreed_with(company_id, others)}


@events.partners_asked.connect
def _partners_asked(company_id: int, **_more: Any) -> set[int]:
    """Those with which the company has agreed to meet and whose names it reads."""
    return queries.named_partners(company_id)


@events.company_blocked.connect
def _company_blocked(block: CompanyBlock, removed: bool = False, **_more: Any) -> None:
    """Open requests of the two end as if by hand, agreed meetings that have not begun are called off: the blocked side learns no reason."""
    if not removed:
        for meeting in queries.open_of(block.company_id, other_id=block.blocked_id):
            if meeting.state != State.PLACED or not queries.has_begun(meeting):
                actions.part_ways(SYSTEM, meeting, leaving=block.company_id, reason="" if meeting.state == State.REQUESTED else CANNOT)


@events.participation_withdrawn.connect
@events.participation_decided.connect
def _left(part: Participation, **_more: Any) -> None:
    """Who no longer takes part has no open meetings; the others are told."""
    if part.state != APPROVED:
        for meeting in queries.open_of(part.company_id, expo_id=part.expo_id):
            actions.part_ways(SYSTEM, meeting, leaving=part.company_id, reason=LEFT)
