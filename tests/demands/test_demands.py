"""Demand sheets: verbs, pages, who reads them, and whose they are."""

import pytest

from matchmaker import events
from matchmaker.clock import now
from matchmaker.companies.models import CompanyBlock
from matchmaker.demands import actions, queries
from matchmaker.demands.models import Demand
from matchmaker.errors import Conflict, Invalid, NotFound
from matchmaker.infra.db import commit, db

from .. import factories

pytestmark = pytest.mark.database


@pytest.fixture
def world(context):
    """Two expos, a buyer and an exhibitor at the first, strangers at the second."""

    class World:
        expo, other_expo = factories.ExpoFactory(), factories.ExpoFactory()
        section = factories.SectionFactory(expo=expo)
        company = factories.BuyerFactory(buyer_kind="supermarket", name="春禾超市", name_zh="春禾超市", name_en="Canary Supermarkets")
        rival, exhibitor, far = factories.BuyerFactory(), factories.CompanyFactory(), factories.CompanyFactory()

    for company, expo in (
        (World.company, World.expo),
        (World.rival, World.expo),
        (World.exhibitor, World.expo),
        (World.far, World.other_expo),
    ):
        factories.approve(company, expo)
    World.owner = factories.member(World.company)
    World.actor = factories.actor(World.owner)
    World.seller = factories.member(World.exhibitor)
    return World


@pytest.fixture
def heard():
    """The demands of which the other rooms were told."""
    found = []
    listen = lambda demand, **more: found.append(demand.state)  # noqa: E731
    with events.demand_changed.connected_to(listen):
        yield found


def test_a_title_is_enough_to_publish_and_the_language_is_read_from_it(world, heard):
    demand = actions.post_demand(world.actor, expo=world.expo, fields={"title": "求购智利车厘子"})
    assert (demand.state, demand.lang, demand.confidentiality) == ("published", "zh", "open") and heard == ["published"]


def test_a_draft_tells_nobody_publish_edit_and_close_do(world, heard):
    demand = actions.post_demand(world.actor, expo=world.expo, fields={"title": "橄榄油"}, publish=False)
    actions.edit_demand(world.actor, demand, fields={"text": "500ml"})
    assert heard == []
    actions.publish_demand(world.actor, demand)
    actions.edit_demand(world.actor, demand, fields={"quantity_first": "12万"})
    actions.close_demand(world.actor, demand)
    assert heard == ["published", "published", "closed"] and demand.quantity_first == 120_000
    with pytest.raises(Conflict):
        actions.close_demand(world.actor, demand)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {},
        {"title": "x", "road": "9710"},
        {"title": "x", "quantity_first": "NaN"},
        {"title": "x", "budget_low": "9", "budget_high": "3", "currency": "CNY"},
    ],
)
def test_a_demand_that_breaks_a_rule_is_refused(world, fields):
    with pytest.raises(Invalid):
        actions.post_demand(world.actor, expo=world.expo, fields=fields)


def test_only_buyers_that_take_part_post_demands(world):
    with pytest.raises(NotFound):
        actions.post_demand(factories.actor(world.seller), expo=world.expo, fields={"title": "x"})
    with pytest.raises(NotFound):
        actions.post_demand(
            factories.actor(factories.member(world.rival)), expo=world.expo, fields={"title": "x"}, company_id=world.company.id
        )
    with pytest.raises(Invalid):
        actions.post_demand(world.actor, expo=world.other_expo, fields={"title": "x"})
    with pytest.raises(Invalid):
        actions.post_demand(world.actor, expo=world.expo, fields={"title": "x", "section_id": 999_999})


def test_an_old_version_is_a_conflict(world):
    demand = factories.DemandFactory(company=world.company, expo=world.expo)
    with pytest.raises(Conflict):
        actions.edit_demand(world.actor, demand, fields={"title": "y"}, version=demand.version + 1)


def test_published_demands_are_those_of_buyers_that_take_part(world):
    shown = factories.DemandFactory(company=world.company, expo=world.expo)
    factories.DemandFactory(company=world.company, expo=world.expo, state="draft")
    factories.DemandFactory(company=world.company, expo=world.other_expo)
    assert [demand.id for demand in queries.published_demands(world.expo.id)] == [shown.id]
    assert queries.count_published(world.expo.id) == 1


# pages


def sheet(world, **values):
    demand = factories.DemandFactory(company=world.company, expo=world.expo, **values)
    commit()
    return demand, f"/e/{world.expo.slug}/demands/{demand.id}"


