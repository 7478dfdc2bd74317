"""Rules of an edition: dates, zones, parts of a day, slots, table labels. Pure: no database."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from ..errors import N_, Invalid

MIN_SLOT, MAX_SLOT = 15, 120
MAX_DAYS, MAX_TABLES = 60, 400
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LABEL = re.compile(r"[^\W_][\w.\-]{0,11}")
_RANGE = re.compile(r"(?P<prefix>[^\W\d_]{0,6})(?P<first>\d{1,5})\s*[-–~]\s*(?P<again>[^\W\d_]{0,6})(?P<last>\d{1,5})")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a day on the expo's own clock, cut into slots of ``minutes``."""

    start: time
    end: time
    minutes: int

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class Span:
    """A slot to be: its begin in UTC and its length."""

    starts_at: datetime
    minutes: int

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


def check_slug(slug: str) -> None:
    """Raise ``Invalid`` unless the word can stand in addresses."""
    if not _SLUG.fullmatch(slug) or len(slug) > 40 or slug == "new":
        raise Invalid(N_("Use small letters a-z, digits and single hyphens, like ciie-2026."), field="slug")


def check_dates(starts_on: date, ends_on: date) -> None:
    """Raise ``Invalid`` unless the last day is the first or later, and the edition is not endless."""
    if ends_on < starts_on:
        raise Invalid(N_("The last day cannot be before the first."), field="ends_on")
    if (ends_on - starts_on).days >= MAX_DAYS:
        raise Invalid(N_("An edition can last %(count)s days at most."), field="ends_on", count=MAX_DAYS)


@cache
def zones() -> frozenset[str]:
    """Return the names of the time zones."""
    return frozenset(available_timezones())


def check_zone(name: str) -> None:
    """Raise ``Invalid`` for a time zone that does not exist."""
    if name not in zones():
        raise Invalid(N_("There is no time zone %(name)s. Write one like Asia/Shanghai."), field="tz", name=name)


def check_parts(parts: Sequence[Part]) -> None:
    """Raise ``Invalid`` unless each part ends after it starts, holds a slot of 15 to 120 minutes, and none overlap."""
    for part in parts:
        if part.end <= part.start:
            raise Invalid(N_("The part %(part)s must end after it starts."), part=str(part))
        if not MIN_SLOT <= part.minutes <= MAX_SLOT:
            raise Invalid(N_("A slot lasts %(least)s to %(most)s minutes."), least=MIN_SLOT, most=MAX_SLOT)
        if _minutes(part.end) - _minutes(part.start) < part.minutes:
            raise Invalid(N_("Not one slot of %(minutes)s minutes fits into %(part)s."), minutes=part.minutes, part=str(part))
    ordered = sorted(parts, key=lambda part: part.start)
    for before, after in pairwise(ordered):
        if after.start < before.end:
            raise Invalid(N_("The parts %(one)s and %(other)s overlap."), one=str(before), other=str(after))


def day_slots(on: date, tz: str, parts: Iterable[Part]) -> list[Span]:
    """Cut the parts of one local day into slots, in order; what would cross the end of its part is left out.

    The hours are those of the expo's clock, the result is in UTC. Raises ``Invalid`` for parts that break a rule, or that begin
    or end in the hour which does not exist where clocks go forward on that day.
    """
    parts = sorted(parts, key=lambda part: part.start)
    check_parts(parts)
    slots: list[Span] = []
    for part in parts:
        start, end, length = _instant(on, part.start, tz), _instant(on, part.end, tz), timedelta(minutes=part.minutes)
        while start + length <= end:
            slots.append(Span(start, part.minutes))
            start += length
    return slots


def parts_of(slots: Iterable[Span], tz: str) -> list[Part]:
    """Return the parts that slots of one day come from: runs of equal length without a gap."""
    parts: list[Part] = []
    last: datetime | None = None
    for slot in slots:
        begin, end = _local(slot.starts_at, tz), _local(slot.ends_at, tz)
        if parts and last == slot.starts_at and parts[-1].minutes == slot.minutes and end > parts[-1].start:
            parts[-1] = Part(parts[-1].start, end, slot.minutes)
        else:
            parts.append(Part(begin, end, slot.minutes))
        last = slot.ends_at
    return parts


def table_labels(text: str) -> list[str]:
    """Read ``A01-A12, B3, VIP`` into labels, without doubles, in order. Raises ``Invalid``."""
    labels: list[str] = []
    for word in filter(None, (piece.strip() for piece in re.split(r"[,;,;、\n]", text))):
        labels.extend(_range(word) or [word])
    for label in labels:
        if not _LABEL.fullmatch(label):
            raise Invalid(N_("%(label)s cannot be the name of a table: use up to 12 letters and digits."), field="labels", label=label[:40])
    if not labels or len(labels) > MAX_TABLES:
        raise Invalid(N_("Give 1 to %(count)s tables, like A01-A12."), field="labels", count=MAX_TABLES)
    return list(dict.fromkeys(labels))


def _range(word: str) -> list[str]:
    found = _RANGE.fullmatch(word)
    if not found:
        return []
    first, last, prefix = int(found["first"]), int(found["last"]), found["prefix"]
    if found["again"] not in ("", prefix) or last < first:
        raise Invalid(N_("%(range)s is not a range: write it like A01-A12."), field="labels", range=word)
    if last - first >= MAX_TABLES:
        raise Invalid(N_("Give 1 to %(count)s tables, like A01-A12."), field="labels", count=MAX_TABLES)
    return [f"{prefix}{number:0{len(found['first'])}}" for number in range(first, last + 1)]


def _instant(on: date, hour: time, tz: str) -> datetime:
    """Return a local time as an instant; of an hour that comes twice, its first."""
    local = datetime.combine(on, hour, ZoneInfo(tz))
    instant = local.astimezone(UTC)
    if _local(instant, tz) != hour:
        raise Invalid(N_("%(hour)s does not exist on that day: the clocks go forward."), hour=f"{hour:%H:%M}")
    return instant


def _local(instant: datetime, tz: str) -> time:
    return instant.astimezone(ZoneInfo(tz)).time()


def _minutes(hour: time) -> int:
    return hour.hour * 60 + hour.minute
