"""Durable jobs: a job is a row, written in the transaction that asks for it.

Workers lease a job, run it, and write its end. A worker that dies loses its lease, and the job is taken up again, so a task
must be able to run twice: it commits per chunk and begins where it was. What a task did last and the end of its job are one
transaction. A worker that was only frozen finds its lease taken when it wakes: what it had not committed is undone.
Progress is a row too, so that any page can show it.
"""

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask, current_app
from flask_babel import gettext
from sqlalchemy.orm import Mapped, mapped_column

from .. import clock
from ..errors import N_, Problem
from . import db as database
from .db import Base, db

log = structlog.get_logger()
LEASE = timedelta(seconds=45)
MAX_ATTEMPTS = 5
IDLE_SECONDS = 1.0
WENT_WRONG = N_("Something went wrong on our side, several times. It was noted; please tell the administrators.")
Task = Callable[..., dict[str, Any] | None]
_tasks: dict[str, Task] = {}
_wake = threading.Event()
_at_start: list[Callable[[], None]] = []


class Job(Base):
    """One piece of work. ``message`` is a msgid with ``params``: what it is doing now, or why it failed; ``error`` is for the log."""

    __tablename__ = "job"
    __table_args__ = (
        sa.Index("ix_job_ready", "state", "run_at"),
        sa.Index("uq_job_waiting_key", "key", unique=True, sqlite_where=sa.text("state = 'queued'"),
                 postgresql_where=sa.text("state = 'queued'")),
    )

    kind: Mapped[str] = mapped_column(sa.String(60))
    args: Mapped[dict] = mapped_column(default=dict)
    key: Mapped[str | None] = mapped_column(sa.String(120))
    state: Mapped[str] = mapped_column(sa.String(10), default="queued")  # queued running done failed
    attempts: Mapped[int] = mapped_column(default=0)
    run_at: Mapped[datetime]
    created_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None] = mapped_column(sa.String(120))
    progress: Mapped[float] = mapped_column(default=0.0)
    message: Mapped[str] = mapped_column(sa.String(300), default="")
    params: Mapped[dict] = mapped_column(default=dict)
    result: Mapped[dict] = mapped_column(default=dict)
    error: Mapped[str] = mapped_column(sa.Text, default="")
    finished_at: Mapped[datetime | None]
    stop_asked: Mapped[bool] = mapped_column(default=False)  # somebody wants it to end and keep its best
    user_id: Mapped[int | None]
    company_id: Mapped[int | None]
    expo_id: Mapped[int | None] = mapped_column(index=True)

    @property
    def ended(self) -> bool:
        return self.state in ("done", "failed")

    @property
    def words(self) -> str:
        """What it does now, or why it failed, in the reader's language."""
        return gettext(self.message) % self.params if self.message else self.error


class LeaseLost(Exception):
    """The job belongs to another worker by now."""


class Context:
    """What a running task is given: its job, and the ways to show progress and to keep what is done."""

    def __init__(self, job: Job):
        self.job = job
        self.mine = (Job.id == job.id, Job.state == "running", Job.worker == job.worker)

    def progress(self, fraction: float, message: str = "", **params: Any) -> None:
        """Say how far the work is (0 to 1) and what it does now; keeps the lease. Commits on its own."""
        values: dict[str, Any] = {"progress": max(0.0, min(1.0, fraction)), "lease_until": clock.wall() + LEASE}
        if message:
            values |= {"message": message, "params": params}
        with database.apart() as session:
            session.execute(sa.update(Job).where(*self.mine).values(**values))

    def keep(self, **result: Any) -> None:
        """Store what the work has so far, for pages to show and for another try to begin with. Commits on its own."""
        with database.apart() as session:
            session.execute(sa.update(Job).where(*self.mine).values(result=result))

    def chunk(self) -> None:
        """Commit what the task has done so far; a chunk kept means that its tries are counted anew. Raises ``LeaseLost``."""
        self._write(lease_until=clock.wall() + LEASE, attempts=1)

    def finish(self, state: str, **values: Any) -> None:
        """Write the end of the job and commit, together with what the task left uncommitted. Raises ``LeaseLost``."""
        self._write(state=state, finished_at=clock.wall(), lease_until=None, **values)

    def again(self, attempts: int) -> None:
        """Put the job back to be tried again after a while."""
        self._write(state="queued", lease_until=None, run_at=clock.wall() + timedelta(seconds=2**attempts))

    def _write(self, **values: Any) -> None:
        statement = sa.update(Job).where(*self.mine).values(**values).execution_options(synchronize_session=False)
        if db.session.execute(statement).rowcount != 1:
            raise LeaseLost(self.job.id)
        database.commit()

    def cancelled(self) -> bool:
        """Tell whether somebody asked the job to stop and keep its best."""
        with database.apart() as session:
            return bool(session.scalar(sa.select(Job.stop_asked).where(Job.id == self.job.id)))


