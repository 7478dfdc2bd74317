"""The audit: who did what to which thing, when, before and after. Written in the transaction of the change itself."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Mapped, mapped_column

from . import clock
from .infra.db import Base, apart, db
from .permissions import Actor


class AuditEntry(Base):
    """One row: instant (machine's time), actor, action, object and what changed."""

    __tablename__ = "audit_entry"

    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column(sa.String(200))
    action: Mapped[str] = mapped_column(sa.String(80), index=True)
    object_type: Mapped[str] = mapped_column(sa.String(40))
    object_id: Mapped[int | None]
    expo_id: Mapped[int | None] = mapped_column(index=True)
    changes: Mapped[dict] = mapped_column(default=dict)
    request_id: Mapped[str] = mapped_column(sa.String(40), default="")


def record(actor: Actor, action: str, thing: Any = None, *, expo_id: int | None = None, **changes: Any) -> None:
    """Add an audit row for ``action`` (``room.verb``) on ``thing`` (a model row, flushed first so that it has an id)."""
    if thing is not None and thing.id is None:
        db.session.flush()
    db.session.add(_entry(actor, action, thing, expo_id, changes))


def record_apart(actor: Actor, action: str, thing: Any = None, **changes: Any) -> None:
    """Add an audit row that stays when the request is rolled back: refusals and failed sign-ins."""
    with apart() as session:
        session.add(_entry(actor, action, thing, None, changes))


def entry(actor: Actor, action: str, thing: Any, **changes: Any) -> AuditEntry:
    """Return a row for a caller who has a transaction of its own to put it in."""
    return _entry(actor, action, thing, None, changes)


def _entry(actor: Actor, action: str, thing: Any, expo_id: int | None, changes: dict[str, Any]) -> AuditEntry:
    return AuditEntry(
        at=clock.wall(),
        user_id=actor.user_id,
        actor=actor.name[:200],
        action=action,
        object_type=type(thing).__name__ if thing is not None else "",
        object_id=thing.id if thing is not None else None,
        expo_id=expo_id if expo_id is not None else getattr(thing, "expo_id", None),
        changes={key: _plain(value) for key, value in changes.items()},
        request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | Decimal):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value
