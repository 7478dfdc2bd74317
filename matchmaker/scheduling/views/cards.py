"""Cards: where they may go and why not, what would help, locks, undo and redo."""

from typing import Any

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ...engine import scheduling as engine
from ...errors import N_, Invalid
from ...i18n import clock_time
from ...meetings import actions as meetings
from ...web.guard import current_actor
from .. import actions, locks, queries, tray
from ..load import engine_plan, load
from ..sentences import slot_name, why_not
from .page import bp, done, wants_json

MOST_AT_ONCE = 300  # cards of one press
VERBS = ("lock", "unlock", "unplace")


@bp.get("/e/<expo>/schedule/meetings/<int:meeting_id>")
def card(meeting_id: int) -> ResponseReturnValue:
    """One card: where it may go (also as JSON for the board), what would give it a place, lock, priority, back to the tray."""
    meeting = queries.meeting_of(g.expo, meeting_id)
    plan = queries.draft_of(g.expo.id) or queries.published_of(g.expo.id)
    world = load(g.expo, plan)
    there, placement = engine_plan(world, plan), queries.placement_of(plan.id, meeting_id) if plan else None
    finder = engine.Finder(world.instance, there) if placement is None and not wants_json() else None
    legal = actions.legal_places(world, there, meeting_id, finder)
    if wants_json():
        return jsonify(legal=[[slot, table] for slot, table in legal])
    names = {table.id: f"{table.hall.code} {table.label}" for tables in world.tables.values() for table in tables}
    places = [(f"{slot}:{table or ''}", f"{slot_name(world, slot)} · {names.get(table, _('booth'))}") for slot, table in legal[:400]]
    found = tray.offers(world, finder, meeting_id) if finder else tray.Offers([], [])
    return render_template("scheduling/card.html", meeting=meeting, placement=placement, places=places, found=found,
                           tried=request.args.get("try", ""))


@bp.post("/e/<expo>/schedule/meetings/<int:meeting_id>/take")
def take(meeting_id: int) -> ResponseReturnValue:
    """Take an offered change: its moves and the meeting's place go into the draft."""
    text = tray.take(current_actor, g.expo, meeting=queries.meeting_of(g.expo, meeting_id), key=request.form.get("change", ""))
    return done(text)


@bp.post("/e/<expo>/schedule/meetings/<int:meeting_id>/move")
def move(meeting_id: int) -> ResponseReturnValue:
    """Put a card at a slot and table: from the board as JSON, or from its page as a form."""
    meeting = queries.meeting_of(g.expo, meeting_id)
    slot, table = _place()
    row = actions.move(current_actor, g.expo, meeting=meeting, slot_id=slot, table_id=table, was=_was())
    if not request.is_json:
        flash(_("The meeting is placed. People are told when you publish."), "success")
        return redirect(url_for("scheduling.desk"))
    return jsonify(slot=row.slot_id, table=row.table_id, text=_("Placed at %(time)s.", time=clock_time(row.slot.starts_at)))


def _was() -> actions.Place | None:
    """Return where the board saw the card; the script says so, forms do not."""
    given = request.get_json(silent=True) if request.is_json else None
    if not isinstance(given, dict) or "was" not in given:
        return actions.ANYWHERE
    was = given["was"]
    if was is None:
        return None
    if isinstance(was, list) and len(was) == 2 and _is_id(was[0]) and (was[1] is None or _is_id(was[1])):
        return was[0], was[1]
    raise Invalid(N_("Choose a time and a table."))


def _place() -> actions.Place:
    """Return slot and table of the board's JSON or of the form; raise ``Invalid`` when they are no numbers."""
    if request.is_json:
        given = request.get_json(silent=True)
        slot, table = (given.get("slot"), given.get("table")) if isinstance(given, dict) else (None, None)
    else:
        slot, table = (
            int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
            for text in request.form.get("place", "").partition(":")[::2])
    if not _is_id(slot) or not (table is None or _is_id(table)):
        raise Invalid(N_("Choose a time and a table."))
    return slot, table


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31


