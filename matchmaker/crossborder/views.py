"""Pages of the desk: products and demands by road, platforms and pilot zones, exhibits after the expo."""

from datetime import date

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from ..access import ORGANIZERS, SEERS
from ..errors import N_
from ..expos.queries import today_at
from ..i18n import sources
from ..passports import words
from ..permissions import ensure
from ..reference import queries as reference
from ..sheets.labels import labels
from ..trade.roads import import_roads
from ..web import nav
from ..web.guard import current_actor
from ..web.pages import cut, page_number
from . import queries

bp = Blueprint("crossborder", __name__)
NAV = (
    nav.Entry(48, _l("Cross-border"), "globe", "crossborder.desk", SEERS, needs_expo=True),
    nav.Entry(64, _l("Exhibits afterwards"), "package-check", "crossborder.plans", ORGANIZERS, needs_expo=True),
)
A_PAGE = 30
NOTES = {
    "carnet": N_("Before the carnet or the temporary admission ends; that day is on your papers."),
    "listed": N_("On the list of cross-border retail imports."),
    "not_listed": N_("Not on the list of cross-border retail imports: it cannot be sold online from bonded."),
    "list_unknown": N_("Whether it is on the list of cross-border retail imports is not known."),
    "relief": N_("Freed of duty and taxes if it is sold during the expo, within the edition's list."),
    "relief_to_check": N_("Relief from duty and taxes may apply if it is sold during the expo: look at the edition's notice."),
    "relief_excludes": N_("The expo's relief leaves these goods out: duty and taxes are due."),
    "no_relief": N_("No relief is known for this expo: duty and taxes are due."),
}


@bp.get("/e/<expo>/cross-border")
def desk() -> ResponseReturnValue:
    """Products and demands by road, with the state of the list and the limits."""
    roads = import_roads()
    mode = request.args.get("road", "1210")
    mode = mode if mode in roads else "1210"
    now, by, today = request.args.get("now") == "1", _day(request.args.get("by", "")), today_at(g.expo)
    sells = current_actor.is_exhibitor and not current_actor.organizes(g.expo.id)
    found = cut(queries.products(current_actor, g.expo, mode, now=now and by is None, by=by), page_number(), A_PAGE)
    kept = {"now": "1" if now else None, "by": by.isoformat() if by else None}
    tabs = [(f"{code} {reference.mode_name(code)}", url_for("crossborder.desk", road=code, **kept), code == mode, None) for code in roads]
    wanted = queries.wanted(current_actor, g.expo, mode)
    return render_template(
        "crossborder/desk.html", tab_items=tabs, mode=mode, now=now, by=by, today=today, page=found, sells=sells,
        wanted=wanted[:A_PAGE], hidden=queries.count(g.expo, mode) - len(wanted), limits=queries.limits(today),
        modes=queries.modes(today), entry_words=words,
        zone_named=lambda text: queries.zone_named(text, today), **labels())


@bp.get("/e/<expo>/cross-border/platforms")
def desk_platforms() -> ResponseReturnValue:
    """Platforms and pilot zones among the buyers, and the zones that are known by name."""
    today = today_at(g.expo)
    zones = queries.zones(today)
    return render_template(
        "crossborder/platforms.html", buyers=queries.across(current_actor, g.expo), zones=zones, today=today,
        zone_sources=sorted({title for zone in zones for title in sources(zone)}), **labels())


@bp.get("/exhibits")
def exhibits() -> ResponseReturnValue:
    """What becomes of the exhibitor's exhibits."""
    ensure(current_actor.is_exhibitor)
    found = queries.own_exhibits(current_actor)
    return render_template("crossborder/exhibits.html", exhibits=found, notes=NOTES, entry_words=words)


@bp.get("/e/<expo>/exhibits")
def plans() -> ResponseReturnValue:
    """All exhibits of the edition by the way that was chosen, for organizers."""
    found = queries.exhibits_of(current_actor, g.expo)
    chosen = request.args.get("way", "")
    kept = [one for one in found if not chosen or (one.product.disposal or "none") == chosen]
    counts = {way: sum(1 for one in found if (one.product.disposal or "none") == way) for way in ("return", "sell", "bonded", "none")}
    return render_template(
        "crossborder/plans.html", page=cut(kept, page_number(), 50), counts=counts, chosen=chosen, total=len(found), notes=NOTES,
        entry_words=words)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
