"""Matching sheets as people write them: the right product is found, the wrong one is not shown, stops hold."""

import math
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.engine.matching.encoder import DictionaryEncoder, UseEncoder
from matchmaker.engine.matching.ranker import GOOD, POSSIBLE, STRONG, Matcher, band
from matchmaker.engine.matching.records import Demand, Match, Quantity, Supply

# (group, language, demand or "-", product title, product text): a demand wants the products of its group
EXAMPLES = [line.split("\t") for line in Path(__file__).with_name("examples.tsv").read_text(encoding="utf-8").splitlines()
            if not line.startswith("#")]
SUPPLIES = [Supply(at, 100 + at, 1, row[3], text=row[4], lang=row[1]) for at, row in enumerate(EXAMPLES)]
DEMANDS = [Demand(at, 1000 + at, 1, row[2]) for at, row in enumerate(EXAMPLES) if row[2] != "-"]
CHERRIES, MACHINE = (next(at for at, row in enumerate(EXAMPLES) if row[0] == group) for group in ("cherry", "machine"))
# written after the word lists, so that they are a test and no training
UNSEEN = [
    ("求购西班牙伊比利亚火腿,橡果级,整腿或切片", "Jamón ibérico de bellota", "Pieza entera o loncheado, curación 36 meses."),
    ("便利店采购意式浓缩咖啡机,全自动,日出杯200", "Fully automatic espresso machine for convenience stores", "200 cups per day."),
    ("眼科医院采购裂隙灯显微镜", "Slit lamp microscope for ophthalmology", "LED illumination, five magnifications, camera port."),
    ("工地采购安全帽,ABS材质,首单2万顶", "Safety helmets for construction sites", "ABS shell, ratchet harness, EN 397."),
    ("找泰国乳胶枕头厂家贴牌", "Natural latex pillows", "Made in Thailand from 95% natural latex, OEM welcome."),
    ("水处理工程采购紫外线消毒设备", "UV disinfection system for drinking water", "Flow up to 500 m³/h, automatic wiper."),
]


@pytest.fixture(scope="module", params=[UseEncoder, DictionaryEncoder], ids=["use", "dictionary"])
def matcher(request) -> Matcher:
    return Matcher(request.param()).fit(SUPPLIES)


@pytest.fixture(scope="module")
def use() -> Matcher:
    return Matcher(UseEncoder()).fit(SUPPLIES)


def test_the_right_product_comes_first_for_nearly_every_demand(use: Matcher) -> None:
    lists = use.match(DEMANDS)
    first = [bool(some) and EXAMPLES[some[0].supply_id][0] == EXAMPLES[demand.id][0] for demand, some in zip(DEMANDS, lists, strict=True)]
    assert sum(first) >= len(DEMANDS) - 2


def test_hardly_anything_else_is_shown_and_almost_never_as_strong(use: Matcher) -> None:
    others = [match for demand, some in zip(DEMANDS, use.match(DEMANDS), strict=True) for match in some
              if EXAMPLES[match.supply_id][0] != EXAMPLES[demand.id][0]]
    assert len(others) <= len(DEMANDS) / 3
    assert sum(match.band == "strong" for match in others) <= 1


def test_cherries_in_spanish_are_a_strong_match_for_cherries_in_chinese(use: Matcher) -> None:
    demand = next(demand for demand in DEMANDS if demand.id == CHERRIES)
    assert [(match.supply_id, match.band) for match in use.match([demand])[0][:1]] == [(CHERRIES, "strong")]


def test_a_machine_is_never_shown_for_cherries(matcher: Matcher) -> None:
    demand = next(demand for demand in DEMANDS if demand.id == CHERRIES)
    assert MACHINE not in {match.supply_id for match in matcher.match([demand], top=100)[0]}


def test_products_unseen_when_the_word_lists_were_written_come_first() -> None:
    supplies = [*SUPPLIES, *(Supply(500 + at, 500, 1, row[1], text=row[2]) for at, row in enumerate(UNSEEN))]
    lists = Matcher(UseEncoder()).fit(supplies).match([Demand(at, 1000, 1, row[0]) for at, row in enumerate(UNSEEN)])
    assert [some[0].supply_id if some else None for some in lists] == [500 + at for at in range(len(UNSEEN))]


def test_good_terms_do_not_carry_the_wrong_product(use: Matcher) -> None:
    terms = {"origins_wanted": ("DE",), "languages": ("de",), "quantity_first": Quantity(Decimal(5), "台")}
    supplies = [replace(SUPPLIES[MACHINE], origin="DE", languages=("de",), moq=Quantity(Decimal(1), "pcs"))]
    demand = replace(next(demand for demand in DEMANDS if demand.id == CHERRIES), **terms)
    assert Matcher(UseEncoder()).fit(supplies).match([demand]) == [[]]


def test_a_demand_that_nothing_fits_gets_nothing(use: Matcher) -> None:
    assert use.match([Demand(1, 1, 1, "二手直升机维修培训课程")]) == [[]]


