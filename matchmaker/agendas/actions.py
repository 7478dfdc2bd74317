"""What people do with their own days."""

from .. import audit
from ..expos.models import Expo
from ..permissions import Actor, ensure
from ..scheduling import availability


def set_availability(actor: Actor, *, person_id: int, expo: Expo, company_id: int, busy_slots: set[int]) -> None:
    """Say in which slots a person of one's company is not free."""
    ensure(actor.member_of(company_id))
    availability.replace(expo, person_id, company_id, busy_slots)
    audit.record(actor, "agendas.availability", expo, person=person_id, busy=len(busy_slots))
