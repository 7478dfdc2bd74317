"""Versions: notes on them, and the way back to one."""

from ... import audit
from ...errors import N_, Conflict
from ...expos.models import Expo
from ...infra.db import db
from ...permissions import Actor, ensure
from .. import queries
from ..load import load
from ..models import Plan
from . import seating
from .draft import copy_rows, new_draft
from .runs import keep

NOTE = 2000  # characters


def restore(actor: Actor, expo: Expo, *, version: Plan) -> Plan:
    """Make a copy of a version the draft; a draft that has cards is kept as a version. Return the new draft.

    What lies ahead comes from the version; what has begun is as the published plan has it.
    """
    ensure(actor.organizes(expo.id) and version.expo_id == expo.id)
    seating.ensure_quiet(expo)
    draft, held = queries.draft_of(expo.id), queries.published_of(expo.id)
    if draft is not None and draft.id == version.id:
        raise Conflict(N_("This version is the draft already."))
    ahead = load(expo, None).slots
    rows = [row for row in queries.placement_list(version.id) if row.slot_id in ahead]
    done = [row for row in queries.placement_list(held.id) if row.slot_id not in ahead] if held else []
    past = {row.meeting_id for row in done}
    if draft is not None:
        keep(draft)
    new = new_draft(actor, expo, origin="copy", parent=version)
    new.options, new.quality = version.options, version.quality
    copy_rows([*done, *(row for row in rows if row.meeting_id not in past)], new)
    audit.record(actor, "scheduling.restore", new, version=version.number, number=new.number)
    return new


def annotate(actor: Actor, expo: Expo, *, version: Plan, note: str) -> None:
    """Write the note of a version."""
    ensure(actor.organizes(expo.id) and version.expo_id == expo.id)
    version.note = note.strip()[:NOTE]
    audit.record(actor, "scheduling.annotate", version, number=version.number)
    db.session.flush()
