"""How the model learns: one side's answers as arrays, and the weights most likely given them and the documented ones.

A list is read from the top: a match that nobody opened was perhaps never looked at. And some open what they would never accept. The
chance that somebody acts on position p is therefore p ** -eye times (curious + (1 - curious) · the chance that they would accept);
`eye` and `curious` are learned with the weights (the three-parameter logistic model of test theory, where curiosity is guessing).
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
CURIOUS, CURIOUS_SPREAD, CURIOUS_MOST = 0.1, 0.1, 0.5  # of those who would not accept, how many act on a line all the same
INTEREST = TASKS.index("interest")


@dataclass(frozen=True, slots=True)
class Observations:
    """n answers of one side: links (n, k), task (n,) as an index of TASKS, label, weight, position (1 where certainly looked at)."""

    links: np.ndarray
    task: np.ndarray
    label: np.ndarray
    weight: np.ndarray
    position: np.ndarray
    fold: np.ndarray  # a number that all answers of a group share
    pair: np.ndarray  # a number that all answers about a pair share, 0 where it is not known
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
                   np.array([_number(answer.group or str(row)) for row, answer in enumerate(answers)], np.int64),
                   np.array([_number(answer.pair) if answer.pair else 0 for answer in answers], np.int64), target)

    def where(self, mask: np.ndarray) -> "Observations":
        """The answers of a mask."""
        return replace(self, **{name: getattr(self, name)[mask] for name in self.__slots__})


def _number(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)


class Learned(NamedTuple):
    """The weights, the intercept of the target task, how fast attention falls, and how many open what they would not accept."""

    weights: np.ndarray
    intercept: float
    eye: float
    curious: float


def estimate(seen: Observations, centre: np.ndarray, spread: np.ndarray, eye: float) -> Learned:
    """The most likely weights (never negative), given answers and a Gaussian around `centre`."""
    k, tasks = len(centre), len(TASKS)
    eyes_matter = bool((seen.position > 1).any())
    x = np.hstack([np.eye(tasks)[seen.task], seen.links])
    means = np.concatenate([np.zeros(tasks), centre, [eye, CURIOUS]])
    spreads = np.concatenate([np.full(tasks, INTERCEPT_SPREAD), spread, [EYE_SPREAD, CURIOUS_SPREAD]])
    log_position, listed = np.log(seen.position), seen.task == INTEREST

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        z = np.clip(x @ theta[:-2], -30, 30)
        p, curious = 1 / (1 + np.exp(-z)), np.where(listed, theta[-1], 0.0)
        seen_with = np.exp(-theta[-2] * log_position)
        acts = np.clip(seen_with * (curious + (1 - curious) * p), 1e-12, 1 - 1e-12)
        ahead = seen.weight * (seen.label / acts - (1 - seen.label) / (1 - acts))  # d log-likelihood / d acts
        back = (theta - means) / spreads ** 2
        gradient = np.concatenate([-(x.T @ (ahead * seen_with * (1 - curious) * p * (1 - p))),
                                   [ahead @ (acts * log_position), -(ahead * listed) @ (seen_with * (1 - p))]]) + back
        likelihood = seen.weight @ (seen.label * np.log(acts) + (1 - seen.label) * np.log1p(-acts))
        return float(0.5 * (((theta - means) / spreads) ** 2).sum() - likelihood), gradient

    bounds = [(None, None)] * tasks + [(0.0, None)] * k + [(0.0, EYE_MOST) if eyes_matter else (eye, eye), (0.0, CURIOUS_MOST)]
    found = minimize(loss, means, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300, "ftol": 1e-10}).x
    intercept = float(found[seen.task[seen.target][0]]) if seen.target.any() else 0.0
    return Learned(found[tasks:-2], intercept, float(found[-2]), float(found[-1]))
