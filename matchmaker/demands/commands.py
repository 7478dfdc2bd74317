"""Commands about demands."""

from pathlib import Path

import click
from flask.cli import AppGroup

from ..i18n import LOCALES
from ..sheets.commands import import_file
from .tasks import DEMANDS

cli = AppGroup("demands", help="Demand sheets.")


@cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--expo", required=True, help="The end of its address, like ciie-2026.")
@click.option("--company", required=True, help="Number or name of the buyer.")
@click.option("--publish/--draft", default=True, show_default=True, help="Publish the rows without mistakes, or keep them as drafts.")
@click.option("--language", type=click.Choice(list(LOCALES)), default="en", show_default=True, help="Of the messages.")
def import_table(file: Path, expo: str, company: str, publish: bool, language: str) -> None:
    """Take the demands in FILE (CSV, xlsx, or text with one title a line)."""
    import_file(DEMANDS, file, expo, company, publish, language)
