"""Questions about companies, their people, and who does not want to meet whom."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from .. import clock
from ..accounts.models import OneTimeToken, User
from ..i18n import lang
from ..infra.db import db, get, like, one
from ..permissions import Actor, ensure
from ..trade import codes
from .models import Company, CompanyBlock, Member, Person

BLOCK_CHOICES = 10  # companies shown by the search for one to block


@dataclass(frozen=True, slots=True)
class PublicProfile:
    """What other companies and organizers of the same expo may read of a company; no person, address or identifier."""

    id: int
    kind: str
    display_name: str
    display_lang: str
    legal_name: str
    country: str
    city: str
    size: str
    buyer_kind: str
    mission: str
    website: str
    about: str
    about_lang: str
    languages: tuple[str, ...]
    identifier_status: str  # "" when none was given
    people: int  # how many attend

    @property
    def size_label(self) -> str:
        """The size for the reader."""
        return codes.label("company_size", self.size, lang())

    @property
    def buyer_kind_label(self) -> str:
        """The kind of buyer for the reader."""
        return codes.label("buyer_kind", self.buyer_kind, lang())


@dataclass(frozen=True, slots=True)
class Invitation:
    """An open invitation to join a company."""

    id: int
    company: Company
    email: str
    owner: bool
    expires_at: Any


def company_for(actor: Actor, company_id: int, *, owner: bool = False) -> Company:
    """Return a company that the actor belongs to (or owns); raise ``NotFound`` for strangers."""
    ensure(actor.owner_of(company_id) if owner else actor.member_of(company_id))
    return get(Company, company_id)


def company_name(company: Company) -> str:
    """Return the name in the reader's language."""
    return company.display_name


def my_companies(actor: Actor) -> list[Company]:
    """Return the companies the actor belongs to, in the order of joining."""
    found = {row.id: row for row in db.session.scalars(sa.select(Company).where(Company.id.in_(actor.companies)))}
    return [found[ident] for ident in actor.companies if ident in found]


def public_profile(company: Company) -> PublicProfile:
    """Return what others may read. The caller has checked that the reader may meet the company."""
    names = ("id", "kind", "display_name", "display_lang", "country", "city", "size", "buyer_kind", "mission", "website",
             "about", "about_lang")
    return PublicProfile(
        **{name: getattr(company, name) for name in names}, legal_name=company.name, languages=tuple(company.languages),
        identifier_status=company.identifier_status if company.identifier else "", people=len(attending(company.id)))


def attending(company_id: int) -> list[Person]:
    """Return the people who attend for the company."""
    return list(db.session.scalars(sa.select(Person).where(Person.company_id == company_id, Person.attends).order_by(Person.id)))


def people(company_id: int) -> list[Person]:
    """Return everybody named on the people page, those who attend first."""
    return list(db.session.scalars(sa.select(Person).where(Person.company_id == company_id).order_by(Person.attends.desc(), Person.id)))


def person_of(company_id: int, person_id: int) -> Person:
    """Return a person of the company; raise ``NotFound``."""
    return one(sa.select(Person).where(Person.company_id == company_id, Person.id == person_id))


def members(company_id: int) -> list[Member]:
    """Return the members with their users, owners first."""
    return list(db.session.scalars(
        sa.select(Member).options(joinedload(Member.user)).where(Member.company_id == company_id)
        .order_by(Member.is_owner.desc(), Member.id).limit(200)))


def member_of(company_id: int, member_id: int) -> Member:
    """Return a member of the company; raise ``NotFound``."""
    return one(sa.select(Member).options(joinedload(Member.user)).where(Member.company_id == company_id, Member.id == member_id))


def membership(company_id: int, user_id: int) -> Member | None:
    """Return a user's place in the company."""
    return db.session.scalar(sa.select(Member).where(Member.company_id == company_id, Member.user_id == user_id))



def open_invitations(company_id: int) -> list[OneTimeToken]:
    """Return the company's invitations that nobody has used yet, the latest first."""
    return list(db.session.scalars(
        _open_invitations().where(OneTimeToken.data["company_id"].as_integer() == company_id).order_by(OneTimeToken.id.desc()).limit(100)))


def invitations_for(user: User) -> list[Invitation]:
    """Return the open invitations to the user's confirmed address: such a user needs no mail to find them."""
    if not user.email_confirmed_at:
        return []
    found = db.session.scalars(_open_invitations().where(OneTimeToken.data["email"].as_string() == user.email).limit(20))
    return [invitation for token in found if (invitation := invitation_of(token))]


