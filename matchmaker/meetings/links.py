"""Signed links in mails: one answer to one request, by one person for one company, while the request is open."""

from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from .models import Meeting

ACTIONS = ("accept", "decline")
LONGEST = 400 * 24 * 3600  # seconds; what really ends a link is the end of its request


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says: whose answer to what."""

    meeting_id: int
    company_id: int
    user_id: int
    action: str


def answer_path(meeting: Meeting, *, company_id: int, user_id: int, action: str) -> str:
    """Return the path of the page where the person confirms the answer ``action`` (accept or decline) with a press."""
    return f"/answer/{_serializer().dumps([meeting.id, company_id, user_id, action])}"


def read(token: str) -> Link | None:
    """Return what a token says; None when it is forged or cut."""
    try:
        meeting_id, company_id, user_id, action = _serializer().loads(token, max_age=LONGEST)
    except (BadData, ValueError, TypeError):
        return None
    return Link(meeting_id, company_id, user_id, action) if action in ACTIONS else None


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="meetings.answer")
