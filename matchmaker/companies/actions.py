"""What companies do: register, edit, invite, name people, block."""

from typing import Any

import sqlalchemy as sa
from flask import current_app

from .. import audit, clock, events
from ..accounts import actions as accounts
from ..accounts import limits
from ..accounts.models import OneTimeToken, User
from ..accounts.queries import session_of, user_by_email
from ..accounts.rules import normal_email
from ..errors import N_, Conflict, Invalid, NotFound
from ..infra.db import db, get, insert_ignore, one
from ..permissions import Actor, ensure
from . import mails, queries
from .models import Company, CompanyBlock, Member, Person
from .rules import MAX_PEOPLE, clean_company, clean_person

MAX_COMPANIES = 20  # of one user; more is a mistake or an attack


def register_company(actor: Actor, kind: str, *, attends: bool = True, **given: Any) -> Company:
    """Make a company owned by the actor, who also attends for it unless ``attends`` is false.

    Raises ``Invalid``. A possible duplicate is not refused: ``queries.risk_hints`` shows it to organizers.
    """
    ensure(actor.user_id is not None)
    user = get(User, actor.user_id)
    if len(actor.companies) >= MAX_COMPANIES:
        raise Invalid(N_("You belong to %(count)s companies already."), count=len(actor.companies))
    company = Company(kind=kind, created_at=clock.wall(), **clean_company(kind, given))
    db.session.add(company)
    db.session.flush()
    db.session.add(Member(company_id=company.id, user_id=user.id, is_owner=True, joined_at=clock.wall()))
    if attends:
        db.session.add(Person(company_id=company.id, user_id=user.id, name=user.name, languages=list(company.languages)))
    db.session.flush()
    accounts.act_for(user, company.id)
    audit.record(actor, "companies.register", company, kind=kind, name=company.name)
    events.company_changed.send(company)
    return company


def edit_company(actor: Actor, company: Company, *, version: int | None = None, **given: Any) -> Company:
    """Change the profile. Raises ``NotFound`` unless an owner asks, ``Conflict`` when ``version`` is no longer the present one."""
    ensure(actor.owner_of(company.id))
    if version is not None and version != company.version:
        raise Conflict(N_("Somebody else changed this while you were writing. Compare, then save again."))
    values = clean_company(company.kind, given)
    before = {key: getattr(company, key) for key, value in values.items() if getattr(company, key) != value}
    for key in before:
        setattr(company, key, values[key])
    if before:
        db.session.flush()
        audit.record(actor, "companies.edit", company, before=before, after={key: values[key] for key in before})
        events.company_changed.send(company)
    return company


def set_personalised(actor: Actor, company: Company, *, wanted: bool) -> None:
    """Say whether lists shown to the company may depend on what it did before. Raises ``NotFound`` for strangers."""
    ensure(actor.member_of(company.id))
    if company.personalised != wanted:
        company.personalised = wanted
        db.session.flush()
        audit.record(actor, "companies.personalise", company, after=wanted)


def invite(actor: Actor, company: Company, *, email: str, owner: bool = False) -> OneTimeToken:
    """Mail an invitation to join; it works once, for 14 days. An older one to the same address dies.

    Raises ``NotFound`` unless an owner asks, ``Invalid`` for an address that cannot be or is a member, ``TooMany``.
    """
    ensure(actor.owner_of(company.id))
    email, inviter = normal_email(email), get(User, actor.user_id)
    if not inviter.email_confirmed_at:
        raise Invalid(N_("Confirm your own address first: your account page sends the link."), field="email")
    known = user_by_email(email)
    if known and queries.membership(company.id, known.id):
        raise Invalid(N_("This person is a member already."), field="email")
    limits.hit(f"invite:{company.id}", limit=current_app.config["MAILS_PER_HOUR"] * 4, minutes=60)
    limits.hit(f"mail:{email}", limit=current_app.config["MAILS_PER_HOUR"], minutes=60)
    for older in queries.open_invitations(company.id):
        if older.data["email"] == email:
            older.used_at = clock.wall()
    token = accounts.issue_token("invite", None, company_id=company.id, email=email, owner=int(owner))
    db.session.flush()
    mails.invitation(company, email, token, inviter, known.language if known else inviter.language)
    audit.record(actor, "companies.invite", company, email=email, owner=owner)
    return next(row for row in queries.open_invitations(company.id) if row.data["email"] == email)


