"""Stored matches, what a change made stale, and what people do with matches."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ..infra.db import Base


class TextVector(Base):
    """The vector of a text under one encoder: float32, little endian."""

    __tablename__ = "text_vector"
    __table_args__ = (sa.UniqueConstraint("model", "text_hash"),)

    model: Mapped[str] = mapped_column(sa.String(80))
    text_hash: Mapped[str] = mapped_column(sa.String(64))
    vector: Mapped[bytes] = mapped_column(sa.LargeBinary)


class Recommendation(Base):
    """A match of a demand and a product, as the pages show it: band, reasons and gaps; never a stopped pair.

    ``score`` orders lists and is shown to nobody. ``model`` says which encoder and recipe made it.
    """

    __tablename__ = "recommendation"
    __table_args__ = (
        sa.UniqueConstraint("demand_id", "product_id", "expo_id"),
        sa.Index("ix_recommendation_of_demand", "demand_id", "score"),
        sa.Index("ix_recommendation_of_product", "product_id", "expo_id", "score"),
        sa.Index("ix_recommendation_of_buyer", "buyer_id", "expo_id", "score"),
        sa.Index("ix_recommendation_of_exhibitor", "exhibitor_id", "expo_id", "score"),
    )

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"), index=True)
    demand_id: Mapped[int] = mapped_column(sa.ForeignKey("demand.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id", ondelete="CASCADE"))
    buyer_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"))
    exhibitor_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"))
    score: Mapped[float]
    band: Mapped[str] = mapped_column(sa.String(10))  # strong, good, possible
    reasons: Mapped[list] = mapped_column(default=list)  # [{"code": ..., "weight": ..., "params": {...}}]
    gaps: Mapped[list] = mapped_column(default=list)
    model: Mapped[str] = mapped_column(sa.String(80))
    computed_at: Mapped[datetime]


class StaleMatch(Base):
    """What a change touched: a demand, a product, or (neither named) the whole expo. Written in the transaction of the change.

    The refresh deletes the row in the transaction that writes the new matches, so that a crash loses no change. Rows are
    never merged: one that arrives while its thing is being matched stays and asks for another run. ``spreads`` is False for
    a list that is only filled up again after it lost an entry.
    """

    __tablename__ = "stale_match"

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"), index=True)
    demand_id: Mapped[int | None]
    product_id: Mapped[int | None]
    spreads: Mapped[bool] = mapped_column(default=True)


class Mark(Base):
    """What one side did with a match: saved, or hidden with a reason. Seen by that side only."""

    __tablename__ = "mark"
    __table_args__ = (
        sa.UniqueConstraint("company_id", "demand_id", "product_id", "kind"),
        sa.Index("ix_mark_of_pair", "demand_id", "product_id"),
    )

    company_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"))
    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"))
    demand_id: Mapped[int] = mapped_column(sa.ForeignKey("demand.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(8))  # saved, hidden
    reason: Mapped[str] = mapped_column(sa.String(40), default="")
    user_id: Mapped[int | None]
    created_at: Mapped[datetime]
