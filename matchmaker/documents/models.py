"""Documents in a company's locker, their versions, who may see them, who asked for one, and who has seen one."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..companies.models import Company
from ..infra.db import Base, Versioned

WAITING = sa.text("state = 'open'")


class Document(Versioned, Base):
    """A document of a company, or of one of its products. What stands here is said of the newest of its ``versions``.

    ``expires_on`` is the last day on which it holds; ``endless`` says that it has no such day. Neither: not known.
    """

    __tablename__ = "document"
    __table_args__ = (sa.Index("ix_document_expires_on", "expires_on"),)

    company_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"), index=True)
    product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("product.id", ondelete="SET NULL"), index=True)  # None: the company's
    kind: Mapped[str] = mapped_column(sa.String(40))  # a code of ``kinds``
    number: Mapped[str] = mapped_column(sa.String(80), default="")
    issuer: Mapped[str] = mapped_column(sa.String(120), default="")
    issued_on: Mapped[date | None]
    valid_from: Mapped[date | None]
    expires_on: Mapped[date | None]
    endless: Mapped[bool] = mapped_column(default=False)
    scope: Mapped[str] = mapped_column(sa.String(200), default="")
    lang: Mapped[str] = mapped_column(sa.String(8), default="")
    audience: Mapped[str] = mapped_column(sa.String(10), default="named")  # us, named, matched, accepted: ``rules.AUDIENCES``
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    company: Mapped[Company] = relationship()
    versions: Mapped[list["DocumentVersion"]] = relationship(
        back_populates="document", cascade="all, delete-orphan", order_by="DocumentVersion.number.desc()")

    @property
    def current(self) -> "DocumentVersion":
        """The newest version."""
        return self.versions[0]


class DocumentVersion(Base):
    """A file as it was put in. ``key`` is its place in the storage, ``sha256`` that of the kept file, which for a picture is the one we
    encoded. ``details`` is what was said of it when a newer one took its place."""

    __tablename__ = "document_version"
    __table_args__ = (sa.UniqueConstraint("document_id", "number"),)

    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id", ondelete="CASCADE"))
    number: Mapped[int]  # from 1
    key: Mapped[str] = mapped_column(sa.String(90), index=True)
    media_type: Mapped[str] = mapped_column(sa.String(40))
    file_name: Mapped[str] = mapped_column(sa.String(200), default="")  # as it was called by who uploaded it; only ever shown
    size: Mapped[int]  # bytes
    pages: Mapped[int | None]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    details: Mapped[dict] = mapped_column(default=dict)
    added_at: Mapped[datetime]
    added_by_user_id: Mapped[int | None]
    added_by: Mapped[str] = mapped_column(sa.String(120), default="")

    document: Mapped[Document] = relationship(back_populates="versions")

    @property
    def was_valid_until(self) -> date | None:
        """The last day that was stated of it when a newer one took its place."""
        return date.fromisoformat(said) if (said := self.details.get("expires_on")) else None


class DocumentShare(Base):
    """Consent: ``company_id`` may see one document, or all of a product, of ``owner_id``; until it is withdrawn, a day has passed, or
    the meeting it was given for is off. ``bundle_id`` names the bundle that gave it."""

    __tablename__ = "document_share"
    __table_args__ = (sa.Index("ix_document_share_of_pair", "owner_id", "company_id"),)

    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"))
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"), index=True)
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id", ondelete="CASCADE"), index=True)
    product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("product.id", ondelete="CASCADE"), index=True)  # all of a product
    until: Mapped[date | None]  # the last day
    meeting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"))
    bundle_id: Mapped[int | None] = mapped_column(sa.ForeignKey("bundle.id", ondelete="CASCADE"), index=True)
    given_at: Mapped[datetime]
    given_by_user_id: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_user_id: Mapped[int | None]

    owner: Mapped[Company] = relationship(foreign_keys=[owner_id])
    company: Mapped[Company] = relationship(foreign_keys=[company_id])
    document: Mapped[Document | None] = relationship()


class DocumentRequest(Base):
    """A company asks another for a document: one that it knows to exist, or a kind. A company asks once for each until it is answered."""

    __tablename__ = "document_request"
    __table_args__ = (
        sa.Index("uq_document_request_open", "owner_id", "company_id", "subject", unique=True, sqlite_where=WAITING,
                 postgresql_where=WAITING),
    )

    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"))  # who is asked
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"), index=True)  # who asks
    product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("product.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    document_id: Mapped[int | None] = mapped_column(sa.ForeignKey("document.id", ondelete="SET NULL"))
    subject: Mapped[str] = mapped_column(sa.String(60))  # product and kind in a word that is never NULL, for the constraint
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    state: Mapped[str] = mapped_column(sa.String(10), default="open")  # open, shared, declined, withdrawn
    reason: Mapped[str] = mapped_column(sa.String(300), default="")  # of a refusal
    asked_at: Mapped[datetime]
    asked_by_user_id: Mapped[int | None]
    answered_at: Mapped[datetime | None]
    answered_by_user_id: Mapped[int | None]

    owner: Mapped[Company] = relationship(foreign_keys=[owner_id])
    company: Mapped[Company] = relationship(foreign_keys=[company_id])
    document: Mapped[Document | None] = relationship()


class DocumentRead(Base):
    """Somebody of another company has seen the page of a document, or taken its file. The owner reads it."""

    __tablename__ = "document_read"

    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id", ondelete="CASCADE"), index=True)
    version_number: Mapped[int]
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"))
    user_id: Mapped[int | None]
    how: Mapped[str] = mapped_column(sa.String(10))  # page, file, bundle
    at: Mapped[datetime]

    company: Mapped[Company] = relationship()


class ExpiryTold(Base):
    """The company was told that a document ends in so many ``days`` (0: has ended). Once for each last day that it had."""

    __tablename__ = "expiry_told"
    __table_args__ = (sa.UniqueConstraint("document_id", "expires_on", "days"),)

    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id", ondelete="CASCADE"))
    expires_on: Mapped[date]
    days: Mapped[int]
    told_at: Mapped[datetime]
