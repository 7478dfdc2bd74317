"""Product cards and demand sheets, and their matches."""

import sqlalchemy as sa

from ..catalog import actions as catalog
from ..demands import actions as demands
from ..infra.db import db
from ..matching.models import Recommendation
from . import data
from .console import Say, work
from .world import START, World, go_to, office_hours

DRAFTS_EVERY, CLOSED_EVERY = 48, 97  # of the sheets: a few are drafts, fewer closed


def products(world: World, say: Say) -> None:
    """Let every exhibitor write its product cards and show them at its expos."""
    rows, drafts = list(data.products(world.texts)), 0
    for n, (company, row) in enumerate(rows, 1):
        go_to(office_hours(world, "2026-09-12 09:00", "2026-10-12 09:00"))
        owner = world.companies[company["key"]].id
        shown_at = {world.expos[series].id: world.section(series, code) for series, code in company["expos"].items()}
        fields = data.product_fields(world.texts, row)
        product = catalog.save_product(world.anybody(owner), fields=fields, company_id=owner, shown_at=shown_at)
        if n % DRAFTS_EVERY:
            catalog.publish_product(world.anybody(owner), product)
        drafts += n % DRAFTS_EVERY == 0
        if n % 20 == 0:
            say(f"{n} of {len(rows)}")
    languages = {row["lang"] for _company, row in rows}
    say(f"{len(rows)} in {len(languages)} languages, {drafts} of them drafts")


def wanted(world: World, say: Say) -> None:
    """Let every buyer post its demands."""
    rows = list(data.wanted(world.texts))
    counts = {"published": 0, "draft": 0, "closed": 0}
    for n, (company, row) in enumerate(rows, 1):
        go_to(office_hours(world, "2026-09-14 09:00", "2026-10-14 09:00"))
        owner, expo = world.companies[company["key"]].id, world.expos[row["expo"]]
        fields = data.demand_fields(world.texts, row) | {"section_id": world.section(row["expo"], row["section"])}
        actor, draft = world.anybody(owner), n % (DRAFTS_EVERY * 2) == 0
        demand = demands.post_demand(actor, expo=expo, fields=fields, company_id=owner, publish=not draft)
        if n % CLOSED_EVERY == 0:
            demands.close_demand(actor, demand)
        counts[demand.state] += 1
        if n % 20 == 0:
            say(f"{n} of {len(rows)}")
    adjusted = ", ".join(f"{count} {what}" for what, count in world.texts.adjusted.items() if count)
    say(f"{len(rows)}, {counts['draft']} drafts, {counts['closed']} closed" + (f"; {adjusted}" if adjusted else ""))


def match(world: World, say: Say) -> None:
    """Run the refresh that the changes asked for: one job for each expo, as of the demo's today."""
    go_to(START)
    work(say)
    count, strong = db.session.execute(sa.select(
        sa.func.count(), sa.func.count(sa.case((Recommendation.band == "strong", 1)))).select_from(Recommendation)).one()
    say(f"{count} matches stored, {strong} of them strong")

