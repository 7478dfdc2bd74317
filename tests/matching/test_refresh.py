"""What is stale is matched anew, a part gives what the whole would give, and a run that is killed goes on."""

import pytest
import sqlalchemy as sa

from matchmaker import events
from matchmaker.companies.models import CompanyBlock
from matchmaker.infra import jobs
from matchmaker.infra.db import commit, db, rollback
from matchmaker.matching import refresh as refreshing
from matchmaker.matching.models import Recommendation, StaleMatch, TextVector
from matchmaker.matching.refresh import refresh
from matchmaker.matching.rules import is_most

from .. import factories
from .conftest import Silent, match_all

pytestmark = pytest.mark.database


def rows(expo, *, scores=True):
    """All stored matches of the expo, without ids and times."""
    query = sa.select(Recommendation).where(Recommendation.expo_id == expo.id).execution_options(populate_existing=True)
    return sorted((row.demand_id, row.product_id, row.band, str(row.reasons) if scores else "", str(row.gaps), row.score if scores else 0)
                  for row in db.session.scalars(query))


def pairs(expo):
    return {row[:2] for row in rows(expo)}


def stale(expo):
    return db.session.scalar(sa.select(sa.func.count()).select_from(StaleMatch).where(StaleMatch.expo_id == expo.id))


def test_a_chinese_demand_finds_the_english_product_first(matched):
    best = db.session.scalars(sa.select(Recommendation).where(Recommendation.demand_id == matched.demands[0].id)
                              .order_by(Recommendation.score.desc())).first()
    assert best.product_id == matched.products[0].id
    assert {item["code"] for item in best.reasons} >= {"text", "hs"}
    assert best.buyer_id == matched.buyers[0].id and best.exhibitor_id == matched.exhibitors[0].id


def test_nothing_is_stale_after_a_refresh_and_vectors_are_kept(matched):
    assert stale(matched.expo) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TextVector)) > 6


def test_a_changed_demand_is_matched_by_the_job(matched, work):
    demand = matched.demands[2]
    demand.title, demand.text, demand.hs = "橄榄油", "特级初榨", "150920"
    events.demand_changed.send(demand)
    commit()
    assert stale(matched.expo) == 1
    work()
    assert stale(matched.expo) == 0
    assert (demand.id, matched.products[1].id) in pairs(matched.expo)
    assert (demand.id, matched.products[2].id) not in pairs(matched.expo)


def test_many_changes_make_one_job(matched):
    for demand in matched.demands:
        events.demand_changed.send(demand)
    commit()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(jobs.Job)
                             .where(jobs.Job.kind == "matching.refresh", jobs.Job.state == "queued")) == 1


def test_a_part_of_the_demands_gives_what_the_whole_gives(matched):
    matched.demands[0].title = "新鲜樱桃"
    events.demand_changed.send(matched.demands[0])
    commit()
    refresh(Silent(), matched.expo.id)
    part = rows(matched.expo)
    match_all(matched.expo)
    assert part == rows(matched.expo)


def test_a_changed_product_gives_the_same_pairs_and_bands_as_the_whole(matched):
    product = matched.products[2]
    product.title, product.text, product.hs = "Frozen cherries", "Frozen pitted cherries in 10 kg cartons.", "081190"
    events.product_changed.send(product)
    commit()
    refresh(Silent(), matched.expo.id)
    part = rows(matched.expo, scores=False)
    match_all(matched.expo)
    assert part == rows(matched.expo, scores=False)


@pytest.mark.parametrize("change", ["withdrawn", "unlisted", "closed", "declined"])
def test_what_is_gone_is_matched_no_more(matched, change):
    product, demand, expo = matched.products[0], matched.demands[0], matched.expo
    assert (demand.id, product.id) in pairs(expo)
    if change == "withdrawn":
        product.state = "withdrawn"
        events.product_changed.send(product)
    elif change == "unlisted":
        product.listings.clear()
        events.product_changed.send(product)
    elif change == "closed":
        demand.state = "closed"
        events.demand_changed.send(demand)
    else:
        part = db.session.scalars(sa.select(factories.Participation).where(
            factories.Participation.company_id == matched.buyers[0].id)).one()
        part.state = "declined"
        events.participation_decided.send(part)
    commit()
    refresh(Silent(), expo.id)
    assert (demand.id, product.id) not in pairs(expo)


