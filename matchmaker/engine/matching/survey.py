"""All pairs of many demands that may be shown, as columns: what a balance of lists needs, and too many to say something of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from matchmaker.engine.matching.balance import ranks
from matchmaker.engine.matching.columns import DemandColumns, Pairs
from matchmaker.engine.matching.records import Demand


@dataclass(frozen=True, slots=True)
class Found:
    """The pairs of some demands that may be shown: log-odds of their texts, signals, log-odds of both sides, the fit, the band, the
    orders of both lists."""

    pairs: Pairs
    text: np.ndarray
    values: np.ndarray
    odds: np.ndarray
    fit: np.ndarray
    level: np.ndarray
    for_demand: np.ndarray
    for_supply: np.ndarray


def joined(blocks: Sequence[Found], demands: DemandColumns, size: int) -> Found | None:
    """Blocks of `size` demands as one, over the columns of all of them; None where nothing was found."""
    if not sum(len(block.pairs) for block in blocks):
        return None
    i = np.concatenate([block.pairs.i + size * at for at, block in enumerate(blocks)])
    j = np.concatenate([block.pairs.j for block in blocks])
    parts = ((getattr(block, name) for block in blocks) for name in Found.__slots__[1:])
    first = blocks[0].pairs
    return Found(Pairs(demands, first.supplies, i, j, first.today), *(np.concatenate(list(part)) for part in parts))


class Part(NamedTuple):
    """What a survey keeps of a block of demands: the columns of `Survey`, small enough to travel."""

    i: np.ndarray
    j: np.ndarray
    text: np.ndarray
    odds: np.ndarray
    level: np.ndarray
    for_demand: np.ndarray
    for_supply: np.ndarray

    @classmethod
    def of(cls, found: Found) -> "Part":
        """Without signals and sheets."""
        return cls(found.pairs.i.astype(np.int32), found.pairs.j.astype(np.int32), found.text.astype(np.float32), found.odds,
                   found.level.astype(np.int8), found.for_demand, found.for_supply)


NOTHING = Part(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.float32), np.empty((0, 2)), np.empty(0, np.int8),
               np.empty(0), np.empty(0))


@dataclass(frozen=True, slots=True)
class Survey:
    """Pairs by demand and product: places of both, log-odds of the texts, log-odds of both sides (n, 2), the band as a number, and the
    orders of both lists."""

    demands: Sequence[Demand]
    i: np.ndarray
    j: np.ndarray
    text: np.ndarray
    odds: np.ndarray
    level: np.ndarray
    for_demand: np.ndarray
    for_supply: np.ndarray

    @classmethod
    def of(cls, demands: Sequence[Demand], blocks: Sequence[Part], size: int) -> "Survey":
        """Blocks of `size` demands, one after the other."""
        placed = [NOTHING, *(block._replace(i=block.i + np.int32(size * at)) for at, block in enumerate(blocks))]
        return cls(demands, *map(np.concatenate, zip(*placed, strict=True)))

    def ordered(self, for_demand: np.ndarray, for_supply: np.ndarray) -> "Survey":
        """The same pairs with other orders."""
        return replace(self, for_demand=for_demand, for_supply=for_supply)

    def first(self, of_demand: int, of_supply: int) -> "Survey":
        """The pairs that stand among the first so many of their demand, or of their product."""
        kept = ranks(self.i, self.for_demand, self.j) <= of_demand
        kept |= ranks(self.j, self.for_supply, self.i) <= of_supply
        return self._take(self.demands, np.flatnonzero(kept), self.i[kept])

    def part(self, places: Sequence[int]) -> "Survey":
        """The pairs of the demands at these places, in their order."""
        first, last = np.searchsorted(self.i, places), np.searchsorted(self.i, places, "right")
        rows = np.concatenate([np.empty(0, int), *(np.arange(*ends) for ends in zip(first, last, strict=True))])
        return self._take([self.demands[at] for at in places], rows, np.repeat(np.arange(len(places)), last - first))

    def _take(self, demands: Sequence[Demand], rows: np.ndarray, i: np.ndarray) -> "Survey":
        return Survey(demands, i.astype(np.int32), *(getattr(self, name)[rows] for name in self.__slots__[2:]))
