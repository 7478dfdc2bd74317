"""What the page of one match says: how its parts add up for the side that is asked, and what would close its gaps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from ..demands.rules import budget_visible
from ..expos.models import Expo
from ..permissions import Actor
from . import sentences, waterfall
from .cards import Card


@dataclass(frozen=True, slots=True)
class Line:
    """One step with its sentence."""

    text: str
    good: bool
    step: waterfall.Step


@dataclass(frozen=True, slots=True)
class Offer:
    """A repair as the reader sees it; ``ours`` tells whether the reader's side can make it."""

    gap: str
    side: str
    field: str
    words: str
    before: str
    now: float
    then: float
    ours: bool


@dataclass(frozen=True, slots=True)
class Why:
    """``chance`` is shown once the model is calibrated; until then steps and offers are drawn without figures."""

    calibrated: bool
    base: float
    chance: float
    intention: float | None
    lines: Sequence[Line]
    said: Sequence[sentences.Said]  # what weighs nothing stands here too
    offers: Sequence[Offer]


def explain(row: Any, actor: Actor, card: Card, expo: Expo) -> Why:
    """Return what the page says to the actor. What would tell a budget that is kept back is left out, and the chance computed without it."""
    open_budget = actor.is_buyer or budget_visible(row, card.meeting)
    reasons, gaps, repairs = ([item for item in items if open_budget or item.get("code", item.get("gap")) != "price"]
                              for items in (row.reasons, row.gaps, row.repairs))
    asked, base = ("exhibitor", row.base_exhibitor) if actor.is_buyer else ("buyer", row.base_buyer)
    total = waterfall.log_odds(base, [*reasons, *gaps], asked)
    chance = row.chance_exhibitor if actor.is_buyer else row.chance_buyer
    lines = [_line(step, expo.series) for step in waterfall.steps(base, reasons, gaps, asked)]
    return Why(
        calibrated=chance is not None, base=waterfall.chance(base), chance=waterfall.chance(total), intention=row.chance_intention,
        lines=[line for line in lines if line.text], said=sentences.told(reasons, gaps, expo.series),
        offers=[_offer(repair, total, asked, actor) for repair in repairs])


def _line(step: waterfall.Step, series: str) -> Line:
    say = sentences.gap(step.code, step.params) if step.is_gap else sentences.reason(step.code, step.params, series)
    return Line(say, step.after >= step.before, step)


def _offer(repair: Mapping[str, Any], total: float, asked: str, actor: Actor) -> Offer:
    lift = repair["lift"][waterfall.SIDES.index(asked)]
    ours = (repair["side"] == "demand") == actor.is_buyer
    before = sentences.value(repair["before"])
    return Offer(
        gap=repair["gap"], side=repair["side"], field=repair["field"],
        words=sentences.change(repair["side"], repair["field"], repair["value"]),
        before=_("instead of %(value)s", value=before) if before else "", now=waterfall.chance(total), then=waterfall.chance(total + lift), ours=ours)
