import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from matchmaker.trade import codes
from matchmaker.trade.identifiers import check_identifier, check_phone, is_sample_uscc, sample_uscc

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@given(st.integers())
def test_a_sample_code_has_right_check_digits_and_says_that_it_is_a_sample(seed):
    code = sample_uscc(seed)
    assert uscc.is_valid(code)
    assert code == sample_uscc(seed)
    assert check_identifier("CN", "uscc", code).status == "valid"
    assert is_sample_uscc(code)


def test_samples_differ():
    assert len({sample_uscc(seed) for seed in range(500)}) == 500


@given(st.integers(0, 10_000), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_never_valid(seed, place, char):
    code = sample_uscc(seed)
    wrong = code[:place] + char + code[place + 1 :]
    if wrong != code:
        assert check_identifier("CN", "uscc", wrong).status == "invalid"


@given(st.text(max_size=30), st.sampled_from(["CN", "DE", "FR", "KZ", "ZZ", "BR"]),
       st.sampled_from(["uscc", "vat", "registration", "lei"]))
def test_any_text_gets_an_answer_with_a_reason_that_can_be_read(text, country, kind):
    check = check_identifier(country, kind, text)
    assert check.status in {"valid", "invalid", "unchecked"}
    assert codes.is_known("identifier_reason", check.reason)


def test_a_code_is_stored_without_its_spaces():
    assert check_identifier("CN", "uscc", " 9111 0000 6000 37341l").normalised == "91110000600037341L"


def test_a_collective_whose_code_begins_with_a_letter_is_not_turned_away():
    body = "N2" + "110000" + "600037341"
    assert check_identifier("CN", "uscc", body + uscc.calc_check_digit(body)).status == "valid"


@pytest.mark.parametrize(("country", "kind", "value", "status", "reason"), [
    ("CN", "uscc", "91110000600037341", "invalid", "wrong_length"),
    ("CN", "uscc", "91110000600037341A", "invalid", "wrong_check_digit"),
    ("CN", "uscc", "911100006000373IOL", "invalid", "wrong_format"),
    ("CN", "uscc", "", "invalid", "empty"),
    ("CN", "vat", "91110000600037341L", "valid", "check_digits_right"),
    ("CN", "registration", "110000450012345", "unchecked", "no_rule"),
    ("FR", "uscc", "91110000600037341L", "invalid", "wrong_country"),
    ("DE", "vat", "DE136695976", "valid", "check_digits_right"),
    ("DE", "vat", "DE136695978", "invalid", "wrong_check_digit"),
    ("GR", "vat", "EL 094259216", "valid", "check_digits_right"),
    ("FR", "registration", "732 829 320", "valid", "check_digits_right"),
    ("FR", "registration", "Quimper 12 B", "unchecked", "other_register"),
    ("BR", "vat", "123", "unchecked", "other_register"),
    ("KZ", "vat", "123456789012", "unchecked", "no_rule"),
    ("KZ", "registration", "123456789012", "unchecked", "no_rule"),
    ("US", "lei", "213800KUD8LAJWSQ9D15", "valid", "check_digits_right"),
    ("US", "lei", "213800KUD8LXJWSQ9D15", "invalid", "wrong_check_digit"),
    ("US", "loyalty card", "1", "unchecked", "no_rule"),
])
def test_each_country_is_judged_by_its_own_rule_and_the_unknown_is_unchecked(country, kind, value, status, reason):
    check = check_identifier(country, kind, value)
    assert (check.status, check.reason) == (status, reason)


@pytest.mark.parametrize(("country", "value", "normalised", "status"), [
    ("CN", "138 0013 8000", "+8613800138000", "valid"),
    ("CN", "+56 2 2345 6789", "+56223456789", "valid"),
    ("CN", "12", "12", "invalid"),
    ("CN", "call me", "call me", "invalid"),
    ("CN", None, "", "invalid"),
])
def test_a_phone_number_is_stored_in_its_international_form(country, value, normalised, status):
    check = check_phone(country, value)
    assert (check.normalised, check.status) == (normalised, status)
    assert codes.is_known("identifier_reason", check.reason)
