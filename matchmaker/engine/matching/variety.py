"""Variety: of the first ten of a list at most three are of one company, while others of the same band are there."""

from collections.abc import Sequence

import numpy as np

FIRST, OF_ONE_COMPANY = 10, 3


def varied(companies: Sequence[int], levels: Sequence[int]) -> list[int]:
    """The places of a sorted list anew: of the first ten at most three are of one company, while others of the same band are there."""
    rest = list(range(len(companies)))
    out: list[int] = []
    taken: dict[int, int] = {}
    while rest and len(out) < FIRST:
        best = rest[0]
        if taken.get(companies[best], 0) >= OF_ONE_COMPANY:
            best = next((at for at in rest if levels[at] == levels[best] and taken.get(companies[at], 0) < OF_ONE_COMPANY), best)
        rest.remove(best)
        out.append(best)
        taken[companies[best]] = taken.get(companies[best], 0) + 1
    return out + rest


def with_variety(order: np.ndarray, owners: np.ndarray, companies: np.ndarray, bands: np.ndarray) -> np.ndarray:
    """The orders lowered just so far that sorting by them gives each owner's list with variety (`varied`)."""
    out = order.copy()
    ranked = np.lexsort((np.arange(len(order)), -order, owners))
    for some in np.split(ranked, np.flatnonzero(np.diff(owners[ranked])) + 1):
        above = np.inf
        for at in some[varied(companies[some].tolist(), bands[some].tolist())]:
            out[at] = above = min(out[at], np.nextafter(above, -np.inf))
    return out