def task(kind: str) -> Callable[[Task], Task]:
    """Register a function ``(context, **args) -> result dict`` as the task ``kind``."""

    def register(function: Task) -> Task:
        _tasks[kind] = function
        return function

    return register


def enqueue(kind: str, *, key: str | None = None, delay: float = 0, user_id: int | None = None,
            company_id: int | None = None, expo_id: int | None = None, **args: Any) -> int | None:
    """Add a job to the present transaction and return its id.

    With ``key``, nothing is added while a job of that key waits (None is returned): many changes, one refresh.
    """
    now = clock.wall()
    values = {"kind": kind, "args": args, "key": key, "state": "queued", "attempts": 0, "progress": 0.0, "message": "",
              "params": {}, "result": {}, "error": "", "stop_asked": False, "run_at": now + timedelta(seconds=delay), "created_at": now,
              "user_id": user_id, "company_id": company_id, "expo_id": expo_id}
    database.after_commit(_wake.set)
    if key is None:
        job = Job(**values)
        db.session.add(job)
        db.session.flush()
        return job.id
    if not database.insert_ignore(Job, **values):
        return None
    return db.session.scalar(sa.select(Job.id).where(Job.key == key, Job.state == "queued"))


def worker_name() -> str:
    """Return a new name to lease a job under: host, process, thread, and a word that no other lease has."""
    return f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}:{secrets.token_hex(4)}"


def claim(worker: str) -> int | None:
    """Lease the next job that is ready, or whose lease ran out, to ``worker``; commit; return its id."""
    now = clock.wall()
    ready = sa.or_(
        sa.and_(Job.state == "queued", Job.run_at <= now),
        sa.and_(Job.state == "running", Job.lease_until < now),
    )
    pick = sa.select(Job.id).where(ready).order_by(Job.run_at, Job.id).limit(1).with_for_update(skip_locked=True)
    statement = (
        sa.update(Job).where(Job.id == pick.scalar_subquery(), ready)
        .values(state="running", worker=worker, lease_until=now + LEASE, attempts=Job.attempts + 1)
        .returning(Job.id).execution_options(synchronize_session=False)
    )
    ident = db.session.execute(statement).scalar()
    database.commit()
    return ident


def run_one(worker: str | None = None) -> bool:
    """Claim and run one job; return whether there was one. Needs an application context."""
    worker = worker or worker_name()
    ident = claim(worker)
    if ident is None:
        return False
    job = db.session.get(Job, ident, populate_existing=True)
    context = Context(job)
    if job.attempts > MAX_ATTEMPTS:
        context.finish("failed", error="the worker died too often", message=WENT_WRONG, params={})
        return True
    with _Heartbeat(context):
        _execute(context)
    return True


def _execute(context: Context) -> None:
    job = context.job
    ident, kind = job.id, job.kind
    started = time.monotonic()
    try:
        try:
            result = _tasks[kind](context, **job.args) or {}
            context.finish("done", result=result, progress=1.0, error="")
        except Problem as problem:
            database.rollback()
            context.finish("failed", error=str(problem), message=problem.message, params={k: str(v) for k, v in problem.params.items()})
        except LeaseLost:
            raise
        except Exception as error:
            database.rollback()
            log.error("job failed", job=ident, kind=kind, exc_info=error)
            _retry_or_fail(context, error)
        else:
            log.info("job done", job=ident, kind=kind, seconds=round(time.monotonic() - started, 2))
    except LeaseLost:
        database.rollback()
        log.warning("job lost to another worker", job=ident, kind=kind)


