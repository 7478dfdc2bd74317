"""Product cards."""

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..companies.models import Company
from ..documents.models import Document
from ..expos.models import Expo, Section
from ..infra.db import Base, Versioned

Amount = sa.Numeric(18, 4)


class Product(Versioned, Base):
    """A product of an exhibitor, registered once; ``listings`` say at which expos it is shown. Unknown fields are NULL or empty."""

    __tablename__ = "product"

    company_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="draft")  # draft, published, withdrawn
    title: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    original: Mapped[str] = mapped_column(sa.Text, default="")  # a product text as it was pasted, never rewritten
    read: Mapped[dict] = mapped_column(default=dict)  # {field: read, guessed, confirmed} of what was read from ``original``
    lang: Mapped[str] = mapped_column(sa.String(8), default="en")
    translations: Mapped[dict] = mapped_column(default=dict)  # {"zh": {"title": ..., "text": ...}}
    hs: Mapped[str] = mapped_column(sa.String(10), default="")  # digits only
    brand: Mapped[str] = mapped_column(sa.String(100), default="")
    origin: Mapped[str] = mapped_column(sa.String(2), default="")
    specs: Mapped[list] = mapped_column(default=list)  # [["calibre", "JJ"], ...]
    packaging: Mapped[str] = mapped_column(sa.String(300), default="")
    shelf_life_days: Mapped[int | None]
    storage: Mapped[str] = mapped_column(sa.String(100), default="")
    moq: Mapped[Decimal | None] = mapped_column(Amount)
    moq_unit: Mapped[str] = mapped_column(sa.String(12), default="")
    price_low: Mapped[Decimal | None] = mapped_column(Amount)
    price_high: Mapped[Decimal | None] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(sa.String(3), default="")
    price_unit: Mapped[str] = mapped_column(sa.String(12), default="")
    price_audience: Mapped[str] = mapped_column(sa.String(10), default="open", server_default="open")  # open, matched, accepted
    incoterm: Mapped[str] = mapped_column(sa.String(3), default="")
    port: Mapped[str] = mapped_column(sa.String(100), default="")
    lead_time_days: Mapped[int | None]
    monthly_capacity: Mapped[Decimal | None] = mapped_column(Amount)
    capacity_unit: Mapped[str] = mapped_column(sa.String(12), default="")
    payment: Mapped[str] = mapped_column(sa.String(200), default="")
    samples: Mapped[bool | None]
    agent_wanted: Mapped[bool | None]
    channels: Mapped[list] = mapped_column(default=list)
    entry: Mapped[dict] = mapped_column(default=dict)  # what is said of each gate into the market: see ``statements``
    entry_class: Mapped[str] = mapped_column(sa.String(30), default="", server_default="")  # where the code leaves several open
    entry_audience: Mapped[str] = mapped_column(sa.String(10), default="matched", server_default="matched")  # who reads numbers
    roads: Mapped[list] = mapped_column(default=list, server_default="[]")  # customs modes by which it is offered: 0110, 1210, 1239, 9610
    disposal: Mapped[str] = mapped_column(sa.String(10), default="")  # of the exhibit: return, sell, bonded
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    company: Mapped[Company] = relationship()
    certificates: Mapped[list["ProductCertificate"]] = relationship(cascade="all, delete-orphan", order_by="ProductCertificate.id")
    claims: Mapped[list["GreenClaim"]] = relationship(cascade="all, delete-orphan", order_by="GreenClaim.id")
    footprints: Mapped[list["ProductFootprint"]] = relationship(cascade="all, delete-orphan", order_by="ProductFootprint.id")
    pictures: Mapped[list["ProductPicture"]] = relationship(cascade="all, delete-orphan", order_by="ProductPicture.id")
    listings: Mapped[list["Listing"]] = relationship(back_populates="product", cascade="all, delete-orphan")


class Listing(Base):
    """A product at an expo, in one of its sections."""

    __tablename__ = "listing"
    __table_args__ = (sa.UniqueConstraint("product_id", "expo_id"),)

    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id", ondelete="CASCADE"))
    expo_id: Mapped[int] = mapped_column(sa.ForeignKey("expo.id", ondelete="CASCADE"), index=True)
    section_id: Mapped[int | None] = mapped_column(sa.ForeignKey("section.id", ondelete="SET NULL"))

    product: Mapped[Product] = relationship(back_populates="listings")
    expo: Mapped[Expo] = relationship()
    section: Mapped[Section | None] = relationship()


class ProductCertificate(Base):
    """A certificate as the company states it to everybody; without number, issuer and expiry it is a claim. With a ``document`` of the
    locker the document says until when it holds (``expires_on`` follows it), and its number and issuer are read where it may be seen."""

    __tablename__ = "product_certificate"

    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    number: Mapped[str] = mapped_column(sa.String(80), default="")
    issuer: Mapped[str] = mapped_column(sa.String(120), default="")
    scope: Mapped[str] = mapped_column(sa.String(200), default="")
    expires_on: Mapped[date | None]
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id", ondelete="SET NULL"), index=True)

    document: Mapped[Document | None] = relationship()


class GreenClaim(Base):
    """What the company says of one link of the chain, and what it shows for it; ``trade.green`` derives the level of evidence.

    ``register_address`` and ``register_on`` are the company's own search in the label's register; the columns ``checked_*`` are an
    organizer's, and fall with the label, number or issuer that was looked for.
    """

    __tablename__ = "green_claim"

    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id", ondelete="CASCADE"), index=True)
    link: Mapped[str] = mapped_column(sa.String(20))  # of the vocabulary chain_link; empty: all links of the label
    claim: Mapped[str] = mapped_column(sa.String(300), default="")
    label: Mapped[str] = mapped_column(sa.String(20), default="")  # a rule of the kind ``label``
    number: Mapped[str] = mapped_column(sa.String(80), default="")
    issuer: Mapped[str] = mapped_column(sa.String(120), default="")
    scope: Mapped[str] = mapped_column(sa.String(200), default="")
    expires_on: Mapped[date | None]  # the last day on which it holds
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id", ondelete="SET NULL"), index=True)
    register_address: Mapped[str] = mapped_column(sa.String(300), default="")
    register_on: Mapped[date | None]
    checked_on: Mapped[date | None]
    checked_found: Mapped[bool | None]
    checked_address: Mapped[str] = mapped_column(sa.String(300), default="")
    checked_by: Mapped[str] = mapped_column(sa.String(200), default="")


class ProductFootprint(Base):
    """A product's carbon footprint as the company declares it: what was counted, from where to where, by which rules, by whom checked."""

    __tablename__ = "product_footprint"

    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id", ondelete="CASCADE"), index=True)
    standard: Mapped[str] = mapped_column(sa.String(12))  # ISO14067, EPD, CN_PCF, OTHER
    value: Mapped[Decimal] = mapped_column(Amount)  # kg CO2e for each functional unit
    unit: Mapped[str] = mapped_column(sa.String(120))  # the functional unit, in the company's words
    boundary: Mapped[str] = mapped_column(sa.String(10))  # gate: cradle to gate; grave: cradle to grave
    year: Mapped[int | None]  # of the data
    verifier: Mapped[str] = mapped_column(sa.String(120), default="")
    number: Mapped[str] = mapped_column(sa.String(80), default="")
    expires_on: Mapped[date | None]


class ProductPicture(Base):
    """A picture, re-encoded by us; ``key`` and ``thumb_key`` are keys of the storage."""

    __tablename__ = "product_picture"

    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(sa.String(80))
    thumb_key: Mapped[str] = mapped_column(sa.String(80))
    width: Mapped[int]
    height: Mapped[int]
