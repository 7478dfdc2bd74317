"""Verbs of companies: registering, editing, inviting, people, blocks, and what organizers are warned of."""

import pytest
import sqlalchemy as sa

from matchmaker import clock, events
from matchmaker.accounts.models import OneTimeToken
from matchmaker.companies import actions, queries
from matchmaker.companies.models import CompanyBlock, Person
from matchmaker.companies.rules import HINTS
from matchmaker.errors import Conflict, Invalid, NotFound
from matchmaker.infra.db import commit, db
from matchmaker.infra.mail import OutboxMail

from .. import factories

pytestmark = pytest.mark.database
ORCHARD = {"name": "Huerta del Río SpA", "country": "CL", "languages": ["es", "en"]}


@pytest.fixture
def heard(context):
    """What the signals said: (signal's name, sender, removed)."""
    told = []

    def listen(sender, **more):
        told.append((sender, more))

    with events.company_changed.connected_to(listen), events.company_blocked.connected_to(listen):
        yield told


def newcomer(**values):
    user = factories.UserFactory(**values)
    return user, factories.actor(user)


def test_who_registers_a_company_owns_it_and_attends(heard):
    user, actor = newcomer(name="Lucía Ferrer")
    company = actions.register_company(actor, "exhibitor", **ORCHARD)
    assert factories.actor(user).owner_of(company.id)
    assert [(person.name, person.languages, person.user_id) for person in queries.attending(company.id)] == [
        ("Lucía Ferrer", ["es", "en"], user.id)
    ]
    assert heard == [(company, {})]


def test_who_stays_at_home_is_not_on_the_list(context):
    company = actions.register_company(newcomer()[1], "exhibitor", attends=False, **ORCHARD)
    assert queries.attending(company.id) == []
    assert ("nobody_attends", {}) in queries.risk_hints(company)


def test_visitors_register_nothing(context):
    from matchmaker.permissions import VISITOR

    with pytest.raises(NotFound):
        actions.register_company(VISITOR, "exhibitor", **ORCHARD)


def test_a_possible_duplicate_is_a_hint_and_no_refusal(context):
    first = actions.register_company(newcomer()[1], "exhibitor", **ORCHARD, identifier="76.086.428-5", identifier_kind="registration")
    second = actions.register_company(
        newcomer(email_confirmed_at=None)[1],
        "exhibitor",
        **ORCHARD | {"name": "HUERTA DEL RIO"},
        identifier="76086428-5",
        identifier_kind="registration",
    )
    codes = dict(queries.risk_hints(second))
    assert codes["duplicate_name"] == codes["duplicate_identifier"] == {"other": first.display_name}
    assert "address_unconfirmed" in codes
    assert {code for code, _params in queries.risk_hints(first)} == {"duplicate_name", "duplicate_identifier"}


def test_an_identifier_that_is_missing_or_unchecked_is_a_hint(context):
    company = actions.register_company(newcomer()[1], "exhibitor", **ORCHARD)
    assert queries.risk_hints(company) == [("identifier_missing", {})]
    company.identifier, company.identifier_status = "X 1", "unchecked"
    assert queries.risk_hints(company) == [("identifier_unchecked", {"identifier": "X 1"})]


def test_every_hint_has_its_sentence(context):
    company = factories.CompanyFactory(identifier="1", identifier_status="invalid")
    other = factories.CompanyFactory(identifier="1", name=company.name, country=company.country)
    for code, params in queries.risk_hints(company) + queries.risk_hints(other):
        assert HINTS[code] % params


def test_only_an_owner_edits_and_an_old_version_loses(heard):
    company = factories.CompanyFactory()
    owner, member, stranger = (
        factories.actor(factories.member(company)),
        factories.actor(factories.member(company, owner=False)),
        factories.actor(factories.member()),
    )
    commit()
    old = company.version
    for actor in (member, stranger):
        with pytest.raises(NotFound):
            actions.edit_company(actor, company, version=old, **ORCHARD)
    actions.edit_company(owner, company, version=old, **ORCHARD)
    commit()
    assert (company.name, company.version) == ("Huerta del Río SpA", old + 1)
    with pytest.raises(Conflict):
        actions.edit_company(owner, company, version=old, **ORCHARD | {"name": "Too late"})
    assert company.name == "Huerta del Río SpA"
    assert len(heard) == 1


def test_nothing_changed_is_nothing_said(heard):
    company = actions.register_company(newcomer()[1], "exhibitor", **ORCHARD)
    actor = factories.actor(queries.members(company.id)[0].user)
    actions.edit_company(actor, company, **ORCHARD)
    assert len(heard) == 1


# --- members ---


