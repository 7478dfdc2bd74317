"""Pages of the schedule: the organizer's desk."""

from . import cards, desk, publishing, runs, versions, whatif
from .page import NAV, bp

__all__ = ["NAV", "bp", "cards", "desk", "publishing", "runs", "versions", "whatif"]
