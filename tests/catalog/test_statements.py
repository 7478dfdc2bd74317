"""What a product card says of its gates: words of tables, rows of forms, and what is kept."""

from datetime import date

import pytest

from matchmaker.catalog import statements
from matchmaker.catalog.tasks import COLUMNS, _entry
from matchmaker.errors import Invalid
from matchmaker.sheets.rules import InvalidSheet
from matchmaker.trade.gates import Statement


@pytest.mark.parametrize(("word", "kept"), [
    ("CL-1", {"number": "CL-1"}), ("ready", {"state": "held"}), ("办理中", {"state": "applied"}), ("no", {"state": "none"}),
    ("applied in May 2026", {"note": "applied in May 2026"}), ("n/a", {"state": "not_needed"})])
def test_a_word_of_a_table_becomes_a_state_a_number_or_a_remark(word, kept):
    assert statements.entry({"gacc": word}) == {"gacc": kept}


def test_rows_without_a_word_are_left_out_and_days_are_stored_as_text():
    rows = [{"gate": "gacc", "state": "applied", "applied_on": "2026年9月1日"}, {"gate": "ccc"}, {}]
    kept = statements.entry(rows)
    assert kept == {"gacc": {"state": "applied", "applied_on": "2026-09-01"}}
    assert statements.read(kept) == {"gacc": Statement("applied", "", date(2026, 9, 1))}


@pytest.mark.parametrize("rows", [
    [{"state": "held"}], [{"gate": "gacc", "state": "held"}, {"gate": "gacc", "state": "none"}], [{"gate": "gacc", "state": "maybe"}],
    [{"gate": "gacc", "state": "held", "applied_on": "2026-09-01", "expires_on": "2026-08-01"}]])
def test_what_makes_no_sense_is_refused_in_words(rows):
    with pytest.raises(Invalid):
        statements.entry(rows)


def test_a_table_has_columns_of_entry_and_roads():
    assert [COLUMNS.field_of(name) for name in ("海关注册号", "GACC valid until", "中文标签", "监管方式")] == [
        "gacc", "gacc_expires_on", "chinese_label", "roads"]
    row = {"title": "Wine", "gacc": "CL-1", "gacc_expires_on": "2030-01-01", "chinese_label": "ready"}
    assert _entry(row) == {"entry": {"gacc": {"number": "CL-1", "expires_on": "2030-01-01"}, "chinese_label": {"state": "held"}}}
    assert row == {"title": "Wine"}


def test_an_export_mode_is_no_road():
    from matchmaker.catalog.rules import normal

    assert normal({"title": "Wine", "roads": "0110, 1210"})["roads"] == ["0110", "1210"]
    with pytest.raises(InvalidSheet):
        normal({"title": "Wine", "roads": "9710"})


def test_the_gates_of_a_class_are_offered(context):
    assert statements.wanted("220421", "", date(2026, 10, 12)) == ["gacc", "chinese_label"]
    assert statements.wanted("330499", "", date(2026, 10, 12)) == []
    assert statements.wanted("330499", "cosmetics_special", date(2026, 10, 12)) == ["nmpa", "chinese_label"]
