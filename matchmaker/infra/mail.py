"""Mail: an outbox in the database, and one door out (console, folder or SMTP, by ``MAIL_URL``).

A mail is a row of the transaction that causes it, so it leaves only after the commit and survives a crash. Its Message-ID is
made with the row: a mail sent again after a crash in mid-sending is the same mail to every receiver, and the same file in the
folder door.
"""

import smtplib
import ssl
import sys
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
import structlog
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from .. import clock
from . import db as database
from .db import Base, db

log = structlog.get_logger()
LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 8


class OutboxMail(Base):
    """A mail to one receiver. ``state``: waiting, sent or failed."""

    __tablename__ = "outbox_mail"
    __table_args__ = (sa.Index("ix_outbox_mail_ready", "state", "next_at"),)

    message_id: Mapped[str] = mapped_column(sa.String(200), unique=True)
    to: Mapped[str] = mapped_column(sa.String(320))
    subject: Mapped[str] = mapped_column(sa.String(300))
    text: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text, default="")
    language: Mapped[str] = mapped_column(sa.String(12), default="en")
    state: Mapped[str] = mapped_column(sa.String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(sa.String(300), default="")


def queue(to: str, subject: str, text: str, html: str = "", language: str = "en") -> OutboxMail:
    """Add a mail to the present transaction. Line breaks in ``to`` and ``subject`` become spaces."""
    now = clock.wall()
    mail = OutboxMail(
        message_id=make_msgid(domain=current_app.config["MAIL_FROM"].rpartition("@")[2] or "localhost"),
        to=" ".join(to.split()), subject=" ".join(subject.split())[:300], text=text, html=html, language=language,
        state="waiting", attempts=0, next_at=now, created_at=now, error="",
    )
    db.session.add(mail)
    return mail


def send_one() -> bool:
    """Send the next waiting mail; return whether there was one. A failure is tried again later, eight times in all."""
    mail = _claim()
    if mail is None:
        return False
    values: dict = {}
    try:
        deliver(mail)
        values = {"state": "sent", "sent_at": clock.wall(), "error": ""}
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail not sent", mail=mail.id, error=str(error))
        state = "failed" if mail.attempts >= MAX_ATTEMPTS else "waiting"
        values = {"state": state, "next_at": clock.wall() + timedelta(seconds=15 * 2**mail.attempts), "error": str(error)[:300]}
    db.session.execute(sa.update(OutboxMail).where(OutboxMail.id == mail.id).values(**values))
    database.commit()
    return True


def send_all() -> int:
    """Send what waits; return how many. For commands and tests."""
    count = 0
    while send_one():
        count += 1
    return count


def _claim() -> OutboxMail | None:
    now = clock.wall()
    ready = sa.and_(OutboxMail.state == "waiting", OutboxMail.next_at <= now)
    pick = sa.select(OutboxMail.id).where(ready).order_by(OutboxMail.id).limit(1).with_for_update(skip_locked=True)
    ident = db.session.execute(
        sa.update(OutboxMail).where(OutboxMail.id == pick.scalar_subquery(), ready)
        .values(next_at=now + LEASE, attempts=OutboxMail.attempts + 1)
        .returning(OutboxMail.id).execution_options(synchronize_session=False)
    ).scalar()
    database.commit()
    return db.session.get(OutboxMail, ident, populate_existing=True) if ident else None


def deliver(mail: OutboxMail) -> None:
    """Hand one mail to the door of ``MAIL_URL``; raises ``OSError`` or ``SMTPException``."""
    message = compose(mail)
    url = urlsplit(current_app.config["MAIL_URL"])
    if url.scheme == "console":
        print(f"--- mail to {mail.to}\n{mail.subject}\n\n{mail.text}\n---", file=sys.stderr, flush=True)
    elif url.scheme == "folder":
        _write(message, Path(current_app.instance_path) / url.path)
    elif url.scheme in ("smtp", "smtps"):
        _smtp(message, url)
    else:
        raise OSError(f"MAIL_URL: unknown scheme {url.scheme!r}")


def compose(mail: OutboxMail) -> EmailMessage:
    """Return the MIME message."""
    message = EmailMessage()
    message["Message-ID"], message["To"], message["Subject"] = mail.message_id, mail.to, mail.subject
    message["From"], message["Date"] = current_app.config["MAIL_FROM"], mail.created_at
    message["Content-Language"], message["Auto-Submitted"] = mail.language.replace("_", "-"), "auto-generated"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message


def _write(message: EmailMessage, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (message["Message-ID"].strip("<>").replace("/", "_") + ".eml")
    part = path.with_suffix(".part")
    part.write_bytes(bytes(message))
    part.replace(path)


def _smtp(message: EmailMessage, url) -> None:
    port = url.port or (465 if url.scheme == "smtps" else 25)
    secure = ssl.create_default_context()
    door = (smtplib.SMTP_SSL(url.hostname, port, timeout=20, context=secure) if url.scheme == "smtps"
            else smtplib.SMTP(url.hostname, port, timeout=20))
    with door as server:
        if url.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=secure)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)
