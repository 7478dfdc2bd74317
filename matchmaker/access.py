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
RUNNERS = STAFF | {Role.INTERPRETER, Role.MISSION_LEADER}  # whoever has a part in running an expo
SEERS = COMPANIES | STAFF | {Role.MISSION_LEADER}  # who may read sheets at an expo, each within limits

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
    "accounts.disable": ADMINS,
    "accounts.enable": ADMINS,
    "accounts.forgot": EVERYONE,
    "accounts.people": ADMINS,
    "accounts.privacy": EVERYONE,
    "accounts.register": VISITORS,
    "accounts.resend_confirmation": SIGNED_IN,
    "accounts.reset": EVERYONE,
    "accounts.sign_in": VISITORS,
    "accounts.sign_out": SIGNED_IN,
    "accounts.sign_out_everywhere": SIGNED_IN,
    # companies
    "companies.block": COMPANIES,
    "companies.company": COMPANIES,
    "companies.company_blocks": COMPANIES,
    "companies.company_edit": OWNERS,
    "companies.company_members": COMPANIES,
    "companies.company_people": COMPANIES,
    "companies.invitation": EVERYONE,
    "companies.invitation_accept": SIGNED_IN,
    "companies.invitation_withdraw": OWNERS,
    "companies.member_owner": OWNERS,
    "companies.member_remove": COMPANIES,
    "companies.person_edit": OWNERS,
    "companies.person_new": OWNERS,
    "companies.person_remove": OWNERS,
    "companies.register": SIGNED_IN,
    "companies.start": SIGNED_IN,
    "companies.switch": COMPANIES,
    "companies.unblock": COMPANIES,
    # expos
    "expos.companies": ORGANIZERS,
    "expos.companies_approve": ORGANIZERS,
    "expos.companies_approve_one": ORGANIZERS,
    "expos.companies_decline": ORGANIZERS,
    "expos.companies_look": ORGANIZERS,
    "expos.companies_place": ORGANIZERS,
    "expos.exhibitors": COMPANIES | RUNNERS,
    "expos.index": EVERYONE,
    "expos.index_apply": COMPANIES,
    "expos.index_edition": EVERYONE,
    "expos.index_new": ADMINS,
    "expos.index_withdraw": COMPANIES,
    "expos.setup": ORGANIZERS,
    "expos.setup_add_hall": ORGANIZERS,
    "expos.setup_add_interpreter": ORGANIZERS,
    "expos.setup_add_section": ORGANIZERS,
    "expos.setup_add_staff": ORGANIZERS,
    "expos.setup_add_tables": ORGANIZERS,
    "expos.setup_clone": ORGANIZERS,
    "expos.setup_close_table": ORGANIZERS,
    "expos.setup_days": ORGANIZERS,
    "expos.setup_edit_halls": ORGANIZERS,
    "expos.setup_edit_sections": ORGANIZERS,
    "expos.setup_halls": ORGANIZERS,
    "expos.setup_open_table": ORGANIZERS,
    "expos.setup_people": ORGANIZERS,
    "expos.setup_remove_interpreter": ORGANIZERS,
    "expos.setup_remove_staff": ORGANIZERS,
    "expos.setup_sections": ORGANIZERS,
    "expos.setup_table": ORGANIZERS,
    # meetings
    "meetings.accept": COMPANIES,
    "meetings.answer": EVERYONE,
    "meetings.ask": COMPANIES,
    "meetings.cancel": COMPANIES | ORGANIZERS,
    "meetings.decline": COMPANIES,
    "meetings.held": COMPANIES | STAFF,
    "meetings.meeting": COMPANIES | STAFF,
    "meetings.missed": STAFF,
    "meetings.outcome": COMPANIES,
    "meetings.requests": COMPANIES,
    "meetings.withdraw": COMPANIES,
    # notices
    "notices.index": SIGNED_IN,
    "notices.open_one": SIGNED_IN,
    "notices.read_all": SIGNED_IN,
    # scheduling
    "scheduling.availability_page": COMPANIES,
    "scheduling.calendar": EVERYONE,
    "scheduling.card": ORGANIZERS,
    "scheduling.check": ORGANIZERS,
    "scheduling.desk": ORGANIZERS,
    "scheduling.discard": ORGANIZERS,
    "scheduling.job": ORGANIZERS,
    "scheduling.lock": ORGANIZERS,
    "scheduling.move": ORGANIZERS,
    "scheduling.my_day": COMPANIES,
    "scheduling.optimise": ORGANIZERS,
    "scheduling.priority": ORGANIZERS,
    "scheduling.publish": ORGANIZERS,
    "scheduling.renew_feed": COMPANIES,
    "scheduling.stop_run": ORGANIZERS,
    "scheduling.unplace": ORGANIZERS,
    "scheduling.version": ORGANIZERS,
    # catalog
    "catalog.add_picture": EXHIBITORS,
    "catalog.edit": EXHIBITORS,
    "catalog.import_table": EXHIBITORS,
    "catalog.index": EXHIBITORS,
    "catalog.new": EXHIBITORS,
    "catalog.own_picture": EXHIBITORS,
    "catalog.picture": SEERS,
    "catalog.product": SEERS,
    "catalog.publish": EXHIBITORS,
    "catalog.remove_picture": EXHIBITORS,
    "catalog.withdraw": EXHIBITORS,
    # demands
    "demands.close": BUYERS,
    "demands.demand": SEERS,
    "demands.edit": BUYERS,
    "demands.import_table": BUYERS,
    "demands.index": BUYERS,
    "demands.new": BUYERS,
    "demands.publish": BUYERS,
    # sheets
    "sheets.hs_codes": COMPANIES,
    "sheets.import_errors": COMPANIES,
    "sheets.import_page": COMPANIES,
    "sheets.import_state": COMPANIES,
    # matching
    "matching.recommendations": COMPANIES,
    "matching.recommendations_block": COMPANIES,
    "matching.recommendations_hidden": COMPANIES,
    "matching.recommendations_hide": COMPANIES,
    "matching.recommendations_of_demand": COMPANIES,
    "matching.recommendations_of_product": COMPANIES,
    "matching.recommendations_save": COMPANIES,
    "matching.recommendations_saved": COMPANIES,
    "matching.recommendations_unhide": COMPANIES,
    "matching.recommendations_unsave": COMPANIES,
    "matching.recommendations_version": COMPANIES,
    "matching.recommendations_why": COMPANIES,
}