def withdraw_invitation(actor: Actor, company: Company, token_id: int) -> None:
    """Make an open invitation useless. Raises ``NotFound``."""
    ensure(actor.owner_of(company.id))
    found = next((row for row in queries.open_invitations(company.id) if row.id == token_id), None)
    if found is None:
        raise NotFound()
    found.used_at = clock.wall()
    audit.record(actor, "companies.withdraw_invitation", company, email=found.data["email"])


def accept_invitation(actor: Actor, user: User, token: str) -> Company:
    """Join by the mailed link, which also proves the address. Raises ``Invalid`` for a dead link or somebody else's address."""
    found = accounts.use_token("invite", token)
    if found.data["email"] != user.email:
        raise Invalid(N_("This invitation is for another address. Sign in with the address it was mailed to."))
    user.email_confirmed_at = user.email_confirmed_at or clock.wall()
    return _join(actor, user, found)


def accept_own_invitation(actor: Actor, user: User, token_id: int) -> Company:
    """Join without the mail: the invitation is to the user's confirmed address. Raises ``NotFound``."""
    if token_id not in {invitation.id for invitation in queries.invitations_for(user)}:
        raise NotFound()
    taken = db.session.execute(
        sa.update(OneTimeToken).where(OneTimeToken.id == token_id, OneTimeToken.used_at.is_(None)).values(used_at=clock.wall()))
    ensure(taken.rowcount == 1)
    return _join(actor, user, get(OneTimeToken, token_id))


def _join(actor: Actor, user: User, token: OneTimeToken) -> Company:
    company = db.session.get(Company, token.data["company_id"])
    if company is None:
        raise Invalid(accounts.DEAD_LINK)
    insert_ignore(Member, company_id=company.id, user_id=user.id, is_owner=bool(token.data.get("owner")), joined_at=clock.wall())
    accounts.act_for(user, company.id)
    accounts.sign_out_everywhere(user, keep=session_of(user))
    audit.record(actor, "companies.join", company, owner=bool(token.data.get("owner")))
    events.company_changed.send(company)
    events.member_joined.send(company, user=user)
    return company


def set_owner(actor: Actor, member: Member, *, owner: bool) -> None:
    """Make a member an owner or take it back. Raises ``NotFound`` unless an owner asks, ``Invalid`` for the last owner."""
    ensure(actor.owner_of(member.company_id))
    if member.is_owner == owner:
        return
    _lock(member.company_id)
    if not owner:
        _keep_an_owner(member)
    member.is_owner = owner
    _role_changed(actor, member)
    audit.record(actor, "companies.set_owner", member, user=member.user_id, owner=owner)


def remove_member(actor: Actor, member: Member) -> None:
    """Take a member out (an owner), or leave (the member). Raises ``NotFound``, and ``Invalid`` for the last owner."""
    ensure(actor.owner_of(member.company_id) or actor.user_id == member.user_id)
    _lock(member.company_id)
    if member.is_owner:
        _keep_an_owner(member)
    for person in queries.people(member.company_id):
        if person.user_id == member.user_id:
            person.user_id = None
            events.person_unlinked.send(person)
    _role_changed(actor, member)
    audit.record(actor, "companies.remove_member", member, user=member.user_id, company=member.company_id)
    db.session.delete(member)
    db.session.flush()


