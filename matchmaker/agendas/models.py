"""Calendars, and asking to move a meeting."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..expos.models import NegotiationTable, Slot
from ..infra.db import Base, Versioned
from ..meetings.models import Meeting


class CalendarFeed(Base):
    """The secret address of a calendar feed; made anew to revoke the old one.

    ``kind`` is person, company, table, interpreter or mission, ``ref_id`` the id of that row; a feed goes with its row by a receiver.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (sa.UniqueConstraint("kind", "ref_id"),)

    kind: Mapped[str] = mapped_column(sa.String(12))
    ref_id: Mapped[int]
    token: Mapped[str] = mapped_column(sa.String(64), unique=True)
    language: Mapped[str] = mapped_column(sa.String(12), default="en")
    created_at: Mapped[datetime]


class CalendarEvent(Base):
    """What the calendars of one kind of reader say of a meeting: SEQUENCE grows with each change; cancelled ones stay to say so."""

    __tablename__ = "calendar_event"
    __table_args__ = (sa.UniqueConstraint("kind", "ref_id", "meeting_id"),)

    kind: Mapped[str] = mapped_column(sa.String(12))
    ref_id: Mapped[int]
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    sequence: Mapped[int] = mapped_column(default=0)
    cancelled: Mapped[bool] = mapped_column(default=False)
    slot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("slot.id", ondelete="SET NULL"))
    changed_at: Mapped[datetime]


class Move(Versioned, Base):
    """A company asks the other to move their placed meeting to another slot; it is moved when both have said yes."""

    __tablename__ = "move"
    __table_args__ = (
        sa.Index("uq_move_open", "meeting_id", unique=True, sqlite_where=sa.text("state = 'asked'"),
                 postgresql_where=sa.text("state = 'asked'")),
    )

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"))
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None]
    from_slot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("slot.id", ondelete="SET NULL"))
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id", ondelete="CASCADE"))
    table_id: Mapped[int | None] = mapped_column(sa.ForeignKey("negotiation_table.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(sa.String(10), default="asked")  # asked, agreed, declined, withdrawn, void
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    meeting: Mapped[Meeting] = relationship()
    slot: Mapped[Slot] = relationship(foreign_keys=[slot_id])
    from_slot: Mapped[Slot | None] = relationship(foreign_keys=[from_slot_id])
    table: Mapped[NegotiationTable | None] = relationship()
