"""Life of a model: what it learns from, training, versions, the one in use, going back."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from .. import audit, clock
from ..errors import N_, Conflict
from ..expos.models import Expo
from ..infra.db import db
from ..permissions import Actor, ensure
from . import receivers
from .models import Feedback, ModelVersion

if TYPE_CHECKING:
    from ..engine.matching.dealability import DealModel, IntentionModel
    from ..engine.matching.records import Answer

HELD_OUT = 5  # every fifth company is held out when a model is measured
_loaded: dict[str, "Models"] = {}


@dataclass(frozen=True, slots=True)
class Models:
    """The models that matching works with. ``name`` says which: of a version, or ``documented`` before there is one."""

    name: str
    deal: "DealModel"
    intention: "IntentionModel | None"


def in_use() -> ModelVersion | None:
    """Return the version in use; None while the documented weights are."""
    return db.session.scalars(sa.select(ModelVersion).where(ModelVersion.used_since.is_not(None))
                              .order_by(ModelVersion.used_since.desc(), ModelVersion.id.desc()).limit(1)).first()


def versions() -> Sequence[ModelVersion]:
    """Return the versions, newest first."""
    return db.session.scalars(sa.select(ModelVersion).order_by(ModelVersion.id.desc()).limit(50)).all()


def current() -> Models:
    """Return the models of the version in use, or the documented ones."""
    from ..engine.matching.dealability import DealModel, IntentionModel

    version = in_use()
    name = version.sha256[:12] if version else "documented"
    if name not in _loaded:
        if version is None:
            _loaded[name] = Models(name, DealModel.documented(), None)
        else:
            intention = version.params.get("intention")
            _loaded[name] = Models(name, DealModel.from_dict(version.params["deal"]),
                                   IntentionModel.from_dict(intention) if intention else None)
    return _loaded[name]


def observations(rows: Iterable[Any] | None = None) -> "list[Answer]":
    """Return what the model learns from: of each company and pair the strongest thing that followed a showing, and every answer."""
    from ..engine.matching import feedback

    pairs: dict[tuple[int, int, int], dict[str, Any]] = defaultdict(dict)
    for row in rows if rows is not None else _rows():
        pairs[row.company_id, row.demand_id, row.product_id][row.kind] = row
    found = []
    for (company_id, _demand, _product), kinds in pairs.items():
        seen = kinds.get("shown")
        position = seen.position if seen is not None else None
        for kind in _telling(kinds):
            row = kinds[kind]
            found.append(feedback.answer(kind, row.side, row.signals, position, reason=row.reason, rating=row.value,
                                         group=str(company_id), at=row.at.date()))
    return [one for one in found if one is not None]


def _rows() -> Sequence[Any]:
    columns = (Feedback.company_id, Feedback.demand_id, Feedback.product_id, Feedback.side, Feedback.kind, Feedback.reason, Feedback.value,
               Feedback.position, Feedback.signals, Feedback.at)
    return db.session.execute(sa.select(*columns).order_by(Feedback.id)).all()


def _telling(kinds: Mapping[str, Any]) -> list[str]:
    """Return the kinds that count: one of a showing, one answer, one outcome."""
    from ..engine.matching.feedback import STRENGTH

    of_showing = "hidden" if "hidden" in kinds else next((kind for kind in reversed(STRENGTH) if kind in kinds), None)
    answered = [kind for kind in ("accepted", "declined") if kind in kinds]
    outcome = next((kind for kind in ("intention", "rated", "held") if kind in kinds), None)
    return [kind for kind in (of_showing, *answered[:1], outcome) if kind is not None]


def train(actor: Actor, *, note: str = "") -> ModelVersion:
    """Learn from all feedback, measure on companies held out, keep the result as a version and use it.

    The same feedback gives the same version: it is put in use, not kept twice. Raises ``Conflict`` when there is nothing to learn from.
    """
    ensure(actor.is_system or actor.is_admin)
    answers = observations()
    if not any(one.task == "acceptance" for one in answers):
        raise Conflict(N_("There are no answers to requests yet: nothing to learn from."))
    params, learned = _learn(answers), clock.now()
    sha256 = hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()
    version = db.session.scalars(sa.select(ModelVersion).where(ModelVersion.sha256 == sha256)).first()
    if version is None:
        first, last = db.session.execute(sa.select(sa.func.min(Feedback.at), sa.func.max(Feedback.at))).one()
        version = ModelVersion(
            params=params, sha256=sha256, answers=sum(one.task == "acceptance" for one in answers), window_from=first, window_to=last,
            metrics=held_out(answers), note=note, created_at=learned)
        db.session.add(version)
        db.session.flush()
    audit.record(actor, "matching.train", version, answers=version.answers, sha256=sha256)
    use(actor, version)
    return version


def _learn(answers: "Sequence[Answer]") -> dict[str, Any]:
    from ..engine.matching.dealability import DealModel, IntentionModel

    intention = [one for one in answers if one.task == "intention"]
    return {"deal": DealModel().fit(answers).to_dict(), "intention": IntentionModel().fit(intention).to_dict() if intention else None}


def held_out(answers: "Sequence[Answer]") -> dict[str, Any]:
    """Return how well a model fitted without every fifth company tells what that company answered: beside the documented weights."""
    from ..engine.matching.dealability import DealModel

    kept = [one for one in answers if _is_held_out(one.group)]
    asked = [one for one in kept if one.task == "acceptance"]
    rest = [one for one in answers if not _is_held_out(one.group)]
    if not asked or not any(one.task == "acceptance" for one in rest):
        return {"answers": len(asked)}
    learned, documented = DealModel().fit(rest), DealModel.documented()
    return {"answers": len(asked), "learned": _measure(learned, asked), "documented": _measure(documented, asked)}


def _is_held_out(group: str) -> bool:
    return hashlib.sha256(group.encode()).digest()[0] % HELD_OUT == 0


def _measure(model: "DealModel", asked: "Sequence[Answer]") -> dict[str, Any]:
    """Return log loss, calibration error and its curve over the answers given."""
    import numpy as np

    from ..engine.matching.metrics import calibration_error, reliability

    chances = np.array([model.chance(one.signals, one.side) for one in asked])
    labels = np.array([one.label for one in asked])
    safe = np.clip(chances, 1e-6, 1 - 1e-6)
    return {"log_loss": float(-np.mean(labels * np.log(safe) + (1 - labels) * np.log(1 - safe))),
            "calibration_error": calibration_error(chances, labels), "curve": [list(one) for one in reliability(chances, labels)]}


def use(actor: Actor, version: ModelVersion) -> None:
    """Put a version in use, a new or an older one, and match every expo anew."""
    ensure(actor.is_system or actor.is_admin)
    version.used_since = clock.now()
    db.session.flush()
    audit.record(actor, "matching.use_model", version, sha256=version.sha256)
    _all_stale()


def use_documented(actor: Actor) -> None:
    """Go back to the documented weights: no version is in use."""
    ensure(actor.is_system or actor.is_admin)
    db.session.execute(sa.update(ModelVersion).values(used_since=None))
    audit.record(actor, "matching.use_model", sha256="documented")
    _all_stale()


def _all_stale() -> None:
    for expo_id in db.session.scalars(sa.select(Expo.id).order_by(Expo.id)).all():
        receivers.mark_stale(expo_id)


