"""``flask match``: matching by hand, and the life of its model."""

from collections.abc import Iterable, Sequence
from typing import Any

import click
import sqlalchemy as sa

from ..errors import NotFound, Problem
from ..expos.models import Expo
from ..expos.queries import expo_by_slug
from ..infra.db import commit, db
from ..permissions import SYSTEM
from . import learning, ranking, receivers, reports
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
    """Match demands and products; train, measure and choose the model."""


only_expo = click.option("--expo", "slug", help="Only this expo, by its slug.")


def _expos(slug: str | None) -> list[Expo]:
    try:
        return [expo_by_slug(slug)] if slug else list(db.session.scalars(sa.select(Expo).order_by(Expo.id)))
    except NotFound:
        raise click.ClickException(f"there is no expo {slug}") from None


@cli.command("refresh")
@only_expo
def refresh_command(slug: str | None) -> None:
    """Match everything anew, here and now."""
    for expo in _expos(slug):
        receivers.mark_stale(expo.id)
        commit()
        done = refresh(Line(expo.slug), expo.id)
        click.echo(f"\r\033[K{expo.slug}: {done['demands']} demands matched.")


@cli.command()
@click.option("--note", default="", help="A few words to keep with the version.")
def train(note: str) -> None:
    """Learn from all that companies did and use the result; the same feedback gives the same version."""
    line = Line("training")
    try:
        version = learning.train(SYSTEM, note=note, tell=line.progress)
    except Problem as problem:
        raise click.ClickException(f"\r\033[K{problem}") from None
    commit()
    click.echo(f"\r\033[KVersion {version.sha256[:12]}, learned from {version.answers} answers, is in use.")
    _metrics(version.metrics)
    click.echo("Every expo is marked to be matched anew: run `flask match refresh` or a worker.")


@cli.command()
@only_expo
def evaluate(slug: str | None) -> None:
    """Measure the model in use on companies that it has not learned from, for all feedback and for each expo."""
    metrics = learning.held_out()
    version = learning.in_use()
    if version is not None:
        version.metrics = metrics
    commit()
    click.echo(f"In use: {version.sha256[:12] if version else 'documented weights'}. Learned from all feedback of today:")
    _metrics(metrics)
    for expo in _expos(slug):
        found = ranking.of_expo(expo.id)
        reports.keep(expo.id, "ranking", found)
        reports.keep(expo.id, "calibration", reports.calibration(expo.id))
        commit()
        click.echo(f"\n{expo.slug}: lists of {found['readers']} companies ({found['samples']} of them samples: simulated)")
        _lists(found)


@cli.command("report")
@only_expo
def report_command(slug: str | None) -> None:
    """Count who is shown and who gets nothing at each expo, and why; keep it for the organizers' page."""
    for expo in _expos(slug):
        data = reports.make(Line(expo.slug), expo.id)
        commit()
        click.echo(f"\r\033[K{expo.slug}")
        _table(_said(data))


@cli.command()
def versions() -> None:
    """List the trained versions, the newest first."""
    current = learning.in_use()
    click.echo(f"{'*' if current is None else ' '} {learning.DOCUMENTED}")
    for version in learning.versions():
        window = " to ".join(f"{end:%Y-%m-%d}" for end in (version.window_from, version.window_to) if end)
        mark = "*" if current is version else " "
        click.echo(f"{mark} {version.sha256[:12]}  {window}  {version.answers} answers  {version.note}".rstrip())


@cli.command()
@click.argument("name")
def use(name: str) -> None:
    """Use the version whose hash begins with NAME, or the `documented` weights. Every expo is marked to be matched anew."""
    try:
        if name == learning.DOCUMENTED:
            learning.use_documented(SYSTEM)
        else:
            learning.use(SYSTEM, learning.version_named(name))
    except Problem:
        raise click.ClickException(f"there is no one version {name}") from None
    commit()
    click.echo(f"In use: {name}. Run `flask match refresh` or a worker to match anew.")


def _metrics(metrics: dict[str, Any]) -> None:
    click.echo(f"Held out: {metrics['answers']} answers of {metrics['companies']} companies, each told by a model without that company.")
    rows = [(name, f"log loss {found['log_loss']:.3f}", f"calibration error {found['calibration_error']:.3f}")
            for name in ("learned", learning.DOCUMENTED) if (found := metrics[name])]
    _table(rows)
    _lists(metrics["lists"])


def _lists(found: dict[str, Any]) -> None:
    if not found["readers"]:
        click.echo("  no list yet in which a reader did something")
        return
    labels = {"ndcg": "nDCG@10", "recall": "recall@10", "mrr": "MRR"}
    _table([(name, *(f"{label} {'-' if row[key] is None else format(row[key], '.3f')}" for key, label in labels.items()),
             f"({found['readers']} readers)") for name, row in found["rows"].items()])


def _said(data: dict[str, Any]) -> Iterable[Sequence[str]]:
    covered, shown, alone, market = data["coverage"], data["exposure"], data["nothing"], data.get("market") or {}
    for name in ("demands", "products"):
        yield name, f"{covered[name]}", f"with a match {covered[name + '_matched']}", f"with a good one {covered[name + '_good']}"
    gini = "unknown" if shown["gini"] is None else f"{shown['gini']:.3f}"
    yield "exhibitors", f"{shown['exhibitors']}", f"in nobody's first ten {shown['nobody']}", f"Gini of looks {gini}"
    if "matches" in market:
        yield ("congestion", f"expected matches {market['matches']:.1f}", f"without the balance {market['matches_reciprocal']:.1f}",
               f"Gini {market['gini']:.3f}, without {market['gini_reciprocal']:.3f}")
        yield ("floor", f"{market['floor']} places", f"for {market['protected']} exhibitors",
               f"costs {market['price_of_floor']:.2f} expected matches")
    yield "nothing", f"{alone['demands']} demands", *(f"{cause} {count}" for cause, count in sorted(alone["causes"].items()))
    yield ("nothing", f"{alone['products']} products", f"no demand in the section {alone['products_without_demand']}",
           f"matched, never shown {alone['unseen']}")


def _table(rows: Iterable[Sequence[str]]) -> None:
    rows = list(rows)
    widths = [max(len(row[at]) for row in rows if at < len(row)) for at in range(max(map(len, rows), default=0))]
    for row in rows:
        click.echo("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip())
