"""The import of a file from the command line, shared by ``flask catalog import`` and ``flask demands import``."""

import time
from pathlib import Path

import click
import sqlalchemy as sa

from ..companies.models import Company
from ..errors import Problem
from ..expos.queries import expo_by_slug
from ..i18n import reading_in
from ..infra import db, jobs
from ..infra.db import db as database
from ..permissions import Actor
from . import actions, queries
from .actions import CONSOLE, Kind
from .models import SheetImport
from .views import words_of

MOST_SHOWN = 200


def import_file(kind: Kind, file: Path, expo: str, company: str, publish: bool, language: str) -> None:
    """Import ``file`` for a company at an expo; show progress, then the rows that could not be taken.

    The work is a job of the database: killed in the middle, it goes on with the next worker, or when the command is given again.
    """
    with reading_in(language):
        try:
            found = actions.start_import(
                Actor(name=CONSOLE, is_system=True), kind, expo=expo_by_slug(expo), company_id=_company(company, kind.company_kind).id,
                content=file.read_bytes(), file_name=file.name, publish=publish)
        except Problem as problem:
            raise click.ClickException(str(problem) or f"There is no expo {expo!r}.") from problem
        db.commit()
        if found.unknown_columns:
            click.echo("Columns that are not known and were left out: " + ", ".join(found.unknown_columns))
        _work(found)
        _report(found)


def _company(text: str, kind: str) -> Company:
    """Return the company of that number or name."""
    names = sa.or_(Company.name == text, Company.name_en == text, Company.name_zh == text)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    found = database.session.scalars(sa.select(Company).where(Company.kind == kind, sa.or_(names, Company.id == number)).limit(2)).all()
    if not found:
        raise click.ClickException(f"No {kind} has the number or name {text!r}.")
    if len(found) > 1:
        raise click.ClickException(f"Several companies are called {text!r}: give the number.")
    return found[0]


def _work(found: SheetImport) -> None:
    """Run waiting jobs like a worker until the import has ended; another worker may have taken it already."""
    jobs.take_over()
    shown = -1
    while not (job := queries.job_of(found)) or not job.ended:
        if not jobs.run_one():
            time.sleep(0.2)
        job = queries.job_of(found)
        if job and (done := int(job.params.get("done", 0))) != shown:
            shown = done
            click.echo(f"{done} of {found.total} rows")
    if job.state == "failed":
        raise click.ClickException(job.error)


def _report(found: SheetImport) -> None:
    counts = queries.counts(found.id)
    for row in database.session.scalars(queries.bad_rows(found.id).limit(MOST_SHOWN)):
        click.echo(f"row {row.row_number}: " + " ".join(words_of(row)))
    if counts[queries.BAD] > MOST_SHOWN:
        click.echo(f"... and {counts[queries.BAD] - MOST_SHOWN} more bad rows")
    click.echo("{taken} taken, {known} known from an earlier import, {bad} bad, of {total}.".format(**counts, total=found.total))
