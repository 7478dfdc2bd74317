"""The guard before every view: sign-in, the access table, and the actor of the request."""

from collections.abc import Callable

from flask import Flask, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.local import LocalProxy

from ..access import ACCESS
from ..errors import NotFound
from ..permissions import VISITOR, Actor, Role

current_actor: Actor = LocalProxy(lambda: g.get("actor", VISITOR))  # type: ignore[assignment]
NO_READER = {"static", "web.alive", "web.metrics_text", "web.ready", "floor.version"}  # nobody is asked who reads


def init_app(app: Flask, load_actor: Callable[..., Actor]) -> None:
    """Guard ``app``; ``load_actor(user)`` makes the actor of a signed-in user."""

    @app.before_request
    def _guard() -> ResponseReturnValue | None:
        endpoint = request.endpoint
        if endpoint is None or endpoint in NO_READER:
            return None  # unknown addresses get their 404 or 405 from the router
        g.actor = load_actor(current_user) if current_user.is_authenticated else VISITOR
        allowed, roles = ACCESS.get(endpoint, frozenset()), g.actor.roles()
        if roles & allowed:
            return None
        if Role.VISITOR in roles and allowed:
            return _to_sign_in()
        if allowed == {Role.VISITOR}:
            return redirect(url_for("web.home"))
        raise NotFound()


def _to_sign_in() -> ResponseReturnValue:
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=target))
