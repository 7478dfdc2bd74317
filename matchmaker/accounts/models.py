"""Users, their sessions, one-time links and counters."""

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..infra.db import Base


class User(UserMixin, Base):
    """A person who signs in. ``email`` is normalised and lower case."""

    __tablename__ = "user"

    email: Mapped[str] = mapped_column(sa.String(320), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    language: Mapped[str] = mapped_column(sa.String(12), default="en")
    theme: Mapped[str] = mapped_column(sa.String(5), default="auto")
    is_admin: Mapped[bool] = mapped_column(default=False)
    notice_version: Mapped[str] = mapped_column(sa.String(20), default="")  # of the privacy notice agreed to
    notice_at: Mapped[datetime | None]
    email_confirmed_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    session_token: ClassVar[str] = ""  # of this request, set by the loader; the cookie holds it, the database only its hash
    acts_for: ClassVar[int | None] = None  # company chosen in the session of this request, set by the loader
    staff_session: bool = False  # the session of this request is known to be an organizer's, set by the loader

    def get_id(self) -> str:
        """Return what the cookie holds: the token of the session, not the number of the user."""
        return self.session_token

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None


class UserSession(Base):
    """One sign-in on one device. Ends by sign-out, by time, or when it is revoked."""

    __tablename__ = "user_session"

    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(sa.String(200), default="")
    company_id: Mapped[int | None]  # the company acted for, when the person has several
    is_staff: Mapped[bool] = mapped_column(default=False)  # of an organizer or administrator: idles out sooner

    user: Mapped[User] = relationship()


class OneTimeToken(Base):
    """A link that works once: ``purpose`` is confirm, reset or invite. Only the hash is kept."""

    __tablename__ = "one_time_token"

    purpose: Mapped[str] = mapped_column(sa.String(10))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    data: Mapped[dict] = mapped_column(default=dict)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Counter(Base):
    """How often something happened in a window of time: sign-in failures, sign-ups, mails. Shared by all processes."""

    __tablename__ = "counter"
    __table_args__ = (sa.UniqueConstraint("key", "window_at"),)

    key: Mapped[str] = mapped_column(sa.String(200))
    window_at: Mapped[datetime] = mapped_column(index=True)
    count: Mapped[int] = mapped_column(default=0)
