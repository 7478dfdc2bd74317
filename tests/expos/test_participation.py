"""Applying, deciding, withdrawing, and who sees whom."""

from datetime import UTC, date, datetime

import pytest

from matchmaker import clock, events
from matchmaker.companies.models import CompanyBlock
from matchmaker.errors import Conflict, Invalid, NotFound
from matchmaker.expos import actions, queries, states
from matchmaker.infra.db import db

from ..factories import BuyerFactory, CompanyFactory, ExpoFactory, HallFactory, SectionFactory, actor, approve, member, organizer

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("context")]


@pytest.fixture
def heard():
    """Return the names of the signals that were sent."""
    names = []
    receivers = {name: (lambda part, name=name: names.append((name, part.state)))
                 for name in ("participation_applied", "participation_decided", "participation_withdrawn")}
    for name, receiver in receivers.items():
        getattr(events, name).connect(receiver)
    yield names
    for name, receiver in receivers.items():
        getattr(events, name).disconnect(receiver)


def test_a_company_applies_is_declined_mends_and_is_approved(heard):
    expo = ExpoFactory()
    section, boss, company = SectionFactory(expo=expo), actor(organizer(expo)), CompanyFactory()
    me = actor(member(company))
    part = actions.apply(me, expo, section_id=section.id, note="Cherries", booth_wish="36 m²")
    assert (part.state, part.section_id, part.booth_wish, part.note) == ("applied", section.id, "36 m²", "Cherries")
    actions.decline(boss, part, reason="  Licence missing ")
    assert (part.state, part.reason, part.decided_by_id) == ("declined", "Licence missing", boss.user_id)
    actions.apply(me, expo)
    assert (part.state, part.reason, part.decided_at) == ("applied", "", None)
    actions.approve(boss, part)
    assert queries.require_participant(me, expo) is part and queries.takes_part(expo.id, company.id)
    actions.withdraw(me, part)
    assert [name for name, _state in heard] == [
        "participation_applied", "participation_decided", "participation_applied", "participation_decided", "participation_withdrawn"]


@pytest.mark.parametrize("source", states.STATES)
@pytest.mark.parametrize("target", states.STATES)
def test_every_way_of_the_table_works_and_every_other_is_refused(source, target):
    expo, company = ExpoFactory(), CompanyFactory()
    boss, me = actor(organizer(expo)), actor(member(company))
    part = approve(company, expo, state=source)
    verbs = {
        "applied": lambda: actions.apply(me, expo), "approved": lambda: actions.approve(boss, part),
        "declined": lambda: actions.decline(boss, part, reason="No licence"), "withdrawn": lambda: actions.withdraw(me, part)}
    if states.allowed(source, target):
        verbs[target]()
        assert part.state == target
    else:
        with pytest.raises(Conflict):
            verbs[target]()
        assert part.state == source


def test_the_table_of_states_is_as_agreed():
    assert {(way.source, way.target) for way in states.TRANSITIONS} == {
        ("applied", "approved"), ("applied", "declined"), ("applied", "withdrawn"), ("declined", "applied"),
        ("withdrawn", "applied"), ("approved", "withdrawn"), ("approved", "declined")}


def test_a_closed_or_past_edition_takes_no_applications():
    me = actor(member())
    for expo in (ExpoFactory(is_open=False), ExpoFactory(starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 18))):
        with pytest.raises(Invalid):
            actions.apply(me, expo)


def test_the_last_day_is_that_of_the_place():
    expo = ExpoFactory(starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 18))
    clock.set_now(datetime(2026, 10, 18, 15, 59, tzinfo=UTC))
    assert queries.takes_applications(expo)
    clock.set_now(datetime(2026, 10, 18, 16, 1, tzinfo=UTC))
    assert not queries.takes_applications(expo)


def test_a_section_of_another_edition_is_refused():
    with pytest.raises(NotFound):
        actions.apply(actor(member()), ExpoFactory(), section_id=SectionFactory().id)


def test_strangers_neither_decide_nor_withdraw():
    expo, other, company = ExpoFactory(), ExpoFactory(), CompanyFactory()
    part = approve(company, expo, state="applied")
    for stranger in (actor(organizer(other)), actor(member(company)), actor(organizer(expo, "floor")), actor(member())):
        with pytest.raises(NotFound):
            actions.approve(stranger, part)
        with pytest.raises(NotFound):
            actions.decline(stranger, part, reason="no")
        with pytest.raises(NotFound):
            actions.approve_many(stranger, expo, part_ids=[part.id])
    for stranger in (actor(member()), actor(organizer(expo))):
        with pytest.raises(NotFound):
            actions.withdraw(stranger, part)
    assert part.state == "applied"


def test_declining_needs_a_reason_and_an_old_page_is_a_conflict():
    expo = ExpoFactory()
    boss, part = actor(organizer(expo)), approve(CompanyFactory(), expo, state="applied")
    with pytest.raises(Invalid):
        actions.decline(boss, part, reason="  ")
    seen = part.version
    actions.edit_participation(
        boss, part, section_id=None, hall_id=None, booth="B07", meets_at_booth=True, max_meetings=3, version=seen)
    db.session.flush()
    with pytest.raises(Conflict):
        actions.approve(boss, part, version=seen)