def test_an_excluded_origin_or_a_blocked_company_appears_on_neither_side() -> None:
    demand = replace(DEMANDS[0], origins_excluded=("CL",), blocked_company_ids=frozenset({900}))
    supplies = [replace(SUPPLIES[CHERRIES], id=1, origin="CL"), replace(SUPPLIES[CHERRIES], id=2, company_id=900),
                replace(SUPPLIES[CHERRIES], id=3, expo_id=2), replace(SUPPLIES[CHERRIES], id=4, origin="TR"),
                replace(SUPPLIES[CHERRIES], id=5, blocked_company_ids=frozenset({demand.company_id}))]
    matcher = Matcher(DictionaryEncoder()).fit(supplies)
    assert [match.supply_id for match in matcher.match([demand])[0]] == [4]
    assert [match.supply_id for match in matcher.pairs([demand])] == [4]


def test_customs_code_section_and_terms_move_the_score_and_are_said(use: Matcher) -> None:
    plain = use.match([DEMANDS[0]])[0][0]
    demand = replace(DEMANDS[0], hs="0809", section="FOOD", origins_wanted=("CL",), quantity_first=Quantity(Decimal(1), "t"))
    supply = replace(SUPPLIES[CHERRIES], hs="080929", section="FOOD", origin="CL", moq=Quantity(Decimal(20), "t"))
    told = Matcher(UseEncoder()).fit([supply, *(s for s in SUPPLIES if s.id != supply.id)]).match([demand])[0][0]
    assert told.score > plain.score
    assert {reason.code for reason in told.reasons} >= {"text", "hs", "section", "origin_wanted", "shared_words"}
    assert [gap.code for gap in told.gaps] == ["minimum_order"]
    assert ("车厘子", "cherry") in next(reason for reason in told.reasons if reason.code == "shared_words").params["words"]


def test_contributions_add_up_to_the_score(use: Matcher) -> None:
    for match in (match for some in use.match(DEMANDS) for match in some):
        total = sum(one.weight for one in (*match.reasons, *match.gaps))
        assert math.isclose(match.score, 100 / (1 + math.exp(-total)), abs_tol=1e-3)


def test_lists_do_not_depend_on_the_order_of_input(matcher: Matcher) -> None:
    again = Matcher(matcher.encoder).fit(SUPPLIES[::-1])
    assert again.match(DEMANDS) == matcher.match(DEMANDS)
    assert again.match(DEMANDS[::-1]) == matcher.match(DEMANDS)[::-1]


def test_equal_products_stand_by_id() -> None:
    matcher = Matcher(DictionaryEncoder()).fit([replace(SUPPLIES[CHERRIES], id=number) for number in (7, 3, 5)])
    assert [match.supply_id for match in matcher.match([DEMANDS[0]])[0]] == [3, 5, 7]


def test_both_sides_read_the_same_scores_and_every_rank_is_right(use: Matcher) -> None:
    pairs = use.pairs(DEMANDS, top=2)
    listed = {(match.demand_id, match.supply_id): match.score for some in use.match(DEMANDS, top=100) for match in some}
    by_supply: dict[int, list[Match]] = {}
    for match in pairs:
        assert match.score == listed[match.demand_id, match.supply_id]
        assert match.rank_for_demand is not None or match.rank_for_supply is not None
        by_supply.setdefault(match.supply_id, []).append(match)
    for matches in by_supply.values():
        ranked = sorted((match for match in matches if match.rank_for_supply), key=lambda match: match.rank_for_supply)
        assert [match.rank_for_supply for match in ranked] == list(range(1, len(ranked) + 1))
        assert [match.score for match in ranked] == sorted((match.score for match in ranked), reverse=True)


def test_top_bounds_the_list(use: Matcher) -> None:
    assert all(len(some) <= 1 for some in use.match(DEMANDS, top=1))


def test_bands_stand_at_most_one_above_the_relevance() -> None:
    assert band(STRONG, STRONG) == "strong"
    assert band(STRONG + 9, POSSIBLE) == "good"
    assert band(POSSIBLE - 9, GOOD) == "possible"
    assert band(STRONG, POSSIBLE - 0.01) is None


def test_without_products_or_demands_there_are_no_matches() -> None:
    matcher = Matcher(DictionaryEncoder()).fit([])
    assert matcher.match(DEMANDS[:2]) == [[], []]
    assert Matcher(DictionaryEncoder()).fit(SUPPLIES[:2]).match([]) == []
    assert matcher.pairs([]) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(max_size=80), text=st.text(max_size=200))
def test_any_text_is_matched_or_not_and_never_breaks(matcher: Matcher, title: str, text: str) -> None:
    found = matcher.match([Demand(1, 1, 1, title, text=text)])[0]
    assert all(0 <= match.score <= 100 for match in found)


@pytest.mark.parametrize("title", ["", "\x00\u202e", "😀", "車釐子", "a" * 50_000, "الكرز 车厘子 cherry", "\ud800", "()(),,,"])
def test_hostile_titles_on_both_sides(title: str) -> None:
    matcher = Matcher(DictionaryEncoder()).fit([Supply(1, 1, 1, title, text=title), SUPPLIES[CHERRIES]])
    assert isinstance(matcher.match([Demand(1, 2, 1, title, specs=((title, title),), translations={"en": title})])[0], list)
