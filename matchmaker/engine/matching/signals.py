"""What is known of a pair: one function for each signal, over the columns of many pairs at once.

Every function gives values in [0, 1], nan for "unknown". A condition that two sheets can meet gives `MET` or more where it is met
and at most half where it is not, so what is said of one pair (explain.py) reads the very value that is counted: the rule is
written once. Values are monotone where the meaning is: a lower price, a smaller minimum, a shorter lead time, more capacity, one
more certificate never lower theirs.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from matchmaker.engine.matching.columns import NO_DAY, Pairs

NAMES = ("text", "hs", "section", "specification", "price", "quantity", "capacity", "lead_time", "certificates", "road", "entry", "saving",
         "evidence", "origin", "languages", "taste_buyer", "taste_exhibitor")
AT = MappingProxyType({name: at for at, name in enumerate(NAMES)})
GIVEN = frozenset({"text", "taste_buyer", "taste_exhibitor"})  # not from the columns
MET = 0.75
HS_VALUES = np.array([0.1, 0.54, 0.9, 1.0])  # by common digits 0, 2, 4, 6; another chapter is no proof: people choose codes
EXPIRING = 0.5  # a certificate that ends too early can be renewed: half of one
ENTRY_HORIZON = 180  # days in which a product without a delivery window should be ready to be sold
MOST_SAVED = 0.2  # of the landed cost: more than this is as good as this
ROUNDING = 1e-9  # amounts are floats: 0.1 t reaches 100 kg


def _known(known: Any, values: np.ndarray) -> np.ndarray:
    return np.where(known, values, np.nan)


def _in(wanted: np.ndarray, offered: np.ndarray) -> np.ndarray:
    """For sets (n, a) and (n, b): which of the first stand in the second, (n, a)."""
    return ((wanted[:, :, None] == offered[:, None, :]) & (wanted > 0)[:, :, None]).any(axis=2)


def _fulfilled(ratio: np.ndarray, reserve: np.ndarray) -> np.ndarray:
    """`MET` and up to a quarter for the reserve (0 to 1) from a ratio of 1 on; below it at most half, in proportion."""
    with np.errstate(invalid="ignore"):
        return np.where(ratio >= 1 - ROUNDING, MET + (1 - MET) * np.clip(reserve, 0, 1), 0.5 * np.clip(ratio, 0, 1))


def section(pairs: Pairs) -> np.ndarray:
    """1 the same section of the expo, 0 another one."""
    wanted, offered = pairs.of("section", "section")
    return _known((wanted > 0) & (offered > 0), (wanted == offered).astype(float))


def hs(pairs: Pairs) -> np.ndarray:
    """How long the customs codes agree, by pairs of digits; a code of two digits that agrees says no more than its chapter."""
    wanted, offered = pairs.of("hs", "hs")
    agree = (wanted == offered) & (wanted > 0)
    return _known((wanted[:, 0] > 0) & (offered[:, 0] > 0), HS_VALUES[agree.sum(axis=1)])


def specification(pairs: Pairs) -> np.ndarray:
    """The share of the demanded specifications that the product meets, among those that compare."""
    out = np.full(len(pairs), np.nan)
    for row in np.unique(pairs.i).tolist():
        if items := pairs.demands.wanted[row]:
            here = pairs.i == row
            out[here] = pairs.supplies.specs.share(items, pairs.j[here])
    return out


def price(pairs: Pairs) -> np.ndarray:
    """The lowest price against the highest budget: as they are in the same currency, unit and Incoterm, else in yuan at the border.

    Within the budget, 1 from 30 % below it on; above it half at the edge, 0 from half as much again.
    """
    ratio = _price_ratio(pairs)
    with np.errstate(invalid="ignore"):
        within = MET + (1 - MET) * np.clip((1 - ratio) / 0.3, 0, 1)
        above = 0.5 * np.clip(1 - (ratio - 1) / 0.5, 0, 1)
        return np.where(ratio <= 1 + ROUNDING, within, above)  # nan stays nan: it is no number in `above`


def _price_ratio(pairs: Pairs) -> np.ndarray:
    """Price by budget, nan where they do not compare."""
    (budget, asked), (worth, offered) = pairs.of("budget", "price"), pairs.of("worth", "worth")
    (kind, other) = pairs.of("worth_in", "worth_in")
    with np.errstate(invalid="ignore", divide="ignore"):
        in_yuan = np.where((kind > 0) & (kind == other) & (worth > 0) & (offered >= 0), offered / worth, np.nan)
        return np.where(like_with_like(pairs) & (budget > 0) & (asked >= 0), asked / budget, in_yuan)


def like_with_like(pairs: Pairs) -> np.ndarray:
    """Which pairs state price and budget in the same currency, unit and Incoterm."""
    (counted, asked_in), (term, other) = pairs.of("budget_in", "price_in"), pairs.of("incoterm", "incoterm")
    return (counted > 0) & (counted == asked_in) & (term > 0) & (term == other)


def quantity(pairs: Pairs) -> np.ndarray:
    """First order against minimum order, in units that convert; 1 from eight times the minimum on."""
    (first, least), (kind, other) = pairs.of("first", "moq"), pairs.of("first_kind", "moq_kind")
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(least > 0, first / least, np.inf)
        return _known((kind > 0) & (kind == other) & (first > 0) & (least >= 0), _fulfilled(ratio, np.log2(np.maximum(ratio, 1)) / 3))


def capacity(pairs: Pairs) -> np.ndarray:
    """Twelve months of capacity against the yearly need; 1 from twice the need on."""
    (year, month), (kind, other) = pairs.of("year", "monthly"), pairs.of("year_kind", "monthly_kind")
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = 12 * month / year
        return _known((kind > 0) & (kind == other) & (year > 0) & (month >= 0), _fulfilled(ratio, ratio - 1))


def lead_time(pairs: Pairs) -> np.ndarray:
    """Lead time, counted from today, against the end of the delivery window: 60 days to spare give 1, 60 too many 0.

    Transport is not in it.
    """
    until, days = pairs.of("window_to", "lead_days")
    if pairs.today is None:
        return np.full(len(pairs), np.nan)
    spare = until - pairs.today.toordinal() - days
    with np.errstate(invalid="ignore"):
        late = 0.5 * np.clip(1 + spare / 60, 0, 1)
        return _known((until != NO_DAY) & (days >= 0), np.where(spare >= 0, MET + (1 - MET) * np.clip(spare / 60, 0, 1), late))


def certificate_states(pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
    """Of the certificates that must be there: the share listed, and the share listed and valid until they are needed.

    1 where none must be; both nan where the product lists none at all.
    """
    must, held = pairs.of("must", "certificates")
    ends = pairs.supplies.certified_until[pairs.j]
    until = pairs.demands.needed_until[pairs.i]
    if pairs.today is not None:
        until = np.where(until == NO_DAY, pairs.today.toordinal(), until)
    same = (must[:, :, None] == held[:, None, :]) & (must > 0)[:, :, None]
    valid = same & (ends >= until[:, None])[:, None, :]
    count, listed = (must > 0).sum(axis=1), (held > 0).any(axis=1)
    some = np.maximum(count, 1)  # a product lists a kind once: the sum counts kinds
    share, lasting = same.sum(axis=(1, 2)) / some, valid.sum(axis=(1, 2)) / some
    return _known(listed, np.where(count > 0, share, 1.0)), _known(listed, np.where(count > 0, lasting, 1.0))


def certificates(pairs: Pairs) -> np.ndarray:
    """The share of the required certificates that are listed (those ending too early count half); preferred ones add up to a quarter.

    Unknown where the product lists none, or nothing is required and no preferred one is listed.
    """
    share, lasting = certificate_states(pairs)
    required = (pairs.demands.must[pairs.i] > 0).any(axis=1)
    nice, held = pairs.of("nice", "certificates")
    count = (nice > 0).sum(axis=1)
    liked = _in(nice, held).sum(axis=1) / np.maximum(count, 1) if count.any() else np.zeros(len(pairs))
    bonus = np.where(count > 0, liked, 1.0)
    met = EXPIRING * share + (1 - EXPIRING) * lasting
    return _known(~np.isnan(met) & (required | (liked > 0)), met * (MET + (1 - MET) * bonus))


def road(pairs: Pairs) -> np.ndarray:
    """1 where one of the roads that the buyer can take is offered and open, 0 where none is."""
    wanted, offered = pairs.of("roads", "roads")
    shared = _in(wanted, offered) & ~_in(wanted, pairs.supplies.roads_closed[pairs.j])
    return _known((wanted > 0).any(axis=1) & (offered > 0).any(axis=1), shared.any(axis=1).astype(float))


def entry_days(pairs: Pairs) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The first day, today or later, on which the product may be sold by a road that the buyer can take (nan: not known), the day
    until which it should be, and where in `entry_roads` that road stands."""
    wanted, offered = pairs.of("roads", "entry_roads")
    days = pairs.supplies.entry_days[pairs.j]
    any_road = ~(wanted > 0).any(axis=1, keepdims=True)
    usable = (offered > 0) & ((offered[:, :, None] == wanted[:, None, :]).any(axis=2) | any_road)
    ready = np.where(usable, days.astype(float), np.inf)
    best = ready.argmin(axis=1)
    first = ready[np.arange(len(pairs)), best]
    until = pairs.demands.window_to[pairs.i]
    now = pairs.today.toordinal() if pairs.today else 0
    return np.where(np.isinf(first), np.nan, np.maximum(first, now)), np.where(until == NO_DAY, now + ENTRY_HORIZON, until), best


