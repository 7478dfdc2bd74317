"""Stored matches, what a change made stale, what people do with matches, and the models that learn from it."""

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
    """A match of a demand and a product, as the pages show it: band, reasons, gaps and repairs; never a stopped pair.

    ``score`` is the fit (0 to 100, no probability) and shown to nobody. ``order_buyer`` sorts the buyer's lists and
    ``order_exhibitor`` the exhibitor's: both sides' wishes, corrected for what others compete for. ``chance_*`` is the calibrated
    probability that this side accepts when it is asked; NULL until enough answers are in. Base and weights add up to its log-odds.
    """

    __tablename__ = "recommendation"
    __table_args__ = (
        sa.UniqueConstraint("demand_id", "product_id", "expo_id"),
        sa.Index("ix_recommendation_of_demand", "demand_id", "expo_id", "order_buyer"),
        sa.Index("ix_recommendation_of_product", "product_id", "expo_id", "order_exhibitor"),
        sa.Index("ix_recommendation_of_buyer", "buyer_id", "expo_id", "order_buyer"),
        sa.Index("ix_recommendation_of_exhibitor", "exhibitor_id", "expo_id", "order_exhibitor"),
    )

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"), index=True)
    demand_id: Mapped[int] = mapped_column(sa.ForeignKey("demand.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id", ondelete="CASCADE"))
    buyer_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"))
    exhibitor_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"))
    score: Mapped[float]
    band: Mapped[str] = mapped_column(sa.String(10))  # strong, good, possible
    order_buyer: Mapped[float] = mapped_column(default=0.0)
    order_exhibitor: Mapped[float] = mapped_column(default=0.0)
    base_buyer: Mapped[float] = mapped_column(default=0.0)  # log-odds before anything is said of the pair
    base_exhibitor: Mapped[float] = mapped_column(default=0.0)
    odds_buyer: Mapped[float] = mapped_column(default=0.0)  # log-odds that the buyer accepts when asked
    odds_exhibitor: Mapped[float] = mapped_column(default=0.0)
    chance_buyer: Mapped[float | None]
    chance_exhibitor: Mapped[float | None]
    chance_intention: Mapped[float | None]  # of an intention once the meeting is held
    reasons: Mapped[list] = mapped_column(default=list)  # [{"code": ..., "weights": [buyer, exhibitor], "params": {...}}]
    gaps: Mapped[list] = mapped_column(default=list)
    repairs: Mapped[list] = mapped_column(default=list)  # [{"gap", "side", "field", "value", "before", "lift": [buyer, exhibitor]}]
    signals: Mapped[dict] = mapped_column(default=dict)  # {name: value in [0, 1]}, the known ones: what learning reads
    model: Mapped[str] = mapped_column(sa.String(120))
    computed_at: Mapped[datetime]


class Agreed(Base):
    """One field of one sheet that two companies agreed to read otherwise, for this pair only: a minimum order of 500 instead of 1,000."""

    __tablename__ = "agreed"
    __table_args__ = (sa.UniqueConstraint("demand_id", "product_id", "side", "field"),)

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"), index=True)
    demand_id: Mapped[int] = mapped_column(sa.ForeignKey("demand.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id", ondelete="CASCADE"))
    side: Mapped[str] = mapped_column(sa.String(8))  # supply, demand: whose sheet
    field: Mapped[str] = mapped_column(sa.String(30))
    value: Mapped[dict] = mapped_column(default=dict)  # as load.change_to_json writes it
    agreed_at: Mapped[datetime]


class Feedback(Base):
    """What one side did with a match: seen, opened, saved, hidden, asked, answered, met. The matter that the model learns from.

    One row for each company, pair and kind: the first sight of a list, the last of an answer. ``signals`` are those of that moment,
    so that learning needs no sheet that has changed since. Ids of sheets are kept without a key: what was learned outlives a sheet.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        sa.UniqueConstraint("company_id", "demand_id", "product_id", "kind"),
        sa.Index("ix_feedback_of_expo", "expo_id", "at"),
    )

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"))
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"))  # who did it
    other_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"))
    demand_id: Mapped[int]
    product_id: Mapped[int]
    side: Mapped[str] = mapped_column(sa.String(10))  # of the company: buyer, exhibitor
    kind: Mapped[str] = mapped_column(sa.String(10))  # engine.matching.feedback.KINDS
    reason: Mapped[str] = mapped_column(sa.String(40), default="")
    value: Mapped[float | None]
    position: Mapped[int | None]  # in the list where it was seen, from 1
    signals: Mapped[dict] = mapped_column(default=dict)
    model: Mapped[str] = mapped_column(sa.String(120), default="")
    at: Mapped[datetime]


class ModelVersion(Base):
    """A trained model. The one in use is the one put in use last; going back puts an older one in use again."""

    __tablename__ = "model_version"

    params: Mapped[dict]  # {"deal": DealModel.to_dict(), "intention": ...}
    sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    answers: Mapped[int]  # acceptance answers it has seen
    window_from: Mapped[datetime | None]
    window_to: Mapped[datetime | None]
    metrics: Mapped[dict] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    created_at: Mapped[datetime]
    used_since: Mapped[datetime | None] = mapped_column(index=True)


class MatchReport(Base):
    """How well matching works at an expo, computed by jobs: each part of ``data`` says when (``at``) and how many observations it has.

    Parts: ``market`` (written by the balance), ``coverage``, ``exposure``, ``nothing``, ``observed``, ``ranking``, ``calibration``.
    """

    __tablename__ = "match_report"

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"), unique=True)
    data: Mapped[dict] = mapped_column(default=dict)
    at: Mapped[datetime]


class Potential(Base):
    """How sought after a demand or an exhibitor is at an expo: what the balance adds to its pairs in the other side's lists."""

    __tablename__ = "potential"
    __table_args__ = (sa.UniqueConstraint("expo_id", "side", "subject_id"),)

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"))
    side: Mapped[str] = mapped_column(sa.String(10))  # buyer: subject is a demand; exhibitor: a company
    subject_id: Mapped[int]
    value: Mapped[float]


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
