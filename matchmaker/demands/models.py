"""Demand sheets."""

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..companies.models import Company
from ..expos.models import Expo, Section
from ..infra.db import Base, Versioned

Amount = sa.Numeric(18, 4)


class Demand(Versioned, Base):
    """What a buyer looks for at one expo. A title is enough; unknown fields are NULL or empty."""

    __tablename__ = "demand"
    __table_args__ = (sa.Index("ix_demand_expo_state", "expo_id", "state"),)

    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"))
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"), index=True)
    section_id: Mapped[int | None] = mapped_column(sa.ForeignKey("section.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(sa.String(10), default="draft")  # draft, published, closed
    title: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    original: Mapped[str] = mapped_column(sa.Text, default="")  # the words as they were pasted, never rewritten
    read: Mapped[dict] = mapped_column(default=dict)  # {field: read, guessed, confirmed} of what was read from ``original``
    lang: Mapped[str] = mapped_column(sa.String(8), default="zh")
    translations: Mapped[dict] = mapped_column(default=dict)
    hs: Mapped[str] = mapped_column(sa.String(10), default="")
    specs_must: Mapped[list] = mapped_column(default=list)
    specs_nice: Mapped[list] = mapped_column(default=list)
    quantity_first: Mapped[Decimal | None] = mapped_column(Amount)
    quantity_year: Mapped[Decimal | None] = mapped_column(Amount)
    unit: Mapped[str] = mapped_column(sa.String(12), default="")
    budget_low: Mapped[Decimal | None] = mapped_column(Amount)
    budget_high: Mapped[Decimal | None] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(sa.String(3), default="")
    budget_unit: Mapped[str] = mapped_column(sa.String(12), default="")
    incoterm: Mapped[str] = mapped_column(sa.String(3), default="")
    port: Mapped[str] = mapped_column(sa.String(100), default="")
    origins_wanted: Mapped[list] = mapped_column(default=list)
    origins_excluded: Mapped[list] = mapped_column(default=list)
    certificates: Mapped[list] = mapped_column(default=list)  # [{"kind": "organic", "must": true}]
    window_from: Mapped[date | None]
    window_to: Mapped[date | None]
    channel: Mapped[str] = mapped_column(sa.String(20), default="")
    road: Mapped[str] = mapped_column(sa.String(4), default="")  # customs mode: 0110, 1210, 1239, 9610
    importer: Mapped[str] = mapped_column(sa.String(10), default="")  # own, agent
    zone: Mapped[str] = mapped_column(sa.String(120), default="")  # pilot zone or bonded warehouse
    green_level: Mapped[str] = mapped_column(sa.String(20), default="")
    green_links: Mapped[dict] = mapped_column(default=dict)  # {"MFG": "third_party"}: levels asked for single links
    green_labels: Mapped[list] = mapped_column(default=list)  # ["FSC"]: labels asked for
    languages: Mapped[list] = mapped_column(default=list)
    decision_role: Mapped[str] = mapped_column(sa.String(20), default="")
    deadline_on: Mapped[date | None]
    confidentiality: Mapped[str] = mapped_column(sa.String(10), default="open")  # open, matched, anonymous
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    company: Mapped[Company] = relationship()
    expo: Mapped[Expo] = relationship()
    section: Mapped[Section | None] = relationship()
