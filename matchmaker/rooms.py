"""All rooms in one place: their blueprints, listeners, and what the templates of every page are given."""

from typing import Any

from flask import Flask, current_app, g, url_for
from lucide.jinja import lucide

from . import clock, i18n
from .accounts import queries as accounts
from .accounts import views as accounts_views
from .catalog import receivers as catalog_receivers  # noqa: F401
from .catalog import views as catalog_views
from .companies import views as companies_views
from .demands import receivers as demands_receivers  # noqa: F401
from .demands import views as demands_views
from .expos import context as expo_context
from .expos import queries as expos
from .expos import views as expos_views
from .extensions import login
from .permissions import Actor, Role
from .scheduling import receivers as _scheduling_receivers  # noqa: F401 (listens)
from .scheduling import tasks as _scheduling_tasks  # noqa: F401 (known to workers)
from .scheduling import views as scheduling_views
from .sheets import views as sheets_views
from .web import nav
from .web import views as web_views
from .web.guard import current_actor

BLUEPRINTS = [web_views.bp, accounts_views.bp, companies_views.bp, expos_views.bp, scheduling_views.bp, catalog_views.bp, demands_views.bp, sheets_views.bp]


def load_actor(user: Any) -> Actor:
    """Return the actor of a signed-in user; the session of one who organizes idles out sooner."""
    actor = expos.actor_for(user, user.acts_for)
    if actor.is_admin or Role.ORGANIZER in actor.roles():
        accounts.remember_staff(user)
    return actor


def init_app(app: Flask) -> None:
    """Register every room."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    login.user_loader(accounts.session_user)
    login.login_view = "accounts.sign_in"
    expo_context.init_app(app)
    nav.add(app, *expos_views.NAV, *scheduling_views.NAV)
    app.before_request(expo_context.load_expo)
    app.extensions["matchmaker.encoder_state"] = _encoder_state
    app.extensions["matchmaker.home"] = _home
    app.jinja_env.globals["icon"] = lambda name, size=18, **kwargs: lucide(name, size=size, aria_hidden="true", **kwargs)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    nav.add(app, *accounts_views.NAV, *companies_views.NAV)
    nav.add(app, *catalog_views.NAV, *demands_views.NAV)
    app.context_processor(_context)
    app.url_defaults(_static_version)


def _context() -> dict[str, Any]:
    """Return what every page is given. Error pages about a lost database get no navigation."""
    page: dict[str, Any] = {
        "lang": i18n.lang(), "theme": web_views.current_theme(), "site_name": current_app.config["SITE_NAME"],
        "demo_today": clock.now() if clock.is_shifted() else None, "actor": current_actor,
        "nav_items": [], "current_expo": None, "my_expos": [],
    }
    if "actor" in g:
        page["current_expo"] = expo = expo_context.present_expo(current_actor)
        page["my_expos"] = [
            {"label": other.label, "slug": other.slug, "url": url_for("web.home", at=other.slug), "active": other is expo}
            for other in expo_context.my_expos()
        ]
        page["nav_items"] = nav.items(current_app._get_current_object(), current_actor, expo)
    return page


def _static_version(endpoint: str, values: dict[str, Any]) -> None:
    """Let browsers keep static files for good: their address changes with their content."""
    if endpoint == "static" and "filename" in values and current_app.static_folder:
        from pathlib import Path

        path = Path(current_app.static_folder) / values["filename"]
        if path.is_file():
            values["v"] = format(path.stat().st_mtime_ns, "x")


def _encoder_state() -> str:
    return "not loaded"


def _home() -> Any:
    from flask import render_template

    from .web.landing import series_cards

    upcoming = [edition for edition in expos.editions() if expos.takes_applications(edition)]
    return render_template("web/landing.html", series=series_cards(), editions=upcoming)


