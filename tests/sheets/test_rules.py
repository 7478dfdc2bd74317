"""Rules of single values: any input gives a value to store or a refusal in words."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.catalog import rules as catalog
from matchmaker.demands import rules as demands
from matchmaker.errors import Invalid
from matchmaker.reference.actions import Values, add_rule
from matchmaker.sheets import rules

from .. import factories

ANYTHING = st.one_of(
    st.none(),
    st.text(max_size=60),
    st.floats(),
    st.decimals(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.text(alphabet="0123456789.,万亿- /年月日eE", max_size=30),
)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("1,000", 1000),
        ("1 000", 1000),
        ("12万", 120_000),
        ("1.5亿", 150_000_000),
        ("0.5", "0.5"),
        (960, 960),
        (Decimal("41.00"), 41),
        ("１２", 12),
        ("999999999999.9999", "999999999999.9999"),
        ("1e3", 1000),
        (2.5, "2.5"),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed, stored):
    assert rules.amount(typed) == Decimal(stored)


@pytest.mark.parametrize(
    "typed",
    [
        "NaN",
        "nan",
        "Infinity",
        "-1",
        "0",
        "0.00001",
        "1e12",
        "1000000000000",
        "12,5",
        "1.000,5",
        "abc",
        "--1",
        "1e999",
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        Decimal("sNaN"),
        -3,
        True and "x",
    ],
)
def test_a_bad_amount_is_refused(typed):
    with pytest.raises(Invalid):
        rules.amount(typed)


@given(ANYTHING)
def test_any_amount_is_stored_in_bounds_or_refused(value):
    try:
        found = rules.amount(value)
    except Invalid:
        return
    assert found is None or (Decimal(0) < found <= Decimal("1000000000000") and found.is_finite() and -found.as_tuple().exponent <= 4)


@pytest.mark.database  # classes of products are rules of the reference
@given(name=st.sampled_from(sorted(catalog.RULES)), value=ANYTHING)
def test_no_value_of_a_product_gives_anything_but_a_value_or_a_refusal(app, name, value):
    if name in ("certificates", "claims", "footprints", "entry", "translations", "specs", "channels") and not isinstance(value, str | None):
        return
    if name in ("certificates", "claims", "footprints", "entry", "translations") and isinstance(value, str):
        return
    with app.app_context():
        refused_or_stored(catalog.RULES[name], value)


@given(st.sampled_from(sorted(set(demands.RULES) - {"translations", "section_id", "green_links"})), ANYTHING)
def test_no_value_of_a_demand_gives_anything_but_a_value_or_a_refusal(app, name, value):
    several = ("specs_must", "specs_nice", "origins_wanted", "origins_excluded", "languages", "certificates", "green_labels")
    if name in several and not isinstance(value, str | None):
        return
    with app.app_context():
        refused_or_stored(demands.RULES[name], value)


@pytest.mark.database
def test_a_label_that_an_organizer_added_is_known_by_its_names(context):
    organizer = factories.actor(factories.organizer(factories.ExpoFactory()))
    values = Values("Andean Leaf", "安第斯之叶", {"kind": "product"}, source="andeanleaf.example")
    with pytest.raises(Invalid):
        rules.green_label("Andean Leaf")
    add_rule(organizer, kind="label", code="ANDEAN", values=values)
    assert {rules.green_label(name) for name in ("andean leaf", "安第斯之叶", "ANDEAN")} == {"ANDEAN"}
    assert rules.green_label("FSC") == "FSC"


def refused_or_stored(rule, value):
    try:
        stored = rule(value)
    except Invalid as problem:
        assert str(problem)
        return
    assert rule(stored) == stored, "a stored value obeys its own rule"


@pytest.mark.parametrize(
    "typed",
    ["2026-12-20", "2026/12/20", "2026年12月20日", " 2026-12-20 ", "2026-12-20T08:00:00", date(2026, 12, 20),
     datetime(2026, 12, 20, 3, tzinfo=UTC)],
)
def test_a_day_is_read_as_people_write_it(typed):
    assert rules.day(typed) == date(2026, 12, 20)


@pytest.mark.parametrize("typed", ["2026-13-45", "20.12.2026", "tomorrow", "0001-01-01", "9999-12-31"])
def test_a_bad_day_is_refused(typed):
    with pytest.raises(Invalid):
        rules.day(typed)


@pytest.mark.parametrize("typed", ["9710", "9810"])
def test_an_export_mode_is_refused_with_the_words_that_it_is_one(typed):
    with pytest.raises(Invalid, match="export mode"):
        rules.road(typed)


@pytest.mark.parametrize("code", ["0110", "1210", "1239", "9610", ""])
def test_import_modes_are_taken(code):
    assert rules.road(code) == code


@pytest.mark.parametrize(
    ("rule", "typed", "stored"),
    [
        (rules.currency, "usd", "USD"),
        (rules.currency, "人民币", "CNY"),
        (rules.country, "智利", "CL"),
        (rules.country, "chile", "CL"),
        (rules.country, "United Arab Emirates", "AE"),
        (rules.hs_code, "0809.29", "080929"),
        (rules.hs_code, None, ""),
        (rules.unit, "箱", "carton"),
        (rules.unit, "cartons", "carton"),
        (rules.unit, "drum", "drum"),
        (rules.code("incoterm"), "fob", "FOB"),
        (rules.code("channel"), "e-commerce", "ecommerce"),
        (rules.yes_no, "是", True),
        (rules.yes_no, "", None),
        (rules.language, "zh_CN", "zh"),
        (rules.pairs, "calibre: JJ\nbrix:18", [["calibre", "JJ"], ["brix", "18"]]),
        (rules.pairs, {"a": 1}, [["a", "1"]]),
    ],
)
def test_names_and_codes_become_codes(rule, typed, stored):
    assert rule(typed) == stored


@pytest.mark.parametrize(
    ("rule", "typed"),
    [
        (rules.currency, "DEM"),
        (rules.currency, "XYZ"),
        (rules.country, "Atlantis"),
        (rules.hs_code, "770000"),
        (rules.hs_code, "12345678901"),
        (rules.code("incoterm"), "XXX"),
        (rules.title, "  "),
        (rules.title, "x" * 201),
        (rules.days(100), "1.5"),
        (rules.days(100), 101),
        (rules.language, "qqq"),
    ],
)
def test_what_is_unknown_is_refused(rule, typed):
    with pytest.raises(Invalid):
        rule(typed)


def test_a_card_names_every_problem_at_once():
    with pytest.raises(catalog.InvalidSheet) as refused:
        catalog.normal({"title": "", "price_low": "9", "price_high": "3", "currency": "XYZ", "hs": "99999"})
    assert {problem.field for problem in refused.value.problems} == {"title", "price_high", "currency", "hs"}


def test_the_price_is_checked_against_what_the_card_says_already():
    with pytest.raises(catalog.InvalidSheet):
        catalog.normal({"price_high": "3"}, before={"title": "Cherries", "price_low": Decimal(9), "currency": "USD"})


def test_a_window_must_not_end_before_it_begins_and_an_origin_not_be_both():
    with pytest.raises(demands.InvalidSheet) as refused:
        demands.normal(
            {"title": "x", "window_from": "2027-02-01", "window_to": "2027-01-01", "origins_wanted": "CL, 秘鲁", "origins_excluded": ["CL"]}
        )
    assert {problem.field for problem in refused.value.problems} == {"window_to", "origins_excluded"}


@pytest.mark.parametrize(
    ("words", "title", "text"),
    [
        ("求购智利车厘子\nJJ 级以上", "求购智利车厘子", "JJ 级以上"),
        ("Olive oil", "Olive oil", ""),
        (
            "求购智利车厘子\uff0cJJ 级以上\uff0c" + "海运冷柜" * 30,
            "求购智利车厘子",
            "求购智利车厘子\uff0cJJ 级以上\uff0c" + "海运冷柜" * 30,
        ),
    ],
)
def test_the_first_words_are_the_title(words, title, text):
    assert demands.split_words(words) == (title, text)


@given(st.text(max_size=400))
def test_no_word_of_a_demand_is_lost(words):
    title, text = demands.split_words(words)
    assert len(title) <= demands.TITLE_LENGTH
    assert "".join((title + text).split()) == "".join(rules.clean(words).split()) or text == rules.clean(words)


@pytest.mark.parametrize(
    ("level", "state", "name", "budget"),
    [
        ("open", None, True, True),
        ("matched", None, False, False),
        ("matched", "requested", False, False),
        ("matched", "accepted", True, True),
        ("matched", "placed", True, True),
        ("matched", "declined", False, False),
        ("anonymous", "accepted", False, True),
        ("anonymous", "placed", True, True),
        ("anonymous", "held", True, True),
        ("anonymous", "cancelled", False, False),
    ],
)
def test_who_reads_the_name_and_the_budget_of_a_buyer(level, state, name, budget):
    class Sheet:
        confidentiality = level

    assert demands.buyer_name_visible(Sheet, state) is name
    assert demands.budget_visible(Sheet, state) is budget
