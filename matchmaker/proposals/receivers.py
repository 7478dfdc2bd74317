"""What proposals do when other rooms change something."""

from typing import Any

from .. import events
from ..companies.models import CompanyBlock
from ..expos.models import Expo, Participation
from ..expos.states import APPROVED
from ..permissions import SYSTEM
from . import actions, queries
from .states import State


@events.offers_asked.connect
def _offers_asked(expo: Expo, *, demand_id: int, product_id: int, company_id: int | None, **_more: Any) -> list[dict[str, Any]]:
    """The open proposals of a pair, for its page."""
    return [{"id": one.id, "mine": one.by_id == company_id, "side": one.side, "field": one.field, "value": one.value}
            for one in queries.of_pair(expo.id, demand_id, product_id)
            if one.state == State.OPEN and company_id in (one.by_id, one.to_id)]


@events.company_blocked.connect
def _company_blocked(block: CompanyBlock, removed: bool = False, **_more: Any) -> None:
    """Open proposals of the two are gone, so that the blocked side learns nothing."""
    if not removed:
        for proposal in queries.open_of(block.company_id, other_id=block.blocked_id):
            actions.lapse(SYSTEM, proposal)


@events.participation_withdrawn.connect
@events.participation_decided.connect
def _left(part: Participation, **_more: Any) -> None:
    """Who no longer takes part has no open proposals."""
    if part.state != APPROVED:
        for proposal in queries.open_of(part.company_id, expo_id=part.expo_id):
            actions.lapse(SYSTEM, proposal)
