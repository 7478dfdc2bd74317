"""The pages that belong to no room: home, language and theme, health."""

import hmac
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, has_request_context, jsonify, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.exc import DBAPIError

from ..access import SIGNED_IN
from ..i18n import LOCALES
from ..infra import jobs, metrics
from ..infra.db import db
from . import nav
from .redirects import safe_next

bp = Blueprint("web", __name__)
NAV = (nav.Entry(1, _l("Home"), "house", "web.home", SIGNED_IN),)
THEMES = ("auto", "light", "dark")


@bp.get("/")
def home() -> ResponseReturnValue:
    """The landing page for visitors; everybody else is sent to the home of their role."""
    return current_app.extensions["matchmaker.home"]()


@bp.post("/language")
def set_language() -> ResponseReturnValue:
    """Read in another language: kept in the account, or in the cookie of a visitor."""
    language = request.form.get("language")
    if language in LOCALES:
        session["language"] = language
        if current_user.is_authenticated:
            current_user.language = language
    return redirect(safe_next())


@bp.post("/theme")
def set_theme() -> ResponseReturnValue:
    """Light, dark, or as the device says."""
    theme = request.form.get("theme")
    if theme in THEMES:
        session["theme"] = theme
        if current_user.is_authenticated:
            current_user.theme = theme
    return redirect(safe_next())


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="alive")


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """The process can do its work: database, jobs, encoder; 503 when it cannot."""
    try:
        db.session.execute(sa.text("SELECT 1"))
        state = jobs.state()
    except DBAPIError:
        return jsonify(status="not ready", database="away"), 503, {"Retry-After": "5"}
    checks: dict[str, Any] = {"database": "ok", "jobs": state}
    checks["encoder"] = current_app.extensions["matchmaker.encoder_state"]()
    return jsonify(status="ready", **checks)


@bp.get("/metrics")
def metrics_text() -> ResponseReturnValue:
    """Counters for Prometheus: for the bearer of METRICS_TOKEN, or without one for this machine only."""
    token = current_app.config["METRICS_TOKEN"]
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    allowed = hmac.compare_digest(given.encode(), token.encode()) if token else request.remote_addr in ("127.0.0.1", "::1")
    if not allowed:
        return Response(status=404)
    return Response(metrics.text(jobs.state()), mimetype="text/plain")


def current_theme() -> str:
    """Return the reader's theme."""
    if not has_request_context():  # a job or command that writes a mail
        return "auto"
    if current_user and current_user.is_authenticated:
        return current_user.theme
    theme = session.get("theme")
    return theme if theme in THEMES else "auto"



