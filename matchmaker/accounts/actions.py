"""What people do with their accounts."""

import secrets
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from .. import audit, clock
from ..errors import N_, Invalid
from ..infra.db import db, insert_ignore
from ..permissions import Actor, ensure
from . import limits, mails, queries
from .models import OneTimeToken, User, UserSession
from .passwords import hash_password, needs_rehash, verify_password
from .rules import check_name, check_password, normal_email

NOTICE_VERSION = "2026-11"
DEAD_LINK = N_("This link was used already or is too old. Ask for a new one.")
LIFETIME = {"confirm": timedelta(days=3), "reset": timedelta(minutes=60), "invite": timedelta(days=14)}


def issue_token(purpose: str, user: User | None = None, **data: str | int) -> str:
    """Make a one-time token and return it; the database keeps its hash."""
    token = secrets.token_urlsafe(32)
    db.session.add(OneTimeToken(
        purpose=purpose, token_hash=queries.digest(token), user_id=user.id if user else None, data=data,
        expires_at=clock.wall() + LIFETIME[purpose]))
    return token


def use_token(purpose: str, token: str) -> OneTimeToken:
    """Return the token and mark it used; raise ``Invalid`` when it is unknown, used or too old."""
    found = queries.valid_token(purpose, token)
    if found is None:
        raise Invalid(DEAD_LINK)
    taken = db.session.execute(
        sa.update(OneTimeToken).where(OneTimeToken.id == found.id, OneTimeToken.used_at.is_(None)).values(used_at=clock.wall()))
    if taken.rowcount != 1:
        raise Invalid(DEAD_LINK)
    return found


def register(email: str, *, name: str, password: str, language: str, notice_version: str) -> User | None:
    """Make an account and mail a link that confirms the address.

    When the address is taken, nothing is made; its owner gets a mail instead, and the caller answers with the same words
    (None is returned). Raises ``Invalid`` for a bad address, password, or a missing consent to the privacy notice.
    """
    email, name = normal_email(email), check_name(name)
    check_password(password)
    if notice_version != NOTICE_VERSION:
        raise Invalid(N_("Please read the privacy notice and agree to it."), field="notice")
    hashed, now = hash_password(password), clock.wall()
    limits.hit(f"mail:{email}", limit=current_app.config["MAILS_PER_HOUR"], minutes=60)
    made = insert_ignore(  # two at once: the database decides, and both read the same words
        User, email=email, name=name, password_hash=hashed, language=language, notice_version=notice_version, notice_at=now, created_at=now)
    user = queries.user_by_email(email)
    if not made:
        mails.already_registered(user)
        return None
    audit.record(_self(user), "accounts.register", user)
    mails.confirm_address(user, issue_token("confirm", user))
    return user


def confirm_email(token: str) -> User:
    """Confirm the address that the token was mailed to."""
    user = _able(use_token("confirm", token))
    user.email_confirmed_at = user.email_confirmed_at or clock.wall()
    audit.record(_self(user), "accounts.confirm", user)
    return user


def resend_confirmation(user: User) -> None:
    """Mail the link again; limited. Nothing happens when the address is confirmed already."""
    if user.email_confirmed_at:
        return
    limits.hit(f"mail:{user.email}", limit=current_app.config["MAILS_PER_HOUR"], minutes=60)
    mails.confirm_address(user, issue_token("confirm", user))


def sign_in(email: str, password: str, *, device: str = "") -> User:
    """Check the password and begin a session (``user.session_token``).

    Raises ``Invalid`` with the same words whatever is wrong, and ``TooMany`` after too many failures for the address.
    """
    refused = Invalid(N_("Address and password do not fit together."))
    try:
        email = normal_email(email)
    except Invalid:
        raise refused from None
    key = f"sign-in:{email}"
    limits.hit(key, limit=current_app.config["SIGN_IN_FAILURES"], minutes=5)
    user = queries.user_by_email(email)
    fits = verify_password(user.password_hash if user else None, password)
    if not fits or user is None or user.disabled_at:
        audit.record_apart(Actor(user_id=user.id if user else None, name=email), "accounts.sign_in_failed")
        raise refused
    limits.forget(key)
    if needs_rehash(user.password_hash):
        user.password_hash = hash_password(password)
    begin_session(user, device)
    audit.record(_self(user), "accounts.sign_in", user)
    return user


def begin_session(user: User, device: str = "") -> UserSession:
    """Begin a session for ``user`` and put its token on ``user.session_token``."""
    token, now = secrets.token_urlsafe(32), clock.wall()
    too_old = now - timedelta(days=current_app.config["SESSION_DAYS"])
    db.session.execute(sa.delete(UserSession).where(UserSession.user_id == user.id, UserSession.created_at < too_old))
    session = UserSession(token_hash=queries.digest(token), user_id=user.id, created_at=now, last_seen_at=now, device=device[:200])
    db.session.add(session)
    user.session_token = token
    return session


