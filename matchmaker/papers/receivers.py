"""What rooms to the left do to bundles."""

from typing import Any

import sqlalchemy as sa

from .. import clock, events
from ..documents.models import DocumentShare
from ..infra.db import db
from ..meetings.models import Meeting
from ..meetings.states import AGREED, State
from .models import Bundle


@events.meeting_changed.connect
def _meeting_changed(meeting: Meeting, **_more: Any) -> None:
    """What was shared for a meeting is shared no longer once the meeting is off."""
    if meeting.state not in AGREED and meeting.state != State.REQUESTED:
        for table in (Bundle, DocumentShare):
            db.session.execute(sa.update(table).where(
                table.meeting_id == meeting.id, table.withdrawn_at.is_(None)).values(withdrawn_at=clock.now()))
