"""Making an edition, cloning last year's, and editing one."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from ... import audit
from ...errors import N_, Conflict, Invalid
from ...infra.db import db
from ...permissions import Actor, ExpoRole, ensure
from ...trade import expos as reference
from .. import queries
from ..models import Expo, Hall, NegotiationTable, Section, Slot, Staff
from ..rules import check_dates, check_slug, check_zone, day_slots, parts_of

CLONED = ("series", "name_en", "name_zh", "tz", "venue_en", "venue_zh", "request_days", "request_quota", "max_meetings", "walk_slots")
EDITABLE = (
    "name_en", "name_zh", "starts_on", "ends_on", "dates_confirmed", "tz", "venue_en", "venue_zh", "is_open", "request_days",
    "request_quota", "max_meetings", "walk_slots")
BOUNDS = {"request_days": (1, 60), "request_quota": (1, 500), "max_meetings": (1, 200), "walk_slots": (0, 8)}


def create_expo(actor: Actor, *, series: str, slug: str, starts_on: date, ends_on: date, tz: str | None = None, **values: Any) -> Expo:
    """Make an edition of ``series``; names, venue, zone and sections are those of the shipped reference unless given.

    ``values`` are other columns of ``EDITABLE``. Administrators only. Raises ``Invalid`` for a series, slug, zone or dates that
    break a rule.
    """
    ensure(actor.is_admin or actor.is_system)
    known = {expo.code: expo for expo in reference.expo_series()}
    if series not in known:
        raise Invalid(N_("There is no expo %(code)s."), field="series", code=series)
    shipped = known[series]
    values = {
        "series": series, "slug": slug, "starts_on": starts_on, "ends_on": ends_on, "tz": tz or shipped.time_zone,
        "name_en": shipped.name.en, "name_zh": shipped.name.zh, "venue_en": shipped.venue.en, "venue_zh": shipped.venue.zh} | values
    expo = _add(values)
    expo.sections = [
        Section(code=section.code, name_en=section.name.en, name_zh=section.name.zh, position=place)
        for place, section in enumerate(shipped.sections)]
    db.session.flush()
    audit.record(actor, "expos.create", expo, expo_id=expo.id, slug=slug, starts_on=starts_on, ends_on=ends_on)
    return expo


def clone_expo(actor: Actor, source: Expo, *, slug: str, starts_on: date, ends_on: date) -> Expo:
    """Make a new edition like ``source``: settings, sections, halls, tables, and the pattern of its days moved to the new dates.

    Interpreters, staff and participants are not taken over; an organizer who clones organizes the new edition. Dates are not
    confirmed yet. Raises ``Invalid``.
    """
    ensure(actor.organizes(source.id))
    expo = _add({name: getattr(source, name) for name in CLONED} | {"slug": slug, "starts_on": starts_on, "ends_on": ends_on})
    expo.sections = [Section(code=row.code, name_en=row.name_en, name_zh=row.name_zh, position=row.position) for row in source.sections]
    expo.halls = [Hall(code=row.code, name_en=row.name_en, name_zh=row.name_zh, position=row.position) for row in source.halls]
    db.session.flush()
    for hall, like_hall in zip(expo.halls, queries.halls_of(source.id), strict=True):
        hall.tables = [NegotiationTable(expo_id=expo.id, label=table.label, is_open=table.is_open) for table in like_hall.tables]
    _clone_days(source, expo)
    if not actor.is_admin and actor.user_id:
        db.session.add(Staff(expo_id=expo.id, user_id=actor.user_id, role=ExpoRole.ORGANIZER))
    db.session.flush()
    audit.record(actor, "expos.clone", expo, expo_id=expo.id, source=source.slug, slug=slug)
    return expo


def edit_expo(actor: Actor, expo: Expo, *, version: int | None = None, **values: Any) -> Expo:
    """Change columns of ``EDITABLE``. Raises ``Conflict`` for an old ``version``, ``Invalid`` when a rule is broken or when slots
    would be left outside the new dates or in another zone."""
    begin_edit(actor, expo, version)
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise TypeError(f"not to be edited: {sorted(unknown)}")
    _check({"starts_on": expo.starts_on, "ends_on": expo.ends_on, "tz": expo.tz} | values)
    _keep_slots(expo, values)
    changes = {name: [getattr(expo, name), value] for name, value in values.items() if getattr(expo, name) != value}
    for name, value in values.items():
        setattr(expo, name, value)
    touch(expo)
    audit.record(actor, "expos.edit", expo, expo_id=expo.id, **changes)
    return expo


def begin_edit(actor: Actor, expo: Expo, version: int | None) -> None:
    """Let an organizer change the edition as a whole. Raises ``NotFound``, and ``Conflict`` when ``version`` is not the present one."""
    queries.require_organizer(actor, expo)
    if version is not None and version != expo.version:
        raise Conflict(N_("Somebody else changed this meanwhile. Nothing was saved: look at the page again."))


def touch(expo: Expo) -> None:
    """Let the version of the edition grow with what belongs to it: of two changes at once the later one gets a 409."""
    flag_modified(expo, "slug")
    db.session.flush()


def _add(values: dict[str, Any]) -> Expo:
    check_slug(values["slug"])
    _check(values)
    if db.session.scalar(sa.select(Expo.id).where(Expo.slug == values["slug"])):
        raise Invalid(N_("There is an edition with this address already."), field="slug")
    expo = Expo(**values)
    db.session.add(expo)
    return expo


def _check(values: dict[str, Any]) -> None:
    check_dates(values["starts_on"], values["ends_on"])
    check_zone(values["tz"])
    for name, (least, most) in BOUNDS.items():
        if name in values and not least <= values[name] <= most:
            raise Invalid(N_("Give a number from %(least)s to %(most)s."), field=name, least=least, most=most)


def _keep_slots(expo: Expo, values: dict[str, Any]) -> None:
    first, last = db.session.execute(sa.select(sa.func.min(Slot.on), sa.func.max(Slot.on)).where(Slot.expo_id == expo.id)).one()
    if first is None:
        return
    if values.get("tz", expo.tz) != expo.tz:
        raise Invalid(N_("The time zone cannot change while there are slots. Remove the slots first."), field="tz")
    if values.get("starts_on", first) > first:
        raise Invalid(N_("There are slots on %(day)s. Remove them first."), field="starts_on", day=first)
    if values.get("ends_on", last) < last:
        raise Invalid(N_("There are slots on %(day)s. Remove them first."), field="ends_on", day=last)


def _clone_days(source: Expo, expo: Expo) -> None:
    days: dict[date, list[Slot]] = {}
    for slot in queries.slots_of(source.id):
        days.setdefault(slot.on, []).append(slot)
    for day, slots in days.items():
        on = expo.starts_on + timedelta(days=(day - source.starts_on).days)
        if on <= expo.ends_on:
            spans = day_slots(on, expo.tz, parts_of(slots, source.tz))
            db.session.add_all(
                Slot(expo_id=expo.id, on=on, position=place, starts_at=span.starts_at, minutes=span.minutes)
                for place, span in enumerate(spans))
