"""Every setting once: name, default, meaning.

A value comes from the environment variable ``MATCHMAKER_<NAME>``, else from the default. ``load`` turns them into a Flask
configuration and refuses values that would be unsafe in production.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from flask.helpers import get_debug_flag
from sqlalchemy import make_url

PREFIX = "MATCHMAKER_"


class UnsafeSettings(RuntimeError):
    """The settings would run a production server unsafely."""


class Setting(NamedTuple):
    """One setting: its name, default, parser and what it means."""

    name: str
    default: Any
    parse: Callable[[str], Any]
    meaning: str


def _flag(value: str) -> bool:
    return value.strip().lower() in {"1", "true", "yes", "on"}


SETTINGS = (
    Setting("ENV", "development", str, "'production' refuses weak keys and plain-http base addresses"),
    Setting("SECRET_KEY", "", str, "signs cookies and links; made once and kept in the instance folder when empty"),
    Setting("DATABASE_URL", "sqlite:///matchmaker.sqlite3", str, "SQLAlchemy address; relative SQLite paths lie in the instance"),
    Setting("BASE_URL", "http://127.0.0.1:5000", str, "what links in mails and calendar feeds begin with"),
    Setting("SITE_NAME", "Matchmaker", str, "the name in the header and in mails"),
    Setting("TRUSTED_PROXIES", 0, int, "how many proxies in front may set X-Forwarded-*"),
    Setting("MAIL_URL", "folder:mail", str, "console:, folder:PATH or smtp://user:password@host:port (smtps:// for TLS)"),
    Setting("MAIL_FROM", "matchmaker@localhost", str, "the sender of all mails"),
    Setting("STORAGE_URL", "folder:uploads", str, "where uploaded files lie; a relative folder is below the instance"),
    Setting("MAX_UPLOAD_MB", 16, int, "largest request body in MiB"),
    Setting("ENCODER", "auto", str, "text encoder: auto, use or dictionary"),
    Setting("COMPUTE", "processes:2", str, "where the refresh of a great expo computes: serial, threads:N or processes:N"),
    Setting("EMBEDDED_WORKER", False, _flag, "run the job worker as a thread of this process"),
    Setting("WEB_THREADS", 8, int, "threads of the embedded web server"),
    Setting("TODAY", "", str, "start of the demo's own clock, ISO 8601 with offset; empty: the real time"),
    Setting("SESSION_IDLE_MINUTES", 720, int, "a session dies after so long without a request; organizers: see below"),
    Setting("ORGANIZER_IDLE_MINUTES", 120, int, "the same for organizers and administrators"),
    Setting("SESSION_DAYS", 7, int, "a session dies after so many days in any case"),
    Setting("SIGN_IN_FAILURES", 10, int, "failed sign-ins per account and five minutes"),
    Setting("SIGN_UPS_PER_HOUR", 20, int, "registrations per address and hour"),
    Setting("MAILS_PER_HOUR", 5, int, "confirmation and reset mails per receiver and hour"),
    Setting("SEARCHES_PER_MINUTE", 120, int, "searches, suggestions included, per person and minute; visitors: per address"),
    Setting("FILES_PER_MINUTE", 60, int, "PDF, spreadsheet, JSON, ZIP and document files per person and minute"),
    Setting("FEEDS_PER_HOUR", 240, int, "how often the calendars of all devices may ask for one agenda's feed in an hour"),
    Setting("CONTROLLER", "", str, "who runs this site and is responsible for personal data: name and address, for the privacy notice"),
    Setting("CONTROLLER_CONTACT", "", str, "where people ask about their personal data: a mail address or phone number"),
    Setting("METRICS_TOKEN", "", str, "bearer token for /metrics; empty: only from this machine"),
    Setting("TERRITORY_NAMES", "", str, "overrides of territory names, e.g. 'TW=中国台湾' separated by ';' (zh only)"),
    Setting("ICP_NUMBER", "", str, "ICP filing number for the footer"),
    Setting("POLICE_NUMBER", "", str, "public security filing number for the footer"),
    Setting("LOG_LEVEL", "INFO", str, "level of the structured log"),
)


def read(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the value of every setting; raise ``UnsafeSettings`` on one that cannot be read."""
    values = {}
    for setting in SETTINGS:
        raw = environ.get(PREFIX + setting.name)
        try:
            values[setting.name] = setting.default if raw is None else setting.parse(raw)
        except ValueError as error:
            raise UnsafeSettings(f"{PREFIX}{setting.name}: cannot read {raw!r}") from error
    return values


def load(environ: Mapping[str, str], instance: Path, **overrides: Any) -> dict[str, Any]:
    """Return the Flask configuration for ``environ`` and ``overrides`` (tests and the demo pass some).

    Raises ``UnsafeSettings`` when ENV is production and a value would be unsafe.
    """
    values = read(environ) | overrides
    if values["ENV"] == "production":
        _refuse_unsafe(values)
    values["SECRET_KEY"] = values["SECRET_KEY"] or _kept_key(instance)
    https = values["BASE_URL"].startswith("https://")
    return values | {
        "SQLALCHEMY_ENGINES": {"default": _engine(values["DATABASE_URL"])},
        "MAX_CONTENT_LENGTH": values["MAX_UPLOAD_MB"] * 2**20,
        "MAX_FORM_MEMORY_SIZE": 2 * 2**20,
        "MAX_FORM_PARTS": 2000,
        "SESSION_COOKIE_NAME": "__Host-session" if https else "session",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_DEFAULT_TIMEZONE": "UTC",
    }


def _engine(url: str) -> dict[str, Any]:
    if make_url(url).get_backend_name() == "sqlite":
        return {"url": url, "connect_args": {"timeout": 30}}
    return {"url": url, "pool_pre_ping": True, "connect_args": {"connect_timeout": 3}}


def _refuse_unsafe(values: Mapping[str, Any]) -> None:
    if len(values["SECRET_KEY"]) < 32 or len(set(values["SECRET_KEY"])) < 12:
        raise UnsafeSettings("production needs a random MATCHMAKER_SECRET_KEY of 32 characters or more")
    if get_debug_flag():
        raise UnsafeSettings("production runs without the debugger: unset FLASK_DEBUG")
    if not values["BASE_URL"].startswith("https://"):
        raise UnsafeSettings("production needs an https MATCHMAKER_BASE_URL")
    if values["TODAY"]:
        raise UnsafeSettings("production runs on the real time: unset MATCHMAKER_TODAY")


def _kept_key(instance: Path) -> str:
    """Return the key kept in the instance folder; make it on first use, readable by the owner only."""
    path = instance / "secret_key"
    instance.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text()
