"""What the page of one match says: how its parts add up for the side that is asked, and what would close its gaps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from .. import events
from ..demands.rules import budget_visible
from ..expos.models import Expo
from ..infra.db import db
from ..permissions import Actor
from . import learning, phrases, sentences, waterfall
from .cards import Card
from .models import Agreed
from .told import Told, told


@dataclass(frozen=True, slots=True)
class Line:
    """One step with its name and sentence; ``points`` of all lines add up from the base to the whole."""

    label: str
    text: str
    good: bool
    points: int
    step: waterfall.Step


@dataclass(frozen=True, slots=True)
class Offer:
    """A repair as the reader sees it; ``ours`` tells whether the reader's side can make it, ``waits`` that it is proposed already."""

    gap: str
    side: str
    field: str
    who: str
    closes: str
    words: str
    before: str
    now: float
    then: float
    ours: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open proposal for this pair."""

    id: int
    mine: bool
    words: str


@dataclass(frozen=True, slots=True)
class Why:
    """``chance`` is shown once the model is calibrated; until then steps and offers are drawn without figures.

    ``also`` is what is known and weighs nothing; ``habits`` is what the reader did before, which moves the own list only; ``agreed``
    are the terms that hold between these two only.
    """

    calibrated: bool
    answers: int  # that the model in use has seen
    base: float
    chance: float
    goal: float | None  # with the best repair
    intention: float | None
    lines: Sequence[Line]
    also: Sequence[sentences.Said]
    habits: Sequence[sentences.Said]
    offers: Sequence[Offer]
    waiting: Sequence[Waiting]
    agreed: Sequence[str]


def explain(row: Any, actor: Actor, card: Card, expo: Expo) -> Why:
    """Return what the page says to the actor, of what may be told."""
    open_money = card.price_open if actor.is_buyer else budget_visible(row, card.meeting)
    match = told(row, buyer=actor.is_buyer, open_money=open_money)
    calibrated = (row.chance_exhibitor if actor.is_buyer else row.chance_buyer) is not None
    used = learning.in_use() if calibrated else None
    steps = waterfall.steps(match.base, match.reasons, match.gaps, match.asked)
    shown = {step.code for step in steps}
    habit = "taste_buyer" if actor.is_buyer else "taste_exhibitor"
    said = sentences.told(match.reasons, match.gaps, expo.series)
    waiting = _waiting(expo, row, actor)
    best = match.best
    return Why(
        calibrated=calibrated, answers=used.answers if used else 0, base=waterfall.chance(match.base), chance=waterfall.chance(match.total),
        goal=waterfall.chance(match.total + match.lift(best)) if best else None, intention=row.chance_intention,
        lines=[_line(step, points, expo.series) for step, points in zip(steps, waterfall.points(match.base, steps), strict=True)],
        also=[one for one in said if one.code not in shown and one.code != habit], habits=[one for one in said if one.code == habit],
        offers=[_offer(repair, match, actor, waiting) for repair in sorted(match.repairs, key=match.lift, reverse=True)],
        waiting=[Waiting(one["id"], one["mine"], phrases.change(one["side"], one["field"], one["value"])) for one in waiting],
        agreed=_agreed(row))


def _line(step: waterfall.Step, points: int, series: str) -> Line:
    text = sentences.gap(step.code, step.params) if step.is_gap else sentences.reason(step.code, step.params, series)
    return Line(sentences.label(step.code), text, step.after >= step.before, points, step)


def _offer(repair: Mapping[str, Any], match: Told, actor: Actor, waiting: Sequence[Mapping[str, Any]]) -> Offer:
    ours = (repair["side"] == "demand") == actor.is_buyer
    who = _("You") if ours else _("The exhibitor") if repair["side"] == "supply" else _("The buyer")
    before = phrases.value(repair["field"], repair["before"])
    return Offer(
        gap=repair["gap"], side=repair["side"], field=repair["field"], who=who, closes=sentences.label(repair["gap"]),
        words=phrases.change(repair["side"], repair["field"], repair["value"]),
        before=_("instead of %(value)s", value=before) if before else "", now=waterfall.chance(match.total),
        then=waterfall.chance(match.total + match.lift(repair)), ours=ours,
        waits=any((one["side"], one["field"]) == (repair["side"], repair["field"]) for one in waiting))


def _waiting(expo: Expo, row: Any, actor: Actor) -> list[Mapping[str, Any]]:
    """Return the open proposals of the pair. The room to the right answers."""
    answers = events.offers_asked.send(expo, demand_id=row.demand_id, product_id=row.product_id, company_id=actor.company_id)
    return [one for _receiver, found in answers for one in found or ()]


def _agreed(row: Any) -> list[str]:
    found = db.session.execute(sa.select(Agreed.side, Agreed.field, Agreed.value).where(
        Agreed.demand_id == row.demand_id, Agreed.product_id == row.product_id).order_by(Agreed.id))
    return [phrases.change(one.side, one.field, one.value) for one in found]
