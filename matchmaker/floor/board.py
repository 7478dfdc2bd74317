"""What the floor's pages show: a hall's tables at this moment, one table's day, and what a company has to do next."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .. import clock
from ..expos import queries as expos
from ..expos.models import Expo, Hall, NegotiationTable, Slot
from ..meetings.models import Meeting
from ..meetings.states import State
from ..scheduling.models import Placement
from . import queries
from .models import Refill
from .rules import USABLE, Is, Limits, Sitting, absent, moments, place_state, side_state, table_state

FAR = timedelta(minutes=5)  # screens ask again after so long in any case


@dataclass(frozen=True, slots=True)
class Card:
    """A table (or a booth) in a slot: what it is, its meeting, who is there, the offer of it, and what comes after."""

    key: str
    label: str
    state: Is
    table: NegotiationTable | None
    row: Placement | None = None
    sides: dict[str, str] = field(default_factory=dict)  # side -> its state
    absent: str = ""
    minutes: int | None = None  # late by so many, or to the end
    refill: Refill | None = None
    after: Placement | None = None
    past: Placement | None = None  # the meeting that left the table free

    @property
    def meeting(self) -> Meeting | None:
        return self.row.meeting if self.row else None


@dataclass(frozen=True, slots=True)
class Board:
    """A hall in the slot that runs (or the next), with the slot after it; ``until``: when it changes by itself."""

    hall: Hall
    slot: Slot | None
    after: Slot | None
    running: bool
    cards: list[Card]
    counts: Counter[Is]
    refills: list[Refill]
    until: datetime

    def shown(self, only: str) -> list[Card]:
        """Return the cards of a state, or all."""
        return [card for card in self.cards if card.state == only] if only else self.cards


def board(expo: Expo, hall: Hall) -> Board:
    """Return a hall as it is now."""
    now, limits = clock.now(), queries.limits(expo)
    slot, after = queries.slots_now(expo)
    if slot is None:
        return Board(hall, None, None, False, [], Counter(), [], now + FAR)
    rows = queries.rows_in(expo, [one.id for one in (slot, after) if one], hall=hall)
    known = queries.sittings(rows)
    offers = [row for row in queries.open_refills(expo.id, slot_ids=[slot.id]) if row.table is None or row.table.hall_id == hall.id]
    closed = {table for table, shut in expos.closures(expo.id) if shut == slot.id}
    here: dict[str, list[Placement]] = {}
    later: dict[str, Placement] = {}
    for row in rows:
        if row.slot_id == slot.id:
            here.setdefault(_key(row), []).append(row)
        elif row.meeting.state == State.PLACED:
            later[_key(row)] = row
    tables = [table for table in hall.tables if table.is_open]
    frame = _Frame(now, limits, known, {row.table_id: row for row in offers if row.table_id}, later)
    cards = [frame.card(f"table-{table.id}", table, here.get(f"table-{table.id}", []), shut=table.id in closed) for table in tables]
    booths = sorted(key for key in here if key.startswith("booth-"))
    cards += [frame.card(key, None, here[key]) for key in booths]
    ahead = [moment for row in rows for moment in moments(known[row.meeting_id], limits) if moment > now]
    ahead += [row.expires_at for row in offers] + [moment for moment in (slot.starts_at, slot.ends_at) if moment > now]
    return Board(hall, slot, after, slot.starts_at <= now, cards, Counter(card.state for card in cards), offers, min([*ahead, now + FAR]))


def _key(row: Placement) -> str:
    return f"table-{row.table_id}" if row.table_id else f"booth-{row.meeting.exhibitor_id}"


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all cards of a board share."""

    now: datetime
    limits: Limits
    known: dict[int, Sitting]
    offers: dict[int, Refill]
    later: dict[str, Placement]

    def card(self, key: str, table: NegotiationTable | None, rows: Sequence[Placement], *, shut: bool = False) -> Card:
        """Return the card of a place from the meetings it has in this slot: the one that holds it, and one that left it."""
        row = next((row for row in rows if not self.known[row.meeting_id].over), None)
        past = next((row for row in reversed(rows) if self.known[row.meeting_id].over), None)
        label = table.label if table else rows[0].meeting.exhibitor.display_name
        refill = self.offers.get(table.id) if table else None
        if row is None:
            state = place_state(self.now, None, self.limits, shut=shut, offered=refill is not None)
            return Card(key, label, state, table, refill=refill, after=self.later.get(key), past=past)
        sitting = self.known[row.meeting_id]
        state = place_state(self.now, sitting, self.limits)
        sides = {side: side_state(self.now, sitting, side, self.limits) for side in ("exhibitor", "buyer")}
        if row.interpreter_id:
            sides["interpreter"] = "here" if sitting.seen("interpreter").arrived_at else ""
        return Card(key, label, state, table, row, sides, absent(self.now, sitting, self.limits), self._minutes(state, sitting),
                    after=self.later.get(key), past=past)

    def _minutes(self, state: Is, sitting: Sitting) -> int | None:
        if state in (Is.EXPECTED, Is.LATE, Is.MISSING):
            return int((self.now - sitting.starts_at).total_seconds() // 60)
        return -int((self.now - sitting.ends_at).total_seconds() // 60) if state in (Is.RUNNING, Is.ENDING) else None


def card_of(expo: Expo, table: NegotiationTable) -> tuple[Card | None, Slot | None]:
    """Return a table as it is now, and the slot."""
    now, limits = clock.now(), queries.limits(expo)
    slot, after = queries.slots_now(expo)
    if slot is None:
        return None, None
    rows = [row for row in queries.rows_in(expo, [one.id for one in (slot, after) if one]) if row.table_id == table.id]
    offers = {row.table_id: row for row in queries.open_refills(expo.id, slot_ids=[slot.id]) if row.table_id}
    later = {_key(row): row for row in rows if after and row.slot_id == after.id and row.meeting.state == State.PLACED}
    frame = _Frame(now, limits, queries.sittings(rows), offers, later)
    shut = (table.id, slot.id) in expos.closures(expo.id)
    return frame.card(f"table-{table.id}", table, [row for row in rows if row.slot_id == slot.id], shut=shut), slot


def usable(slot: Slot | None) -> bool:
    """Tell whether a free table is still worth offering in a slot."""
    return slot is not None and slot.ends_at - max(clock.now(), slot.starts_at) >= USABLE


@dataclass(frozen=True, slots=True)
class Stop:
    """A meeting of today as one of its sides, or its interpreter, reads it."""

    row: Placement
    side: str
    own: str  # state of the own side
    other: str  # of the other side
    state: Is
    over: bool
    begun: bool

    @property
    def meeting(self) -> Meeting:
        return self.row.meeting

    @property
    def open(self) -> bool:
        """Tell whether one can still come to it."""
        return not self.over and self.meeting.state in (State.PLACED, State.HELD)


def stops(expo: Expo, rows: Sequence[Placement], side_of: dict[int, str]) -> list[Stop]:
    """Return placements (by time) as their reader sees them; ``side_of``: {meeting: exhibitor, buyer or interpreter}."""
    now, limits, known = clock.now(), queries.limits(expo), queries.sittings(rows)
    found = []
    for row in rows:
        sitting, side = known[row.meeting_id], side_of[row.meeting_id]
        other = {"exhibitor": "buyer", "buyer": "exhibitor"}.get(side, "")
        found.append(Stop(
            row, side, side_state(now, sitting, side, limits), side_state(now, sitting, other, limits) if other else "",
            table_state(now, sitting, limits), sitting.over or row.slot.ends_at <= now, row.slot.starts_at <= now))
    return found


def until(expo: Expo, rows: Sequence[Placement], offers: Sequence[Refill]) -> datetime:
    """Return when what a phone shows changes by itself."""
    now, limits, known = clock.now(), queries.limits(expo), queries.sittings(rows)
    ahead = [moment for row in rows for moment in moments(known[row.meeting_id], limits)] + [row.expires_at for row in offers]
    return min([*(moment for moment in ahead if moment > now), now + FAR])
