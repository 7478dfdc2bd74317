"""The expo of a page: every address below ``/e/<expo>/`` names it, and only those who belong to it may go there."""

from typing import Any

from flask import Flask, g, session

from ..permissions import Actor
from ..web.guard import current_actor
from . import queries
from .models import Expo


def init_app(app: Flask) -> None:
    """Resolve ``<expo>`` in addresses to ``g.expo`` and put it into every link made on such a page."""

    @app.url_value_preprocessor
    def _take(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values and "expo" in values:
            g.expo_slug = values.pop("expo")

    @app.url_defaults
    def _give(endpoint: str, values: dict[str, Any]) -> None:
        expo = g.get("expo")
        if "expo" not in values and expo is not None and app.url_map.is_endpoint_expecting(endpoint, "expo"):
            values["expo"] = expo.slug


def load_expo() -> None:
    """Set ``g.expo`` for the address; runs after the guard. Raises ``NotFound``."""
    slug = g.get("expo_slug")
    if slug is not None:
        g.expo = queries.expo_by_slug(slug)
        session["expo"] = slug


def present_expo(actor: Actor) -> Expo | None:
    """Return the expo the reader is at: that of the address, else the last visited, else the first of theirs."""
    if g.get("expo") is not None:
        return g.expo
    mine = my_expos()
    return next((expo for expo in mine if expo.slug == session.get("expo")), mine[0] if mine else None)


def my_expos() -> list[Expo]:
    """Return the reader's editions, asked once a request."""
    if "my_expos" not in g:
        g.my_expos = queries.my_expos(current_actor) if current_actor.user_id else []
    return g.my_expos
