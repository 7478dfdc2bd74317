"""The schemas of the kinds of rules: what is shipped fits them, and what does not fit is named."""

from types import MappingProxyType

import pytest

from matchmaker.trade.rulebook import Rule, shipped, shipped_kinds, shipped_rules
from matchmaker.trade.schema import Field, Schema, schema, touch


@pytest.mark.parametrize("kind", shipped_kinds())
def test_every_shipped_rule_fits_the_schema_of_its_kind(kind):
    for rule in shipped_rules(kind):
        assert list(schema(kind).faults(rule.data, shipped())) == [], rule.code


@pytest.mark.parametrize("kind", shipped_kinds())
def test_every_kind_is_named_in_both_languages_and_lists_all_its_fields(kind):
    head = schema(kind)
    assert head.en != kind and head.zh != kind and head.about_en and head.about_zh
    listed = {field.name for field in head.fields}
    assert {name for rule in shipped_rules(kind) for name in rule.data} <= listed
    assert all(field.en and field.zh for field in head.fields)


@pytest.mark.parametrize("kind", shipped_kinds())
def test_rules_have_both_names_a_source_and_days_in_order(kind):
    for rule in shipped_rules(kind):
        assert rule.en and rule.zh and rule.sources(), rule
        assert rule.valid_to is None or rule.valid_from is None or rule.valid_from <= rule.valid_to


@pytest.mark.parametrize("kind", shipped_kinds())
def test_the_rules_of_a_code_never_hold_together_unless_they_begin_on_different_days(kind):
    book = shipped()
    starts = [(rule.code, rule.valid_from) for rule in book.all(kind)]
    assert len(set(starts)) == len(starts)


def faults(kind, value, **more):
    schema = Schema("x", "x", "x", "", "", (Field("f", kind, "F", "F", **more),))
    return [fault.reason for fault in schema.faults({"f": value}, shipped())]


@pytest.mark.parametrize(("kind", "good", "bad", "reason"), [
    ("text", "x", 3, "no_text"), ("texts", {"en": "a", "zh": "b"}, {"en": "a", "zh": ""}, "one_language"),
    ("texts", {"en": "a", "zh": "b"}, ["a"], "no_pair"), ("integer", 3, 3.5, "no_integer"), ("decimal", 3.5, "3", "no_number"),
    ("share", 0.7, 70, "no_share"), ("flag", False, "no", "no_flag"), ("day", "2026-06-01", "1 June", "no_day"),
    ("codes", ["2204", "01"], ["77"], "no_code"), ("countries", ["CL"], ["XX"], "no_country"),
    ("days_by_country", {"CL": "2006-10-01", "IN": None}, {"CL": "2006"}, "no_day"), ("words", ["a"], "a", "no_list")])
def test_a_value_of_another_type_is_named(kind, good, bad, reason):
    assert faults(kind, good) == []
    assert faults(kind, bad) == [reason]


def test_a_choice_is_one_of_its_options_and_a_number_lies_in_its_range():
    assert faults("choice", "b", options=(("a", "A", "A"),)) == ["no_choice"]
    assert faults("integer", 2031, least=2015, most=2030) == ["out_of_range"]


def test_what_must_be_there_is_missed():
    assert faults("text", "", required=True) == ["missing"] and faults("text", "") == []


def rule(kind, **data):
    return Rule(kind, "X", "X", "X", MappingProxyType(data))


def test_a_rule_touches_the_goods_it_names():
    africa = touch(shipped(), rule("preference", partners=["KE"]))
    assert africa.concerns("0901", "KE") and not africa.concerns("0901", "BR") and africa.roads is None
    fish = touch(shipped(), rule("product_class", hs=["03", "1604"]))
    assert fish.concerns("03061700", "CL") and fish.concerns("16", "CL") and not fish.concerns("2204", "CL") and not fish.concerns("", "CL")
    retail = touch(shipped(), rule("cbec"))
    assert retail.roads == {"1210", "1239", "9610"} and retail.concerns("", "")


def test_a_rule_about_a_class_touches_the_codes_of_the_class():
    needs = touch(shipped(), rule("entry_need", **{"class": "meat", "gate": "gacc"}))
    assert needs.concerns("02013000", "BR") and not needs.concerns("2204", "BR")


def test_before_and_after_count_together():
    both = touch(shipped(), rule("preference", partners=["KE"]), rule("preference", partners=["EG"]))
    assert both.origins == {"KE", "EG"}
    assert touch(shipped(), rule("preference", partners=["KE"]), rule("preference", partners=[])).origins is None
