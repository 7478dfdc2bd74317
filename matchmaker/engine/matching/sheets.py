"""The texts of many sheets, each different text read once: titles, heads and translations repeat a great deal."""

import copy
from collections import Counter
from collections.abc import Sequence

import numpy as np

from matchmaker.engine.matching.features import Rows
from matchmaker.engine.matching.records import Demand, Supply
from matchmaker.engine.matching.similarity import TextSimilarity
from matchmaker.engine.matching.views import names, whole


class SheetTexts:
    """`rows` of the different texts; for all names, one sheet after the other, the row of each (`names`) and where each sheet's begin
    (`starts`, one more at the end); for each sheet the row of its whole text (`wholes`)."""

    def __init__(self, similarity: TextSimilarity, sheets: Sequence[Demand | Supply], *, pool: Sequence[str] | None = None):
        """With a `pool` (see `TextSimilarity.fit`) the similarity is fitted on these texts first."""
        views = [names(sheet) for sheet in sheets]
        flat = [name for some in views for name in some]
        wholes = [whole(sheet) for sheet in sheets]
        texts = Counter(flat)
        texts.update(wholes)
        self.rows: Rows = similarity.rows(list(texts)) if pool is None else similarity.fit_rows(texts, pool)
        place = {text: at for at, text in enumerate(texts)}
        self.names, self.wholes = (np.array([place[text] for text in some], np.int64) for some in (flat, wholes))
        self.starts = np.cumsum([0, *map(len, views)])

    def __len__(self) -> int:
        return len(self.wholes)

    def part(self, start: int, stop: int) -> "SheetTexts":
        """The texts of the sheets start to stop, over the same rows."""
        out = copy.copy(self)
        starts = self.starts[start:stop + 1]
        out.starts, out.names, out.wholes = starts - starts[0], self.names[starts[0]:starts[-1]], self.wholes[start:stop]
        return out

    def names_of(self, sheets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The rows of all names of some sheets, one sheet after the other, and where each sheet's begin."""
        begins, counts = self.starts[sheets], self.starts[sheets + 1] - self.starts[sheets]
        heads = np.cumsum(counts) - counts
        return self.names[np.repeat(begins - heads, counts) + np.arange(int(counts.sum()))], heads
