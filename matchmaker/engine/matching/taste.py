"""Past behaviour of a company: what it refused, with its reasons, and what it accepted.

A reason names a trait of what was refused: "not this origin" the country, "not the product" the heading, "the price" all offers of
the heading at that price or more. A later pair with the trait loses on the side of the company that refused, a trait that it accepted
gains: value = (accepted / 2 + 1) / (accepted / 2 + refused + 2), one half without history, one fifth after three refusals. Of several
traits the one most against the pair counts, else the one most for it.

Companies that are not to be personalised have no history here: their lists depend on the sheets alone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from matchmaker.engine.matching.columns import Pairs, side_by_side
from matchmaker.engine.matching.records import Demand, Side, Supply
from matchmaker.engine.matching.signals import AT, MET

STEADY = 2.0  # as if two undecided answers had come before
# reasons as people give them, hiding a match or declining a request, and the trait that they speak of; others speak of none
TRAIT_OF = {"origin": "origin", "other_product": "product", "not_our_product": "product", "price": "price", "quantity": "quantity",
            "certificates": "certificates", "timing": "lead_time", "known": "company", "has_partner": "company"}
ACCEPTED_FOR = ("product", "origin")
LACKING = ("certificates", "lead_time")  # traits that are a signal not met


@dataclass(frozen=True, slots=True)
class Experience:
    """What a company did with a pair that it was shown or asked about; `side` is the company's."""

    side: Side
    demand: Demand
    supply: Supply
    accepted: bool
    reason: str = ""

    @property
    def company_id(self) -> int:
        """The company whose experience it is."""
        return self.demand.company_id if self.side == "buyer" else self.supply.company_id


class _Rule(NamedTuple):
    """A trait of pairs, how often it was refused and accepted. `key` is what a pair's own key must equal; `limit` bounds an amount."""

    trait: str
    key: tuple[int, ...]
    limit: float
    refused: int
    accepted: int
    said: Any  # the country, heading, company or amount as a sentence names it

    @property
    def value(self) -> float:
        return (self.accepted / 2 + STEADY / 2) / (self.accepted / 2 + self.refused + STEADY)


def _keys(trait: str, side: Side, pairs: Pairs) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """What names the trait in each pair (columns that must be above 0 and equal), and its amount (0 where it has none)."""
    demands, supplies, i, j = pairs.demands, pairs.supplies, pairs.i, pairs.j
    none = np.zeros(len(pairs))
    heading = supplies.hs[j, 1] if side == "buyer" else demands.hs[i, 1]
    if trait == "origin":
        return (supplies.origin[j],), none
    if trait == "product":
        return (heading,), none
    if trait == "company":
        return (supplies.company[j] if side == "buyer" else demands.company[i],), none
    if trait == "price":  # too dear for a buyer, too small a budget for an exhibitor
        if side == "buyer":
            return (heading, supplies.price_in[j]), supplies.price[j]
        return (heading, demands.budget_in[i]), -demands.budget[i]
    if trait == "quantity":
        if side == "buyer":
            return (heading, supplies.moq_kind[j]), supplies.moq[j]
        return (heading, demands.first_kind[i]), -demands.first[i]
    return (np.ones(len(pairs), np.int64),), none


def _said(trait: str, side: Side, demand: Demand, supply: Supply) -> Any:
    other = supply if side == "buyer" else demand
    return {"origin": supply.origin, "product": (other.hs or "")[:4], "company": other.company_id}.get(trait, "")


class Tastes:
    """What each company refused and accepted. `values` moves pairs, `facts` says why."""

    def __init__(self) -> None:
        self._rules: dict[tuple[Side, int], list[_Rule]] = {}

    def fit(self, experiences: Iterable[Experience], not_personalised: Collection[int] = ()) -> "Tastes":
        """Read the history; that of companies `not_personalised` is left out."""
        known = [one for one in experiences if one.company_id not in not_personalised]
        pairs = side_by_side([one.demand for one in known], [one.supply for one in known])
        told: dict[tuple[Side, int, str, tuple[int, ...]], list[tuple[bool, float, Any]]] = defaultdict(list)
        for row, one in enumerate(known):
            trait = TRAIT_OF.get(one.reason)
            for name in ACCEPTED_FOR if one.accepted else (trait,) if trait else ():
                columns, amount = _keys(name, one.side, pairs.take(np.array([row])))
                key = tuple(int(column[0]) for column in columns)
                if all(key) and not np.isnan(amount[0]):
                    told[one.side, one.company_id, name, key].append(
                        (one.accepted, float(amount[0]), _said(name, one.side, one.demand, one.supply)))
        self._rules = {}
        for (side, company, trait, key), cases in told.items():
            refusals = [amount for accepted, amount, _ in cases if not accepted]
            self._rules.setdefault((side, company), []).append(_Rule(
                trait, key, min(refusals, default=0.0), len(refusals), len(cases) - len(refusals), cases[0][2]))
        return self

    def values(self, pairs: Pairs, values: np.ndarray) -> np.ndarray:
        """`taste_buyer` and `taste_exhibitor` of each pair, (n, 2), nan without history; `values` are the other signals of the pairs."""
        out = np.full((len(pairs), 2), np.nan)
        for at, (side, companies) in enumerate(self._sides(pairs)):
            for company in np.unique(companies).tolist() if self._rules else ():
                if rules := self._rules.get((side, company)):
                    here = np.flatnonzero(companies == company)
                    out[here, at] = self._strongest(rules, side, pairs.take(here), values[here])[0]
        return out

    def facts(self, pairs: Pairs, values: np.ndarray, at: int, side: Side) -> dict[str, Any]:
        """What is said of one pair: the trait, what it is, how often it was refused and accepted."""
        companies = dict(self._sides(pairs))[side]
        rules = self._rules[side, int(companies[at])]
        rule = rules[int(self._strongest(rules, side, pairs.take(np.array([at])), values[[at]])[1][0])]
        return {"trait": rule.trait, "what": rule.said, "refused": rule.refused, "accepted": rule.accepted}

    @staticmethod
    def _sides(pairs: Pairs) -> tuple[tuple[Side, np.ndarray], tuple[Side, np.ndarray]]:
        return ("buyer", pairs.demands.company[pairs.i]), ("exhibitor", pairs.supplies.company[pairs.j])

    @staticmethod
    def _strongest(rules: list[_Rule], side: Side, pairs: Pairs, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The value that counts for each pair and the rule it comes from; nan and 0 where no rule holds."""
        best, which = np.full(len(pairs), np.nan), np.zeros(len(pairs), int)
        for at, rule in enumerate(rules):
            columns, amount = _keys(rule.trait, side, pairs)
            holds = np.logical_and.reduce([column == part for column, part in zip(columns, rule.key, strict=True)])
            holds &= amount >= rule.limit  # false for an unknown amount
            if rule.trait in LACKING:
                holds &= ~(values[:, AT[rule.trait]] >= MET)
            with np.errstate(invalid="ignore"):
                stronger = holds & (np.isnan(best) | (rule.value < np.minimum(best, 0.5)) | ((best >= 0.5) & (rule.value > best)))
            best[stronger], which[stronger] = rule.value, at
        return best, which


