"""One's own day, and when one is not free."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...companies.models import Person
from ...companies.queries import attending
from ...expos import queries as expos
from ...expos.models import Slot
from ...meetings.queries import meeting_for
from ...permissions import ensure
from ...scheduling import availability, deputies
from ...scheduling import queries as plans
from ...web.guard import current_actor
from .. import actions, queries
from ..day import day_view
from ..queries import Subject
from . import bp


@bp.get("/e/<expo>/my-day")
def my_day() -> ResponseReturnValue:
    """One's own meetings by day, for the phone: the next one large, the others as a list; or the whole team's."""
    part = expos.require_participant(current_actor, g.expo)
    own = [person for person in plans.my_people(current_actor) if person.company_id == part.company_id]
    whole_team = request.args.get("team") == "1" or not own
    team = attending(part.company_id)
    subject = Subject("company", part.company) if whole_team else Subject("person", own[0])
    rows = queries.rows_of(g.expo.id, subject) if whole_team else plans.day_of([person.id for person in own], g.expo.id)
    return render_template(
        "agendas/my_day.html", view=day_view(rows, part, queries.walks(g.expo.id), one_person=not whole_team), own=own, team=team,
        whole_team=whole_team, part=part, subject=subject, feed=queries.feed_of(subject.kind, subject.ref_id),
        moves=queries.open_moves(g.expo.id, part.company_id), missing=_missing())


def _missing() -> str:
    """Say what the expo still lacks for a schedule: slots, a plan; empty when it has both."""
    if not expos.slots_of(g.expo.id):
        return "slots"
    return "" if plans.published_of(g.expo.id) is not None else "plan"


@bp.route("/e/<expo>/availability", methods=["GET", "POST"])
def availability_page() -> ResponseReturnValue:
    """Paint the slots in which each of one's people is not free. A press on a person's name or a time paints the row or column."""
    part = expos.require_participant(current_actor, g.expo)
    people, slots = attending(part.company_id), expos.slots_of(g.expo.id)
    before = availability.busy_slots([person.id for person in people], g.expo)
    if request.method == "POST":
        painted = _painted(people, slots)
        for person in people:
            busy = {slot for who, slot in painted if who == person.id}
            if busy != {slot for who, slot in before if who == person.id}:
                actions.set_availability(current_actor, person_id=person.id, expo=g.expo, company_id=part.company_id, busy_slots=busy)
        flash(_("Saved. Meetings already placed stay until the organizer publishes a new plan."), "success")
        return redirect(url_for("agendas.availability_page"))
    return render_template("agendas/availability.html", people=people, slots=slots, days=sorted({slot.on for slot in slots}), busy=before)


def _painted(people: list[Person], slots: list[Slot]) -> set[tuple[int, int]]:
    """Return (person, slot) of what was ticked; a pressed row or column is turned over: all ticked becomes none, else all."""
    painted = {(person.id, int(value)) for person in people for value in request.form.getlist(f"busy-{person.id}")
               if value.isascii() and value.isdigit() and len(value) < 10}
    line = _line(people, slots, request.form.get("line", ""))
    return painted - line if line and line <= painted else painted | line


def _line(people: list[Person], slots: list[Slot], pressed: str) -> set[tuple[int, int]]:
    """Return the cells of a pressed header: ``person:<id>:<day>`` is a row, ``slot:<id>`` a column."""
    kind, _sep, rest = pressed.partition(":")
    if kind == "slot":
        return {(person.id, slot.id) for person in people for slot in slots if str(slot.id) == rest}
    return {(person.id, slot.id) for person in people for slot in slots if kind == "person" and f"{person.id}:{slot.on}" == rest}


@bp.post("/e/<expo>/meetings/<int:meeting_id>/owner")
def hand_over(meeting_id: int) -> ResponseReturnValue:
    """Let a colleague own a meeting of one's company."""
    found = meeting_for(current_actor, g.expo.id, meeting_id)
    side, person = current_actor.company_id or 0, request.form.get("person", "")
    ensure(person.isascii() and person.isdigit() and len(person) < 10)
    taken = deputies.hand_over(current_actor, g.expo, meeting=found, company_id=side, person_id=int(person))
    flash(_("%(name)s takes this meeting.", name=taken.name), "success")
    return redirect(url_for("meetings.meeting", meeting_id=found.id))
