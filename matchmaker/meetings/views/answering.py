"""Answers from the mail: a signed link opens a page with the request; the answer needs a press. Works signed out."""

from flask import render_template, session
from flask.typing import ResponseReturnValue

from ...accounts.models import User
from ...errors import Conflict
from ...i18n import reading_in, select_locale
from ...web.guard import current_actor
from .. import actions, cards, links, queries
from ..forms import DeclineForm
from ..models import Meeting
from . import bp


@bp.route("/answer/<token>", methods=["GET", "POST"])
def answer(token: str) -> ResponseReturnValue:
    """Show the request and ask for the press (GET, which changes nothing), or answer it as the person the link was mailed to (POST)."""
    link = links.read(token)
    meeting, user, actor = queries.answerer(link.meeting_id, link.company_id, link.user_id) if link else (None, None, None)
    if link is None or meeting is None:
        return render_template("meetings/answer.html", place="dead"), 404
    with reading_in(_language(user)):
        form = DeclineForm()
        if not form.is_submitted():
            return _page(meeting, user, link, form), 200
        try:
            if link.action == "accept":
                actions.accept(actor, meeting)
            elif form.validate():
                actions.decline(actor, meeting, reason=form.reason.data, note=form.note.data or "")
            else:
                return _page(meeting, user, link, form), 422
        except Conflict:
            return _page(meeting, user, link, form), 409
        return _page(meeting, user, link, form, done=True), 200


def _page(meeting: Meeting, user: User, link: links.Link, form: DeclineForm, *, done: bool = False) -> str:
    state = cards.shown_state(meeting)
    place = "done" if done else "open" if state == "requested" else "expired" if state == "expired" else "answered"
    return render_template(
        "meetings/answer.html", place=place, state=state, link=link, user=user, form=form, meeting=meeting,
        item=cards.row(meeting, link.company_id, meeting.expo.series),
        company=meeting.exhibitor if link.company_id == meeting.exhibitor_id else meeting.buyer)


def _language(user: User) -> str:
    """Return the language of the page: the reader's where it is known, else that of the mail."""
    return select_locale() if current_actor.user_id or session.get("language") else user.language
