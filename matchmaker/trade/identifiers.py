"""Company identifiers and phone numbers: what their check digits say, and no more.

``valid`` means that the number is well formed; only a register can say whose it is. Where no rule is known the answer
is ``unchecked``, never ``valid``. ``reason`` is a code of the vocabulary ``identifier_reason``.
"""
import random
from dataclasses import dataclass
from typing import Any, Literal

import phonenumbers
from stdnum import exceptions, get_cc_module, lei
from stdnum.cn import uscc
from stdnum.eu import vat as eu_vat

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

# Here "VAT number" means exactly one thing, so a number that fails is wrong. Elsewhere it may be of another register.
_STRICT_VAT = frozenset(code.upper() for code in eu_vat.MEMBER_STATES) | {"GB", "CH", "NO"}

# Registers whose numbers can be checked, per country; a company may be in yet another one.
_REGISTERS = {
    "AR": ("cuit",), "AU": ("abn", "acn"), "BR": ("cnpj",), "CL": ("rut",), "CO": ("nit",), "CR": ("cpj",),
    "DE": ("handelsregisternummer",), "EC": ("ruc",), "FI": ("ytunnus",), "FR": ("siren", "siret"), "IL": ("hp",),
    "JP": ("cn",), "KR": ("brn",), "MX": ("rfc",), "NO": ("orgnr",), "PE": ("ruc",), "RU": ("ogrn", "inn"),
    "SE": ("orgnr",), "TH": ("moa",), "TW": ("ubn",),
}

# No authority has division code 99xxxx: a sample can never be the number of a real company.
_SAMPLE_START = "9199"


@dataclass(frozen=True)
class IdentifierCheck:
    """The number as it should be stored, what is known of it, and why."""

    normalised: str
    status: Literal["valid", "invalid", "unchecked"]
    reason: str


def check_identifier(country: str, kind: str, value: str | None) -> IdentifierCheck:
    """Check a company identifier of ``kind`` (uscc, vat, registration, lei) from ``country`` (two-letter code)."""
    text = " ".join((value or "").split())
    if not text:
        return IdentifierCheck("", "invalid", "empty")
    country = country.upper()
    if kind == "uscc":
        return _check_uscc(text) if country == "CN" else IdentifierCheck(text, "invalid", "wrong_country")
    if kind == "lei":
        return _by_module(lei, text, strict=True)
    if country == "CN" and len(uscc.compact(text)) == 18:
        return _check_uscc(text)  # since 2015 the tax number and the registration number of a Chinese company
    if kind == "vat":
        return _check_vat(country, text)
    return _check_register(country, text) if kind == "registration" else IdentifierCheck(text, "unchecked", "no_rule")


def _check_uscc(text: str) -> IdentifierCheck:
    """GB 32100: department and type, six digits of the place, nine of the organisation, one check character.

    python-stdnum takes only digits in front; rural collectives and others begin with a letter, so the form is
    checked here and the check character there.
    """
    number = uscc.compact(text)
    if len(number) != 18:
        return IdentifierCheck(number, "invalid", "wrong_length")
    place = number[2:8]
    if not set(number) <= set(_USCC_ALPHABET) or not place.isdigit():
        return IdentifierCheck(number, "invalid", "wrong_format")
    if uscc.calc_check_digit(number[:17]) != number[17]:
        return IdentifierCheck(number, "invalid", "wrong_check_digit")
    return IdentifierCheck(number, "valid", "check_digits_right")


def _check_vat(country: str, text: str) -> IdentifierCheck:
    module = get_cc_module(country.lower(), "vat")
    if module is None:
        return IdentifierCheck(text, "unchecked", "no_rule")
    return _by_module(module, text, strict=country in _STRICT_VAT)


def _check_register(country: str, text: str) -> IdentifierCheck:
    for name in _REGISTERS.get(country, ()):
        check = _by_module(get_cc_module(country.lower(), name), text, strict=False)
        if check.status == "valid":
            return check
    return IdentifierCheck(text, "unchecked", "other_register" if country in _REGISTERS else "no_rule")


def _by_module(module: Any, text: str, *, strict: bool) -> IdentifierCheck:
    """Ask a module of python-stdnum; a failure is ``invalid`` only where the number can be nothing else."""
    try:
        return IdentifierCheck(module.validate(text), "valid", "check_digits_right")
    except exceptions.InvalidLength:
        reason = "wrong_length"
    except exceptions.InvalidChecksum:
        reason = "wrong_check_digit"
    except exceptions.ValidationError:
        reason = "wrong_format"
    if strict:
        return IdentifierCheck(text, "invalid", reason)
    return IdentifierCheck(text, "unchecked", "other_register")


def check_phone(country: str, value: str | None) -> IdentifierCheck:
    """A phone number in international form (``+8613800138000``), read as dialled from ``country``."""
    text = (value or "").strip()
    if not text:
        return IdentifierCheck("", "invalid", "empty")
    try:
        number = phonenumbers.parse(text, country.upper())
    except phonenumbers.NumberParseException:
        return IdentifierCheck(text, "invalid", "wrong_format")
    if not phonenumbers.is_possible_number(number):
        return IdentifierCheck(text, "invalid", "wrong_length")
    normal = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if phonenumbers.is_valid_number(number):
        return IdentifierCheck(normal, "valid", "number_plan")
    return IdentifierCheck(normal, "unchecked", "no_rule")


def sample_uscc(seed: int) -> str:
    """A made-up unified social credit code with right check characters, always the same for a seed.

    Its place code is one that no authority has, so it is nobody's: see :func:`is_sample_uscc`.
    """
    draw = random.Random(seed)  # noqa: S311 - the same sample for the same seed, no secret
    organisation = "".join(draw.choice(_USCC_ALPHABET) for _ in range(8))
    body = f"{_SAMPLE_START}{draw.randrange(10_000):04d}{organisation}{_organisation_check(organisation)}"
    return body + uscc.calc_check_digit(body)


def is_sample_uscc(code: str) -> bool:
    """Whether a code is one of our samples, to be marked as such on screen."""
    return code.startswith(_SAMPLE_START)


def _organisation_check(organisation: str) -> str:
    """The check character of the eight characters of an organisation code (GB 11714, modulo 11)."""
    total = sum(int(char, 36) * weight for char, weight in zip(organisation, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return "0X987654321"[total % 11]
