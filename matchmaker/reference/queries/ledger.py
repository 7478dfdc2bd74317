"""The rules as organizers read them: lists with what was corrected, the history of one, and the kinds at a glance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import sqlalchemy as sa

from ...infra.db import db
from ...permissions import Actor, ensure
from ...trade.rulebook import Rule, shipped, shipped_kinds, slot_of
from ...trade.schema import Schema, schema
from ..models import RuleRevision
from .book import as_rule, latest
from .nomenclature import keeps

Time = Literal["now", "coming", "past"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list of rules: what it says now, and its last revision (None: as shipped). A withdrawn rule shows what it said."""

    rule: Rule
    slot: str
    revision: RuleRevision | None

    @property
    def withdrawn(self) -> bool:
        return self.revision is not None and self.revision.standing == "withdrawn"

    @property
    def corrected(self) -> bool:
        return self.revision is not None and self.revision.standing != "shipped"

    def time(self, on: date) -> Time:
        """Tell whether the rule holds on a day, will, or did."""
        if self.rule.holds(on):
            return "now"
        return "coming" if self.rule.valid_from and self.rule.valid_from > on else "past"


@dataclass(frozen=True, slots=True)
class History:
    """One rule: as it was shipped, its revisions, the newest first, and what it says now (None: it is withdrawn or unknown)."""

    kind: str
    code: str
    slot: str
    shipped: Rule | None
    revisions: tuple[RuleRevision, ...]

    @property
    def known(self) -> bool:
        return self.shipped is not None or bool(self.revisions)

    @property
    def number(self) -> int:
        return self.revisions[0].number if self.revisions else 0

    @property
    def by_number(self) -> Mapping[int, RuleRevision]:
        return {revision.number: revision for revision in self.revisions}

    @property
    def present(self) -> Rule | None:
        return self.after(self.number)

    @property
    def last(self) -> Rule | None:
        """Return what the rule says, or said when it was withdrawn."""
        return self.present or (as_rule(self.revisions[0]) if self.revisions else None)

    def after(self, number: int) -> Rule | None:
        """Return what the rule said after revision ``number``."""
        if number == 0 or self.by_number[number].standing == "shipped":
            return self.shipped
        revision = self.by_number[number]
        return as_rule(revision) if revision.standing == "holds" else None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of rules at a glance."""

    schema: Schema
    count: int
    verified: int
    samples: int
    corrected: int
    changed_at: datetime | None
    changed_by: str


def history(kind: str, code: str, slot: str) -> History:
    """Return a rule with its revisions; one that nobody ever wrote is not ``known``."""
    first = next((rule for rule in shipped().all(kind) if rule.code == code and slot_of(rule) == slot), None)
    query = sa.select(RuleRevision).where(RuleRevision.kind == kind, RuleRevision.code == code, RuleRevision.slot == slot)
    return History(kind, code, slot, first, tuple(db.session.scalars(query.order_by(RuleRevision.number.desc()))))


def rule_for(actor: Actor, kind: str, code: str, slot: str) -> History:
    """Return a rule for who keeps the reference; raise ``NotFound`` for strangers and for rules that are none."""
    ensure(keeps(actor) and kind in shipped_kinds())
    found = history(kind, code, slot)
    ensure(found.known)
    return found


def entries(actor: Actor, kind: str) -> list[Entry]:
    """Return all rules of a kind, shipped ones first, withdrawn ones too; raise ``NotFound`` for strangers and unknown kinds."""
    ensure(keeps(actor) and kind in shipped_kinds())
    return _entries(kind, {(row.code, row.slot): row for row in db.session.scalars(latest().where(RuleRevision.kind == kind))})


def kinds(actor: Actor) -> list[Kind]:
    """Return the kinds of rules with their counts; raise ``NotFound`` for strangers."""
    ensure(keeps(actor))
    revisions: dict[str, dict[tuple[str, str], RuleRevision]] = {}
    for row in db.session.scalars(latest().order_by(RuleRevision.id)):
        revisions.setdefault(row.kind, {})[row.code, row.slot] = row
    return [_at_a_glance(kind, revisions.get(kind, {})) for kind in shipped_kinds()]


def _entries(kind: str, revisions: dict[tuple[str, str], RuleRevision]) -> list[Entry]:
    found = []
    for rule in shipped().all(kind):
        revision = revisions.pop((rule.code, slot_of(rule)), None)
        shown = rule if revision is None or revision.standing == "shipped" else as_rule(revision)
        found.append(Entry(shown, slot_of(rule), revision))
    return found + [Entry(as_rule(row), row.slot, row) for row in revisions.values()]


def _at_a_glance(kind: str, revisions: dict[tuple[str, str], RuleRevision]) -> Kind:
    last = max(revisions.values(), key=lambda row: row.id, default=None)
    found = [entry for entry in _entries(kind, dict(revisions)) if not entry.withdrawn]
    return Kind(
        schema(kind), len(found), sum(entry.rule.verified for entry in found), sum(entry.rule.sample for entry in found),
        sum(entry.corrected for entry in found), last.at if last else None, last.actor if last else "")
