"""Notices in the product."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..infra.db import Base


class Notice(Base):
    """One thing told to one person: ``kind`` picks the sentence, ``params`` fill it, ``url`` leads there."""

    __tablename__ = "notice"
    __table_args__ = (sa.Index("ix_notice_unread", "user_id", "read_at"),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    expo_id: Mapped[int | None] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    params: Mapped[dict] = mapped_column(default=dict)
    url: Mapped[str] = mapped_column(sa.String(300), default="")
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
