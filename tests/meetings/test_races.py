"""Several sessions at once: the quota and the one open meeting of a pair hold."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from matchmaker.accounts.models import User
from matchmaker.companies.models import Company
from matchmaker.demands.models import Demand
from matchmaker.errors import Problem
from matchmaker.expos.models import Expo
from matchmaker.expos.queries import actor_for
from matchmaker.infra.db import commit, db, rollback
from matchmaker.meetings import actions
from matchmaker.meetings.models import Meeting

from .. import factories

pytestmark = pytest.mark.database


def at_once(app, tasks: list[Callable[[], object]]) -> list[str]:
    """Run each task in a session of its own, all at the same moment; return 'done' or the refusal's class of each."""
    barrier = Barrier(len(tasks))

    def run(task):
        with app.app_context():
            barrier.wait()
            try:
                task()
                commit()
            except Problem as problem:
                rollback()
                return type(problem).__name__
            return "done"

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def asking(user_id, expo_id, other_id, demand_id=None):
    def task():
        actor = actor_for(db.session.get_one(User, user_id))
        demand = db.session.get(Demand, demand_id) if demand_id else None
        actions.ask(actor, db.session.get_one(Expo, expo_id), other=db.session.get_one(Company, other_id), demand=demand)

    return task


def test_the_last_place_of_the_quota_goes_once(app, fair):
    fair.expo.request_quota = 2
    others = []
    for _n in range(6):
        company = factories.CompanyFactory()
        factories.approve(company, fair.expo)
        others.append(company.id)
    ids = fair.purchaser.id, fair.expo.id
    commit()
    answers = at_once(app, [asking(*ids, other) for other in others])
    assert sorted(answers) == ["TooMany"] * 4 + ["done"] * 2
    assert db.session.scalar(sa.select(sa.func.count(Meeting.id))) == 2


def test_two_who_ask_each_other_at_once_get_one_meeting(app, fair):
    expo_id = fair.expo.id
    tasks = [asking(fair.purchaser.id, expo_id, fair.exhibitor.id) for _n in range(3)]
    tasks += [asking(fair.seller.id, expo_id, fair.buyer.id, fair.demand.id) for _n in range(3)]
    commit()
    assert sorted(at_once(app, tasks)) == ["Conflict"] * 5 + ["done"]
    assert db.session.scalar(sa.select(sa.func.count(Meeting.id))) == 1


def test_an_answer_and_a_withdrawal_at_once_leave_one_of_them(app, fair, asked):
    from sqlalchemy.orm.exc import StaleDataError

    from matchmaker.errors import Conflict

    meeting_id, seller, purchaser = asked.id, fair.seller_acts, fair.purchaser_acts
    commit()

    def take(verb, actor):
        def task():
            try:
                verb(actor, db.session.get_one(Meeting, meeting_id))
            except StaleDataError:  # the page answers 409 to both
                raise Conflict() from None

        return task

    answers = at_once(app, [take(actions.accept, seller), take(actions.withdraw, purchaser)])
    assert sorted(answers) == ["Conflict", "done"]
    final = db.session.get(Meeting, meeting_id, populate_existing=True).state
    assert final == ("accepted" if answers[0] == "done" else "withdrawn")
