"""Parameters of notices: stored without a language, read in the reader's.

A parameter is a plain text, or a small record that says how to read it: ``{"as": "company", ...}``.
"""

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from ..companies.models import Company
from ..demands.rules import buyer_name_visible
from ..documents import kinds
from ..expos.models import Expo
from ..i18n import best, clock_time, day, lang
from ..matching import phrases
from ..matching.cards import anonymous
from ..meetings.models import Meeting
from ..meetings.queries import is_named, pair_states
from ..proposals.models import Proposal
from ..sheets.labels import label_name
from ..trade import codes
from ..trade import expos as series
from .rules import KINDS


def company(row: Company) -> dict[str, str]:
    """Return a company's name."""
    return {"as": "company", "en": row.name_en or row.name, "zh": row.name_zh or row.name_en or row.name}


def other_side(meeting: Meeting, reader_id: int) -> dict[str, str]:
    """Return the name of the other side of a meeting as the company ``reader_id`` may read it."""
    if not is_named(meeting, reader_id):
        return {"as": "hidden", "until": meeting.demand.confidentiality if meeting.demand else "anonymous"}
    return company(meeting.buyer if reader_id == meeting.exhibitor_id else meeting.exhibitor)


def proposer(proposal: Proposal, reader_id: int) -> dict[str, str]:
    """Return the name of the other side of a proposal as the company ``reader_id`` may read it."""
    other = proposal.by if reader_id == proposal.to_id else proposal.to
    if other.is_exhibitor:
        return company(other)
    state = pair_states(reader_id, proposal.expo_id).get(other.id)
    if buyer_name_visible(proposal.demand, state):
        return company(other)
    return {"as": "hidden", "until": proposal.demand.confidentiality}


def change(side: str, field: str, value: dict[str, Any]) -> dict[str, Any]:
    """Return what a proposal changes."""
    return {"as": "change", "side": side, "field": field, "value": value}


def expo(row: Expo) -> dict[str, Any]:
    """Return the short name of an edition."""
    return {"as": "expo", "series": row.series, "year": row.starts_on.year}


def phrase(msgid: str) -> dict[str, str]:
    """Return a sentence of ours."""
    return {"as": "phrase", "id": msgid}


def document(kind: str, number: str = "") -> dict[str, str]:
    """Return the name of a kind of document, with its number where the reader may know it."""
    return {"as": "document", "kind": kind, "number": number}


def all_documents(title: str) -> dict[str, str]:
    """Return the words for all documents of a product."""
    return {"as": "all documents", "title": title}


def on_day(value: date) -> dict[str, str]:
    """Return a day."""
    return {"as": "day", "on": value.isoformat()}


def evidence(label: str, certificate: str = "") -> dict[str, str]:
    """Return the name of a green label, else of a kind of certificate, else a word for both."""
    return {"as": "evidence", "label": label, "certificate": certificate}


def when(instant: datetime, tz: str) -> dict[str, str]:
    """Return a day and time on the expo's clock."""
    return {"as": "when", "at": instant.isoformat(), "tz": tz}


def where(hall: str, table: str) -> dict[str, str]:
    """Return a table; an empty one is the exhibitor's booth."""
    return {"as": "where", "hall": hall, "table": table}


def sentence(kind: str, params: dict[str, Any]) -> str:
    """Return the sentence of a notice in the reader's language; a kind of another version shows as its name."""
    known = KINDS.get(kind)
    return _(known.text) % {name: say(value) for name, value in params.items()} if known else kind


def say(value: Any) -> str:
    """Return one parameter in the reader's language."""
    how = value.get("as") if isinstance(value, dict) else None
    return _READERS[how](value) if how in _READERS else str(value)


def _expo(value: dict[str, Any]) -> str:
    short = series.series(value["series"]).short
    return f"{best(short.en, short.zh)} {value['year']}"


def _phrase(value: dict[str, Any]) -> str:
    msgid = value["id"]
    return _(msgid) if msgid else ""


def _when(value: dict[str, Any]) -> str:
    instant = datetime.fromisoformat(value["at"])
    return f"{day(instant, 'medium', value['tz'])} {clock_time(instant, value['tz'])}"


def _where(value: dict[str, Any]) -> str:
    return _("hall %(hall)s, table %(table)s", hall=value["hall"], table=value["table"]) if value["table"] else _("the exhibitor's booth")


def _evidence(value: dict[str, Any]) -> str:
    if value["label"]:
        return label_name(value["label"])
    return codes.label("certificate", value["certificate"], lang()) if value["certificate"] else _("the certificate")


_READERS = {
    "day": lambda value: day(date.fromisoformat(value["on"])),
    "evidence": _evidence,
    "company": lambda value: best(value["en"], value["zh"]),
    "hidden": lambda value: anonymous(value["until"]),
    "expo": _expo,
    "change": lambda value: phrases.change(value["side"], value["field"], value["value"]),
    "phrase": _phrase,
    "document": lambda value: f"{kinds.label(value['kind'], lang())} {value.get('number', '')}".rstrip(),
    "all documents": lambda value: _("all of “%(title)s”", title=value["title"]),
    "when": _when,
    "where": _where,
}
