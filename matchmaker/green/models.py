"""What the room of green evidence remembers: which endings a company was told of."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..infra.db import Base


class EvidenceTold(Base):
    """The company was told that evidence of a product ends in so many ``days`` (0: has ended). Once for each label, number and last day,
    whatever row holds them: a card that is saved again writes its rows anew."""

    __tablename__ = "evidence_told"
    __table_args__ = (sa.UniqueConstraint("product_id", "subject", "expires_on", "days"),)

    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(sa.String(110))  # label or kind of certificate, and its number
    expires_on: Mapped[date]
    days: Mapped[int]
    told_at: Mapped[datetime]
