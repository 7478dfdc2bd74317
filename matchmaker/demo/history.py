"""A past edition: how its companies answered, simulated, so that the model of the demo has something to have learned from.

The answers are drawn by a rule that is not the model's: chances multiply, one unmet term counts for its side only, and a part is chance.
They are marked as what they are: the edition's companies are samples, and the version's note says so.
"""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from .. import clock
from ..expos import actions as expos
from ..infra.db import commit, db
from ..matching import learning
from ..matching.models import Feedback, Recommendation
from ..permissions import SYSTEM
from .console import Say, work
from .world import START, World, at, go_to

EDITION = {"slug": "ciie-2025", "starts_on": date(2025, 11, 5), "ends_on": date(2025, 11, 10), "dates_confirmed": True}
FIRST, LAST = at("2025-10-08 09:00"), at("2025-11-04 18:00")
BUYERS_FIRST, READY, INTENTIONS = 0.5, 0.97, 0.47  # shares; intentions a round: what CIIE published for 2019
EYE = 0.2  # how fast attention falls along a list: examined with place ** -EYE
UNMET = 0.5  # a term below this value is not met
# what an unmet term leaves of the chance that the buyer, and that the exhibitor, says yes; and the reason given
TERMS = {
    "quantity": (0.9, 0.35, "quantity"), "certificates": (0.4, 0.9, "certificates"), "price": (0.45, 0.7, "price"),
    "lead_time": (0.5, 0.8, "timing"), "origin": (0.6, 1.0, "other"), "specification": (0.5, 0.9, "not_our_product"),
    "capacity": (0.7, 0.8, "quantity"), "road": (0.6, 0.9, "other"),
}
NOTE = "Answers of a simulated past edition"


def build(world: World, say: Say) -> None:
    """Make the edition of last year, simulate its answers on the pairs of this year, learn from them and match anew."""
    go_to("2025-06-15 10:00")
    past = expos.create_expo(SYSTEM, series="CIIE", **EDITION)
    rows = db.session.execute(
        sa.select(Recommendation.demand_id, Recommendation.product_id, Recommendation.buyer_id, Recommendation.exhibitor_id,
                  Recommendation.signals, Recommendation.model)
        .where(Recommendation.expo_id == world.expos["CIIE"].id).order_by(Recommendation.id)).all()
    places: dict[int, int] = {}
    kept: list[dict[str, Any]] = []
    for row in rows:
        places[row.demand_id] = places.get(row.demand_id, 0) + 1
        kept += _story(world, past.id, row, places[row.demand_id])
    if not any(one["kind"] in ("accepted", "declined") for one in kept):
        return
    db.session.execute(sa.insert(Feedback), kept)
    commit()
    clock.set_now(START)
    version = learning.train(SYSTEM, note=NOTE)
    commit()
    work(say)
    answered = sum(one["kind"] in ("accepted", "declined") for one in kept)
    say(f"{answered} simulated answers of {past.slug}; model {version.sha256[:12]} learned from them")


def _story(world: World, expo_id: int, row: Any, place: int) -> list[dict[str, Any]]:
    """Return the feedback of one pair: shown to one side, then to the other if the first did not ask; answered, perhaps held."""
    draw = world.draw
    sides = (("buyer", row.buyer_id), ("exhibitor", row.exhibitor_id))
    order = sides if draw.random() < BUYERS_FIRST else sides[::-1]
    day = FIRST + (LAST - FIRST) * draw.random()

    def event(side: str, company: int, kind: str, days: float, **more: Any) -> dict[str, Any]:
        other = next(ident for _side, ident in sides if ident != company)
        return {"expo_id": expo_id, "company_id": company, "other_id": other, "demand_id": row.demand_id,
                "product_id": row.product_id, "side": side, "kind": kind, "reason": "", "value": None, "position": None,
                "signals": row.signals, "model": row.model, "at": day + timedelta(days=days)} | more

    told = []
    for asker, first in order:
        told.append(event(asker, first, "shown", 0, position=place))
        if draw.random() < _chance(row.signals, asker)[0] / place ** EYE:
            told.append(event(asker, first, "asked", 0.01, position=place))
            break
    else:
        return told
    asked, second = next(one for one in sides if one[0] != asker)
    chance, reason = _chance(row.signals, asked)
    if draw.random() >= chance:
        return [*told, event(asked, second, "declined", 2, reason=reason)]
    told.append(event(asked, second, "accepted", 2))
    outcome = "intention" if draw.random() < INTENTIONS * (0.6 + 0.8 * chance) else "held"
    return [*told, *(event(side, company, outcome, 30) for side, company in sides)]


def _chance(signals: dict[str, float], asked: str) -> tuple[float, str]:
    """Return the chance that the side asked says yes, and the reason it gives when it says no."""
    chance = READY * (0.3 + 0.7 * signals.get("hs", 0.6)) * (0.5 + 0.5 * signals.get("text", 0.5))
    worst, reason = 1.0, "not_our_product" if chance < 0.5 else "has_partner"
    for name, (buyer, exhibitor, why) in TERMS.items():
        left = buyer if asked == "buyer" else exhibitor
        if signals.get(name, 1.0) <= UNMET:
            chance *= left
            if left < worst:
                worst, reason = left, why
    return chance, reason
