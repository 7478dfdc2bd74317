"""Rules of a demand sheet, the same for the form, the import and the demo; and the rule of who sees whose it is."""

import re
from collections.abc import Mapping
from typing import Any

from ..companies.standing import AGREED
from ..errors import N_, Invalid
from ..sheets import rules as sheet
from ..sheets.rules import InvalidSheet, green_label
from ..trade.green import LINKS

CONFIDENTIALITY = {"open": N_("Everyone"), "matched": N_("After a meeting is accepted"), "anonymous": N_("After the meeting has its place")}
IMPORTERS = {"own": N_("We import ourselves"), "agent": N_("We need an import agent")}
DECISION_ROLES = {"decides": N_("Decides"), "recommends": N_("Recommends"), "researches": N_("Collects offers")}
# states of a meeting (of the room to the right) in which both sides have agreed, and in which it also has its place
ACCEPTED = AGREED
PLACED = frozenset({"placed", "held", "missed"})
TITLE_LENGTH = 80  # of a title that is cut out of a long first line
_SENTENCE_END = re.compile(r"[。!?\uff01\uff1f;\uff1b\uff0c,\n]|\.\s")


def wanted_certificate(value: Any) -> dict[str, Any]:
    """Return {"kind": ..., "must": ...} for a certificate that the buyer asks for."""
    record = value if isinstance(value, Mapping) else {"kind": value, "must": True}
    kind = sheet.code("certificate")(record.get("kind"))
    return {"kind": kind, "must": bool(record.get("must"))} if kind else {}


def wanted_certificates(value: Any) -> list[dict[str, Any]]:
    """Return the certificates asked for, each kind once; text is split at commas and means that they are a must."""
    parts = re.split(r"[,;\uff0c\uff1b、\n]+", value) if isinstance(value, str) else list(value or [])
    found = {record["kind"]: record for part in parts if part and (record := wanted_certificate(part))}
    return list(found.values())


def wanted_links(value: Any) -> dict[str, str]:
    """Return {link: level} of the links for which a level of green evidence is asked; links without one are left out."""
    rule = sheet.code("green_level")
    said = {link: rule((value or {}).get(link)) for link in LINKS}
    return {link: level for link, level in said.items() if level}


RULES: dict[str, sheet.Rule] = {
    "section_id": lambda value: value or None,
    "title": sheet.title,
    "text": sheet.prose(8000),
    "lang": sheet.language,
    "translations": sheet.translations,
    "hs": sheet.hs_code,
    "specs_must": sheet.pairs,
    "specs_nice": sheet.pairs,
    "quantity_first": sheet.amount,
    "quantity_year": sheet.amount,
    "unit": sheet.unit,
    "budget_low": sheet.amount,
    "budget_high": sheet.amount,
    "currency": sheet.currency,
    "budget_unit": sheet.unit,
    "incoterm": sheet.code("incoterm"),
    "port": sheet.line(100),
    "origins_wanted": sheet.several(sheet.country),
    "origins_excluded": sheet.several(sheet.country),
    "certificates": wanted_certificates,
    "window_from": sheet.day,
    "window_to": sheet.day,
    "channel": sheet.code("channel"),
    "road": sheet.road,
    "importer": sheet.one_of(IMPORTERS),
    "zone": sheet.line(120),
    "green_level": sheet.code("green_level"),
    "green_links": wanted_links,
    "green_labels": sheet.several(green_label),
    "languages": sheet.several(sheet.language),
    "decision_role": sheet.one_of(DECISION_ROLES),
    "deadline_on": sheet.day,
    "confidentiality": lambda value: sheet.one_of(CONFIDENTIALITY)(value) or "open",
}


def normal(fields: Mapping[str, Any], *, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the values to store for ``fields``; ``before`` are the values of the sheet that is edited.

    Raises ``InvalidSheet`` with every problem found.
    """
    values, problems = sheet.check(RULES, fields)
    whole, named = {**(before or {}), **values}, {problem.field for problem in problems}
    if not whole.get("title") and "title" not in named:
        problems.append(Invalid(N_("A title is needed: a few words that say what it is."), field="title"))
    problems += sheet.in_order(whole, "budget_low", "budget_high", N_("The upper end of the budget is below the lower one."))
    problems += sheet.in_order(whole, "window_from", "window_to", N_("The window ends before it begins."))
    if (whole.get("budget_low") or whole.get("budget_high")) and not whole.get("currency") and "currency" not in named:
        problems.append(Invalid(N_("A budget needs its currency."), field="currency"))
    if both := set(whole.get("origins_wanted") or ()) & set(whole.get("origins_excluded") or ()):
        problems.append(Invalid(N_("%(codes)s is both preferred and excluded."), field="origins_excluded", codes=", ".join(sorted(both))))
    if problems:
        raise InvalidSheet(problems)
    return values


def split_words(words: str) -> tuple[str, str]:
    """Return (title, text) of what a buyer wrote in one go.

    A short first line is the title and the rest the text; a long one is cut at its first stop for the title, and the text
    keeps all of it as written.
    """
    words = sheet.clean(words)
    first, _line, rest = words.partition("\n")
    if len(first) <= TITLE_LENGTH:
        return " ".join(first.split()), rest.strip()
    stop = next((found.start() for found in _SENTENCE_END.finditer(first) if 4 <= found.start() <= TITLE_LENGTH), None)
    return " ".join(first[: stop or TITLE_LENGTH].split()), words


def buyer_name_visible(demand: Any, meeting_state: str | None) -> bool:
    """Tell whether an exhibitor reads the buyer's name: open always, matched from acceptance on, anonymous from the place on.

    ``meeting_state`` is the state of the meeting of the two companies at the expo, None without one.
    """
    return demand.confidentiality == "open" or meeting_state in (ACCEPTED if demand.confidentiality == "matched" else PLACED)


def budget_visible(demand: Any, meeting_state: str | None) -> bool:
    """Tell whether an exhibitor reads the budget: open always, otherwise once a meeting is accepted."""
    return demand.confidentiality == "open" or meeting_state in ACCEPTED
