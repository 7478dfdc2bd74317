"""Every agenda at an expo: a page, its calendar, its files."""

from datetime import date
from io import BytesIO

from flask import Response, flash, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ... import clock
from ...errors import NotFound
from ...expos import queries as expos
from ...i18n import LOCALES, reading_in, select_locale
from ...permissions import ensure
from ...web.guard import current_actor
from ...web.pages import page_number, paginate
from ...web.redirects import safe_next
from .. import feeds, queries, sheets
from ..queries import Subject
from . import bp

FILES = {"pdf": (sheets.as_pdf, "application/pdf"),
         "xlsx": (sheets.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")}
LANGUAGES = {"en": "en", "zh": "zh_Hans_CN"}


@bp.get("/e/<expo>/agendas")
def index() -> ResponseReturnValue:
    """Whose agendas there are, for who runs the expo: halls, tables, interpreters, missions, companies, people."""
    kind = request.args.get("kind", "hall")
    ensure(kind in queries.MODELS)
    words = request.args.get("q", "").strip()[:80]
    page = paginate(queries.listed(g.expo, kind, words), page_number(), 40)
    return render_template(
        "agendas/index.html", kind=kind, words=words, page=page, subjects=[Subject(kind, row) for row in page.items],
        moves=queries.open_moves(g.expo.id))


@bp.get("/e/<expo>/my-agenda")
def own() -> ResponseReturnValue:
    """The agendas that are an interpreter's or a mission leader's own: the only one, or a list."""
    subjects = queries.own_subjects(current_actor, g.expo)
    if len(subjects) == 1:
        return redirect(url_for("agendas.agenda", kind=subjects[0].kind, ref_id=subjects[0].ref_id))
    return render_template("agendas/own.html", subjects=subjects)


@bp.get("/e/<expo>/agendas/<kind>/<int:ref_id>")
def agenda(kind: str, ref_id: int) -> ResponseReturnValue:
    """One agenda by day, with its files and its calendar."""
    subject = queries.subject_for(current_actor, g.expo, kind, ref_id)
    shares = queries.may_share(current_actor, subject)
    return render_template(
        "agendas/agenda.html", subject=subject, sheet=sheets.sheet_of(g.expo, subject, _day()), shares=shares,
        on=_day(), days=sorted({slot.on for slot in expos.slots_of(g.expo.id)}) if kind == "hall" else [],
        feed=queries.feed_of(kind, ref_id) if shares else None)


@bp.get("/e/<expo>/agendas/<kind>/<int:ref_id>/agenda.<form>")
def agenda_file(kind: str, ref_id: int, form: str) -> ResponseReturnValue:
    """The agenda as a PDF or a spreadsheet, in the reader's language or the one of the address (``lang`` en or zh)."""
    subject = queries.subject_for(current_actor, g.expo, kind, ref_id)
    if form not in FILES:
        raise NotFound()
    make, mimetype = FILES[form]
    with reading_in(LANGUAGES.get(request.args.get("lang", ""), select_locale())):
        sheet = sheets.sheet_of(g.expo, subject, _day())
        content = make(sheet)
    name = f"{g.expo.slug}-{kind}-{ref_id}-{clock.now():%Y%m%d}.{form}"
    answer = send_file(BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.post("/e/<expo>/agendas/<kind>/<int:ref_id>/feed")
def renew_feed(kind: str, ref_id: int) -> ResponseReturnValue:
    """Make the calendar of an agenda, give it a new address, or let the address be dead."""
    subject = queries.subject_for(current_actor, g.expo, kind, ref_id)
    if request.form.get("do") == "end":
        feeds.end(current_actor, subject)
        flash(_("The calendar's address no longer works."), "success")
    else:
        feeds.renew(current_actor, subject, current_user.language if current_user.language in LOCALES else "en")
        flash(_("The calendar has a new address; an old one no longer works."), "success")
    return redirect(safe_next(url_for("agendas.agenda", kind=kind, ref_id=ref_id)))


@bp.get("/calendar/<token>.ics")
def calendar(token: str) -> ResponseReturnValue:
    """The feed: a secret, revocable, read-only address; calendars cannot sign in. Unchanged ones answer 304."""
    answer = Response(feeds.calendar(token), mimetype="text/calendar", headers={"Cache-Control": "private, max-age=300"})
    answer.add_etag()
    return answer.make_conditional(request)


def _day() -> date | None:
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return None
