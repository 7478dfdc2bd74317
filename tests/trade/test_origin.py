"""Which rate an origin pays on a day (``cases/origins.json``), and that a rule that changes by date changes on its day."""

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from matchmaker.trade.agreements import agreements, preferences
from matchmaker.trade.charges import Span
from matchmaker.trade.origin import Choice, choose
from matchmaker.trade.rates import Basis, RateLine, Rates
from matchmaker.trade.rulebook import shipped

from .test_landed import line

DATA = json.loads((Path(__file__).parent / "cases/origins.json").read_text(encoding="utf-8"))
LINES = [line(*row) for row in DATA["lines"]]
VALUE, CODE = Span(Decimal(1000), Decimal(1000)), "09011100"


def of(origin: str, on: date, lines=LINES) -> Choice:
    return choose(CODE, origin, on, shipped(), Rates(lines))


def best(choice: Choice) -> str:
    scheme, _duty = choice.best(VALUE, {})
    return f"{scheme.basis} {scheme.code}".strip()


@pytest.mark.parametrize("case", DATA["cases"], ids=lambda case: case["name"])
def test_cases(case):
    choice = of(case["origin"], date.fromisoformat(case["on"]))
    codes = {scheme.code for scheme in choice.schemes}
    assert best(choice) == case["best"]
    assert set(case["unknown"]) <= {f"{one.basis} {one.why} {one.code}" for one in choice.open}
    assert set(case.get("within", ())) <= codes and not set(case.get("without", ())) & codes


@pytest.mark.parametrize(
    ("code", "origin", "day"),
    [(deal.code, origin, day) for deal in agreements() for origin, day in deal.in_force.items() if day])
def test_every_agreement_begins_on_its_day_for_each_partner(code, origin, day):
    lines = [RateLine("09", Basis.MFN, Decimal("0.08")), RateLine("09", Basis.FTA, Decimal(0), scheme=code)]
    before, then = (of(origin, on, lines) for on in (day - timedelta(1), day))
    assert code not in {scheme.code for scheme in before.schemes}
    [scheme] = [scheme for scheme in then.schemes if scheme.code == code]
    assert scheme.proof is not None


@pytest.mark.parametrize(("code", "origin"), [(one.code, origin) for one in preferences() for origin in sorted(one.partners)])
def test_every_preference_changes_on_its_days(code, origin):
    [rule] = [one for one in preferences() if one.code == code]
    last = min(filter(None, (rule.rule.valid_to, rule.known_until.get(origin))), default=None)
    assert code not in {scheme.code for scheme in of(origin, rule.rule.valid_from - timedelta(1)).schemes}
    assert code in {scheme.code for scheme in of(origin, rule.rule.valid_from).schemes}
    if last:
        assert code in {scheme.code for scheme in of(origin, last).schemes}
        after = of(origin, last + timedelta(1))
        assert code not in {scheme.code for scheme in after.schemes}
        assert (code in {one.code for one in after.open}) == (origin in rule.known_until)  # unknown is named, an end is an end


def test_a_rate_line_changes_on_its_day():
    lines = [RateLine("0901", Basis.MFN, Decimal("0.08"), valid_to=date(2026, 12, 31)),
             RateLine("0901", Basis.MFN, Decimal("0.05"), valid_from=date(2027, 1, 1))]
    shares = [of("BR", on, lines).schemes[0].tariff.charges[0].share for on in (date(2026, 12, 31), date(2027, 1, 1))]
    assert shares == [Decimal("0.08"), Decimal("0.05")]


def test_what_rests_on_an_unverified_list_is_left_out_when_only_confirmed_rules_are_asked():
    choice = of("ET", date(2026, 10, 19))
    assert choice.best(VALUE, {})[0].code == "LDC"
    assert choice.best(VALUE, {}, confirmed=True)[0].basis is Basis.MFN
