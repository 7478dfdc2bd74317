"""Limits that outlive a restart and hold over all processes: a table of counters, each commit on its own.

Keys are kept as hashes: they contain mail addresses.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from .. import clock
from ..errors import N_, TooMany
from ..infra.db import apart, insert
from .models import Counter
from .queries import digest

TRIES = N_("Too many tries. Wait %(minutes)s minutes and try again.")


def _window(now: datetime, minutes: int) -> datetime:
    seconds = minutes * 60
    return datetime.fromtimestamp(now.timestamp() // seconds * seconds, now.tzinfo)


def hit(key: str, *, limit: int, minutes: int, message: str = TRIES, patience: float | None = None) -> None:
    """Count one event of ``key``; raise ``TooMany`` when the present and the last window together hold more than ``limit``.

    The last window counts by the share of it that is less than ``minutes`` ago (a sliding window of two counters). ``message`` is what
    the refusal says; ``patience``: seconds to wait for another writer on SQLite, then ``OperationalError``.
    """
    now, hashed = clock.wall(), digest(key)
    with apart(patience=patience) as session:
        if _count(session, hashed, _window(now, minutes)) == 1:  # a window has begun: those of yesterday go
            session.execute(sa.delete(Counter).where(Counter.window_at < now - timedelta(days=1)))
        count = _used(session, hashed, now, minutes)
    if count > limit:
        raise TooMany(message, minutes=minutes)


def used(key: str, *, minutes: int) -> float:
    """Return how many events of ``key`` the sliding window holds."""
    with apart() as session:
        return _used(session, digest(key), clock.wall(), minutes)


def forget(key: str) -> None:
    """Begin anew, after a success."""
    with apart() as session:
        session.execute(sa.delete(Counter).where(Counter.key == digest(key)))


def _used(session: sa.orm.Session, hashed: str, now: datetime, minutes: int) -> float:
    window, length = _window(now, minutes), timedelta(minutes=minutes)
    query = sa.select(Counter.window_at, Counter.count).where(Counter.key == hashed, Counter.window_at.in_([window, window - length]))
    counts = dict(session.execute(query).all())
    return counts.get(window, 0) + (1 - (now - window) / length) * counts.get(window - length, 0)


def _count(session: sa.orm.Session, hashed: str, window: datetime) -> int:
    row = insert(Counter, session).values(key=hashed, window_at=window, count=1)
    row = row.on_conflict_do_update(index_elements=["key", "window_at"], set_={"count": Counter.count + 1})
    return session.execute(row.returning(Counter.count)).scalar_one()
