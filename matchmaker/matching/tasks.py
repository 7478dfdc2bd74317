"""The job that keeps matches fresh: one for each expo, however many changes ask for it."""

from typing import Any

import sqlalchemy as sa

from .. import clock
from ..infra import jobs
from ..infra.db import db
from .refresh import refresh
from .rules import REFRESH


def ask(expo_id: int, *, delay: float = 0) -> None:
    """Add the job for the expo unless one waits already."""
    jobs.enqueue(REFRESH, key=f"{REFRESH}:{expo_id}", expo_id=expo_id, delay=delay)


@jobs.task(REFRESH)
def refresh_matches(context: jobs.Context, **_args: Any) -> dict[str, Any]:
    """Match what is stale at the job's expo. Runs twice without harm.

    One run for each expo at a time: an older picture of the sheets must not be written over a newer one. While another works,
    this one comes back in a second; the other takes up what is stale by then.
    """
    job = context.job
    working = db.session.scalar(sa.select(jobs.Job.id).where(
        jobs.Job.kind == REFRESH, jobs.Job.expo_id == job.expo_id, jobs.Job.state == "running", jobs.Job.id != job.id,
        jobs.Job.lease_until > clock.wall()).limit(1))
    if working is not None:
        ask(job.expo_id, delay=1)
        return {"left_to": working}
    return refresh(context, job.expo_id)
