"""What is done with the rules: they are corrected, added, withdrawn and put back. Each time a revision is added; none is ever changed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from ... import audit, clock
from ...errors import N_, Conflict, Invalid
from ...infra.db import db
from ...permissions import Actor, ensure
from ...trade.rulebook import Rule, shipped_kinds
from ...trade.schema import Touch, schema, touch
from .. import goods, queries, stamps
from ..models import RuleRevision
from ..words import said

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,59}")
CHANGED = N_("Somebody else corrected this rule meanwhile. Nothing was changed: look at it again.")


@dataclass(frozen=True, slots=True)
class Values:
    """What a rule says: its names, data, days and source, and whether somebody compared it with the official text."""

    en: str
    zh: str
    data: Mapping[str, Any] = field(default_factory=dict)
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    verified: bool = False


def add_rule(actor: Actor, *, kind: str, code: str, values: Values, note: str = "") -> RuleRevision:
    """Add a rule of a kind; raise ``NotFound`` for strangers and unknown kinds, ``Invalid``, and ``Conflict`` when it is there already."""
    ensure(queries.keeps(actor) and kind in shipped_kinds())
    if not CODE.fullmatch(code):
        raise Invalid(N_("A code has letters, digits, dots, dashes and underscores, at most 60."), field="code")
    slot = values.valid_from.isoformat() if values.valid_from else ""
    if queries.history(kind, code, slot).known:
        raise Conflict(N_("There is a rule of this code from this day on. Correct that one."), field="code")
    return _revise(actor, "add", kind, code, slot, based_on=0, values=values, note=note)


def correct_rule(actor: Actor, *, kind: str, code: str, slot: str, based_on: int, values: Values, note: str = "") -> RuleRevision:
    """Let a rule say something else. ``based_on`` is the revision that was seen (0: the shipped one).

    Raises ``NotFound``, ``Invalid`` for data that the kind's schema refuses, ``Conflict`` when another one corrected it meanwhile.
    """
    ensure(queries.keeps(actor) and queries.history(kind, code, slot).known)
    return _revise(actor, "correct", kind, code, slot, based_on=based_on, values=values, note=note)


def withdraw_rule(actor: Actor, *, kind: str, code: str, slot: str, based_on: int, note: str = "") -> RuleRevision:
    """Let a rule be no rule any more; its history stays. Raises ``NotFound``, ``Conflict``."""
    history = queries.history(kind, code, slot)
    ensure(queries.keeps(actor) and history.present is not None)
    return _revise(actor, "withdraw", kind, code, slot, based_on=based_on, values=None, note=note, standing="withdrawn")


def put_back(actor: Actor, *, kind: str, code: str, slot: str, based_on: int, number: int, note: str = "") -> RuleRevision:
    """Let a rule say again what it said in revision ``number``; 0 is the shipped rule, also as later versions ship it.

    Raises ``NotFound``, ``Conflict``.
    """
    history = queries.history(kind, code, slot)
    ensure(queries.keeps(actor) and (history.shipped is not None if number == 0 else number in history.by_number))
    if number == 0:
        return _revise(actor, "put_back", kind, code, slot, based_on=based_on, values=None, note=note, standing="shipped")
    old = history.by_number[number]
    values = Values(old.en, old.zh, old.data, old.valid_from, old.valid_to, old.source, old.verified)
    return _revise(actor, "put_back", kind, code, slot, based_on=based_on, values=values, note=note, standing=old.standing)


def check(kind: str, values: Values) -> None:
    """Raise ``Invalid``, at its field, for the first thing that a rule of this kind cannot say."""
    for problem in faults(kind, values):
        raise problem


def faults(kind: str, values: Values) -> Iterator[Invalid]:
    """Yield all that a rule of this kind cannot say, each at its field."""
    if not values.en or not values.zh:
        yield Invalid(N_("A rule has a name in English and in Chinese."), field="en" if not values.en else "zh")
    if not values.source:
        yield Invalid(N_("Name the source: a notice, its number and day, or where you read it."), field="source")
    if values.valid_from and values.valid_to and values.valid_to < values.valid_from:
        yield Invalid(N_("The last day lies before the first."), field="valid_to")
    for fault in schema(kind).faults(values.data, queries.rulebook()):
        yield Invalid(said(fault), field=fault.field, value=fault.value)


def touch_of(kind: str, *rules: Rule | None) -> Touch:
    """Return which goods the states of a rule concern together."""
    return touch(queries.rulebook(), *(rule for rule in rules if rule is not None))


def _revise(actor: Actor, verb: str, kind: str, code: str, slot: str, *, based_on: int, values: Values | None, note: str,
            standing: str = "holds") -> RuleRevision:
    history = queries.history(kind, code, slot)
    if history.number != based_on:
        raise Conflict(CHANGED)
    if values is not None and standing == "holds":
        check(kind, values)
    db.session.execute(sa.update(RuleRevision).where(
        RuleRevision.kind == kind, RuleRevision.code == code, RuleRevision.slot == slot, RuleRevision.latest).values(latest=False))
    revision = RuleRevision(
        kind=kind, code=code, slot=slot, number=based_on + 1, standing=standing, note=note[:500], user_id=actor.user_id,
        actor=actor.name[:200], at=clock.now(), **_columns(values or _as_values(history.present)))
    db.session.add(revision)
    db.session.flush()
    stamps.renew(stamps.RULES)
    audit.record(actor, f"reference.{verb}", revision, rule=f"{kind}/{code}/{slot}", number=revision.number, note=revision.note)
    after = queries.history(kind, code, slot).present
    goods.tell("rules", actor, goods.touched(touch_of(kind, history.present, after), None))
    return revision


def _columns(values: Values) -> dict[str, Any]:
    return {"en": values.en[:300], "zh": values.zh[:300], "data": dict(values.data), "valid_from": values.valid_from,
            "valid_to": values.valid_to, "source": values.source[:300], "verified": values.verified}


def _as_values(rule: Rule | None) -> Values:
    """Return what a rule said before it was withdrawn, to be read in its history."""
    if rule is None:
        return Values("", "")
    return Values(rule.en, rule.zh, rule.data, rule.valid_from, rule.valid_to, rule.source, rule.verified)
