"""Listens to the rooms on the left and tells the people concerned, in the transaction of what happened."""

from collections import defaultdict
from datetime import date
from typing import Any

from .. import events
from ..accounts.models import User
from ..agendas.models import Move
from ..catalog.models import GreenClaim, Product
from ..companies.models import Company
from ..demands.models import Demand
from ..documents import queries as documents
from ..documents.models import Document, DocumentRequest, DocumentShare
from ..expos.models import Expo, Participation
from ..meetings.models import Meeting
from ..meetings.rules import DECLINE_REASONS
from ..papers.models import Bundle
from ..permissions import SYSTEM, Actor
from ..proposals.models import Proposal
from . import actions, mails, queries, rules, words


@events.meeting_changed.connect
def _meeting_changed(meeting: Meeting, was: str | None = None, actor: Actor = SYSTEM, **_more: Any) -> None:
    """Tell the side that did not do it."""
    kind = rules.of_meeting(was, meeting.state)
    if not kind:
        return
    readers = _readers(meeting, kind, actor)
    if kind == "meeting_cancelled" and len(readers) == 2:
        kind = "meeting_called_off"  # neither side did it
    people = queries.members(readers)
    path = _meeting_path(meeting)
    for reader in readers:
        params = {"company": words.other_side(meeting, reader)} | _reason(meeting, kind)
        if kind == "meeting_requested":
            for user in actions.note(people[reader], kind, url=path, expo_id=meeting.expo_id, but=actor.user_id, **params):
                mails.request(user, meeting, reader, path)
        else:
            actions.tell(people[reader], kind, url=path, expo_id=meeting.expo_id, but=actor.user_id, **params)


def _readers(meeting: Meeting, kind: str, actor: Actor) -> list[int]:
    """Return the companies to tell: the asked one, the one that asked, or for a meeting called off the side that did not do it."""
    if kind in ("meeting_requested", "meeting_withdrawn"):
        return [meeting.asked_id]
    if kind != "meeting_cancelled":
        return [meeting.asked_by_id]
    sides = [meeting.exhibitor_id, meeting.buyer_id]
    own = actor.company_id if actor.company_id in sides else next((side for side in sides if side in actor.companies), None)
    return [side for side in sides if side != own]


def _reason(meeting: Meeting, kind: str) -> dict[str, Any]:
    if kind == "meeting_declined":
        note = {"note": words.phrase(meeting.decline_note)} if meeting.decline_note else {}
        return {"reason": words.phrase(DECLINE_REASONS.get(meeting.decline_reason, ""))} | note
    if kind in ("meeting_cancelled", "meeting_called_off"):
        return {"reason": words.phrase(meeting.cancel_reason)}
    return {}


@events.proposal_changed.connect
def _proposal_changed(proposal: Proposal, was: str | None = None, actor: Actor = SYSTEM, **_more: Any) -> None:
    """Tell the side that did not do it; what is taken back is told to nobody."""
    kind = "proposal_offered" if was is None else f"proposal_{proposal.state}"
    if kind in rules.KINDS:
        reader = proposal.to_id if was is None else proposal.by_id
        actions.tell(queries.members([reader])[reader], kind, url=f"/e/{proposal.expo.slug}/proposals/{proposal.id}",
                     expo_id=proposal.expo_id, but=actor.user_id, company=words.proposer(proposal, reader),
                     change=words.change(proposal.side, proposal.field, proposal.value))


