"""A sheet that was read out of pasted words: what is known, what is only guessed, and the words with their marks.

``states`` maps fields to ``read``, ``guessed`` or ``confirmed``. A guess is kept out of the sheet until somebody confirms it: the words
are read again when they are shown, which gives the same guesses as long as the day of the first reading is used.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from ..engine.reading import Reading, read
from ..errors import N_, Invalid
from ..i18n import day, lang, number, territory
from ..reference.queries import mode_name
from ..trade import codes
from .rules import Rule

READ, GUESSED, CONFIRMED = "read", "guessed", "confirmed"
TOGETHER = (  # one guess makes all of them guesses
    {"budget_low", "budget_high", "currency", "budget_unit"}, {"price_low", "price_high", "currency", "price_unit"})
WHY = {
    "bare_quantity": N_("An amount without more is taken as the first order."),
    "range_low": N_("Of a range the lower end is taken."),
    "month_times": N_("A month's amount, times 12."),
    "quarter_times": N_("A quarter's amount, times 4."),
    "week_times": N_("A week's amount, times 52."),
    "container_size": N_("A container without a size is taken as one of 40 feet."),
    "currency_by_language": N_("No currency is named; that of the language is assumed."),
    "target_price": N_("One figure is taken as the most you would pay."),
    "about": N_("“About” is taken as the most you would pay."),
    "unit_of_quantity": N_("The price is taken for the unit of the amount."),
    "old_term": N_("An older term; this is what it is called today."),
    "term_in_words": N_("The term is described, not named."),
    "place_named": N_("A place is named; it may be the port."),
    "port_unlisted": N_("The place behind the term is taken as the port."),
    "origin_assumed": N_("A country is named; it is taken as the origin."),
    "region": N_("A part of the world is taken as its countries."),
    "must_assumed": N_("A certificate that is only named is taken as a must."),
    "certificate_stated": N_("Without number, issuer and date it is shown as a claim."),
    "holiday": N_("Counted from the day of the festival."),
    "part_of_month": N_("A part of a month or year is taken from its first to its last day."),
    "year_part": N_("A part of a month or year is taken from its first to its last day."),
    "days_from_today": N_("Counted from the day on which you wrote it."),
    "channel_word": N_("Taken from what the text says of you."),
    "road_word": N_("These roads are those of online shops."),
    "first_clause": N_("The beginning of the text is taken as the title."),
    "headings": N_("Proposed from the title."),
}
_LISTS = frozenset({"specs_must", "specs_nice", "origins_wanted", "origins_excluded", "certificates"})
_NUMBERS = frozenset({"quantity_first", "quantity_year", "budget_low", "budget_high", "window_from", "window_to", "deadline_on"})


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that are shown and confirmed together."""

    name: str
    symbol: str
    label: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One value in words: ``small`` says of what kind, ``guess`` that it waits for a yes."""

    text: str
    small: str = ""
    guess: bool = False


@dataclass(slots=True)
class Row:
    """A group with its values; ``state`` is read, ask, set (by hand or confirmed) or none."""

    group: Group
    state: str
    said: list[Said] = field(default_factory=list)
    why: list[str] = field(default_factory=list)


def read_again(original: str, today: date, language: str | None = None) -> Reading:
    """Return what the words of a demand say, read as on ``today``."""
    return read(original, today=today, lang=language or None)


def settled(reading: Reading, rules: Mapping[str, Rule]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return (values to store, states): what the words say and the rules accept is stored, guesses only have a state."""
    values: dict[str, Any] = {}
    states: dict[str, str] = {}
    for one in reading.fields:
        if one.name not in rules or one.name == "hs":
            continue
        try:
            value = rules[one.name](one.value)
        except Invalid:
            continue
        states[one.name] = one.state
        values[one.name] = value
    for names in TOGETHER:
        if any(states.get(name) == GUESSED for name in names):
            states |= {name: GUESSED for name in names if name in states}
    if (first := values.get("window_from")) and (last := values.get("window_to")) and first > last:
        del values["window_from"], states["window_from"]
    if both := set(values.get("origins_wanted") or ()) & set(values.get("origins_excluded") or ()):
        values["origins_wanted"] = [code for code in values["origins_wanted"] if code not in both]
    return {name: value for name, value in values.items() if states.get(name) == READ or name == "title"}, states


