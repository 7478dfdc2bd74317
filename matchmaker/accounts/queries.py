"""Questions about people and their sessions."""

import hashlib
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from .. import clock
from ..infra.db import apart, db, like
from .models import OneTimeToken, User, UserSession

TOUCH = timedelta(minutes=2)  # last_seen_at is written no more often than this


def digest(token: str) -> str:
    """Return the hash under which a token is kept."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def user_by_email(email: str) -> User | None:
    """Return the user of a normalised address."""
    return db.session.scalar(sa.select(User).where(User.email == email))


def language_of(user_id: int | None) -> str:
    """Return the language of a user; English of nobody."""
    return db.session.scalar(sa.select(User.language).where(User.id == user_id)) or "en"


def session_user(token: str) -> User | None:
    """Return the user of a living session; None when it was revoked, timed out, or the account is disabled."""
    found = db.session.scalar(
        sa.select(UserSession).options(sa.orm.joinedload(UserSession.user)).where(UserSession.token_hash == digest(token)))
    if found is None or found.revoked_at or found.user.disabled_at or is_over(found):
        return None
    now = clock.wall()
    if now - found.last_seen_at > TOUCH:
        with apart() as session:
            session.execute(sa.update(UserSession).where(UserSession.id == found.id).values(last_seen_at=now))
    user = found.user
    user.session_token, user.acts_for, user.staff_session = token, found.company_id, found.is_staff
    return user


def is_over(session: UserSession) -> bool:
    """Tell whether a session has run out: so many days after its start, or so long without a request."""
    staff = session.is_staff or session.user.is_admin
    idle = timedelta(minutes=current_app.config["ORGANIZER_IDLE_MINUTES" if staff else "SESSION_IDLE_MINUTES"])
    now, days = clock.wall(), timedelta(days=current_app.config["SESSION_DAYS"])
    return now > session.created_at + days or now > session.last_seen_at + idle


def remember_staff(user: User) -> None:
    """Note in the session of this request that it is an organizer's: it idles out sooner. Written once a session, apart."""
    if not user.staff_session:
        with apart() as session:
            session.execute(sa.update(UserSession).where(UserSession.token_hash == digest(user.session_token)).values(is_staff=True))
        user.staff_session = True


def session_of(user: User) -> UserSession | None:
    """Return the session of this request."""
    return db.session.scalar(sa.select(UserSession).where(UserSession.token_hash == digest(user.session_token)))


def living_sessions(user: User) -> list[UserSession]:
    """Return the user's sessions that are neither revoked nor run out, the latest first."""
    found = db.session.scalars(
        sa.select(UserSession).options(sa.orm.joinedload(UserSession.user))
        .where(UserSession.user_id == user.id, UserSession.revoked_at.is_(None))
        .order_by(UserSession.last_seen_at.desc()).limit(100))
    return [session for session in found if not is_over(session)]


def valid_token(purpose: str, token: str) -> OneTimeToken | None:
    """Return the unused, unexpired one-time token."""
    return db.session.scalar(
        sa.select(OneTimeToken).where(
            OneTimeToken.purpose == purpose, OneTimeToken.token_hash == digest(token),
            OneTimeToken.used_at.is_(None), OneTimeToken.expires_at > clock.wall()))


def people(words: str = "") -> sa.Select[tuple[User]]:
    """Return the query of all users whose name or address contains ``words``, the newest first. For administrators."""
    query = sa.select(User).order_by(User.id.desc())
    return query.where(sa.or_(like(User.name, words), like(User.email, words))) if words else query
