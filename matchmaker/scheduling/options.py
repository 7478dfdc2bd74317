"""What an organizer asks of a run, in plain words, and what the engine makes of them."""

from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from ..engine import scheduling as engine
from ..errors import N_, Invalid
from ..expos import queries as expos
from ..expos.models import Expo
from .world import World

SCOPES = ("all", "unplaced", "day", "hall", "companies")
GAPS = {"off": (0.0, 0.0), "some": (1.0, 2.0), "strong": (4.0, 8.0)}
"""What an idle slot and a break cost in utility."""
STABLE = {"off": 0.0, "some": 20.0, "strong": 100.0}
"""What moving a published meeting costs in utility."""
TIERS = (0, 1, 2)


@dataclass(frozen=True, slots=True)
class Options:
    """The scope of a run and its weights; ``fill``: one meeting more is worth more than any utility."""

    scope: str = "all"
    day: str = ""
    hall: int | None = None
    companies: tuple[int, ...] = field(default=())
    tiers: int = 1
    fill: bool = False
    gaps: str = "some"
    stable: str = "some"

    @classmethod
    def read(cls, given: dict[str, Any]) -> "Options":
        """Return options that were stored, or come from a form."""
        known = {name: given[name] for name in cls.__slots__ if name in given}
        return cls(**(known | {"companies": tuple(known.get("companies", ()))}))

    def stored(self) -> dict[str, Any]:
        """Return them ready for JSON."""
        return asdict(self) | {"companies": list(self.companies)}

    def ensure_of(self, expo: Expo) -> None:
        """Raise ``Invalid`` when they name something that does not exist at the expo."""
        if self.scope not in SCOPES or self.gaps not in GAPS or self.stable not in STABLE or self.tiers not in TIERS:
            raise Invalid(N_("Please choose from the list."))
        if self.scope == "day" and not any(str(slot.on) == self.day for slot in expos.slots_of(expo.id)):
            raise Invalid(N_("Choose a day that has slots."), field="day")
        if self.scope == "hall" and not any(hall.id == self.hall for hall in expos.halls_of(expo.id)):
            raise Invalid(N_("Choose a hall."), field="hall")
        if self.scope == "companies" and not self.companies:
            raise Invalid(N_("Choose at least one company."), field="companies")

    def day_asked(self) -> date | None:
        """Return the day of the scope."""
        return date.fromisoformat(self.day) if self.scope == "day" else None

    def instance(self, world: World) -> engine.Instance:
        """Return the instance with the weights of this run."""
        idle, break_ = GAPS[self.gaps]
        return replace(world.instance, objective=replace(
            world.instance.objective, idle=idle, break_=break_, perturbation=STABLE[self.stable]))

    def task(self, world: World, *, seconds: float, start: engine.Plan | None, previous: engine.Plan | None) -> engine.Task:
        """Return the engine's task; ``start`` is the draft, ``previous`` the published plan."""
        return engine.Task(
            seconds=seconds, tiers=self.tiers, everything=self.fill, previous=previous if STABLE[self.stable] else None,
            start=start, free=self._free(world, start), locks=self._locks(world))

    def _free(self, world: World, start: engine.Plan | None) -> engine.Free | None:
        if self.scope == "unplaced":
            placed = {meeting.request for meeting in start.meetings} if start else set()
            return engine.Free(requests=frozenset(ident for ident in world.meetings if ident not in placed))
        if self.scope == "day":
            return engine.Free(slots=frozenset(slot.id for slot in world.slots.values() if str(slot.on) == self.day))
        if self.scope == "companies":
            own = {key for key, person in world.owners.items() if person.company_id in self.companies}
            return engine.Free(participants=frozenset({*self.companies, *own}))
        return None

    def _locks(self, world: World) -> tuple[engine.Lock, ...]:
        if self.scope != "hall":
            return ()
        mine = {venue.hall for venue in world.instance.venues if venue.id == f"hall:{self.hall}"}
        return tuple(engine.Lock("hall", hall) for hall in sorted({venue.hall for venue in world.instance.venues} - mine))
