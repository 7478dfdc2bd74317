"""Questions about editions: who belongs to them, and what they are made of."""

from collections.abc import Collection
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from .. import clock, events
from ..accounts.models import User
from ..companies.models import Company, CompanyBlock, Member
from ..infra.db import db, like, one
from ..permissions import Actor, ExpoRole, Membership, ensure
from .models import Expo, Hall, Interpreter, NegotiationTable, Participation, Section, Slot, Staff, TableClosure
from .states import APPLIED, APPROVED

T = TypeVar("T")


def actor_for(user: User, company_id: int | None = None) -> Actor:
    """Return the actor of a signed-in user: companies, expo roles, and the company acted for (``company_id`` or the first)."""
    rows = db.session.execute(
        sa.select(Member.company_id, Member.is_owner, Company.kind).join(Company).where(Member.user_id == user.id).order_by(Member.id))
    companies = {row.company_id: Membership(row.kind, row.is_owner) for row in rows}
    expo_roles: dict[int, set[ExpoRole]] = {}
    for expo_id, role in db.session.execute(sa.select(Staff.expo_id, Staff.role).where(Staff.user_id == user.id)):
        expo_roles.setdefault(expo_id, set()).add(ExpoRole(role))
    if company_id not in companies:
        company_id = next(iter(companies), None)
    return Actor(
        user_id=user.id, name=user.email, is_admin=user.is_admin, company_id=company_id, companies=companies,
        expo_roles={expo_id: frozenset(roles) for expo_id, roles in expo_roles.items()})


def expo_by_slug(slug: str) -> Expo:
    """Return the edition; raise ``NotFound``."""
    return one(sa.select(Expo).where(Expo.slug == slug))


def participation_of(expo_id: int, company_id: int) -> Participation | None:
    """Return a company's part in an edition, in whatever state."""
    return db.session.scalar(sa.select(Participation).where(Participation.expo_id == expo_id, Participation.company_id == company_id))


def takes_part(expo_id: int, company_id: int) -> bool:
    """Tell whether the company is approved for the edition."""
    found = participation_of(expo_id, company_id)
    return found is not None and found.state == APPROVED


def require_participant(actor: Actor, expo: Expo) -> Participation:
    """Return the approved part of the company acted for; raise ``NotFound``."""
    part = participation_of(expo.id, actor.company_id) if actor.company_id else None
    ensure(part is not None and part.state == APPROVED)
    return part


def require_organizer(actor: Actor, expo: Expo) -> None:
    """Raise ``NotFound`` unless the actor organizes the edition."""
    ensure(actor.organizes(expo.id))


def require_belongs(actor: Actor, expo: Expo) -> None:
    """Raise ``NotFound`` unless the actor has a role at the edition or acts for an approved company."""
    if not actor.has_expo_role(expo.id, *ExpoRole):
        require_participant(actor, expo)


def my_expos(actor: Actor) -> list[Expo]:
    """Return the editions the actor runs or in which the company acted for is an approved participant, the next first.

    Where a company has only applied, the pages of the edition are not open to it yet.
    """
    query = sa.select(Expo).order_by(Expo.starts_on, Expo.id)
    if not actor.is_admin:
        taking = sa.select(Participation.expo_id).where(
            Participation.company_id == actor.company_id, Participation.state == APPROVED)
        query = query.where(sa.or_(Expo.id.in_(actor.expo_roles), Expo.id.in_(taking)))
    return list(db.session.scalars(query))


def editions() -> list[Expo]:
    """Return all editions for everybody: those to come first, the next on top, then the past."""
    today = clock.now().date()
    rows = db.session.scalars(sa.select(Expo).order_by(Expo.starts_on, Expo.id).limit(200)).all()
    return [expo for expo in rows if expo.ends_on >= today] + [expo for expo in reversed(rows) if expo.ends_on < today]


