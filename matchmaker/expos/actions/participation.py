"""A company's part in an edition: applying, deciding, withdrawing."""

from collections.abc import Iterable

import sqlalchemy as sa

from ... import audit, clock, events
from ...companies.models import Company
from ...companies.queries import risk_hints
from ...errors import N_, Conflict, Invalid
from ...infra.db import db, get, insert_ignore
from ...permissions import Actor, ensure
from .. import queries, states
from ..models import Expo, Hall, Participation, Section


def apply(actor: Actor, expo: Expo, *, section_id: int | None = None, note: str = "", booth_wish: str = "") -> Participation:
    """Apply for the company acted for; also again, after it was declined or withdrawn.

    Raises ``NotFound`` without a company, ``Invalid`` when the edition takes no applications, ``Conflict`` when one is there.
    """
    ensure(actor.company_id is not None and actor.member_of(actor.company_id))
    if not queries.takes_applications(expo):
        raise Invalid(N_("This edition takes no applications now."))
    if section_id is not None:
        queries.of_expo(Section, expo, section_id)
    part = queries.participation_of(expo.id, actor.company_id)
    if part is None:
        if not insert_ignore(Participation, expo_id=expo.id, company_id=actor.company_id, applied_at=clock.now()):
            raise Conflict(N_("Your company has applied already."))
        part = queries.participation_of(expo.id, actor.company_id)
    else:
        states.move(part, states.APPLIED)
    part.applied_at, part.decided_at, part.decided_by_id, part.reason = clock.now(), None, None, ""
    part.section_id, part.note = section_id, note
    part.booth_wish = booth_wish if part.company.is_exhibitor else ""
    audit.record(actor, "expos.apply", part, company=part.company_id)
    events.participation_applied.send(part)
    return part


def withdraw(actor: Actor, part: Participation) -> Participation:
    """Take the company out of the edition. Raises ``NotFound`` for others, ``Conflict`` when there is nothing to withdraw."""
    ensure(actor.member_of(part.company_id))
    was = states.move(part, states.WITHDRAWN)
    audit.record(actor, "expos.withdraw", part, was=was)
    events.participation_withdrawn.send(part)
    return part


def approve(actor: Actor, part: Participation, *, version: int | None = None) -> Participation:
    """Let the company take part. Raises ``NotFound`` for strangers, ``Conflict`` in another state or for an old ``version``."""
    return _decide(actor, part, states.APPROVED, "", version)


def decline(actor: Actor, part: Participation, *, reason: str, version: int | None = None) -> Participation:
    """Decline the application, or end an approved part, with a reason that the company reads. Raises like ``approve``, and
    ``Invalid`` without a reason."""
    queries.require_organizer(actor, part.expo)
    if not reason.strip():
        raise Invalid(N_("Give a reason: the company reads it and can mend it."), field="reason")
    return _decide(actor, part, states.DECLINED, reason.strip(), version)


def approve_many(actor: Actor, expo: Expo, *, part_ids: Iterable[int]) -> tuple[int, int]:
    """Approve those of the applications that carry no risk hint; return how many were approved and how many were left."""
    queries.require_organizer(actor, expo)
    ids = set(part_ids)
    parts = db.session.scalars(
        sa.select(Participation).where(Participation.expo_id == expo.id, Participation.id.in_(ids), Participation.state == states.APPLIED))
    approved = 0
    for part in parts.all():
        if not risk_hints(get(Company, part.company_id)):
            approve(actor, part)
            approved += 1
    return approved, len(ids) - approved


def edit_participation(
    actor: Actor, part: Participation, *, section_id: int | None, hall_id: int | None, booth: str, meets_at_booth: bool,
    max_meetings: int | None, version: int | None = None,
) -> Participation:
    """Set section, booth, hall, and where and how often the company meets. Raises ``Invalid``, ``Conflict``, ``NotFound``."""
    queries.require_organizer(actor, part.expo)
    _fresh(part, version)
    if section_id is not None:
        queries.of_expo(Section, part.expo, section_id)
    if hall_id is not None:
        queries.of_expo(Hall, part.expo, hall_id)
    if meets_at_booth and not (part.company.is_exhibitor and booth):
        raise Invalid(N_("Only an exhibitor with a booth can meet at it."), field="meets_at_booth")
    if max_meetings is not None and not 0 <= max_meetings <= 200:
        raise Invalid(N_("Give a number from %(least)s to %(most)s."), field="max_meetings", least=0, most=200)
    part.section_id, part.hall_id, part.booth = section_id, hall_id, booth
    part.meets_at_booth, part.max_meetings = meets_at_booth, max_meetings
    audit.record(
        actor, "expos.edit_participation", part, booth=booth, hall=hall_id, meets_at_booth=meets_at_booth, max_meetings=max_meetings)
    return part


def raise_maximum(actor: Actor, expo: Expo, *, company_id: int, by: int = 1) -> Participation:
    """Let a company have so many more meetings at the edition than it may now. Raises ``Invalid``, ``NotFound``."""
    queries.require_organizer(actor, expo)
    part = queries.participation_of(expo.id, company_id)
    ensure(part is not None and part.state == states.APPROVED)
    return edit_participation(
        actor, part, section_id=part.section_id, hall_id=part.hall_id, booth=part.booth, meets_at_booth=part.meets_at_booth,
        max_meetings=(part.max_meetings or expo.max_meetings) + by)


def _decide(actor: Actor, part: Participation, target: str, reason: str, version: int | None) -> Participation:
    queries.require_organizer(actor, part.expo)
    _fresh(part, version)
    was = states.move(part, target)
    part.reason, part.decided_at, part.decided_by_id = reason, clock.now(), actor.user_id
    db.session.flush()
    audit.record(actor, f"expos.{'approve' if target == states.APPROVED else 'decline'}", part, was=was, reason=reason)
    events.participation_decided.send(part)
    return part


def _fresh(part: Participation, version: int | None) -> None:
    if version is not None and version != part.version:
        raise Conflict(N_("Somebody else changed this meanwhile. Nothing was saved: look at the page again."))
