"""How a match adds up on its page, and what one side is not told."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker import clock
from matchmaker.infra.db import commit, db
from matchmaker.matching import waterfall
from matchmaker.matching.models import Agreed, ModelVersion
from matchmaker.matching.told import told

from .. import factories

weights = st.lists(st.floats(-3, 3), min_size=2, max_size=2)
said = st.lists(st.builds(lambda code, pair: {"code": code, "weights": pair, "params": {}}, st.sampled_from(waterfall.ORDER[:-2]), weights))


def row(**values):
    """Return a stored match as the rules read it."""
    return SimpleNamespace(**({"base_buyer": -1.0, "base_exhibitor": -0.5, "reasons": [], "gaps": [], "repairs": []} | values))


def item(code, buyer, exhibitor, **params):
    return {"code": code, "weights": [buyer, exhibitor], "params": params}


@given(base=st.floats(-4, 4), reasons=said, gaps=said, side=st.sampled_from(waterfall.SIDES))
def test_points_add_up_from_the_base_to_the_whole(base, reasons, gaps, side):
    made = waterfall.steps(base, reasons, gaps, side)
    whole = waterfall.percent(waterfall.chance(waterfall.log_odds(base, [*reasons, *gaps], side)))
    last = waterfall.percent(made[-1].after) if made else whole
    points = waterfall.points(base, made)
    assert waterfall.percent(waterfall.chance(base)) + sum(points) == last and abs(last - whole) <= 1 and len(points) == len(made)


@given(base=st.floats(-4, 4), reasons=said, side=st.sampled_from(waterfall.SIDES))
def test_without_a_step_stands_what_the_rest_gives(base, reasons, side):
    at = waterfall.SIDES.index(side)
    for step in waterfall.steps(base, reasons, [], side):
        same = [one for one in reasons if one["code"] == step.code and one["params"] is step.params]
        rests = [waterfall.chance(waterfall.log_odds(base, [one for one in reasons if one is not left], side)) for left in same]
        assert any(abs(step.without - rest) < 1e-9 for rest in rests) and all(one["weights"][at] is not None for one in same)


def test_what_the_other_side_did_before_counts_and_is_not_told():
    theirs, ours = item("taste_exhibitor", 0.0, 0.6, trait="origin"), item("taste_buyer", -0.4, 0.0, trait="origin")
    match = row(reasons=[item("text", 1.0, 1.0), theirs, ours])
    seen = told(match, buyer=True, open_money=True)
    assert [one["code"] for one in seen.reasons] == ["text", "taste_buyer"] and seen.asked == "exhibitor"
    assert seen.total == pytest.approx(-0.5 + 1.0 + 0.6) and seen.base == pytest.approx(-0.5 + 0.6)


def test_a_budget_that_is_kept_back_is_told_by_nothing():
    price = item("price", -1.0, -0.5, price="60", budget="45")
    repairs = [{"gap": gap, "side": "supply", "field": "x", "lift": [1, 1]} for gap in ("price", "capacity")]
    match = row(reasons=[item("text", 1.0, 1.0), item("taste_exhibitor", 0.0, -0.4, trait="price")], gaps=[price], repairs=repairs)
    hidden, shown = (told(match, buyer=False, open_money=open_money) for open_money in (False, True))
    assert not hidden.gaps and [one["gap"] for one in hidden.repairs] == ["capacity"]
    assert [one["code"] for one in hidden.reasons] == ["text"]
    assert hidden.total == pytest.approx(0.0) and shown.total == pytest.approx(-1.0) and len(shown.repairs) == 2
    assert told(match, buyer=True, open_money=True).gaps == [price]


@pytest.fixture
def fair(context):
    """A match with a gap and repairs, and a user of each side."""
    expo = factories.ExpoFactory()
    match = factories.RecommendationFactory(demand__expo=expo)
    from matchmaker.catalog.models import Product
    from matchmaker.demands.models import Demand

    demand, product = db.session.get(Demand, match.demand_id), db.session.get(Product, match.product_id)
    factories.approve(demand.company, expo)
    factories.approve(product.company, expo)
    factories.show(product, expo)
    buyer, exhibitor = factories.member(demand.company), factories.member(product.company)
    commit()
    return SimpleNamespace(expo=expo, match=match, demand=demand, product=product, buyer=buyer, exhibitor=exhibitor,
                           url=f"/e/{expo.slug}/matches/{demand.id}/{product.id}", lists=f"/e/{expo.slug}/recommendations")


def calibrate(fair, answers=240):
    now = clock.now()
    db.session.add(ModelVersion(params={}, sha256="0" * 64, answers=answers, created_at=now, used_since=now))
    fair.match.chance_buyer, fair.match.chance_exhibitor, fair.match.chance_intention = 0.4, 0.3, 0.47
    commit()


@pytest.mark.database
def test_before_there_are_answers_no_figure_is_shown(fair, browse):
    for user in (fair.buyer, fair.exhibitor):
        page = browse(user).get(fair.url).text
        assert "once 200 answers to requests are in" in page and "Closes the gap: Minimum order" in page
        assert not any(figure in page for figure in ("fall-v", "without this", 'class="lift"', "of 100", 'class="dots"'))
        assert 'class="band ring' not in browse(user).get(fair.lists).text


@pytest.mark.database
def test_a_calibrated_match_says_what_its_number_means(fair, browse):
    """The exhibitor is asked: -1 + 0.9 - 0.6 gives 33 of 100; the best change, 0.9 more, gives 55."""
    calibrate(fair)
    page = browse(fair.buyer).get(fair.url).text
    assert "about 33 exhibitors would agree to meet" in page and "Calibrated on 240 answers" in page and "about 47 end" in page
    assert page.count('class="on"/>') == 33 and page.count('class="may"/>') == 55 - 33
    assert "The parts add up to 33." in page and "without this: 48" in page
    page = browse(fair.buyer).get(fair.lists).text
    assert "33 of 100, with one change 55" in page and "Minimum order 500 cartons instead of 1,000 cartons" in page


@pytest.mark.database
def test_each_side_reads_the_chance_of_the_other(fair, browse):
    calibrate(fair)
    assert "about 35 buyers would agree to meet" in browse(fair.exhibitor).get(fair.url).text  # -1 + 1.2 - 0.8


@pytest.mark.database
def test_a_price_above_a_budget_that_is_kept_back_is_on_no_page_of_the_exhibitor(fair, browse):
    fair.match.gaps = [item("price", -1.0, -0.5, price="60", budget="45", currency="USD", unit="carton", incoterm="CIF")]
    value = {"is": "price", "low": None, "high": "45", "currency": "USD", "unit": "carton"}
    fair.match.repairs = [{"gap": "price", "side": "supply", "field": "price", "value": value, "before": value, "lift": [1, 1]}]
    fair.demand.confidentiality = "matched"
    calibrate(fair)
    for path in (fair.url, fair.lists, "/"):
        page = browse(fair.exhibitor).get(path, follow_redirects=True).text
        assert "$45" not in page and "above the budget" not in page and "One change away" not in page
    assert "above the budget" in browse(fair.buyer).get(fair.url).text
    assert "about 55 buyers" in browse(fair.exhibitor).get(fair.url).text  # without the price: -1 + 1.2


@pytest.mark.database
def test_agreed_terms_stand_on_the_page(fair, browse):
    db.session.add(Agreed(expo_id=fair.expo.id, demand_id=fair.demand.id, product_id=fair.product.id, side="supply", field="moq",
                          value={"is": "quantity", "amount": "700", "unit": "carton"}, agreed_at=clock.now()))
    commit()
    page = browse(fair.buyer).get(fair.url).text
    assert "Agreed between you two" in page and "Minimum order 700 cartons" in page


@pytest.mark.database
def test_personalisation_is_switched_off_and_on_again(fair, browse):
    buyer = browse(fair.buyer)
    assert "Do not personalise" in buyer.get(fair.lists).text
    assert buyer.post(f"{fair.lists}/personal", data={"wanted": "no", "next": fair.lists}).status_code == 302
    page = buyer.get(fair.lists).text
    assert "Lists are not personalised." in page and "Learn from what we do" in page
    buyer.post(f"{fair.lists}/personal", data={"wanted": "yes"})
    assert "Do not personalise" in buyer.get(fair.lists).text
