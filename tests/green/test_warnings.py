"""Warnings before a label ends, and on the day after: each once."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from matchmaker import clock, events
from matchmaker.green import actions, tasks
from matchmaker.infra import jobs
from matchmaker.infra.db import db
from matchmaker.notices.models import Notice
from matchmaker.notices.words import sentence
from matchmaker.permissions import SYSTEM

from .. import factories
from .test_queries import FULL, product

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("context")]
LAST = date(2026, 12, 31)


@pytest.fixture
def oak():
    company = factories.CompanyFactory()
    factories.member(company)
    return product({"claim": "Oak", **FULL, "expires_on": LAST}, company=company, title="Oak plank",
                   certificates=[{"kind": "ISO9001", "number": "S", "issuer": "B", "scope": "all", "expires_on": LAST}])


def kinds():
    return list(db.session.scalars(sa.select(Notice.kind).where(Notice.kind.startswith("evidence")).order_by(Notice.id)))


def test_a_company_is_told_90_30_and_7_days_before_and_the_day_after_each_once(oak):
    told = []
    for day in range(120):
        on = LAST - timedelta(days=110 - day)
        told += [(on - LAST).days] * actions.warn(SYSTEM, on)
    assert told == [-90, -30, -7, 1]
    assert kinds() == ["evidence_ending"] * 3 + ["evidence_ended"]


def test_the_warning_says_label_product_day_and_days_left(oak):
    actions.warn(SYSTEM, LAST - timedelta(days=28))
    notice = db.session.scalar(sa.select(Notice).where(Notice.kind == "evidence_ending"))
    said = sentence(notice.kind, notice.params)
    assert "FSC" in said and "Oak plank" in said and "Dec 31, 2026" in said and "days left: 28" in said


def test_a_card_that_is_saved_again_warns_of_nothing_twice(oak):
    assert actions.warn(SYSTEM, LAST - timedelta(days=30)) == 1
    row = oak.claims[0]
    oak.claims = [type(row)(link=row.link, claim="Oak plank", label=row.label, number=row.number, issuer=row.issuer, scope=row.scope,
                            expires_on=row.expires_on)]
    db.session.flush()
    assert actions.warn(SYSTEM, LAST - timedelta(days=29)) == 0


@pytest.mark.parametrize(("ends", "told"), [(LAST, 0), (LAST + timedelta(days=90), 1)])
def test_what_ends_with_its_document_is_told_by_the_locker_alone(oak, ends, told):
    oak.claims[0].document_id = factories.DocumentFactory(company=oak.company, kind="OTHER", expires_on=ends).id
    db.session.flush()
    assert actions.warn(SYSTEM, LAST - timedelta(days=30)) == told


def test_what_ended_long_ago_or_is_no_longer_shown_warns_of_nothing(oak):
    assert actions.warn(SYSTEM, LAST + timedelta(days=60)) == 0
    oak.state = "withdrawn"
    db.session.flush()
    assert actions.warn(SYSTEM, LAST) == 0


def test_nobody_but_the_work_itself_warns(oak):
    from matchmaker.errors import NotFound

    with pytest.raises(NotFound):
        actions.warn(factories.actor(factories.UserFactory()), LAST)


def test_a_change_of_a_card_asks_for_the_watch_and_the_watch_for_tomorrow(oak, work):
    clock.set_now(datetime(2026, 12, 24, 8, 0, tzinfo=UTC))
    events.product_changed.send(oak)
    jobs.run_one()
    db.session.expire_all()
    assert kinds() == ["evidence_ending"]
    waiting = db.session.scalars(sa.select(jobs.Job).where(jobs.Job.kind == tasks.WATCH, jobs.Job.state == "queued")).all()
    assert len(waiting) == 1 and waiting[0].run_at > clock.wall()


def test_the_morning_is_the_next_one_in_china():
    before = datetime(2026, 12, 23, 21, 0, tzinfo=UTC)  # 05:00 of the 24th in Shanghai
    assert tasks.seconds_to_morning(before) == 3600
    assert tasks.seconds_to_morning(before + timedelta(hours=1)) == 24 * 3600
