"""What the preparation says on the terminal, and jobs that are run while their progress shows."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
import sqlalchemy as sa
from flask import current_app

from ..infra import jobs
from ..infra.db import apart, commit, db

WIDTH, PULSE = 11, 0.4
Say = Callable[[str], None]


class JobFailedError(RuntimeError):
    """A job of the preparation ended with an error."""


class Console:
    """Lines of progress; on a terminal the present line is rewritten, elsewhere only finished lines are printed."""

    def __init__(self, quiet: bool = False):
        self.quiet, self.live = quiet, not quiet and sys.stdout.isatty()

    @contextmanager
    def stage(self, name: str) -> Iterator[Say]:
        """Show one stage and its seconds; yields a function that says how far it is, and in the end what came of it."""
        started, said = time.monotonic(), [""]

        def say(text: str) -> None:
            said[0] = text
            self._live(name, text)

        self._live(name, "…")
        yield say
        commit()
        if not self.quiet:
            start = "\r\033[K" if self.live else ""
            click.echo(f"{start}  {name:<{WIDTH}} {said[0]:<70} {time.monotonic() - started:5.1f} s")

    def _live(self, name: str, text: str) -> None:
        if self.live:
            click.echo(f"\r\033[K  {name:<{WIDTH}} {text}", nl=False)


def work(say: Say) -> None:
    """Commit, then run the jobs that wait, in a thread like that of the embedded worker, and show what they report.

    Raises ``JobFailedError`` when one failed. The session forgets what it knew: the jobs changed rows.
    """
    commit()
    app, before = current_app._get_current_object(), _last_job()

    def run() -> None:
        with app.app_context():
            jobs.run_until_idle()

    worker = threading.Thread(target=run, name="demo-worker")
    worker.start()
    while worker.is_alive():
        worker.join(PULSE)
        if report := _report():
            say(report)
    db.session.expire_all()
    failed = db.session.execute(sa.select(jobs.Job.kind, jobs.Job.error).where(
        jobs.Job.id >= before, sa.or_(jobs.Job.state == "failed", jobs.Job.attempts > 1))).first()
    if failed:
        raise JobFailedError(f"{failed.kind}: {failed.error or 'had to be tried again'}")


def _last_job() -> int:
    """Return the id of the oldest job that waits, or of the next to come."""
    waiting = db.session.scalar(sa.select(sa.func.min(jobs.Job.id)).where(jobs.Job.state == "queued"))
    return waiting or (db.session.scalar(sa.select(sa.func.max(jobs.Job.id))) or 0) + 1


def _report() -> str:
    with apart() as session:
        job = session.execute(sa.select(jobs.Job.message, jobs.Job.params, jobs.Job.progress).where(jobs.Job.state == "running")).first()
    if job is None or not job.message:
        return ""
    params = ", ".join(f"{name} {value}" for name, value in job.params.items())
    return f"{job.message} ({params})" if params else f"{job.message} ({job.progress:.0%})"
