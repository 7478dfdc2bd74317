"""Work without a reader: ending offers that nobody answered."""

from typing import Any

from ..infra import jobs
from ..permissions import SYSTEM
from . import queries, refills
from .rules import LAPSE


@jobs.task(LAPSE)
def lapse(_context: jobs.Context) -> dict[str, Any]:
    """End the offers whose time is over and ask the next pairs, then ask to be called again while any is open.

    Every offer asks for this job (one waits at a time). Run twice, it finds nothing the second time.
    """
    ended = refills.lapse(SYSTEM)
    delay = queries.seconds_to_lapse()
    if delay is not None:
        jobs.enqueue(LAPSE, key=LAPSE, delay=delay)
    return {"ended": ended}
