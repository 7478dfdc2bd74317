"""What the engine says, in the reader's words: refusals, blockers, changes, levers and conflicts, with names for ids."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from ..engine import scheduling as engine
from ..i18n import clock_time, day, is_chinese, language
from .load import World, venue_of
from .world import Names


class Refusal:
    """Turns violations into sentences."""

    @staticmethod
    def sentences(world: World, violations: Iterable[engine.Violation]) -> list[str]:
        """Return one sentence for each violation, without repetition."""
        words = Words(world)
        return list(dict.fromkeys(words.say(violation.label, violation.context) for violation in violations))

    @staticmethod
    def join(world: World, violations: Iterable[engine.Violation]) -> str:
        """Return the sentences as one text."""
        return _run_on(Refusal.sentences(world, violations))


class Words:
    """The names of a world's ids, and the engine's statements about them as sentences. Worth keeping for a whole page.

    ``Names`` alone are enough for all but pairs of a meeting and what a maximum was.
    """

    def __init__(self, world: World | Names):
        self.world = world

    def say(self, label: str, context: Mapping[str, Any]) -> str:
        """Return a label of the engine with names in its placeholders."""
        return _(label) % _Names(self, in_all(self.world, context) if isinstance(self.world, World) else context)

    def unplaced(self, stored: Mapping[str, Any]) -> str:
        """Return why a meeting has no place, from what ``remembered`` kept: all that stands in the way, the dearest first."""
        reason, blockers = stored.get("reason", ""), stored.get("blockers") or []
        if blockers and reason != "no_common_time":
            said = (self.say(engine.REASONS[b["code"]], b["context"]) for b in blockers if b["code"] in engine.REASONS)
            return _run_on(dict.fromkeys(said))
        return self.say(engine.REASONS[reason], stored.get("context", {})) if reason in engine.REASONS else ""

    def conflict(self, violation: engine.Violation) -> str:
        """Return why locks cannot all hold, and which they are."""
        pairs = [self.pair(meeting.request) for meeting in violation.meetings]
        return _("%(reason)s Locked: %(meetings)s.", reason=self.say(violation.label, violation.context), meetings=_list(pairs))

    def change(self, change: engine.Change) -> str:
        """Return where a meeting could go, and what has to happen first."""
        where = {"slot": self.slot(change.slot), "venue": self.venue(change.venue)}
        steps = [*map(self.lever, change.levers), *map(self.move, change.moves)]
        if not steps:
            return _("There is room at %(slot)s, %(venue)s.", **where)
        return _("%(slot)s, %(venue)s, with %(steps)s.", steps=_list(steps), **where)

    def told(self, change: engine.Change) -> str:
        """Return how many companies a change is news for."""
        return ngettext("%(num)s company is told", "%(num)s companies are told", len(change.told))

    def move(self, move: engine.Move) -> str:
        """Return where a meeting goes, and from where."""
        was = self.slot(move.was_slot) if move.slot != move.was_slot else self.venue(move.was_venue)
        a, b = map(self.company, move.people)
        now = {"slot": self.slot(move.slot), "venue": self.venue(move.venue)}
        return _("%(a)s and %(b)s at %(slot)s, %(venue)s instead of %(was)s", a=a, b=b, was=was, **now)

    def lever(self, lever: engine.Lever) -> str:
        """Return what a lever adds or loosens."""
        match lever:
            case engine.Tables(venue, more, slot):
                text = ngettext("%(num)s more table in %(venue)s", "%(num)s more tables in %(venue)s", more, venue=self.venue(venue))
                return text if slot is None else self._at(text, slot)
            case engine.Interpreters(pool, more, slot):
                tongue = self.language(pool)
                text = ngettext("%(num)s more %(language)s interpreter", "%(num)s more %(language)s interpreters", more, language=tongue)
                return text if slot is None else self._at(text, slot)
            case engine.Maximum(None, more):
                return ngettext("%(num)s more meeting for everyone", "%(num)s more meetings for everyone", more)
            case engine.Maximum(who, more):
                was, name = self._maximum.get(who, 0), self.company(who)
                return _("a maximum of %(limit)s meetings for %(company)s instead of %(was)s", limit=was + more, was=was, company=name)
            case engine.Colleague(who, more):
                name = self.company(who)
                return ngettext("%(num)s more colleague of %(company)s", "%(num)s more colleagues of %(company)s", more, company=name)
            case engine.Present(who, slot):
                return _("%(company)s present at %(slot)s too", company=self.company(who), slot=self.slot(slot))
            case engine.Admitted(_request, slot, venue):
                return _("the meeting admitted to %(slot)s, %(venue)s", slot=self.slot(slot), venue=self.venue(venue))
            case engine.Rounds(more):
                return ngettext("%(num)s more slot each day", "%(num)s more slots each day", more)
            case engine.Walking(less):
                return ngettext("%(num)s slot less to walk between halls", "%(num)s slots less to walk between halls", less)

    def _at(self, text: str, slot: Any) -> str:
        return _("%(what)s at %(slot)s", what=text, slot=self.slot(slot))

    def pair(self, meeting_id: Any) -> str:
        """Return the two companies of a meeting."""
        meeting = self.world.meetings.get(meeting_id)
        return f"{meeting.exhibitor.display_name} – {meeting.buyer.display_name}" if meeting else str(meeting_id)

    def company(self, ident: Any) -> str:
        """Return a company's name in the reader's language; of a person who is a participant of their own, theirs with it."""
        if person := self.world.owners.get(str(ident)):
            return _("%(person)s of %(company)s", person=person.name, company=self.company(person.company_id))
        return self._companies.get(str(ident), str(ident))

    def slot(self, ident: Any) -> str:
        """Return the time of a slot, with its day where there are several."""
        slot = self.world.slots.get(int(ident)) if str(ident).isdigit() else None
        if slot is None:
            return str(ident)
        time = clock_time(slot.starts_at)
        return f"{day(slot.on)} {time}" if self._several_days else time

    def venue(self, ident: Any) -> str:
        """Return the name of a hall's tables or of a booth."""
        if ident in self.world.tables:
            return _("hall %(code)s", code=self.world.tables[ident][0].hall.code)
        owner = str(ident).partition(":")[2]
        return _("the booth of %(company)s", company=self._companies[owner]) if owner in self._companies else _("the booth")

    def language(self, pool: Any) -> str:
        """Return the language that a pool of interpreters puts into Chinese."""
        return language(str(pool).removeprefix("zh-"))

    @cached_property
    def _companies(self) -> dict[str, str]:
        return {str(ident): company.display_name for ident, company in self.world.companies.items()}

    @cached_property
    def _several_days(self) -> bool:
        return len({slot.on for slot in self.world.slots.values()}) > 1

    @cached_property
    def _maximum(self) -> dict[Any, int]:
        return {person.id: person.max_meetings for person in self.world.instance.participants} | self.world.maximum