def test_only_exhibitors_with_a_booth_meet_at_it_in_a_hall_of_the_same_edition():
    expo = ExpoFactory()
    boss, part = actor(organizer(expo)), approve(BuyerFactory(), expo)
    plain = {"section_id": None, "hall_id": None, "booth": "", "meets_at_booth": False, "max_meetings": None}
    for wrong, error in (({"meets_at_booth": True, "booth": "B1"}, Invalid), ({"max_meetings": -1}, Invalid),
                         ({"hall_id": HallFactory().id}, NotFound), ({"section_id": SectionFactory().id}, NotFound)):
        with pytest.raises(error):
            actions.edit_participation(boss, part, **plain | wrong)


def test_many_are_approved_at_once_but_none_with_a_hint():
    expo, other = ExpoFactory(), ExpoFactory()
    boss = actor(organizer(expo))
    clear = CompanyFactory(name="Solvang Fiskeri", country="NO", identifier="923609016", identifier_kind="vat", identifier_status="valid")
    member(clear)
    odd = CompanyFactory(name="Nord Havbruk", identifier_status="invalid", identifier="1")
    parts = [approve(clear, expo, state="applied"), approve(odd, expo, state="applied"), approve(clear, other, state="applied")]
    assert actions.approve_many(boss, expo, part_ids=[part.id for part in parts]) == (1, 2)
    assert [part.state for part in parts] == ["approved", "applied", "applied"]


def test_two_editions_know_nothing_of_each_other():
    one, other, exhibitor, buyer = ExpoFactory(), ExpoFactory(), CompanyFactory(), BuyerFactory()
    approve(exhibitor, one)
    approve(buyer, one)
    approve(CompanyFactory(), other)
    assert [part.company for part in queries.participants(one.id, "exhibitor")] == [exhibitor]
    figures = queries.figures(one)
    assert len(queries.participants(one.id)) == 2 and (figures["exhibitors"], figures["buyers"]) == (1, 1)
    me = actor(member(exhibitor))
    assert queries.my_expos(me) == [one]
    with pytest.raises(NotFound):
        queries.require_participant(me, other)
    with pytest.raises(NotFound):
        queries.require_belongs(me, other)
    with pytest.raises(NotFound):
        queries.require_organizer(me, one)


def test_who_has_only_applied_does_not_belong_yet():
    expo, company = ExpoFactory(), CompanyFactory()
    approve(company, expo, state="applied")
    assert queries.my_expos(actor(member(company))) == []


def test_the_rooms_of_products_and_demands_add_their_figures():
    expo = ExpoFactory()

    def products(asked):
        return {"samples": 240 if asked is expo else 0}

    with events.expo_counted.connected_to(products):
        assert queries.figures(expo)["samples"] == 240


@pytest.mark.parametrize("who", ["viewer", "shown"])
def test_blocked_companies_are_not_shown_to_each_other(who):
    expo, shown, viewer = ExpoFactory(), CompanyFactory(name="Aurora"), BuyerFactory()
    approve(shown, expo)
    approve(CompanyFactory(name="Borealis"), expo)
    approve(viewer, expo)
    pair = (viewer.id, shown.id) if who == "viewer" else (shown.id, viewer.id)
    db.session.add(CompanyBlock(company_id=pair[0], blocked_id=pair[1], created_at=clock.now()))
    names = [part.company.name for part in db.session.scalars(queries.exhibitors(actor(member(viewer)), expo))]
    assert names == ["Borealis"]
    others = [part.company.name for part in db.session.scalars(queries.exhibitors(actor(member(BuyerFactory())), expo))]
    assert others == ["Aurora", "Borealis"]


def test_the_directory_is_searched_by_words_section_and_country():
    expo = ExpoFactory()
    food, wine = SectionFactory(expo=expo), SectionFactory(expo=expo, code="WINE")
    approve(CompanyFactory(name="Aurora Orchards", country="CL", about="Cherries 100% fresh"), expo, food)
    approve(CompanyFactory(name="Château Brume", name_zh="雾堡酒庄", country="FR"), expo, wine)
    approve(CompanyFactory(name="Not yet"), expo, food, state="applied")
    approve(BuyerFactory(), expo)
    me = actor(organizer(expo))

    def found(**asked):
        return [part.company.country for part in db.session.scalars(queries.exhibitors(me, expo, **asked))]

    assert found() == ["CL", "FR"] and found(words="fresh aurora") == ["CL"] and found(words="雾堡") == ["FR"]
    assert found(words="100%") == ["CL"] and found(words="%") == ["CL"] and found(words="_") == []
    assert found(section_id=wine.id) == ["FR"] and found(country="CL") == ["CL"] and found(section_id=wine.id, country="CL") == []
    assert queries.exhibitor_countries(me, expo) == ["CL", "FR"]
