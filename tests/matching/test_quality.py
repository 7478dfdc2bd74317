"""The page on match quality says what can be proved, of this expo only, and says what it rests on."""

import pytest
import sqlalchemy as sa

from matchmaker.companies.models import CompanyBlock
from matchmaker.infra import jobs
from matchmaker.infra.db import commit, db
from matchmaker.matching import feedback, learning, quality, ranking, reports
from matchmaker.matching.models import MatchReport, Recommendation
from matchmaker.permissions import SYSTEM

from .. import factories
from .conftest import Silent, match_all
from .test_learning import bargain_hunters
from .test_learning import feedback as did

pytestmark = pytest.mark.database


def make(expo):
    return reports.make(Silent(), expo.id)


def shown(expo, buyer, lines):
    """Show a list: (pair, price signal, what the reader did with it) in the order of the list."""
    for position, (pair, price, kinds) in enumerate(lines, 1):
        did(expo, buyer, "shown", pair=pair, price=price, position=position)
        for kind in kinds:
            did(expo, buyer, kind, pair=pair, price=price)
    commit()


@pytest.mark.parametrize(("kinds", "gain"), [
    (["shown"], 0), (["shown", "opened"], 1), (["shown", "opened", "saved"], 2), (["shown", "asked"], 3), (["shown", "accepted"], 3),
    (["shown", "opened", "hidden"], 0), (["shown", "saved", "declined"], 0), (["shown", "asked", "hidden"], 3)])
def test_gains_follow_what_the_reader_did(kinds, gain):
    assert ranking.gain_of(kinds) == gain


def test_a_list_in_the_right_order_has_metrics_of_one_and_the_reverse_has_less(expo):
    """The reader wants what is cheap; the documented weights know it, the order that was shown did not."""
    shown(expo, factories.BuyerFactory(), [((1, 1), 0.05, []), ((1, 2), 0.5, ["opened"]), ((1, 3), 0.95, ["asked"])])
    found = ranking.measure(ranking.lists(expo.id), {"documented": [learning.current().deal] * learning.FOLDS})
    assert (found["readers"], found["lines"], found["gained"]) == (1, 3, 2)
    assert found["rows"]["documented"] == {"ndcg": 1.0, "recall": None, "mrr": 1.0, "error": None}
    as_shown = found["rows"]["shown"]  # gains 0, 1, 3 down the list; the best order would have 3, 1, 0
    assert as_shown["mrr"] == 0.5
    assert as_shown["ndcg"] == pytest.approx((1 / 1.5849625 + 3 / 2) / (3 + 1 / 1.5849625))


def test_lists_in_which_nothing_was_done_and_lists_of_one_line_say_nothing(expo):
    shown(expo, factories.BuyerFactory(), [((1, 1), 0.5, []), ((1, 2), 0.6, [])])
    shown(expo, factories.BuyerFactory(), [((2, 1), 0.5, ["opened"])])
    assert ranking.lists(expo.id) == {}


def test_lists_of_another_expo_are_not_counted(expo):
    shown(factories.ExpoFactory(), factories.BuyerFactory(), [((1, 1), 0.5, ["asked"]), ((1, 2), 0.6, [])])
    assert ranking.lists(expo.id) == {}


def test_every_method_is_measured_on_the_same_lists(matched):
    expo, buyer, demand = matched.expo, matched.buyers[0], matched.demands[0]
    cherries, oil = matched.products[0], matched.products[1]
    shown(expo, buyer, [((demand.id, oil.id), 0.5, []), ((demand.id, cherries.id), 0.5, ["asked"]), ((demand.id, 9999), 0.5, ["opened"])])
    found = ranking.of_expo(expo.id)
    assert set(found["rows"]) == {"documented", "encoder", "bm25", "tfidf", "shown"}
    assert (found["readers"], found["lines"]) == (1, 2), "a sheet that is gone has no text and is left out for all"
    assert found["rows"]["encoder"]["mrr"] == 1.0
    bargain_hunters(expo)
    learning.train(SYSTEM)
    assert set(ranking.of_expo(expo.id)["rows"]) == {"learned", "documented", "encoder", "bm25", "tfidf", "shown"}


def test_what_the_demos_companies_did_is_counted_as_simulated(matched):
    matched.buyers[0].is_sample = True
    shown(matched.expo, matched.buyers[0], [
        ((matched.demands[0].id, product.id), 0.5, ["asked"] if at else []) for at, product in enumerate(matched.products)])
    data = make(matched.expo)
    assert data["ranking"]["samples"] == data["ranking"]["readers"] == 1
    assert data["observed"]["samples"] == data["observed"]["rows"] == 5


