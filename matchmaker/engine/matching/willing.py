"""What both sides of every pair would answer, learned from all that they did, by one likelihood.

Whether a company would accept a pair is seldom said and mostly shown: by an answer for certain, by what it did with a line of a list
more or less. It is a latent class (Dawid and Skene, 1979) of each side of each pair:

    would accept       log-odds = intercept + Σ weight · link, on both sides; what no sheet tells makes them willing together, with
                       odds ratio e^mutual (Plackett, 1965; as bivariate logistic regression Dale, 1986)
    looks at rank r    with chance (1 / log2(1 + r)) ** eye, the discount of DCG where eye is 1
    does with it       passes over, opens, saves, asks or hides: one habit of those who would accept, one of those who would not
    answers            as it would, when it is asked

The parameters are the most likely ones, given a Gaussian around what is documented or usual (MAP). Who asks is willing, so answers come
of better pairs than sheets tell, and a pair that was asked about leaves the lists; neither needs a correction, for what decides who is
asked is in the likelihood itself (selection that is ignorable: Rubin, 1976).
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from matchmaker.engine.matching.records import ACTS, SIDES, Answer, Side, Task
from matchmaker.engine.matching.signals import AT, NAMES

INTERCEPT_SPREAD = 1.5
STRETCH_SPREAD, STRETCHES = 0.4, (0.05, 3.0)
MUTUAL_SPREAD, MUTUAL_MOST = 1.0, 3.0
EYE_SPREAD, EYE_MOST = 0.1, 3.0
FALL_SPREAD = 0.5  # of how much wishes fall from place to place of a list, never below 0: lists are sorted
# log-odds of an act (in the order of ACTS) against passing over a line that was looked at, and how far they may be from the truth
HABITS = np.array([[-2.2, -5.0, -5.0, -2.5],  # of those who would not accept: some are curious, hardly any saves or asks
                   [3.0, 3.0, 3.0, -5.0]])  # of those who would: nearly all do something, hardly any hides
HABIT_SPREADS = np.array([[1.0, 1.0, 1.0, 1.0], [1.5, 1.5, 1.5, 1.0]])
HABIT_MOST = 8.0
NEVER = 1e-4  # the chance of an answer against what one would answer
CERTAIN = 3.0  # log-odds from which answers tell what somebody would


class Lines(NamedTuple):
    """What one side did with lines, each (k,): the row of the pair, 0 where it passed over else 1 + the place in ACTS, the rank from 1."""

    row: np.ndarray
    act: np.ndarray
    rank: np.ndarray

    @property
    def depth(self) -> np.ndarray:
        """Minus the logarithm of the usual chance that a line is looked at."""
        return np.log(np.log2(1 + self.rank))

    def told(self, looked: np.ndarray, habits: np.ndarray) -> np.ndarray:
        """Log-likelihood (k, 2) of what was done, were the reader not willing and were it; `looked` (k,) is the chance of that."""
        acts, passes = _shares(habits)
        chances = np.hstack([np.ones((2, 1)), acts])[:, self.act].T * looked[:, None]
        return np.log(np.where((self.act == 0)[:, None], 1 - looked[:, None] * (1 - passes), chances))

    def by_habits(self, looked: np.ndarray, habits: np.ndarray, weight: np.ndarray) -> np.ndarray:
        """The gradient of Σ weight · told by habits; `weight` (k, 2)."""
        acts, passes = _shares(habits)
        counts = np.stack([np.bincount(self.act, weight[:, would], minlength=len(ACTS) + 1)[1:] for would in range(2)])
        unseen = (weight * looked[:, None] / (1 - looked[:, None] * (1 - passes)))[self.act == 0].sum(axis=0)
        return counts - acts * (counts.sum(axis=1) + passes * unseen)[:, None]


def _shares(habits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of those who look at a line, the shares who do each of ACTS (2, acts), and who pass over (2,)."""
    odds = np.exp(habits)
    whole = 1 + odds.sum(axis=1)
    return odds / whole[:, None], 1 / whole


