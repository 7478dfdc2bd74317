"""Questions about people and their sessions."""

import hashlib
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from .. import clock
from ..infra.db import apart, db
from .models import OneTimeToken, User, UserSession

TOUCH = timedelta(minutes=2)  # last_seen_at is written no more often than this


def digest(token: str) -> str:
    """Return the hash under which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def user_by_email(email: str) -> User | None:
    """Return the user of a normalised address."""
    return db.session.scalar(sa.select(User).where(User.email == email))


def session_user(token: str) -> User | None:
    """Return the user of a living session; None when it was revoked, timed out, or the account is disabled."""
    found = db.session.scalar(
        sa.select(UserSession).options(sa.orm.joinedload(UserSession.user)).where(UserSession.token_hash == digest(token)))
    now = clock.wall()
    if found is None or found.revoked_at or found.user.disabled_at:
        return None
    idle = timedelta(minutes=current_app.config["SESSION_IDLE_MINUTES"])
    if now > found.created_at + timedelta(days=current_app.config["SESSION_DAYS"]) or now > found.last_seen_at + idle:
        return None
    if now - found.last_seen_at > TOUCH:
        with apart() as session:
            session.execute(sa.update(UserSession).where(UserSession.id == found.id).values(last_seen_at=now))
    found.user.session_token = token
    return found.user


def session_of(user: User) -> UserSession | None:
    """Return the session of this request."""
    return db.session.scalar(sa.select(UserSession).where(UserSession.token_hash == digest(user.session_token)))


def living_sessions(user: User) -> list[UserSession]:
    """Return the user's sessions that are neither revoked nor too old, the latest first."""
    oldest = clock.wall() - timedelta(days=current_app.config["SESSION_DAYS"])
    return list(db.session.scalars(
        sa.select(UserSession).where(UserSession.user_id == user.id, UserSession.revoked_at.is_(None), UserSession.created_at > oldest)
        .order_by(UserSession.last_seen_at.desc())))


def valid_token(purpose: str, token: str) -> OneTimeToken | None:
    """Return the unused, unexpired one-time token."""
    return db.session.scalar(
        sa.select(OneTimeToken).where(
            OneTimeToken.purpose == purpose, OneTimeToken.token_hash == digest(token),
            OneTimeToken.used_at.is_(None), OneTimeToken.expires_at > clock.wall()))
