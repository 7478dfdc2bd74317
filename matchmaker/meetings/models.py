"""Meetings, from the request on."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..catalog.models import Product
from ..companies.models import Company
from ..demands.models import Demand
from ..expos.models import Expo
from ..infra.db import Base, Versioned

OPEN = sa.text("state IN ('requested', 'accepted', 'placed')")


class Meeting(Versioned, Base):
    """A meeting of an exhibitor and a buyer at an expo. ``states.py`` holds the table of its states.

    Two companies have at most one open meeting at an expo: the database says so.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        sa.Index("uq_meeting_open_pair", "expo_id", "exhibitor_id", "buyer_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        sa.Index("ix_meeting_expo_state", "expo_id", "state"),
    )

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"))
    exhibitor_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"), index=True)
    buyer_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"), index=True)
    demand_id: Mapped[int | None] = mapped_column(sa.ForeignKey("demand.id", ondelete="SET NULL"))
    product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("product.id", ondelete="SET NULL"))
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"))  # the company that asked
    asked_by_user_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(sa.String(10), default="requested")
    priority: Mapped[int] = mapped_column(default=2)  # 1 must meet, 2 wanted, 3 suggested
    message: Mapped[str] = mapped_column(sa.String(1000), default="")
    message_lang: Mapped[str] = mapped_column(sa.String(8), default="en")
    match_score: Mapped[float | None]  # of the recommendation at the time of asking: the scheduler's utility
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_user_id: Mapped[int | None]
    decline_reason: Mapped[str] = mapped_column(sa.String(30), default="")
    decline_note: Mapped[str] = mapped_column(sa.String(500), default="")
    cancel_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    ended_at: Mapped[datetime | None]
    exhibitor_owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))  # who is to come
    buyer_owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    missed_by: Mapped[str] = mapped_column(sa.String(10), default="")  # exhibitor, buyer, both

    expo: Mapped[Expo] = relationship()
    exhibitor: Mapped[Company] = relationship(foreign_keys=[exhibitor_id])
    buyer: Mapped[Company] = relationship(foreign_keys=[buyer_id])
    demand: Mapped[Demand | None] = relationship()
    product: Mapped[Product | None] = relationship()
    outcomes: Mapped[list["MeetingOutcome"]] = relationship(back_populates="meeting", cascade="all, delete-orphan")

    def other(self, company_id: int) -> int:
        """Return the id of the other company."""
        return self.buyer_id if company_id == self.exhibitor_id else self.exhibitor_id

    @property
    def asked_id(self) -> int:
        """The id of the company that was asked."""
        return self.other(self.asked_by_id)

    def outcome_of(self, company_id: int) -> "MeetingOutcome | None":
        """Return what one side says came of it."""
        return next((row for row in self.outcomes if row.company_id == company_id), None)


class Wish(Base):
    """How much a company wants to meet another at an expo: must, like or never; neutral is no row. The other side never reads it."""

    __tablename__ = "wish"
    __table_args__ = (sa.UniqueConstraint("expo_id", "company_id", "other_id"),)

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"))
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"), index=True)
    value: Mapped[str] = mapped_column(sa.String(8))


class MeetingOutcome(Base):
    """What one side says came of it: intention, sample, quote or none; meet again; a note for its own eyes."""

    __tablename__ = "meeting_outcome"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "company_id"),)

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"))
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"))
    result: Mapped[str] = mapped_column(sa.String(10))  # intention, sample, quote, none
    again: Mapped[str] = mapped_column(sa.String(10), default="")  # yes, later, no
    rating: Mapped[int | None]  # of the meeting, 1 to 5 stars; read by organizers, never by the other side
    note: Mapped[str] = mapped_column(sa.String(1000), default="")
    user_id: Mapped[int | None]
    recorded_at: Mapped[datetime]

    meeting: Mapped[Meeting] = relationship(back_populates="outcomes")
