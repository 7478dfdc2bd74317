"""An index that follows what is stored: before a search it asks what changed, at most every so often.

Every worker has its own index and follows the same feed, so none of them has to be told: what one process stored is in
the searches of all others after `every` seconds at the latest.
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from matchmaker.engine.matching.retrieval import Found, Index, Segment

LONGEST_TAIL = 0.05  # of the rows; beyond it the index is sorted anew


class Row(NamedTuple):
    """A row as it is now. `vector` None: it is gone. `version` grows with every change in the feed."""

    version: int
    id: int
    expo: int
    section: str
    vector: np.ndarray | None


class Follower:
    """`changes(version)` returns the rows that changed after that version, in the order of versions."""

    def __init__(self, index: Index, changes: Callable[[int], Iterable[Row]], version: int = 0, every: float = 0.25):
        self.index, self.version = index, version
        self.changes, self.every = changes, every
        self._asked = float("-inf")
        self._lock = threading.Lock()

    def search(self, queries: np.ndarray, k: int, segment: Segment | None = None) -> Found:
        """`Index.search` over what was stored `every` seconds ago or later."""
        if time.monotonic() - self._asked >= self.every:
            self.catch_up()
        return self.index.search(queries, k, segment)

    def catch_up(self) -> int:
        """Take in what changed; return how many rows did."""
        with self._lock:
            asked, count = time.monotonic(), 0
            for row in self.changes(self.version):
                if row.vector is None:
                    self.index.delete(row.id, row.expo)
                else:
                    self.index.put(row.id, row.vector, row.expo, row.section)
                self.version = row.version
                count += 1
            if self.index.tail > max(1000, LONGEST_TAIL * len(self.index)):
                self.index = self.index.compacted()
            self._asked = asked
            return count