@events.plan_published.connect
def _plan_published(plan: Any, changes: Any = (), **_more: Any) -> None:
    """Tell those whose place changed, and only them: who sits or sat at the meeting; where a side has nobody with an account, its
    members."""
    people = queries.users_of_people({person for change in changes for person in change.person_ids})
    members = queries.members({company for change in changes for company in change.company_ids})
    path, told = f"/e/{plan.expo.slug}/my-day", defaultdict(list)
    receivers: dict[int, User] = {}
    for change in changes:
        for side in ("exhibitor", "buyer"):
            reader = getattr(change.meeting, f"{side}_id")
            params = _placement(change, reader, plan.expo.tz)
            for user, kind in _concerned(change, f"{side}_person_id", people, members[reader]):
                receivers[user.id] = user
                told[user.id].append((kind, params))
    for user_id, said in told.items():
        for kind, params in said:
            actions.note([receivers[user_id]], kind, url=path, expo_id=plan.expo_id, **params)
        mails.plan(receivers[user_id], plan.expo, said, path)


def _concerned(change: Any, seat: str, people: dict[int, User], members: list[User]) -> list[tuple[User, str]]:
    """Return (user, kind of notice) for one side of a change."""
    before, now = (people.get(getattr(row, seat)) if row is not None else None for row in (change.old, change.new))
    if before is None and now is None:
        return [(user, rules.of_change(change.kind, sat=change.old is not None, sits=change.new is not None)) for user in members]
    found = {user.id: user for user in (before, now) if user is not None}
    return [(user, rules.of_change(change.kind, sat=user is before, sits=user is now)) for user in found.values()]


def _placement(change: Any, reader: int, tz: str) -> dict[str, Any]:
    params: dict[str, Any] = {"company": words.other_side(change.meeting, reader)}
    for prefix, row in (("old_", change.old), ("", change.new)):
        if row is not None:
            table = row.table
            params[f"{prefix}when"] = words.when(row.slot.starts_at, tz)
            params[f"{prefix}where"] = words.where(table.hall.code if table else "", table.label if table else "")
    return params


@events.move_changed.connect
def _move_changed(move: Move, was: str | None = None, actor: Actor = SYSTEM, **_more: Any) -> None:
    """Tell the side that did not do it; that a meeting has moved is told with its new place."""
    kind = "move_asked" if was is None else f"move_{move.state}"
    if kind not in rules.KINDS:
        return
    meeting = move.meeting
    reader = meeting.other(move.asked_by_id) if kind in ("move_asked", "move_withdrawn") else move.asked_by_id
    old = {"old_when": words.when(move.from_slot.starts_at, meeting.expo.tz)} if move.from_slot is not None else {"old_when": "—"}
    table = move.table
    actions.tell(
        queries.members([reader])[reader], kind, url=f"{_meeting_path(meeting)}/move", expo_id=meeting.expo_id, but=actor.user_id,
        company=words.other_side(meeting, reader), when=words.when(move.slot.starts_at, meeting.expo.tz),
        where=words.where(table.hall.code if table else "", table.label if table else ""), **old,
        **({"note": words.phrase(move.note)} if move.note and kind == "move_asked" else {}))


@events.participation_applied.connect
def _applied(part: Participation, **_more: Any) -> None:
    """Tell the organizers who applies; their list shows the rest, so no mail."""
    actions.tell(queries.organizers(part.expo_id), "participation_applied", url=f"/e/{part.expo.slug}/companies", expo_id=part.expo_id,
                 company=words.company(part.company), expo=words.expo(part.expo))


@events.participation_decided.connect
def _decided(part: Participation, **_more: Any) -> None:
    """Tell the company's members what the organizer decided."""
    approved = part.state == "approved"
    more = {} if approved else {"reason": part.reason}
    actions.tell(
        queries.members([part.company_id])[part.company_id], "participation_approved" if approved else "participation_declined",
        url=f"/e/{part.expo.slug}/recommendations" if approved else f"/expos/{part.expo.slug}", expo_id=part.expo_id,
        company=words.company(part.company), expo=words.expo(part.expo), **more)


