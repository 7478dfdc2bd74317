"""The command line: ``flask --app wsgi COMMAND``."""

import click
from flask import Flask, current_app

from .accounts.commands import cli as users
from .catalog.commands import cli as catalog
from .demands.commands import cli as demands
from .demo.commands import demo
from .expos.commands import cli as expos
from .extensions import alembic
from .infra import jobs, mail
from .infra.server import serve as serve_app
from .infra.server import start_worker
from .matching.commands import cli as match
from .reference.commands import cli as hs
from .reference.commands import reference
from .scheduling.commands import cli as schedule
from .settings import PREFIX, SETTINGS


def init_app(app: Flask) -> None:
    """Register the commands of the house and of the rooms."""
    for command in (migrate, serve, worker, settings, users, expos, catalog, demands, hs, reference, match, schedule, demo):
        app.cli.add_command(command)


def upgrade() -> None:
    """Bring the database to the newest revision."""
    alembic.upgrade()


@click.command()
def migrate() -> None:
    """Bring the database to the newest revision."""
    upgrade()
    click.echo("The database is up to date.")


@click.command()
@click.option("--once", is_flag=True, help="Do what waits, then stop.")
def worker(once: bool) -> None:
    """Run jobs and send mail until stopped; any number of workers may run, on any number of machines."""
    jobs.take_over()
    if once:
        jobs.run_until_idle()
        mail.send_all()
        return
    jobs.work(current_app._get_current_object(), also=mail.send_one)


@click.command()
def settings() -> None:
    """List every setting with its default and meaning."""
    for setting in SETTINGS:
        click.echo(f"{PREFIX}{setting.name} ({setting.default!r}): {setting.meaning}")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Serve the web pages and run the jobs, in one process."""
    app = current_app._get_current_object()
    start_worker(app)
    click.echo(f"http://{host}:{port}")
    serve_app(app, host, port)
