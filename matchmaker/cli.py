"""The command line: ``flask --app wsgi COMMAND``."""

import threading

import click
from flask import Flask, current_app

from .accounts.commands import cli as users
from .expos.commands import cli as expos
from .extensions import alembic
from .infra import jobs, mail
from .settings import PREFIX, SETTINGS


def init_app(app: Flask) -> None:
    """Register the commands of the house and of the rooms."""
    for command in (migrate, worker, settings, users, expos):
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


def start_worker(app: Flask) -> threading.Thread:
    """Start the worker as a thread of this process (embedded)."""
    with app.app_context():
        jobs.take_over()
    thread = threading.Thread(target=jobs.work, args=(app,), kwargs={"also": mail.send_one}, name="worker", daemon=True)
    thread.start()
    return thread


