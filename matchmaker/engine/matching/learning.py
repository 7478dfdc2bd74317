"""How the model learns: one side's answers as arrays, the weights most likely given them and the documented ones, calibration.

A list is read from the top: a match that nobody opened was perhaps never looked at. The chance that somebody acts on position p is
therefore p ** -eye times the chance that they would if they looked, and `eye` is learned with the weights.

Calibration. Who asks is willing, and what both sides know and no sheet says makes them willing together: among the pairs that are asked
about, poor ones are better than they look, so answers alone teach too flat a slope. What somebody does with a list nobody else has
chosen. The slope is therefore learned from lists where they weigh as much as the answers, the offset always from answers.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from matchmaker.engine.matching.records import TASKS, Answer, Task
from matchmaker.engine.matching.signals import AT, NAMES

INTERCEPT_SPREAD, EYE_SPREAD, EYE_MOST = 1.5, 0.3, 3.0
SLOPE_SPREAD, OFFSET_SPREAD = 0.4, 1.0  # of the calibration around "as it is"
SLOPES = (0.05, 3.0)


@dataclass(frozen=True, slots=True)
class Observations:
    """n answers of one side: links (n, k), task (n,) as an index of TASKS, label, weight, position (1 where certainly looked at)."""

    links: np.ndarray
    task: np.ndarray
    label: np.ndarray
    weight: np.ndarray
    position: np.ndarray
    fold: np.ndarray  # a number that all answers of a group share
    target: np.ndarray  # whether it is an answer of the task that is learned

    @classmethod
    def of(cls, answers: Sequence[Answer], task: Task, links: Callable[[np.ndarray], np.ndarray], related: float) -> "Observations":
        """The answers as arrays. Those of other tasks together weigh at most as much as the task's own, or `related`."""
        values = np.full((len(answers), len(NAMES)), np.nan)
        for row, answer in enumerate(answers):
            for name, value in answer.signals.items():
                if name in AT:
                    values[row, AT[name]] = value
        kinds = np.array([TASKS.index(answer.task) for answer in answers], int)
        target = kinds == TASKS.index(task)
        weight = np.array([answer.weight for answer in answers], float)
        other = weight[~target].sum()
        weight[~target] *= min(1.0, max(related, weight[target].sum()) / other) if other > 0 else 1.0
        return cls(links(values), kinds, np.array([answer.label for answer in answers], float), weight,
                   np.array([max(1, answer.position or 1) for answer in answers], float),
                   np.array([_fold(answer.group or str(row)) for row, answer in enumerate(answers)], np.int64), target)

    def where(self, mask: np.ndarray) -> "Observations":
        """The answers of a mask."""
        return replace(self, **{name: getattr(self, name)[mask] for name in self.__slots__})


def _fold(group: str) -> int:
    return int.from_bytes(hashlib.blake2b(group.encode("utf-8", "replace"), digest_size=4).digest(), "big")


class Learned(NamedTuple):
    """The weights, the intercept of the target task, and how fast attention falls."""

    weights: np.ndarray
    intercept: float
    eye: float


def estimate(seen: Observations, centre: np.ndarray, spread: np.ndarray, eye: float) -> Learned:
    """The most likely weights (never negative), given answers and a Gaussian around `centre`."""
    k, tasks = len(centre), len(TASKS)
    eyes_matter = bool((seen.position > 1).any())
    x = np.hstack([np.eye(tasks)[seen.task], seen.links])
    means = np.concatenate([np.zeros(tasks), centre, [eye]])
    spreads = np.concatenate([np.full(tasks, INTERCEPT_SPREAD), spread, [EYE_SPREAD]])
    log_position = np.log(seen.position)

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        z = np.clip(x @ theta[:-1], -30, 30)
        p = 1 / (1 + np.exp(-z))
        seen_with = np.exp(-theta[-1] * log_position)
        acts = np.clip(seen_with * p, 1e-12, 1 - 1e-12)
        ahead = seen.weight * (seen.label / acts - (1 - seen.label) / (1 - acts))  # d log-likelihood / d acts
        back = (theta - means) / spreads ** 2
        gradient = np.concatenate([-(x.T @ (ahead * acts * (1 - p))), [ahead @ (acts * log_position)]]) + back
        likelihood = seen.weight @ (seen.label * np.log(acts) + (1 - seen.label) * np.log1p(-acts))
        return float(0.5 * (((theta - means) / spreads) ** 2).sum() - likelihood), gradient

    bounds = [(None, None)] * tasks + [(0.0, None)] * k + [(0.0, EYE_MOST) if eyes_matter else (eye, eye)]
    found = minimize(loss, means, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300, "ftol": 1e-10}).x
    intercept = float(found[seen.task[seen.target][0]]) if seen.target.any() else 0.0
    return Learned(found[tasks:-1], intercept, float(found[-1]))


class Unseen(NamedTuple):
    """Log-odds of every answer by weights that saw nothing of its group, and the chance that its line was looked at."""

    scores: np.ndarray
    looked: np.ndarray


def out_of_fold(seen: Observations, learn: Callable[[Observations], Learned], folds: int) -> Unseen:
    """All answers, judged by what `learn` makes of the other groups."""
    fold = seen.fold % folds
    scores, looked = np.zeros(len(seen.label)), np.ones(len(seen.label))
    for one in np.unique(fold):
        held = fold == one
        learned = learn(seen.where(~held))
        scores[held] = seen.links[held] @ learned.weights + learned.intercept
        looked[held] = seen.position[held] ** -learned.eye
    return Unseen(scores, looked)


def calibrate(unseen: Unseen, seen: Observations) -> tuple[float, float]:
    """Platt's slope and offset on answers not seen, close to (1, 0) while there are few."""
    others = ~seen.target & (seen.task == TASKS.index("interest"))
    enough = seen.weight[others].sum() >= seen.weight[seen.target].sum() and 0 < seen.label[others].mean() < 1
    slope, _ = _platt(unseen, seen, others if enough else seen.target, None)
    return _platt(unseen, seen, seen.target, slope)


def _platt(unseen: Unseen, seen: Observations, rows: np.ndarray, slope: float | None) -> tuple[float, float]:
    """The most likely slope (unless it is given) and offset over some of the answers."""
    scores, looked, label, weight = unseen.scores[rows], unseen.looked[rows], seen.label[rows], seen.weight[rows]
    spreads = np.array([SLOPE_SPREAD, INTERCEPT_SPREAD if slope is None else OFFSET_SPREAD])

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        p = 1 / (1 + np.exp(-np.clip(theta[0] * scores + theta[1], -30, 30)))
        acts = np.clip(looked * p, 1e-12, 1 - 1e-12)
        ahead = weight * (label - (1 - label) * acts / (1 - acts)) * (1 - p)  # d log-likelihood / d log-odds
        back = (theta - np.array([1.0, 0.0])) / spreads
        likelihood = weight @ (label * np.log(acts) + (1 - label) * np.log1p(-acts))
        return float(0.5 * (back ** 2).sum() - likelihood), back / spreads - np.array([ahead @ scores, ahead.sum()])

    bounds = [SLOPES if slope is None else (slope, slope), (None, None)]
    found = minimize(loss, np.array([1.0 if slope is None else slope, 0.0]), jac=True, method="L-BFGS-B", bounds=bounds).x
    return float(found[0]), float(found[1])