def today_at(expo: Expo) -> date:
    """Return the day it is at the edition's place."""
    return clock.now().astimezone(ZoneInfo(expo.tz)).date()


def takes_applications(expo: Expo) -> bool:
    """Tell whether companies may apply now."""
    return expo.is_open and today_at(expo) <= expo.ends_on


def parts_of_company(company_id: int) -> dict[int, Participation]:
    """Return a company's participations in whatever state, by expo id."""
    return {part.expo_id: part for part in db.session.scalars(sa.select(Participation).where(Participation.company_id == company_id))}


def approved_parts(company_id: int) -> list[Participation]:
    """Return the company's approved participations with expo and sections, the next edition first: where its sheets can stand."""
    query = (
        sa.select(Participation).join(Participation.expo)
        .options(joinedload(Participation.expo).selectinload(Expo.sections))
        .where(Participation.company_id == company_id, Participation.state == APPROVED).order_by(Expo.starts_on, Expo.id))
    return list(db.session.scalars(query))


def participants(expo_id: int, kind: str | None = None) -> list[Participation]:
    """Return the approved participations ('exhibitor', 'buyer' or both) with company, section and hall, by company name."""
    query = (
        sa.select(Participation).join(Participation.company)
        .options(contains_eager(Participation.company), joinedload(Participation.section), joinedload(Participation.hall))
        .where(Participation.expo_id == expo_id, Participation.state == APPROVED).order_by(Company.name, Company.id))
    return list(db.session.scalars(query.where(Company.kind == kind) if kind else query))


def slots_of(expo_id: int, on: date | None = None) -> list[Slot]:
    """Return the slots of the edition, or of one local day, in order of time."""
    query = sa.select(Slot).where(Slot.expo_id == expo_id).order_by(Slot.starts_at)
    return list(db.session.scalars(query.where(Slot.on == on) if on else query))


def tables_of(expo_id: int, *, open_only: bool = True) -> list[NegotiationTable]:
    """Return the tables with their hall, in order of hall and label."""
    query = (
        sa.select(NegotiationTable).join(NegotiationTable.hall).options(contains_eager(NegotiationTable.hall))
        .where(NegotiationTable.expo_id == expo_id).order_by(Hall.position, Hall.id, NegotiationTable.label))
    return list(db.session.scalars(query.where(NegotiationTable.is_open) if open_only else query))


def halls_of(expo_id: int) -> list[Hall]:
    """Return the halls with their tables."""
    return list(db.session.scalars(
        sa.select(Hall).options(selectinload(Hall.tables)).where(Hall.expo_id == expo_id).order_by(Hall.position, Hall.id)))


def closures(expo_id: int) -> set[tuple[int, int]]:
    """Return (table id, slot id) of each table that is not there in a slot."""
    query = sa.select(TableClosure.table_id, TableClosure.slot_id).join(Slot, Slot.id == TableClosure.slot_id)
    query = query.where(Slot.expo_id == expo_id)
    return {(table_id, slot_id) for table_id, slot_id in db.session.execute(query)}


def interpreters_of(expo_id: int) -> list[Interpreter]:
    """Return the interpreters who have not left, by name."""
    return list(db.session.scalars(
        sa.select(Interpreter).options(joinedload(Interpreter.user))
        .where(Interpreter.expo_id == expo_id, Interpreter.is_active).order_by(Interpreter.name)))


def staff_of(expo_id: int) -> list[Staff]:
    """Return who has a role at the edition."""
    return list(db.session.scalars(
        sa.select(Staff).join(Staff.user).options(contains_eager(Staff.user))
        .where(Staff.expo_id == expo_id).order_by(Staff.role, User.name)))


def section_choices(expo_id: int) -> list[tuple[int, str]]:
    """Return (id, name in the reader's language) of the sections, in their order."""
    rows = db.session.scalars(sa.select(Section).where(Section.expo_id == expo_id).order_by(Section.position, Section.id))
    return [(section.id, section.name) for section in rows]


