"""How the model learns: one side's answers as arrays, the weights most likely given them and the documented ones, calibration.

A list is read from the top: a match that nobody opened was perhaps never looked at. The chance that somebody acts on position p is
therefore p ** -eye times the chance that they would if they looked, and `eye` is learned with the weights.
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


def out_of_fold(seen: Observations, centre: np.ndarray, spread: np.ndarray, eye: float, folds: int) -> np.ndarray:
    """Log-odds of the task's own answers, each by weights that saw nothing of its group."""
    fold = seen.fold % folds
    out = np.zeros(len(seen.label))
    for one in np.unique(fold[seen.target]):
        held = fold == one
        learned = estimate(seen.where(~held), centre, spread, eye)
        out[held] = seen.links[held] @ learned.weights + learned.intercept
    return out[seen.target]


def calibrate(scores: np.ndarray, seen: Observations) -> tuple[float, float]:
    """Platt's slope and offset on scores of answers not seen, close to (1, 0) while there are few."""
    label, weight = seen.label[seen.target], seen.weight[seen.target]

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        z = np.clip(theta[0] * scores + theta[1], -30, 30)
        wrong = weight * (1 / (1 + np.exp(-z)) - label)
        total = weight @ (np.logaddexp(0, z) - label * z) + 0.5 * (((theta[0] - 1) / SLOPE_SPREAD) ** 2 + (theta[1] / OFFSET_SPREAD) ** 2)
        return float(total), np.array([wrong @ scores + (theta[0] - 1) / SLOPE_SPREAD ** 2, wrong.sum() + theta[1] / OFFSET_SPREAD ** 2])

    found = minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[(0.05, 3.0), (None, None)]).x
    return float(found[0]), float(found[1])
