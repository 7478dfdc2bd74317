"""Expo editions and what belongs to one."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import User
from ..companies.models import Company
from ..i18n import best
from ..infra.db import Base, Versioned
from ..trade import expos as series


class Expo(Versioned, Base):
    """One edition. ``series`` is CIIE, CICPE or CANTON; ``slug`` stands in addresses, like ciie-2026."""

    __tablename__ = "expo"

    series: Mapped[str] = mapped_column(sa.String(12))
    slug: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name_en: Mapped[str] = mapped_column(sa.String(200))
    name_zh: Mapped[str] = mapped_column(sa.String(200))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    dates_confirmed: Mapped[bool] = mapped_column(default=False)
    tz: Mapped[str] = mapped_column(sa.String(40), default="Asia/Shanghai")
    venue_en: Mapped[str] = mapped_column(sa.String(200), default="")
    venue_zh: Mapped[str] = mapped_column(sa.String(200), default="")
    is_open: Mapped[bool] = mapped_column(default=True)  # companies may apply
    request_days: Mapped[int] = mapped_column(default=7)  # a request that nobody answers expires after so many days
    request_quota: Mapped[int] = mapped_column(default=30)  # open requests a company may have at once
    max_meetings: Mapped[int] = mapped_column(default=12)  # of one company over the edition, unless its participation says else
    min_meetings: Mapped[int] = mapped_column(default=1)  # that a plan should give each company, unless its participation says else
    walk_slots: Mapped[int] = mapped_column(default=0)  # empty slots needed between meetings in two halls, unless a ``HallWalk`` says else
    late_minutes: Mapped[int] = mapped_column(default=2)  # after the start, a side that has not checked in is late
    missing_minutes: Mapped[int] = mapped_column(default=9)  # and then missing: the table may be given to others

    sections: Mapped[list["Section"]] = relationship(back_populates="expo", order_by="Section.position", cascade="all, delete-orphan")
    halls: Mapped[list["Hall"]] = relationship(back_populates="expo", order_by="Hall.position", cascade="all, delete-orphan")

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return best(self.name_en, self.name_zh)

    @property
    def label(self) -> str:
        """The short name with its year, like CIIE 2026 or 进博会 2026."""
        short = series.series(self.series).short
        return f"{best(short.en, short.zh)} {self.starts_on.year}"

    @property
    def venue(self) -> str:
        return best(self.venue_en, self.venue_zh)

    @property
    def days(self) -> list[date]:
        """The days of the edition, the first to the last."""
        return [self.starts_on + timedelta(days=n) for n in range((self.ends_on - self.starts_on).days + 1)]


class Section(Base):
    """A section of an edition; its code is that of the shipped reference."""

    __tablename__ = "section"
    __table_args__ = (sa.UniqueConstraint("expo_id", "code"),)

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(sa.String(12))
    name_en: Mapped[str] = mapped_column(sa.String(200))
    name_zh: Mapped[str] = mapped_column(sa.String(200))
    position: Mapped[int] = mapped_column(default=0)

    expo: Mapped[Expo] = relationship(back_populates="sections")

    @property
    def name(self) -> str:
        return best(self.name_en, self.name_zh)


class Hall(Base):
    """A hall with its negotiation tables."""

    __tablename__ = "hall"
    __table_args__ = (sa.UniqueConstraint("expo_id", "code"),)

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(sa.String(12))
    name_en: Mapped[str] = mapped_column(sa.String(120), default="")
    name_zh: Mapped[str] = mapped_column(sa.String(120), default="")
    position: Mapped[int] = mapped_column(default=0)

    @property
    def name(self) -> str:
        return best(self.name_en, self.name_zh) or self.code

    expo: Mapped[Expo] = relationship(back_populates="halls")
    tables: Mapped[list["NegotiationTable"]] = relationship(
        back_populates="hall", order_by="NegotiationTable.label", cascade="all, delete-orphan")


class NegotiationTable(Base):
    """A table where one meeting is held per slot. Closed tables keep their past."""

    __tablename__ = "negotiation_table"
    __table_args__ = (sa.UniqueConstraint("hall_id", "label"),)

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"), index=True)
    hall_id: Mapped[int] = mapped_column(sa.ForeignKey("hall.id", ondelete="CASCADE"))
    label: Mapped[str] = mapped_column(sa.String(12))
    is_open: Mapped[bool] = mapped_column(default=True)

    hall: Mapped[Hall] = relationship(back_populates="tables")


class Slot(Base):
    """One slot of meetings: ``starts_at`` in UTC, ``on`` the expo's local day, ``position`` within that day."""

    __tablename__ = "slot"
    __table_args__ = (sa.UniqueConstraint("expo_id", "starts_at"),)

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"))
    on: Mapped[date]
    position: Mapped[int]
    starts_at: Mapped[datetime]
    minutes: Mapped[int]

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


