"""Pasted words become a draft; what is only guessed waits for a yes; strangers read and confirm nothing."""

from datetime import date

import pytest

from matchmaker.demands import actions, reading
from matchmaker.demands.models import Demand
from matchmaker.errors import Conflict, Invalid, NotFound
from matchmaker.infra.db import commit, db

from .. import factories
from .test_demands import heard, world  # noqa: F401

pytestmark = pytest.mark.database
WORDS = "求购突尼斯、智利橄榄油，500ml 玻璃瓶。\n首单 500 箱，CIF 上海，HACCP，预算 30 元/瓶以内，商超渠道"


def pasted(world, words=WORDS):  # noqa: F811
    return actions.read_demand(world.actor, expo=world.expo, original=words)


def test_what_the_words_say_is_stored_and_guesses_wait(world):  # noqa: F811
    demand = pasted(world)
    assert (demand.state, demand.original, demand.lang) == ("draft", WORDS, "zh")
    assert (demand.title, demand.quantity_first, demand.unit, demand.incoterm, demand.port) == ("橄榄油", 500, "carton", "CIF", "上海")
    assert demand.origins_wanted == ["TN", "CL"] and demand.channel == "supermarket" and demand.budget_high == 30
    assert demand.certificates == [] and demand.read["certificates"] == "guessed"
    assert reading.waiting(demand) == {"certificates": [{"kind": "HACCP", "must": True}]}


def test_the_words_with_their_marks_are_the_words(world):  # noqa: F811
    demand = pasted(world)
    shown = reading.understood(demand)
    assert "".join(words for words, _mark in shown.pieces) == WORDS
    assert ("HACCP", "guessed") in shown.pieces and ("500 箱", "read") in shown.pieces


def test_a_confirmed_guess_is_stored_and_told_when_published(world, heard):  # noqa: F811
    demand = pasted(world)
    actions.publish_demand(world.actor, demand)
    actions.confirm_reading(world.actor, demand, group="certificates")
    assert demand.certificates == [{"kind": "HACCP", "must": True}] and demand.read["certificates"] == "confirmed"
    assert heard == ["published", "published"] and demand.original == WORDS


def test_all_guesses_are_confirmed_at_once(world):  # noqa: F811
    demand = pasted(world, "橄榄油 200箱 HACCP 春节前")
    actions.confirm_reading(world.actor, demand, group="all", heading="1509")
    assert (demand.quantity_first, demand.unit, demand.hs) == (200, "carton", "1509")
    assert isinstance(demand.window_to, date) and reading.waiting(demand) == {}
    assert set(demand.read.values()) <= {"read", "confirmed"}


def test_none_of_the_headings_is_an_answer_too(world):  # noqa: F811
    demand = pasted(world)
    actions.confirm_reading(world.actor, demand, group="hs", heading="")
    assert demand.hs == "" and demand.read["hs"] == "confirmed" and reading.understood(demand).headings == []


def test_what_is_set_by_hand_is_confirmed_and_stays_when_the_words_change(world):  # noqa: F811
    demand = pasted(world)
    actions.edit_demand(world.actor, demand, fields={"quantity_first": "800"})
    actions.read_again(world.actor, demand, original="求购橄榄油，首单 900 箱，FOB 宁波")
    assert (demand.quantity_first, demand.incoterm, demand.port) == (800, "FOB", "宁波")
    assert demand.origins_wanted == [] and demand.original == "求购橄榄油，首单 900 箱，FOB 宁波"


def test_a_budget_without_a_currency_waits_as_a_whole(world):  # noqa: F811
    demand = pasted(world, "求购橄榄油，预算 30 以内")
    assert demand.budget_high is None and reading.waiting(demand)["currency"] == "CNY"
    actions.confirm_reading(world.actor, demand, group="budget")
    assert (demand.budget_high, demand.currency) == (30, "CNY")


@pytest.mark.parametrize(("group", "heading"), [("nothing", ""), ("", ""), ("hs", "not a code"), ("hs", "9999999999999")])
def test_a_bad_confirmation_is_refused(world, group, heading):  # noqa: F811
    with pytest.raises(Invalid):
        actions.confirm_reading(world.actor, pasted(world), group=group, heading=heading)


def test_an_old_page_confirms_nothing(world):  # noqa: F811
    demand = pasted(world)
    with pytest.raises(Conflict):
        actions.confirm_reading(world.actor, demand, group="all", version=demand.version - 1)


def test_only_its_company_reads_and_confirms(world, browse):  # noqa: F811
    demand = pasted(world)
    commit()
    with pytest.raises(NotFound):
        actions.read_demand(factories.actor(world.seller), expo=world.expo, original=WORDS)
    for person in (factories.member(world.rival), world.seller, factories.member(world.far)):
        browser = browse(person)
        sent = {"group": "all", "original": "x"}
        answers = [browser.post(f"/demands/{demand.id}/{verb}", data=sent).status_code for verb in ("confirm", "read")]
        assert set(answers) <= {403, 404}
    db.session.expire_all()
    assert db.session.get(Demand, demand.id).original == WORDS


def test_a_buyer_pastes_confirms_and_publishes(world, browse):  # noqa: F811
    commit()
    browser = browse(world.owner)
    made = browser.post("/demands/new", data={"words": WORDS, "expo": world.expo.id, "do": "read"})
    assert made.status_code == 302
    page = browser.get(made.location).text
    assert '<mark class="guessed">HACCP</mark>' in page and '<mark class="read">500 箱</mark>' in page
    assert "Matches stand here" in page
    demand = db.session.query(Demand).one()
    saved = browser.post(f"/demands/{demand.id}/confirm", data={"group": "certificates", "version": demand.version})
    assert saved.status_code == 302 and '<mark class="guessed">HACCP</mark>' not in browser.get(made.location).text
    db.session.expire_all()
    assert browser.post(f"/demands/{demand.id}/publish", data={"version": demand.version}).status_code == 302
    assert "All matches of this demand" in browser.get(made.location).text


@pytest.mark.parametrize("words", ["", "  ", "?!", "x" * 9000])
def test_words_that_are_none_come_back_with_words(world, browse, words):  # noqa: F811
    commit()
    answer = browse(world.owner).post("/demands/new", data={"words": words, "expo": world.expo.id, "do": "read"})
    assert answer.status_code == 422 and "error-summary" in answer.text


def test_a_bad_confirmation_answers_422(world, browse):  # noqa: F811
    demand = pasted(world)
    commit()
    assert browse(world.owner).post(f"/demands/{demand.id}/confirm", data={"group": "no such"}).status_code == 422
