"""What happens on the floor: arrivals, rounds, offers of free tables, walls, appeals."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..expos.models import Hall, Interpreter, NegotiationTable, Slot
from ..infra.db import Base, Versioned
from ..meetings.models import Meeting


class Presence(Base):
    """What is known of one side of a placed meeting: it said it comes late, it arrived, somebody found it missing."""

    __tablename__ = "presence"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "side"),)

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"))
    side: Mapped[str] = mapped_column(sa.String(12))  # exhibitor, buyer, interpreter
    late_minutes: Mapped[int | None]  # announced by the side itself
    arrived_at: Mapped[datetime | None]
    how: Mapped[str] = mapped_column(sa.String(8), default="")  # code (at the table), self, staff
    user_id: Mapped[int | None]
    said_at: Mapped[datetime]


class Round(Base):
    """A meeting as it was held: begun when both sides were there, ended early or with its slot."""

    __tablename__ = "round"

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"), unique=True)
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Refill(Versioned, Base):
    """A table that fell free, offered to a pair that waits; it is theirs when both have said yes in time."""

    __tablename__ = "refill"
    __table_args__ = (
        sa.Index("uq_refill_open", "slot_id", "table_id", unique=True, sqlite_where=sa.text("state = 'offered'"),
                 postgresql_where=sa.text("state = 'offered'")),
        sa.Index("uq_refill_meeting", "meeting_id", unique=True, sqlite_where=sa.text("state = 'offered'"),
                 postgresql_where=sa.text("state = 'offered'")),
    )

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"), index=True)
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id", ondelete="CASCADE"))
    table_id: Mapped[int | None] = mapped_column(sa.ForeignKey("negotiation_table.id", ondelete="CASCADE"))
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"))  # of the pair that waits
    instead_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting.id", ondelete="SET NULL"))
    interpreter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("interpreter.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(sa.String(10), default="offered")  # offered, taken, refused, expired
    exhibitor_at: Mapped[datetime | None]  # when each side said yes
    buyer_at: Mapped[datetime | None]
    refused_by: Mapped[str] = mapped_column(sa.String(10), default="")
    offered_at: Mapped[datetime]
    offered_by_id: Mapped[int | None]  # a user; None: the system
    expires_at: Mapped[datetime]

    meeting: Mapped[Meeting] = relationship(foreign_keys=[meeting_id])
    instead_of: Mapped[Meeting | None] = relationship(foreign_keys=[instead_of_id])
    slot: Mapped[Slot] = relationship()
    table: Mapped[NegotiationTable | None] = relationship()
    interpreter: Mapped[Interpreter | None] = relationship()


class Wall(Base):
    """The secret address of a hall's wall display; made anew to revoke the old one."""

    __tablename__ = "wall"

    hall_id: Mapped[int] = mapped_column(sa.ForeignKey("hall.id", ondelete="CASCADE"), unique=True)
    token: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]

    hall: Mapped[Hall] = relationship()


class FloorState(Base):
    """Grows with whatever changes on an expo's floor: screens ask for it and for nothing else until it has grown."""

    __tablename__ = "floor_state"

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"), unique=True)
    number: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]


class Appeal(Versioned, Base):
    """A company says that a no-show counted against it was none; an organizer decides."""

    __tablename__ = "appeal"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "company_id"),)

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"))
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(sa.String(1000))
    state: Mapped[str] = mapped_column(sa.String(10), default="open")  # open, granted, refused
    user_id: Mapped[int | None]
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(sa.String(500), default="")

    meeting: Mapped[Meeting] = relationship()
