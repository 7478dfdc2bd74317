"""What is going to happen in the demo's past, in the order of time."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from .world import go_to


@dataclass(slots=True)
class Timeline:
    """What is going to happen; ``run`` lets it happen up to an instant, with the clock standing at each event."""

    events: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    numbers: Any = field(default_factory=count)

    def add(self, instant: datetime, event: Callable[[], None]) -> None:
        """Let ``event`` happen in the minute of ``instant``; what falls together happens in the order of adding."""
        heapq.heappush(self.events, (instant.replace(second=0, microsecond=0), next(self.numbers), event))

    def run(self, until: datetime) -> None:
        """Let happen what comes before ``until`` and put the clock there."""
        while self.events and self.events[0][0] < until:
            instant, _number, event = heapq.heappop(self.events)
            go_to(instant)
            event()
        go_to(until)
