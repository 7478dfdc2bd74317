"""The access table: every endpoint, and the roles that may call it. What is not named here is not there (404).

A role opens the door of a page; what an actor may see and do behind it is asked of the ``Actor`` in actions and queries.
"""

from .permissions import Role

EVERYONE = frozenset(Role)
SIGNED_IN = EVERYONE - {Role.VISITOR}
VISITORS = frozenset({Role.VISITOR})
OWNERS = frozenset({Role.EXHIBITOR_OWNER, Role.BUYER_OWNER})
EXHIBITORS = frozenset({Role.EXHIBITOR_MEMBER, Role.EXHIBITOR_OWNER})
BUYERS = frozenset({Role.BUYER_MEMBER, Role.BUYER_OWNER})
COMPANIES = EXHIBITORS | BUYERS
ADMINS = frozenset({Role.ADMIN})
ORGANIZERS = frozenset({Role.ORGANIZER, Role.ADMIN})
STAFF = ORGANIZERS | {Role.FLOOR}

ACCESS: dict[str, frozenset[Role]] = {
    # web
    "static": EVERYONE,
    "web.alive": EVERYONE,
    "web.home": EVERYONE,
    "web.metrics_text": EVERYONE,
    "web.ready": EVERYONE,
    "web.set_language": EVERYONE,
    "web.set_theme": EVERYONE,
    # accounts
    "accounts.account": SIGNED_IN,
    "accounts.change_password": SIGNED_IN,
    "accounts.confirm": EVERYONE,
    "accounts.forgot": EVERYONE,
    "accounts.privacy": EVERYONE,
    "accounts.register": VISITORS,
    "accounts.resend_confirmation": SIGNED_IN,
    "accounts.reset": EVERYONE,
    "accounts.sign_in": VISITORS,
    "accounts.sign_out": SIGNED_IN,
    "accounts.sign_out_everywhere": SIGNED_IN,
}