def invitation_of(token: OneTimeToken | None) -> Invitation | None:
    """Return what a token invites to; None when it or the company is gone."""
    company = db.session.get(Company, token.data["company_id"]) if token else None
    if token is None or company is None:
        return None
    return Invitation(token.id, company, token.data["email"], bool(token.data.get("owner")), token.expires_at)


def _open_invitations() -> sa.Select[tuple[OneTimeToken]]:
    return sa.select(OneTimeToken).where(
        OneTimeToken.purpose == "invite", OneTimeToken.used_at.is_(None), OneTimeToken.expires_at > clock.wall())


def risk_hints(company: Company) -> list[tuple[str, dict[str, str]]]:
    """Return what an organizer should look at: codes of ``rules.HINTS`` with their parameters."""
    hints: list[tuple[str, dict[str, str]]] = []
    others = sa.select(Company).where(Company.id != company.id).order_by(Company.id).limit(3)
    if company.identifier:
        same = others.where(Company.country == company.country, Company.identifier == company.identifier)
        hints += [("duplicate_identifier", {"other": other.display_name}) for other in db.session.scalars(same)]
        if company.identifier_status != "valid":
            hints.append((f"identifier_{company.identifier_status}", {"identifier": company.identifier}))
    else:
        hints.append(("identifier_missing", {}))
    if company.name_key:
        same = others.where(Company.name_key == company.name_key)
        hints += [("duplicate_name", {"other": other.display_name}) for other in db.session.scalars(same)]
    if not attending(company.id):
        hints.append(("nobody_attends", {}))
    confirmed = sa.select(Member.id).join(User).where(
        Member.company_id == company.id, Member.is_owner, User.email_confirmed_at.is_not(None))
    if db.session.scalar(confirmed.limit(1)) is None:
        hints.append(("address_unconfirmed", {}))
    return hints


def blocks_of(company_id: int) -> list[CompanyBlock]:
    """Return the companies that this one blocks, the latest first."""
    return list(db.session.scalars(
        sa.select(CompanyBlock).options(joinedload(CompanyBlock.blocked)).where(CompanyBlock.company_id == company_id)
        .order_by(CompanyBlock.id.desc()).limit(500)))


def blocks_between(company_id: int, other_id: int) -> bool:
    """Tell whether either side blocks the other."""
    return bool(blocked_pairs((company_id, other_id)) & {(company_id, other_id), (other_id, company_id)})


def either_blocks(one: Any, other: Any) -> sa.ColumnElement[bool]:
    """Return the condition: one of two companies, given as columns of their ids, blocks the other."""
    return sa.exists().where(sa.or_(
        sa.and_(CompanyBlock.company_id == one, CompanyBlock.blocked_id == other),
        sa.and_(CompanyBlock.company_id == other, CompanyBlock.blocked_id == one)))


def blocked_pairs(company_ids: Iterable[int] | None = None) -> set[tuple[int, int]]:
    """Return (company, blocked) pairs: all, or those in which both companies are among ``company_ids``."""
    query = sa.select(CompanyBlock.company_id, CompanyBlock.blocked_id)
    if company_ids is None:
        return _pairs(query)
    wanted = set(company_ids)
    if len(wanted) > 500:  # databases bound the number of parameters
        return {pair for pair in _pairs(query) if wanted.issuperset(pair)}
    return _pairs(query.where(CompanyBlock.company_id.in_(wanted), CompanyBlock.blocked_id.in_(wanted)))


def _pairs(query: sa.Select) -> set[tuple[int, int]]:
    return {(row.company_id, row.blocked_id) for row in db.session.execute(query)}


def block_map() -> dict[int, frozenset[int]]:
    """Return company -> those it must not meet, both ways, whoever blocked. For the matcher."""
    both: defaultdict[int, set[int]] = defaultdict(set)
    for company_id, blocked_id in blocked_pairs():
        both[company_id].add(blocked_id)
        both[blocked_id].add(company_id)
    return {company_id: frozenset(others) for company_id, others in both.items()}


def blockable(company: Company, words: str) -> list[Company]:
    """Return a few companies of the other kind whose name contains ``words`` (two characters or more) and that are not blocked yet."""
    if len(words) < 2:
        return []
    already = sa.select(CompanyBlock.blocked_id).where(CompanyBlock.company_id == company.id)
    named = sa.or_(like(Company.name, words), like(Company.name_en, words), like(Company.name_zh, words))
    return list(db.session.scalars(
        sa.select(Company).where(Company.kind != company.kind, named, Company.id.not_in(already))
        .order_by(Company.id).limit(BLOCK_CHOICES)))
