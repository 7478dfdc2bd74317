"""Calibration: how the learned sums of both sides are to be stretched and shifted so that they are log-odds of accepting.

Answers are few and come of pairs that somebody asked about; lists show many pairs that nobody chose. Three things are learned apart:

slope    (Platt) from what people do with lists, where that weighs as much as the answers, else from answers. Who asks is willing, and what
         both sides know and no sheet says makes them willing together: among the pairs that are asked about, poor ones are better than
         they look, so answers alone teach too flat a slope;
mutual   how much the wish of one side, beyond what its sheets say, adds to the log-odds of the other: from pairs that both sides had in
         their lists. Of one who was asked, the other side's wish is certain: 1 - its chance; of a line, it is what acting or passing over
         makes of that chance;
offset   how far accepting is from acting on a line, from answers, less what `mutual` explains of them (Heckman's selection, 1979, in
         log-odds). That distance is much the same for both sides, so each side's own departs from the common one by little.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from matchmaker.engine.matching.learning import INTERCEPT_SPREAD, INTEREST, Learned, Observations
from matchmaker.engine.matching.records import SIDES

SLOPE_SPREAD, OFFSET_SPREAD = 0.4, 1.0  # around "as it is"
SLOPES = (0.05, 3.0)
MUTUAL_SPREAD, MUTUAL_MOST = 0.6, 3.0
APART = 0.15  # by how much the offset of a side departs from the common one
SELDOM = 0.05  # a chance to be asked below which an answer counts no more for it


class Unseen(NamedTuple):
    """Log-odds of every answer by weights that saw nothing of its group, the chance that its line was looked at, and curiosity."""

    scores: np.ndarray
    looked: np.ndarray
    curious: np.ndarray

    def acts(self, accepts: np.ndarray) -> np.ndarray:
        """The chance of a label 1, given that of accepting."""
        return np.clip(self.looked * (self.curious + (1 - self.curious) * accepts), 1e-12, 1 - 1e-12)

    def where(self, rows: np.ndarray) -> "Unseen":
        """Some of them."""
        return Unseen(*(one[rows] for one in self))


class Voice(NamedTuple):
    """What is known of one side: its answers, what weights that have not seen them say, and the weights learned from all."""

    seen: Observations
    unseen: Unseen
    learned: Learned

    @property
    def lines(self) -> np.ndarray:
        """Which answers are what it did with lists."""
        return ~self.seen.target & (self.seen.task == INTEREST)

    @property
    def has_lines(self) -> bool:
        """Whether lists weigh as much as the answers, and say both yes and no."""
        lines = self.lines
        return bool(self.seen.weight[lines].sum() >= self.seen.weight[self.seen.target].sum() and 0 < self.seen.label[lines].mean() < 1)


def out_of_fold(seen: Observations, learn: Callable[[Observations], Learned], folds: int) -> Unseen:
    """All answers, judged by what `learn` makes of the other groups."""
    fold = seen.fold % folds
    scores, looked, curious = np.zeros(len(seen.label)), np.ones(len(seen.label)), np.zeros(len(seen.label))
    for one in np.unique(fold):
        held = fold == one
        learned = learn(seen.where(~held))
        scores[held] = seen.links[held] @ learned.weights + learned.intercept
        looked[held] = seen.position[held] ** -learned.eye
        curious[held] = np.where(seen.task[held] == INTEREST, learned.curious, 0.0)
    return Unseen(scores, looked, curious)


class Calibration(NamedTuple):
    """Slope and offset of each side, and what the wish of one side adds to the log-odds of the other."""

    slope: np.ndarray
    offset: np.ndarray
    mutual: float = 0.0


def calibrate(voices: Sequence[Voice], asked: bool) -> Calibration:
    """All sides that answered; close to "as it is" while there are few answers. `asked`: one side asks before the other answers."""
    plain = np.array([_alone(voice) for voice in voices])
    if not asked or len(voices) < len(SIDES) or not all(voice.has_lines for voice in voices):
        return Calibration(plain[:, 0], plain[:, 1])
    base = [plain[at, 0] * voice.unseen.scores for at, voice in enumerate(voices)]
    wishes = _wishes(voices, plain, base)
    mutual, level = _mutual(voices, base, wishes)
    sums = [one + level[at] + mutual * wishes[at] for at, one in enumerate(base)]
    return Calibration(plain[:, 0], level + _step(voices, sums, wishes), mutual)


def _alone(voice: Voice) -> tuple[float, float]:
    """Slope and offset of one side by itself."""
    rows = voice.lines if voice.has_lines else voice.seen.target
    slope, _ = _platt(voice, rows, None)
    return _platt(voice, voice.seen.target, slope)


def _platt(voice: Voice, rows: np.ndarray, slope: float | None) -> tuple[float, float]:
    """The most likely slope (unless it is given) and offset over some of the answers."""
    unseen, label, weight = voice.unseen.where(rows), voice.seen.label[rows], voice.seen.weight[rows]
    spreads = np.array([SLOPE_SPREAD, INTERCEPT_SPREAD if slope is None else OFFSET_SPREAD])

    def loss(theta: np.ndarray) -> float:
        return _loss(unseen, theta[0] * unseen.scores + theta[1], label, weight) + _far(theta - np.array([1.0, 0.0]), spreads)

    bounds = [SLOPES if slope is None else (slope, slope), (None, None)]
    found = minimize(loss, np.array([1.0 if slope is None else slope, 0.0]), method="L-BFGS-B", bounds=bounds).x
    return float(found[0]), float(found[1])


def _wishes(voices: Sequence[Voice], plain: np.ndarray, base: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Of every answer, how much more the other side wants this pair than its sheets say: from -1 to 1, 0 where nothing is known."""
    seen_in_lists = []
    for at, voice in enumerate(voices):
        lines, unseen = voice.lines, voice.unseen.where(voice.lines)
        accepts = expit(base[at][lines] + _platt(voice, lines, plain[at, 0])[1])
        acts = unseen.acts(accepts)
        wants = np.where(voice.seen.label[lines] > 0.5, accepts * unseen.looked / acts, accepts * (1 - unseen.looked) / (1 - acts))
        seen_in_lists.append(_clearest(voice.seen.pair[lines], wants - accepts))
    out = []
    for at, voice in enumerate(voices):
        slope, offset = plain[1 - at]
        other = voices[1 - at].learned
        wish = np.array([seen_in_lists[1 - at].get(pair, 0.0) for pair in voice.seen.pair.tolist()])
        asked = 1 - expit(slope * (voice.seen.links @ other.weights + other.intercept) + offset)
        out.append(np.where(voice.seen.target, asked, np.where(voice.lines, wish, 0.0)))
    return out


