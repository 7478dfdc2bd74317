"""What the room of demands answers to others."""

from datetime import datetime
from typing import Any

from .. import events
from ..expos.models import Expo
from . import queries


@events.expo_counted.connect
def count(expo: Expo, **_more: Any) -> dict[str, int]:
    """Count the demands shown at an expo."""
    return {"demands": queries.count_published(expo.id)}


@events.headings_asked.connect
def give_titles(_sender: Any, *, limit: int, **_more: Any) -> list[tuple[datetime, str, str]]:
    """Give the titles and codes from which headings are learned."""
    return queries.titles_with_codes(limit)
