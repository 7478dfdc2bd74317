"""``flask match``: what an administrator does by hand."""

import pytest
import sqlalchemy as sa

from matchmaker.infra.db import db
from matchmaker.matching import learning
from matchmaker.matching.models import StaleMatch

from .test_learning import bargain_hunters

pytestmark = pytest.mark.database


@pytest.fixture
def match(app, context):
    """Return a function that runs ``flask match`` with arguments."""
    def run(*args):
        return app.test_cli_runner().invoke(args=["match", *args])

    return run


def test_train_says_what_it_learned_from_and_how_good_it_is(expo, match):
    bargain_hunters(expo)
    out = match("train", "--note", "first week").output
    version = learning.in_use()
    assert f"Version {version.sha256[:12]}, learned from 60 answers, is in use." in out
    assert "Held out: 60 answers of 10 companies" in out and "log loss" in out
    assert version.note == "first week"


def test_train_without_answers_says_why_not(expo, match):
    result = match("train")
    assert result.exit_code == 1 and "nothing to learn from" in result.output


def test_versions_marks_the_one_in_use_and_use_goes_back(expo, match):
    bargain_hunters(expo)
    match("train")
    name = learning.in_use().sha256[:12]
    assert f"* {name}" in match("versions").output
    assert "In use: documented" in match("use", "documented").output
    assert "* documented" in match("versions").output
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StaleMatch)) == 2
    match("use", name)
    assert learning.in_use().sha256.startswith(name)
    assert match("use", "ffff").exit_code == 1


def test_refresh_matches_one_expo_and_report_and_evaluate_say_how(fair, match):
    assert "3 demands matched" in match("refresh", "--expo", fair.expo.slug).output
    out = match("report").output
    assert "demands" in out and "expected matches" in out and "in nobody's first ten" in out
    out = match("evaluate", "--expo", fair.expo.slug).output
    assert "documented weights" in out and "no list yet" in out
    assert match("report", "--expo", "no-such").exit_code == 1


def test_evaluate_measures_the_version_in_use_anew(expo, match):
    bargain_hunters(expo)
    match("train")
    bargain_hunters(expo)
    match("evaluate")
    db.session.expire_all()
    assert learning.in_use().metrics["answers"] == 120
