"""The jobs: matches kept fresh, one job for each expo however many changes ask for it; the report on their quality; training."""

from typing import Any

import sqlalchemy as sa

from .. import clock
from ..expos.models import Expo
from ..infra import jobs
from ..infra.db import commit, db
from ..permissions import SYSTEM
from . import load
from .encoding import encoder
from .models import Recommendation, StaleMatch
from .refresh import fit, refresh
from .rules import REFRESH, REPORT, TRAIN

REPORT_DELAY = 120.0  # seconds after a refresh: many changes, one report


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
    done = refresh(context, job.expo_id)
    if any(done.values()):
        ask_report(job.expo_id, delay=REPORT_DELAY)
    return done


def ask_report(expo_id: int, *, delay: float = 0, user_id: int | None = None) -> None:
    """Add the job that reports on the expo's matches unless one waits already; without delay, one that waits runs at once."""
    key = f"{REPORT}:{expo_id}"
    if jobs.enqueue(REPORT, key=key, expo_id=expo_id, delay=delay, user_id=user_id) is None and not delay:
        db.session.execute(sa.update(jobs.Job).where(jobs.Job.key == key, jobs.Job.state == "queued").values(run_at=clock.wall()))


@jobs.task(REPORT)
def report_on_matches(context: jobs.Context, **_args: Any) -> dict[str, Any]:
    """Compute what the page on match quality shows. Runs twice without harm."""
    from . import reports

    return {"parts": sorted(reports.make(context, context.job.expo_id))}


def ask_training(user_id: int | None) -> None:
    """Add the job that learns from all feedback unless one waits already."""
    jobs.enqueue(TRAIN, key=TRAIN, user_id=user_id)


@jobs.task(TRAIN)
def train_model(context: jobs.Context, **_args: Any) -> dict[str, Any]:
    """Learn from all feedback and put the result in use; every expo is matched anew. Runs twice: same feedback, same version."""
    from . import learning

    version = learning.train(SYSTEM, tell=lambda share, message: context.progress(share, message))
    return {"sha256": version.sha256, "answers": version.answers}


def ask_for_stale() -> None:
    """Ask for the job of every expo where something waits to be matched: after a migration, or when a job was lost."""
    for expo_id in db.session.scalars(sa.select(StaleMatch.expo_id).distinct()).all():
        ask(expo_id)
    commit()


def warm_up(most: int = 3) -> None:
    """Load the encoder and read the products of the next editions into this process (a few seconds).

    A worker that does so when it starts answers the first fresh demand as fast as the later ones.
    """
    encoder().encoder.encode(["warm 热身"])
    ask_for_stale()
    matched = sa.select(Recommendation.expo_id).distinct()
    for expo_id in db.session.scalars(sa.select(Expo.id).where(
            Expo.id.in_(matched), Expo.ends_on >= clock.now().date()).order_by(Expo.starts_on, Expo.id).limit(most)).all():
        fit(expo_id, load.supplies(expo_id), load.demands(expo_id))
    db.session.rollback()  # it only read: let the connection go
