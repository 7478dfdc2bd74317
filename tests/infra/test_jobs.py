"""Durable jobs: what a worker promised is done once, also after it died."""

import pytest
import sqlalchemy as sa

from matchmaker.errors import Conflict
from matchmaker.i18n import reading_in
from matchmaker.infra import db as database
from matchmaker.infra import jobs
from matchmaker.infra.db import db

pytestmark = pytest.mark.database
seen: list[int] = []


@jobs.task("tests.note")
def note(context: jobs.Context, number: int, fail: bool = False) -> dict:
    seen.append(number)
    context.progress(0.5, "half")
    if fail and context.job.attempts < 2:
        raise RuntimeError("the first try fails")
    return {"number": number}


@pytest.fixture(autouse=True)
def _fresh():
    seen.clear()


def _job(ident) -> jobs.Job:
    return db.session.get(jobs.Job, ident, populate_existing=True)


def test_a_job_runs_once_and_keeps_its_result(context):
    ident = jobs.enqueue("tests.note", number=7)
    database.commit()
    assert jobs.run_until_idle() == 1
    assert seen == [7]
    assert (_job(ident).state, _job(ident).result, _job(ident).progress) == ("done", {"number": 7}, 1.0)


def test_a_job_of_a_rolled_back_request_is_never_run(context):
    jobs.enqueue("tests.note", number=1)
    database.rollback()
    assert jobs.run_until_idle() == 0


def test_the_same_key_waits_only_once(context):
    assert jobs.enqueue("tests.note", key="k", number=1) is not None
    assert jobs.enqueue("tests.note", key="k", number=2) is None
    database.commit()
    assert jobs.run_until_idle() == 1


def test_a_failed_job_is_tried_again_later(context):
    ident = jobs.enqueue("tests.note", number=3, fail=True)
    database.commit()
    jobs.run_one()
    assert _job(ident).state == "queued"
    db.session.execute(sa.update(jobs.Job).values(run_at=jobs.clock.wall()))
    database.commit()
    jobs.run_one()
    assert (_job(ident).state, seen) == ("done", [3, 3])


def test_a_lost_lease_is_taken_up_again(context):
    ident = jobs.enqueue("tests.note", number=5)
    database.commit()
    assert jobs.claim("host:1:1") == ident
    assert jobs.claim("host:2:2") is None
    db.session.execute(sa.update(jobs.Job).values(lease_until=jobs.clock.wall() - jobs.LEASE))
    database.commit()
    assert jobs.run_one()
    assert _job(ident).state == "done"


def test_take_over_frees_the_jobs_of_dead_processes(context):
    ident = jobs.enqueue("tests.note", number=5)
    database.commit()
    jobs.claim("thishost:999999999:1")
    assert jobs.take_over("thishost") == 1
    jobs.run_until_idle()
    assert _job(ident).state == "done"


@jobs.task("tests.stolen")
def stolen(context: jobs.Context, chunk: bool) -> None:
    """A task whose worker is frozen for so long that another one takes the job."""
    db.session.execute(sa.insert(jobs.Job).values(
        kind="tests.trace", args={}, state="failed", attempts=0, run_at=jobs.clock.wall(), created_at=jobs.clock.wall(), progress=0.0,
        message="", params={}, result={}, error="", stop_asked=False))
    db.session.execute(sa.update(jobs.Job).where(jobs.Job.id == context.job.id).values(worker="host:2:2:other").execution_options(
        synchronize_session=False))
    database.db.session.commit()
    db.session.execute(sa.update(jobs.Job).where(jobs.Job.kind == "tests.trace").values(message="written too late"))
    if chunk:
        context.chunk()


@pytest.mark.parametrize("chunk", [True, False])
def test_a_worker_that_lost_its_lease_writes_nothing(context, chunk):
    ident = jobs.enqueue("tests.stolen", chunk=chunk)
    database.commit()
    assert jobs.run_one()
    assert (_job(ident).state, _job(ident).worker) == ("running", "host:2:2:other")
    assert db.session.scalar(sa.select(jobs.Job.message).where(jobs.Job.kind == "tests.trace")) == ""


def test_the_last_work_of_a_task_and_the_end_of_its_job_are_one_transaction(context, monkeypatch):
    commits = []
    monkeypatch.setattr(database, "commit", lambda real=database.commit: (commits.append(1), real()))
    jobs.enqueue("tests.note", number=9)
    database.commit()
    commits.clear()
    jobs.run_one()
    assert len(commits) == 2  # the lease; the result with the end


def test_a_job_that_keeps_chunks_may_die_any_number_of_times(context):
    ident = jobs.enqueue("tests.note", number=5)
    database.commit()
    for _death in range(jobs.MAX_ATTEMPTS + 3):
        assert jobs.claim(jobs.worker_name()) == ident
        jobs.Context(_job(ident)).chunk()
        db.session.execute(sa.update(jobs.Job).values(lease_until=jobs.clock.wall() - jobs.LEASE))
        database.commit()
    jobs.run_one()
    assert _job(ident).state == "done"


def test_a_job_that_kills_its_worker_each_time_is_given_up(context):
    ident = jobs.enqueue("tests.note", number=5)
    database.commit()
    for _death in range(jobs.MAX_ATTEMPTS):
        assert jobs.claim(jobs.worker_name()) == ident
        db.session.execute(sa.update(jobs.Job).values(lease_until=jobs.clock.wall() - jobs.LEASE))
        database.commit()
    jobs.run_one()
    assert (_job(ident).state, seen) == ("failed", [])


@jobs.task("tests.refuse")
def refuse(context: jobs.Context) -> dict:
    raise Conflict("Locked cards contradict each other: %(reasons)s", reasons="B12")


def test_a_refusal_is_told_in_the_language_of_who_reads_it(context):
    ident = jobs.enqueue("tests.refuse")
    database.commit()
    jobs.run_one()
    for language, begins in (("en", "Locked cards contradict"), ("zh_Hans_CN", "锁定")):
        with reading_in(language):
            assert begins in _job(ident).words
            assert "B12" in _job(ident).words
    assert (_job(ident).state, _job(ident).attempts) == ("failed", 1)
