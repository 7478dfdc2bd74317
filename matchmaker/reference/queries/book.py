"""The rulebook of the database: the shipped rules, overlaid with what was corrected, added and withdrawn here."""

from collections.abc import Iterator
from types import MappingProxyType

import sqlalchemy as sa

from ... import clock
from ...i18n import named
from ...infra.db import db
from ...trade.rulebook import Rule, Rulebook, shipped, slot_of
from .. import stamps
from ..models import RuleRevision

MOST_KEPT = 4
_kept: dict[str, Rulebook] = {}


def rulebook() -> Rulebook:
    """Return the rules that count now, past and to come; kept in memory until somebody changes one."""
    word = stamps.word(stamps.RULES)
    if not word:
        return shipped()
    book = _kept.get(word)
    if book is None:
        book = Rulebook(_overlaid(), version=word)
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[word] = book
    return book


def mode_name(code: str) -> str:
    """Return what a customs mode is called, with its mark where nobody verified that; the code itself where no rule names it."""
    rule = rulebook().find("mode", code, clock.now().date())
    return named(rule) if rule else code


def latest() -> sa.Select[tuple[RuleRevision]]:
    """Return the query of the revisions that count."""
    return sa.select(RuleRevision).where(RuleRevision.latest)


def as_rule(revision: RuleRevision) -> Rule:
    """Return the rule that a revision says."""
    return Rule(
        revision.kind, revision.code, revision.en, revision.zh, MappingProxyType(revision.data), revision.valid_from, revision.valid_to,
        revision.source, revision.verified, revision.sample)


def _overlaid() -> Iterator[Rule]:
    """Yield the shipped rules, each as it was corrected, and then the added ones."""
    changed = {(row.kind, row.code, row.slot): row for row in db.session.scalars(latest().order_by(RuleRevision.id))}
    for rule in (rule for kind in shipped().kinds() for rule in shipped().all(kind)):
        revision = changed.pop((rule.kind, rule.code, slot_of(rule)), None)
        if revision is None or revision.standing == "shipped":
            yield rule
        elif revision.standing == "holds":
            yield as_rule(revision)
    yield from (as_rule(revision) for revision in changed.values() if revision.standing == "holds")
