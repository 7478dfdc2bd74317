"""What is done with notices: telling, reading."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from .. import clock
from ..accounts.models import User
from ..infra.db import db
from ..permissions import Actor
from . import mails, queries
from .models import Notice
from .rules import KINDS


def tell(users: Iterable[User], kind: str, *, url: str, expo_id: int | None = None, but: int | None = None, **params: Any) -> list[User]:
    """Write a notice to each of ``users`` except the person ``but``, who did it; mail it too where the kind says so. Return who was told.

    ``params`` are texts or records of ``words``; ``url`` is a path of this site.
    """
    told = note(users, kind, url=url, expo_id=expo_id, but=but, **params)
    if KINDS[kind].button:
        for user in told:
            mails.notice(user, kind, params, url)
    return told


def note(users: Iterable[User], kind: str, *, url: str, expo_id: int | None = None, but: int | None = None, **params: Any) -> list[User]:
    """Write a notice without a mail; return who was told."""
    told = [user for user in users if user.id != but]
    now = clock.now()
    db.session.add_all([Notice(user_id=user.id, expo_id=expo_id, kind=kind, params=params, url=url, created_at=now) for user in told])
    return told


def read(actor: Actor, notice_id: int) -> Notice:
    """Mark one's own notice as read and return it. Raises ``NotFound``."""
    notice = queries.own(actor, notice_id)
    notice.read_at = notice.read_at or clock.now()
    return notice


def read_all(actor: Actor) -> None:
    """Mark all of one's own notices as read."""
    db.session.execute(
        sa.update(Notice).where(Notice.user_id == actor.user_id, Notice.read_at.is_(None)).values(read_at=clock.now())
        .execution_options(synchronize_session=False))