def invited(company, email, **values):
    owner = factories.actor(queries.members(company.id)[0].user)
    commit()  # limits are counted in a transaction of their own
    actions.invite(owner, company, email=email, **values)
    mail = db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id.desc())).first()
    return mail.text.split("/invite/")[1].split()[0]


def test_an_invitation_works_once_for_the_address_it_was_sent_to(context):
    company = factories.CompanyFactory()
    factories.member(company)
    user, actor = newcomer(email="amina@example.org", email_confirmed_at=None)
    other, other_actor = newcomer()
    token = invited(company, "Amina@example.org", owner=True)
    commit()
    with pytest.raises(Invalid):
        actions.accept_invitation(other_actor, other, token)
    db.session.rollback()
    assert actions.accept_invitation(actor, user, token) is company
    assert queries.membership(company.id, user.id).is_owner
    assert user.email_confirmed_at is not None, "the mailed link proves the address"
    with pytest.raises(Invalid):
        actions.accept_invitation(actor, user, token)


def test_a_newer_invitation_kills_the_older_one_and_owners_can_withdraw(context):
    company = factories.CompanyFactory()
    owner = factories.actor(factories.member(company))
    user, actor = newcomer(email="amina@example.org")
    first, second = invited(company, user.email), invited(company, user.email)
    with pytest.raises(Invalid):
        actions.accept_invitation(actor, user, first)
    actions.withdraw_invitation(owner, company, queries.open_invitations(company.id)[0].id)
    with pytest.raises(Invalid):
        actions.accept_invitation(actor, user, second)


def test_the_invited_find_the_invitation_without_the_mail_once_their_address_is_confirmed(context):
    company = factories.CompanyFactory()
    factories.member(company)
    user, actor = newcomer(email="amina@example.org", email_confirmed_at=None)
    invited(company, user.email)
    assert queries.invitations_for(user) == []
    user.email_confirmed_at = clock.wall()
    (found,) = queries.invitations_for(user)
    stranger, stranger_actor = newcomer()
    with pytest.raises(NotFound):
        actions.accept_own_invitation(stranger_actor, stranger, found.id)
    assert actions.accept_own_invitation(actor, user, found.id) is company
    assert not queries.membership(company.id, user.id).is_owner


def test_invitations_need_an_owner_with_a_confirmed_address(context):
    company = factories.CompanyFactory()
    member = factories.actor(factories.member(company, owner=False))
    unsure = factories.actor(factories.member(company, email_confirmed_at=None))
    with pytest.raises(NotFound):
        actions.invite(member, company, email="a@example.org")
    with pytest.raises(Invalid):
        actions.invite(unsure, company, email="a@example.org")
    assert db.session.scalar(sa.select(sa.func.count(OneTimeToken.id))) == 0


def test_who_is_a_member_is_not_invited(context):
    company = factories.CompanyFactory()
    owner, member = factories.member(company), factories.member(company, owner=False)
    with pytest.raises(Invalid):
        actions.invite(factories.actor(owner), company, email=member.email)


def test_the_last_owner_stays(context):
    company = factories.CompanyFactory()
    owner, second = factories.member(company), factories.member(company, owner=False)
    mine = queries.membership(company.id, owner.id)
    for attempt in (
        lambda: actions.set_owner(factories.actor(owner), mine, owner=False),
        lambda: actions.remove_member(factories.actor(owner), mine),
    ):
        with pytest.raises(Invalid):
            attempt()
    actions.set_owner(factories.actor(owner), queries.membership(company.id, second.id), owner=True)
    second.disabled_at = clock.wall()
    with pytest.raises(Invalid):
        actions.remove_member(factories.actor(owner), mine)
    second.disabled_at = None
    actions.remove_member(factories.actor(owner), mine)
    assert [member.user_id for member in queries.members(company.id)] == [second.id]


def test_a_member_who_leaves_keeps_no_link_to_the_company(context):
    company = factories.CompanyFactory()
    factories.member(company)
    user = factories.member(company, owner=False)
    actions.remove_member(factories.actor(user), queries.membership(company.id, user.id))
    assert db.session.scalars(sa.select(Person.user_id).where(Person.name == user.name)).one() is None
    assert not factories.actor(user).companies


def test_members_cannot_raise_themselves_or_remove_others(context):
    company = factories.CompanyFactory()
    owner, member, stranger = factories.member(company), factories.member(company, owner=False), factories.member()
    for actor in (factories.actor(member), factories.actor(stranger)):
        with pytest.raises(NotFound):
            actions.set_owner(actor, queries.membership(company.id, member.id), owner=True)
        with pytest.raises(NotFound):
            actions.remove_member(actor, queries.membership(company.id, owner.id))


# --- people ---


