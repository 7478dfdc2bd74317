"""All rooms in one place: their blueprints, listeners and jobs, and what the templates of every page are given."""

from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, url_for

from . import clock, i18n
from .accounts import allowances
from .accounts import queries as accounts
from .accounts import views as accounts_views
from .agendas import views as agendas_views
from .catalog import views as catalog_views
from .companies import views as companies_views
from .comparison import views as comparison_views
from .crossborder import views as crossborder_views
from .demands import views as demands_views
from .documents import views as documents_views
from .expos import context as expo_context
from .expos import queries as expos
from .expos import views as expos_views
from .extensions import login
from .floor import views as floor_views
from .green import views as green_views
from .infra import jobs
from .insights import views as insights_views
from .landed import views as landed_views
from .matching import encoding as matching_encoding
from .matching import tasks as matching_tasks
from .matching import views as matching_views
from .meetings import views as meetings_views
from .notices import views as notices_views
from .papers import views as papers_views
from .passports import views as passports_views
from .permissions import Actor, Role
from .proposals import views as proposals_views
from .reference import views as reference_views
from .scheduling import views as scheduling_views
from .sheets import views as sheets_views
from .web import filters, icons, nav, panels
from .web import views as web_views
from .web.guard import current_actor

VIEWS = (
    web_views, accounts_views, companies_views, expos_views, reference_views, sheets_views, documents_views, catalog_views, demands_views,
    green_views, landed_views, passports_views, matching_views, crossborder_views, proposals_views, meetings_views, papers_views,
    scheduling_views, agendas_views, floor_views, comparison_views, notices_views,
)
# modules that listen to events or hold the tasks of jobs: importing them is what makes them known
LISTENERS = ("catalog", "demands", "green", "matching", "proposals", "meetings", "papers", "scheduling", "agendas", "floor", "notices")
WORKERS = ("reference", "documents", "catalog", "demands", "green", "matching", "meetings", "scheduling", "agendas", "floor")


def load_actor(user: Any) -> Actor:
    """Return the actor of a signed-in user; the session of one who organizes idles out sooner."""
    actor = expos.actor_for(user, user.acts_for)
    if actor.is_admin or Role.ORGANIZER in actor.roles():
        accounts.remember_staff(user)
    return actor


def init_app(app: Flask) -> None:
    """Register every room."""
    for views in VIEWS:
        app.register_blueprint(views.bp)
        nav.add(app, *getattr(views, "NAV", ()))
        panels.add(app, *getattr(views, "PANELS", ()))
        filters.add(app, *getattr(views, "FILTERS", ()))
    for room in LISTENERS:
        import_module(f"{__package__}.{room}.receivers")
    for room in WORKERS:
        import_module(f"{__package__}.{room}.tasks")
    jobs.at_start(matching_tasks.warm_up)
    login.user_loader(accounts.session_user)
    login.login_view = "accounts.sign_in"
    app.before_request(allowances.spend_of_reader)
    expo_context.init_app(app)
    app.before_request(expo_context.load_expo)
    app.extensions["matchmaker.encoder_state"] = matching_encoding.encoder_state
    app.extensions["matchmaker.home"] = insights_views.home
    app.jinja_env.globals["icon"] = icons.icon
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_context)
    app.url_defaults(_static_version)


def _context() -> dict[str, Any]:
    """Return what every page is given. Error pages about a lost database get no navigation."""
    page: dict[str, Any] = {
        "lang": i18n.lang(), "theme": web_views.current_theme(), "site_name": current_app.config["SITE_NAME"],
        "demo_today": clock.now() if clock.is_shifted() else None, "actor": current_actor,
        "nav_items": [], "current_expo": None, "my_expos": [], "account_links": [], "bell": None,
    }
    if "actor" in g:
        page["current_expo"] = expo = expo_context.present_expo(current_actor)
        page["my_expos"] = [
            {"label": other.label, "slug": other.slug, "url": url_for("web.home", at=other.slug), "active": other is expo}
            for other in expo_context.my_expos()
        ]
        page["account_links"] = accounts_views.menu() if current_actor.user_id else []
        page["bell"] = notices_views.bell(current_actor)
        page["nav_items"] = nav.items(current_app._get_current_object(), current_actor, expo)
    return page


def _static_version(endpoint: str, values: dict[str, Any]) -> None:
    """Let browsers keep static files for good: their address changes with their content."""
    if endpoint == "static" and "filename" in values and current_app.static_folder:
        path = Path(current_app.static_folder) / values["filename"]
        if path.is_file():
            values["v"] = format(path.stat().st_mtime_ns, "x")
