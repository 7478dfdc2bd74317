"""An organizer of CIIE looks three labels up in their registers: two are found, one is not."""

import sqlalchemy as sa

from ..catalog.models import GreenClaim
from ..green import actions as green
from ..infra.db import db
from .console import Say
from .world import World, go_to

LOOKED_UP = (("SAMPLE-FSC-C204417", True), ("SAMPLE-ASC-NO-0552", True), ("SAMPLE-RA-RW-4471", False))
REGISTER = "https://register.example/{number}"  # of nobody: the numbers are invented


def look_up(world: World, say: Say) -> None:
    """Let the organizer search for the labels that the share has."""
    go_to("2026-10-15 15:20")
    found = []
    for number, there in LOOKED_UP:
        for claim_id in db.session.scalars(sa.select(GreenClaim.id).where(GreenClaim.number == number, GreenClaim.label != "").limit(1)):
            green.check_register(world.organizer, world.expos["CIIE"], claim_id, found=there, address=REGISTER.format(number=number))
            found.append(there)
    say(f"{len(found)} labels looked up, {found.count(True)} found")