def entry(pairs: Pairs) -> np.ndarray:
    """Market entry: 1 where the product may be sold 60 days before it is needed, at most half where it may be later, 0 half a year later.

    Unknown where nothing is known of the roads that the buyer can take. What the law closes is a stop.
    """
    if pairs.today is None:
        return np.full(len(pairs), np.nan)
    first, until, _ = entry_days(pairs)
    spare = until - first
    with np.errstate(invalid="ignore"):
        late = 0.5 * np.clip(1 + spare / ENTRY_HORIZON, 0, 1)
        return np.where((spare >= 0) | np.isnan(spare), MET + (1 - MET) * np.clip(spare / 60, 0, 1), late)


def saving(pairs: Pairs) -> np.ndarray:
    """What an agreement or preference spares of the landed cost: 1/2 for nothing (which is not said), 1 from a fifth on."""
    share = pairs.supplies.saving[pairs.j]
    with np.errstate(invalid="ignore"):
        return _known(share > 0, 0.5 + 0.5 * np.clip(share / MOST_SAVED, 0, 1))


def evidence(pairs: Pairs) -> np.ndarray:
    """How well green claims are proven against what the buyer asks; unknown where nothing is asked or known."""
    asked, held = pairs.of("evidence", "evidence")
    with np.errstate(invalid="ignore", divide="ignore"):
        return _known((asked > 0) & (held >= 0), _fulfilled(np.where(asked > 0, held / asked, np.nan), (held - asked) / 3))


