"""Questions about notices, and who is to be told."""

from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa

from ..accounts.models import User
from ..companies.models import Member, Person
from ..expos.models import Staff
from ..infra.db import db, one
from ..permissions import Actor, ExpoRole
from .models import Notice

MOST = 99  # the bell counts no further


def mine(actor: Actor) -> sa.Select[tuple[Notice]]:
    """Return the query of the actor's own notices, the latest first."""
    return sa.select(Notice).where(Notice.user_id == actor.user_id).order_by(Notice.id.desc())


def own(actor: Actor, notice_id: int) -> Notice:
    """Return a notice to the actor; raise ``NotFound`` for other people's."""
    return one(sa.select(Notice).where(Notice.id == notice_id, Notice.user_id == actor.user_id))


def unread_count(user_id: int) -> int:
    """Return how many notices the person has not read, up to ``MOST``."""
    unread = sa.select(Notice.id).where(Notice.user_id == user_id, Notice.read_at.is_(None)).limit(MOST).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(unread)) or 0


def members(company_ids: Iterable[int]) -> dict[int, list[User]]:
    """Return the people with an able account of each company, in one query."""
    found: dict[int, list[User]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(Member.company_id, User).join(User, User.id == Member.user_id)
        .where(Member.company_id.in_(list(company_ids)), User.disabled_at.is_(None)).order_by(Member.id))
    for company_id, user in rows:
        found[company_id].append(user)
    return found


def users_of_people(person_ids: Iterable[int]) -> dict[int, User]:
    """Return {person: its able account} of those who have one, in one query."""
    rows = db.session.execute(
        sa.select(Person.id, User).join(User, User.id == Person.user_id)
        .where(Person.id.in_(list(person_ids)), User.disabled_at.is_(None)))
    return dict(rows.all())


def organizers(expo_id: int) -> list[User]:
    """Return the organizers of an edition."""
    return list(db.session.scalars(
        sa.select(User).join(Staff, Staff.user_id == User.id)
        .where(Staff.expo_id == expo_id, Staff.role == ExpoRole.ORGANIZER, User.disabled_at.is_(None)).order_by(User.id)))
