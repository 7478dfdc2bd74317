"""Rules of asking and answering."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..errors import N_, Invalid
from ..expos.models import Expo

EXPIRE = "meetings.expire"  # the kind, and the key, of the job that ends requests nobody answered
MESSAGE_LIMIT = 1000
REASON_LIMIT = 500
DECLINE_REASONS = {
    "not_our_product": N_("Not the product we sell or seek"),
    "quantity": N_("The quantity does not fit"),
    "price": N_("The price does not fit"),
    "certificates": N_("Certificates are missing"),
    "timing": N_("The time does not fit"),
    "has_partner": N_("We have a partner in this market"),
    "no_time": N_("Our days are full"),
    "other": N_("Another reason"),
}
LEFT = N_("The company no longer takes part in this expo.")  # written by us as the reason; read in the reader's language
CANNOT = N_("It cannot take place.")  # after a block, which is not told
RESULTS = {
    "intention": N_("Intention"),
    "sample": N_("Sample"),
    "quote": N_("Quote wanted"),
    "none": N_("Nothing yet"),
}
AGAIN = {"yes": N_("Yes, this week"), "later": N_("Later"), "no": N_("No")}
WISHES = {"must": N_("Must"), "like": N_("Like"), "neutral": N_("Neutral"), "never": N_("Never")}
MOST_MUSTS = 5  # of a company at an expo: it has about a dozen meetings, and where everything is a must nothing is
RATINGS = range(1, 6)
MISSED_BY = {"exhibitor": N_("The exhibitor"), "buyer": N_("The buyer"), "both": N_("Both sides")}


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when a meeting stands in the published schedule; ``table`` is empty at the exhibitor's booth."""

    starts_at: datetime
    ends_at: datetime
    hall: str
    table: str
    interpreter: str = ""


def check_message(message: str) -> None:
    """Raise ``Invalid`` for a message that is too long."""
    if len(message) > MESSAGE_LIMIT:
        raise Invalid(N_("Use at most %(count)s characters."), field="message", count=MESSAGE_LIMIT)


def check_rating(rating: int | None) -> None:
    """Raise ``Invalid`` for a rating that is not 1 to 5."""
    if rating is not None and rating not in RATINGS:
        raise Invalid(N_("Please give one to five stars."), field="rating")


def check_reason(reason: str) -> str:
    """Return the reason for calling off, trimmed; raise ``Invalid`` when there is none or it is too long."""
    reason = reason.strip()
    if not reason:
        raise Invalid(N_("Please say why; the other side will read it."), field="reason")
    if len(reason) > REASON_LIMIT:
        raise Invalid(N_("Use at most %(count)s characters."), field="reason", count=REASON_LIMIT)
    return reason


def closes_at(expo: Expo) -> datetime:
    """Return the end of the edition's last day, on its own clock."""
    return datetime.combine(expo.ends_on + timedelta(days=1), time(), ZoneInfo(expo.tz))


def expiry(expo: Expo, asked_at: datetime) -> datetime:
    """Return when a request expires: after the edition's number of days, at the end of its last day at the latest."""
    return min(asked_at + timedelta(days=expo.request_days), closes_at(expo))
