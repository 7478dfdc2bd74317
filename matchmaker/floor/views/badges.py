"""Badges: one's own with its code, and what the staff sees when it scans one."""

from flask import current_app, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...agendas.queries import Subject, rows_of
from ...companies.models import Person
from ...expos import queries as expos
from ...infra.db import get
from ...permissions import ensure
from ...scheduling import queries as plans
from ...web.guard import current_actor
from .. import board, codes, queries, rules
from . import bp


@bp.get("/e/<expo>/badge")
def badge() -> ResponseReturnValue:
    """One's own badge at the expo; where nobody attends for the company yet, the way to name somebody."""
    part = expos.require_participant(current_actor, g.expo)
    own = [person for person in plans.my_people(current_actor) if person.company_id == part.company_id]
    if not own:
        return redirect(url_for("companies.company_people", company_id=part.company_id))
    address = current_app.config["BASE_URL"] + url_for("floor.scanned", token=codes.sign("person", own[0].id))
    code = codes.drawn(address, _("Badge of %(name)s", name=own[0].name))
    return render_template("floor/badge.html", person=own[0], part=part, code=code)


@bp.get("/e/<expo>/badges/<token>")
def scanned(token: str) -> ResponseReturnValue:
    """What the staff sees of a badge: who it is, the meetings of today, one tap to note the arrival. Nobody else opens it."""
    queries.require_floor(current_actor, g.expo)
    code = codes.read(token, "person")
    ensure(code is not None)
    person = get(Person, code.ref_id)
    ensure(expos.takes_part(g.expo.id, person.company_id))
    side = "exhibitor" if person.company.is_exhibitor else "buyer"
    today = expos.today_at(g.expo)
    rows = [row for row in rows_of(g.expo.id, Subject("company", person.company)) if row.slot.on == today]
    stops = board.stops(g.expo, rows, {row.meeting_id: side for row in rows})
    return render_template(
        "floor/scanned.html", person=person, side=side, stops=[stop for stop in stops if stop.open], late_choices=rules.LATE_CHOICES)
