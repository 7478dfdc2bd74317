"""Lists: nothing stopped stands in them, agreements and refusals move them, one company does not fill them."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engine.matching.columns import DemandColumns, Pairs, SupplyColumns
from matchmaker.engine.matching.encoder import DictionaryEncoder
from matchmaker.engine.matching.ranker import Matcher, Potentials
from matchmaker.engine.matching.records import Change, Demand, Match, Quantity, Supply
from matchmaker.engine.matching.stops import stopped_by
from matchmaker.engine.matching.taste import Experience, Tastes
from matchmaker.engine.matching.variety import FIRST, OF_ONE_COMPANY, varied

from .sheets import TODAY, demands, supplies

WANTED = Demand(1, 900, 1, "求购车厘子", hs="080929", quantity_first=Quantity(Decimal(500), "kg"))
CHERRIES = Supply(1, 1, 1, "Fresh cherries", translations={"zh": "新鲜车厘子"}, hs="080929", moq=Quantity(Decimal(1), "t"))
ORIGINS = ("CL", "CL", "CL", "CL", "TR", "TR")
SHELF = [replace(CHERRIES, id=at, company_id=at, origin=origin) for at, origin in enumerate(ORIGINS, 1)]


def fitted(shelf: list[Supply], **options: object) -> Matcher:
    return Matcher(DictionaryEncoder(), today=TODAY, **options).fit(shelf)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return fitted(SHELF)


def ids(matches: list[Match]) -> list[int]:
    return [match.supply_id for match in matches]


def with_(matcher: Matcher, **options: object) -> Matcher:
    """The same fitted matcher with other options."""
    again = matcher.only(matcher.supplies_)
    return again.set_params(**options)


@settings(deadline=None, max_examples=30)
@given(st.lists(demands, min_size=1, max_size=4), st.lists(supplies, min_size=1, max_size=4), st.data())
def test_a_stopped_pair_is_scored_nowhere(wanted: list, offered: list, data: st.DataObject) -> None:
    wanted, offered = ([replace(one, id=at) for at, one in enumerate(some)] for some in (wanted, offered))
    scorer = Matcher(DictionaryEncoder(), TODAY)
    scorer.supplies_ = offered
    i, j = (one.ravel() for one in np.meshgrid(np.arange(len(wanted)), np.arange(len(offered)), indexing="ij"))
    found = scorer.score(Pairs(DemandColumns(wanted), SupplyColumns(offered), i, j, TODAY), np.full(len(i), 9.0))
    for row in range(len(found.pairs)):
        assert stopped_by(*found.pairs.sheets(row)) is None
    free = sum(stopped_by(demand, supply) is None for demand in wanted for supply in offered)
    assert len(found.pairs) == free  # near texts: nothing else keeps a pair away


def test_the_known_signals_are_told_and_chances_lie_between_nought_and_one(matcher: Matcher) -> None:
    match = matcher.match([WANTED])[0][0]
    assert set(match.signals) == {"text", "hs", "quantity"} and match.signals["quantity"] == 0.25
    assert 0 < match.chance("buyer") < 1 and match.fit == pytest.approx(
        (match.log_odds("buyer") + match.log_odds("exhibitor")) / 2, abs=1e-5
    )
    assert {(repair.gap, repair.change.side) for repair in match.repairs} == {("minimum_order", "supply"), ("minimum_order", "demand")}


def test_what_two_sides_agree_on_counts_for_their_pair_only_and_gives_the_promised_lift(matcher: Matcher) -> None:
    before = matcher.match([WANTED])[0]
    repair = next(one for one in next(m for m in before if m.supply_id == 5).repairs if one.change.side == "supply")
    after = with_(matcher, agreed={(WANTED.id, 5): [repair.change]}).match([WANTED])[0]
    assert ids(after)[0] == 5 and not after[0].gaps
    assert "quantity" in {reason.code for reason in after[0].reasons}
    was = next(m for m in before if m.supply_id == 5)
    for side in ("buyer", "exhibitor"):
        assert after[0].log_odds(side) - was.log_odds(side) == pytest.approx(repair.lift.of(side), abs=1e-9)
    assert [replace(m, rank_for_demand=0) for m in after if m.supply_id != 5] == [
        replace(m, rank_for_demand=0) for m in before if m.supply_id != 5
    ]


def test_an_agreement_on_another_pair_changes_nothing(matcher: Matcher) -> None:
    other = with_(matcher, agreed={(WANTED.id, 77): [Change("supply", "moq", Quantity(Decimal(1), "kg"))]})
    assert other.match([WANTED]) == matcher.match([WANTED])


def test_three_refusals_with_a_reason_change_the_list_and_say_why(matcher: Matcher) -> None:
    assert ids(matcher.match([WANTED])[0]) == [1, 2, 3, 4, 5, 6]
    history = [Experience("buyer", WANTED, supply, False, "origin") for supply in SHELF[:3]]
    moved = with_(matcher, tastes=Tastes().fit(history)).match([WANTED])[0]
    assert ids(moved) == [5, 6, 1, 2, 3, 4]
    said = next(reason for reason in moved[-1].reasons if reason.code == "taste_buyer")
    assert said.weights.buyer < -1 and said.weights.exhibitor == 0
    assert said.params == {"trait": "origin", "what": "CL", "refused": 3, "accepted": 0}
    plain = with_(matcher, tastes=Tastes().fit(history, not_personalised={WANTED.company_id}))
    assert plain.match([WANTED]) == matcher.match([WANTED])


def test_what_others_compete_for_moves_the_order_and_nothing_else(matcher: Matcher) -> None:
    crowded = with_(matcher, potentials=Potentials({1: -0.4, 6: 0.3}, {}))
    before, after = matcher.match([WANTED])[0], crowded.match([WANTED])[0]
    assert (ids(after)[0], ids(after)[-1]) == (6, 1)
    assert {m.supply_id: m.reasons for m in after} == {m.supply_id: m.reasons for m in before}


def test_of_the_first_ten_at_most_three_are_of_one_company() -> None:
    shelf = [replace(CHERRIES, id=at, company_id=1 if at <= 8 else at) for at in range(1, 15)]
    matches = fitted(shelf).match([WANTED], top=14)[0]
    first = [1 if match.supply_id <= 8 else match.supply_id for match in matches[:FIRST]]
    assert first.count(1) == 4  # six others are there: the tenth place is nobody else's
    assert sorted(ids(matches)) == list(range(1, 15))
    assert [match.rank_for_demand for match in matches] == list(range(1, 15))


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 2)), max_size=25).map(lambda rows: sorted(rows, key=lambda row: row[1])))
def test_variety_keeps_every_entry_and_never_passes_over_a_better_band(rows: list) -> None:
    companies, levels = [row[0] for row in rows], [row[1] for row in rows]
    order = varied(companies, levels)
    assert sorted(order) == list(range(len(rows)))
    assert [levels[at] for at in order] == levels
    for place, at in enumerate(order[:FIRST]):
        before = [companies[other] for other in order[:place]]
        if before.count(companies[at]) >= OF_ONE_COMPANY:
            rest = [other for other in order[place:] if levels[other] == levels[at]]
            assert all(before.count(companies[other]) >= OF_ONE_COMPANY for other in rest)


def test_a_part_of_the_products_keeps_its_scores(matcher: Matcher) -> None:
    part = matcher.only(SHELF[4:])
    whole = {match.supply_id: match for match in matcher.match([WANTED])[0]}
    for match in part.match([WANTED])[0]:
        assert replace(match, rank_for_demand=0) == replace(whole[match.supply_id], rank_for_demand=0)


@pytest.mark.parametrize(
    "title", ["", "😀🚀", "長期採購車釐子 JJ級", "‮\x00​", "cherry 樱桃 вишня كرز", "a" * 30_000, "车" * 30_000, "' OR 1=1 --"]
)
def test_any_text_gives_a_list(matcher: Matcher, title: str) -> None:
    strange = Demand(5, 901, 1, title, text=title, specs=((title[:99], title[:99]), ("weight", "9" * 400 + " kg")))
    found = matcher.match([strange])[0]
    assert all(np.isfinite([match.fit, match.log_odds("buyer"), match.order_for_demand]).all() for match in found)
    offered = fitted([replace(CHERRIES, title=title, text=title, specs=((title[:99], title[:99]),)), *SHELF[1:]])
    assert offered.match([WANTED])[0]


def test_nobody_and_nothing_give_empty_lists() -> None:
    empty = fitted([])
    assert (empty.match([WANTED]), empty.pairs([WANTED])) == ([[]], [])
    assert fitted(SHELF).match([]) == [] and fitted(SHELF).pairs([]) == []
