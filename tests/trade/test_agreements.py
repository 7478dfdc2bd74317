from datetime import date

from matchmaker.trade import agreements as trade
from matchmaker.trade.places import country_codes


def codes(origin, on):
    return {deal.code for deal in trade.agreements_for(origin, on)}


def test_every_partner_is_a_country_or_region():
    for deal in trade.agreements():
        assert set(deal.partners) <= country_codes() - {"CN"}
        assert deal.en and deal.zh
    for scheme in trade.preferences():
        assert scheme.partners <= country_codes()


def test_rcep_holds_from_each_partners_own_day():
    assert "RCEP" not in codes("ID", date(2023, 1, 1))
    assert "RCEP" in codes("ID", date(2023, 1, 2))
    assert "RCEP" in codes("VN", date(2022, 1, 1))


def test_japan_is_reachable_only_through_rcep():
    assert codes("JP", date(2026, 6, 1)) == {"RCEP"}


def test_an_agreement_without_a_date_is_unknown_and_not_in_force():
    assert codes("IN", date(2026, 6, 1)) == set()
    assert [deal.code for deal in trade.undated_agreements_for("IN")] == ["APTA"]
    assert trade.undated_agreements_for("CL") == []


def test_a_country_without_agreement_has_none():
    assert codes("US", date(2026, 6, 1)) == set()


def test_origins_may_be_written_small():
    assert codes("cl", date(2026, 6, 1)) == {"CL"}


def test_zero_tariff_for_least_developed_countries_began_in_december_2024():
    assert trade.preferences_for("ET", date(2024, 11, 30)) == []
    [(scheme, status)] = trade.preferences_for("ET", date(2024, 12, 1))
    assert (scheme.code, status, scheme.verified) == ("LDC", "applies", False)


def test_after_graduation_the_preference_is_unknown_and_not_assumed():
    for origin in ("NP", "LA", "BD"):
        assert [status for _, status in trade.preferences_for(origin, date(2026, 11, 24))] == ["applies"]
        assert [status for _, status in trade.preferences_for(origin, date(2026, 11, 25))] == ["unknown"]


def test_the_other_african_countries_have_two_years():
    days = [date(2026, 4, 30), date(2026, 5, 1), date(2028, 4, 30), date(2028, 5, 1)]
    assert [len(trade.preferences_for("KE", day)) for day in days] == [0, 1, 1, 0]


def test_the_lists_have_the_lengths_of_the_reference_and_share_no_country():
    ldc, africa = (scheme.partners for scheme in trade.preferences())
    assert (len(ldc), len(africa), ldc & africa) == (43, 20, frozenset())
    assert "SZ" not in ldc | africa
    assert trade.least_developed() == ldc
