"""The model: how likely each side would accept if it were asked, as a sum over what is known of the pair.

    log-odds(side) = intercept + Σ weight_k · link_k(value_k)

Unknown signals contribute exactly 0. Weights begin at documented ones (PRIORS), are learned around them from answers and from what people
do with lists (`willing`) and never turn negative, so what is monotone stays so. The chance is that of a pair that nobody has asked
about; where one side did ask, the other is the readier by `mutual_` (`log_odds_if_asked`).
"""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, Self

import numpy as np
from scipy.special import expit
from sklearn.base import BaseEstimator

from matchmaker.engine.matching.records import SIDES, Answer, Side, Task, logistic
from matchmaker.engine.matching.signals import NAMES
from matchmaker.engine.matching.willing import Pairs, Willing, estimate, together

ENOUGH, ENOUGH_OF_A_SIDE = 200, 50  # answers from which a probability is shown
FAR = 0.0025  # a chance below which the text says no more
MOST_STRETCH = 4.0  # of the learned fit for bands


class Prior(NamedTuple):
    """How many log-odds lie between the worst and the best value, for the side asked, and the value that says nothing."""

    buyer: float
    exhibitor: float
    neutral: float


PRIORS: Mapping[str, Prior] = MappingProxyType({
    "text": Prior(1.1, 0.9, 0.5),  # per log of the chance that the texts mean the same: the buyer judges the product, the other the trade
    "hs": Prior(5.5, 4.5, 0.5),  # the same heading +2, another chapter -2: customs codes are the surest statement of the kind
    "section": Prior(1.0, 0.8, 2 / 3),  # the same section is common (+0.3), another one tells more (-0.6)
    "specification": Prior(1.8, 0.8, 0.6),  # a "must" that fails is a reason to refuse for the buyer
    "price": Prior(1.6, 1.0, 0.6),  # opens a negotiation: a small excess costs little, half as much again nearly one log-odds
    "quantity": Prior(1.0, 1.8, 0.6),  # the exhibitor refuses small orders, the buyer may order more
    "capacity": Prior(0.9, 0.6, 0.6),  # the buyer fears to be left without goods
    "lead_time": Prior(1.2, 0.6, 0.6),  # goods after the season are of no use to the buyer
    "certificates": Prior(1.8, 0.8, 0.6),  # a missing licence closes the market until there is one
    "road": Prior(1.0, 0.6, 0.6),  # a preference; closed roads are stops
    "entry": Prior(1.6, 0.4, 0.6),  # goods that may not be sold in time are no goods; the exhibitor cares less, it is the buyer's market
    "saving": Prior(1.2, 0.2, 0.5),  # the buyer pays the duty: a fifth less of the landed cost is +0.6
    "evidence": Prior(1.4, 0.4, 0.6),  # a buyer who asks for proof has to show it to somebody
    "origin": Prior(1.4, 0.4, 0.5),  # the buyer's wish
    "languages": Prior(0.5, 0.5, 0.4),  # there are interpreters
    "taste_buyer": Prior(4.0, 0.0, 0.5),  # three refusals for one reason (value .2) cost 1.2 on the side that refused
    "taste_exhibitor": Prior(0.0, 4.0, 0.5),
})
_NEUTRAL = np.array([PRIORS[name].neutral for name in NAMES])
_DOCUMENTED = np.array([[PRIORS[name].buyer, PRIORS[name].exhibitor] for name in NAMES]).T


def links(values: np.ndarray) -> np.ndarray:
    """What weights multiply: of the text log(2 p), with p the chance that it means the same; value minus neutral value of the rest; 0
    where unknown. Who accepts wants this kind of goods: half the chance is half the acceptance, and surer than sure adds nothing."""
    out = values - _NEUTRAL
    out[:, 0] = np.log(2 * np.clip(values[:, 0], FAR, 1.0))
    return np.where(np.isnan(out), 0.0, out)


def _as_documented(seen: np.ndarray, coef: np.ndarray) -> tuple[float, float]:
    """How to stretch and shift the fit by learned weights so that it has mean and spread of the documented one over the pairs seen."""
    learned, documented = seen @ coef.mean(axis=0), seen @ _DOCUMENTED.mean(axis=0)
    spread = float(learned.std())
    stretch = float(np.clip(documented.std() / spread, 1 / MOST_STRETCH, MOST_STRETCH)) if spread > 1e-9 else 1.0
    return stretch, float(documented.mean() - stretch * learned.mean())


