"""What has no place: how many and why, what would give one of them a place, and taking such a change."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TypeGuard

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from .. import audit
from ..engine import scheduling as engine
from ..errors import N_, Conflict
from ..expos import actions as expos
from ..expos.models import Expo
from ..infra.db import db
from ..meetings.models import Meeting
from ..permissions import Actor
from . import actions, queries
from .load import World, engine_plan, load, names
from .models import Plan
from .sentences import Words
from .world import table_of

SHOWN = 30
OFFERED = 3
TITLES = {
    "max-meetings": _l("Better meetings fill a company's maximum"),
    "clash": _l("No common free time"),
    "gap": _l("No time to rest or to walk"),
    "interpreter-capacity": _l("No interpreter"),
    "venue-capacity": _l("No table"),
    "no_common_time": _l("The two are never there together"),
    "unavailable": _l("Somebody is not there"),
    "slot-not-allowed": _l("The time was ruled out"),
    "venue-not-allowed": _l("The place was ruled out"),
    "no_place": _l("There is no table for it"),
    "out_of_time": _l("There is room; the run ended before"),
    "": _l("Not looked at by a run yet"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A change that would give a meeting its place: in words, with its price; ``outside``: what people have to do first; ``raises``: the
    maximums of companies that are set anew with it."""

    key: str
    text: str
    moves: list[str]
    outside: list[str]
    raises: list[str]
    told: int


@dataclass(frozen=True, slots=True)
class Offers:
    """What blocks a meeting, the dearest first, and what would help."""

    blockers: list[str]
    changes: list[Offer]


@dataclass(frozen=True, slots=True)
class Tray:
    """The meetings without a place: how many, by reason (title, count), and the first of them with their reason in words.

    ``agreed`` is how many there are with those that have a place.
    """

    total: int
    agreed: int
    reasons: list[tuple[str, int]]
    rows: list[tuple[Meeting, str]]


def tray(expo: Expo, plan: Plan | None, *, page: int = 1) -> Tray:
    """Return the tray of a plan, musts first."""
    known = (plan.quality or {}).get("unplaced", {}) if plan else {}
    ids = queries.tray_ids(expo.id, plan.id if plan else None)
    count = Counter(known.get(str(ident), {}).get("reason", "") for ident in ids)
    shown = ids[(page - 1) * SHOWN:page * SHOWN]
    rows = {row.id: row for row in db.session.scalars(
        sa.select(Meeting).options(joinedload(Meeting.exhibitor), joinedload(Meeting.buyer)).where(Meeting.id.in_(shown)))}
    words = Words(names(expo)) if any(str(ident) in known for ident in shown) else None
    said = {ident: words.unplaced(known[str(ident)]) for ident in shown if words and str(ident) in known}
    titles = [(str(TITLES.get(code, code)), number) for code, number in count.most_common()]
    first = [(rows[ident], said.get(ident, "")) for ident in shown if ident in rows]
    return Tray(len(ids), len(queries.agreed_ids(expo.id)), titles, first)


def offers(world: World, finder: engine.Finder, meeting_id: int) -> Offers:
    """Return what stands in the way of a meeting without a place, and up to three changes that would help, each verified."""
    if meeting_id in world.refused:
        return Offers([_("One side does not want this meeting any more.")], [])
    if meeting_id not in world.meetings:
        return Offers([], [])
    words = Words(world)
    why = finder.why_not(meeting_id, engine.bound_of(world.instance).prices)
    blockers = [words.say(b.label, b.context) for b in why.blockers] or [words.say(engine.REASONS[why.reason], why.context)]
    return Offers(blockers, [_offer(words, change) for change in finder.changes(meeting_id, most=OFFERED)])


def _offer(words: Words, change: engine.Change) -> Offer:
    return Offer(_key(change), words.change(change), [words.move(move) for move in change.moves],
                 [words.lever(lever) for lever in change.levers if not _in_hand(lever)],
                 [words.lever(lever) for lever in change.levers if _in_hand(lever)], len(change.told))


def _in_hand(lever: engine.Lever) -> TypeGuard[engine.Maximum]:
    """Tell whether an organizer can pull the lever here and now: a company's maximum is a number, tables and people are not."""
    return isinstance(lever, engine.Maximum) and isinstance(lever.participant, int)


def _key(change: engine.Change) -> str:
    return hashlib.sha256(repr((change.slot, change.venue, change.levers, change.moves)).encode()).hexdigest()[:16]


def take(actor: Actor, expo: Expo, *, meeting: Meeting, key: str) -> str:
    """Apply an offered change to the draft: its moves and the meeting itself, as one step; return what is left to do, in words.

    A maximum that it needs is raised with it. A change that needs a table, an interpreter or a colleague is for people: they add it
    where it belongs, then the meeting fits.
    Raises ``Conflict`` when the change is not possible any more, or needs something first.
    """
    draft = actions.open_draft(actor, expo)
    actions.ensure_quiet(expo)
    if not actions.grip(draft):
        db.session.expire_all()
    world = load(expo, draft)
    if meeting.id not in world.meetings:
        raise Conflict(N_("This meeting cannot be placed: it was called off, or a side no longer takes part."))
    plan = engine_plan(world, draft)
    if any(there.request == meeting.id for there in plan.meetings):
        raise Conflict(N_("This meeting has a place by now."))
    change = next((c for c in engine.changes(world.instance, plan, meeting.id, most=OFFERED) if _key(c) == key), None)
    if change is None:
        raise Conflict(N_("This change is not possible any more: the draft has changed. Look at what is offered now."))
    if missing := [lever for lever in change.levers if not _in_hand(lever)]:
        raise Conflict(N_("First add what is missing (%(what)s), then place the meeting."),
                       what="; ".join(map(Words(world).lever, missing)))
    for lever in filter(_in_hand, change.levers):
        expos.raise_maximum(actor, expo, company_id=int(str(lever.participant)), by=lever.more)
    _instance, after = change.apply(world.instance, plan)
    moved = {there.request for there in change.arriving}
    targets = {
        there.request: [there.slot, table_of(world, str(there.venue), there.table)] for there in after.meetings if there.request in moved}
    actions.settle(actor, expo, draft, targets, "change")
    audit.record(actor, "scheduling.take_change", meeting, moves=len(change.moves), plan=draft.number)
    return _("The change is in the draft: %(what)s", what=Words(world).change(change))
