"""Interpreters and staff of an edition."""

import sqlalchemy as sa

from ... import audit
from ...accounts.models import User
from ...accounts.queries import user_by_email
from ...accounts.rules import normal_email
from ...errors import N_, Invalid
from ...infra.db import db, insert_ignore
from ...permissions import Actor, ExpoRole, ensure
from ...trade.places import language_codes
from .. import queries
from ..models import Expo, Interpreter, Staff


def add_interpreter(actor: Actor, expo: Expo, *, name: str, languages: list[str], phone: str = "", email: str = "") -> Interpreter:
    """Add an interpreter between Chinese and each of ``languages``; with ``email`` also name that account an interpreter of the expo.

    Raises ``Invalid`` for Chinese or an unknown language, or an address without an account.
    """
    queries.require_organizer(actor, expo)
    if not languages or not set(languages) <= set(language_codes()) - {"zh"}:
        raise Invalid(N_("Choose the language beside Chinese."), field="languages")
    user = _account(email) if email else None
    interpreter = Interpreter(expo_id=expo.id, name=name, languages=languages, phone=phone, user_id=user.id if user else None)
    db.session.add(interpreter)
    if user:
        insert_ignore(Staff, expo_id=expo.id, user_id=user.id, role=ExpoRole.INTERPRETER)
    audit.record(actor, "expos.add_interpreter", interpreter, name=name, languages=languages)
    return interpreter


def remove_interpreter(actor: Actor, expo: Expo, interpreter: Interpreter) -> None:
    """Let an interpreter leave: no new meetings; the past keeps the name."""
    queries.require_organizer(actor, expo)
    ensure(interpreter.expo_id == expo.id)
    interpreter.is_active = False
    if interpreter.user_id:
        db.session.execute(sa.delete(Staff).where(
            Staff.expo_id == expo.id, Staff.user_id == interpreter.user_id, Staff.role == ExpoRole.INTERPRETER))
    audit.record(actor, "expos.remove_interpreter", interpreter, name=interpreter.name)


def name_staff(actor: Actor, expo: Expo, *, email: str, role: str) -> Staff:
    """Give an existing account a role at the edition. Organizers are named by administrators, the others by organizers.

    Raises ``NotFound`` without the right, ``Invalid`` for an unknown role or an address without an account.
    """
    _may_name(actor, expo, role)
    user = _account(email)
    insert_ignore(Staff, expo_id=expo.id, user_id=user.id, role=role)
    staff = db.session.scalars(sa.select(Staff).where(Staff.expo_id == expo.id, Staff.user_id == user.id, Staff.role == role)).one()
    audit.record(actor, "expos.name_staff", staff, user=user.email, role=role)
    return staff


def remove_staff(actor: Actor, expo: Expo, staff: Staff) -> None:
    """Take the role away again; the same people may who may give it."""
    ensure(staff.expo_id == expo.id)
    _may_name(actor, expo, staff.role)
    audit.record(actor, "expos.remove_staff", staff, user=staff.user.email, role=staff.role)
    db.session.delete(staff)


def _may_name(actor: Actor, expo: Expo, role: str) -> None:
    queries.require_organizer(actor, expo)
    if role not in set(ExpoRole):
        raise Invalid(N_("Please choose."), field="role")
    if role == ExpoRole.ORGANIZER:
        ensure(actor.is_admin or actor.is_system)


def _account(email: str) -> User:
    user = user_by_email(normal_email(email))
    if user is None or user.disabled_at:
        raise Invalid(N_("No account has this address. Ask the person to register first."), field="email")
    return user