@events.heading_assigned.connect
def _heading(sheet: Product | Demand, expo: Expo, was: str, actor: Actor, **_more: Any) -> None:
    """Tell the company which code an organizer gave to its sheet; it is theirs to change again."""
    page, params = "products" if isinstance(sheet, Product) else "demands", {"was": was} if was else {}
    actions.tell(
        queries.members([sheet.company_id])[sheet.company_id], "heading_changed" if was else "heading_set", url=f"/{page}/{sheet.id}",
        expo_id=expo.id, but=actor.user_id, expo=words.expo(expo), title=sheet.title, code=sheet.hs, **params)


@events.evidence_checked.connect
def _looked_up(claim: GreenClaim, product: Product, expo: Expo, actor: Actor, **_more: Any) -> None:
    """Tell the company what an organizer found in the register of a label."""
    actions.tell(
        queries.members([product.company_id])[product.company_id], "evidence_found" if claim.checked_found else "evidence_not_found",
        url=f"/products/{product.id}", expo_id=expo.id, but=actor.user_id, expo=words.expo(expo), label=words.evidence(claim.label),
        title=product.title)


@events.evidence_ending.connect
def _ending(product: Product, label: str, certificate: str, ends_on: date, days: int, **_more: Any) -> None:
    """Tell the company that a green label of a product ends soon, or has ended."""
    left = {"days": str(days)} if days else {}
    actions.tell(
        queries.members([product.company_id])[product.company_id], "evidence_ending" if days else "evidence_ended",
        url=f"/products/{product.id}", label=words.evidence(label, certificate), title=product.title, day=words.on_day(ends_on), **left)


@events.member_joined.connect
def _joined(company: Company, user: User, **_more: Any) -> None:
    """Tell the others of the company."""
    actions.tell(queries.members([company.id])[company.id], "member_joined", url=f"/companies/{company.id}/members", but=user.id,
                 name=user.name, company=words.company(company))


def _meeting_path(meeting: Meeting) -> str:
    return f"/e/{meeting.expo.slug}/meetings/{meeting.id}"


@events.document_expiring.connect
def _document_expiring(document: Document, days: int = 0, **_more: Any) -> None:
    """Tell the company in time, and again once it has happened."""
    actions.tell(
        queries.members([document.company_id])[document.company_id], "document_expiring" if days else "document_expired",
        url=f"/documents/{document.id}", document=words.document(document.kind, document.number),
        day=words.on_day(document.expires_on))


@events.document_shared.connect
def _document_shared(share: DocumentShare, was: str | None = None, actor: Actor = SYSTEM, **_more: Any) -> None:
    """Tell who may see it now; what is taken back is told to nobody. A bundle is told as one, by its own room."""
    if was is not None or share.bundle_id is not None:
        return
    if share.document is not None:
        url, what = f"/documents/{share.document_id}", words.document(share.document.kind)
    else:
        url, what = "/documents/shared", words.all_documents(documents.titles([share.product_id])[share.product_id])
    actions.tell(queries.members([share.company_id])[share.company_id], "document_shared", url=url, but=actor.user_id,
                 company=words.company(share.owner), document=what)


@events.document_requested.connect
def _document_requested(request: DocumentRequest, was: str | None = None, actor: Actor = SYSTEM, **_more: Any) -> None:
    """Tell the side that did not do it; what was shared is told by its consent."""
    what = words.document(request.kind)
    if was is None:
        actions.tell(queries.members([request.owner_id])[request.owner_id], "document_asked", url="/documents/asked", but=actor.user_id,
                     company=words.company(request.company), document=what)
    elif request.state == "declined":
        actions.tell(queries.members([request.company_id])[request.company_id], "document_declined", url="/documents/asked",
                     but=actor.user_id, company=words.company(request.owner), document=what, reason=request.reason)


@events.bundle_made.connect
def _bundle_made(bundle: Bundle, actor: Actor = SYSTEM, **_more: Any) -> None:
    """Tell for whom it is."""
    actions.tell(queries.members([bundle.company_id])[bundle.company_id], "bundle_made", url=f"/documents/bundles/{bundle.id}",
                 but=actor.user_id, company=words.company(bundle.owner), title=bundle.title)
