"""A model learns from what people did, keeps its versions, and goes back."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from matchmaker.errors import Conflict, NotFound
from matchmaker.infra import jobs
from matchmaker.infra.db import commit, db
from matchmaker.matching import learning, quality
from matchmaker.matching.models import Feedback, ModelVersion, Recommendation, StaleMatch
from matchmaker.permissions import SYSTEM

from .. import factories
from .conftest import match_all

pytestmark = pytest.mark.database
AT = datetime(2026, 10, 1, tzinfo=UTC)


def feedback(expo, company, kind, *, pair, price=0.9, position=None, other=None, side="buyer", days=0):
    """Write one row of feedback, as pages and receivers do."""
    db.session.add(Feedback(
        expo_id=expo.id, company_id=company.id, other_id=(other or company).id, demand_id=pair[0], product_id=pair[1], side=side, kind=kind,
        signals={"text": 0.6, "price": price}, position=position, model="documented", at=AT + timedelta(days=days)))
    db.session.flush()


def bargain_hunters(expo, buyers=10, each=6):
    """Buyers who accept what is cheap and decline what is dear, and nothing else."""
    for number in range(buyers):
        buyer = factories.BuyerFactory()
        for at in range(each):
            cheap = at % 2 == 0
            feedback(expo, buyer, "accepted" if cheap else "declined", pair=(number + 1, at + 1), price=0.95 if cheap else 0.05, days=at)
    commit()


def test_without_a_version_the_documented_weights_are_in_use(context):
    models = learning.current()
    assert (learning.in_use(), models.name, models.intention) == (None, "documented", None)
    assert models.intention_chance({"text": 0.9}) is None


def test_without_answers_there_is_nothing_to_learn_from(expo):
    feedback(expo, factories.BuyerFactory(), "opened", pair=(1, 1), position=1)
    with pytest.raises(Conflict):
        learning.train(SYSTEM)
    assert learning.versions() == []


def test_a_model_learns_what_buyers_care_for(expo):
    bargain_hunters(expo)
    version = learning.train(SYSTEM, note="after the first week")
    learned = version.params["deal"]["sides"]["buyer"]["weights"]
    assert learned["price"] > 1.6  # the documented weight
    assert (version.answers, version.note) == (60, "after the first week")
    assert (version.window_from, version.window_to) == (AT, AT + timedelta(days=5))
    assert learning.current().name == version.sha256[:12]


def test_held_out_companies_are_told_better_than_by_documented_weights(expo):
    bargain_hunters(expo)
    metrics = learning.train(SYSTEM).metrics
    assert (metrics["answers"], metrics["companies"], len(metrics["folds"])) == (60, 10, learning.FOLDS)
    assert metrics["learned"]["log_loss"] < metrics["documented"]["log_loss"]
    assert sum(size for _chance, _rate, size in metrics["learned"]["curve"]) == 60


def test_the_same_feedback_gives_the_same_version(expo):
    bargain_hunters(expo)
    first, second = learning.train(SYSTEM), learning.train(SYSTEM)
    assert first is second and len(learning.versions()) == 1


def test_the_order_in_which_feedback_came_changes_nothing(expo):
    bargain_hunters(expo)
    first = learning.train(SYSTEM)
    columns = [column for column in Feedback.__table__.c if column.name != "id"]
    rows = [dict(row._mapping) for row in db.session.execute(sa.select(*columns))]
    db.session.execute(sa.delete(Feedback))
    db.session.execute(sa.insert(Feedback), rows[::-1])
    assert learning.train(SYSTEM) is first


def test_feedback_is_streamed_and_no_row_becomes_an_object(expo, monkeypatch):
    bargain_hunters(expo)
    db.session.expunge_all()
    monkeypatch.setattr(learning, "AT_ONCE", 7)
    rows = learning.rows_of()
    assert next(rows).kind == "accepted"  # the first seven are read, not all
    assert len(learning.observations()) == 60 == 1 + sum(1 for _row in rows)
    assert not any(isinstance(thing, Feedback) for thing in db.session)


def test_more_feedback_gives_another_version(expo):
    bargain_hunters(expo)
    first = learning.train(SYSTEM)
    feedback(expo, factories.BuyerFactory(), "declined", pair=(99, 1), price=0.1)
    second = learning.train(SYSTEM)
    assert first.sha256 != second.sha256 and learning.in_use() is second


def test_going_back_puts_the_older_version_in_use_and_every_expo_is_matched_anew(matched):
    expo = matched.expo
    bargain_hunters(expo)
    first = learning.train(SYSTEM)
    feedback(expo, factories.BuyerFactory(), "declined", pair=(99, 1), price=0.1)
    learning.train(SYSTEM)
    match_all(expo)
    db.session.execute(sa.delete(StaleMatch))
    learning.use(SYSTEM, first)
    assert learning.in_use() is first and learning.current().name == first.sha256[:12]
    assert db.session.scalars(sa.select(StaleMatch.expo_id)).all() == [expo.id]
    match_all(expo)
    assert {name.rpartition("/")[2] for name in db.session.scalars(sa.select(Recommendation.model))} == {first.sha256[:12]}


def test_going_back_to_the_documented_weights(matched):
    bargain_hunters(matched.expo)
    learning.train(SYSTEM)
    learning.use_documented(SYSTEM)
    assert learning.in_use() is None and learning.current().name == "documented"
    match_all(matched.expo)
    assert {name.rpartition("/")[2] for name in db.session.scalars(sa.select(Recommendation.model))} == {"documented"}


def test_a_version_is_named_by_the_beginning_of_its_hash(expo):
    bargain_hunters(expo)
    version = learning.train(SYSTEM)
    assert learning.version_named(version.sha256[:6]) is version
    for name in ("", version.sha256[:3], "zzzz", "%%%%"):
        with pytest.raises(NotFound):
            learning.version_named(name)


def test_only_administrators_train_and_choose(expo):
    bargain_hunters(expo)
    organizer = factories.actor(factories.organizer(expo))
    for verb in (lambda: learning.train(organizer), lambda: learning.use_documented(organizer), lambda: quality.ask_training(organizer)):
        with pytest.raises(NotFound):
            verb()


def test_the_job_trains_once_however_often_it_is_asked(expo, work):
    bargain_hunters(expo)
    admin = factories.actor(factories.UserFactory(is_admin=True))
    quality.ask_training(admin)
    quality.ask_training(admin)
    commit()
    work()
    done = db.session.scalars(sa.select(jobs.Job).where(jobs.Job.kind == "matching.train")).all()
    assert [job.state for job in done] == ["done"]
    assert db.session.scalars(sa.select(ModelVersion.sha256)).all() == [done[0].result["sha256"]]


def test_a_job_without_answers_fails_with_words(expo, work):
    quality.ask_training(factories.actor(factories.UserFactory(is_admin=True)))
    commit()
    work()
    assert "nothing to learn from" in quality.failed_training().error


def test_of_one_showing_the_strongest_thing_counts_and_an_answer_counts_too():
    def row(kind, **more):
        values = {"company_id": 1, "demand_id": 2, "product_id": 3, "side": "buyer", "kind": kind, "reason": "", "value": None,
                  "position": None, "signals": {"text": 0.7}, "at": AT}
        return SimpleNamespace(**values | more)

    found = learning.observations([row("shown", position=4), row("opened"), row("saved"), row("accepted"), row("missed")])
    assert [(one.task, one.label, one.position) for one in found] == [("interest", 1.0, 4), ("acceptance", 1.0, None)]


def test_the_chance_of_an_intention_is_told_only_when_enough_meetings_were_held(expo):
    for number in range(210):
        feedback(expo, factories.BuyerFactory(), "intention" if number % 2 else "held", pair=(number + 1, 1),
                 price=0.95 if number % 2 else 0.05)
    feedback(expo, factories.BuyerFactory(), "accepted", pair=(999, 1))
    learning.train(SYSTEM)
    models = learning.current()
    assert 0 < models.intention_chance({"text": 0.6, "price": 0.05}) < models.intention_chance({"text": 0.6, "price": 0.95}) < 1


@pytest.mark.parametrize("answers", [199, 200])
def test_figures_are_shown_from_the_two_hundredth_answer_on_and_bands_before(matched, browse, answers):
    """140 answers of buyers and 59 or 60 of exhibitors are learned; the lists and pages of both sides say what came of it."""
    hunter, seller = factories.BuyerFactory(), factories.CompanyFactory()
    for number in range(answers):
        company, side = (hunter, "buyer") if number < 140 else (seller, "exhibitor")
        kind, price = (("accepted", 0.95), ("declined", 0.05))[number % 2]
        feedback(matched.expo, company, kind, pair=(number + 1, 1), price=price, side=side)
    version = learning.train(SYSTEM)
    match_all(matched.expo)
    assert version.answers == answers
    chances = db.session.execute(sa.select(Recommendation.chance_buyer, Recommendation.chance_exhibitor)).all()
    assert {value is not None for row in chances for value in row} == {answers >= 200}
    pair = f"/e/{matched.expo.slug}/matches/{matched.demands[0].id}/{matched.products[0].id}"
    for company in (matched.buyers[0], matched.exhibitors[0]):
        browser = browse(factories.member(company))
        page, cards = browser.get(pair).text, browser.get(f"/e/{matched.expo.slug}/recommendations").text
        assert ("class=\"panel score\"" in page, "class=\"band ring" in cards) == ((answers >= 200,) * 2)
        assert ("once 200 answers to requests are in" in page) == (answers < 200)
