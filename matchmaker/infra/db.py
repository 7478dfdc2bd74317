"""The database: one declarative base, one session a request, SQLite by default and PostgreSQL by URL.

On SQLite no transaction is open until the first write; the first write begins IMMEDIATE, so that two writers queue instead of
failing half-way. A GET begins deferred at its first read and sees one snapshot. PostgreSQL does the same by itself.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from inspect import iscoroutinefunction
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask, has_request_context, request
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from ..errors import NotFound

T = TypeVar("T")
BUSY_TIMEOUT = 30_000  # milliseconds that a writer waits for another on SQLite
_WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|WITH)\b", re.IGNORECASE)
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.types.TypeDecorator):
    """An aware instant, stored in UTC on every database (SQLite stores it naive)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime: use clock.now()")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    """The base of all models. ``dict`` and ``list`` columns are JSON; datetimes are aware."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime, dict: sa.JSON, list: sa.JSON}

    id: Mapped[int] = mapped_column(primary_key=True)


class Versioned:
    """An optimistic version: a lost race raises ``StaleDataError``, which becomes 409."""

    version: Mapped[int] = mapped_column(default=1)

    @sa.orm.declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


db = SQLAlchemy(session_options={"expire_on_commit": False})


def get(model: type[T], ident: Any) -> T:
    """Return the row with primary key ``ident``, or raise ``NotFound``."""
    row = db.session.get(model, ident)
    if row is None:
        raise NotFound()
    return row


def one(query: sa.Select[tuple[T]]) -> T:
    """Return the one row of ``query``, or raise ``NotFound``."""
    row = db.session.scalars(query).one_or_none()
    if row is None:
        raise NotFound()
    return row


def insert(model: type[Base], session: Session | None = None) -> Any:
    """Return an INSERT that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``, in the words of the session's database."""
    if (session or db.session).get_bind().dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as insert_into
    else:
        from sqlalchemy.dialects.postgresql import insert as insert_into
    return insert_into(model)


def insert_ignore(model: type[Base], **values: Any) -> bool:
    """Insert a row unless a unique constraint forbids it; return whether it was inserted. Both databases, one statement."""
    statement = insert(model).values(**values).on_conflict_do_nothing().returning(model.id)
    return db.session.execute(statement).first() is not None


def like(column: Any, words: str) -> sa.ColumnElement[bool]:
    """Return a case-insensitive 'contains' with ``%`` and ``_`` of ``words`` escaped."""
    return column.icontains(words, autoescape=True)


def after_commit(action: Callable[[], None]) -> None:
    """Call ``action`` once this transaction is committed; never if it is rolled back."""
    db.session.info.setdefault("after_commit", []).append(action)


def commit() -> None:
    """Commit the transaction of this request, job chunk or command, then run what waits for it."""
    db.session.commit()
    for action in db.session.info.pop("after_commit", []):
        action()


def rollback() -> None:
    """Undo the transaction and forget what waited for it."""
    db.session.rollback()
    db.session.info.pop("after_commit", None)


@contextmanager
def apart(*, patience: float | None = None) -> Iterator[Session]:
    """Yield a session with a transaction of its own, committed at the end.

    For the few things that stay when the request is rolled back: counters of failures, the audit of refusals, ``last_seen``; and for
    what a page notes of its readers. ``patience``: seconds to wait for another writer on SQLite before ``OperationalError``.
    """
    with db.sessionmaker.begin() as session:
        hurry = patience is not None and session.get_bind().dialect.name == "sqlite"
        raw = session.connection().connection.dbapi_connection if hurry else None
        try:
            if raw is not None:
                raw.execute(f"PRAGMA busy_timeout = {int(1000 * (patience or 0))}")
            yield session
        finally:
            if raw is not None:
                raw.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")


@contextmanager
def foreign_keys_off(connection: sa.Connection) -> Iterator[None]:
    """Let SQLite not follow foreign keys inside; raise ``IntegrityError`` when a row points nowhere afterwards. PostgreSQL needs none."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.dbapi_connection
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
        astray = raw.execute("PRAGMA foreign_key_check").fetchall()
        if astray:
            raise sqlite3.IntegrityError(f"rows that point nowhere: {astray[:5]}")
    finally:
        raw.execute("PRAGMA foreign_keys = ON")


def init_app(app: Flask) -> None:
    """Connect the extension; on SQLite set the pragmas and the rule of the first write."""
    db.init_app(app)
    # The extension would run an event loop at the end of every request to close async sessions; we have none.
    app.teardown_appcontext_funcs = [close for close in app.teardown_appcontext_funcs if not iscoroutinefunction(close)]
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "before_cursor_execute", _sqlite_begin)
        event.listen(engine, "savepoint", lambda connection, _name: _begin(connection, "IMMEDIATE"))


def _sqlite_connect(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", f"busy_timeout = {BUSY_TIMEOUT}"):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: sa.Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
    if _WRITE.match(statement):
        _begin(connection, "IMMEDIATE")
    elif has_request_context() and request.method in ("GET", "HEAD"):
        _begin(connection, "DEFERRED")


def _begin(connection: sa.Connection, how: str) -> None:
    raw = connection.connection.dbapi_connection
    if not raw.in_transaction:
        raw.execute(f"BEGIN {how}")
