"""Mails about what happened, each in its receiver's language. Only confirmed addresses are written to."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from ..accounts.mails import link
from ..accounts.models import User
from ..i18n import reading_in
from ..infra import mail
from ..meetings import cards, links
from ..meetings.models import Meeting
from . import words
from .rules import KINDS

SUBJECT = 120  # characters; a longer sentence is cut in the subject and stands whole in the text


def notice(user: User, kind: str, params: dict[str, Any], path: str) -> None:
    """Mail one notice with one button."""
    with reading_in(user.language):
        said = words.sentence(kind, params)
        subject = said if len(said) <= SUBJECT else said[: SUBJECT - 1] + "…"
        more = words.say(params.get("note", ""))
        _send(user, "notice", subject, paragraphs=[said], action=_(KINDS[kind].button), url=link(path), more=more)


def request(user: User, meeting: Meeting, company_id: int, path: str) -> None:
    """Mail a request with its two answers: links that are this person's alone and lead to a page with a confirming press."""
    with reading_in(user.language):
        item = cards.row(meeting, company_id, meeting.expo.series)
        yes, no = (link(links.answer_path(meeting, company_id=company_id, user_id=user.id, action=action)) for action in links.ACTIONS)
        _send(user, "request", _("%(company)s asks to meet you", company=item.company), item=item, meeting=meeting, url=link(path),
              accept_url=yes, decline_url=no)


def plan(user: User, expo: Any, changes: list[tuple[str, dict[str, Any]]], path: str) -> None:
    """Mail what changed in a person's schedule: one mail a publication, however many changes."""
    with reading_in(user.language):
        subject = ngettext(
            "One change in your schedule at %(expo)s", "%(num)s changes in your schedule at %(expo)s", len(changes), expo=expo.label)
        _send(user, "plan", subject, sentences=[words.sentence(kind, params) for kind, params in changes], url=link(path))


def _send(user: User, template: str, subject: str, **context: Any) -> None:
    """Put a mail into the outbox. Call it inside ``reading_in``."""
    if user.email_confirmed_at is None:
        return
    text, html = (render_template(f"mail/{template}.{kind}", subject=subject, **context) for kind in ("txt", "html"))
    mail.queue(user.email, subject, text, html, user.language)
