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


def _window(now: datetime, minutes: int) -> datetime:
    seconds = minutes * 60
    return datetime.fromtimestamp(now.timestamp() // seconds * seconds, now.tzinfo)


def hit(key: str, *, limit: int, minutes: int) -> None:
    """Count one event of ``key``; raise ``TooMany`` when the present and the last window together hold more than ``limit``.

    The last window counts by the share of it that is less than ``minutes`` ago (a sliding window of two counters).
    """
    now, hashed = clock.wall(), digest(key)
    window = _window(now, minutes)
    with apart() as session:
        session.execute(sa.delete(Counter).where(Counter.window_at < now - timedelta(days=1)))
        _count(session, hashed, window)
    if used(key, minutes=minutes) > limit:
        raise TooMany(N_("Too many tries. Wait %(minutes)s minutes and try again."), minutes=minutes)


def used(key: str, *, minutes: int) -> float:
    """Return how many events of ``key`` the sliding window holds."""
    now = clock.wall()
    window = _window(now, minutes)
    share = 1 - (now - window) / timedelta(minutes=minutes)
    with apart() as session:
        counts = dict(session.execute(
            sa.select(Counter.window_at, Counter.count).where(
                Counter.key == digest(key), Counter.window_at.in_([window, window - timedelta(minutes=minutes)]))
        ).all())
    return counts.get(window, 0) + share * counts.get(window - timedelta(minutes=minutes), 0)


def forget(key: str) -> None:
    """Begin anew, after a success."""
    with apart() as session:
        session.execute(sa.delete(Counter).where(Counter.key == digest(key)))


def _count(session: sa.orm.Session, key: str, window: datetime) -> None:
    row = insert(Counter, session).values(key=key, window_at=window, count=1)
    session.execute(row.on_conflict_do_update(index_elements=["key", "window_at"], set_={"count": Counter.count + 1}))
