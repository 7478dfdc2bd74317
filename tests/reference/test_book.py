"""What other rooms ask of the reference: the rulebook, the rates and the exchange rates that count now."""

from datetime import date
from decimal import Decimal

import pytest

from matchmaker.infra.db import db
from matchmaker.reference import queries, stamps
from matchmaker.reference.models import Edition, RateRow, RuleRevision
from matchmaker.trade.agreements import agreements_for
from matchmaker.trade.rates import Basis
from matchmaker.trade.rulebook import shipped

from ..conftest import TODAY

pytestmark = pytest.mark.database
DAY = date(2026, 10, 19)


def revise(kind="agreement", code="CL", slot="", number=1, **values):
    db.session.add(RuleRevision(kind=kind, code=code, slot=slot, number=number, at=TODAY, **values))
    db.session.flush()
    stamps.renew(stamps.RULES)


def table(*rows, kind="duty", part="2026", state="current", **values):
    edition = Edition(
        kind=kind, part=part, state=state, edition=f"{kind} {part}", source="Customs", loaded_at=TODAY, applied_at=TODAY, **values)
    db.session.add(edition)
    db.session.flush()
    for number, row in enumerate(rows, start=2):
        db.session.add(RateRow(version_id=edition.id, row=number, key=str(number), heading=row["code"][:4], **row))
    db.session.flush()
    stamps.renew(stamps.RATES)
    return edition


def line(code, share="0.14", basis=Basis.MFN, **more):
    return {"code": code, "basis": basis, "share": Decimal(share), **more}


def test_without_any_correction_the_shipped_rules_count(context):
    assert queries.rulebook() is shipped()


def test_a_correction_replaces_the_shipped_rule_and_an_addition_stands_beside(context):
    revise(en="Chile", zh="智利", data={"in_force": {"CL": "2027-01-01"}}, source="MOFCOM notice", verified=True)
    revise(code="XX", en="New", zh="新", data={"in_force": {"US": "2026-01-01"}})
    book = queries.rulebook()
    assert agreements_for("CL", DAY, book) == [] and len(agreements_for("CL", date(2027, 1, 1), book)) == 1
    assert [deal.code for deal in agreements_for("US", DAY, book)] == ["XX"]
    assert len(book.all("agreement")) == len(shipped().all("agreement")) + 1


def test_a_withdrawn_rule_is_gone_and_a_rule_put_back_is_the_shipped_one(context):
    revise(standing="withdrawn")
    revise(code="PE", standing="shipped")
    book = queries.rulebook()
    assert agreements_for("CL", DAY, book) == [] and agreements_for("PE", DAY, book) == agreements_for("PE", DAY)


def test_one_of_two_rules_of_a_code_is_corrected_by_its_slot(context):
    revise("preference", "AFRICA", "2026-05-01", en="Africa", zh="非洲", data={"partners": ["KE"], "rule": {"en": "", "zh": ""}},
           valid_from=date(2026, 6, 1))
    assert queries.rulebook().find("preference", "AFRICA", date(2026, 5, 15)) is None


def test_the_book_is_kept_until_something_changes(context):
    revise(standing="withdrawn")
    first = queries.rulebook()
    assert queries.rulebook() is first and first.version != "shipped"
    revise(code="PE", standing="withdrawn")
    assert queries.rulebook() is not first and queries.rulebook().version != first.version


def test_without_tables_no_rate_and_no_exchange_rate_is_known(context):
    assert list(queries.rates()) == [] and queries.exchange(DAY) == {}


def test_rates_of_a_code_come_with_shorter_and_longer_codes_of_tables_in_use(context):
    table(line("2204"), line("22042100", "0.1"), line("0809"), line("22", "0.5"), valid_from=date(2026, 1, 1))
    table(line("22042100", "0.9"), part="draft", state="draft")
    found = queries.rates(["220421"], DAY)
    assert {one.code for one in found} == {"22", "2204", "22042100"}
    [best] = found.lines("22042100", DAY)
    assert (best.share, best.table, best.source, best.valid_from) == (Decimal("0.1"), "duty 2026", "Customs", date(2026, 1, 1))
    assert len(queries.rates()) == 4 and len(queries.rates(None, date(2025, 12, 31))) == 0


def test_an_official_line_goes_before_a_sample(context):
    table(line("2204", "0.14"), part="official", valid_from=date(2026, 1, 1))
    table(line("2204", "0.5"), part="sample", sample=True, valid_from=date(2026, 3, 1))
    [best] = queries.rates(["2204"]).lines("2204", DAY)
    assert not best.sample and best.share == Decimal("0.14")


def test_the_latest_exchange_rate_known_on_the_day_counts(context):
    def rate(currency, yuan, day):
        return {"code": currency, "basis": Basis.EXCHANGE, "amount": Decimal(yuan), "valid_from": day}

    table(rate("USD", "7.10", date(2026, 9, 1)), rate("USD", "7.20", date(2026, 10, 1)), rate("USD", "9", date(2026, 11, 1)),
          rate("EUR", "8", date(2026, 12, 1)), kind="exchange")
    assert queries.exchange(DAY) == {"USD": (Decimal("7.20"), date(2026, 10, 1), "Customs", False)}
    assert list(queries.rates()) == []
