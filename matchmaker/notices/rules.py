"""What people are told: one table from the kind of a notice to its sentence, icon and mail."""

from dataclasses import dataclass

from ..errors import N_
from ..meetings.states import State


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notice: its sentence with placeholders, its icon, and the label of the mail's button (empty: no mail)."""

    text: str
    icon: str
    button: str = ""


KINDS: dict[str, Kind] = {
    "meeting_requested": Kind(N_("%(company)s asks to meet you."), "calendar-plus", N_("See the request")),
    "meeting_accepted": Kind(
        N_("%(company)s accepted your request. You will be told time and table once the schedule is published."), "check",
        N_("See the meeting")),
    "meeting_declined": Kind(N_("%(company)s declined your request: %(reason)s."), "x", N_("See your requests")),
    "meeting_withdrawn": Kind(N_("%(company)s took back its request."), "undo-2"),
    "meeting_expired": Kind(N_("Your request to %(company)s expired without an answer."), "timer-off"),
    "meeting_cancelled": Kind(N_("%(company)s called off the meeting: %(reason)s"), "calendar-x", N_("See the meeting")),
    "meeting_called_off": Kind(N_("The meeting with %(company)s is called off: %(reason)s"), "calendar-x", N_("See the meeting")),
    "proposal_offered": Kind(N_("%(company)s proposes for a match of yours: %(change)s."), "handshake", N_("See the proposal")),
    "proposal_accepted": Kind(N_("%(company)s accepted your proposal: %(change)s."), "check", N_("See the proposal")),
    "proposal_refused": Kind(N_("%(company)s refused your proposal: %(change)s."), "x", N_("See the proposal")),
    "plan_new": Kind(N_("Your meeting with %(company)s: %(when)s, %(where)s."), "calendar-check", N_("See my day")),
    "plan_moved": Kind(
        N_("Your meeting with %(company)s has moved to %(when)s, %(where)s. It was %(old_when)s, %(old_where)s."), "arrow-left-right",
        N_("See my day")),
    "plan_people": Kind(
        N_("Your meeting with %(company)s stays at %(when)s, %(where)s, with other people or another interpreter."), "users",
        N_("See my day")),
    "plan_left": Kind(N_("A colleague takes your meeting with %(company)s: %(when)s, %(where)s."), "users", N_("See my day")),
    "plan_dropped": Kind(
        N_("Your meeting with %(company)s has lost its place (%(old_when)s, %(old_where)s) and waits for a new one."), "calendar-clock",
        N_("See my day")),
    "move_asked": Kind(
        N_("%(company)s asks to move your meeting from %(old_when)s to %(when)s, %(where)s."), "calendar-clock", N_("Answer")),
    "move_declined": Kind(N_("%(company)s cannot move the meeting to %(when)s; it stays as it is."), "calendar-x", N_("See the meeting")),
    "move_withdrawn": Kind(N_("%(company)s no longer asks to move the meeting to %(when)s."), "undo-2"),
    "move_void": Kind(
        N_("Your meeting with %(company)s cannot be moved to %(when)s any more: the place or the time has gone."), "timer-off",
        N_("See other times")),
    "participation_applied": Kind(N_("%(company)s applies for %(expo)s."), "building-2"),
    "participation_approved": Kind(N_("%(company)s takes part in %(expo)s: the organizer approved it."), "circle-check", N_("Begin")),
    "participation_declined": Kind(N_("The organizer of %(expo)s declined %(company)s: %(reason)s"), "circle-x", N_("See the expo")),
    "heading_set": Kind(N_("An organizer of %(expo)s gave “%(title)s” the HS code %(code)s. Change it if it is wrong."), "list-tree"),
    "heading_changed": Kind(
        N_("An organizer of %(expo)s changed the HS code of “%(title)s” from %(was)s to %(code)s. Change it if it is wrong."), "list-tree"),
    "document_expiring": Kind(
        N_("“%(document)s” ends on %(day)s. Put in the newer one as soon as you have it."), "hourglass", N_("See the document")),
    "document_expired": Kind(N_("“%(document)s” ended on %(day)s and is shown as expired."), "timer-off", N_("See the document")),
    "document_shared": Kind(N_("%(company)s shows you a document: %(document)s."), "folder-open", N_("See the documents")),
    "bundle_made": Kind(N_("%(company)s put documents together for you: “%(title)s”."), "folder-open", N_("See the documents")),
    "document_asked": Kind(N_("%(company)s asks you for a document: %(document)s."), "file-question-mark", N_("Answer")),
    "document_declined": Kind(N_("%(company)s does not show you “%(document)s”: %(reason)s"), "x"),
    "evidence_found": Kind(N_("An organizer of %(expo)s found %(label)s of “%(title)s” in its register."), "search-check"),
    "evidence_not_found": Kind(
        N_("An organizer of %(expo)s did not find %(label)s of “%(title)s” in its register. It is shown as a claim until you correct it."),
        "search-x", N_("See the product")),
    "evidence_ending": Kind(
        N_("%(label)s of “%(title)s” ends on %(day)s (days left: %(days)s). Renew it, or it is shown as a claim."), "timer",
        N_("See the product")),
    "evidence_ended": Kind(
        N_("%(label)s of “%(title)s” ended on %(day)s. It is shown as a claim now."), "timer-off", N_("See the product")),
    "member_joined": Kind(N_("%(name)s joined %(company)s."), "user-plus"),
}


def of_meeting(was: str | None, state: str) -> str:
    """Return the kind of notice for a step of a meeting; empty for steps that the schedule tells, or nobody needs to hear."""
    if was is None:
        return "meeting_requested"
    if state == State.ACCEPTED and was != State.REQUESTED:
        return ""
    told = {State.ACCEPTED, State.DECLINED, State.WITHDRAWN, State.EXPIRED, State.CANCELLED}
    return f"meeting_{state}" if state in told else ""


def of_change(kind: str, *, sat: bool, sits: bool) -> str:
    """Return the kind of notice for a person whose place in a meeting changed: who ``sat`` there before, who ``sits`` there now."""
    if kind == "dropped" or not sat or not sits:
        return "plan_dropped" if kind == "dropped" else "plan_new" if sits else "plan_left"
    return f"plan_{kind}"