def _clearest(pairs: np.ndarray, wishes: np.ndarray) -> dict[int, float]:
    """Of each known pair the wish that is farthest from nothing."""
    order = np.argsort(np.abs(wishes), kind="stable")
    return {pair: wish for pair, wish in zip(pairs[order].tolist(), wishes[order].tolist(), strict=True) if pair}


def _mutual(voices: Sequence[Voice], base: Sequence[np.ndarray], wishes: Sequence[np.ndarray]) -> tuple[float, np.ndarray]:
    """What a wish adds to the other side's log-odds, and each side's level in lists, from what both did with lists."""
    parts = [(voice.unseen.where(voice.lines), base[at][voice.lines], wishes[at][voice.lines], voice.seen.label[voice.lines],
              voice.seen.weight[voice.lines]) for at, voice in enumerate(voices)]
    spreads = np.array([MUTUAL_SPREAD, INTERCEPT_SPREAD, INTERCEPT_SPREAD])

    def loss(theta: np.ndarray) -> float:
        return _far(theta, spreads) + sum(_loss(unseen, one + theta[1 + at] + theta[0] * wish, label, weight)
                                          for at, (unseen, one, wish, label, weight) in enumerate(parts))

    found = minimize(loss, np.zeros(3), method="L-BFGS-B", bounds=[(0, MUTUAL_MOST), (None, None), (None, None)]).x
    return float(found[0]), found[1:]


def _step(voices: Sequence[Voice], sums: Sequence[np.ndarray], wishes: Sequence[np.ndarray]) -> np.ndarray:
    """From acting on a line to accepting, for each side: a common step, and little of its own, from answers.

    An answer counts by the inverse of the chance that the other side asked: what is seldom asked about stands for much that is not.
    """
    parts = []
    for at, voice in enumerate(voices):
        rows = voice.seen.target
        rarity = 1 / np.maximum(1 - wishes[at][rows], SELDOM)
        parts.append((voice.unseen.where(rows), sums[at][rows], voice.seen.label[rows], voice.seen.weight[rows] * rarity / rarity.mean()))
    spreads = np.array([OFFSET_SPREAD, APART, APART])

    def loss(theta: np.ndarray) -> float:
        return _far(theta, spreads) + sum(_loss(unseen, one + theta[0] + theta[1 + at], label, weight)
                                          for at, (unseen, one, label, weight) in enumerate(parts))

    found = minimize(loss, np.zeros(3), method="L-BFGS-B").x
    return found[0] + found[1:]


def _loss(unseen: Unseen, log_odds: np.ndarray, label: np.ndarray, weight: np.ndarray) -> float:
    """Minus the log-likelihood of labels, when so many log-odds are those of accepting."""
    acts = unseen.acts(expit(np.clip(log_odds, -30, 30)))
    return -float(weight @ (label * np.log(acts) + (1 - label) * np.log1p(-acts)))


def _far(theta: np.ndarray, spreads: np.ndarray) -> float:
    """Minus the log-density of a Gaussian, but for a constant."""
    return float(0.5 * ((theta / spreads) ** 2).sum())
