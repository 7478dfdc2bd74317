"""Languages: which one a reader gets, formats by CLDR, and catalogs that are compiled when they are stale."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta, get_datetime_format
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent
from flask import Flask, current_app, g, has_request_context, request
from flask import session as cookie
from flask_babel import Babel, force_locale, get_locale, gettext
from flask_login import current_user

from . import clock
from .trade.places import country_name

LOCALES = {"en": "English", "zh_Hans_CN": "中文"}
DEFAULT_ZONE = "Asia/Shanghai"
babel = Babel()


def select_locale() -> str:
    """Return the reader's locale: the account's, else the cookie's, else what the browser asks for, else English."""
    if not has_request_context():
        return "en"
    if current_user and current_user.is_authenticated:
        return current_user.language
    chosen = cookie.get("language")
    if chosen in LOCALES:
        return chosen
    best = request.accept_languages.best_match(["en", "zh"])
    return "zh_Hans_CN" if best == "zh" else "en"


@contextmanager
def reading_in(language: str) -> Iterator[None]:
    """Translate and format for a reader of ``language`` (mails, calendar feeds) inside the block."""
    with force_locale(language if language in LOCALES else "en"):
        yield


def is_chinese() -> bool:
    """Tell whether the present reader reads Chinese."""
    locale = get_locale()
    return locale is not None and locale.language == "zh"


def lang() -> str:
    """Return the reader's language as 'zh' or 'en'."""
    return "zh" if is_chinese() else "en"


def best(en: str | None, zh: str | None) -> str:
    """Return the text in the reader's language, or the other one when it is missing."""
    return (zh or en if is_chinese() else en or zh) or ""


def translated(language: str, translations: Mapping[str, Any], what: str = "title") -> str | None:
    """Return the title (or text) of a sheet in the reader's language where a translation is kept and needed."""
    sheet = translations.get(lang()) if not language.startswith(lang()) else None
    return (sheet.get(what) or None) if isinstance(sheet, Mapping) else None


def named(record: Any) -> str:
    """Return the name of a rule (anything with ``label``, ``verified``, ``sample``) for the reader.

    A sample says that it is one, and what nobody compared with an official text says "not verified": names go through here wherever a
    page, a file or a mail speaks of a rule.
    """
    name = str(record.label(lang()))
    if getattr(record, "sample", False):
        return gettext("%(name)s (sample)", name=name)
    return name if record.verified else gettext("%(name)s (not verified)", name=name)


def standing(record: Any) -> str:
    """Return how far a rule can be trusted: ``sample``, ``unverified``, ``verified``, or ``own``.

    What this site divides or words by itself is its own: no fact of the world, so that there is nothing to verify.
    """
    if getattr(record, "sample", False):
        return "sample"
    return "unverified" if not record.verified else "own" if record.source == "OWN" else "verified"


def sources(record: Any) -> tuple[str, ...]:
    """Return the sources of a rule by their titles for the reader; those of a loaded table as they were typed."""
    if hasattr(record, "sources"):
        return tuple(record.sources(lang()))
    return (record.source,) if record.source else ()


def zone() -> tzinfo:
    """Return the time zone of the expo that the page belongs to."""
    expo = g.get("expo") if has_request_context() else None
    return ZoneInfo(expo.tz if expo else DEFAULT_ZONE)


def _locale() -> Locale:
    return get_locale() or Locale("en")


def _local(value: datetime, tz: tzinfo | str | None) -> datetime:
    return value.astimezone(ZoneInfo(tz) if isinstance(tz, str) else tz or zone())


def day(value: date | datetime | None, style: str = "medium", tz: tzinfo | str | None = None) -> str:
    """Format a day; an instant is taken in the expo's zone. ``style`` is short, medium, long or full."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = _local(value, tz).date()
    return format_date(value, style, locale=_locale())


def day_clock(value: datetime | None, tz: tzinfo | str | None = None) -> str:
    """Format an instant as day and time in the expo's zone."""
    if value is None:
        return "—"
    joined = str(get_datetime_format("medium", locale=_locale()))  # "{1}, {0}": a skeleton of day and time together is in no locale
    return joined.format(clock_time(value, tz), day(value, tz=tz))


def clock_time(value: datetime | None, tz: tzinfo | str | None = None) -> str:
    """Format an instant as hours and minutes (24 h) in the expo's zone."""
    return "—" if value is None else format_time(_local(value, tz), "HH:mm", locale=_locale())


def ago(value: datetime | None) -> str:
    """Say how long ago, or in how long."""
    return "—" if value is None else format_timedelta(value - clock.now(), add_direction=True, locale=_locale())


def left(value: datetime | None) -> str:
    """Say how much time is left, without direction."""
    return "—" if value is None else format_timedelta(max(value - clock.now(), timedelta(0)), locale=_locale())


def number(value: Decimal | float | int | None) -> str:
    """Format a number; unknown is a dash."""
    return "—" if value is None else format_decimal(value, locale=_locale())


def percent(share: float | Decimal | None) -> str:
    """Format a share of one with at most one decimal, like 12.5%; unknown is a dash."""
    return "—" if share is None else format_percent(round(float(share), 3), "#,##0.#%", locale=_locale())


def money(value: Decimal | None, currency: str | None) -> str:
    """Format an amount with its currency; unknown is a dash."""
    if value is None:
        return "—"
    return format_currency(value, currency, locale=_locale()) if currency else number(value)


def territory(code: str | None) -> str:
    """Name a country or region for the reader."""
    return country_name(code, str(_locale()), _overrides()) if code else "—"


def _overrides() -> dict[str, dict[str, str]] | None:
    """Return the operator's territory names (TERRITORY_NAMES), in the form of ``trade.places``."""
    pairs = current_app.config["TERRITORY_NAMES"] if current_app else ""
    names = dict(pair.split("=", 1) for pair in pairs.split(";") if "=" in pair)
    return {"zh": names} if names else None


def language(code: str | None) -> str:
    """Name a language for the reader."""
    return (_locale().languages.get(code) or code) if code else "—"


def compile_stale(folder: Path) -> list[Path]:
    """Compile each ``.po`` below ``folder`` whose ``.mo`` is missing or older; return those."""
    compiled = []
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            with source.open("rb") as file:
                catalog = read_po(file, locale=source.parts[-3])
            with NamedTemporaryFile(dir=target.parent, delete=False) as file:  # each process its own: several may start at once
                write_mo(file, catalog)
            Path(file.name).replace(target)
            compiled.append(target)
    return compiled


def init_app(app: Flask) -> None:
    """Connect Flask-Babel and the filters of the templates."""
    compile_stale(Path(app.root_path) / "translations")
    babel.init_app(app, locale_selector=select_locale)
    app.jinja_env.globals.update(best=best)
    app.jinja_env.filters.update(
        day=day, daytime=day_clock, clock=clock_time, ago=ago, left=left, number=number, money=money, country=territory, named=named,
        standing=standing, sources=sources, language=language, translate=lambda message: gettext(message) if message else "",
    )
