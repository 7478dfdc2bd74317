"""Rules of companies and their people, written once: forms, imports and the demo call them.

``clean_company`` and ``clean_person`` take what somebody wrote and return the values to store; both raise ``Invalid`` with
the name of the field.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ..accounts.rules import check_name, one_line
from ..engine.text import script_language
from ..errors import N_, Invalid
from ..i18n import lang
from ..trade import codes
from ..trade.identifiers import IdentifierCheck, check_identifier
from ..trade.places import country_codes, language_codes

KINDS = ("exhibitor", "buyer")
MAX_ABOUT, MAX_PEOPLE, MAX_LANGUAGES = 4000, 50, 12
LENGTHS = {"name": 200, "name_en": 200, "name_zh": 200, "city": 100, "mission": 120, "identifier": 40}

# What an organizer should look at before approving a company: code -> sentence with the parameters of the hint.
HINTS = {
    "duplicate_identifier": N_("Another company has the same identifier: %(other)s."),
    "duplicate_name": N_("Another company has nearly the same name: %(other)s."),
    "identifier_missing": N_("No identifier was given."),
    "identifier_unchecked": N_("The identifier %(identifier)s could not be checked."),
    "identifier_invalid": N_("The identifier %(identifier)s is not well formed."),
    "nobody_attends": N_("Nobody is named who attends."),
    "address_unconfirmed": N_("No owner has confirmed a mail address."),
}


def clean_company(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a company for what was ``given``; names that are no columns of the form are ignored."""
    if kind not in KINDS:
        raise Invalid(N_("Please choose."), field="kind")
    values: dict[str, Any] = {key: check_line(given.get(key), key) for key in ("name", "name_en", "name_zh", "city")}
    if not values["name"]:
        raise Invalid(N_("Please fill this in."), field="name")
    if not values["name_zh"] and script_language(values["name"]) == "zh":
        values["name_zh"] = values["name"]  # a name in Chinese is the Chinese name
    values["country"] = check_country(kind, given.get("country") or "")
    values |= _identifier(values["country"], given)
    values["website"] = check_website(given.get("website") or "")
    values["about"] = check_about(given.get("about") or "")
    values["about_lang"] = check_language(given.get("about_lang") or "en", "about_lang")
    values["languages"] = check_languages(given.get("languages"))
    values["size"] = check_code("company_size", given.get("size"), "size")
    values["buyer_kind"] = check_code("buyer_kind", given.get("buyer_kind"), "buyer_kind") if kind == "buyer" else ""
    values["mission"] = check_line(given.get("mission"), "mission") if kind == "buyer" else ""
    return values


def clean_person(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a person who attends: name, title, languages, attends, user_id."""
    return {
        "name": check_name(given.get("name") or ""), "title": check_line(given.get("title"), "title", 120),
        "languages": check_languages(given.get("languages")), "attends": bool(given.get("attends")),
        "user_id": given.get("user_id") or None,
    }


def check_line(value: str | None, field: str, longest: int = 0) -> str:
    """Return one line of text; raise ``Invalid`` when it is too long for ``field``."""
    text, longest = one_line(value or ""), longest or LENGTHS[field]
    if len(text) > longest:
        raise Invalid(N_("Use at most %(count)s characters."), field=field, count=longest)
    return text


def check_country(kind: str, country: str) -> str:
    """Return the code: buyers are from the mainland of China, exhibitors from anywhere else (Hong Kong, Macao and Taiwan too)."""
    code = country.strip().upper()
    if code not in country_codes():
        raise Invalid(N_("Please choose a country or region."), field="country")
    if kind == "buyer" and code != "CN":
        raise Invalid(N_("Buyers at these expos are companies registered in mainland China. To sell there, register as an exhibitor."),
                      field="country")
    if kind == "exhibitor" and code == "CN":
        raise Invalid(N_("Exhibitors at these import expos come from outside mainland China; Hong Kong, Macao and Taiwan count as outside. "
                         "To buy, register as a buyer."), field="country")
    return code


def check_number(country: str, kind: str, value: str) -> IdentifierCheck:
    """Return what is known of an identifier; raise ``Invalid`` with the reason when it cannot be right."""
    check = check_identifier(country, kind, check_line(value, "identifier"))
    if check.status == "invalid":
        raise Invalid("%(why)s", field="identifier", why=codes.label("identifier_reason", check.reason, lang()))
    return check


def check_website(value: str) -> str:
    """Return the address with its scheme; only http and https, with a host, without a password."""
    text = value.strip()
    if not text:
        return ""
    if "://" not in text and not text.partition("/")[0].partition(":")[2].strip("0123456789"):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        fits = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not parts.username and parts.port != 0
    except ValueError:
        fits = False
    if not fits or len(text) > 300 or any(char.isspace() or ord(char) < 32 or char in "<>\"\\" for char in text):
        raise Invalid(N_("Write an address that begins with https:// or http://."), field="website")
    return text


def check_about(value: str) -> str:
    """Return the text with plain line breaks; raise ``Invalid`` when it is too long."""
    text = "\n".join(line.rstrip() for line in value.replace("\x00", "").splitlines()).strip()
    if len(text) > MAX_ABOUT:
        raise Invalid(N_("Use at most %(count)s characters."), field="about", count=MAX_ABOUT)
    return text


def check_language(code: str, field: str) -> str:
    """Return the code of a language of the list."""
    if code not in language_codes():
        raise Invalid(N_("Please choose a language of the list."), field=field)
    return code


def check_languages(given: Any) -> list[str]:
    """Return the languages spoken, each once, in the order given."""
    languages = list(dict.fromkeys(given or []))
    if len(languages) > MAX_LANGUAGES:
        raise Invalid(N_("Choose at most %(count)s languages."), field="languages", count=MAX_LANGUAGES)
    return [check_language(code, "languages") for code in languages]


def check_code(vocabulary: str, code: str | None, field: str) -> str:
    """Return a code of a vocabulary, or nothing."""
    if code and not codes.is_known(vocabulary, code):
        raise Invalid(N_("Please choose."), field=field)
    return code or ""


def _identifier(country: str, given: Mapping[str, Any]) -> dict[str, str]:
    kind, number = given.get("identifier_kind") or ("uscc" if country == "CN" else "registration"), given.get("identifier") or ""
    if not number.strip():
        return {"identifier_kind": "", "identifier": "", "identifier_status": "unchecked"}
    if not codes.is_known("identifier_kind", kind):
        raise Invalid(N_("Please choose."), field="identifier_kind")
    check = check_number(country, kind, number)
    return {"identifier_kind": kind, "identifier": check.normalised[:40], "identifier_status": check.status}
