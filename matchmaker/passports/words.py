"""The words of a passport: verdicts, states of gates, and why a gate is as it is."""

from collections.abc import Mapping

from ..errors import N_
from ..trade.gates import GateState, Road, State

ROADS: Mapping[Road, tuple[str, str]] = {
    Road.EXHIBIT: (N_("Exhibit"), "landmark"),
    Road.CBEC: (N_("Sell by cross-border e-commerce"), "shopping-cart"),
    Road.GENERAL: (N_("Sell in general trade"), "store"),
}
VERDICTS = {State.YES: N_("Yes, now"), State.NOT_YET: N_("Not yet"), State.NO: N_("No, closed"), State.UNKNOWN: N_("Unknown")}
LOOKS = {State.YES: "is-yes", State.NOT_YET: "is-later", State.NO: "is-no", State.UNKNOWN: "is-unk"}  # classes of css/passport.css
GATES = {
    GateState.OPEN: (N_("In place"), "circle-check", "ok"), GateState.EXEMPT: (N_("Exempt"), "circle-check", "ok"),
    GateState.NOT_NEEDED: (N_("Not needed"), "circle-minus", "unk"), GateState.UNKNOWN: (N_("Unknown"), "circle-question-mark", "unk"),
    GateState.IN_PROGRESS: (N_("In progress"), "circle-dot-dashed", "todo"), GateState.MISSING: (N_("Still missing"), "circle-x", "no"),
    GateState.CLOSED: (N_("Closed"), "ban", "no"),
}
WHY = {
    "held": N_("The exhibitor states that it is there."),
    "exempt": N_("The rule exempts it on this road."),
    "not_needed": N_("This road does not ask for it."),
    "said_not_listed": N_("Needed for listed products only; the exhibitor states that this is none."),
    "need_unknown": N_("No source says whether this road asks for it."),
    "rule_unverified": N_("A rule that nobody has checked yet would exempt it."),
    "applied": N_("Applied for."),
    "none": N_("Not yet begun."),
    "expired": N_("No longer valid."),
    "may_be_renewed": N_("Past its day; under Decree 280 it may have been renewed: look it up."),
    "not_stated": N_("Nothing is said about it."),
    "listed": N_("Necessary, not permission."),
    "not_listed": N_("Not on the list: this road is closed."),
    "list_unknown": N_("No list in use answers for this code."),
    "suspended": N_("Imports of this product from this origin are suspended."),
    "may_be_suspended": N_("A suspension may apply: it depends on what the card does not say."),
    "class_unknown": N_("The code leaves several kinds of product open, or one that is not covered here."),
    "no_code": N_("There is no HS code."),
}
DOCUMENTS = {
    "held": (N_("there"), "circle-check", "ok"), "expired": (N_("expired"), "circle-x", "no"),
    "missing": (N_("not in the locker"), "circle-dashed", "unk"), "shipment": (N_("with each shipment"), "package", "unk"),
}
TONES = {State.YES: "good", State.NOT_YET: "wait", State.NO: "bad", State.UNKNOWN: "none"}  # of chips
STEPS = {
    "code": N_("Give the HS code"), "class": N_("Say what kind of product it is"), "begin": N_("Begin: %(name)s"),
    "wait": N_("On its way: %(name)s"), "state": N_("Say how far you are: %(name)s"), "renew": N_("Look at its end: %(name)s"),
    "paper": N_("Put into the locker: %(name)s"),
}
DUE = {"begin": N_("begin by"), "wait": N_("expected by"), "renew": N_("ends on")}
