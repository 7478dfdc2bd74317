"""The floor manager's board of a hall, and its one-tap actions."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, TypeVar

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from ... import clock
from ...errors import NotFound
from ...expos import queries as expos
from ...expos.models import Hall, Slot
from ...i18n import clock_time, lang
from ...meetings.models import Meeting
from ...meetings.queries import meeting_at
from ...meetings.states import AGREED
from ...permissions import ensure
from ...scheduling.queries import meeting_of
from ...web.guard import current_actor
from ...web.redirects import safe_next
from .. import actions, live, queries, refills, rules
from .. import board as boards
from ..glance import Glance, glance
from . import bp

T = TypeVar("T")
PLACE = "csrf-of-the-reader"  # stands in kept pictures
DRAWING = Lock()
KEPT = 200  # pictures that a process keeps
GLANCE = tuple(state for state in rules.WORDS if state is not rules.Is.CLOSED)


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {"floor_words": rules.WORDS, "floor_icons": rules.ICONS, "side_words": rules.SIDE_WORDS}


@bp.get("/e/<expo>/floor")
def board() -> ResponseReturnValue:
    """The first hall in which something can happen, all halls at a glance above it."""
    queries.require_floor(current_actor, g.expo)
    halls = expos.halls_of(g.expo.id)
    if not halls:
        return render_template("floor/nothing.html")
    lively = {row.id for row in _glance().halls}
    return _board(next((hall for hall in halls if hall.id in lively), halls[0]), halls)


@bp.get("/e/<expo>/floor/halls/<int:hall_id>")
def hall(hall_id: int) -> ResponseReturnValue:
    """A hall at this moment."""
    queries.require_floor(current_actor, g.expo)
    return _board(expos.of_expo(Hall, g.expo, hall_id), expos.halls_of(g.expo.id))


def _board(hall: Hall, halls: list[Hall]) -> ResponseReturnValue:
    only = request.args.get("show", "")
    picture = _picture(hall, only if only in rules.WORDS else "")
    return render_template("floor/board.html", hall=hall, halls=[] if _glance().halls else halls, wall=queries.wall_of(hall.id),
                           picture=picture)


def _picture(hall: Hall, only: str) -> Markup:
    """Return a hall as it looks at this number and minute in this language, with the reader's own token in its forms.

    One thread draws it for all who look; drawn by each of them it would cost as many times as much.
    """
    halls = _glance()
    text = _kept((hall.id, only, lang()), lambda number: _drawn(hall, only, number, halls))
    return Markup(text.replace(PLACE, generate_csrf()))  # noqa: S704 (our own template; the token is ours)


def _glance() -> Glance:
    """Return all halls at this number and minute, counted once for all who look."""
    return _kept(("halls", g.expo.id), lambda _number: ((found := glance(g.expo)).until, found))


def _kept(key: tuple, make: Callable[[int], tuple[datetime, T]]) -> T:
    """Return what ``make`` made of this number of the floor and this minute, until it changes by itself."""
    number = live.number(g.expo.id)
    version = (number, int(clock.now().timestamp()) // 60)
    kept: dict[Any, Any] = current_app.extensions.setdefault("matchmaker.floor_pictures", {})
    with DRAWING:
        found = kept.get(key)
        if found is None or found[0] != version or found[1] <= clock.now():
            if len(kept) >= KEPT:
                kept.clear()
            found = kept[key] = version, *make(number)
    return found[2]


def _drawn(hall: Hall, only: str, number: int, halls: Glance) -> tuple[datetime, str]:
    shown = boards.board(g.expo, hall)
    until = min(shown.until, halls.until)
    return until, render_template(
        "floor/_hall.html", board=shown, shown=shown.shown(only), only=only, glance=GLANCE, halls=halls.halls, word=live.word(g.expo.id),
        number=number, until=moment(until), now_clock=clock_time(clock.now(), g.expo.tz), usable=boards.usable(shown.slot), token=PLACE,
        here=url_for("floor.hall", hall_id=hall.id))


def moment(until: datetime) -> int:
    """Return an instant as scripts read it."""
    return int(until.timestamp() * 1000)


@bp.post("/e/<expo>/floor/meetings/<int:meeting_id>/<do>")
def act(meeting_id: int, do: str) -> ResponseReturnValue:
    """One tap about a meeting: here, late, begin, end (sides, interpreter and staff as they may), missed (staff)."""
    side, age = request.form.get("side", ""), _age()
    by_interpreter = side == "interpreter" and not queries.runs_floor(current_actor, g.expo.id)
    found = _own_as_interpreter(meeting_id) if by_interpreter else meeting_at(current_actor, g.expo.id, meeting_id)
    how = request.form.get("how", "")
    how = how if how in ("code", "staff") else "staff" if queries.runs_floor(current_actor, g.expo.id) else "self"
    match do:
        case "here":
            actions.check_in(current_actor, g.expo, meeting=found, side=side, how=how, age=age)
            said = _("Noted: here.")
        case "late":
            actions.announce_late(current_actor, g.expo, meeting=found, side=side, minutes=_minutes())
            said = _("Noted. The other side and the staff see it.")
        case "begin":
            actions.begin_round(current_actor, g.expo, meeting=found)
            said = _("Noted: both sides are there.")
        case "end":
            actions.end_round(current_actor, g.expo, meeting=found)
            said = _("Noted: the meeting has ended.")
        case "missed":
            actions.miss(current_actor, g.expo, meeting=found, by=request.form.get("by", ""))
            said = _("Noted as missed.")
        case _:
            raise NotFound()
    return _done(said)


def _own_as_interpreter(meeting_id: int) -> Meeting:
    found = meeting_of(g.expo, meeting_id)
    ensure(found.state in AGREED and queries.interpreter_of(current_actor, queries.held_row(g.expo, found)))
    return found


@bp.post("/e/<expo>/floor/tables/<int:table_id>/offer")
def offer(table_id: int) -> ResponseReturnValue:
    """Offer a free table to the best pair that waits."""
    table = queries.table_at(g.expo, table_id)
    slot = expos.of_expo(Slot, g.expo, int(request.form["slot"]) if request.form.get("slot", "").isdecimal() else 0)
    made = refills.offer_table(current_actor, g.expo, slot=slot, table=table)
    if made is None:
        return _done(_("No pair that waits can come: nobody is free, near and on standby."), "warning")
    return _done(_("Offered to both sides. They confirm with one tap each."))


@bp.post("/e/<expo>/floor/offers/<int:refill_id>")
def answer(refill_id: int) -> ResponseReturnValue:
    """Yes or no to an offer, for a side; or the staff takes it back."""
    refill = queries.refill_for(current_actor, g.expo, refill_id)
    side = request.form.get("side", "")
    if request.form.get("answer") != "yes":
        refills.refuse(current_actor, g.expo, refill, side=side or "staff")
        return _done(_("Noted: no. Others are asked."))
    outcome = refills.confirm(current_actor, g.expo, refill, side=side)
    if outcome == "taken":
        return _done(_("Both sides said yes: the table is theirs."))
    if outcome == "waiting":
        return _done(_("Noted: yes. We wait for the other side."))
    return _done(_("The place was given away a moment ago. We ask again when another one falls free."), "warning")


def _home() -> str:
    return url_for("floor.board") if queries.runs_floor(current_actor, g.expo.id) else url_for("floor.now")


def _done(said: str, kind: str = "success") -> ResponseReturnValue:
    """Answer a form with a page, and a phone that sends what had waited for the network with a word."""
    if request.headers.get("X-Queued"):
        return {"said": said}
    flash(said, kind)
    return redirect(safe_next(_home()))


def _age() -> timedelta:
    """Return how long ago it was tapped, as the phone says; not taken at its word beyond ``rules.OFFLINE``."""
    text = request.form.get("age", "0")
    return timedelta(seconds=int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else timedelta(0)


def _minutes() -> int:
    text = request.form.get("minutes", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1


