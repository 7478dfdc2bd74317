"""The number that grows with whatever happens on an expo's floor, and the signed word by which screens ask for it.

Asking costs one look at one small row, and not even that when this process has looked within half a second: no session, no reader.
The word is no secret worth keeping: it tells that something happened, never what.
"""

import time
from dataclasses import dataclass
from hashlib import blake2b

import sqlalchemy as sa
from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from .. import clock
from ..infra.db import after_commit, db, insert_ignore
from ..meetings.models import Meeting
from ..scheduling.models import Placement, Plan
from .models import FloorState, Presence, Refill

FRESH = 0.5  # seconds for which a number is believed


@dataclass(frozen=True, slots=True)
class Scope:
    """What a screen shows: an expo's floor, or one company's part in it (0: all)."""

    expo_id: int
    company_id: int = 0


def word(expo_id: int, company_id: int = 0) -> str:
    """Return the word of a screen."""
    return str(_serializer().dumps([expo_id, company_id]))


def read(token: str) -> Scope | None:
    """Return what a word says; None when it is forged or cut."""
    try:
        return Scope(*_serializer().loads(token))
    except (BadData, ValueError, TypeError):
        return None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="floor.live")


def _believed() -> dict[int, tuple[float, int]]:
    known: dict[int, tuple[float, int]] = current_app.extensions.setdefault("matchmaker.floor_numbers", {})
    return known


def number(expo_id: int) -> int:
    """Return the present number of an expo's floor."""
    known, now = _believed().get(expo_id), time.monotonic()
    if known is not None and now - known[0] < FRESH:
        return known[1]
    found = db.session.scalar(sa.select(FloorState.number).where(FloorState.expo_id == expo_id)) or 0
    _believed()[expo_id] = now, found
    return found


def touch(expo_id: int) -> None:
    """Let the number grow with the present transaction. Verbs do it last: the row is held until the commit."""
    grown = sa.update(FloorState).where(FloorState.expo_id == expo_id).values(number=FloorState.number + 1, changed_at=clock.now())
    grown = grown.execution_options(synchronize_session=False)
    if not db.session.execute(grown).rowcount and not insert_ignore(FloorState, expo_id=expo_id, number=1, changed_at=clock.now()):
        db.session.execute(grown)  # another one made the row a moment ago
    believed = _believed()
    after_commit(lambda: believed.pop(expo_id, None) and None)


def digest(scope: Scope) -> str:
    """Return a word that changes with what one company sees of the floor: its places, who came, what it is offered."""
    own = sa.or_(Meeting.exhibitor_id == scope.company_id, Meeting.buyer_id == scope.company_id)
    here = sa.and_(Meeting.expo_id == scope.expo_id, own)
    rows = [
        db.session.execute(
            sa.select(Placement.meeting_id, Placement.slot_id, Placement.table_id, Placement.interpreter_id, Meeting.state)
            .join(Plan).join(Meeting, Meeting.id == Placement.meeting_id).where(here, Plan.state == "published").order_by(Placement.id)),
        db.session.execute(
            sa.select(Presence.meeting_id, Presence.side, Presence.arrived_at, Presence.late_minutes)
            .join(Meeting, Meeting.id == Presence.meeting_id).where(here).order_by(Presence.id)),
        db.session.execute(
            sa.select(Refill.id, Refill.state, Refill.exhibitor_at, Refill.buyer_at)
            .join(Meeting, Meeting.id == Refill.meeting_id).where(here, Refill.state == "offered").order_by(Refill.id)),
    ]
    return blake2b(repr([list(map(tuple, found)) for found in rows]).encode(), digest_size=8).hexdigest()
