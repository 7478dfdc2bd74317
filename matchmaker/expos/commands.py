"""Commands about editions."""

from datetime import datetime

import click
from flask.cli import AppGroup

from ..errors import Problem
from ..infra import db
from ..permissions import SYSTEM
from ..trade.expos import expo_series
from . import actions

cli = AppGroup("expos", help="Editions of the expos.")


@cli.command("create")
@click.option("--series", required=True, type=click.Choice([expo.code for expo in expo_series()], case_sensitive=False))
@click.option("--slug", required=True, help="Its web address, like ciie-2026.")
@click.option("--starts", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The first day.")
@click.option("--ends", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day.")
@click.option("--confirmed", is_flag=True, help="The organizer has confirmed the dates.")
def create(series: str, slug: str, starts: datetime, ends: datetime, confirmed: bool) -> None:
    """Make an edition with the names, venue and sections of its series."""
    try:
        expo = actions.create_expo(
            SYSTEM, series=series.upper(), slug=slug, starts_on=starts.date(), ends_on=ends.date(), dates_confirmed=confirmed)
    except Problem as problem:
        raise click.ClickException(str(problem)) from problem
    db.commit()
    click.echo(f"{expo.name_en}, {expo.starts_on} to {expo.ends_on}: {len(expo.sections)} sections. Its address ends with {expo.slug}.")
