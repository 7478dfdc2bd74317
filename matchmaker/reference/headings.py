"""Headings of the Harmonized System proposed from a title."""

from ..trade import hs

MOST = 3


def propose(title: str, lang: object) -> list[tuple[str, float | None]]:
    """Return up to three headings for a title, the likeliest first, each with its probability from 0 to 1.

    None instead of a probability says that the words were only found in the labels. Empty: nothing to propose.
    """
    words = title.strip()[:200]
    hits = hs.search(words, lang, limit=10) if words else []
    return [(hit.code, None) for hit in hits if len(hit.code) == 4 and hit.score >= 40][:MOST]