def of_expo(model: type[T], expo: Expo, ident: int | None) -> T:
    """Return the row if it belongs to the edition; raise ``NotFound``."""
    return one(sa.select(model).where(model.id == ident, model.expo_id == expo.id))


def slots_in_use(expo: Expo, slot_ids: list[int]) -> int:
    """Return how many meetings are placed in these slots (the scheduling room answers)."""
    return sum(count or 0 for _receiver, count in events.slots_asked.send(expo, slot_ids=slot_ids)) if slot_ids else 0


def figures(expo: Expo) -> dict[str, int]:
    """Return how many approved exhibitors and buyers there are, and what the rooms of products and demands count."""
    rows = db.session.execute(
        sa.select(Company.kind, sa.func.count()).join(Participation, Participation.company_id == Company.id)
        .where(Participation.expo_id == expo.id, Participation.state == APPROVED).group_by(Company.kind))
    counts = {"exhibitors": 0, "buyers": 0} | {f"{kind}s": count for kind, count in rows}
    for _receiver, more in events.expo_counted.send(expo):
        counts |= more or {}
    return counts


def queue(expo_id: int, *, state: str = APPLIED, kind: str = "", words: str = "") -> sa.Select[tuple[Participation]]:
    """Return the query of an organizer's list of companies in ``state``; who has waited longest comes first."""
    query = (
        sa.select(Participation).join(Participation.company)
        .options(contains_eager(Participation.company), joinedload(Participation.section), joinedload(Participation.hall))
        .where(Participation.expo_id == expo_id, Participation.state == state).order_by(Participation.applied_at, Participation.id))
    if kind:
        query = query.where(Company.kind == kind)
    return _with_words(query, words)


def state_counts(expo_id: int) -> dict[str, int]:
    """Return how many participations are in each state."""
    rows = db.session.execute(
        sa.select(Participation.state, sa.func.count()).where(Participation.expo_id == expo_id).group_by(Participation.state))
    return {row[0]: row[1] for row in rows}


def exhibitors(
    actor: Actor, expo: Expo, *, words: str = "", section_id: int | None = None, country: str = "", only: Collection[int] | None = None
) -> sa.Select[tuple[Participation]]:
    """Return the query of the exhibitor directory; pairs where either side blocked the other are not shown to each other.

    ``only`` are the companies that pass the filters of other rooms; None: all.
    """
    query = (
        sa.select(Participation).join(Participation.company)
        .options(contains_eager(Participation.company), joinedload(Participation.section), joinedload(Participation.hall))
        .where(Participation.expo_id == expo.id, Participation.state == APPROVED, Company.kind == "exhibitor", ~_blocked(actor))
        .order_by(Company.name, Company.id))
    if section_id:
        query = query.where(Participation.section_id == section_id)
    if country:
        query = query.where(Company.country == country)
    if only is not None:
        query = query.where(Company.id.in_(only))
    return _with_words(query, words)


def exhibitor_countries(actor: Actor, expo: Expo) -> list[str]:
    """Return the countries and regions of the exhibitors whom the actor may see."""
    query = exhibitors(actor, expo).with_only_columns(Company.country, maintain_column_froms=True).order_by(None).distinct()
    return sorted(db.session.scalars(query))


def _blocked(actor: Actor) -> sa.ColumnElement[bool]:
    mine = list(actor.companies)
    return sa.exists().where(sa.or_(
        sa.and_(CompanyBlock.company_id.in_(mine), CompanyBlock.blocked_id == Company.id),
        sa.and_(CompanyBlock.blocked_id.in_(mine), CompanyBlock.company_id == Company.id)))


def _with_words(query: sa.Select[tuple[Participation]], words: str) -> sa.Select[tuple[Participation]]:
    for word in words.split()[:6]:
        query = query.where(sa.or_(*(like(column, word) for column in (Company.name, Company.name_en, Company.name_zh, Company.about))))
    return query
