"""What an event says, and how much: the table from what people did to what the model learns from.

One showing gives one answer: the strongest thing that followed it. A match that was shown and left alone is `shown`;
opened and then saved is `saved`. A meeting without an intention is `held`; with one, `intention`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from matchmaker.engine.matching.records import ACTS, Answer, Side, Task


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an event counts as. `listed`: it happened to a line of a list, at a position."""

    task: Task
    label: float
    weight: float = 1.0
    listed: bool = False


# What a look or a line passed over tells is learned (`willing`); a rating is said after the deal and by one person.
MEANINGS: Mapping[str, Meaning | None] = {
    "shown": Meaning("interest", 0.0, listed=True),
    "opened": Meaning("interest", 1.0, listed=True),
    "saved": Meaning("interest", 1.0, listed=True),
    "asked": Meaning("interest", 1.0, listed=True),
    "hidden": Meaning("interest", 0.0, listed=True),
    "accepted": Meaning("acceptance", 1.0),
    "declined": Meaning("acceptance", 0.0),
    "held": Meaning("intention", 0.0),
    "intention": Meaning("intention", 1.0),
    "rated": Meaning("intention", 0.5, 0.3),
    "missed": None,  # says who is reliable, not what fits
}
KINDS = tuple(MEANINGS)
STRENGTH = ("shown", "opened", "saved", "asked")  # of one showing the last of these counts


def answer(kind: str, side: Side, signals: Mapping[str, float], position: int | None = None, *,
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
    return Answer(side, meaning.task, label, dict(signals), weight, position if meaning.listed else None, group, at, pair,
                  kind if kind in ACTS else "")
