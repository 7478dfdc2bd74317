"""The data of rules as text: what is shipped comes back from its form as it was."""

import pytest

from matchmaker.reference.words import REASONS
from matchmaker.reference.writing import as_text, from_text
from matchmaker.trade.rulebook import shipped_kinds, shipped_rules
from matchmaker.trade.schema import Field, schema


@pytest.mark.parametrize("kind", shipped_kinds())
def test_every_shipped_value_comes_back_from_its_text(kind):
    for rule in shipped_rules(kind):
        for field in schema(kind).fields:
            value = rule.data.get(field.name)
            if field.type not in ("texts", "flag") and value not in (None, "", [], {}):
                assert from_text(field, as_text(field, value)) == value, (rule.code, field.name)


@pytest.mark.parametrize(("kind", "text", "value"), [
    ("share", "30%", 0.3), ("share", "0.3", 0.3), ("share", "70％", 0.7), ("decimal", "26,000", 26000),
    ("codes", "2204.21, 03", ["220421", "03"]), ("countries", "cl，pe", ["CL", "PE"]),
    ("days_by_country", "cl 2006-10-01\nIN ?", {"CL": "2006-10-01", "IN": None}), ("text", "  ", None)])
def test_texts_are_read_as_people_write_them(kind, text, value):
    assert from_text(Field("f", kind, "F", "F"), text) == value


@pytest.mark.parametrize(("kind", "text"), [
    ("share", "much"), ("integer", "x"), ("days_by_country", "Chile 2006"), ("days_by_country", "CL 1 October 2006"), ("json", "{")])
def test_what_cannot_be_read_is_named(kind, text):
    with pytest.raises(ValueError) as refusal:
        from_text(Field("f", kind, "F", "F"), text)
    assert refusal.value.args[0].reason in REASONS