def sign_out(user: User) -> None:
    """End this session: a copied cookie is dead too."""
    session = queries.session_of(user)
    if session:
        session.revoked_at = clock.wall()
    audit.record(_self(user), "accounts.sign_out", user)


def sign_out_everywhere(user: User, *, keep: UserSession | None = None) -> int:
    """End all sessions of the user, but ``keep``; return how many. Also called when a person's role is changed by another."""
    query = sa.update(UserSession).where(UserSession.user_id == user.id, UserSession.revoked_at.is_(None))
    if keep is not None:
        query = query.where(UserSession.id != keep.id)
    ended = db.session.execute(query.values(revoked_at=clock.wall()).execution_options(synchronize_session="fetch")).rowcount
    audit.record(_self(user), "accounts.sign_out_everywhere", user, ended=ended)
    return ended


def act_for(user: User, company_id: int) -> None:
    """Remember in this session which company the person acts for (the caller has checked the membership)."""
    session = queries.session_of(user)
    if session:
        session.company_id = user.acts_for = company_id


def ask_reset(email: str) -> None:
    """Mail a reset link if the address has an account; the caller says the same in both cases."""
    try:
        email = normal_email(email)
    except Invalid:
        return
    limits.hit(f"mail:{email}", limit=current_app.config["MAILS_PER_HOUR"], minutes=60)
    user = queries.user_by_email(email)
    if user and not user.disabled_at:
        mails.reset_password(user, issue_token("reset", user))


def reset_password(token: str, password: str) -> User:
    """Set a new password by a mailed link; ends every session and every other reset link. Raises ``Invalid``."""
    check_password(password)
    if queries.valid_token("reset", token) is None:
        raise Invalid(DEAD_LINK)
    hashed = hash_password(password)
    user = _able(use_token("reset", token))
    user.email_confirmed_at = user.email_confirmed_at or clock.wall()
    _set_password(user, hashed)
    return user


def change_password(user: User, *, present: str, new: str) -> None:
    """Change the password; needs the present one; ends the other sessions."""
    check_password(new)
    limits.hit(f"password:{user.id}", limit=current_app.config["SIGN_IN_FAILURES"], minutes=5)
    if not verify_password(user.password_hash, present):
        raise Invalid(N_("This is not your present password."), field="present")
    hashed = hash_password(new)
    _set_password(user, hashed, keep=queries.session_of(user))


def _set_password(user: User, hashed: str, keep: UserSession | None = None) -> None:
    user.password_hash = hashed
    db.session.execute(
        sa.update(OneTimeToken).where(OneTimeToken.user_id == user.id, OneTimeToken.purpose == "reset", OneTimeToken.used_at.is_(None))
        .values(used_at=clock.wall()))
    sign_out_everywhere(user, keep=keep)
    audit.record(_self(user), "accounts.set_password", user)
    mails.password_changed(user)


def edit_profile(user: User, *, name: str, language: str, theme: str) -> None:
    """Change name, language and theme."""
    user.name, user.language, user.theme = check_name(name), language, theme
    audit.record(_self(user), "accounts.edit_profile", user)


def make_admin(email: str, *, name: str, password: str) -> User:
    """Make an administrator, or make an existing user one (then the password stays). For the command line only."""
    email = normal_email(email)
    user = queries.user_by_email(email)
    if user is None:
        check_password(password)
        now = clock.wall()
        user = User(email=email, name=check_name(name), password_hash=hash_password(password), language="en", email_confirmed_at=now,
                    created_at=now, notice_version=NOTICE_VERSION, notice_at=now)
        db.session.add(user)
        db.session.flush()
    user.is_admin = True
    sign_out_everywhere(user)
    audit.record(Actor(name="command line"), "accounts.make_admin", user)
    return user


def disable(actor: Actor, user: User) -> None:
    """Close an account: its sessions end at once. Raises ``NotFound`` unless an administrator or command asks, ``Invalid`` for oneself."""
    ensure(actor.is_admin or actor.is_system)
    if actor.user_id == user.id:
        raise Invalid(N_("You cannot disable your own account."))
    user.disabled_at = user.disabled_at or clock.wall()
    sign_out_everywhere(user)
    audit.record(actor, "accounts.disable", user)


def enable(actor: Actor, user: User) -> None:
    """Open an account again. Raises ``NotFound`` unless an administrator or command asks."""
    ensure(actor.is_admin or actor.is_system)
    user.disabled_at = None
    audit.record(actor, "accounts.enable", user)


def _able(token: OneTimeToken) -> User:
    """Return the user of a link; a disabled account's links are dead."""
    user = db.session.get_one(User, token.user_id)
    if user.disabled_at:
        raise Invalid(DEAD_LINK)
    return user


def _self(user: User) -> Actor:
    return Actor(user_id=user.id, name=user.email)
