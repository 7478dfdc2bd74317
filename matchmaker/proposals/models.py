"""Proposals between the two companies of a match."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..catalog.models import Product
from ..companies.models import Company
from ..demands.models import Demand
from ..expos.models import Expo
from ..infra.db import Base, Versioned

OPEN = sa.text("state = 'open'")


class Proposal(Versioned, Base):
    """One field of one sheet, to be read otherwise for this pair. What is accepted becomes a row of ``matching.models.Agreed``.

    ``gap`` is the gap it closes; ``value`` and ``before`` are as ``matching.terms.to_json`` writes them. A pair has one open proposal
    at most for each field: the database says so.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        sa.Index("uq_proposal_open", "demand_id", "product_id", "side", "field", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        sa.Index("ix_proposal_of_pair", "demand_id", "product_id"),
    )

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"), index=True)
    demand_id: Mapped[int] = mapped_column(sa.ForeignKey("demand.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id", ondelete="CASCADE"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"), index=True)
    to_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"), index=True)
    by_user_id: Mapped[int | None]
    gap: Mapped[str] = mapped_column(sa.String(30))
    side: Mapped[str] = mapped_column(sa.String(8))  # supply, demand: whose sheet
    field: Mapped[str] = mapped_column(sa.String(30))
    value: Mapped[dict]
    before: Mapped[dict]
    state: Mapped[str] = mapped_column(sa.String(10), default="open")
    reason: Mapped[str] = mapped_column(sa.String(300), default="")  # of a refusal
    answers_id: Mapped[int | None] = mapped_column(sa.ForeignKey("proposal.id", ondelete="SET NULL"))  # the one it answers
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_user_id: Mapped[int | None]

    expo: Mapped[Expo] = relationship()
    demand: Mapped[Demand] = relationship()
    product: Mapped[Product] = relationship()
    by: Mapped[Company] = relationship(foreign_keys=[by_id])
    to: Mapped[Company] = relationship(foreign_keys=[to_id])

    def other(self, company_id: int) -> int:
        """Return the id of the other company."""
        return self.to_id if company_id == self.by_id else self.by_id
