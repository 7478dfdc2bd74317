"""The one clock.

``now`` is the time of the expo: real, or in the demo and in tests shifted by ``set_now``. ``wall`` is the machine's own
time, for what concerns processes and not the expo: leases of jobs, sessions, links, limits. All instants are aware, in UTC.
"""

from datetime import UTC, datetime, timedelta

_shift = timedelta(0)


def wall() -> datetime:
    """Return the machine's time."""
    return datetime.now(UTC)


def now() -> datetime:
    """Return the time of the expo."""
    return wall() + _shift


def set_now(instant: datetime | None) -> None:
    """Let ``now`` go on from ``instant`` (aware), or from the real time when None."""
    global _shift
    _shift = instant - wall() if instant else timedelta(0)


def is_shifted() -> bool:
    """Tell whether the expo's time differs from the machine's: pages say so in a banner."""
    return abs(_shift) > timedelta(seconds=1)
