"""Calendar feeds: one secret address per person, iCalendar by RFC 5545, in the language chosen when the feed was made."""

import secrets
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from icalendar import Calendar, Event
from sqlalchemy.orm import joinedload

from .. import audit, clock
from ..accounts.models import User
from ..companies.models import Company, Person
from ..expos.models import Slot
from ..i18n import reading_in
from ..infra.db import db, one
from ..meetings.models import Meeting
from ..permissions import Actor, ensure
from ..scheduling import queries
from ..scheduling.models import Placement, Plan
from .models import CalendarEvent, CalendarFeed


def feed_of(person_id: int) -> CalendarFeed | None:
    """Return the person's feed, if one was made."""
    return db.session.scalar(sa.select(CalendarFeed).where(CalendarFeed.kind == "person", CalendarFeed.ref_id == person_id))


def renew(actor: Actor, person: Person, language: str) -> CalendarFeed:
    """Make the feed of a person, or give it a new secret address; the old one is dead at once."""
    ensure(actor.member_of(person.company_id))
    feed = feed_of(person.id) or CalendarFeed(kind="person", ref_id=person.id)
    feed.token, feed.language, feed.created_at = secrets.token_urlsafe(32), language, clock.wall()
    db.session.add(feed)
    db.session.flush()
    audit.record(actor, "agendas.renew_feed", person)
    return feed


def revoke(person: Person) -> None:
    """Let the secret address of a person's feed be dead; nothing happens when there is none."""
    db.session.execute(sa.delete(CalendarFeed).where(CalendarFeed.kind == "person", CalendarFeed.ref_id == person.id))


def calendar(token: str) -> bytes:
    """Return the iCalendar text behind a secret address; raise ``NotFound``, also once the person's account is disabled."""
    feed = one(
        sa.select(CalendarFeed).join(Person, sa.and_(CalendarFeed.kind == "person", Person.id == CalendarFeed.ref_id))
        .join(User, User.id == Person.user_id)
        .where(CalendarFeed.token == token, User.disabled_at.is_(None)))
    person = db.session.get_one(Person, feed.ref_id)
    with reading_in(feed.language):
        return _calendar(person).to_ical()


def _calendar(person: Person) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//matchmaker//schedule//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Meetings of %(name)s", name=person.name))
    for event, meeting, slot in _entries(person.id):
        calendar.add_component(_event(person, event, meeting, slot))
    return calendar


def _entries(person_id: int) -> list[tuple[CalendarEvent, Meeting, Slot | None]]:
    query = (
        sa.select(CalendarEvent, Meeting, Slot).join(Meeting, Meeting.id == CalendarEvent.meeting_id)
        .outerjoin(Slot, Slot.id == CalendarEvent.slot_id).options(joinedload(Meeting.exhibitor), joinedload(Meeting.buyer))
        .where(CalendarEvent.kind == "person", CalendarEvent.ref_id == person_id).order_by(CalendarEvent.id).limit(1000))
    return [row for row in db.session.execute(query) if row[2] is not None]


def _event(person: Person, entry: CalendarEvent, meeting: Meeting, slot: Slot) -> Event:
    placement = _published(meeting)
    event = Event()
    event.add("uid", f"meeting-{meeting.id}-person-{person.id}@{urlsplit(current_app.config['BASE_URL']).hostname}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("dtstart", slot.starts_at)
    event.add("dtend", slot.ends_at)
    event.add("summary", _("Meeting with %(company)s", company=_other(meeting, person).display_name))
    if placement is not None and not entry.cancelled:
        event.add("location", place_name(placement))
        if placement.interpreter:
            event.add("description", _("Interpreter: %(name)s", name=placement.interpreter.name))
    return event


def _other(meeting: Meeting, person: Person) -> Company:
    return meeting.exhibitor if person.company_id == meeting.buyer_id else meeting.buyer


def _published(meeting: Meeting) -> Placement | None:
    return db.session.scalar(
        sa.select(Placement).options(*queries.WITH_ALL).join(Plan).where(Placement.meeting_id == meeting.id, Plan.state == "published"))


def place_name(row: Placement) -> str:
    """Say where a meeting is: hall and table, or the booth."""
    if row.table is None:
        return _("At the exhibitor's booth")
    return _("Hall %(hall)s, table %(table)s", hall=row.table.hall.code, table=row.table.label)
