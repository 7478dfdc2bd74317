"""Rules for names, addresses, passwords and devices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.accounts.passwords import hash_password, needs_rehash, verify_password
from matchmaker.accounts.rules import check_name, check_password, device_name, is_common, normal_email, one_line
from matchmaker.errors import Invalid


@pytest.mark.parametrize(
    "password", ["password", "Password1", "1234567890", "aaaaaaaaaaaa", "ciie2026", "Shanghai2026", "qwertyuiop", "1314520!"]
)
def test_common_passwords_are_refused(password):
    with pytest.raises(Invalid):
        check_password(password)


@pytest.mark.parametrize("password", ["short", "       ", " " * 20, "x" * 201])
def test_too_short_too_long_and_blank_passwords_are_refused(password):
    with pytest.raises(Invalid):
        check_password(password)


@pytest.mark.parametrize(
    "password",
    ["一座安静的港口在秋天", "Ünïcødé ✓ łąka", "correct horse battery staple " * 3, "كلمة سر طويلة جدا", "a\x00b\x00c\x00d\x00e"],
)
def test_any_characters_are_welcome(password):
    check_password(password)


def test_a_long_unicode_password_counts_to_its_last_character():
    long = "秋天的港口 ✓ é" * 8 + "甲"
    stored = hash_password(long)
    assert verify_password(stored, long)
    assert not verify_password(stored, long[:-1] + "乙")
    assert not verify_password(stored, long[:72])


def test_two_ways_to_type_one_letter_are_one_password():
    assert verify_password(hash_password("cafe\u0301 au lait"), "café au lait")


def test_hashes_are_argon2id_and_an_unknown_account_never_fits():
    stored = hash_password("a quiet harbour")
    assert stored.startswith("$argon2id$")
    assert not needs_rehash(stored)
    assert not verify_password(None, "nobody has this password")


@given(st.text(max_size=200))
def test_a_line_holds_no_line_break(text):
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert one_line(line) == line
    assert "\r" not in line and "\n" not in line


@pytest.mark.parametrize("name", ["", "  ", "123", "Win at http://evil.example", "www.evil.example", "x" * 121])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(Invalid):
        check_name(name)


@pytest.mark.parametrize(
    ("given_", "name"), [(" 王 小明 ", "王 小明"), ("Zoë\r\nBcc: x", "Zoë Bcc: x"), ("Jean-Luc d'Arc", "Jean-Luc d'Arc")]
)
def test_names_are_kept_in_one_line(given_, name):
    assert check_name(given_) == name


@pytest.mark.parametrize(
    "address", ["", "a", "a@", "@b.example", "a b@c.example", "a@b..example", "a@b.example\r\nBcc: c@d.example", "x" * 400 + "@b.example"]
)
def test_what_is_no_address_is_refused(address):
    with pytest.raises(Invalid):
        normal_email(address)


def test_addresses_are_compared_in_lower_case():
    assert normal_email(" Lucia.Ferrer@Example.ORG ") == "lucia.ferrer@example.org"


def test_common_words_with_digits_behind_are_common():
    assert is_common("exhibitor2026!")
    assert not is_common("exhibitor of quiet harbours")


def test_a_device_is_named_in_two_words():
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50"
    assert device_name(agent) == "WeChat · iPhone"
    assert device_name("curl/8") == ""
