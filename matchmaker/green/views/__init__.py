"""Pages of green evidence: of a product and for buyers, of one's own products, and for organizers."""

from . import evidence, organizers, own
from .page import FILTERS, NAV, PANELS, bp

__all__ = ["FILTERS", "NAV", "PANELS", "bp", "evidence", "organizers", "own"]
