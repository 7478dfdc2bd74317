"""What the room of demands answers to others."""

from typing import Any

from .. import events
from ..expos.models import Expo
from . import queries


@events.expo_counted.connect
def count(expo: Expo, **_more: Any) -> dict[str, int]:
    """Count the demands shown at an expo."""
    return {"demands": queries.count_published(expo.id)}
