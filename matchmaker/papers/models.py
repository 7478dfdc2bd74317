"""Bundles of documents."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..companies.models import Company
from ..documents.models import Document
from ..infra.db import Base
from ..meetings.models import Meeting


class Bundle(Base):
    """Documents that one company puts together for another, for a meeting or without one. Its consents end with it."""

    __tablename__ = "bundle"

    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"), index=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"), index=True)  # who it is for
    meeting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(sa.String(120))
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    until: Mapped[date | None]
    made_at: Mapped[datetime]
    made_by_user_id: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None]

    owner: Mapped[Company] = relationship(foreign_keys=[owner_id])
    company: Mapped[Company] = relationship(foreign_keys=[company_id])
    meeting: Mapped[Meeting | None] = relationship()
    items: Mapped[list["BundleItem"]] = relationship(cascade="all, delete-orphan", order_by="BundleItem.position")


class BundleItem(Base):
    """A document in a bundle, at its place."""

    __tablename__ = "bundle_item"
    __table_args__ = (sa.UniqueConstraint("bundle_id", "document_id"),)

    bundle_id: Mapped[int] = mapped_column(sa.ForeignKey("bundle.id", ondelete="CASCADE"))
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]

    document: Mapped[Document] = relationship()
