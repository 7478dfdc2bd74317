"""What the trade desk knows reaches matches: money, agreements, entry, evidence; without its tables it is unknown."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from matchmaker import events
from matchmaker.catalog.models import GreenClaim
from matchmaker.demo import rates
from matchmaker.infra.db import commit, db
from matchmaker.matching import load
from matchmaker.matching.models import Recommendation, StaleMatch

from .. import factories
from .conftest import match_all

WINE = {"title": "Pinot noir red wine", "text": "Dry red wine, bottles of 750 ml.", "hs": "220421", "origin": "CL",
        "price_low": Decimal("3.20"), "currency": "USD", "incoterm": "FOB", "price_unit": "bottle"}
NEED = {"title": "红葡萄酒", "text": "黑皮诺,750毫升。", "hs": "220421", "budget_high": Decimal(60), "currency": "CNY",
        "budget_unit": "bottle", "incoterm": "CIF", "road": "0110", "green_level": "document"}


@pytest.fixture
def tables(context):
    """The sample tables in use."""
    rates.load()


@pytest.fixture
def pair(expo):
    """A wine and a demand for it that state money in two currencies."""
    product, demand = factories.ProductFactory(**WINE), factories.DemandFactory(expo=expo, **NEED)
    factories.approve(product.company, expo)
    factories.show(product, expo)
    factories.approve(demand.company, expo)
    commit()
    return product, demand


def signals(expo) -> dict[str, float]:
    match_all(expo)
    return db.session.scalar(sa.select(Recommendation.signals).where(Recommendation.expo_id == expo.id))


def test_money_in_two_currencies_compares_by_the_loaded_exchange_rate(tables, expo, pair):
    (supply,), (demand,) = load.supplies(expo.id), load.demands(expo.id)
    assert supply.worth.of(Decimal(1)) > Decimal(5) and demand.worth.of(Decimal(1)) == 1
    assert signals(expo)["price"] > 0.75


def test_an_agreement_counts_where_it_spares_something(tables, expo, pair):
    assert signals(expo)["saving"] > 0.5
    (reason,) = [one for one in db.session.scalar(sa.select(Recommendation.reasons)) if one["code"] == "saving"]
    assert 0 < reason["params"]["share"] < 0.5


def test_without_tables_all_works_and_nothing_is_guessed(expo, pair):
    (supply,) = load.supplies(expo.id)
    assert supply.worth is None and supply.saving is None
    assert not {"price", "saving"} & set(signals(expo))


def test_a_price_with_duties_paid_compares_with_none(tables, expo, pair):
    pair[0].incoterm = "DDP"
    commit()
    assert load.supplies(expo.id)[0].worth is None


def test_evidence_is_a_gap_that_a_document_closes(expo, pair):
    product, _ = pair
    product.claims.append(GreenClaim(link="MFG", claim="Made with solar power"))
    commit()
    match_all(expo)
    row = db.session.scalar(sa.select(Recommendation))
    assert row.signals["evidence"] < 0.5 and "evidence" in {one["code"] for one in row.gaps}
    assert {("supply", "evidence"), ("demand", "evidence")} <= {(one["side"], one["field"]) for one in row.repairs}


def test_entry_says_from_which_day_goods_may_be_sold(expo, pair):
    pair[0].entry = {"gacc": {"state": "held", "number": "SAMPLE-CL-1"}, "chinese_label": {"state": "none"}}
    commit()
    (supply,) = load.supplies(expo.id)
    assert supply.entry == {"0110": date(2026, 11, 18)}  # the long end of what a label takes
    assert signals(expo)["entry"] > 0.75
    assert [one["params"]["road"] for one in db.session.scalar(sa.select(Recommendation.reasons)) if one["code"] == "entry"] == ["0110"]


def test_a_table_that_changes_makes_what_it_touches_stale(expo, pair):
    events.reference_changed.send("rates", products={expo.id: [pair[0].id]}, actor=None)
    assert db.session.scalars(sa.select(StaleMatch.product_id).where(StaleMatch.expo_id == expo.id)).all() == [pair[0].id]


def test_a_card_tells_the_landed_cost_with_its_standing(tables, expo, pair, browse):
    match_all(expo)
    reader = factories.member(pair[1].company)
    commit()
    page = browse(reader).get(f"/e/{expo.slug}/recommendations").text
    assert "Landed in China: CN¥" in page and "Sample rates, not official ones." in page and "below the MFN rate" in page


def test_a_price_that_is_kept_back_tells_no_landed_cost(tables, expo, pair, browse):
    pair[0].price_audience = "accepted"
    commit()
    match_all(expo)
    reader = factories.member(pair[1].company)
    commit()
    page = browse(reader).get(f"/e/{expo.slug}/recommendations").text
    assert pair[0].title in page and "Landed in China" not in page and "at the border" not in page
