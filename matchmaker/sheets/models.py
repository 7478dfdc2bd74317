"""Imports of spreadsheets, and which of their rows are done."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..companies.models import Company
from ..expos.models import Expo
from ..infra.db import Base


class SheetImport(Base):
    """An uploaded table of products or demands (``kind``) of a company, for one expo. The job of the same work shows progress."""

    __tablename__ = "sheet_import"
    __table_args__ = (sa.Index("ix_sheet_import_file", "company_id", "expo_id", "kind", "file_key"),)

    kind: Mapped[str] = mapped_column(sa.String(10))  # products, demands
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"))
    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None]
    job_id: Mapped[int | None] = mapped_column(index=True)
    file_name: Mapped[str] = mapped_column(sa.String(200))
    file_key: Mapped[str] = mapped_column(sa.String(80))  # of the storage; the same content has the same key
    publish: Mapped[bool] = mapped_column(default=False)
    total: Mapped[int] = mapped_column(default=0)
    columns: Mapped[list] = mapped_column(default=list)  # their names as uploaded; empty for a list of titles
    unknown_columns: Mapped[list] = mapped_column(default=list)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    company: Mapped[Company] = relationship()
    expo: Mapped[Expo] = relationship()


class ImportedRow(Base):
    """A row that is done: taken, known (an earlier import took the same row) or bad. Written with what it made, so never twice."""

    __tablename__ = "imported_row"
    __table_args__ = (sa.UniqueConstraint("import_id", "row_number"), sa.Index("ix_imported_row_digest", "digest"))

    import_id: Mapped[int] = mapped_column(sa.ForeignKey("sheet_import.id", ondelete="CASCADE"))
    row_number: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(8))
    digest: Mapped[str] = mapped_column(sa.String(64))  # of the fields, to know the row again
    thing_id: Mapped[int | None]  # the product or demand that it made
    problems: Mapped[list] = mapped_column(default=list)  # [{"field": "quantity_first", "message": msgid, "params": {...}}]
    cells: Mapped[list] = mapped_column(default=list)  # of a bad row, to give them back
