"""What the room of products answers to others."""

from typing import Any

from .. import events
from ..expos.models import Expo
from . import queries


@events.expo_counted.connect
def count(expo: Expo, **_more: Any) -> dict[str, int]:
    """Count the products shown at an expo."""
    return {"products": queries.count_published(expo.id)}
