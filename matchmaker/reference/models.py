"""What is loaded and corrected: editions of official tables with their lines, and the revisions of rules."""

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..infra.db import Base

IN_USE = sa.text("state = 'current'")
LATEST = sa.text("latest = true")


class Edition(Base):
    """An official table as it was uploaded. Of one kind and part one is in use at most: the database says so."""

    __tablename__ = "edition"
    __table_args__ = (
        sa.Index("uq_edition_current", "kind", "part", unique=True, sqlite_where=IN_USE, postgresql_where=IN_USE),
        sa.Index("ix_edition_kind", "kind", "state"),
    )

    kind: Mapped[str] = mapped_column(sa.String(12), default="hs")  # of columns.py, and hs: duty, tax, positive, exchange, catalogue
    part: Mapped[str] = mapped_column(sa.String(60), default="")  # editions of one part replace each other: "MFN 2026"
    state: Mapped[str] = mapped_column(sa.String(10), default="draft")  # of states.py
    edition: Mapped[str] = mapped_column(sa.String(80))
    source: Mapped[str] = mapped_column(sa.String(200))  # where it comes from: an office, or the name of the file
    valid_from: Mapped[date | None]  # of lines that name no days of their own
    valid_to: Mapped[date | None]
    verified: Mapped[bool] = mapped_column(default=False)  # somebody compared it with the official publication
    sample: Mapped[bool] = mapped_column(default=False)  # invented for the demo: marked wherever a line of it is used
    line_count: Mapped[int] = mapped_column(default=0)
    bad_count: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list] = mapped_column(default=list)  # [{"row": 12, "message": msgid, "params": {...}}], the first ones
    file_key: Mapped[str] = mapped_column(sa.String(80), default="")  # the upload, until it is read
    file_name: Mapped[str] = mapped_column(sa.String(200), default="")
    job_id: Mapped[int | None]
    loaded_by_id: Mapped[int | None]  # the user; None: the command line
    loaded_by: Mapped[str] = mapped_column(sa.String(200), default="")
    loaded_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]


class HsLine(Base):
    """A code of an edition of the nomenclature with its descriptions; one of the two languages may be empty."""

    __tablename__ = "hs_line"
    __table_args__ = (sa.UniqueConstraint("version_id", "code"),)

    version_id: Mapped[int] = mapped_column(sa.ForeignKey("edition.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(sa.String(10))  # 4, 6, 8 or 10 digits
    en: Mapped[str] = mapped_column(sa.String(600), default="")
    zh: Mapped[str] = mapped_column(sa.String(600), default="")


class RateRow(Base):
    """A line of a rate table, as ``trade.rates.RateLine`` explains it; of exchange rates ``code`` is the currency, ``amount`` yuan."""

    __tablename__ = "rate_row"
    __table_args__ = (sa.UniqueConstraint("version_id", "key"), sa.Index("ix_rate_row_heading", "heading", "version_id"))

    version_id: Mapped[int] = mapped_column(sa.ForeignKey("edition.id", ondelete="CASCADE"))
    row: Mapped[int]  # its number in the file
    key: Mapped[str] = mapped_column(sa.String(80))  # what makes it the same line in another edition
    code: Mapped[str] = mapped_column(sa.String(10))
    heading: Mapped[str] = mapped_column(sa.String(4))  # the first four digits
    basis: Mapped[str] = mapped_column(sa.String(12))
    share: Mapped[Decimal | None] = mapped_column(sa.Numeric(12, 8))
    amount: Mapped[Decimal | None] = mapped_column(sa.Numeric(18, 6))
    unit: Mapped[str] = mapped_column(sa.String(20), default="")
    scheme: Mapped[str] = mapped_column(sa.String(30), default="")
    origin: Mapped[str] = mapped_column(sa.String(2), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    note: Mapped[str] = mapped_column(sa.String(300), default="")


class RuleRevision(Base):
    """One state of a rule that was corrected or added here; the latest one counts, no earlier one is ever changed.

    A rule is (kind, code, slot); ``slot`` is the first day of the shipped or added rule as it was, so that two rules of a code stay
    two. ``standing`` says what the revision makes of it: ``holds`` (these values), ``shipped`` (those of the product again),
    ``withdrawn`` (it is a rule no more). The unique number is the optimistic version: of two who correct at once one wins.
    """

    __tablename__ = "rule_revision"
    __table_args__ = (
        sa.UniqueConstraint("kind", "code", "slot", "number"),
        sa.Index("uq_rule_revision_latest", "kind", "code", "slot", unique=True, sqlite_where=LATEST, postgresql_where=LATEST),
    )

    kind: Mapped[str] = mapped_column(sa.String(30))
    code: Mapped[str] = mapped_column(sa.String(60))
    slot: Mapped[str] = mapped_column(sa.String(10), default="")
    number: Mapped[int]
    latest: Mapped[bool] = mapped_column(default=True)
    standing: Mapped[str] = mapped_column(sa.String(10), default="holds")
    en: Mapped[str] = mapped_column(sa.String(300), default="")
    zh: Mapped[str] = mapped_column(sa.String(300), default="")
    data: Mapped[dict] = mapped_column(default=dict)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(sa.String(300), default="")
    verified: Mapped[bool] = mapped_column(default=False)
    sample: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    user_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column(sa.String(200), default="")
    at: Mapped[datetime]


class ReferenceStamp(Base):
    """A word that is new whenever the rules or the rates are: what processes keep is kept under it."""

    __tablename__ = "reference_stamp"

    name: Mapped[str] = mapped_column(sa.String(10), unique=True)  # rules, rates
    word: Mapped[str] = mapped_column(sa.String(20))