class _Names(dict):
    """Fills the placeholders of a label: participants, slots, venues and interpreters by name."""

    def __init__(self, words: Words, context: Mapping[str, Any]):
        super().__init__(context)
        self.by_kind = {"participant": words.company, "slot": words.slot, "venue": words.venue, "interpreter": words.language}

    def __getitem__(self, key: str) -> str:
        return self.by_kind.get(key, str)(super().get(key, ""))


def remembered(unplaced: engine.Unplaced, world: World) -> dict[str, Any]:
    """Return what a run keeps of a request without a place, ready for JSON; ``Words.unplaced`` reads it."""
    def plain(context: Mapping[str, Any]) -> dict[str, str]:
        return {key: str(value) for key, value in in_all(world, context).items()}

    blockers = [{"code": b.code, "context": plain(b.context), "price": round(b.price, 2)} for b in unplaced.blockers]
    return {"reason": unplaced.reason, "context": plain(unplaced.context), "blockers": blockers}


def in_all(world: World, context: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the context with a company's maximum as everybody knows it: the engine counts what is left of it, past meetings taken off."""
    most = world.maximum.get(context.get("participant", ""))
    return context if most is None or "limit" not in context else {**context, "limit": most}


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


def slot_name(world: World, slot_id: int) -> str:
    """Return the time of a slot, with its day where there are several."""
    return Words(world).slot(slot_id)


def _run_on(sentences: Iterable[str]) -> str:
    return ("" if is_chinese() else " ").join(sentences)


def _list(parts: Iterable[str]) -> str:
    return ("；" if is_chinese() else "; ").join(parts)
