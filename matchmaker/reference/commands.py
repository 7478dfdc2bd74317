"""``flask hs``: the official nomenclature from the command line."""

from datetime import datetime
from pathlib import Path

import click
import sqlalchemy as sa

from ..errors import Invalid, Problem
from ..infra import db
from ..infra.db import db as database
from ..permissions import Actor
from . import actions, headings, queries
from .models import Edition

CONSOLE = Actor(name="command line", is_system=True)
MOST_SHOWN = 200


@click.group("hs")
def cli() -> None:
    """The official nomenclature below the headings."""


@cli.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--edition", required=True, help="How people call it, like “Tariff 2026”.")
@click.option("--source", default="", help="The office that publishes it; the name of the file by default.")
@click.option("--valid-from", type=click.DateTime(["%Y-%m-%d"]), help="The day from which it is valid.")
@click.option("--preview", is_flag=True, help="Say what would change, and change nothing.")
def load(file: Path, edition: str, source: str, valid_from: datetime | None, preview: bool) -> None:
    """Load a CSV or xlsx with columns of codes and of descriptions in English or Chinese, and use it."""
    try:
        version = actions.load(CONSOLE, content=file.read_bytes(), file_name=file.name, edition=edition, source=source,
                               valid_from=valid_from.date() if valid_from else None)
    except Problem as problem:
        raise click.ClickException(str(problem)) from problem
    for bad in version.problems[:MOST_SHOWN]:
        click.echo(f"row {bad['row']}: {Invalid(bad['message'], **bad['params'])}")
    click.echo("{new} new, {changed} changed, {gone} gone; {bad} bad rows left out.".format(**queries.counts(version)))
    if preview:
        db.rollback()
        return
    actions.apply(CONSOLE, version)
    db.commit()
    click.echo(f"{version.edition} is in use: {version.line_count} lines.")


@cli.command("roll-back")
def roll_back() -> None:
    """Use the earlier edition again."""
    try:
        version = actions.roll_back(CONSOLE)
    except Problem as problem:
        raise click.ClickException(str(problem)) from problem
    db.commit()
    click.echo(f"{version.edition} is in use again: {version.line_count} lines.")


@cli.command("list")
def list_versions() -> None:
    """List the loaded editions."""
    for version in database.session.scalars(queries.versions(CONSOLE).limit(100).options(sa.orm.load_only(
            Edition.state, Edition.edition, Edition.source, Edition.line_count, Edition.loaded_at, Edition.loaded_by))):
        click.echo(f"{version.state:8} {version.edition} ({version.source}): {version.line_count} lines, "
                   f"loaded {version.loaded_at:%Y-%m-%d} by {version.loaded_by}")


@cli.command("learn")
def learn() -> None:
    """Learn headings from the assigned titles, so that the first start of the site does not wait for it."""
    count = len(headings.learn())
    click.echo(f"{count} titles learned over {len(headings.fit().codes_)} headings.")
