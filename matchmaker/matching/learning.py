"""Life of a model: what it learns from, training, versions, the one in use, going back."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from .. import audit, clock
from ..errors import N_, Conflict, NotFound
from ..expos.models import Expo
from ..infra.db import db
from ..permissions import Actor, ensure
from .models import Feedback, ModelVersion

if TYPE_CHECKING:
    import numpy as np

    from ..engine.matching.dealability import DealModel, IntentionModel
    from ..engine.matching.records import Answer

FOLDS = 5  # every company is measured by a model that has not seen what it did
AT_ONCE = 2000  # rows of feedback in memory
DOCUMENTED = "documented"
Tell = Callable[[float, str], None]
_loaded: dict[str, "Models"] = {}


@dataclass(frozen=True, slots=True)
class Models:
    """The models that matching works with. ``name`` says which: of a version, or ``documented`` before there is one."""

    name: str
    deal: "DealModel"
    intention: "IntentionModel | None"

    def intention_chance(self, signals: Mapping[str, float]) -> float | None:
        """Return the chance that a meeting of such a pair gives an intention, the mean of both sides' words; None until it is known."""
        if self.intention is None or not self.intention.is_calibrated:
            return None
        return float(chances(self.intention, [signals]).mean())


def in_use() -> ModelVersion | None:
    """Return the version in use; None while the documented weights are."""
    return db.session.scalars(sa.select(ModelVersion).where(ModelVersion.used_since.is_not(None))
                              .order_by(ModelVersion.used_since.desc(), ModelVersion.id.desc()).limit(1)).first()


def versions() -> Sequence[ModelVersion]:
    """Return the versions, newest first."""
    return db.session.scalars(sa.select(ModelVersion).order_by(ModelVersion.id.desc()).limit(50)).all()


def version_named(start: str) -> ModelVersion:
    """Return the one version whose hash begins so (four signs at least). Raises ``NotFound``."""
    found = db.session.scalars(sa.select(ModelVersion).where(ModelVersion.sha256.startswith(start, autoescape=True)).limit(2)).all()
    if len(start) < 4 or len(found) != 1:
        raise NotFound(N_("There is no such version."))
    return found[0]


def current() -> Models:
    """Return the models of the version in use, or the documented ones."""
    from ..engine.matching.dealability import DealModel, IntentionModel

    version = in_use()
    name = version.sha256[:12] if version else DOCUMENTED
    if name not in _loaded:
        if version is None:
            _loaded[name] = Models(name, DealModel.documented(), None)
        else:
            intention = version.params.get("intention")
            _loaded[name] = Models(name, DealModel.from_dict(version.params["deal"]),
                                   IntentionModel.from_dict(intention) if intention else None)
    return _loaded[name]


def observations(rows: Iterable[Any] | None = None) -> "list[Answer]":
    """Return what the model learns from: of each company and pair the strongest thing that followed a showing, and every answer.

    ``rows`` are those of ``rows_of``, or others in the same order.
    """
    from ..engine.matching import feedback

    found = []
    for (company_id, demand_id, product_id), of_pair in groupby(rows if rows is not None else rows_of(), key=_pair):
        kinds = {row.kind: row for row in of_pair}
        seen = kinds.get("shown")
        position = seen.position if seen is not None else None
        for kind in _telling(kinds):
            row = kinds[kind]
            found.append(feedback.answer(kind, row.side, row.signals, position, rating=row.value,
                                         group=str(company_id), at=row.at.date(), pair=f"{demand_id}/{product_id}"))
    return [one for one in found if one is not None]


def rows_of(*which: Any) -> Iterator[Any]:
    """Yield rows of feedback, those of a company and pair together. They are streamed: memory holds ``AT_ONCE`` of them."""
    key = (Feedback.company_id, Feedback.demand_id, Feedback.product_id)
    columns = (*key, Feedback.side, Feedback.kind, Feedback.reason, Feedback.value, Feedback.position, Feedback.signals, Feedback.at)
    query = sa.select(*columns).where(*which).order_by(*key, Feedback.kind)
    yield from db.session.execute(query.execution_options(yield_per=AT_ONCE))


def _pair(row: Any) -> tuple[int, int, int]:
    return row.company_id, row.demand_id, row.product_id


def _telling(kinds: Mapping[str, Any]) -> list[str]:
    """Return the kinds that count: one of a showing, one answer, one outcome."""
    from ..engine.matching.feedback import STRENGTH

    of_showing = "hidden" if "hidden" in kinds else next((kind for kind in reversed(STRENGTH) if kind in kinds), None)
    answered = [kind for kind in ("accepted", "declined") if kind in kinds]
    outcome = next((kind for kind in ("intention", "rated", "held") if kind in kinds), None)
    return [kind for kind in (of_showing, *answered[:1], outcome) if kind is not None]


