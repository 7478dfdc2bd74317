"""Work without a reader: ending requests that nobody answered."""

from typing import Any

from ..infra import jobs
from ..permissions import SYSTEM
from . import actions, queries
from .rules import EXPIRE


@jobs.task(EXPIRE)
def expire_requests(context: jobs.Context) -> dict[str, Any]:
    """End the requests whose time is over, then ask to be called again while any is open.

    Every request asks for this job (one waits at a time), so it needs no start of its own. Run twice, it finds nothing the second time.
    """
    ended = 0
    while due := queries.due_to_expire():
        for meeting in due:
            actions.expire(SYSTEM, meeting)
        ended += len(due)
        context.chunk()
    delay = queries.seconds_to_sweep()
    if delay is not None:
        jobs.enqueue(EXPIRE, key=EXPIRE, delay=delay)
    return {"expired": ended}
