"""``flask hs``: the official nomenclature from the command line; ``flask reference``: rate tables and rules."""

from datetime import datetime
from pathlib import Path

import click
import sqlalchemy as sa

from .. import clock
from ..errors import Invalid, Problem
from ..infra import db, jobs
from ..infra.db import db as database
from ..permissions import Actor
from ..trade.rulebook import shipped_kinds
from . import actions, headings, queries
from .columns import KINDS, Numbers
from .lines import Defaults
from .models import Edition
from .states import State

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


@click.group("reference")
def reference() -> None:
    """Official rate tables, and the rules of trade."""


@reference.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", required=True, type=click.Choice(list(KINDS)), help="What the table holds.")
@click.option("--edition", required=True, help="How people call it, like “Tariff 2026”.")
@click.option("--part", required=True, help="In use it replaces the table of the same kind and part.")
@click.option("--source", default="", help="The office that publishes it; the name of the file by default.")
@click.option("--valid-from", type=click.DateTime(["%Y-%m-%d"]), help="For rows that name no day.")
@click.option("--valid-to", type=click.DateTime(["%Y-%m-%d"]), help="For rows that name no last day.")
@click.option("--numbers", type=click.Choice(["auto", "percent", "fraction"]), default="auto", help="What numbers without a sign are.")
@click.option("--basis", default="", help="Of rates that name none, like MFN.")
@click.option("--scheme", default="", help="The agreement or catalogue of the whole table.")
@click.option("--origin", default="", help="The origin of the whole table, two letters.")
@click.option("--verified", is_flag=True, help="You compared it with the official publication.")
@click.option("--use", is_flag=True, help="Put it in use at once; without, it waits as a draft.")
def load_rates(file: Path, kind: str, edition: str, part: str, source: str, valid_from: datetime | None, valid_to: datetime | None,
               numbers: Numbers, basis: str, scheme: str, origin: str, verified: bool, use: bool) -> None:
    """Load a table of rates into a draft, and say what it would change."""
    try:
        version = actions.load_table(
            CONSOLE, kind=kind, part=part, content=file.read_bytes(), file_name=file.name, edition=edition, source=source,
            valid_from=valid_from.date() if valid_from else None, valid_to=valid_to.date() if valid_to else None, verified=verified,
            defaults=Defaults(basis, scheme, origin.upper(), numbers))
        ident = version.id
        db.commit()
        while (present := database.session.get(Edition, ident, populate_existing=True)) and present.state == State.READING:
            if not jobs.run_one():  # a worker reads it, or nobody does
                raise click.ClickException("the table is being read by another process: look again with `flask reference versions`")
        if present is None or present.state == State.REFUSED:
            raise click.ClickException("; ".join(_words(present)) if present else "the table is gone")
        for bad in present.problems[:MOST_SHOWN]:
            click.echo(f"row {bad['row']}: {Invalid(bad['message'], **bad['params'])}", err=True)
        click.echo("{new} new, {changed} changed, {gone} gone; {bad} bad rows left out.".format(**queries.counts(present)))
        if use:
            actions.apply(CONSOLE, present)
            db.commit()
        click.echo(f"{present.edition} ({present.id}) is {'in use' if use else 'a draft'}: {present.line_count} lines.")
    except Problem as problem:
        raise click.ClickException(str(problem)) from problem


@reference.command("versions")
def rate_versions() -> None:
    """List the loaded rate tables."""
    for table in queries.tables(CONSOLE):
        marks = ", ".join(word for word, is_so in (("sample", table.sample), ("verified", table.verified)) if is_so)
        click.echo(f"{table.id:5} {table.state:8} {table.kind:9} {table.part}: {table.edition} ({table.source}), {table.line_count} lines"
                   + (f" [{marks}]" if marks else ""))


@reference.command("use")
@click.argument("version", type=int)
def use_rates(version: int) -> None:
    """Put a draft in use, or an earlier table again."""
    try:
        table = queries.table_for(CONSOLE, version)
        actions.apply(CONSOLE, table)
    except Problem as problem:
        raise click.ClickException(str(problem) or "there is no such table") from problem
    db.commit()
    click.echo(f"{table.edition} is in use: {table.line_count} lines.")


@reference.command("roll-back")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("part")
def roll_back_rates(kind: str, part: str) -> None:
    """Use the table again that was in use before in this part."""
    try:
        table = actions.roll_back(CONSOLE, kind, part)
    except Problem as problem:
        raise click.ClickException(str(problem)) from problem
    db.commit()
    click.echo(f"{table.edition} is in use again: {table.line_count} lines.")


@reference.command("drop-samples")
def drop_samples() -> None:
    """Use no sample tables any more."""
    count = actions.drop_samples(CONSOLE)
    db.commit()
    click.echo(f"{count} sample tables are not used any more.")


@reference.command("rules")
@click.argument("kind", required=False)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day; today by default.")
def list_rules(kind: str | None, on: datetime | None) -> None:
    """List the kinds of rules, or the rules of a kind that hold on a day."""
    if kind is None:
        for one in queries.kinds(CONSOLE):
            click.echo(f"{one.schema.kind:16} {one.count:4} rules, {one.count - one.verified} not verified, {one.corrected} corrected")
        return
    if kind not in shipped_kinds():
        raise click.ClickException(f"there is no kind {kind}")
    day = on.date() if on else clock.now().date()
    for rule in queries.rulebook().on(kind, day):
        mark = "sample" if rule.sample else "verified" if rule.verified else "not verified"
        click.echo(f"{rule.code:20} {rule.en} [{mark}; {'; '.join(rule.sources())}]")


def _words(version: Edition) -> list[str]:
    return [str(Invalid(one["message"], **one["params"])) for one in version.problems]
