"""Signals between rooms. A room to the left sends, a room to the right listens; receivers run in the same transaction."""

from blinker import Namespace

_events = Namespace()

company_changed = _events.signal("company-changed", doc="sender: Company")
company_blocked = _events.signal("company-blocked", doc="sender: CompanyBlock; created or removed (removed=True)")
member_joined = _events.signal("member-joined", doc="sender: Company; user: the new member")
person_unlinked = _events.signal("person-unlinked", doc="sender: Person; it is another account's now, or nobody's")
participation_applied = _events.signal("participation-applied", doc="sender: Participation")
participation_decided = _events.signal("participation-decided", doc="sender: Participation")
participation_withdrawn = _events.signal("participation-withdrawn", doc="sender: Participation; withdrawn by the company itself")
product_changed = _events.signal("product-changed", doc="sender: Product; published, edited or withdrawn")
demand_changed = _events.signal("demand-changed", doc="sender: Demand; published, edited or closed")
heading_assigned = _events.signal(
    "heading-assigned", doc="sender: Product or Demand; expo, was: the code before, actor: the organizer who set another")
evidence_checked = _events.signal(
    "evidence-checked", doc="sender: GreenClaim; product, expo, actor: the organizer who looked its label up in a register")
evidence_ending = _events.signal(
    "evidence-ending", doc="sender: Product; label or certificate: its code, ends_on, days left (0: ended)")
meeting_changed = _events.signal("meeting-changed", doc="sender: Meeting; was: the state before; actor")
proposal_changed = _events.signal("proposal-changed", doc="sender: Proposal; was: the state before; actor")
move_changed = _events.signal("move-changed", doc="sender: agendas.models.Move; was: the state before (None: asked now); actor")
outcome_recorded = _events.signal("outcome-recorded", doc="sender: MeetingOutcome; actor")
plan_published = _events.signal("plan-published", doc="sender: Plan; changes: list of scheduling.diff.Change")
places_changed = _events.signal(
    "places-changed", doc="sender: Plan that holds; changes: list of scheduling.diff.Change; published, moved on the day or called off")
slots_changed = _events.signal(
    "slots-changed", doc="sender: Expo; removed: ids of slots about to be deleted; their meetings go back to the tray")
refill_changed = _events.signal(
    "refill-changed", doc="sender: floor.models.Refill; was: the state before (None: offered now); actor")
document_changed = _events.signal(
    "document-changed", doc="sender: Document; added, changed, removed (removed=True), or its state is another today")
document_shared = _events.signal("document-shared", doc="sender: DocumentShare; given (was: None) or withdrawn (was: 'given'); actor")
document_requested = _events.signal("document-requested", doc="sender: DocumentRequest; was: the state before (None: asked now); actor")
document_expiring = _events.signal("document-expiring", doc="sender: Document; days: 90, 30, 7 left, or 0: it no longer holds")
reference_changed = _events.signal(
    "reference-changed", doc="sender: 'rules' or 'rates'; products: {expo id: [ids of products shown there that are concerned]}; actor")
bundle_made = _events.signal("bundle-made", doc="sender: papers.models.Bundle; actor")
# Questions to the right: receivers return an answer, the asker adds them up.
slots_asked = _events.signal("slots-asked", doc="sender: Expo; slot_ids; receivers return how many meetings are placed in them")
expo_counted = _events.signal("expo-counted", doc="sender: Expo; receivers return {'products': 240} or {'demands': 240}")
pairs_asked = _events.signal(
    "pairs-asked", doc="sender: Expo; company_id; receivers return {other company id: state} of its meetings, the furthest of each pair")
offers_asked = _events.signal(
    "offers-asked", doc="sender: Expo; demand_id, product_id, company_id; receivers return the open proposals of the pair: id, mine, side, "
    "field, value")
matches_asked = _events.signal(
    "matches-asked", doc="sender: Demand, published; actor of its company; receivers return total, cards (the best few), version, waits")
place_asked = _events.signal(
    "place-asked", doc="sender: Meeting; receivers return its place in the published schedule as meetings.rules.Place, or None")
headings_asked = _events.signal(
    "headings-asked", doc="limit; receivers return [(changed at, title, HS code)] of published sheets that have a code, the newest first")
reliability_asked = _events.signal(
    "reliability-asked", doc="sender: Expo; receivers return {company id: share of meetings it is likely to keep} of those with a history")
standing_asked = _events.signal(
    "standing-asked", doc="sender: id of a company; others: ids; receivers return {'matched': ids} or {'accepted': ids} of them")
partners_asked = _events.signal(
    "partners-asked", doc="sender: id of a company; receivers return ids of those it agreed to meet and whose names it reads")
goods_asked = _events.signal(
    "goods-asked", doc="expo_ids (None: all); receivers return reference.goods.Goods of the products shown at them, one for each expo")
