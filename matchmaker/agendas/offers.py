"""Where a placed meeting could go: the engine's legal cells that leave every other meeting alone, nearest in time first."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from ..engine.scheduling import Meeting as Cell
from ..expos.models import Expo, NegotiationTable, Slot
from ..meetings.models import Meeting
from ..scheduling import queries
from ..scheduling.actions import legal_places
from ..scheduling.load import World, engine_plan, load, venue_of
from ..scheduling.models import Placement
from ..scheduling.names import Seats
from .rules import MOST_OPTIONS


@dataclass(frozen=True, slots=True)
class Option:
    """A slot and table (None: the exhibitor's booth) that fit both sides, a table and, where needed, an interpreter."""

    slot: Slot
    table: NegotiationTable | None

    @property
    def value(self) -> str:
        """What a form sends."""
        return f"{self.slot.id}-{self.table.id if self.table else ''}"


def options(expo: Expo, meeting: Meeting, *, most: int = MOST_OPTIONS) -> list[Option]:
    """Return up to ``most`` places for a placed meeting, one per slot, in order of time; none when it is not placed ahead."""
    held = queries.published_of(expo.id)
    row = queries.placement_of(held.id, meeting.id) if held is not None else None
    if row is None:
        return []
    world = load(expo, held, fixed=False)
    if row.slot_id not in world.slots:
        return []
    found: list[Option] = []
    cells = [cell for cell in legal_places(world, engine_plan(world, held), meeting.id) if cell[0] != row.slot_id]
    taken = queries.taken(held.id, but=row.id)
    for slot_id, table_id in _nearest(world, row, cells):
        if _seats_all(world, taken, meeting, slot_id, table_id):
            found.append(Option(world.slots[slot_id], _table(world, table_id)))
            if len(found) == most:
                break
    return sorted(found, key=lambda option: option.slot.starts_at)


def _nearest(world: World, row: Placement, cells: list[tuple[int, int | None]]) -> list[tuple[int, int | None]]:
    """Return one cell per slot, the same table before the same hall before others; the slot nearest in time first."""
    def walk(cell: tuple[int, int | None]) -> tuple[bool, bool, int]:
        table = _table(world, cell[1])
        same_hall = table is not None and row.table is not None and table.hall_id == row.table.hall_id
        return cell[1] != row.table_id, not same_hall, cell[1] or 0

    def far(slot_id: int) -> tuple[float, datetime]:
        begins = world.slots[slot_id].starts_at
        return abs((begins - row.slot.starts_at).total_seconds()), begins

    slots = {slot: min(places, key=walk) for slot, places in groupby(sorted(cells, key=lambda cell: cell[0]), key=lambda cell: cell[0])}
    return [slots[slot] for slot in sorted(slots, key=far)]


def _seats_all(world: World, taken: list[tuple[int, str]], meeting: Meeting, slot_id: int, table_id: int | None) -> bool:
    """Tell whether somebody of each side, and an interpreter where one is needed, is free by name: the engine counts heads only."""
    venue, number = venue_of(world, meeting.id, table_id)
    seats = Seats(world, [pair for pair in taken if pair[0] == slot_id])
    trial = Placement(meeting_id=meeting.id, slot_id=slot_id, table_id=table_id)
    return seats.sit(trial, Cell(meeting.id, slot_id, venue, number))


def _table(world: World, table_id: int | None) -> NegotiationTable | None:
    if table_id is None:
        return None
    venue, number = world.venue_of_table[table_id]
    return world.tables[venue][number]