def test_coverage_counts_demands_and_products_with_a_match(matched):
    found = reports.coverage(matched.expo.id)
    with_match = db.session.scalar(sa.select(sa.func.count(Recommendation.demand_id.distinct())))
    assert (found["demands"], found["products"], found["demands_matched"]) == (3, 3, with_match)
    db.session.execute(sa.delete(Recommendation).where(Recommendation.demand_id == matched.demands[0].id))
    assert reports.coverage(matched.expo.id)["demands_matched"] == with_match - 1


def test_exposure_is_even_where_all_are_shown_alike_and_uneven_where_one_has_all(matched):
    db.session.execute(sa.delete(Recommendation).where(Recommendation.demand_id - Recommendation.product_id
                                                       != matched.demands[0].id - matched.products[0].id))
    kept = db.session.scalars(sa.select(Recommendation)).all()
    assert len(kept) == 3, "each demand keeps its own product"
    assert reports.exposure(matched.expo.id) | {"named": []} == {
        "exhibitors": 3, "samples": 0, "gini": pytest.approx(0),
        "lorenz": pytest.approx([round(3 * tenth / 10) / 3 for tenth in range(11)]),
        "nobody": 0, "crowded_out": 0, "named": []}
    for row in kept[1:]:
        db.session.delete(row)
    db.session.flush()
    found = reports.exposure(matched.expo.id)
    assert found["gini"] == pytest.approx(2 / 3) and found["nobody"] == 2 and found["crowded_out"] == 0
    assert found["named"] == [[company.id, False] for company in matched.exhibitors[1:]]


def alone(fair, **values):
    """A demand of its own that asks for cherries, matched with the rest."""
    sheet = {"title": "求购智利车厘子", "text": "JJ 级以上,海运冷柜。", "hs": "080929"} | values
    demand = factories.DemandFactory(expo=fair.expo, **sheet)
    factories.approve(demand.company, fair.expo)
    return demand


def causes(fair):
    commit()
    match_all(fair.expo)
    return {ident: (cause, near) for ident, cause, near in reports.nothing(fair.expo.id)["demands_named"]}


def test_a_demand_whose_only_product_has_an_excluded_origin_is_told_so(fair):
    demand = alone(fair, origins_excluded=["CL"])
    assert causes(fair)[demand.id] == ("origin_excluded", None)


def test_a_demand_that_nothing_comes_near_to_is_told_the_nearest(fair):
    demand = factories.DemandFactory(expo=fair.expo, title="工业机器人焊接工作站", text="六轴,负载 20 公斤。")
    factories.approve(demand.company, fair.expo)
    cause, nearest = causes(fair)[demand.id]
    assert cause == "too_far" and nearest in {product.id for product in fair.products}


def test_a_demand_in_a_section_without_products_is_told_so(fair):
    section = factories.SectionFactory(expo=fair.expo)
    demand = alone(fair, section_id=section.id, title="工业机器人", hs="")
    assert causes(fair)[demand.id][0] == "no_product_in_section"


def test_a_block_is_a_cause_and_the_page_names_no_product_with_it(fair, browse):
    demand = alone(fair)
    db.session.add(CompanyBlock(company_id=fair.exhibitors[0].id, blocked_id=demand.company_id, created_at=demand.created_at))
    assert causes(fair)[demand.id][0].startswith("blocked")
    make(fair.expo)
    page = quality.of_expo(SYSTEM, fair.expo)
    told = next(one for one in page.demands if one.id == demand.id)
    assert (told.cause, told.nearest) == (quality.CAUSES["blocked"], None)


def test_a_demand_that_waits_is_no_failure_of_matching(fair):
    """Nothing is matched yet: every demand waits."""
    from matchmaker.matching import receivers

    receivers.mark_stale(fair.expo.id)
    assert reports.nothing(fair.expo.id)["causes"] == {"waits": 3}


def test_chances_are_compared_from_two_hundred_answers_on(expo):
    bargain_hunters(expo, buyers=20, each=4)
    assert reports.calibration(expo.id) == {"answers": 80, "wanted": 200, "companies": 20, "samples": 0, "trained": False}
    bargain_hunters(expo, buyers=20, each=6)
    assert "curve" not in reports.calibration(expo.id), "without a trained version there are no chances"
    learning.train(SYSTEM)
    found = reports.calibration(expo.id)
    assert found["answers"] == 200 and sum(size for _chance, _rate, size in found["curve"]) == 200
    assert found["calibration_error"] < 0.1