def guesses(reading: Reading, rules: Mapping[str, Rule], states: Mapping[str, str]) -> dict[str, Any]:
    """Return {field: value} of what waits to be confirmed."""
    found = {}
    for one in reading.fields:
        if states.get(one.name) == GUESSED and one.name in rules and one.name != "hs":
            try:
                found[one.name] = rules[one.name](one.value)
            except Invalid:
                continue
    return found


def blank(name: str) -> Any:
    """Return the value of a field that is not known."""
    return [] if name in _LISTS else None if name in _NUMBERS else ""


def pieces(original: str, reading: Reading, states: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the original text cut into (words, mark): mark is read, guessed or empty. Joined, the words are the original."""
    marks = [""] * len(original)
    for one in reading.fields:
        state = states.get(one.name)
        for start, end in one.spans if state else ():
            for at in range(start, min(end, len(marks))):
                if marks[at] != READ:
                    marks[at] = GUESSED if state == GUESSED else READ
    found: list[tuple[str, str]] = []
    start = 0
    for at in range(1, len(original) + 1):
        if at == len(original) or marks[at] != marks[start]:
            found.append((original[start:at], marks[start]))
            start = at
    return [piece for piece in found if piece[0]]


def rows(groups: Iterable[Group], sheet: Any, reading: Reading, waiting: Mapping[str, Any]) -> list[Row]:
    """Return the groups of a sheet as they are shown; ``waiting`` are the guesses."""
    found = []
    for group in groups:
        values = {name: waiting.get(name, getattr(sheet, name)) for name in group.fields}
        row = Row(group, "none")
        for name in group.fields:
            row.said += [Said(text, small, name in waiting) for text, small in words(name, values[name], values)]
            one = reading.get(name)
            if name in waiting and one and one.why in WHY and (why := _(WHY[one.why])) not in row.why:
                row.why.append(why)
        if any(name in waiting for name in group.fields):
            row.state = "ask"
        elif row.said:
            states = {sheet.read.get(name) for name in group.fields if getattr(sheet, name) not in ("", None, [])}
            row.state = "read" if READ in states and states <= {READ} else "set"
        found.append(row)
    return found


def words(name: str, value: Any, values: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """Return [(words, kind)] of a value for the reader; empty for what is unknown or said together with another field."""
    if value in (None, "", []) or name in ("unit", "currency", "budget_unit", "moq_unit", "price_unit", "capacity_unit"):
        return ()
    if isinstance(value, Decimal):
        return [_amount(name, value, values)]
    if isinstance(value, date):
        return [(day(value), {"window_from": _("not before"), "window_to": _("by"), "deadline_on": _("offers until")}.get(name, ""))]
    if name.startswith("specs"):
        return [(f"{label}: {said}" if said else label, _("preferred") if name == "specs_nice" else "") for label, said in value]
    if name.startswith("origins"):
        return [(territory(code), _("not") if name == "origins_excluded" else "") for code in value]
    if name == "certificates":
        return [(codes.label("certificate", one["kind"], lang()), _("must") if one.get("must") else _("preferred")) for one in value]
    if name == "road":
        return [(f"{value} {mode_name(value)}", "")]
    return [(codes.label("channel", value, lang()) if name == "channel" else str(value), "")]


def _amount(name: str, value: Decimal, values: Mapping[str, Any]) -> tuple[str, str]:
    if name.startswith("budget"):
        per = codes.unit_label(values.get("budget_unit") or "", 1, lang())
        figure = f"{values.get('currency') or ''} {number(value)}".strip()
        return f"{figure} / {per}" if per else figure, _("from") if name.endswith("low") else _("up to")
    unit = codes.unit_label(values.get("unit") or "", value, lang())
    figure = f"{number(value)}{unit}" if lang() == "zh" else f"{number(value)} {unit}"
    return figure.strip(), _("First order") if name == "quantity_first" else _("A year")