class TableClosure(Base):
    """A table that is not there in one slot."""

    __tablename__ = "table_closure"
    __table_args__ = (sa.UniqueConstraint("table_id", "slot_id"),)

    table_id: Mapped[int] = mapped_column(sa.ForeignKey("negotiation_table.id", ondelete="CASCADE"))
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id", ondelete="CASCADE"), index=True)


class HallWalk(Base):
    """How far two halls are from each other, in minutes on foot and in empty slots; the same both ways, ``a_id`` < ``b_id``."""

    __tablename__ = "hall_walk"
    __table_args__ = (sa.UniqueConstraint("a_id", "b_id"),)

    a_id: Mapped[int] = mapped_column(sa.ForeignKey("hall.id", ondelete="CASCADE"))
    b_id: Mapped[int] = mapped_column(sa.ForeignKey("hall.id", ondelete="CASCADE"), index=True)
    minutes: Mapped[int]
    slots: Mapped[int]


class Mission(Base):
    """A trade mission at an edition: its buyers come together, and may meet only in its block of slots and hall (none: anywhere)."""

    __tablename__ = "mission"
    __table_args__ = (sa.UniqueConstraint("expo_id", "name"),)

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(120))
    leader_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    hall_id: Mapped[int | None] = mapped_column(sa.ForeignKey("hall.id", ondelete="SET NULL"))

    leader: Mapped[User | None] = relationship()
    hall: Mapped[Hall | None] = relationship()


class MissionSlot(Base):
    """A slot of a mission's block; a mission without any meets at all times."""

    __tablename__ = "mission_slot"
    __table_args__ = (sa.UniqueConstraint("mission_id", "slot_id"),)

    mission_id: Mapped[int] = mapped_column(sa.ForeignKey("mission.id", ondelete="CASCADE"))
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id", ondelete="CASCADE"), index=True)


class Interpreter(Base):
    """An interpreter of the expo between Chinese and each of ``languages``, one meeting at a time.

    Who has left stays in the plans of the past.
    """

    __tablename__ = "interpreter"

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    languages: Mapped[list] = mapped_column(default=list)
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    is_active: Mapped[bool] = mapped_column(default=True)

    user: Mapped[User | None] = relationship()


class InterpreterAbsence(Base):
    """A slot in which an interpreter is not there: outside the shift, or a break. There is the rule, so only exceptions are rows."""

    __tablename__ = "interpreter_absence"
    __table_args__ = (sa.UniqueConstraint("interpreter_id", "slot_id"),)

    interpreter_id: Mapped[int] = mapped_column(sa.ForeignKey("interpreter.id", ondelete="CASCADE"))
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id", ondelete="CASCADE"), index=True)


class Participation(Versioned, Base):
    """A company's part in an edition: applied, approved, declined (with a reason) or withdrawn."""

    __tablename__ = "participation"
    __table_args__ = (sa.UniqueConstraint("expo_id", "company_id"), sa.Index("ix_participation_state", "expo_id", "state"))

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"))
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"), index=True)
    section_id: Mapped[int | None] = mapped_column(sa.ForeignKey("section.id", ondelete="SET NULL"))
    hall_id: Mapped[int | None] = mapped_column(sa.ForeignKey("hall.id", ondelete="SET NULL"))
    booth: Mapped[str] = mapped_column(sa.String(20), default="")
    booth_wish: Mapped[str] = mapped_column(sa.String(200), default="")  # of the applicant
    meets_at_booth: Mapped[bool] = mapped_column(default=False)  # meetings at the own booth instead of a table
    state: Mapped[str] = mapped_column(sa.String(10), default="applied")
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    note: Mapped[str] = mapped_column(sa.String(500), default="")  # of the applicant
    max_meetings: Mapped[int | None]
    min_meetings: Mapped[int | None]
    rest_slots: Mapped[int] = mapped_column(default=0)  # empty slots wanted between two meetings of a person
    standby: Mapped[bool] = mapped_column(default=True)  # may be offered a table that falls free during the expo
    mission_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mission.id", ondelete="SET NULL"), index=True)
    applied_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None]

    expo: Mapped[Expo] = relationship()
    company: Mapped[Company] = relationship()
    section: Mapped[Section | None] = relationship()
    hall: Mapped[Hall | None] = relationship()
    mission: Mapped[Mission | None] = relationship()


class Staff(Base):
    """A person's role at one edition: organizer, floor, interpreter or mission_leader."""

    __tablename__ = "staff"
    __table_args__ = (sa.UniqueConstraint("expo_id", "user_id", "role"),)

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(sa.String(20))

    user: Mapped[User] = relationship()