def test_stopped_pairs_appear_nowhere(fair):
    other = factories.ExpoFactory()
    elsewhere = factories.DemandFactory(expo=other, title="求购智利车厘子")
    factories.approve(elsewhere.company, other)
    demand, product = fair.demands[0], fair.products[0]
    picky = factories.DemandFactory(expo=fair.expo, title="车厘子", origins_excluded=["CL"])
    factories.approve(picky.company, fair.expo)
    db.session.add(CompanyBlock(company_id=product.company_id, blocked_id=demand.company_id, created_at=demand.created_at))
    db.session.add(CompanyBlock(company_id=fair.buyers[1].id, blocked_id=fair.exhibitors[1].id, created_at=demand.created_at))
    commit()
    match_all(fair.expo)
    match_all(other)
    found = pairs(fair.expo) | pairs(other)
    assert not found & {(demand.id, product.id), (picky.id, product.id), (elsewhere.id, product.id),
                        (fair.demands[1].id, fair.products[1].id)}
    assert found


def test_a_block_takes_the_pair_out_and_lifting_it_brings_it_back(matched, work):
    from matchmaker.companies import actions

    actor = factories.actor(factories.member(matched.buyers[0]))
    actions.block(actor, matched.buyers[0], matched.exhibitors[0])
    commit()
    work()
    pair = (matched.demands[0].id, matched.products[0].id)
    assert pair not in pairs(matched.expo)
    actions.unblock(actor, matched.buyers[0], matched.exhibitors[0].id)
    commit()
    work()
    assert pair in pairs(matched.expo)


class KilledError(Exception):
    """The machine is gone."""


class Dying(Silent):
    """Kills the run at the n-th chunk, before it is kept."""

    def __init__(self, at):
        self.left = at

    def chunk(self):
        self.left -= 1
        if self.left == 0:
            rollback()
            raise KilledError
        super().chunk()


@pytest.mark.parametrize("at", [1, 2, 3, 4, 5])
def test_a_run_killed_between_chunks_goes_on_to_the_same_end(fair, monkeypatch, at):
    monkeypatch.setattr(refreshing, "DEMANDS_AT_ONCE", 1)
    match_all(fair.expo)
    wanted = rows(fair.expo)
    db.session.execute(sa.delete(Recommendation))
    refreshing_all = StaleMatch(expo_id=fair.expo.id)
    db.session.add(refreshing_all)
    commit()
    with pytest.raises(KilledError):
        refresh(Dying(at), fair.expo.id)
    assert stale(fair.expo) > 0 or at == 5
    refresh(Silent(), fair.expo.id)
    assert rows(fair.expo) == wanted and stale(fair.expo) == 0


def test_done_chunks_stay_done(fair, monkeypatch):
    monkeypatch.setattr(refreshing, "DEMANDS_AT_ONCE", 1)
    db.session.add(StaleMatch(expo_id=fair.expo.id))
    commit()
    with pytest.raises(KilledError):
        refresh(Dying(3), fair.expo.id)
    assert stale(fair.expo) == 2 and {row[0] for row in rows(fair.expo)} == {fair.demands[0].id}


def test_a_change_during_the_run_is_not_lost(matched):
    demand = matched.demands[0]

    class Busy(Silent):
        changed = False

        def progress(self, fraction, message="", **params):
            if params.get("done") == 0 and message == "Matching demands" and not self.changed:
                self.changed = True  # the sheets are read already
                demand.title, demand.text, demand.hs = "橄榄油", "", "150920"
                events.demand_changed.send(demand)
                commit()

    events.demand_changed.send(demand)
    commit()
    refresh(Busy(), matched.expo.id)
    assert (demand.id, matched.products[1].id) in pairs(matched.expo) and stale(matched.expo) == 0


def test_another_model_makes_everything_anew(matched):
    db.session.execute(sa.update(Recommendation).values(model="older", band="possible"))
    events.demand_changed.send(matched.demands[0])
    commit()
    refresh(Silent(), matched.expo.id)
    assert "older" not in set(db.session.scalars(sa.select(Recommendation.model)))


