"""What proposals do when other rooms change something."""

from typing import Any

from .. import events
from ..companies.models import CompanyBlock
from ..expos.models import Participation
from ..expos.states import APPROVED
from ..permissions import SYSTEM
from . import actions, queries


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
