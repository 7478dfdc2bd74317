"""Rules of asking and answering."""

from ..errors import N_

MESSAGE_LIMIT = 1000
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
RESULTS = {
    "intention": N_("Intention"),
    "sample": N_("Sample"),
    "quote": N_("Quote wanted"),
    "none": N_("Nothing yet"),
}
AGAIN = {"yes": N_("Yes, this week"), "later": N_("Later"), "no": N_("No")}
MISSED_BY = {"exhibitor": N_("The exhibitor"), "buyer": N_("The buyer"), "both": N_("Both sides")}