def origin(pairs: Pairs) -> np.ndarray:
    """1 an origin that the buyer named, 0 another one."""
    wanted, offered = pairs.of("origins_wanted", "origin")
    return _known((wanted > 0).any(axis=1) & (offered > 0), (wanted == offered[:, None]).any(axis=1).astype(float))


def languages(pairs: Pairs) -> np.ndarray:
    """1 where the booth speaks a language that the buyer asks for, 0 where it speaks none of them."""
    wanted, spoken = pairs.of("languages", "languages")
    return _known((wanted > 0).any(axis=1) & (spoken > 0).any(axis=1), _in(wanted, spoken).any(axis=1).astype(float))


SIGNALS: Mapping[str, Callable[[Pairs], np.ndarray]] = MappingProxyType({
    "hs": hs, "section": section, "specification": specification, "price": price, "quantity": quantity, "capacity": capacity,
    "lead_time": lead_time, "certificates": certificates, "road": road, "entry": entry, "saving": saving,
    "evidence": evidence, "origin": origin, "languages": languages})
# which fields of the two sheets a signal reads, so that a change of one recomputes only what hangs on it
READS: Mapping[str, frozenset[str]] = MappingProxyType({
    "hs": frozenset({"hs"}), "section": frozenset({"section"}), "specification": frozenset({"specs", "title", "text"}),
    "price": frozenset({"price", "budget", "incoterm", "worth"}), "quantity": frozenset({"moq", "quantity_first"}),
    "capacity": frozenset({"monthly_capacity", "quantity_year"}), "lead_time": frozenset({"lead_time_days", "window_to"}),
    "certificates": frozenset({"certificates", "certificates_must", "certificates_nice", "window_from", "window_to"}),
    "road": frozenset({"roads", "roads_closed"}), "entry": frozenset({"entry", "roads", "window_to"}), "saving": frozenset({"saving"}),
    "evidence": frozenset({"evidence"}),
    "origin": frozenset({"origin", "origins_wanted"}), "languages": frozenset({"languages"})})


def values(pairs: Pairs, text: np.ndarray | None = None) -> np.ndarray:
    """All signals of the pairs, (n, len(NAMES)); `text` in [0, 1]; tastes stay unknown (see taste.py)."""
    out = np.full((len(pairs), len(NAMES)), np.nan)
    if text is not None:
        out[:, AT["text"]] = text
    for name, compare in SIGNALS.items():
        out[:, AT[name]] = compare(pairs)
    return out


def value(name: str, pairs: Pairs) -> float | None:
    """One signal of the first pair; None for unknown."""
    found = float(SIGNALS[name](pairs)[0])
    return None if np.isnan(found) else found
