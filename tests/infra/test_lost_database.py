"""A database that goes away in the middle of a request: 503 with Retry-After on every page, never a bare 500."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from matchmaker.infra.db import db

from .. import factories

pytestmark = pytest.mark.database


@pytest.fixture
def away(app, context, monkeypatch):
    """Return a function that lets every statement fail from the ``after``-th on."""
    listening = []
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)  # as outside of tests: an error page that fails is a 500

    def go(after: int) -> None:
        count = 0

        def fail(*_args) -> None:
            nonlocal count
            count += 1
            if count > after:
                raise OperationalError("SELECT 1", {}, Exception("the server closed the connection"))

        sa.event.listen(db.engine, "before_cursor_execute", fail)
        listening.append(fail)

    yield go
    for fail in listening:
        sa.event.remove(db.engine, "before_cursor_execute", fail)


@pytest.mark.parametrize("after", range(14))
def test_a_page_says_503_whenever_the_database_goes(browse, away, after):
    expo, company = factories.ExpoFactory(), factories.CompanyFactory()
    factories.approve(company, expo)
    browser = browse(factories.member(company))
    away(after)
    answer = browser.get(f"/e/{expo.slug}/requests")
    assert answer.status_code in (200, 503)
    if answer.status_code == 503:
        assert answer.headers["Retry-After"]


def test_an_address_that_is_not_there_says_503_too(browse, away):
    browser = browse(factories.UserFactory())
    away(0)
    assert browser.get("/no-such-page").status_code in (404, 503)


def test_a_lost_race_is_a_conflict(app, browse, monkeypatch):
    from matchmaker.accounts import actions

    def lost(*_args, **_more):
        raise IntegrityError("INSERT", {}, Exception("duplicate key"))

    monkeypatch.setattr(actions, "sign_out", lost)
    assert browse(factories.UserFactory()).post("/sign-out").status_code == 409