def test_a_report_keeps_its_parts_and_can_be_made_twice(matched):
    reports.keep(matched.expo.id, "market", {"matches": 1.5})
    first, second = ({name: part | {"at": ""} for name, part in make(matched.expo).items()} for _ in range(2))
    assert first == second and first["market"]["matches"] == 1.5
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MatchReport)) == 1


def test_a_whole_refresh_keeps_what_the_balance_did_and_a_report_follows_later(fair, work):
    from matchmaker.matching import receivers

    receivers.mark_stale(fair.expo.id)
    commit()
    work()
    assert reports.report(fair.expo.id).data["market"]["demands"] == 3
    waiting = db.session.scalars(sa.select(jobs.Job).where(jobs.Job.kind == "matching.report")).one()
    assert waiting.state == "queued" and quality.work(fair.expo) is None, "the page does not wait for it"
    quality.ask_report(factories.actor(factories.organizer(fair.expo)), fair.expo)
    commit()
    assert quality.work(fair.expo).id == waiting.id
    work()
    assert set(reports.report(fair.expo.id).data) == {
        "market", "coverage", "exposure", "nothing", "observed", "ranking", "calibration"}


def test_the_page_teaches_before_anything_was_counted(fair, browse):
    text = browse(factories.organizer(fair.expo)).get(f"/e/{fair.expo.slug}/match-quality").text
    assert "Nothing has been counted yet" in text and "Documented weights" in text


def test_the_page_shows_everything_in_both_languages(matched, browse):
    expo = matched.expo
    for at, buyer in enumerate(matched.buyers):
        shown(expo, buyer, [((matched.demands[at].id, product.id), 0.9, ["asked"] if product is matched.products[at] else [])
                            for product in matched.products])
    bargain_hunters(expo, buyers=34)
    learning.train(SYSTEM)
    alone(matched, origins_excluded=["CL"])
    commit()
    match_all(expo)
    make(expo)
    commit()
    admin = browse(factories.UserFactory(is_admin=True))
    for language, words in (("en", "In use"), ("zh", "匹配质量")):
        admin.post("/language", data={"language": {"en": "en", "zh": "zh_Hans_CN"}[language]})
        answer = admin.get(f"/e/{expo.slug}/match-quality")
        assert answer.status_code == 200 and words in answer.text and learning.in_use().sha256[:12] in answer.text
    assert "Learned model" in browse(factories.organizer(expo)).get(f"/e/{expo.slug}/match-quality").text


def test_strangers_find_no_page_and_change_nothing(matched, browse):
    expo, other = matched.expo, factories.ExpoFactory()
    page = f"/e/{expo.slug}/match-quality"
    for user in (factories.organizer(other), factories.member(matched.buyers[0]), factories.member(matched.exhibitors[0]),
                 factories.organizer(expo, "floor")):
        browser = browse(user)
        assert [browser.get(page).status_code, browser.get(f"{page}/job").status_code] == [404, 404]
        assert [browser.post(f"{page}/{verb}").status_code for verb in ("report", "train", "use")] == [404, 404, 404]
    assert browse(factories.organizer(expo)).post(f"{page}/train").status_code == 404, "one model serves every expo"
    assert browse(factories.organizer(expo)).post(f"{page}/use", data={"version": "documented"}).status_code == 404


def test_an_administrator_goes_back_on_the_page(matched, browse):
    bargain_hunters(matched.expo)
    version = learning.train(SYSTEM)
    commit()
    browser, page = browse(factories.UserFactory(is_admin=True)), f"/e/{matched.expo.slug}/match-quality"
    assert browser.post(f"{page}/use", data={"version": "documented"}).status_code == 302 and learning.in_use() is None
    assert browser.post(f"{page}/use", data={"version": version.sha256}).status_code == 302
    assert learning.in_use().id == version.id
    assert browser.post(f"{page}/use", data={"version": "no such"}).status_code == 404
    assert browser.post(f"{page}/train").status_code == 302
    assert browser.get(f"{page}/job").json["kind"] in ("matching.train", "matching.refresh")


def test_a_look_at_a_list_is_counted_as_seen(matched):
    row = db.session.scalars(sa.select(Recommendation)).first()
    before = reports.nothing(matched.expo.id)
    feedback.shown(row.buyer_id, matched.expo.id, [row], 1)
    after = reports.nothing(matched.expo.id)
    assert (before["was_shown"], after["was_shown"]) == (False, True)
    assert before["unseen"] - after["unseen"] == 1
