"""What stands between a company and its best matches, added up over them."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..matching.cards import Card
from ..matching.sentences import label

MOST = 5


@dataclass(slots=True)
class Between:
    """A gap of several matches: its name, in how many, the change that would close it in the best of them, and where that is."""

    name: str
    count: int
    change: str
    url: str


def between(cards: Sequence[Card]) -> list[Between]:
    """Return the gaps of the cards (best first), the most frequent first."""
    found: dict[str, Between] = {}
    for card in cards:
        for name in dict.fromkeys(label(code) for code in card.gap_codes):
            gap = found.setdefault(name, Between(name, 0, "", card.url))
            gap.count += 1
            change = card.changes.get(name, "")
            if change and not gap.change:
                gap.change, gap.url = change, card.url
    return sorted(found.values(), key=lambda gap: -gap.count)[:MOST]
