"""One rule says whether a document holds on a day, and all who ask get it."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.companies.standing import Standing
from matchmaker.documents import queries, rules

from .. import factories

TODAY = date(2026, 10, 19)
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


def paper(**days):
    return SimpleNamespace(**{"valid_from": None, "expires_on": None, "endless": False} | days)


@pytest.mark.parametrize(("days", "state"), [
    ({"expires_on": date(2026, 10, 18)}, "expired"), ({"expires_on": TODAY}, "expiring"), ({"expires_on": date(2027, 1, 17)}, "expiring"),
    ({"expires_on": date(2027, 1, 18)}, "valid"), ({}, "unknown"), ({"endless": True}, "valid"),
    ({"endless": True, "expires_on": date(2026, 10, 18)}, "expired"), ({"valid_from": date(2026, 10, 20)}, "future"),
    ({"valid_from": TODAY, "endless": True}, "valid")])
def test_the_state_changes_on_its_day(days, state):
    assert rules.state(paper(**days), TODAY) == state


@given(DAYS, DAYS)
def test_a_document_passes_each_state_once_and_never_goes_back(expires_on, on):
    order = ["valid", "expiring", "expired"]
    first, second = (order.index(rules.state(paper(expires_on=expires_on), day)) for day in (on, on + timedelta(days=1)))
    assert 0 <= second - first <= 1


@given(DAYS, DAYS)
def test_a_warning_is_due_exactly_when_the_chip_says_so(expires_on, on):
    assert (rules.warning(expires_on, on) is None) == (rules.state(paper(expires_on=expires_on), on) == "valid")


@pytest.mark.parametrize(("left", "days"), [(91, None), (90, 90), (31, 90), (30, 30), (8, 30), (7, 7), (0, 7), (-1, 0), (-400, 0)])
def test_the_warning_of_a_day(left, days):
    assert rules.warning(TODAY + timedelta(days=left), TODAY) == days


@pytest.mark.parametrize("audience", rules.AUDIENCES)
@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("standing", Standing)
def test_who_sees_a_document(audience, shared, standing):
    """The whole table, said the other way round than the rule says it."""
    opens = {
        "us": set(), "named": set(), "matched": {Standing.MATCHED, Standing.ACCEPTED}, "accepted": {Standing.ACCEPTED}}[audience]
    expected = standing is Standing.OWN or (
        standing is not Standing.BLOCKED and audience != "us" and (shared or standing in opens))
    assert rules.may_see(audience, standing, shared=shared) is expected


@pytest.mark.database
def test_what_is_held_for_products_and_companies(context):
    company = factories.CompanyFactory()
    cherries, plums = (factories.ProductFactory(company=company) for _ in range(2))
    other = factories.ProductFactory()
    own = factories.DocumentFactory(company=company, product_id=cherries.id, expires_on=date(2026, 12, 1))
    whole = factories.DocumentFactory(company=company, kind="GACC", endless=True)
    old = factories.DocumentFactory(company=company, product_id=plums.id, expires_on=date(2026, 1, 1))
    found = queries.held([cherries.id, plums.id, other.id])
    assert {ident: [(row.id, row.state) for row in rows] for ident, rows in found.items()} == {
        cherries.id: [(own.id, "expiring"), (whole.id, "valid")], plums.id: [(old.id, "expired"), (whole.id, "valid")], other.id: []}
    assert [row.holds for row in found[plums.id]] == [False, True]
    assert {row.id for row in queries.held_by([company.id])[company.id]} == {own.id, whole.id, old.id}
    assert queries.held([cherries.id], date(2026, 12, 2))[cherries.id][0].state == "expired"
