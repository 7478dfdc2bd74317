"""Invented markets for `benchmarks/market.py`: `world(seed) -> (records, oracle)`.

`records` is (supplies, demands) as the engine takes them; sheets say a part of the truth, with mistakes. The oracle alone knows who
would accept and deal; the benchmark asks it only for what people do with what they are shown, and for scoring. None of the worlds has
the form of the model (a logistic regression), each stresses something else. Worlds from outside need only this interface.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

import numpy as np

from matchmaker.engine.matching.records import Demand, Side, Supply


class Records(NamedTuple):
    """All sheets of a market; ids count from 1 in the order given."""

    supplies: list[Supply]
    demands: list[Demand]


#: What the trade desk fills of the sheets, and how it reads when nothing is known.
TRADE: Mapping[str, Any] = {"worth": None, "entry": {}, "saving": None, "evidence": None}


def without(records: Records, *fields: str) -> Records:
    """The same sheets, saying nothing of these fields of `TRADE`. Raises KeyError for others."""
    def emptied(sheet: Any) -> Any:
        return replace(sheet, **{name: TRADE[name] for name in fields if hasattr(sheet, name)})

    return Records([emptied(one) for one in records.supplies], [emptied(one) for one in records.demands])


class Oracle(Protocol):
    """What really would happen. Matrices (demands, supplies) of probabilities, in the order of the records."""

    def accept(self, side: Side) -> np.ndarray:
        """The chance that this side accepts when asked."""
        ...

    def deal(self) -> np.ndarray:
        """The chance of a deal if the two meet."""
        ...


class Answers(NamedTuple):
    """An oracle whose matrices are given."""

    buyer: np.ndarray
    exhibitor: np.ndarray
    deals: np.ndarray

    def accept(self, side: Side) -> np.ndarray:
        """The chance that this side accepts when asked."""
        return self.buyer if side == "buyer" else self.exhibitor

    def deal(self) -> np.ndarray:
        """The chance of a deal if the two meet."""
        return self.deals
