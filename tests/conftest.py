"""The application under test: a real database (SQLite, or PostgreSQL by MATCHMAKER_TEST_DATABASE_URL), emptied after each test."""

import functools
import gc
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient

from matchmaker import clock, create_app
from matchmaker.infra import jobs, mail
from matchmaker.infra.db import Base, db

from .division import OneWorkerAFile, turn

gc.set_threshold(200_000, 50, 100)  # the application's many lasting objects were looked through again and again: a tenth of the time


class Browser(FlaskClient):
    """A browser whose requests share the test's database session, but nothing that an earlier request left in ``g``."""

    def open(self, *args, **kwargs):
        try:
            _forget()
            return super().open(*args, **kwargs)
        finally:
            _forget()


def _forget() -> None:
    if has_app_context():  # the test's own context: Flask 3.1 does not push another one for the request
        for name in [name for name in g if not name.startswith("_sqlalchemy")]:
            g.pop(name)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log) -> OneWorkerAFile:
    config.option.loadscopereorder = False  # the order is that of ``turn``
    return OneWorkerAFile(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=turn)


TODAY = datetime(2026, 10, 19, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in Shanghai


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with an empty database."""
    folder = tmp_path_factory.mktemp("instance")
    url = os.environ.get("MATCHMAKER_TEST_DATABASE_URL", "sqlite:///test.sqlite3")
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        url = url.replace("_test", f"_test_{worker}")
    app = create_app(
        instance=folder, DATABASE_URL=url, TESTING=True, WTF_CSRF_ENABLED=False, ENCODER="dictionary", LOG_LEVEL="ERROR",
        BASE_URL="http://localhost", SIGN_UPS_PER_HOUR=10_000, MAILS_PER_HOUR=1000)
    app.test_client_class = Browser
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        Base.metadata.create_all(db.engine)
    yield app
    with app.app_context():
        Base.metadata.drop_all(db.engine)
        db.engine.dispose()


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    clock.set_now(TODAY)
    yield
    clock.set_now(None)


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """An application context with a session; the database is empty again afterwards."""
    with app.app_context():
        yield
        db.session.rollback()
        db.session.info.pop("after_commit", None)
    with app.app_context():
        wipe()


_INTO = re.compile(r'INSERT\s.*?\bINTO\s+"?(\w+)', re.IGNORECASE | re.DOTALL)
_filled: defaultdict[sa.URL, set[str]] = defaultdict(set)  # the tables into which something was written since the last ``wipe``


@sa.event.listens_for(sa.Engine, "before_cursor_execute")
def _note_inserts(connection: sa.Connection, _cursor, statement: str, *_rest) -> None:
    if found := _INTO.search(statement, 0, 1000):
        _filled[connection.engine.url].add(found[1])


@functools.cache
def _youngest_first() -> list[sa.Table]:
    return list(reversed(Base.metadata.sorted_tables))


def wipe() -> None:
    """Delete all rows: of the tables that have some, which are few of the hundred."""
    filled = _filled.pop(db.engine.url, set())
    with db.engine.begin() as connection:
        for table in _youngest_first():
            if table.name in filled:
                connection.execute(sa.delete(table))


@pytest.fixture
def client(app: Flask, context: None) -> FlaskClient:
    """A visitor's browser."""
    return app.test_client()


@pytest.fixture
def browse(app: Flask, context: None) -> Callable[..., FlaskClient]:
    """Return a function: user -> a browser signed in as that user."""
    from matchmaker.accounts.actions import begin_session

    def open_browser(user) -> FlaskClient:
        from matchmaker.infra.db import commit

        begin_session(user)
        commit()
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = user.session_token, True
        return client

    return open_browser


@pytest.fixture
def work(context: None) -> Callable[[], int]:
    """Return a function that runs the waiting jobs and sends the waiting mail."""

    def run() -> int:
        count = jobs.run_until_idle() + mail.send_all()
        db.session.expire_all()
        return count

    return run
