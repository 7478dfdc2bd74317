"""Pages of one's own day: the meetings, availability, the calendar feed."""

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from ..access import COMPANIES
from ..companies.queries import attending
from ..expos import queries as expos
from ..permissions import ensure
from ..scheduling import availability, queries
from ..web import nav
from ..web.guard import current_actor
from . import actions, feeds
from .day import day_view

bp = Blueprint("agendas", __name__)
NAV = (nav.Entry(40, _l("My day"), "calendar-days", "agendas.my_day", COMPANIES, needs_expo=True),)


@bp.get("/e/<expo>/my-day")
def my_day() -> ResponseReturnValue:
    """One's own meetings by day, for the phone: the next one large, the others as a list."""
    part = expos.require_participant(current_actor, g.expo)
    people = queries.my_people(current_actor)
    own = [person for person in people if person.company_id == part.company_id]
    whole_team = request.args.get("team") == "1" or not own
    team = attending(part.company_id)
    shown = team if whole_team else own
    feed = feeds.feed_of(own[0].id) if own else None
    rows = queries.day_of([person.id for person in shown], g.expo.id)
    return render_template(
        "agendas/my_day.html", rows=rows, own=own, team=team, whole_team=whole_team, feed=feed, part=part, day_view=day_view)


@bp.route("/e/<expo>/availability", methods=["GET", "POST"])
def availability_page() -> ResponseReturnValue:
    """Paint the slots in which each of one's people is not free."""
    part = expos.require_participant(current_actor, g.expo)
    people, slots = attending(part.company_id), expos.slots_of(g.expo.id)
    if request.method == "POST":
        for person in people:
            ticked = request.form.getlist(f"busy-{person.id}")
            busy = {int(value) for value in ticked if value.isascii() and value.isdigit() and len(value) < 10}
            actions.set_availability(current_actor, person_id=person.id, expo=g.expo, company_id=part.company_id, busy_slots=busy)
        flash(_("Saved. Meetings already placed stay until the organizer publishes a new plan."), "success")
        return redirect(url_for("agendas.availability_page"))
    busy = availability.busy_slots([person.id for person in people], g.expo)
    return render_template("agendas/availability.html", people=people, slots=slots, days=sorted({slot.on for slot in slots}), busy=busy)


@bp.post("/e/<expo>/my-day/feed")
def renew_feed() -> ResponseReturnValue:
    """Make my calendar feed, or give it a new address."""
    part = expos.require_participant(current_actor, g.expo)
    person = next((person for person in queries.my_people(current_actor) if person.company_id == part.company_id), None)
    ensure(person is not None)
    feeds.renew(current_actor, person, current_user.language)
    flash(_("Your calendar has a new address; the old one no longer works."), "success")
    return redirect(url_for("agendas.my_day"))


@bp.get("/calendar/<token>.ics")
def calendar(token: str) -> ResponseReturnValue:
    """The feed: a secret, revocable, read-only address; calendars cannot sign in."""
    return Response(feeds.calendar(token), mimetype="text/calendar", headers={"Cache-Control": "private, max-age=300"})

