"""Work without a reader: ending questions to move that nobody answered."""

from typing import Any

from ..infra import jobs
from ..permissions import SYSTEM
from . import actions, queries
from .rules import EXPIRE


@jobs.task(EXPIRE)
def expire_moves(_context: jobs.Context) -> dict[str, Any]:
    """End the questions of which one of the two times has begun, then ask to be called again while any is open.

    Every question asks for this job (one waits at a time). Run twice, it finds nothing the second time.
    """
    ended = actions.expire_moves(SYSTEM)
    delay = queries.seconds_to_sweep()
    if delay is not None:
        jobs.enqueue(EXPIRE, key=EXPIRE, delay=delay)
    return {"ended": ended}
