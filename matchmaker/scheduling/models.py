"""Plans: versions of the schedule, and who is where when."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..companies.models import Person
from ..expos.models import Expo, Interpreter, NegotiationTable, Slot
from ..infra.db import Base, Versioned
from ..meetings.models import Meeting


class Unavailable(Base):
    """A person who is not free in a slot. Free is the rule, so only the exceptions are rows."""

    __tablename__ = "unavailable"
    __table_args__ = (sa.UniqueConstraint("person_id", "slot_id"),)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id", ondelete="CASCADE"), index=True)


class Plan(Versioned, Base):
    """A version of an expo's schedule: one draft at most, any number published; the newest published one holds."""

    __tablename__ = "plan"
    __table_args__ = (
        sa.UniqueConstraint("expo_id", "number"),
        sa.Index("uq_plan_draft", "expo_id", unique=True, sqlite_where=sa.text("state = 'draft'"),
                 postgresql_where=sa.text("state = 'draft'")),
    )

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(10), default="draft")  # draft, published, old, kept (a version put aside)
    origin: Mapped[str] = mapped_column(sa.String(10), default="hand")  # hand, run, copy, today (changed on the day)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(sa.String(2000), default="")
    options: Mapped[dict] = mapped_column(default=dict)  # of the last run: scope, weights, tiers, seconds
    quality: Mapped[dict] = mapped_column(default=dict)  # of the last run: utility, bound, idle, breaks, unplaced
    edited_at: Mapped[datetime]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None]
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None]

    expo: Mapped[Expo] = relationship()
    placements: Mapped[list["Placement"]] = relationship(back_populates="plan", cascade="all, delete-orphan")


class Placement(Base):
    """A meeting in a plan: slot, table (none: at the exhibitor's booth), people and interpreter."""

    __tablename__ = "placement"
    __table_args__ = (sa.UniqueConstraint("plan_id", "meeting_id"),)

    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id", ondelete="CASCADE"))
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id"), index=True)
    table_id: Mapped[int | None] = mapped_column(sa.ForeignKey("negotiation_table.id"))
    exhibitor_person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    buyer_person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    interpreter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("interpreter.id", ondelete="SET NULL"))
    locked: Mapped[bool] = mapped_column(default=False)
    moved_by_hand: Mapped[bool] = mapped_column(default=False)

    plan: Mapped[Plan] = relationship(back_populates="placements")
    meeting: Mapped[Meeting] = relationship()
    slot: Mapped[Slot] = relationship()
    table: Mapped[NegotiationTable | None] = relationship()
    exhibitor_person: Mapped[Person | None] = relationship(foreign_keys=[exhibitor_person_id])
    buyer_person: Mapped[Person | None] = relationship(foreign_keys=[buyer_person_id])
    interpreter: Mapped[Interpreter | None] = relationship()


class Occupancy(Base):
    """The last word on double booking: in one slot of one plan a table, person or interpreter is taken once."""

    __tablename__ = "occupancy"
    __table_args__ = (sa.UniqueConstraint("plan_id", "slot_id", "resource"),)

    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id", ondelete="CASCADE"))
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("slot.id"), index=True)
    resource: Mapped[str] = mapped_column(sa.String(24))  # table:7, person:31, interpreter:2
    placement_id: Mapped[int] = mapped_column(sa.ForeignKey("placement.id", ondelete="CASCADE"), index=True)


class Lock(Base):
    """Everything placed with this company, person, interpreter, in this slot, hall, day or mission stays as it is in the draft."""

    __tablename__ = "schedule_lock"
    __table_args__ = (sa.UniqueConstraint("expo_id", "kind", "ref"),)

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(12))  # company, person, interpreter, slot, hall, day, mission
    ref: Mapped[str] = mapped_column(sa.String(20))  # the id, or the day as YYYY-MM-DD
    user_id: Mapped[int | None]
    created_at: Mapped[datetime]


class Edit(Base):
    """A step of a draft that can be undone: what each card was before and after (None: in the tray)."""

    __tablename__ = "plan_edit"
    __table_args__ = (sa.UniqueConstraint("plan_id", "number"),)

    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id", ondelete="CASCADE"))
    number: Mapped[int]
    user_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(sa.String(12))  # move, unplace, lock, run, change
    cards: Mapped[list] = mapped_column(default=list)  # [meeting id, before, after]
    undone: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
