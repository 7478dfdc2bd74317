"""The wall of a hall: no sign-in, a secret address, both languages on one screen."""

import time
from threading import Lock
from typing import Any

from flask import Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from ...errors import N_
from ...expos import queries as expos
from ...expos.models import Hall
from ...i18n import clock_time, language, reading_in
from ...web.guard import current_actor
from .. import actions, live, queries, walls
from ..models import Wall
from . import bp
from .board import moment

DRAWING = Lock()  # one thread draws for all who look
KEPT = 60  # walls whose last picture this process keeps
WORDS = {
    "calls": N_("Please take your seats"), "changes": N_("Changes"), "next": N_("Next round"), "none": N_("No calls at the moment"),
    "scan": N_("Scan the code on your table to check in"), "expected": N_("you are expected"), "guest": N_("Buyer"),
    "booth": N_("At the exhibitor's booth"), "begins": N_("begins"), "over": N_("The meetings of this expo are over"), "offline": N_(
        "No connection: this picture may be old"), "hall": N_("Hall"), "new": N_("new"), "lost": N_("This display was switched off"),
}


@bp.get("/wall/<token>")
def wall(token: str) -> ResponseReturnValue:
    """The display. The same for everybody who looks, so each process draws it once for each number of the floor."""
    found = queries.wall_by(token)
    number, pictures = live.number(found.hall.expo_id), _pictures()
    with DRAWING:
        kept = pictures.get(found.id)
        if kept is None or kept[0] != (number, token) or kept[1] <= time.monotonic():
            text, wait = _drawn(found, number)
            if len(pictures) >= KEPT:
                pictures.clear()
            kept = pictures[found.id] = ((number, token), time.monotonic() + wait, text)
    answer = Response(kept[2], mimetype="text/html", headers={"Cache-Control": "private, no-cache"})
    answer.add_etag()
    return answer.make_conditional(request)


def _pictures() -> dict[int, Any]:
    kept: dict[int, Any] = current_app.extensions.setdefault("matchmaker.walls", {})
    return kept


def _drawn(found: Wall, number: int) -> tuple[str, float]:
    shown = walls.display(found.hall)
    text = render_template(
        "floor/wall.html", wall=found, shown=shown, number=number, until=moment(shown.until), word=live.word(found.hall.expo_id), both=both,
        time=lambda value: clock_time(value, found.hall.expo.tz), tongue=tongue)
    return text, max(0.0, (shown.until - shown.now).total_seconds())


def both(key: str) -> Markup:
    """Return a word of the wall in both languages, Chinese first."""
    texts = []
    for code, locale in (("zh-Hans", "zh_Hans_CN"), ("en", "en")):
        with reading_in(locale):
            texts.append(Markup('<span lang="{}">{}</span>').format(code, gettext(WORDS[key])))
    return Markup(" ").join(texts)


def tongue(code: str) -> str:
    """Return the Chinese name of an interpreter's language."""
    with reading_in("zh_Hans_CN"):
        return language(code)


@bp.post("/e/<expo>/floor/halls/<int:hall_id>/wall")
def renew_wall(hall_id: int) -> ResponseReturnValue:
    """Make the address of a hall's display, a new one, or let it be dead."""
    hall = expos.of_expo(Hall, g.expo, hall_id)
    if request.form.get("do") == "end":
        actions.end_wall(current_actor, g.expo, hall=hall)
        flash(gettext("The display is switched off: its address no longer works."), "success")
    else:
        actions.renew_wall(current_actor, g.expo, hall=hall)
        flash(gettext("The display has a new address; an old one no longer works."), "success")
    return redirect(url_for("floor.hall", hall_id=hall.id, _anchor="wall"))