@pytest.mark.parametrize(
    ("level", "state", "name", "budget"),
    [
        ("open", None, True, True),
        ("matched", None, False, False),
        ("matched", "accepted", True, True),
        ("anonymous", "accepted", False, True),
        ("anonymous", "placed", True, True),
    ],
)
def test_an_exhibitor_reads_name_and_budget_as_far_as_the_buyer_lets_it(world, browse, level, state, name, budget):
    _demand, address = sheet(world, confidentiality=level, budget_high=38, currency="CNY")
    answer = lambda expo, company_id, **more: {world.company.id: state} if company_id == world.exhibitor.id and state else {}  # noqa: E731
    with events.pairs_asked.connected_to(answer):
        page = browse(world.seller).get(address)
    assert page.status_code == 200
    assert ("Canary" in page.text or "春禾超市" in page.text) is name
    assert ("CN¥38" in page.text) is budget


def test_its_own_people_and_the_organizer_read_all_of_it(world, browse):
    _demand, address = sheet(world, confidentiality="anonymous", budget_high=38, currency="CNY")
    for person in (world.owner, factories.organizer(world.expo)):
        assert "Canary" in browse(person).get(address).text


def test_strangers_rivals_and_the_blocked_do_not_read_it(world, browse):
    _demand, address = sheet(world)
    blocked = factories.CompanyFactory()
    factories.approve(blocked, world.expo)
    db.session.add(CompanyBlock(company_id=world.company.id, blocked_id=blocked.id, created_at=now()))
    people = [factories.member(company) for company in (world.rival, world.far, blocked)] + [factories.UserFactory()]
    assert [browse(person).get(address).status_code for person in people] == [404] * len(people)
    assert browse(world.owner).get(address.replace(world.expo.slug, world.other_expo.slug)).status_code == 404


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_what_is_not_published_is_not_there(world, browse, state):
    _demand, address = sheet(world, state=state)
    assert browse(world.seller).get(address).status_code == 404


def test_strangers_get_404_on_every_address_of_a_demand(world, browse):
    demand, _address = sheet(world)
    stranger = browse(factories.member(world.rival))
    base = f"/demands/{demand.id}"
    answers = [
        stranger.open(base + path, method=method, data={"title": "Mine"}).status_code
        for method, path in (("GET", ""), ("POST", ""), ("POST", "/publish"), ("POST", "/close"))
    ]
    assert answers == [404] * 4
    db.session.expire_all()
    assert db.session.get(Demand, demand.id).title == "求购智利车厘子"


def test_a_buyer_posts_a_demand_in_a_few_words(world, browse):
    commit()
    browser = browse(world.owner)
    assert "Your first demand" in browser.get("/demands").text
    assert browser.get("/demands/new").status_code == 200
    made = browser.post(
        "/demands/new",
        data={
            "words": "求购智利车厘子\nJJ 级以上",
            "expo": world.expo.id,
            "do": "publish",
            "certificates-0-kind": "GACC",
            "certificates-0-must": "yes",
            "confidentiality": "matched",
            "origins_wanted": "智利, PE",
            "company_id": 1,
            "state": "closed",
        },
    )
    assert made.status_code == 302
    demand = db.session.scalars(queries.mine(world.actor)).one()
    assert (demand.title, demand.text, demand.state, demand.lang, demand.confidentiality) == (
        "求购智利车厘子",
        "JJ 级以上",
        "published",
        "zh",
        "matched",
    )
    assert demand.certificates == [{"kind": "GACC", "must": True}] and demand.origins_wanted == ["CL", "PE"]
    page = browser.get(f"/demands/{demand.id}").text
    assert "求购智利车厘子" in page and "Chile, Peru" in page
    saved = browser.post(
        f"/demands/{demand.id}",
        data={"title": "车厘子", "text": "", "origins_wanted": "Chile, Peru", "version": demand.version, "section_id": world.section.id},
    )
    assert saved.status_code == 302
    db.session.expire_all()
    assert (demand.title, demand.section_id, demand.origins_wanted) == ("车厘子", world.section.id, ["CL", "PE"])
    assert browser.post(f"/demands/{demand.id}/close", data={"version": demand.version}).status_code == 302
    assert browser.post(f"/demands/{demand.id}/close").status_code == 409


def test_a_bad_demand_comes_back_with_words_and_what_was_typed(world, browse):
    commit()
    browser = browse(world.owner)
    answer = browser.post("/demands/new", data={"words": "", "expo": world.expo.id, "road": "9710", "quantity_first": "-5"})
    assert answer.status_code == 422
    assert "A title is needed" in answer.text and "export mode" in answer.text and "above 0" in answer.text
    demand, _address = sheet(world)
    old = browser.post(f"/demands/{demand.id}", data={"title": "typed by the second", "version": demand.version - 1})
    assert old.status_code == 409 and "typed by the second" in old.text


def test_without_an_expo_the_page_says_what_to_do(world, browse):
    assert "No expo yet" in browse(factories.member(factories.BuyerFactory())).get("/demands/new").text
