"""What the pages of the desk share: their blueprint, the menu, and who may see them."""

from flask import Blueprint, flash, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from ...access import ORGANIZERS
from ...expos import queries as expos
from ...web import nav
from ...web.guard import current_actor

bp = Blueprint("scheduling", __name__)
NAV = (
    nav.Entry(15, _l("Schedule"), "calendar-range", "scheduling.desk", ORGANIZERS, needs_expo=True),
    nav.Entry(16, _l("What-if"), "sliders-horizontal", "scheduling.whatif", ORGANIZERS, needs_expo=True),
)


@bp.before_request
def _organizers_only() -> None:
    expos.require_organizer(current_actor, g.expo)


def wants_json() -> bool:
    """Tell whether the board's script asks."""
    return request.is_json or request.accept_mimetypes.best == "application/json"


def done(text: str, endpoint: str = "scheduling.desk") -> ResponseReturnValue:
    """Say that it is done: as JSON to the script, as a flash on the next page."""
    if wants_json():
        return jsonify(text=text)
    flash(text, "success")
    return redirect(url_for(endpoint))
