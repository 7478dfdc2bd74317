"""The engine's refusals and reasons in the reader's words: ids become names."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from ..engine import scheduling as engine
from ..i18n import clock_time, day, language
from .load import World, venue_of


class Refusal:
    """Turns violations and reasons into sentences."""

    @staticmethod
    def sentences(world: World, violations: Iterable[engine.Violation]) -> list[str]:
        """Return one sentence for each violation, without repetition."""
        texts = [_(violation.label) % _Names(world, violation.context) for violation in violations]
        return list(dict.fromkeys(texts))

    @staticmethod
    def join(world: World, violations: Iterable[engine.Violation]) -> str:
        """Return the sentences as one text."""
        return " ".join(Refusal.sentences(world, violations))


def why_not(world: World, plan: engine.Plan, meeting_id: int, slot_id: int, table_id: int | None) -> list[str]:
    """Return why a meeting may not stand at a slot and table of the plan; empty when it may."""
    if meeting_id not in world.meetings:
        return [_("This meeting cannot be placed: it was called off, or a side no longer takes part.")]
    if slot_id not in world.slots:
        return [_("This time is past.")]
    if table_id is not None and table_id not in world.venue_of_table:
        return [_("This table is closed.")]
    if (table_id, slot_id) in world.closed:
        return [_("This table is closed at %(slot)s.", slot=slot_name(world, slot_id))]
    venue, number = venue_of(world, meeting_id, table_id)
    try:
        broken = engine.check_move(world.instance, plan, meeting_id, slot_id, venue, number)
    except ValueError:
        return [_("This exhibitor does not receive at its booth; choose a table.")]
    return Refusal.sentences(world, broken)


def why_unplaced(world: World, reason: Mapping[str, Any]) -> str:
    """Return the sentence of a stored reason ({'reason': code, 'context': {...}})."""
    label = engine.REASONS.get(reason.get("reason", ""))
    return _(label) % _Names(world, reason.get("context", {})) if label else ""


def slot_name(world: World, slot_id: int) -> str:
    """Return day and time of a slot."""
    slot = world.slots.get(slot_id)
    return f"{day(slot.on, 'short')} {clock_time(slot.starts_at)}" if slot else str(slot_id)


class _Names(dict):
    """Fills the placeholders of a label: participants, slots, venues and interpreters by name."""

    def __init__(self, world: World, context: Mapping[str, Any]):
        super().__init__(context)
        self.world = world

    def __getitem__(self, key: str) -> str:
        value = super().get(key, "")
        if key == "participant":
            return company_name(self.world, value)
        if key == "slot":
            return slot_name(self.world, int(value)) if str(value).isdigit() else str(value)
        if key == "venue":
            return venue_name(self.world, str(value))
        if key == "interpreter":
            return language(str(value))
        return str(value)


def company_name(world: World, ident: Any) -> str:
    """Return a company's name in the reader's language."""
    for meeting in world.meetings.values():
        for company in (meeting.exhibitor, meeting.buyer):
            if str(company.id) == str(ident):
                return company.display_name
    return str(ident)


def venue_name(world: World, venue: str) -> str:
    """Return the name of a hall's tables or of a booth."""
    if venue in world.tables:
        return _("hall %(code)s", code=world.tables[venue][0].hall.code)
    return _("the booth")
