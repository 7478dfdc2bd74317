"""Organizers put a sheet under another heading: lists and matches are only as good as the codes of the sheets."""

from typing import Any

from .. import audit, clock, events
from ..errors import N_, Conflict, Invalid
from ..expos.models import Expo
from ..infra.db import db
from ..permissions import Actor, ensure
from .readings import CONFIRMED
from .rules import hs_code

CHANGED = {"product": events.product_changed, "demand": events.demand_changed}


def assign_heading(actor: Actor, sheet: Any, *, expo: Expo, hs: str, version: int | None = None) -> None:
    """Set the HS code of a product or demand that is shown at an expo of the actor, and tell its company.

    Raises ``NotFound`` for who does not organize the expo, ``Invalid`` for what is no code, ``Conflict`` for an old ``version``.
    """
    ensure(actor.organizes(expo.id))
    if version is not None and version != sheet.version:
        raise Conflict(N_("Somebody else changed this sheet meanwhile. Nothing was saved: look at the page again."))
    try:
        code = hs_code(hs)
    except Invalid as problem:
        problem.field = "hs"
        raise
    was = sheet.hs
    if not code or code == was:
        raise Invalid(N_("Choose another code than the present one."), field="hs")
    sheet.hs, sheet.read, sheet.updated_at = code, sheet.read | ({"hs": CONFIRMED} if "hs" in sheet.read else {}), clock.now()
    db.session.flush()
    audit.record(actor, "sheets.assign_heading", sheet, expo_id=expo.id, was=was, hs=code)
    CHANGED[sheet.__tablename__].send(sheet)
    events.heading_assigned.send(sheet, expo=expo, was=was, actor=actor)
