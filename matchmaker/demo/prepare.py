"""The demo's own database: made once, beside the real one, and never half.

The world is built into ``demo.sqlite3.part``, which is renamed when it is complete: a preparation that was killed begins anew.
With MATCHMAKER_DATABASE_URL the world goes into that database, which must be empty: a real one is never touched.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask

from .. import audit
from ..accounts.models import User
from ..extensions import alembic
from ..infra.db import commit, db
from ..permissions import SYSTEM
from ..settings import PREFIX
from . import ciie, sign_ins
from .build import build
from .console import Console
from .data import Share
from .world import START

NAME = "demo.sqlite3"
DONE = "demo.prepared"  # the audit row that says: this database is a complete demo
Factory = Callable[..., Flask]


def settings(folder: Path, url: str, **more: Any) -> dict[str, Any]:
    """Return what the demo's application is made with; the log is quiet unless MATCHMAKER_LOG_LEVEL says otherwise."""
    level = os.environ.get(f"{PREFIX}LOG_LEVEL", "WARNING")
    return {"instance": folder, "DATABASE_URL": url, "TODAY": START.isoformat(), "LOG_LEVEL": level} | more


def prepare(make: Factory, folder: Path, *, rebuild: bool = False, share: Share | None = None, size: str = "") -> str:
    """Build the world if it is not there and return the address of its database. Raises ``click.ClickException``."""
    url = os.environ.get(f"{PREFIX}DATABASE_URL")
    if url:
        _into(make, folder, url, rebuild, share, size)
        return url
    final, part = folder / NAME, folder / f"{NAME}.part"
    if rebuild:
        _remove(final)
    if not final.exists():
        _remove(part)
        with _application(make, folder, f"sqlite:///{part.name}"):
            _build(folder, share, size)
            commit()
            db.session.close()
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        part.replace(final)
        _remove(part)
    return f"sqlite:///{NAME}"


def _into(make: Factory, folder: Path, url: str, rebuild: bool, share: Share | None, size: str) -> None:
    """Build into the database that the settings name, if it is empty; leave it alone if it is a complete demo."""
    if rebuild:
        raise click.ClickException(f"--rebuild deletes only the demo's own file; empty the database of {PREFIX}DATABASE_URL yourself.")
    with _application(make, folder, url):
        if _is_done():
            return
        if sa.inspect(db.engine).has_table(User.__tablename__) and db.session.scalar(sa.select(User.id).limit(1)):
            raise click.ClickException(
                f"the database of {PREFIX}DATABASE_URL holds other data, or a demo that was not finished; give the demo an empty one.")
        _build(folder, share, size)


def _build(folder: Path, share: Share | None, size: str) -> None:
    console = Console()
    click.echo("Preparing the demo: an invented world, made once.")
    with console.stage("database") as say:
        alembic.upgrade()
        say("migrated to the newest revision")
    if size == "ciie":
        ciie.build(console)
    else:
        build(share or Share(), console)
    sign_ins.write(folder)
    audit.record(SYSTEM, DONE)
    commit()


def _is_done() -> bool:
    if not sa.inspect(db.engine).has_table(audit.AuditEntry.__tablename__):
        return False
    return db.session.scalar(sa.select(audit.AuditEntry.id).where(audit.AuditEntry.action == DONE).limit(1)) is not None


@contextmanager
def _application(make: Factory, folder: Path, url: str) -> Iterator[None]:
    with make(**settings(folder, url)).app_context():
        try:
            yield
        finally:
            db.session.close()
            db.engine.dispose()


def _remove(path: Path) -> None:
    """Delete an SQLite file and what lies beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def present_sign_ins(folder: Path) -> str:
    """Return the sign-ins of the demo that is there; make new passwords when the file was lost. Commits."""
    text = sign_ins.read(folder)
    if text is None:
        text = sign_ins.write(folder)
        commit()
    return text
