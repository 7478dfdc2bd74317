"""Whatever people write: sheets are matched or not, lists keep their order, pages answer; what cannot be kept is refused with words."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from matchmaker import clock
from matchmaker.infra.db import db
from matchmaker.matching.models import Recommendation

from .. import factories
from ..conftest import TODAY, wipe
from .conftest import match_all
from .test_stopped import pages_text

pytestmark = pytest.mark.database
HOSTILE = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=120),
    st.sampled_from([
        "", " ", "🍒" * 60, "👩‍👩‍👧‍👦🏳️‍🌈", "臺灣鳳梨酥禮盒 蘋果", "樱桃 cherry вишня كرز サクランボ", "\u202eسيرك\u202c كرز طازج",
        "\u200b\u2066\ufeff",
        "a\u0301" * 50, "'; DROP TABLE demand; --", "<script>alert(1)</script>", "{{ 7 * 7 }}", "%(value)s %s {0}", "A" * 200, "面" * 200,
        "1" * 200, "\t\n\r", "NULL", "../../etc/passwd", "ﬁﬂ①㎏"]))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(title=HOSTILE, text=HOSTILE.map(lambda one: one * 20), wanted=HOSTILE)
@example(title="车" * 200, text="厘子" * 5000, wanted="cherry " * 28)
def test_any_sheet_is_matched_or_not_twice_alike_and_its_pages_answer(app, title, text, wanted):
    clock.set_now(TODAY)
    try:
        with app.app_context():
            expo = factories.ExpoFactory()
            product = factories.ProductFactory(title=title[:200], text=text[:10_000], lang="")
            demand = factories.DemandFactory(expo=expo, title=wanted[:200], text=title, lang="")
            for sheet in (product, demand, factories.DemandFactory(expo=expo), other := factories.ProductFactory()):
                factories.approve(sheet.company, expo)
            factories.show(product, expo)
            factories.show(other, expo)
            lists = []
            for _time in range(2):
                match_all(expo)
                lists.append([tuple(row) for row in db.session.execute(
                    sa.select(Recommendation.demand_id, Recommendation.product_id, Recommendation.score, Recommendation.band)
                    .order_by(Recommendation.order_buyer.desc(), Recommendation.id))])
            assert [row[:2] for row in lists[0]] == [row[:2] for row in lists[1]]
            assert [row[2:] for row in lists[0]] == [row[2:] for row in lists[1]]
            assert all(0 <= score <= 100 for _demand, _product, score, _band in lists[0])
            for company in (product.company, demand.company):
                page = pages_text(app, expo, company)
                assert "<script>alert(1)" not in page and "Internal Server Error" not in page
            db.session.rollback()
    finally:
        with app.app_context():
            wipe()


@pytest.mark.parametrize("title", ["\x00", "\x00车厘子\x00", "\u202e" * 5, "🍒", "車厘子 " * 400, " \t "])
def test_a_form_takes_such_a_title_or_says_why_not(context, browse, title):
    expo = factories.ExpoFactory()
    buyer = factories.BuyerFactory()
    factories.approve(buyer, expo)
    answer = browse(factories.member(buyer)).post("/demands/new", data={"words": title, "expo_id": expo.id})
    assert answer.status_code in (200, 302, 422)
    stored = db.session.scalars(sa.text("SELECT title FROM demand")).all()
    assert not any("\x00" in one for one in stored)