def train(actor: Actor, *, note: str = "", tell: Tell = lambda _share, _message: None) -> ModelVersion:
    """Learn from all feedback, measure on companies held out, keep the result as a version and use it.

    The same feedback gives the same version: it is put in use, not kept twice. Raises ``Conflict`` when there is nothing to learn from.
    """
    ensure(actor.is_system or actor.is_admin)
    tell(0.05, N_("Reading what companies did"))
    answers = observations()
    if not any(one.task == "acceptance" for one in answers):
        raise Conflict(N_("There are no answers to requests yet: nothing to learn from."))
    tell(0.2, N_("Learning"))
    params = _learn(answers)
    sha256 = hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()
    version = db.session.scalars(sa.select(ModelVersion).where(ModelVersion.sha256 == sha256)).first()
    if version is None:
        tell(0.5, N_("Measuring on companies held out"))
        first, last = db.session.execute(sa.select(sa.func.min(Feedback.at), sa.func.max(Feedback.at))).one()
        version = ModelVersion(
            params=params, sha256=sha256, answers=sum(one.task == "acceptance" for one in answers), window_from=first, window_to=last,
            metrics=held_out(answers), note=note[:200], created_at=clock.now())
        db.session.add(version)
        db.session.flush()
    audit.record(actor, "matching.train", version, answers=version.answers, sha256=sha256)
    use(actor, version)
    return version


def _learn(answers: "Sequence[Answer]") -> dict[str, Any]:
    from ..engine.matching.dealability import DealModel, IntentionModel

    met = any(one.task == "intention" for one in answers)
    return {"deal": DealModel().fit(answers).to_dict(), "intention": IntentionModel().fit(answers).to_dict() if met else None}


def held_out(answers: "Sequence[Answer] | None" = None) -> dict[str, Any]:
    """Return how well models tell what companies did that they have not learned from, beside the documented weights.

    ``folds`` holds the models, each fitted without a fifth of the companies: what else is measured (lists) is measured by them.
    """
    from ..engine.matching.dealability import DealModel
    from . import ranking

    answers = observations() if answers is None else answers
    asked = [one for one in answers if one.task == "acceptance"]
    folds = [DealModel().fit([one for one in answers if fold_of(one.group) != fold]) for fold in range(FOLDS)]
    documented = [DealModel.documented()] * FOLDS
    lists = ranking.lists()
    return {"answers": len(asked), "companies": len({one.group for one in asked}), "learned": tells(folds, asked),
            "documented": tells(documented, asked), "lists": ranking.measure(lists, {"learned": folds, DOCUMENTED: documented}),
            "folds": [model.to_dict() for model in folds]}


def fold_of(group: str) -> int:
    """Return the fold that a company belongs to, the same one for good."""
    return hashlib.sha256(group.encode()).digest()[0] % FOLDS


def folds_in_use() -> "list[DealModel] | None":
    """Return the models of the version in use that are each fitted without a fifth of the companies; None for the documented weights."""
    from ..engine.matching.dealability import DealModel

    version = in_use()
    return [DealModel.from_dict(stored) for stored in version.metrics["folds"]] if version and version.metrics.get("folds") else None


def chances(model: "DealModel", signals: Sequence[Mapping[str, float]], asked: bool = False) -> "np.ndarray":
    """Return the chances that buyer and exhibitor would accept, (n, 2); ``asked``: given that the other side did ask."""
    import numpy as np

    from ..engine.matching.signals import NAMES

    values = np.array([[one.get(name, np.nan) for name in NAMES] for one in signals], float).reshape(-1, len(NAMES))
    return 1 / (1 + np.exp(-(model.log_odds_if_asked(values) if asked else model.log_odds(values))))


def tells(folds: "Sequence[DealModel]", asked: "Sequence[Answer]") -> dict[str, Any] | None:
    """Return log loss, calibration error and its curve over answers to requests, each told by the fold that has not seen its company."""
    import numpy as np

    from ..engine.matching.metrics import calibration_error, reliability

    if not asked:
        return None
    predicted = np.empty(len(asked))
    for fold, model in enumerate(folds):
        mine = [at for at, one in enumerate(asked) if fold_of(one.group) == fold]
        both = chances(model, [asked[at].signals for at in mine], asked=True)
        predicted[mine] = [pair[int(asked[at].side == "exhibitor")] for at, pair in zip(mine, both, strict=True)]
    labels = np.array([one.label for one in asked])
    safe = np.clip(predicted, 1e-6, 1 - 1e-6)
    return {"log_loss": float(-np.mean(labels * np.log(safe) + (1 - labels) * np.log(1 - safe))),
            "calibration_error": calibration_error(predicted, labels), "curve": [list(one) for one in reliability(predicted, labels)]}


def use(actor: Actor, version: ModelVersion) -> None:
    """Put a version in use, a new or an older one, and match every expo anew."""
    ensure(actor.is_system or actor.is_admin)
    db.session.execute(sa.update(ModelVersion).where(ModelVersion.id != version.id).values(used_since=None))
    version.used_since = clock.now()
    db.session.flush()
    audit.record(actor, "matching.use_model", version, sha256=version.sha256)
    _all_stale()


def use_documented(actor: Actor) -> None:
    """Go back to the documented weights: no version is in use."""
    ensure(actor.is_system or actor.is_admin)
    db.session.execute(sa.update(ModelVersion).values(used_since=None))
    audit.record(actor, "matching.use_model", sha256=DOCUMENTED)
    _all_stale()


def _all_stale() -> None:
    from . import receivers  # they ask for the refresh, which reads the models of this file

    for expo_id in db.session.scalars(sa.select(Expo.id).order_by(Expo.id)).all():
        receivers.mark_stale(expo_id)
