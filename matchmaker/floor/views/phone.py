"""The phone's card: the next meeting, I am here, I am late, offers of a free table."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from ... import clock
from ...agendas.queries import Subject, rows_of
from ...expos import queries as expos
from ...meetings.cards import other_name
from ...scheduling import queries as plans
from ...web.guard import current_actor
from .. import board, live, queries, rules
from . import bp
from .board import moment


@bp.get("/e/<expo>/now")
def now() -> ResponseReturnValue:
    """What the company acted for does next at the expo: its meetings that run or come, one's own first."""
    part = expos.require_participant(current_actor, g.expo)
    today = expos.today_at(g.expo)
    rows = [row for row in rows_of(g.expo.id, Subject("company", part.company)) if row.slot.on == today]
    own = {person.id for person in plans.my_people(current_actor)}
    side = "exhibitor" if part.company.is_exhibitor else "buyer"
    stops = board.stops(g.expo, rows, {row.meeting_id: side for row in rows})
    ahead = [stop for stop in stops if stop.open]
    mine = [stop for stop in ahead if getattr(stop.row, f"{side}_person_id") in own]
    offers = queries.open_refills(g.expo.id, company_id=part.company_id)
    running = [stop for stop in ahead if stop.begun and stop not in mine[:1]]
    first = (mine or ahead)[:1] + running
    return render_template(
        "floor/now.html", part=part, side=side, first=list(dict.fromkeys(first)), later=[stop for stop in ahead if stop not in first],
        tell=[stop for stop in stops if stop.begun and stop.meeting.state in ("placed", "held") and stop.over
              and stop.meeting.outcome_of(part.company_id) is None],
        offers=offers, other=lambda meeting: other_name(meeting, part.company_id),
        late_choices=rules.LATE_CHOICES, word=live.word(g.expo.id, part.company_id), until=moment(board.until(g.expo, rows, offers)),
        mine=live.digest(live.Scope(g.expo.id, part.company_id)), number=live.number(g.expo.id), none_today=not rows, expo_now=clock.now())
