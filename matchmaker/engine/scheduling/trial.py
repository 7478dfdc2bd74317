"""A change to a plan that knows exactly what it gains, and can be taken back."""

from .construct import Merit
from .ledger import Ledger
from .problem import bits

Place = tuple[int, int]

DROPPED = 5
"""A meeting that people know of and that is lost costs as much as so many that move."""


class Judge:
    """What the score loses on people's days, shortfalls and changes, and wins on placed requests.

    ``home`` is where a previous plan had a request; being elsewhere costs the objective's
    ``perturbation``, being nowhere ``DROPPED`` times as much.
    """

    def __init__(self, ledger: Ledger, merit: Merit, home: dict[int, Place]) -> None:
        self.ledger = ledger
        self.merit = merit
        self.home = home
        self.weights = ledger.problem.instance.objective

    def leaving(self, request: int, place: Place | None) -> float:
        """The price of having this request here, or nowhere, and not where it was."""
        if self.home.get(request, place) == place:
            return 0
        return self.weights.perturbation * (DROPPED if place is None else 1)

    def days(self, request: int, slot: int | None = None) -> float:
        """Gap costs of both sides, as they are or with a meeting at this slot added."""
        ledger, extra = self.ledger, 0 if slot is None else 1 << slot
        return sum(ledger.problem.gap_cost(p, ledger.used[p] | extra) for p in ledger.problem.sides[request])

    def cost(self, request: int) -> float:
        """The part of the score that placing or removing this request changes, as a loss."""
        ledger = self.ledger
        a, b = ledger.problem.sides[request]
        cost = self.days(request) + self.weights.shortfall * (ledger.missing(a) + ledger.missing(b))
        place = ledger.at[request]
        cost += self.leaving(request, place)
        return cost if place is None else cost - self.merit.value[request]

    def cheapest(self, request: int) -> Place | None:
        """The opening of a request that costs least, the one with most room among equals; None if there is none."""
        best, least = None, (float("inf"), 0)
        for venue, free in self.ledger.openings(request):
            for slot in bits(free):
                cost = self.days(request, slot) + self.leaving(request, (slot, venue))
                if cost <= least[0] and (key := (cost, -self.ledger.room(request, slot, venue))) < least:
                    best, least = (slot, venue), key
        return best


class Trial:
    """Placements and removals in a ledger, with their total ``gain`` in score; ``undo`` restores what was."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.ledger = judge.ledger
        self.gain: float = 0
        self._was: list[tuple[int, Place | None]] = []

    def remove(self, request: int) -> Place:
        """Take a placed request out; returns where it was."""
        before = self.judge.cost(request)
        place = self.ledger.remove(request)
        self._note(request, place, before)
        return place

    def place(self, request: int, slot: int, venue: int) -> None:
        """Put an unplaced request here, which must be one of its openings."""
        before = self.judge.cost(request)
        self.ledger.place(request, slot, venue)
        self._note(request, None, before)

    def place_at(self, request: int, slot: int, venue: int) -> bool:
        """Put a request at this slot, at this venue if it is open, else at another of its own; False if none is."""
        open_at = [v for v, free in self.ledger.openings(request) if free >> slot & 1]
        if open_at:
            self.place(request, slot, venue if venue in open_at else open_at[0])
        return bool(open_at)

    def place_anywhere(self, request: int) -> bool:
        """Put a request into its cheapest opening; False if it has none."""
        place = self.judge.cheapest(request)
        if place is not None:
            self.place(request, *place)
        return place is not None

    def undo(self) -> None:
        """Take every step back, the last one first."""
        for request, place in reversed(self._was):
            if place is None:
                self.ledger.remove(request)
            else:
                self.ledger.place(request, *place)
        self._was.clear()
        self.gain = 0

    def _note(self, request: int, was: Place | None, before: float) -> None:
        self._was.append((request, was))
        self.gain += before - self.judge.cost(request)
