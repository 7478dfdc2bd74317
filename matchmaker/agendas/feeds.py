"""Calendar feeds: one secret address per person, company, table, interpreter and mission; iCalendar by RFC 5545, times in UTC, in the
language chosen when the feed was made."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from icalendar import Calendar, Event, vText
from sqlalchemy.orm import joinedload

from .. import audit, clock
from ..accounts.allowances import spend
from ..companies.queries import blocked_pairs
from ..expos.models import Slot
from ..i18n import clock_time, reading_in
from ..infra.db import db, one
from ..meetings.cards import other_name
from ..meetings.models import Meeting
from ..permissions import Actor, ensure
from ..scheduling.models import Placement, Plan
from ..scheduling.queries import WITH_ALL
from . import queries
from .models import CalendarEvent, CalendarFeed
from .queries import Subject

MOST = 2000  # entries of one calendar, the latest
REFRESH = timedelta(minutes=15)


def renew(actor: Actor, subject: Subject, language: str) -> CalendarFeed:
    """Make the feed of an agenda, or give it a new secret address; the old one is dead at once. Raises ``NotFound`` for who may not."""
    ensure(queries.may_share(actor, subject))
    feed = queries.feed_of(subject.kind, subject.ref_id) or CalendarFeed(kind=subject.kind, ref_id=subject.ref_id)
    feed.token, feed.language, feed.created_at = secrets.token_urlsafe(32), language, clock.wall()
    db.session.add(feed)
    db.session.flush()
    audit.record(actor, "agendas.renew_feed", subject.row)
    return feed


def end(actor: Actor, subject: Subject) -> None:
    """Let the secret address be dead without a new one."""
    ensure(queries.may_share(actor, subject))
    revoke(subject.kind, subject.ref_id)
    audit.record(actor, "agendas.end_feed", subject.row)


def revoke(kind: str, *ref_ids: int) -> None:
    """Let secret addresses be dead; nothing happens when there is none."""
    db.session.execute(sa.delete(CalendarFeed).where(CalendarFeed.kind == kind, CalendarFeed.ref_id.in_(ref_ids)))


def calendar(token: str) -> bytes:
    """Return the iCalendar text behind a secret address; raise ``NotFound``, also once a person's account is disabled, and ``TooMany``."""
    feed = one(sa.select(CalendarFeed).where(CalendarFeed.token == token))
    spend("feed", feed.id)
    subject = queries.find(feed.kind, feed.ref_id)
    ensure(queries.is_alive(subject))
    with reading_in(feed.language):
        return _calendar(subject).to_ical()


def _calendar(subject: Subject) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//matchmaker//schedule//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Meetings of %(name)s", name=subject.name))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    entries = _entries(subject)
    stopped = blocked_pairs({side for _entry, meeting, _slot in entries for side in (meeting.exhibitor_id, meeting.buyer_id)})
    placed = _published({meeting.id for _entry, meeting, _slot in entries})
    for entry, meeting, slot in entries:
        component = _event(subject, entry, meeting, slot, placed.get(meeting.id))
        if entry.cancelled and ((meeting.exhibitor_id, meeting.buyer_id) in stopped or (meeting.buyer_id, meeting.exhibitor_id) in stopped):
            component["summary"] = vText(_("Called off"))  # the entry must say that it is gone, not with whom it was
        calendar.add_component(component)
    return calendar


def _entries(subject: Subject) -> list[tuple[CalendarEvent, Meeting, Slot]]:
    query = (
        sa.select(CalendarEvent, Meeting, Slot).join(Meeting, Meeting.id == CalendarEvent.meeting_id)
        .join(Slot, Slot.id == CalendarEvent.slot_id)
        .options(joinedload(Meeting.exhibitor), joinedload(Meeting.buyer), joinedload(Meeting.expo), joinedload(Meeting.demand))
        .where(CalendarEvent.kind == subject.kind, CalendarEvent.ref_id == subject.ref_id)
        .order_by(CalendarEvent.id.desc()).limit(MOST).execution_options(populate_existing=True))
    return [(entry, meeting, slot) for entry, meeting, slot in db.session.execute(query)][::-1]


def _published(meetings: Iterable[int]) -> dict[int, Placement]:
    """Return where the plans that hold have the meetings, in one query."""
    query = sa.select(Placement).options(*WITH_ALL).join(Plan).where(Placement.meeting_id.in_(meetings), Plan.state == "published")
    return {row.meeting_id: row for row in db.session.scalars(query)}


def _event(subject: Subject, entry: CalendarEvent, meeting: Meeting, slot: Slot, row: Placement | None) -> Event:
    base = current_app.config["BASE_URL"]
    event = Event()
    event.add("uid", f"meeting-{meeting.id}-{subject.kind}-{subject.ref_id}@{urlsplit(base).hostname}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("dtstart", slot.starts_at)
    event.add("dtend", slot.ends_at)
    event.add("summary", summary(subject, meeting))
    if row is not None and not entry.cancelled:
        event.add("location", place_name(row))
        event.add("description", "\n".join(_lines(subject, meeting, slot, row)))
        if subject.company_id is not None:
            event.add("url", f"{base}/e/{meeting.expo.slug}/meetings/{meeting.id}")
    return event


def summary(subject: Subject, meeting: Meeting) -> str:
    """Say with whom a meeting is: the other side for a person or company, both sides for the others."""
    if subject.company_id is None:
        return f"{meeting.exhibitor.display_name} – {meeting.buyer.display_name}"
    return _("Meeting with %(company)s", company=other_name(meeting, subject.company_id))


def _lines(subject: Subject, meeting: Meeting, slot: Slot, row: Placement) -> list[str]:
    tz = meeting.expo.tz
    said = [_("%(start)s–%(end)s at the expo (%(zone)s)", start=clock_time(slot.starts_at, tz), end=clock_time(slot.ends_at, tz), zone=tz)]
    said += _people(subject, row)
    if row.interpreter:
        said.append(_("Interpreter: %(name)s", name=row.interpreter.name))
    return said


def _people(subject: Subject, row: Placement) -> Iterable[str]:
    """Say who sits there: for a company who of its own goes; for tables, interpreters and missions all."""
    people: list[Any] = [row.exhibitor_person, row.buyer_person]
    if subject.kind == "person":
        return []
    if subject.kind == "company":
        own = people[0] if subject.ref_id == row.meeting.exhibitor_id else people[1]
        return [_("From our side: %(name)s", name=own.name)] if own else []
    return [person.name for person in people if person is not None]


def place_name(row: Placement) -> str:
    """Say where a meeting is: hall and table, or the booth."""
    if row.table is None:
        return _("At the exhibitor's booth")
    return _("Hall %(hall)s, table %(table)s", hall=row.table.hall.code, table=row.table.label)
