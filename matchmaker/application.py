"""The application: ``create_app`` reads like a table of contents: settings, doors, rooms, errors, commands."""

import logging as stdlib_logging
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from . import cli, clock, errors, i18n, rooms, settings
from .app import Matchmaker
from .extensions import alembic, csrf, login
from .infra import db, logging, metrics
from .web import guard, headers

ROOT = Path(__file__).resolve().parent.parent


def create_app(instance: str | Path | None = None, **overrides: Any) -> Flask:
    """Make the application. ``instance`` is the folder for its data; ``overrides`` go before the environment.

    Raises ``settings.UnsafeSettings`` rather than start an unsafe production server.
    """
    folder = Path(instance or os.environ.get("MATCHMAKER_INSTANCE") or ROOT / "instance").resolve()
    app = Matchmaker(__package__, instance_path=str(folder), template_folder=str(ROOT / "templates"))
    app.config.update(settings.load(os.environ, folder, **overrides))
    if app.config["TODAY"]:
        clock.set_now(datetime.fromisoformat(app.config["TODAY"]))

    logging.init_app(app)
    metrics.init_app(app)
    headers.init_app(app)
    db.init_app(app)
    _migrations(app)
    csrf.init_app(app)
    login.init_app(app)
    i18n.init_app(app)
    guard.init_app(app, rooms.load_actor)
    rooms.init_app(app)
    errors.init_app(app)
    cli.init_app(app)
    app.extensions["matchmaker.create_app"] = create_app  # for the demo, which makes an application with settings of its own
    if app.config["TRUSTED_PROXIES"]:
        count = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app


def _migrations(app: Flask) -> None:
    app.config["ALEMBIC"] = {
        "script_location": str(ROOT / "migrations"),
        "file_template": "%%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s",
    }
    app.config["ALEMBIC_CONTEXT"] = {"compare_server_default": False, "render_as_batch": True}
    alembic.init_app(app)
    stdlib_logging.getLogger("alembic").setLevel(stdlib_logging.WARNING)  # the extension sets INFO: a line for each table
