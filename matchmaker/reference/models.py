"""The loaded editions of an official nomenclature, and their lines."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..infra.db import Base

CURRENT = sa.text("state = 'current'")


class HsVersion(Base):
    """An official list as it was uploaded. One is current at most: the database says so."""

    __tablename__ = "hs_version"
    __table_args__ = (sa.Index("uq_hs_version_current", "state", unique=True, sqlite_where=CURRENT, postgresql_where=CURRENT),)

    state: Mapped[str] = mapped_column(sa.String(10), default="draft")  # draft, current, earlier
    edition: Mapped[str] = mapped_column(sa.String(80))
    source: Mapped[str] = mapped_column(sa.String(200))  # where it comes from: an office, or the name of the file
    valid_from: Mapped[date | None]
    line_count: Mapped[int] = mapped_column(default=0)
    bad_count: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list] = mapped_column(default=list)  # [{"row": 12, "message": msgid, "params": {...}}], the first ones
    loaded_by_id: Mapped[int | None]  # the user; None: the command line
    loaded_by: Mapped[str] = mapped_column(sa.String(200), default="")
    loaded_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]


class HsLine(Base):
    """A code of an edition with its descriptions; one of the two languages may be empty."""

    __tablename__ = "hs_line"
    __table_args__ = (sa.UniqueConstraint("version_id", "code"),)

    version_id: Mapped[int] = mapped_column(sa.ForeignKey("hs_version.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(sa.String(10))  # 4, 6, 8 or 10 digits
    en: Mapped[str] = mapped_column(sa.String(600), default="")
    zh: Mapped[str] = mapped_column(sa.String(600), default="")
