"""A repair that is made gives the lift that was promised: offered, accepted, matched anew, for both sides."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker import clock
from matchmaker.catalog.models import ProductCertificate
from matchmaker.engine.matching.dealability import DealModel
from matchmaker.infra.db import commit, db
from matchmaker.matching.models import ModelVersion, Recommendation
from matchmaker.matching.refresh import refresh
from matchmaker.proposals import actions as proposals

from .. import factories
from ..conftest import TODAY, wipe
from .conftest import Silent, match_all, member_actor

pytestmark = pytest.mark.database
NEAR = 1e-6  # of log-odds
PRICED = {"currency": "USD", "incoterm": "CIF"}
# by the gap: what the demand says, what the product says, the fields that can close it (demand's and supply's)
MOQ = ({"quantity_first": Decimal(500), "unit": "carton"}, {"moq": Decimal(1200), "moq_unit": "carton"}, {"moq", "quantity_first"})
CASES = {
    "minimum_order": MOQ,
    "window": ({"window_to": date(2026, 11, 20)}, {"lead_time_days": 75}, {"lead_time_days", "window_to"}),
    "certificate_missing": ({"certificates": [{"kind": "GACC", "must": True}, {"kind": "organic", "must": True}]}, {},
                            {"certificates", "certificates_must"}),
    "certificate_expires": ({"certificates": [{"kind": "GACC", "must": True}], "window_to": date(2026, 12, 31)}, {}, {"certificates"}),
    "capacity": ({"quantity_year": Decimal(12000), "unit": "kg"}, {"monthly_capacity": Decimal("0.4"), "capacity_unit": "t"},
                 {"monthly_capacity", "quantity_year"}),
    "price": (PRICED | {"budget_low": Decimal(40), "budget_high": Decimal(45), "budget_unit": "carton"},
              PRICED | {"price_low": Decimal(58), "price_high": Decimal(70), "price_unit": "carton"}, {"price", "budget"}),
}


def the_pair(demand_values, product_values):
    """Return an expo with one demand and one product on these terms, not matched yet."""
    expo = factories.ExpoFactory()
    demand = factories.DemandFactory(expo=expo, hs="080929", **demand_values)
    product = factories.ProductFactory(hs="080929", origin="CL", **product_values)
    factories.approve(demand.company, expo)
    factories.approve(product.company, expo)
    factories.show(product, expo)
    commit()
    return expo, demand, product


def stored(expo):
    """The stored match, read anew."""
    return db.session.scalars(sa.select(Recommendation).where(Recommendation.expo_id == expo.id)
                              .execution_options(populate_existing=True)).one()


def keep_promise(expo, demand, product, repair):
    """Offer a repair by the side that can make it, accept it by the other, match anew; return the lifts of both sides."""
    sides = {"demand": demand.company, "supply": product.company}
    maker = member_actor(sides.pop(repair["side"]))
    asked = member_actor(sides.popitem()[1])
    before = stored(expo)
    odds = before.odds_buyer, before.odds_exhibitor
    made = proposals.offer(maker, expo, demand_id=demand.id, product_id=product.id, gap=repair["gap"], side=repair["side"],
                           field=repair["field"])
    proposals.accept(asked, made)
    commit()
    refresh(Silent(), expo.id)
    after = stored(expo)
    return after, (after.odds_buyer - odds[0], after.odds_exhibitor - odds[1])


def learned():
    """Put a model in use that is calibrated: the documented weights, moved and stretched."""
    model = DealModel.documented().to_dict()
    model["answers"] = {"buyer": 300, "exhibitor": 300}
    for side, slope, offset in (("buyer", 0.8, -0.4), ("exhibitor", 1.3, 0.3)):
        model["sides"][side] |= {"slope": slope, "offset": offset}
    now = clock.now()
    db.session.add(ModelVersion(params={"deal": model, "intention": None}, sha256="13" * 32, answers=600, created_at=now, used_since=now))
    commit()


def with_certificates(product, gap):
    if gap == "certificate_expires":
        db.session.add(ProductCertificate(product_id=product.id, kind="GACC", expires_on=date(2026, 11, 30)))
    elif gap == "certificate_missing":
        db.session.add(ProductCertificate(product_id=product.id, kind="halal"))
    commit()


@pytest.mark.parametrize("model", ["documented", "learned"])
@pytest.mark.parametrize(("gap", "field"), [(gap, field) for gap, case in CASES.items() for field in sorted(case[2])])
def test_a_repair_that_is_made_gives_the_lift_that_was_promised(context, gap, field, model):
    if model == "learned":
        learned()
    demand_values, product_values, fields = CASES[gap]
    expo, demand, product = the_pair(demand_values, product_values)
    with_certificates(product, gap)
    match_all(expo)
    match = stored(expo)
    repairs = [one for one in match.repairs if one["gap"] == gap]
    assert gap in {one["code"] for one in match.gaps} and {one["field"] for one in repairs} == fields
    repair = next(one for one in repairs if one["field"] == field)
    after, lifts = keep_promise(expo, demand, product, repair)
    assert lifts == pytest.approx(repair["lift"], abs=NEAR) and max(lifts) > 0
    assert gap not in {one["code"] for one in after.gaps}
    assert (after.chance_buyer is None) == (model == "documented")


def test_a_second_repair_gives_its_promise_on_top_of_the_first(context):
    (first, one, _), (second, other, _) = CASES["minimum_order"], CASES["window"]
    expo, demand, product = the_pair(first | second, one | other)
    match_all(expo)
    for gap in ("minimum_order", "window"):
        repair = next(repair for repair in stored(expo).repairs if repair["gap"] == gap and repair["side"] == "supply")
        after, lifts = keep_promise(expo, demand, product, repair)
        assert lifts == pytest.approx(repair["lift"], abs=NEAR)
    assert not after.gaps and not after.repairs


AMOUNTS = st.decimals("0.01", 10**6, places=2)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=AMOUNTS, least=AMOUNTS, units=st.sampled_from([("carton", "carton"), ("kg", "t"), ("t", "kg"), ("pcs", "pcs")]),
       days=st.integers(0, 400), spare=st.integers(1, 400), side=st.sampled_from(["demand", "supply"]))
def test_the_promise_holds_for_any_figures(app, first, least, units, days, spare, side):
    clock.set_now(TODAY)
    with app.app_context():
        try:
            expo, demand, product = the_pair(
                {"quantity_first": first, "unit": units[0], "window_to": TODAY.date() + timedelta(days=spare)},
                {"moq": least, "moq_unit": units[1], "lead_time_days": days})
            match_all(expo)
            for repair in [one for one in stored(expo).repairs if one["side"] == side]:
                _after, lifts = keep_promise(expo, demand, product, repair)
                assert lifts == pytest.approx(repair["lift"], abs=NEAR)
        finally:
            db.session.rollback()
            wipe()
