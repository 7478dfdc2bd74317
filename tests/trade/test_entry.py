"""Market-entry passports: cases worked by hand, and what must hold of every product."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.trade import codes
from matchmaker.trade.entry import CUSTOMS_MODES, choices, classes_of, closed_modes, passport, roads_closed
from matchmaker.trade.gates import GateState, Goods, Listing, Paper, Road, State, Statement, rank
from matchmaker.trade.rulebook import Rule, Rulebook, shipped, shipped_rules
from matchmaker.trade.shipped import sources

CASES = json.loads((Path(__file__).parent / "cases/passports.json").read_text(encoding="utf-8"))["rows"]
KINDS = ("product_class", "gate", "entry_need", "entry_measure", "document_need", "document_type")
TODAY = date(2026, 10, 12)


def day(text):
    return date.fromisoformat(text) if text else None


def goods(row):
    said = {gate: Statement(*(words + ["", None, None][len(words) - 1:])[:2], *(day(word) for word in (words + [None] * 4)[2:4]))
            for gate, words in row.get("said", {}).items()}
    papers = tuple(Paper(name, day(until)) for name, until in row.get("papers", ()))
    return Goods(row.get("hs", ""), row.get("origin", ""), row.get("class", ""), row.get("sold", False), said, papers,
                 Listing(row.get("positive")))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']} {case['title']}")
def test_a_passport_worked_by_hand(case):
    found = passport(shipped(), goods(case["goods"]), day(case["on"]))
    for road in Road:
        state, earliest = case[road] if isinstance(case[road], list) else (case[road], None)
        view = found.roads[road]
        assert view.state == state, (road, [(gate.code, gate.state, gate.why) for gate in view.gates])
        if state == State.NOT_YET:
            assert view.earliest == day(earliest), road
            assert earliest is None or view.earliest <= view.latest


def test_at_least_thirty_cases_each_with_its_reason_and_source():
    assert len(CASES) >= 30
    for case in CASES:
        assert case["why"]
        assert all(code in sources() for code in case["src"].split(";"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_of_entry_has_a_source_and_both_languages(kind):
    for rule in shipped_rules(kind):
        assert rule.en and rule.zh
        codes = [code.strip() for code in rule.source.split(";")]
        assert codes and all(code in sources() or code == "MEM" for code in codes), rule
        assert not (rule.verified and "MEM" in codes), rule


def test_rules_name_classes_and_gates_that_exist():
    classes, gates = ({rule.code for rule in shipped_rules(kind)} for kind in ("product_class", "gate"))
    for need in shipped_rules("entry_need"):
        assert need.data["class"] in classes and need.data["gate"] in gates
        assert set(need.data) & {road.value for road in Road}
    for need in shipped_rules("document_need"):
        assert set(need.data["classes"]) - {"*"} <= classes


def test_papers_are_types_that_the_locker_knows():
    known = {rule.code for rule in shipped_rules("document_type")} | set(codes.rows("certificate"))
    assert {need.data["document"] for need in shipped_rules("document_need")} <= known
    assert {name for gate in shipped_rules("gate") for name in gate.data["documents"]} <= known


def test_a_length_without_a_source_is_marked_as_assumed():
    for gate in shipped_rules("gate"):
        assert gate.data["days"] is None or gate.data["days_src"] or gate.data["days_assumed"], gate.code


def test_the_decree_changes_on_its_day():
    names = [shipped().find("gate", "gacc", on).en for on in (date(2026, 5, 31), date(2026, 6, 1))]
    assert "248" in names[0] and "280" in names[1]
    wine = Goods("020130", "AR")
    papers = [{document.rule.en for document in passport(shipped(), wine, on).roads[Road.GENERAL].documents}
              for on in (date(2026, 5, 31), date(2026, 6, 1))]
    assert any("18 kinds" in name for name in papers[0]) and any("Catalogue" in name for name in papers[1])


def test_an_unverified_rule_neither_exempts_nor_closes():
    book = [rule for kind in KINDS for rule in shipped_rules(kind)]
    loose = [Rule(rule.kind, rule.code, rule.en, rule.zh, rule.data, rule.valid_from, rule.valid_to, rule.source, False) for rule in book]
    fish = Goods("030722", "JP", statements={"gacc": Statement("held")})
    wine = Goods("220421", "CL")
    assert passport(shipped(), fish, TODAY).roads[Road.GENERAL].state is State.NO
    assert passport(Rulebook(loose), fish, TODAY).roads[Road.GENERAL].state is State.UNKNOWN
    assert passport(shipped(), wine, TODAY).roads[Road.EXHIBIT].state is State.YES
    assert passport(Rulebook(loose), wine, TODAY).roads[Road.EXHIBIT].state is State.UNKNOWN


def test_a_class_is_asked_only_where_the_code_leaves_several():
    assert [rule.code for rule in choices(shipped(), "330499", TODAY)] == ["cosmetics_general", "cosmetics_special"]
    assert choices(shipped(), "220421", TODAY) == ()
    assert "used_goods" in [rule.code for rule in choices(shipped(), "842230", TODAY)]
    assert [rule.code for rule in classes_of(shipped(), "330499", TODAY, "device_1")] == ["cosmetics_general", "cosmetics_special"]


def test_only_a_no_closes_customs_modes():
    def closed(*said, **more):
        return closed_modes(shipped(), Goods(*said, **more), TODAY)

    assert closed("030722", "JP") == {"0110", "1210", "1239", "9610"}
    assert closed("220421", "CL", statements={"gacc": Statement("none")}) == frozenset()
    assert closed("220421", "CL", listing=Listing(False)) == {"1210", "1239", "9610"}
    assert closed("220421", "CL", listing=Listing(True, bonded_only=True)) == {"9610"}
    assert closed("220421", "CL", listing=Listing(True, bonded_only=True, sample=True)) == frozenset()
    assert {mode for modes in CUSTOMS_MODES.values() for mode in modes} == {"0110", "1210", "1239", "9610"}


# ---------------------------------------------------------------- what holds of every product
CODES = sorted({start for rule in shipped_rules("product_class") for start in rule.data["hs"]} | {"", "99", "8418100000"})
GATES = sorted({rule.data.get("said_as", rule.code) for rule in shipped_rules("gate")})
DOCUMENTS = sorted({name for rule in shipped_rules("gate") for name in rule.data["documents"]})
days = st.dates(date(2021, 6, 1), date(2029, 1, 1))
statements = st.builds(Statement, st.sampled_from(["", "held", "applied", "none", "not_needed"]), st.sampled_from(["", "N1"]),
                       st.none() | days, st.none() | days)
papers = st.builds(Paper, st.sampled_from(DOCUMENTS), st.none() | days)
CLASSES = ["", *(rule.code for rule in shipped_rules("product_class"))]
any_goods = st.builds(
    Goods, st.sampled_from(CODES), st.sampled_from(["", "CL", "JP", "TN"]), st.sampled_from(CLASSES),
    st.booleans(), st.dictionaries(st.sampled_from(GATES), statements), st.tuples(papers) | st.just(()),
    st.builds(Listing, st.sampled_from([None, True, False]), st.just(""), st.booleans(), st.just(""), st.booleans()))


def states(found):
    return {road: rank(view.state) for road, view in found.roads.items()}


@given(any_goods, papers, days)
def test_more_papers_never_worsen_a_state(one, paper, on):
    more = Goods(one.hs, one.origin, one.said_class, one.sold_at_expo, one.statements, (*one.papers, paper), one.listing)
    before, after = passport(shipped(), one, on), passport(shipped(), more, on)
    for road in Road:
        assert rank(after.roads[road].state) >= rank(before.roads[road].state)
        if before.roads[road].latest is not None and after.roads[road].latest is not None:
            assert after.roads[road].latest <= before.roads[road].latest


@given(any_goods, st.sampled_from(GATES), days)
def test_holding_a_gate_never_worsens_a_state(one, gate, on):
    held = {**one.statements, gate: Statement("held", "N2", None, on + timedelta(30))}
    more = Goods(one.hs, one.origin, one.said_class, one.sold_at_expo, held, one.papers, one.listing)
    before, after = states(passport(shipped(), one, on)), states(passport(shipped(), more, on))
    # what needs no paper stays so: saying "held" instead of "not needed" opens the same gate
    assert all(after[road] >= before[road] for road in Road)


@given(any_goods, days)
def test_without_a_code_everything_is_unknown(one, on):
    bare = Goods("", one.origin, one.said_class, one.sold_at_expo, one.statements, one.papers, one.listing)
    assert {view.state for view in passport(shipped(), bare, on).roads.values()} == {State.UNKNOWN}


@given(any_goods, days)
def test_a_day_is_promised_only_for_what_is_not_yet_and_never_in_the_past(one, on):
    for view in passport(shipped(), one, on).roads.values():
        if view.state is State.YES:
            assert view.earliest == view.latest == on
        if view.state in (State.NO, State.UNKNOWN):
            assert view.earliest is None
        if view.earliest and view.state is State.NOT_YET:
            assert on < view.earliest <= view.latest
        assert all(gate.state is not GateState.CLOSED for gate in view.gates) or view.state is State.NO


@given(any_goods, days)
def test_what_is_closed_to_matching_is_what_the_passport_says_no_to(one, on):
    assert closed_modes(shipped(), one, on) == roads_closed(passport(shipped(), one, on), one.listing)
