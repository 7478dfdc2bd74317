"""A table: its page for the staff, its code for the people who sit down."""

from flask import current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...agendas.queries import Subject, rows_of
from ...errors import NotFound
from ...expos import queries as expos
from ...expos.models import Hall
from ...meetings.cards import other_name
from ...permissions import ensure
from ...web.guard import current_actor
from .. import board, codes, live, queries, rules
from . import bp
from .board import moment


@bp.get("/e/<expo>/floor/tables/<int:table_id>")
def table(table_id: int) -> ResponseReturnValue:
    """One table: what it is now, its meetings of the day, its code."""
    queries.require_floor(current_actor, g.expo)
    found = queries.table_at(g.expo, table_id)
    card, slot = board.card_of(g.expo, found)
    today = expos.today_at(g.expo)
    rows = [row for row in rows_of(g.expo.id, Subject("table", found)) if row.slot.on == today]
    return render_template(
        "floor/table.html", table=found, card=card, slot=slot, rows=rows, code=code_of(found), usable=board.usable(slot),
        late_choices=rules.LATE_CHOICES, word=live.word(g.expo.id), number=live.number(g.expo.id),
        until=moment(board.until(g.expo, rows, [])))


def code_of(found) -> str:
    """Return the drawn code of a table."""
    address = current_app.config["BASE_URL"] + url_for("floor.at_table", token=codes.sign("table", found.id))
    return codes.drawn(address, _("Hall %(hall)s, table %(table)s", hall=found.hall.code, table=found.label))


@bp.get("/e/<expo>/floor/halls/<int:hall_id>/codes")
def hall_codes(hall_id: int) -> ResponseReturnValue:
    """The codes of all tables of a hall, to print and put up."""
    queries.require_floor(current_actor, g.expo)
    hall = expos.of_expo(Hall, g.expo, hall_id)
    return render_template("floor/codes.html", hall=hall, tables=[(row, code_of(row)) for row in hall.tables if row.is_open])


@bp.get("/e/<expo>/at/<token>")
def at_table(token: str) -> ResponseReturnValue:
    """What the code on a table opens: the reader's meeting there with one button, or where the reader is expected instead.

    Only people of companies that take part, and the staff, who is led to the table's page.
    """
    code = codes.read(token, "table")
    if code is None:
        raise NotFound()
    found = queries.table_at(g.expo, code.ref_id)
    if queries.runs_floor(current_actor, g.expo.id):
        return redirect(url_for("floor.table", table_id=found.id))
    ensure(bool(current_actor.companies))
    part = expos.require_participant(current_actor, g.expo)
    side = "exhibitor" if part.company.is_exhibitor else "buyer"
    today = expos.today_at(g.expo)
    rows = [row for row in rows_of(g.expo.id, Subject("company", part.company)) if row.slot.on == today]
    ahead = [stop for stop in board.stops(g.expo, rows, {row.meeting_id: side for row in rows}) if stop.open]
    here = next((stop for stop in ahead if stop.row.table_id == found.id), None)
    if not ahead:
        flash(_("You have no more meetings today."), "info")
        return redirect(url_for("floor.now"))
    return render_template(
        "floor/at_table.html", table=found, stop=here or ahead[0], here=here is not None and here is ahead[0], side=side,
        other=other_name((here or ahead[0]).meeting, part.company_id), early=rules.EARLY)
