"""Values of fields in JSON and back; what is agreed for a pair."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine.matching.records import Certificate, Change, Price, Quantity
from matchmaker.matching import terms

FIGURES = st.decimals(0, 10**9, places=2)
VALUES = st.one_of(
    st.builds(Quantity, FIGURES, st.sampled_from(["kg", "carton", ""])),
    st.builds(Price, st.none() | FIGURES, st.none() | FIGURES, st.just("USD"), st.just("kg")),
    st.integers(0, 3650), st.dates(), st.none(),
    st.lists(st.builds(Certificate, st.just("MSC"), st.none() | st.dates()), min_size=1).map(tuple),
    st.lists(st.sampled_from(["MSC", "FSC"]), min_size=1).map(tuple),
)


@given(VALUES)
def test_a_value_comes_back_from_json(value):
    assert terms.from_json(terms.to_json(value)) == value


def test_a_text_is_no_value_of_a_repair():
    with pytest.raises(TypeError):
        terms.to_json("words")


@pytest.mark.database
def test_the_last_agreement_on_a_field_stands(matched):
    pair = {"expo_id": matched.expo.id, "demand_id": matched.demands[0].id, "product_id": matched.products[0].id}
    for amount in (800, 500):
        terms.agree(**pair, side="supply", field="moq", value=terms.to_json(Quantity(Decimal(amount), "carton")))
    terms.agree(**pair, side="demand", field="window_to", value=terms.to_json(date(2026, 12, 31)))
    found = terms.agreed(matched.expo.id)
    assert found == {(pair["demand_id"], pair["product_id"]): [
        Change("supply", "moq", Quantity(Decimal(500), "carton")), Change("demand", "window_to", date(2026, 12, 31))]}
