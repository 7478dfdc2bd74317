"""What people's days do when other rooms change something."""

from typing import Any

from .. import events
from ..companies.models import Person
from ..scheduling.models import Plan
from . import calendars, feeds


@events.places_changed.connect
def _places_changed(_plan: Plan, changes: Any = (), **_more: Any) -> None:
    """Calendars say what changed."""
    calendars.renew(changes)


@events.person_unlinked.connect
def _person_unlinked(person: Person, **_more: Any) -> None:
    """Who left the company, or the list of its people, reads its calendar no longer."""
    feeds.revoke(person)
