"""Candidates by their nearness: what comparing with every product would show is found without it."""

import numpy as np
import pytest

from matchmaker.engine.matching import candidates, ranker
from matchmaker.engine.matching.encoder import DictionaryEncoder
from matchmaker.engine.matching.ranker import Matcher
from matchmaker.engine.matching.records import Demand, Supply
from matchmaker.trade import hs


def sheets() -> tuple[list[Supply], list[Demand]]:
    """Products of every third heading, twice, and demands for some of them in Chinese, half with their heading."""
    rows = list(hs.headings().values())[::3]
    supplies = [Supply(2 * at + copy, at % 40, 1 + (copy and at % 50 == 0), row.en if copy else f"{row.en} 500 g",
                       hs=row.code + "00", translations={"zh": row.zh} if at % 2 else {})
                for at, row in enumerate(rows) for copy in (0, 1)]
    demands = [Demand(at, 1000 + at, 1, f"求购{row.zh}", hs=row.code if at % 2 else None) for at, row in enumerate(rows[::12])]
    return supplies, demands


@pytest.fixture(scope="module")
def encoder() -> DictionaryEncoder:
    return DictionaryEncoder()


@pytest.mark.filterwarnings("error")
def test_lists_are_those_of_a_comparison_with_all(encoder, monkeypatch):
    supplies, demands = sheets()
    whole = Matcher(encoder).fit(supplies)
    monkeypatch.setattr(ranker, "DENSE", 10)
    few = Matcher(encoder).fit(supplies)
    assert whole.near_ is None and few.near_ is not None
    expected, found = whole.match(demands, top=20), few.match(demands, top=20)
    pairs = [{(match.supply_id, round(match.fit, 4)) for one in lists for match in one} for lists in (expected, found)]
    first = [[one[0].supply_id if one else None for one in lists] for lists in (expected, found)]
    assert len(pairs[0] & pairs[1]) >= 0.98 * len(pairs[0]) and pairs[1] <= pairs[0] | pairs[1]
    assert np.mean([a == b for a, b in zip(*first, strict=True)]) == 1


def test_what_is_found_is_bounded_sorted_and_of_the_same_heading_too(encoder, monkeypatch):
    supplies, demands = sheets()
    monkeypatch.setattr(ranker, "DENSE", 10)
    matcher = Matcher(encoder).fit(supplies)
    columns = ranker.DemandColumns(demands)
    texts = ranker.SheetTexts(matcher.similarity_, demands)
    i, j = matcher.near_.find(texts, columns)
    most = candidates.BY_WHOLE + candidates.BY_HEADING + 7 * 2 * candidates.BY_NAME
    assert np.all(np.diff(i * len(supplies) + j) > 0)
    for at, demand in enumerate(demands):
        places = j[i == at]
        assert len(places) <= most
        same = [place for place, supply in enumerate(matcher.supplies_) if demand.hs and supply.hs.startswith(demand.hs)]
        assert set(same) <= set(places.tolist())
    by_name, by_whole = matcher.near_.compare(texts, i, j)
    all_names, all_wholes = matcher.nearness(demands)
    assert np.allclose(by_name, all_names[i, j], atol=1e-4) and np.allclose(by_whole, all_wholes[i, j], atol=1e-4)


def test_a_demand_without_words_finds_nothing_wrong(encoder, monkeypatch):
    supplies, _ = sheets()
    monkeypatch.setattr(ranker, "DENSE", 10)
    matcher = Matcher(encoder).fit(supplies)
    assert matcher.match([Demand(1, 2, 1, "🍒"), Demand(2, 2, 9, "cherries")], top=5)[1] == []
    assert matcher.match([]) == [] and matcher.pairs([]) == []