def test_an_owner_names_people(heard):
    company = factories.CompanyFactory()
    owner = factories.actor(factories.member(company))
    person = actions.save_person(owner, company, name="Zhao Lan", title="Interpreter", languages=["zh", "es"], attends=True)
    assert person in queries.attending(company.id)
    actions.save_person(owner, company, person, name="Zhao Lan", languages=["zh"], attends=False)
    assert person not in queries.attending(company.id)
    actions.remove_person(owner, company, person)
    assert db.session.scalar(sa.select(sa.func.count(Person.id)).where(Person.name == "Zhao Lan")) == 0
    assert [sender for sender, _more in heard] == [company] * 3


def test_a_person_is_linked_to_a_member_and_to_one_person_only(context):
    company, stranger = factories.CompanyFactory(), factories.member()
    user = factories.member(company)
    owner = factories.actor(user)
    for user_id in (stranger.id, user.id, 999_999):
        with pytest.raises(Invalid):
            actions.save_person(owner, company, name="Zhao Lan", user_id=user_id, attends=True)


def test_strangers_name_nobody(context):
    company = factories.CompanyFactory()
    person = factories.PersonFactory(company=company)
    for actor in (factories.actor(factories.member(company, owner=False)), factories.actor(factories.member())):
        with pytest.raises(NotFound):
            actions.save_person(actor, company, name="Zhao Lan")
        with pytest.raises(NotFound):
            actions.remove_person(actor, company, person)


def test_a_person_of_another_company_cannot_be_edited_through_ones_own(context):
    mine, theirs = factories.CompanyFactory(), factories.PersonFactory()
    with pytest.raises(NotFound):
        actions.save_person(factories.actor(factories.member(mine)), mine, theirs, name="Taken")


# --- blocks ---


def test_a_block_works_both_ways_and_is_said_once(heard):
    exhibitor, buyer, third = factories.CompanyFactory(), factories.BuyerFactory(), factories.BuyerFactory()
    actor = factories.actor(factories.member(exhibitor, owner=False))
    row = actions.block(actor, exhibitor, buyer)
    assert actions.block(actor, exhibitor, buyer) is row
    assert queries.blocks_between(buyer.id, exhibitor.id) and queries.blocks_between(exhibitor.id, buyer.id)
    assert not queries.blocks_between(exhibitor.id, third.id)
    assert queries.block_map() == {exhibitor.id: frozenset({buyer.id}), buyer.id: frozenset({exhibitor.id})}
    assert queries.blocked_pairs([exhibitor.id, third.id]) == set()
    assert queries.blocked_pairs() == queries.blocked_pairs([exhibitor.id, buyer.id]) == {(exhibitor.id, buyer.id)}
    assert queries.blocked_pairs(range(exhibitor.id, exhibitor.id + 2000)) == {(exhibitor.id, buyer.id)}
    actions.unblock(actor, exhibitor, buyer.id)
    actions.unblock(actor, exhibitor, buyer.id)
    assert [more["removed"] for _sender, more in heard] == [False, True]
    assert queries.block_map() == {}


def test_the_other_side_never_learns(context):
    exhibitor, buyer = factories.CompanyFactory(), factories.BuyerFactory()
    actions.block(factories.actor(factories.member(exhibitor)), exhibitor, buyer)
    assert queries.blocks_of(buyer.id) == []


def test_a_stranger_blocks_nothing_for_others_and_a_company_not_itself(context):
    exhibitor, buyer = factories.CompanyFactory(), factories.BuyerFactory()
    with pytest.raises(NotFound):
        actions.block(factories.actor(factories.member(buyer)), exhibitor, buyer)
    with pytest.raises(Invalid):
        actions.block(factories.actor(factories.member(exhibitor)), exhibitor, exhibitor)
    assert db.session.scalar(sa.select(sa.func.count(CompanyBlock.id))) == 0


def test_the_search_for_one_to_block_is_narrow(context):
    mine = factories.CompanyFactory(name="Aurora")
    other_kind = [factories.BuyerFactory(name_en=f"Aurora Market {n}") for n in range(12)]
    factories.CompanyFactory(name="Aurora Two")
    assert queries.blockable(mine, "a") == []
    assert queries.blockable(mine, "%%") == []
    found = queries.blockable(mine, "aurora")
    assert len(found) == queries.BLOCK_CHOICES
    assert set(found) <= set(other_kind)


def test_a_public_profile_shows_no_person_and_no_identifier(context):
    company = factories.CompanyFactory(identifier="SECRET-1", identifier_status="valid")
    factories.PersonFactory(company=company, name="Canary Person")
    shown = repr(queries.public_profile(company))
    assert "SECRET-1" not in shown and "Canary" not in shown
    assert queries.public_profile(company).people == 1
