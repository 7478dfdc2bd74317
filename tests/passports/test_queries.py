"""Passports out of the database: what cards, certificates, papers and the list say, and what is closed to matching."""

from datetime import date

import pytest

from matchmaker import clock
from matchmaker.catalog.models import ProductCertificate
from matchmaker.documents.models import Document
from matchmaker.infra.db import db
from matchmaker.matching import load
from matchmaker.passports import queries, todo
from matchmaker.trade.gates import Road, State

from .. import factories
from .conftest import positive_list

TODAY = date(2026, 10, 19)


def state(product, road=Road.GENERAL, own=False):
    return queries.passports([product.id], TODAY, own=own)[product.id].roads[road].state


def paper(world, kind, **values):
    document = Document(company_id=world.winery.id, product_id=world.wine.id, kind=kind, created_at=clock.now(),
                        updated_at=clock.now(), **values)
    db.session.add(document)
    db.session.flush()
    return document


def test_states_of_several_products_are_asked_at_once(world):
    other = factories.ProductFactory(company=world.winery, hs="")
    found = queries.states([world.wine.id, other.id], TODAY)
    assert found[world.wine.id][Road.GENERAL] == (State.NOT_YET, date(2026, 11, 2), date(2026, 11, 18))
    assert found[world.wine.id][Road.EXHIBIT][0] is State.YES
    assert {reach.state for reach in found[other.id].values()} == {State.UNKNOWN}


def test_a_certificate_of_the_card_is_a_statement_and_the_statement_goes_before_it(world):
    world.wine.entry = {"chinese_label": {"state": "held"}}
    db.session.add(ProductCertificate(product_id=world.wine.id, kind="GACC", number="CL-9", expires_on=date(2027, 1, 1)))
    db.session.flush()
    assert state(world.wine) is State.YES
    world.wine.entry = {"chinese_label": {"state": "held"}, "gacc": {"state": "none"}}
    db.session.flush()
    assert state(world.wine) is State.NOT_YET


def test_a_paper_that_the_company_keeps_to_itself_opens_nothing_for_others(world):
    document = paper(world, "CHINESE_LABEL", endless=True, audience="us")
    assert state(world.wine, own=True) is State.YES
    assert state(world.wine) is State.NOT_YET
    document.audience = "named"
    db.session.flush()
    assert state(world.wine) is State.YES


def test_a_paper_past_its_day_opens_nothing(world):
    paper(world, "CHINESE_LABEL", expires_on=date(2026, 10, 18), audience="named")
    assert state(world.wine) is State.NOT_YET


@pytest.mark.parametrize(("codes", "sample", "expected"), [
    (["22042100"], False, State.YES), (["22041000"], False, State.NO), (["22041000"], True, State.UNKNOWN), ([], False, State.UNKNOWN)])
def test_the_list_opens_closes_or_leaves_unknown(world, codes, sample, expected):
    world.wine.hs = "22042100"
    if codes:
        positive_list(*codes, sample=sample)
    assert state(world.wine, Road.CBEC) is expected


def test_a_code_that_is_too_short_for_the_list_is_unknown(world):
    positive_list("22042100")
    assert state(world.wine, Road.CBEC) is State.UNKNOWN
    world.wine.hs = "22042900"
    assert state(world.wine, Road.CBEC) is State.NO


def test_matching_learns_the_roads_that_are_offered_and_those_that_are_closed(world):
    world.wine.hs, world.wine.roads = "22042900", ["0110", "1210"]
    db.session.flush()
    assert (load.supplies(world.expo.id)[0].roads, load.supplies(world.expo.id)[0].roads_closed) == (("0110", "1210"), frozenset())
    positive_list("22042100")
    assert load.supplies(world.expo.id)[0].roads_closed == {"1210", "1239", "9610"}


def test_a_remark_that_allows_bonded_import_only_closes_direct_purchase(world):
    world.wine.hs = "22042100"
    positive_list("22042100", note="仅限网购保税商品")
    assert queries.closed([world.wine.id], TODAY) == {world.wine.id: {"9610"}}


def test_the_filter_by_day_counts_the_long_end(world):
    assert queries.entering([world.wine.id], Road.GENERAL, TODAY) == set()
    assert queries.entering([world.wine.id], Road.GENERAL, TODAY, date(2026, 11, 17)) == set()
    assert queries.entering([world.wine.id], Road.GENERAL, TODAY, date(2026, 11, 18)) == {world.wine.id}


def test_the_list_of_steps_begins_with_the_next_deadline(world):
    second = factories.ProductFactory(company=world.winery, hs="080929", origin="CL", entry={
        "quarantine_permit": {"state": "none"}, "market_access": {"state": "held"}, "phytosanitary": {"state": "held"}})
    ids = [world.wine.id, second.id]
    found = todo.steps(queries.passports(ids, TODAY, own=True), queries.goods(ids, TODAY, own=True), world.expo.starts_on)
    begin = [(step.product_id, step.gate.code, step.due) for step in found if step.kind == todo.BEGIN]
    # 5 November minus 30 days for the label, minus 28 for the permit
    assert begin == [(world.wine.id, "chinese_label", date(2026, 10, 6)), (second.id, "quarantine_permit", date(2026, 10, 8))]
    assert found[0].is_late(TODAY)
    assert [step.due for step in found if step.due] == sorted(step.due for step in found if step.due)


def test_a_number_that_ends_soon_is_a_step(world):
    world.wine.entry = {"gacc": {"state": "held", "number": "1", "expires_on": "2026-11-30"}, "chinese_label": {"state": "held"}}
    db.session.flush()
    found = todo.steps(queries.passports([world.wine.id], TODAY, own=True), queries.goods([world.wine.id], TODAY, own=True), None)
    assert (todo.RENEW, date(2026, 11, 30)) in [(step.kind, step.due) for step in found]


def test_a_product_without_a_code_or_class_asks_for_it_first(world):
    bare = factories.ProductFactory(company=world.winery, hs="")
    cream = factories.ProductFactory(company=world.winery, hs="330499")
    for product, kind in ((bare, todo.CODE), (cream, todo.CLASS)):
        found = todo.steps(queries.passports([product.id], TODAY), queries.goods([product.id], TODAY), None)
        assert [step.kind for step in found] == [kind]
