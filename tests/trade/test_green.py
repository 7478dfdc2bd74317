"""Levels of evidence: cases rated by hand, and what holds for all of them."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.trade import codes, green
from matchmaker.trade.green import LINKS, Asked, Check, Evidence, Held, Level
from matchmaker.trade.rulebook import shipped

CASES = json.loads((Path(__file__).parent / "cases" / "green_levels.json").read_text(encoding="utf-8"))["cases"]
TODAY = date(2026, 11, 10)
FULL = {"label": "FSC", "number": "S-1", "issuer": "Body", "scope": "oak plank", "expires_on": date(2027, 12, 31)}


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def read(link: str, row: dict) -> Evidence:
    check = row.get("check")
    return Evidence(
        link=link, text=row.get("text", ""), label=row.get("label", ""), number=row.get("number", ""), issuer=row.get("issuer", ""),
        scope=row.get("scope", ""), expires_on=day(row.get("end")), owners=tuple(row.get("owners", ())),
        document=Held(1, day(row.get("file_end"))) if row.get("file") else None,
        check=Check(check["found"], date.fromisoformat(check["on"]), check["by"], check["address"]) if check else None)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_case_rated_by_hand(case):
    rated = green.rate(read(case["link"], case["evidence"]), case["link"], shipped(), date.fromisoformat(case["on"]))
    assert rated.level == case["level"]
    assert rated.falls_on == day(case.get("falls"))
    assert (rated.next.what if rated.next else None) == case["step"]
    if "missing" in case:
        assert list(rated.next.missing) == case["missing"]


def test_there_are_31_labels_and_each_says_what_it_does_not_cover():
    rules = shipped().all(green.LABEL)
    assert len(rules) == 31
    for rule in rules:
        assert set(rule.data["links"]) <= set(LINKS)
        assert all(all(green.coverage(rule, lang)[:2]) for lang in ("en", "zh"))
        assert all(codes.is_known("certificate", kind) for kind in rule.data["certificates"])
        assert rule.data["issuer_en"] and rule.data["issuer_zh"]


def test_what_is_only_general_knowledge_is_never_verified():
    for rule in shipped().all(green.LABEL):
        assert not ("MEM" in rule.source and rule.verified), rule.code
        assert green.coverage(rule, "en")[2] is False  # the sentences on coverage have no source yet


def test_the_links_are_those_of_the_vocabulary():
    assert tuple(codes.rows("chain_link")) == LINKS
    assert {word: int(level) for word, level in green.LEVELS.items()} == {
        code: codes.green_rank(code) for code in codes.rows("green_level")}


def test_a_label_without_a_link_stands_at_all_its_links():
    profile = green.profile([Evidence(**FULL)], shipped(), TODAY)
    assert {link for link in LINKS if profile.level(link)} == {"PROC", "MFG"}
    assert len(profile.rated()) == 1


def test_a_profile_has_no_sum():
    profile = green.profile([Evidence(link="LOG", text="By rail"), Evidence(link="PROC", **FULL)], shipped(), TODAY)
    assert [int(profile.level(link)) for link in LINKS] == [0, 3, 0, 1, 0, 0]
    assert profile.best is Level.THIRD_PARTY
    assert not hasattr(profile, "score")


def test_words_of_no_link_are_kept_and_count_for_no_link():
    profile = green.profile([Evidence(text="We love trees")], shipped(), TODAY)
    assert profile.best is Level.UNKNOWN and len(profile.loose) == 1


@pytest.mark.parametrize(("asked", "states"), [
    (Asked(), []),
    (Asked(level=Level.THIRD_PARTY), ["met"]),
    (Asked(level=Level.REGISTER), ["short"]),
    (Asked(links={"LOG": Level.CLAIMED}), ["met"]),
    (Asked(links={"LOG": Level.DOCUMENT}), ["short"]),
    (Asked(links={"EOL": Level.CLAIMED}), ["unknown"]),
    (Asked(labels=("FSC",)), ["met"]),
    (Asked(labels=("MSC",)), ["unknown"]),
    (Asked(labels=("GOTS",)), ["short"]),
    (Asked(level=Level.DOCUMENT, links={"EOL": Level.DOCUMENT}, labels=("FSC",)), ["met", "unknown", "met"]),
])
def test_what_a_demand_asks(asked, states):
    found = green.profile(
        [Evidence(link="LOG", text="By rail"), Evidence(link="PROC", **FULL), Evidence(link="MFG", label="GOTS")], shipped(), TODAY)
    answers = green.meets(asked, found)
    assert [answer.state for answer in answers] == states
    assert bool(asked) == bool(states)


def test_a_label_that_ran_out_no_longer_meets_a_demand():
    found = [Evidence(link="PROC", **FULL)]
    asked = Asked(labels=("FSC",))
    last = FULL["expires_on"]
    assert green.verdict(green.meets(asked, green.profile(found, shipped(), last))) == "met"
    assert green.verdict(green.meets(asked, green.profile(found, shipped(), last + timedelta(days=1)))) == "short"


def test_a_product_that_says_nothing_is_unknown_and_not_short():
    answers = green.meets(Asked(level=Level.CLAIMED, links={"MFG": Level.REGISTER}, labels=("FSC",)), green.profile([], shipped(), TODAY))
    assert green.verdict(answers) == "unknown"
    assert green.verdict([]) == ""


WORDS = st.sampled_from(["", "x"])
DAYS = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
EVIDENCE = st.builds(
    Evidence, link=st.sampled_from(["", *LINKS]), text=WORDS, label=st.sampled_from(["", "FSC", "ROHS", "EPD", "no such label"]),
    number=WORDS, issuer=WORDS, scope=WORDS, expires_on=DAYS, document=st.one_of(st.none(), st.builds(Held, st.integers(1, 9), DAYS)),
    check=st.one_of(st.none(), st.builds(Check, st.booleans(), st.dates(date(2026, 1, 1), date(2026, 12, 31)),
                                         st.sampled_from(["organizer", "company"]), st.sampled_from(["", "https://r.example/1"]))))


@given(EVIDENCE, st.sampled_from(LINKS), st.dates(date(2026, 6, 1), date(2027, 6, 1)))
def test_a_label_is_a_certificate_only_with_number_issuer_scope_and_a_day_not_passed(evidence, link, on):
    level = green.level(evidence, link, shipped(), on)
    if level >= Level.THIRD_PARTY:
        assert evidence.number and evidence.issuer and evidence.scope and on <= evidence.expires_on
    if level is Level.REGISTER:
        assert evidence.check.found and evidence.check.address and evidence.check.on <= on
    assert (level is Level.UNKNOWN) == (not evidence.text and not evidence.label)


@given(EVIDENCE, st.sampled_from(LINKS), st.dates(date(2026, 6, 1), date(2027, 6, 1)))
def test_the_level_falls_on_the_day_that_was_foretold(evidence, link, on):
    falls = green.falls_on(evidence, link, shipped(), on)
    if falls is not None:
        assert green.level(evidence, link, shipped(), falls) < green.level(evidence, link, shipped(), on)
        assert on < falls


@given(st.lists(EVIDENCE, max_size=5), st.dates(date(2026, 6, 1), date(2027, 6, 1)))
def test_more_evidence_never_lowers_a_link(several, on):
    rules = shipped()
    for count in range(len(several)):
        less, more = green.profile(several[:count], rules, on), green.profile(several[:count + 1], rules, on)
        assert all(less.level(link) <= more.level(link) for link in LINKS)
    assert green.best_level(several, rules, on) == green.profile(several, rules, on).best


WISHES = st.dictionaries(st.sampled_from(LINKS), st.sampled_from(list(Level)[1:]))


@given(st.lists(EVIDENCE, max_size=4), st.sampled_from(list(Level)), WISHES)
def test_a_lower_wish_is_met_wherever_a_higher_one_is(several, level, links):
    found = green.profile(several, shipped(), TODAY)
    high = green.meets(Asked(level, links), found)
    low = green.meets(Asked(Level(max(level - 1, 0)), {link: Level(wanted - 1) for link, wanted in links.items() if wanted > 1}), found)
    if all(answer.state == "met" for answer in high):
        assert all(answer.state == "met" for answer in low)