def test_lists_are_cut_and_filled_up_again(matched, monkeypatch):
    """With lists of one: when the best product of a demand goes, the next one takes its place."""
    monkeypatch.setattr(refreshing, "LIST", 1)
    second = factories.ProductFactory(title="Fresh cherries, Regina, J", text="Sweet cherries, 2.5 kg cartons.", hs="080929")
    third = factories.ProductFactory(title="Cherries", text="Fresh.", hs="080929")
    for product in (second, third):
        factories.approve(product.company, matched.expo)
        factories.show(product, matched.expo)
    commit()
    match_all(matched.expo)
    best = db.session.scalars(sa.select(Recommendation.product_id).where(Recommendation.demand_id == matched.demands[0].id)
                              .order_by(Recommendation.score.desc())).first()
    product = db.session.get(factories.Product, best)
    product.state = "withdrawn"
    events.product_changed.send(product)
    commit()
    refresh(Silent(), matched.expo.id)
    part = pairs(matched.expo)
    match_all(matched.expo)
    assert part == pairs(matched.expo)


def test_a_second_job_leaves_the_work_to_the_first(matched):
    from matchmaker import clock
    from matchmaker.matching.tasks import ask

    now = clock.wall()
    db.session.add(jobs.Job(kind="matching.refresh", expo_id=matched.expo.id, state="running", run_at=now, created_at=now,
                            lease_until=now + jobs.LEASE))
    db.session.flush()
    first = db.session.scalar(sa.select(jobs.Job.id).where(jobs.Job.state == "running"))
    db.session.add(StaleMatch(expo_id=matched.expo.id))
    ask(matched.expo.id)
    commit()
    assert jobs.run_one()
    done = db.session.scalars(sa.select(jobs.Job).where(jobs.Job.state == "done")).one()
    assert done.result == {"left_to": first}
    assert stale(matched.expo) == 1
    again = db.session.scalars(sa.select(jobs.Job).where(jobs.Job.state == "queued")).one()
    assert again.run_at > now


def test_the_command_matches_an_expo(app, fair):
    result = app.test_cli_runner().invoke(args=["match", "refresh", "--expo", fair.expo.slug])
    assert result.exit_code == 0 and f"{fair.expo.slug}: 3 demands matched." in result.output
    assert pairs(fair.expo)


def test_the_command_names_an_expo_that_is_not_there(app, context):
    result = app.test_cli_runner().invoke(args=["match", "refresh", "--expo", "nowhere"])
    assert result.exit_code == 1 and "there is no expo nowhere" in result.output


@pytest.mark.parametrize(("changed", "total", "whole"), [(1, 1, False), (20, 30, False), (21, 30, True), (21, 42, False)])
def test_most_of_an_expo(changed, total, whole):
    assert is_most(changed, total) is whole


def test_the_real_encoder_finds_across_languages(app, fair, monkeypatch):
    from matchmaker.matching.encoding import encoder_state

    monkeypatch.setitem(app.config, "ENCODER", "use")
    assert encoder_state() == "not loaded yet"
    match_all(fair.expo)
    assert encoder_state().startswith("use-multilingual")
    for demand, product in zip(fair.demands, fair.products, strict=True):
        best = db.session.scalars(sa.select(Recommendation.product_id).where(Recommendation.demand_id == demand.id)
                                  .order_by(Recommendation.score.desc())).first()
        assert best == product.id


def test_a_warm_worker_has_the_products_read(matched):
    from matchmaker.matching.tasks import warm_up

    refreshing._fitted.clear()
    warm_up()
    assert [supply.id for supply in refreshing._fitted[matched.expo.id].supplies_] == [product.id for product in matched.products]


@pytest.mark.parametrize("side", ["demand_id", "product_id"])
def test_the_rows_of_a_chunk_are_found_by_their_sheet_and_not_by_the_expo(fair, side):
    """Deleting them by the expo's index reads all matches of the expo for each chunk."""
    if db.session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by what the table holds")
    delete = sa.delete(Recommendation).where(Recommendation.expo_id == 1, getattr(Recommendation, side).in_([1, 2, 3]))
    written = str(delete.compile(db.session.get_bind(), compile_kwargs={"literal_binds": True}))
    plan = db.session.execute(sa.text("EXPLAIN QUERY PLAN " + written)).all()
    assert any(f"({side}=? AND expo_id=?)" in row.detail for row in plan), plan
