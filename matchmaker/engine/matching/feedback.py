"""What an event says, and how much: the table from what people did to what the model learns from.

One showing gives one answer: the strongest thing that followed it. A match that was shown and left alone is `shown`;
opened and then saved is `saved`. A meeting without an intention is `held`; with one, `intention`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from matchmaker.engine.matching.records import Answer, Side, Task


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an event counts as. `examined`: the reader certainly looked, so its position explains nothing."""

    task: Task
    label: float
    weight: float
    examined: bool = True


# weights: an answer to a direct question counts 1; a look counts little, a passed-over line less (it may not have been seen,
# which `position` corrects only in part); hiding is deliberate; a rating is said after the deal and by one person
MEANINGS: Mapping[str, Meaning | None] = {
    "shown": Meaning("interest", 0.0, 0.3, examined=False),
    "opened": Meaning("interest", 1.0, 0.3, examined=False),
    "saved": Meaning("interest", 1.0, 0.7, examined=False),
    "asked": Meaning("interest", 1.0, 1.0, examined=False),
    "hidden": Meaning("interest", 0.0, 1.0),
    "accepted": Meaning("acceptance", 1.0, 1.0),
    "declined": Meaning("acceptance", 0.0, 1.0),
    "held": Meaning("intention", 0.0, 1.0),
    "intention": Meaning("intention", 1.0, 1.0),
    "rated": Meaning("intention", 0.5, 0.3),
    "missed": None,  # says who is reliable, not what fits
}
KINDS = tuple(MEANINGS)
STRENGTH = ("shown", "opened", "saved", "asked")  # of one showing the last of these counts
# a refusal for one of these says little about the pair: the calendar, or a partner of old
UNRELATED_REASONS = frozenset({"no_time", "has_partner", "known", "other"})
UNRELATED_WEIGHT = 0.3


def answer(kind: str, side: Side, signals: Mapping[str, float], position: int | None = None, *, reason: str = "",
           rating: float | None = None, group: str = "", at: date | None = None, pair: str = "") -> Answer | None:
    """The observation that an event gives, or None where it gives none.

    `side` is who acted; `signals` the known values when it was shown; `rating` runs from 1 to 5 (only for `rated`).
    Raises ValueError for an unknown kind or a rating out of range.
    """
    if kind not in MEANINGS:
        raise ValueError(f"unknown event {kind!r}")
    meaning = MEANINGS[kind]
    if meaning is None or (kind == "rated" and rating is None):
        return None
    label, weight = meaning.label, meaning.weight
    if kind == "rated" and rating is not None:
        if not 1 <= rating <= 5:
            raise ValueError(f"a rating of {rating} is not from 1 to 5")
        label = (rating - 1) / 4
    if kind in ("hidden", "declined") and reason in UNRELATED_REASONS:
        weight *= UNRELATED_WEIGHT
    return Answer(side, meaning.task, label, dict(signals), weight, None if meaning.examined else position, group, at, pair)
