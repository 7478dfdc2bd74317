"""Rules of matching: how long lists are, which refresh is whole, why people hide a match."""

from ..errors import N_, Invalid

REFRESH, TRAIN, REPORT = "matching.refresh", "matching.train", "matching.report"  # the kinds of jobs
LIST = 60  # matches kept for each demand and for each product: three pages
RECIPE = 2  # raise it when the engine scores otherwise: stored matches of an older one are made anew
HIDE_REASONS = {
    "other_product": N_("Not the product"),
    "price": N_("The price does not fit"),
    "quantity": N_("The quantity does not fit"),
    "origin": N_("Not this origin"),
    "certificates": N_("Certificates are missing"),
    "known": N_("We know them already"),
    "other": N_("Another reason"),
}

SAYS_NOTHING = frozenset({"other"})  # reasons that name no trait: nothing else is moved by them


def check_hide_reason(reason: str) -> None:
    """Raise ``Invalid`` unless ``reason`` is one of the list."""
    if reason not in HIDE_REASONS:
        raise Invalid(N_("Please choose a reason."), field="reason")


def is_most(changed: int, total: int) -> bool:
    """Tell whether a change touches so much of an expo that all of it is matched anew."""
    return changed > 20 and changed * 2 > total