class Voice(NamedTuple):
    """All that one side did: its lines, and log-likelihoods (n, 2) of its answers about each pair, were it not willing and were it."""

    lines: Lines
    answered: np.ndarray


class Pairs(NamedTuple):
    """The pairs that anybody did something with: links (n, k) and what both sides did."""

    links: np.ndarray
    voices: tuple[Voice, Voice]

    @classmethod
    def of(cls, answers: Sequence[Answer], task: Task, links: Callable[[np.ndarray], np.ndarray]) -> "Pairs":
        """Answers of `task`, and what was done with lists where that is acceptance. Links are means over what was known of a pair."""
        values = np.array([[one.signals.get(name, np.nan) for name in NAMES] for one in answers], float).reshape(-1, len(AT))
        known = links(values)
        pairs = [one.pair or at for at, one in enumerate(answers)]  # of one that is not named nothing else is known
        names = {pair: at for at, pair in enumerate(dict.fromkeys(pairs))}
        row = np.array([names[pair] for pair in pairs], int)
        total = np.zeros((len(names), len(AT)))
        np.add.at(total, row, known)
        buyer, exhibitor = (_voice(answers, row, side, task, len(names)) for side in SIDES)
        return cls(total / np.maximum(np.bincount(row, minlength=len(names)), 1)[:, None], (buyer, exhibitor))


def _voice(answers: Sequence[Answer], row: np.ndarray, side: Side, task: Task, size: int) -> Voice:
    mine = [(at, one.task) for at, one in enumerate(answers) if one.side == side]
    said = [at for at, what in mine if what == task]
    listed = [at for at, what in mine if what == "interest"] if task == "acceptance" else []
    answered = np.zeros((size, 2))
    for at in said:
        label, weight = answers[at].label, answers[at].weight
        answered[row[at]] += np.log(np.maximum(1 - weight * (1 - np.array([1 - label, label])), NEVER))
    lines = [answers[at] for at in listed]
    ranks = np.array([max(1, one.position or 1) for one in lines], float)
    return Voice(Lines(row[listed], np.array([_act(one) for one in lines], int), ranks), answered)


def _act(line: Answer) -> int:
    """0 where a line was passed over, else 1 + the place in ACTS; what is not named is the least of its kind."""
    return 1 + ACTS.index(line.act) if line.act in ACTS else int(line.label >= 0.5)


class Willing(NamedTuple):
    """What was learned: weights (2, k), intercepts (2,), the log of the odds ratio of both sides, and how fast attention falls."""

    weights: np.ndarray
    intercept: np.ndarray
    mutual: float
    eye: float


def estimate(pairs: Pairs, centre: np.ndarray, spread: np.ndarray, eye: float) -> Willing:
    """The most likely weights (never negative), given Gaussians around `centre` (2, k), with standard deviations `spread`, and `eye`.

    All weights of a side may also be stretched as one, around 1: where what is documented is too sure of itself, few answers tell.
    """
    k = pairs.links.shape[1]
    eye = attention(pairs.voices, eye)
    means = np.concatenate([[1, 1], np.hstack([centre, np.zeros((2, 1))]).ravel(), [0], HABITS.ravel()])
    spreads = np.concatenate([np.full(2, STRETCH_SPREAD), np.hstack([spread, np.full((2, 1), INTERCEPT_SPREAD)]).ravel(), [MUTUAL_SPREAD],
                              HABIT_SPREADS.ravel()])
    least = np.concatenate([np.full(2, STRETCHES[0]), np.tile([0.0] * k + [-np.inf], 2), [0], np.full(HABITS.size, -HABIT_MOST)])
    most = np.concatenate([np.full(2, STRETCHES[1]), np.full(2 * (k + 1), np.inf), [MUTUAL_MOST], np.full(HABITS.size, HABIT_MOST)])
    likelihood = _Likelihood(pairs, eye)

    def stretched(theta: np.ndarray) -> tuple[float, np.ndarray]:
        by = np.concatenate([np.repeat(theta[:2], k + 1), np.ones(len(theta) - 2 * k - 4)])
        by[[k, 2 * k + 1]] = 1  # intercepts
        value, gradient = likelihood(theta[2:] * by)
        of_weights = (gradient * theta[2:])[:2 * (k + 1)].reshape(2, k + 1)[:, :k]
        return value, np.concatenate([of_weights.sum(axis=1), gradient * by])

    theta = _most_likely(stretched, means, spreads, least, most)
    sums = theta[2:2 * k + 4].reshape(2, k + 1)
    return Willing(sums[:, :k] * theta[:2, None], sums[:, k], float(theta[2 * k + 4]), eye)


