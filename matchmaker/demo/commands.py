"""``flask demo``: an invented world to try everything in."""

import socket
from pathlib import Path

import click
from flask import current_app

from ..extensions import alembic
from ..infra.server import serve, start_worker
from ..settings import UnsafeSettings
from . import prepare as preparation
from .sign_ins import FILE
from .world import START

HOST, TRIES = "127.0.0.1", 20


@click.command()
@click.option("--prepare", is_flag=True, help="Make the world and stop before serving.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The next free one when it is in use.")
@click.option("--rebuild", is_flag=True, help="Throw the demo's world away and make it anew.")
@click.option("--size", type=click.Choice(["story", "ciie"]), default="story", show_default=True,
              help="A world with a story, or 5,000 agreed requests for 300 tables, in a folder of its own.")
def demo(prepare: bool, port: int, rebuild: bool, size: str) -> None:
    """Make an invented expo if it is not there, and serve it on this machine only."""
    make = current_app.extensions["matchmaker.create_app"]
    folder = Path(current_app.instance_path) / ("" if size == "story" else size)
    folder.mkdir(parents=True, exist_ok=True)
    port = port if prepare else free_port(port)
    try:
        url = preparation.prepare(make, folder, rebuild=rebuild, size=size)
        app = make(**preparation.settings(folder, url, EMBEDDED_WORKER=True, BASE_URL=f"http://{HOST}:{port}"))
    except UnsafeSettings as problem:
        raise click.ClickException(str(problem)) from None
    with app.app_context():
        alembic.upgrade()
        text = preparation.present_sign_ins(folder)
    click.echo(f"\nSign-ins, also in {folder / FILE} (readable by you only):\n\n{text}")
    if prepare:
        click.echo("The demo is prepared; flask demo serves it.")
        return
    start_worker(app)
    click.echo(f"The demo's today is {START:%d %B %Y, %H:%M} in Shanghai, and its clock goes on from there.")
    click.echo(f"Open http://{HOST}:{port}  (Ctrl-C ends it)")
    serve(app, HOST, port)
    click.echo("\nThe demo has ended; its world is kept.")


def free_port(port: int) -> int:
    """Return ``port``, or the next one that is free. Raises ``click.ClickException`` when twenty are taken."""
    for candidate in range(port, min(port + TRIES, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, candidate))
            except OSError:
                click.echo(f"Port {candidate} is taken.")
                continue
        return candidate
    raise click.ClickException(f"no free port from {port} on")
