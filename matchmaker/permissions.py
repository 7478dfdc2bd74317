"""Who may do what: roles, the actor, and the one way to refuse.

The access table (``access.py``) says which role may call which endpoint. What an actor may do with one company or one expo
is asked of the ``Actor``; a refusal is ``NotFound``, so that a stranger learns nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from .errors import NotFound


class Role(StrEnum):
    """The roles of the access table."""

    VISITOR = "visitor"
    EXHIBITOR_MEMBER = "exhibitor member"
    EXHIBITOR_OWNER = "exhibitor owner"
    BUYER_MEMBER = "buyer member"
    BUYER_OWNER = "buyer owner"
    MISSION_LEADER = "mission leader"
    INTERPRETER = "interpreter"
    FLOOR = "floor staff"
    ORGANIZER = "organizer"
    ADMIN = "administrator"
    NEWCOMER = "newcomer"  # signed in, of no company and no expo yet


class ExpoRole(StrEnum):
    """What a person is at one expo."""

    ORGANIZER = "organizer"
    FLOOR = "floor"
    INTERPRETER = "interpreter"
    MISSION_LEADER = "mission_leader"


_OF_EXPO = {
    ExpoRole.ORGANIZER: Role.ORGANIZER,
    ExpoRole.FLOOR: Role.FLOOR,
    ExpoRole.INTERPRETER: Role.INTERPRETER,
    ExpoRole.MISSION_LEADER: Role.MISSION_LEADER,
}
_NOTHING: Mapping = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Membership:
    """An actor's place in a company: its kind ('exhibitor' or 'buyer') and whether the actor owns it."""

    kind: str
    owner: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``company_id`` is the company acted for, one of ``companies``; ``expo_roles`` maps expo id to roles."""

    user_id: int | None = None
    name: str = ""
    is_admin: bool = False
    company_id: int | None = None
    companies: Mapping[int, Membership] = field(default_factory=lambda: _NOTHING)
    expo_roles: Mapping[int, frozenset[ExpoRole]] = field(default_factory=lambda: _NOTHING)
    is_system: bool = False

    @property
    def company(self) -> Membership | None:
        """The membership in the company acted for."""
        return self.companies.get(self.company_id) if self.company_id else None

    @property
    def is_exhibitor(self) -> bool:
        return self.company is not None and self.company.kind == "exhibitor"

    @property
    def is_buyer(self) -> bool:
        return self.company is not None and self.company.kind == "buyer"

    def member_of(self, company_id: int) -> bool:
        """Tell whether the actor may act for the company (jobs and commands may)."""
        return self.is_system or company_id in self.companies

    def owner_of(self, company_id: int) -> bool:
        """Tell whether the actor owns the company."""
        return self.is_system or (company_id in self.companies and self.companies[company_id].owner)

    def has_expo_role(self, expo_id: int, *roles: ExpoRole) -> bool:
        """Tell whether the actor has one of ``roles`` at the expo; administrators and jobs do."""
        return self.is_system or self.is_admin or bool(self.expo_roles.get(expo_id, frozenset()) & set(roles))

    def organizes(self, expo_id: int) -> bool:
        """Tell whether the actor organizes the expo."""
        return self.has_expo_role(expo_id, ExpoRole.ORGANIZER)

    def roles(self) -> frozenset[Role]:
        """Return the roles for the access table."""
        if self.user_id is None:
            return frozenset({Role.VISITOR})
        roles = {_OF_EXPO[role] for held in self.expo_roles.values() for role in held}
        for membership in self.companies.values():
            roles.add(Role(f"{membership.kind} {'owner' if membership.owner else 'member'}"))
        if self.is_admin:
            roles.add(Role.ADMIN)
        return frozenset(roles or {Role.NEWCOMER})


SYSTEM = Actor(name="system", is_system=True)
VISITOR = Actor()


def ensure(allowed: bool) -> None:
    """Raise ``NotFound`` unless ``allowed``."""
    if not allowed:
        raise NotFound()