def _retry_or_fail(context: Context, error: Exception) -> None:
    job = db.session.get(Job, context.job.id, populate_existing=True)
    if job.attempts >= MAX_ATTEMPTS:
        context.finish("failed", error=f"{type(error).__name__}: {error}", message=WENT_WRONG, params={})
        return
    waiting = job.key and db.session.scalar(sa.select(Job.id).where(Job.key == job.key, Job.state == "queued"))
    if waiting:  # a younger job of the same key will do the work
        context.finish("done", error="")
        return
    context.again(job.attempts)


class _Heartbeat:
    """Keeps the lease of a long task that shows no progress."""

    def __init__(self, context: Context):
        self.ident, self.mine, self.stop = context.job.id, context.mine, threading.Event()
        self.app = current_app._get_current_object()

    def __enter__(self) -> None:
        self.thread = threading.Thread(target=self._beat, name=f"heartbeat-{self.ident}", daemon=True)
        self.thread.start()

    def __exit__(self, *_error: Any) -> None:
        self.stop.set()
        self.thread.join()

    def _beat(self) -> None:
        while not self.stop.wait(LEASE.total_seconds() / 3):
            try:
                with self.app.app_context(), database.apart() as session:
                    session.execute(sa.update(Job).where(*self.mine).values(lease_until=clock.wall() + LEASE))
            except sa.exc.DBAPIError as error:  # away or locked for a moment: the next beat may still be in time
                log.warning("heartbeat", job=self.ident, error=str(error.orig))


def run_until_idle(limit: int = 10_000) -> int:
    """Run ready jobs until none is left; return how many ran. For commands and tests."""
    count = 0
    while count < limit and run_one():
        count += 1
        db.session.expire_all()
    return count


def at_start(prepare: Callable[[], None]) -> None:
    """Let every worker call ``prepare`` once before its first job: what is slow to load is loaded then."""
    if prepare not in _at_start:
        _at_start.append(prepare)


def _prepare(app: Flask) -> None:
    for prepare in _at_start:
        try:
            with app.app_context():
                prepare()
        except Exception as error:
            log.warning("worker not warm", error=str(error))


def work(app: Flask, stop: threading.Event | None = None, also: Callable[[], bool] = lambda: False) -> None:
    """Run jobs until ``stop`` is set. ``also`` is called in each round (the mail outbox) and says whether it did something.

    A database that is away is waited for; nothing ends the loop but ``stop``.
    """
    stop = stop or threading.Event()
    _prepare(app)
    while not stop.is_set():
        busy = False
        try:
            with app.app_context():
                busy = run_one()
                busy = also() or busy
        except Exception as error:
            log.error("worker", error=str(error))
            stop.wait(2)
        if not busy:
            _wake.wait(IDLE_SECONDS)
            _wake.clear()


def take_over(host: str | None = None) -> int:
    """Free the leases of workers of this machine that no longer live, so that a restart goes on at once; return how many."""
    host = host or socket.gethostname()
    freed = 0
    for job in db.session.scalars(sa.select(Job).where(Job.state == "running", Job.worker.startswith(f"{host}:", autoescape=True))):
        if not _alive(int(job.worker.split(":")[1])):
            job.lease_until = clock.wall() - timedelta(seconds=1)
            freed += 1
    database.commit()
    return freed


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid != os.getpid()


def state() -> dict[str, Any]:
    """Return counts by state and the age in seconds of the oldest job that waits."""
    counts = dict(db.session.execute(sa.select(Job.state, sa.func.count()).group_by(Job.state)).all())
    oldest = db.session.scalar(sa.select(sa.func.min(Job.run_at)).where(Job.state == "queued", Job.run_at <= clock.wall()))
    age = (clock.wall() - oldest).total_seconds() if oldest else 0.0
    return {"counts": counts, "oldest_seconds": age}
