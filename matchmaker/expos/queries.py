"""Questions about editions and who belongs to them."""

import sqlalchemy as sa

from ..accounts.models import User
from ..companies.models import Company, Member
from ..infra.db import db, one
from ..permissions import Actor, ExpoRole, Membership
from .models import Expo, Participation, Staff


def actor_for(user: User, company_id: int | None = None) -> Actor:
    """Return the actor of a signed-in user: companies, expo roles, and the company acted for (``company_id`` or the first)."""
    rows = db.session.execute(
        sa.select(Member.company_id, Member.is_owner, Company.kind).join(Company).where(Member.user_id == user.id).order_by(Member.id))
    companies = {row.company_id: Membership(row.kind, row.is_owner) for row in rows}
    expo_roles: dict[int, set[ExpoRole]] = {}
    for expo_id, role in db.session.execute(sa.select(Staff.expo_id, Staff.role).where(Staff.user_id == user.id)).tuples():
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
    return found is not None and found.state == "approved"


def my_expos(actor: Actor) -> list[Expo]:
    """Return the editions the actor runs or takes part in (approved or applied), the next first."""
    query = sa.select(Expo).order_by(Expo.starts_on, Expo.id)
    if not actor.is_admin:
        taking = sa.select(Participation.expo_id).where(
            Participation.company_id.in_(actor.companies), Participation.state.in_(("applied", "approved")))
        query = query.where(sa.or_(Expo.id.in_(actor.expo_roles), Expo.id.in_(taking)))
    return list(db.session.scalars(query))
