"""Undo and redo: each organizer steps through the own edits of the draft; a step that no longer fits says why."""

import sqlalchemy as sa

from ... import audit
from ...errors import N_, Conflict
from ...expos.models import Expo
from ...infra.db import db
from ...permissions import Actor, ensure
from .. import queries
from ..models import Edit, Placement, Plan
from . import draft as cards
from . import seating

CHANGED = N_("%(buyer)s and %(exhibitor)s were moved or locked since by somebody. This step cannot be taken back any more.")


def undo(actor: Actor, expo: Expo) -> Edit:
    """Take the actor's last step in the draft back; return it. Raises ``Conflict`` in words."""
    return _step(actor, expo, back=True)


def redo(actor: Actor, expo: Expo) -> Edit:
    """Take the step again that the actor took back last; return it. Raises ``Conflict`` in words."""
    return _step(actor, expo, back=False)


def _step(actor: Actor, expo: Expo, *, back: bool) -> Edit:
    ensure(actor.organizes(expo.id))
    draft = queries.draft_of(expo.id)
    edit = _next(draft, actor.user_id, back=back) if draft is not None else None
    if draft is None or edit is None:
        raise Conflict(N_("There is nothing to undo.") if back else N_("There is nothing to redo."))
    seating.ensure_quiet(expo)
    if not seating.grip(draft):
        db.session.expire_all()
    _ensure_same(draft, edit, back=back)
    cards.settle(actor, expo, draft, {ident: before if back else after for ident, before, after in edit.cards})
    edit.undone = back
    seating.touch(draft)
    audit.record(actor, "scheduling.undo" if back else "scheduling.redo", draft, edit=edit.number)
    db.session.flush()
    return edit


def _next(draft: Plan, user_id: int | None, *, back: bool) -> Edit | None:
    own = sa.select(Edit).where(Edit.plan_id == draft.id, Edit.user_id == user_id, Edit.undone.is_(not back))
    return db.session.scalar(own.order_by(Edit.number.desc() if back else Edit.number).limit(1))


def _ensure_same(draft: Plan, edit: Edit, *, back: bool) -> None:
    """The cards must stand as the step left them."""
    rows = {row.meeting_id: row for row in db.session.scalars(
        sa.select(Placement).where(Placement.plan_id == draft.id, Placement.meeting_id.in_([card[0] for card in edit.cards])))}
    for ident, before, after in edit.cards:
        if cards.state_of(rows.get(ident)) != (after if back else before):
            meeting = queries.meeting_by_id(ident)
            raise Conflict(CHANGED, buyer=meeting.buyer.display_name, exhibitor=meeting.exhibitor.display_name)
