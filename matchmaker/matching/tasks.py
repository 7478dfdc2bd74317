"""The job that keeps matches fresh: one for each expo, however many changes ask for it."""

from typing import Any

import sqlalchemy as sa

from .. import clock
from ..expos.models import Expo
from ..infra import jobs
from ..infra.db import db
from . import load
from .encoding import encoder
from .models import Recommendation
from .refresh import fit, refresh
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


def warm_up(most: int = 3) -> None:
    """Load the encoder and read the products of the next editions into this process (a few seconds).

    A worker that does so when it starts answers the first fresh demand as fast as the later ones. Changes nothing.
    """
    encoder().encoder.encode(["warm 热身"])
    matched = sa.select(Recommendation.expo_id).distinct()
    for expo_id in db.session.scalars(sa.select(Expo.id).where(
            Expo.id.in_(matched), Expo.ends_on >= clock.now().date()).order_by(Expo.starts_on, Expo.id).limit(most)).all():
        fit(expo_id, load.supplies(expo_id))
    db.session.rollback()  # it only read: let the connection go
