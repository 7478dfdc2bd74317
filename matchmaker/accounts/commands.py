"""Commands about people."""

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from ..errors import Problem
from ..infra import db
from ..permissions import Actor
from . import actions, queries
from .models import User
from .rules import normal_email

cli = AppGroup("users", help="People who sign in.")
CONSOLE = Actor(name="command line", is_system=True)


@cli.command("make-admin")
@click.argument("email")
@click.option("--name", default="Administrator", show_default=True)
@click.password_option(help="Asked for when it is not given.")
def make_admin(email: str, name: str, password: str) -> None:
    """Make EMAIL an administrator; the first one has no other way."""
    try:
        user = actions.make_admin(email, name=name, password=password)
    except Problem as problem:
        raise click.ClickException(str(problem)) from problem
    db.commit()
    click.echo(f"{user.email} is an administrator.")


@cli.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Disable the account of EMAIL and end its sessions."""
    user = _user(email)
    actions.disable(CONSOLE, user)
    db.commit()
    click.echo(f"{user.email} is disabled.")


@cli.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Let EMAIL sign in again."""
    user = _user(email)
    actions.enable(CONSOLE, user)
    db.commit()
    click.echo(f"{user.email} may sign in.")


@cli.command("list")
@click.argument("words", default="")
@click.option("--limit", default=200, show_default=True)
def list_users(words: str, limit: int) -> None:
    """List accounts whose name or address contains WORDS, the newest first."""
    for user in db.db.session.scalars(queries.people(words).limit(limit)):
        marks = [word for word, true in (("administrator", user.is_admin), ("disabled", user.disabled_at),
                                         ("unconfirmed", not user.email_confirmed_at)) if true]
        click.echo("\t".join((user.email, user.name, ", ".join(marks))))


def _user(email: str) -> User:
    try:
        user = db.db.session.scalar(sa.select(User).where(User.email == normal_email(email)))
    except Problem as problem:
        raise click.ClickException(str(problem)) from problem
    if user is None:
        raise click.ClickException(f"Nobody has the address {email}.")
    return user