@bp.post("/e/<expo>/schedule/meetings/<int:meeting_id>/check")
def check(meeting_id: int) -> ResponseReturnValue:
    """Say whether a card may go to a place, and why not; changes nothing."""
    meeting = queries.meeting_of(g.expo, meeting_id)
    slot, table = _place()
    plan = queries.draft_of(g.expo.id) or queries.published_of(g.expo.id)
    world = load(g.expo, plan)
    return jsonify(reasons=why_not(world, engine_plan(world, plan), meeting.id, slot, table))


@bp.post("/e/<expo>/schedule/meetings/<int:meeting_id>/unplace")
def unplace(meeting_id: int) -> ResponseReturnValue:
    """Back to the tray."""
    actions.unplace(current_actor, g.expo, meeting=queries.meeting_of(g.expo, meeting_id))
    return done(_("The meeting is back in the tray."))


@bp.post("/e/<expo>/schedule/meetings/<int:meeting_id>/lock")
def lock(meeting_id: int) -> ResponseReturnValue:
    """Lock or unlock a card."""
    locked = request.form.get("locked", "1") == "1"
    actions.set_lock(current_actor, g.expo, meeting=queries.meeting_of(g.expo, meeting_id), locked=locked)
    return done(_("Locked: the optimiser leaves it where it is.") if locked else _("Unlocked."))


@bp.post("/e/<expo>/schedule/cards")
def several() -> ResponseReturnValue:
    """Lock, unlock or take off the board several cards at once: all or none."""
    given = request.get_json(silent=True)
    ids, verb = (given.get("meetings"), given.get("verb")) if isinstance(given, dict) else (None, None)
    if verb not in VERBS or not isinstance(ids, list) or not 0 < len(ids) <= MOST_AT_ONCE or not all(map(_is_id, ids)):
        raise Invalid(N_("Choose some cards."))
    if verb == "unplace":
        actions.unplace_all(current_actor, g.expo, meeting_ids=ids)
    else:
        actions.set_locks(current_actor, g.expo, meeting_ids=ids, locked=verb == "lock")
    text = {
        "lock": lambda: ngettext("%(num)s card locked", "%(num)s cards locked", len(ids)),
        "unlock": lambda: ngettext("%(num)s card unlocked", "%(num)s cards unlocked", len(ids)),
        "unplace": lambda: ngettext("%(num)s card back in the tray", "%(num)s cards back in the tray", len(ids))}[verb]()
    return done(text)


@bp.post("/e/<expo>/schedule/meetings/<int:meeting_id>/priority")
def priority(meeting_id: int) -> ResponseReturnValue:
    """Must, wanted or suggested."""
    meetings.set_priority(current_actor, queries.meeting_of(g.expo, meeting_id), request.form.get("priority", 0, type=int))
    return done(_("Saved."))


@bp.post("/e/<expo>/schedule/undo")
def undo() -> ResponseReturnValue:
    """Take back this organizer's last step, or say why it cannot be."""
    actions.undo(current_actor, g.expo)
    return done(_("Undone."))


@bp.post("/e/<expo>/schedule/redo")
def redo() -> ResponseReturnValue:
    """Take the step again."""
    actions.redo(current_actor, g.expo)
    return done(_("Done again."))


@bp.post("/e/<expo>/schedule/locks")
def lock_all() -> ResponseReturnValue:
    """Lock all that concerns a company, person, interpreter, slot, hall, day or mission; or lift such a lock."""
    if lift := request.form.get("lift", type=int):
        locks.remove(current_actor, g.expo, lock_id=lift)
        return done(_("Unlocked."))
    kind, _colon, ref = request.form.get("what", "").partition(":")
    locks.add(current_actor, g.expo, kind=kind, ref=ref)
    return done(_("Locked: the optimiser leaves it where it is."))