class DealModel(BaseEstimator):
    """Log-odds that the side asked accepts (`task="acceptance"`), or that a meeting gives an intention (`task="intention"`).

    `steadiness` is the standard deviation of a weight around its documented one, as a share of it; `eye` how fast attention falls along
    a list, before it is learned: position p is looked at with chance (1 / log2(1 + p)) ** eye.
    """

    def __init__(self, task: Task = "acceptance", steadiness: float = 0.4, eye: float = 1.0):
        self.task = task
        self.steadiness = steadiness
        self.eye = eye

    @classmethod
    def documented(cls) -> Self:
        """The model before there is any answer: the documented weights, no intercept."""
        model = cls()
        model._keep(Willing(_DOCUMENTED.copy(), np.zeros(2), 0.0, model.eye), {}, (1.0, 0.0))
        return model

    def fit(self, answers: Sequence[Answer], y: None = None) -> Self:
        """Learn from answers and from what was done with lists; a side without either keeps the documented weights."""
        return self._fit(answers, _DOCUMENTED)

    def _fit(self, answers: Sequence[Answer], centre: np.ndarray) -> Self:
        pairs = Pairs.of(answers, self.task, links)
        learned = estimate(pairs, centre, np.maximum(self.steadiness * _DOCUMENTED, 1e-6), self.eye)
        return self._keep(learned, {side: sum(one.side == side and one.task == self.task for one in answers) for side in SIDES},
                          _as_documented(pairs.links, learned.weights) if answers else (1.0, 0.0))

    def _keep(self, learned: Willing, answers: Mapping[Side, int], bands: tuple[float, float]) -> Self:
        """The weights as what they stand for; counts of answers that are not given are 0."""
        self.coef_, self.intercept_, self.mutual_, self.eye_ = learned
        self.answers_by_side_: dict[Side, int] = {side: answers.get(side, 0) for side in SIDES}
        self.bands_ = bands
        return self

    @property
    def answers_(self) -> int:
        """How many answers of the task it has seen."""
        return sum(self.answers_by_side_.values())

    @property
    def is_calibrated(self) -> bool:
        """Whether there were enough answers to speak of probabilities at all."""
        return self.answers_ >= ENOUGH

    def is_calibrated_for(self, side: Side) -> bool:
        """Whether there were enough answers of this side to speak of its probability."""
        return self.is_calibrated and self.answers_by_side_[side] >= ENOUGH_OF_A_SIDE

    def contributions(self, values: np.ndarray) -> np.ndarray:
        """What each signal adds to the log-odds of buyer and exhibitor, (n, k, 2); values in the order of `signals.NAMES`."""
        return links(values)[:, :, None] * self.coef_.T

    def log_odds(self, values: np.ndarray) -> np.ndarray:
        """Log-odds that buyer and exhibitor accept, (n, 2)."""
        return links(values) @ self.coef_.T + self.intercept_

    def log_odds_if_asked(self, values: np.ndarray) -> np.ndarray:
        """The same of pairs that the other side asks about, (n, 2): who asks is willing, and `mutual_` says what that tells."""
        return self.if_asked(self.log_odds(values))

    def if_asked(self, odds: np.ndarray) -> np.ndarray:
        """Log-odds (n, 2) of pairs nobody asked about, as those of each side where the other asks."""
        cells = together(expit(np.clip(odds, -30, 30)), self.mutual_)
        return np.log(np.stack([cells[:, 1, 1] / cells[:, 0, 1], cells[:, 1, 1] / cells[:, 1, 0]], 1))

    def fit_scale(self, values: np.ndarray) -> np.ndarray:
        """The mean of both sides without the general readiness (the intercept), (n,): what bands cut.

        It is stretched so that the pairs it was learned from lie as the documented weights have them: a band keeps its share of pairs
        when weights are learned, their order is the learned one.
        """
        stretch, shift = self.bands_
        return shift + stretch * (links(values) @ self.coef_.mean(axis=0))

    def chance(self, signals: Mapping[str, float], side: Side) -> float:
        """The probability for one pair, from its known signals by name."""
        values = np.array([[signals.get(name, np.nan) for name in NAMES]])
        return logistic(float(self.log_odds(values)[0, SIDES.index(side)]))

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON can hold it, with weights by name."""
        return {"task": self.task, "steadiness": self.steadiness, "eye": self.eye, "attention": self.eye_,
                "answers": dict(self.answers_by_side_), "bands": list(self.bands_), "mutual": self.mutual_,
                "sides": {side: {"intercept": float(self.intercept_[at]),
                                 "weights": dict(zip(NAMES, map(float, self.coef_[at]), strict=True))} for at, side in enumerate(SIDES)}}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """The model that `to_dict` gave; signals that it does not know keep their documented weight. Raises ValueError if it is none.

        Earlier versions stored a slope and an offset beside each sum; they become part of it.
        """
        try:
            model = cls(stored["task"], stored["steadiness"], stored["eye"])
            sides = [stored["sides"][side] for side in SIDES]
            slope, offset, intercept = (np.array([float(side.get(name, usual)) for side in sides])
                                        for name, usual in (("slope", 1.0), ("offset", 0.0), ("intercept", math.nan)))
            coef = np.array([[float(side["weights"].get(name, _DOCUMENTED[at, k])) for k, name in enumerate(NAMES)]
                             for at, side in enumerate(sides)])
            stretch, shift = stored.get("bands", (1.0, 0.0))
            learned = Willing(coef * slope[:, None], slope * intercept + offset, float(stored.get("mutual", 0.0)),
                              float(stored.get("attention", stored["eye"])))
            bands = float(stretch) / float(slope.mean()), float(shift)
            model._keep(learned, {side: int(stored["answers"][side]) for side in SIDES}, bands)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a stored model: {error!r}") from error
        if not all(map(math.isfinite, [*model.bands_, model.mutual_, model.eye_, *model.intercept_, *model.coef_.ravel()])):
            raise ValueError("a stored model holds finite numbers only")
        return model


class IntentionModel(DealModel):
    """The chance that a meeting gives an intention: the same sum, learned from meetings that were held around what acceptance told."""

    def __init__(self, task: Task = "intention", steadiness: float = 0.4, eye: float = 1.0):
        super().__init__(task, steadiness, eye)

    def fit(self, answers: Sequence[Answer], y: None = None) -> Self:
        """Learn from the outcomes of meetings; what makes companies accept is where the weights begin."""
        return self._fit(answers, DealModel(steadiness=self.steadiness, eye=self.eye).fit(answers).coef_)
