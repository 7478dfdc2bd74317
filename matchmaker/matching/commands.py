"""``flask match``: matching by hand."""

from typing import Any

import click
import sqlalchemy as sa

from ..errors import NotFound
from ..expos.models import Expo
from ..expos.queries import expo_by_slug
from ..infra.db import commit, db
from . import receivers
from .refresh import refresh


class Line:
    """Shows the progress of a refresh as one line of the terminal."""

    def __init__(self, label: str):
        self.label = label

    def progress(self, fraction: float, message: str = "", **params: Any) -> None:
        """Show how far it is."""
        count = f" {params['done']}/{params['total']}" if "total" in params else ""
        click.echo(f"\r\033[K{self.label}: {message}{count} ({fraction:.0%})", nl=False)

    def chunk(self) -> None:
        """Keep what is done."""
        commit()


@click.group("match")
def cli() -> None:
    """Match demands and products."""


@cli.command("refresh")
@click.option("--expo", "slug", help="Only this expo, by its slug.")
def refresh_command(slug: str | None) -> None:
    """Match everything anew, here and now."""
    try:
        expos = [expo_by_slug(slug)] if slug else list(db.session.scalars(sa.select(Expo).order_by(Expo.id)))
    except NotFound:
        raise click.ClickException(f"there is no expo {slug}") from None
    for expo in expos:
        receivers.mark_stale(expo.id)
        commit()
        done = refresh(Line(expo.slug), expo.id)
        click.echo(f"\r\033[K{expo.slug}: {done['demands']} demands matched.")