def _lock(company_id: int) -> None:
    """Let two changes of owners queue: otherwise each of two owners could remove the other."""
    db.session.execute(
        sa.update(Company).where(Company.id == company_id).values(name_key=Company.name_key).execution_options(synchronize_session=False))


def _keep_an_owner(member: Member) -> None:
    others = sa.select(sa.func.count()).select_from(Member).join(User).where(
        Member.company_id == member.company_id, Member.is_owner, Member.id != member.id, User.disabled_at.is_(None))
    if not db.session.scalar(others):
        raise Invalid(N_("A company needs an owner: make somebody else an owner first."))


def _role_changed(actor: Actor, member: Member) -> None:
    """A changed role ends the sessions of the person; one's own present session stays."""
    mine = actor.user_id == member.user_id
    accounts.sign_out_everywhere(member.user, keep=session_of(member.user) if mine else None)


def save_person(actor: Actor, company: Company, person: Person | None = None, **given: Any) -> Person:
    """Add a person who attends, or change one (``person``). Raises ``NotFound`` unless an owner asks, ``Invalid``."""
    ensure(actor.owner_of(company.id) and (person is None or person.company_id == company.id))
    values = clean_person(given)
    if values["user_id"] and queries.membership(company.id, values["user_id"]) is None:
        raise Invalid(N_("This account is not a member of the company."), field="user_id")
    others = [other for other in queries.people(company.id) if other is not person]
    if values["user_id"] and any(other.user_id == values["user_id"] for other in others):
        raise Invalid(N_("Another person has this account already."), field="user_id")
    if person is None:
        if len(others) >= MAX_PEOPLE:
            raise Invalid(N_("Name at most %(count)s people."), count=MAX_PEOPLE)
        person = Person(company_id=company.id)
        db.session.add(person)
    before = person.user_id
    for key, value in values.items():
        setattr(person, key, value)
    db.session.flush()
    if before not in (None, person.user_id):
        events.person_unlinked.send(person)
    audit.record(actor, "companies.save_person", person, company=company.id, **values)
    events.company_changed.send(company)
    return person


def remove_person(actor: Actor, company: Company, person: Person) -> None:
    """Take a person off the list. Meetings stay; organizers see that somebody is missing. Raises ``NotFound``."""
    ensure(actor.owner_of(company.id) and person.company_id == company.id)
    audit.record(actor, "companies.remove_person", person, company=company.id, name=person.name)
    db.session.delete(person)
    db.session.flush()
    events.company_changed.send(company)


def block(actor: Actor, company: Company, other: Company) -> CompanyBlock:
    """Never be shown to, or meet, ``other``; it never learns. Raises ``NotFound`` for strangers, ``Invalid`` for oneself."""
    ensure(actor.member_of(company.id))
    if other.id == company.id:
        raise Invalid(N_("A company cannot block itself."))
    made = insert_ignore(CompanyBlock, company_id=company.id, blocked_id=other.id, created_at=clock.wall())
    row = one(sa.select(CompanyBlock).where(CompanyBlock.company_id == company.id, CompanyBlock.blocked_id == other.id))
    if made:
        audit.record(actor, "companies.block", row, company=company.id, blocked=other.id)
        events.company_blocked.send(row, removed=False)
    return row


def unblock(actor: Actor, company: Company, other_id: int) -> None:
    """Take a block back; nothing happens when there is none. Raises ``NotFound`` for strangers."""
    ensure(actor.member_of(company.id))
    row = db.session.scalar(sa.select(CompanyBlock).where(CompanyBlock.company_id == company.id, CompanyBlock.blocked_id == other_id))
    if row is None:
        return
    audit.record(actor, "companies.unblock", row, company=company.id, blocked=other_id)
    db.session.delete(row)
    db.session.flush()
    events.company_blocked.send(row, removed=True)


def switch(actor: Actor, user: User, company_id: int) -> None:
    """Act for another of one's companies. Raises ``NotFound``."""
    ensure(company_id in actor.companies)
    accounts.act_for(user, company_id)
