"""Large neighbourhoods: parts of a plan are solved exactly, again and again, and people's days are compacted in between.

First every slot once. Then parts of several kinds in turn, those that gained most for their effort the more often: one
slot, several slots, some people over all slots. Effort is counted in variables, never in seconds, and every draw comes
from one seeded generator: the same number of steps makes the same plan.
"""

from collections.abc import Callable
from random import Random
from time import monotonic

from .compact import Compactor
from .exact import Piece
from .trial import Judge

SLOTS = (1, 2, 3, 4)
PEOPLE = (5, 15, 40)
LARGEST = 16000
"""Parts with more variables than this take longer than several smaller ones that gain as much."""

PERSON = 12
"""Looking at one day of a person costs as much as so many variables."""

SHARE = 0.3
"""People's days are compacted when that costs at most this share of what the parts have cost since."""

HOPELESS = -0.12
"""Who loses more than this share of the greatest utility at the prices of the choice waits for a part of one slot."""

FEW, MANY = 10, 300
"""People are compacted when all who wait for it can be, or so many."""

FORGET = 0.7
CURIOUS = 0.1
LEAST_WORTH = 1e-9  # below it all kinds have stopped gaining; drawing by their worth would divide by nothing


class Kind:
    """One kind of part: what it gained for its effort lately, and how large it gets."""

    def __init__(self, take: Callable[[], Piece]) -> None:
        self.take = take
        self.worth: float | None = None
        self.size = 0.0

    def learn(self, gain: float, effort: int) -> None:
        """Remember how it went, the older the less."""
        now = gain / max(1, effort)
        self.worth = now if self.worth is None else FORGET * self.worth + (1 - FORGET) * now
        self.size = effort if not self.size else FORGET * self.size + (1 - FORGET) * effort


class Search:
    """Improves the plan in the judge's ledger, in place. ``steps`` counts; ``over(steps)`` tells when to stop."""

    def __init__(self, judge: Judge, profit: list[float], over: Callable[[int], bool], left: Callable[[], float], seed: int) -> None:
        self.judge = judge
        self.ledger = judge.ledger
        self.problem = judge.ledger.problem
        self.steps = 0
        self.fruitless = 0
        self.over = over
        self.left = left
        self.random = Random(seed)  # noqa: S311 - an order to try parts in, no secret
        self.compactor = Compactor(judge, lambda: over(self.steps), self.random)
        self.slots = [t for t, slot in enumerate(self.problem.slot_ids) if slot is not None]
        scale = max((abs(judge.weights.utility * r.utility) for r in self.problem.instance.requests), default=0.0)
        self.asks: list[list[int]] = [[] for _ in self.problem.participants]
        for r, sides in enumerate(self.problem.sides):
            if self.problem.window(r) and r not in self.problem.fixed:
                for p in sides:
                    self.asks[p].append(r)
        self.hopeful = [tier == 1 or worth >= HOPELESS * scale for tier, worth in zip(judge.merit.tier, profit, strict=True)]
        self.people = [p for p, asks in enumerate(self.asks) if asks]
        self.kinds = [Kind(lambda k=k: self._some_slots(k)) for k in SLOTS if k <= len(self.slots)]  # type: ignore[misc]
        self.kinds += [Kind(lambda n=n: self._some_people(n)) for n in PEOPLE if n <= len(self.people) or n == PEOPLE[0]]  # type: ignore[misc]
        self._spent = 0.0

    @property
    def patience(self) -> int:
        """So many parts in a row without a gain end the search."""
        return 100 + 10 * len(self.slots)

    def run(self) -> bool:
        """Sweep, then improve until nothing gains (True) or time is up (False)."""
        if not self.people:
            return True
        self.sweep()
        while not self.over(self.steps):
            kind = self._draw()
            self._try(kind)
            self._compact_if_due()
            if self.fruitless > self.patience and self.compactor.compact() <= 0:
                return True
        return False

    def sweep(self) -> None:
        """Every slot once, those first where most requests wait."""
        waiting = [r for r, place in enumerate(self.ledger.at) if place is None]
        demand = {t: sum(self.problem.window(r) >> t & 1 for r in waiting) for t in self.slots}
        for t in sorted(self.slots, key=lambda t: (-demand[t], t)):
            if self.over(self.steps):
                break
            self._solve(self._in_slots(1 << t))

    def _draw(self) -> Kind:
        """A kind that has not been tried, else one by its worth; now and then any."""
        kinds = [kind for kind in self.kinds if kind.size <= LARGEST] or self.kinds[:1]
        untried = [kind for kind in kinds if kind.worth is None]
        if untried:
            return untried[0]
        worth = [kind.worth or 0.0 for kind in kinds]
        if self.random.random() < CURIOUS or sum(worth) < LEAST_WORTH:
            return self.random.choice(kinds)
        return self.random.choices(kinds, worth)[0]

    def _try(self, kind: Kind) -> None:
        piece = kind.take()
        kind.learn(self._solve(piece), piece.effort)

    def _solve(self, piece: Piece) -> float:
        gain = piece.solve(self.left())
        self.steps += 1
        self._spent += piece.effort
        self.fruitless = 0 if gain > 1e-6 else self.fruitless + 1
        return gain

    def _compact_if_due(self) -> None:
        """Spend a share of what the parts have cost on the people with the worst days."""
        many = int(self._spent * SHARE / (PERSON * len(self.problem.days)))
        if many >= FEW and (people := self.compactor.waiting()):
            cost, used = self.ledger.problem.gap_cost, self.ledger.used
            people.sort(key=lambda p: (-cost(p, used[p]), p))
            if len(people) <= many or many >= MANY:
                if self.compactor.compact(people[:many]) > 0:
                    self.fruitless = 0
                self._spent = 0.0

    def _some_slots(self, count: int) -> Piece:
        return self._in_slots(sum(1 << t for t in self.random.sample(self.slots, count)))

    def _in_slots(self, slots: int) -> Piece:
        """All meetings of these slots, and everybody who waits and could be there."""
        problem, at = self.problem, self.ledger.at
        movable = [r for r, place in enumerate(at) if place is not None and slots >> place[0] & 1 and r not in problem.fixed]
        every = slots & (slots - 1) == 0
        waiting = [r for r, place in enumerate(at) if place is None and (every or self.hopeful[r]) and problem.window(r) & slots]
        return Piece(self.judge, movable, waiting, slots)

    def _some_people(self, count: int) -> Piece:
        """All meetings and wishes of some people who stand on the same side as somebody drawn, over all slots."""
        first = self.random.choice(self.people)
        people = {first}
        while len(people) < min(count, len(self.people)):
            people.add(self.random.choice(self.people))
        asked = sorted({r for p in people for r in self.asks[p]})
        placed = [r for r in asked if self.ledger.at[r] is not None]
        return Piece(self.judge, placed, [r for r in asked if self.ledger.at[r] is None], self.problem.every_slot)


def seconds_left(started: float, seconds: float) -> Callable[[], float]:
    """How many seconds a run has left."""
    return lambda: started + seconds - monotonic()