def _most_likely(likelihood: Callable[[np.ndarray], tuple[float, np.ndarray]], means: np.ndarray, spreads: np.ndarray, least: np.ndarray,
                 most: np.ndarray) -> np.ndarray:
    """The parameters between `least` and `most` at which a log-likelihood is greatest, given a Gaussian around `means`."""
    def loss(far: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = likelihood(means + spreads * far)
        return float(0.5 * (far @ far)) - value, far - spreads * gradient

    bounds = list(zip((least - means) / spreads, (most - means) / spreads, strict=True))
    found = minimize(loss, np.zeros(len(means)), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}).x
    return np.clip(means + spreads * found, least, most)


class _Likelihood:
    """The log-likelihood of all that both sides did, and its gradient, by (weights and intercept of each side, mutual, habits)."""

    def __init__(self, pairs: Pairs, eye: float):
        self.x = np.hstack([pairs.links, np.ones((len(pairs.links), 1))])
        self.voices = pairs.voices
        self.looked = [np.exp(-eye * voice.lines.depth) for voice in pairs.voices]

    def __call__(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        columns = self.x.shape[1]
        sums, mutual, habits = theta[:2 * columns].reshape(2, -1), theta[2 * columns], theta[2 * columns + 1:].reshape(HABITS.shape)
        chance = expit(np.clip(self.x @ sums.T, -30, 30))
        joint = together(chance, mutual)
        done = [voice.answered + self._done(at, habits) for at, voice in enumerate(self.voices)]
        log_seen = done[0][:, :, None] + done[1][:, None, :]  # (n, buyer would, exhibitor would)
        most = log_seen.max(axis=(1, 2))
        slope = np.exp(log_seen - most[:, None, None])
        total = (joint * slope).sum(axis=(1, 2))
        slope /= total[:, None, None]
        # of a table with margins and odds ratio: d both / d mutual is 1 / (sum of 1 / cell), and d both / d margin follows
        by_both = slope[:, 1, 1] - slope[:, 1, 0] - slope[:, 0, 1] + slope[:, 0, 0]
        parts = 1 / joint
        by_both /= parts.sum(axis=(1, 2))
        ahead = np.stack([slope[:, 1, 0] - slope[:, 0, 0] + by_both * (parts[:, 0, 0] + parts[:, 1, 0]),
                          slope[:, 0, 1] - slope[:, 0, 0] + by_both * (parts[:, 0, 0] + parts[:, 0, 1])], 1)
        by_sums = (ahead * chance * (1 - chance)).T @ self.x
        by_habits = sum(self._by_habits(at, habits, (joint * slope).sum(axis=2 - at)) for at in range(2))
        return float((np.log(total) + most).sum()), np.concatenate([by_sums.ravel(), [by_both.sum()], np.ravel(by_habits)])

    def _done(self, at: int, habits: np.ndarray) -> np.ndarray:
        """Log-likelihood (n, 2) of what a side did with lines, were it not willing and were it."""
        lines = self.voices[at].lines
        logs = lines.told(self.looked[at], habits)
        return np.stack([np.bincount(lines.row, logs[:, would], minlength=len(self.x)) for would in range(2)], 1)

    def _by_habits(self, at: int, habits: np.ndarray, after: np.ndarray) -> np.ndarray:
        """The gradient by habits; `after` (n, 2) is how likely the side is not willing and willing, after all that was done."""
        lines = self.voices[at].lines
        return lines.by_habits(self.looked[at], habits, after[lines.row])


def together(chance: np.ndarray, mutual: float) -> np.ndarray:
    """The chances (n, 2, 2) that the buyer would not and would, and the exhibitor the same, from each side's chance (n, 2) and the log of
    their odds ratio (Plackett, 1965)."""
    buyer, exhibitor = chance.T
    ratio = np.exp(mutual)
    whole = 1 + (ratio - 1) * (buyer + exhibitor)
    both = 2 * ratio * buyer * exhibitor / (whole + np.sqrt(np.maximum(whole ** 2 - 4 * ratio * (ratio - 1) * buyer * exhibitor, 0)))
    cells = np.stack([1 - buyer - exhibitor + both, exhibitor - both, buyer - both, both], 1).reshape(-1, 2, 2)
    return np.maximum(cells, 1e-15)


def attention(voices: Sequence[Voice], eye: float) -> float:
    """How fast attention falls along lists, whatever is liked where.

    Lists are sorted by what the model thinks, so that lower lines are looked at less and liked less. What is done by those who look tells
    the two apart: the share of hidden among acts, and what those did who also answered. So how many would accept falls along the lists of
    each side as it will, and nothing is asked of sheets.
    """
    places = _Places(voices)
    falls = places.x.shape[1] - 2
    means = np.concatenate([[eye], HABITS.ravel(), np.zeros(2 + falls)])
    spreads = np.concatenate([[EYE_SPREAD], HABIT_SPREADS.ravel(), np.full(2, INTERCEPT_SPREAD), np.full(falls, FALL_SPREAD)])
    least = np.concatenate([[0], np.full(HABITS.size, -HABIT_MOST), np.full(2, -np.inf), np.zeros(falls)])
    most = np.concatenate([[EYE_MOST], np.full(HABITS.size, HABIT_MOST), np.full(2 + falls, np.inf)])
    return float(_most_likely(places, means, spreads, least, most)[0])


class _Places:
    """The log-likelihood of all lines, and its gradient, by (eye, habits, log-odds of accepting at the first place of the lists of each
    side, how much they fall from place to place). A place is a rank, and from the fifth on several that follow each other."""

    def __init__(self, voices: Sequence[Voice]):
        self.lines = Lines(*(np.concatenate(part) for part in zip(*(voice.lines for voice in voices), strict=True)))
        said = np.concatenate([voice.answered[voice.lines.row] @ [-1, 1] for voice in voices])
        self.would = np.where(np.abs(said) > CERTAIN, (said > 0).astype(float), np.nan)
        side = np.eye(2)[np.repeat([0, 1], [len(voice.lines.row) for voice in voices])]
        places, place = np.unique(np.round(2 * np.log2(self.lines.rank)), return_inverse=True)
        beyond = place[:, None] > np.arange(len(places) - 1)
        self.x = np.hstack([side, *(-side[:, at, None] * beyond for at in range(2))])
        self.depth = self.lines.depth

    def __call__(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        eye, habits = theta[0], theta[1:1 + HABITS.size].reshape(HABITS.shape)
        known = ~np.isnan(self.would)
        looked, chance = np.exp(-eye * self.depth), np.where(known, self.would, expit(self.x @ theta[1 + HABITS.size:]))
        parts = np.exp(self.lines.told(looked, habits)) * np.stack([1 - chance, chance], 1)
        total = parts.sum(axis=1)
        after = parts / total[:, None]
        unseen = looked[:, None] * (1 - _shares(habits)[1])
        by_eye = self.depth @ (np.where((self.lines.act == 0)[:, None], unseen / (1 - unseen), -1.0) * after)
        by_line = np.where(known, 0.0, after[:, 1] - chance) @ self.x
        return float(np.log(total).sum()), np.concatenate([[by_eye.sum()], self.lines.by_habits(looked, habits, after).ravel(), by_line])
