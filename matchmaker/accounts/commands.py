"""Commands about people."""

import click
from flask.cli import AppGroup

from ..infra import db
from . import actions

cli = AppGroup("users", help="People who sign in.")


@cli.command("make-admin")
@click.argument("email")
@click.option("--name", default="Administrator", show_default=True)
@click.password_option(help="Asked for when it is not given.")
def make_admin(email: str, name: str, password: str) -> None:
    """Make EMAIL an administrator; the first one has no other way."""
    user = actions.make_admin(email, name=name, password=password)
    db.commit()
    click.echo(f"{user.email} is an administrator.")
