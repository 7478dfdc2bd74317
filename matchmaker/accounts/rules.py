"""Rules for names, addresses and passwords, shared by forms, imports and commands."""

import unicodedata
from functools import cache
from pathlib import Path

from email_validator import EmailNotValidError, validate_email

from ..errors import N_, Invalid

MIN_PASSWORD, MAX_PASSWORD = 8, 200
BROWSERS = (("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("Windows", "Windows"),
           ("Mac OS", "macOS"), ("Linux", "Linux"))


def one_line(value: str) -> str:
    """Return text without line breaks and other control characters: what may stand in a mail's subject or a header."""
    return " ".join("".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in value).split())


def normal_email(value: str) -> str:
    """Return the address normalised and in lower case; raise ``Invalid`` when it cannot be one. Asks no DNS."""
    try:
        found = validate_email(value.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise Invalid(N_("This is not an e-mail address."), field="email") from None
    return found.normalized.lower()


def check_name(value: str) -> str:
    """Return a person's name in one line; raise ``Invalid`` when nothing readable is in it."""
    name = one_line(value)
    if not any(char.isalpha() for char in name) or "://" in name or "www." in name.casefold():  # names stand in mails to strangers
        raise Invalid(N_("Please write a name."), field="name")
    if len(name) > 120:
        raise Invalid(N_("Use at most %(count)s characters."), field="name", count=120)
    return name


def check_password(password: str) -> None:
    """Raise ``Invalid`` for a password that is too short, too long or too common. Any characters are allowed."""
    text = unicodedata.normalize("NFKC", password)
    if len(text) < MIN_PASSWORD or not text.strip():
        raise Invalid(N_("Use at least %(count)s characters."), field="password", count=MIN_PASSWORD)
    if len(text) > MAX_PASSWORD:
        raise Invalid(N_("Use at most %(count)s characters."), field="password", count=MAX_PASSWORD)
    if is_common(text) or len(set(text)) < 4:
        raise Invalid(N_("This password is among the first that others try. Take another one."), field="password")


def is_common(password: str) -> bool:
    """Tell whether the password is on the shipped list, also with digits or signs put at its end."""
    text = password.casefold()
    return text in _common() or text.rstrip("0123456789!@#$%.?*-_") in _common()


@cache
def _common() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "data" / "common_passwords.txt").read_text(encoding="utf-8").split())


def device_name(user_agent: str) -> str:
    """Return browser and system of a ``User-Agent`` header in two words; empty when neither is known."""
    found = [next((name for mark, name in table if mark in user_agent), "") for table in (BROWSERS, SYSTEMS)]
    return " · ".join(part for part in found if part)
