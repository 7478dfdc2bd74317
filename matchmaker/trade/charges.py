"""What a rate line charges: a share of a value, yuan per unit, or both; and what the loaded lines say of one basis for a code.

A code of four or six digits may stand above lines that differ. Then several charges are possible, and every figure made of them is a
:class:`Span` from the lowest to the highest: it says that the code is too short, it does not choose.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from .rates import Basis, RateLine, Rates

ZERO, ONE = Decimal(0), Decimal(1)


class Standing(StrEnum):
    """Where a figure comes from, the surest first; a figure made of several has the least sure one."""

    STATED = "stated"  # by the exhibitor or the reader
    TABLE = "table"  # a loaded table that somebody has verified
    RULE = "rule"  # a rule with a source
    ASSUMED = "assumed"  # our own default
    UNVERIFIED = "unverified"  # a rule or table that nobody has verified
    SAMPLE = "sample"  # invented for the demo
    UNKNOWN = "unknown"


RANK = {standing: place for place, standing in enumerate(Standing)}


def least_sure(standings: Iterable[Standing]) -> Standing:
    """Return the least sure of the standings; STATED where there are none."""
    return max(standings, key=RANK.__getitem__, default=Standing.STATED)


class Span(NamedTuple):
    """An amount of yuan from ``low`` to ``high``; mostly they are the same."""

    low: Decimal
    high: Decimal

    def plus(self, other: "Span") -> "Span":
        """Return the sum."""
        return Span(self.low + other.low, self.high + other.high)

    @property
    def exact(self) -> bool:
        """Tell whether both ends are the same."""
        return self.low == self.high


NOTHING = Span(ZERO, ZERO)


@dataclass(frozen=True, slots=True)
class Charge:
    """A share of the value plus ``amount`` yuan for each ``unit``."""

    share: Decimal = ZERO
    amount: Decimal = ZERO
    unit: str = ""

    def on(self, value: Decimal, measures: Mapping[str, Decimal]) -> Decimal | None:
        """Return the charge in yuan on a value; ``measures`` are the consignment's amounts by unit. None where the unit is not known."""
        if not self.amount:
            return value * self.share
        measure = measures.get(self.unit)
        return None if measure is None else value * self.share + self.amount * measure


@dataclass(frozen=True, slots=True)
class Tariff:
    """What the loaded lines say of one basis: the possible charges (several: the code is too short) and the lines they stand on."""

    charges: tuple[Charge, ...]
    lines: tuple[RateLine, ...]

    @property
    def standing(self) -> Standing:
        """How sure it is."""
        return least_sure(line_standing(line) for line in self.lines)

    def on(self, value: Span, measures: Mapping[str, Decimal]) -> Span | None:
        """Return the charge on a value; None where a unit is not known."""
        low = [charge.on(value.low, measures) for charge in self.charges]
        high = [charge.on(value.high, measures) for charge in self.charges]
        if None in low or None in high:
            return None
        return Span(min(found for found in low if found is not None), max(found for found in high if found is not None))


def line_standing(line: RateLine) -> Standing:
    """Return how sure a line is."""
    if line.sample:
        return Standing.SAMPLE
    return Standing.TABLE if line.verified else Standing.UNVERIFIED


def tariff(rates: Rates, code: str, on: date, basis: Basis, *, scheme: str = "", origin: str = "") -> Tariff | None:
    """Return what the lines say of a basis for a code on a day; None where no line does.

    Lines for one origin go before those for all. Lines of longer codes make several charges where they differ.
    """
    own = _of_origin([line for line in rates.lines(code, on) if line.basis is basis and line.scheme == scheme], origin)
    longer: dict[str, list[RateLine]] = {}
    for line in rates.below(code, on):
        if line.basis is basis and line.scheme == scheme:
            longer.setdefault(line.code, []).append(line)
    below = [line for several in longer.values() for line in _of_origin(several, origin)[:1]]
    lines = (*own[:1], *below)
    return Tariff(_distinct(lines), lines) if lines else None


def _of_origin(lines: list[RateLine], origin: str) -> list[RateLine]:
    """Return the lines that hold for the origin, its own first."""
    return sorted((line for line in lines if line.origin in ("", origin)), key=lambda line: line.origin == "")


def _distinct(lines: Iterable[RateLine]) -> tuple[Charge, ...]:
    """Return the different charges; of those that are shares only, the lowest and the highest."""
    charges = {Charge(line.share or ZERO, line.amount or ZERO, line.unit if line.amount else "") for line in lines}
    shares = sorted((charge for charge in charges if not charge.amount), key=lambda charge: charge.share)
    specific = sorted((charge for charge in charges if charge.amount), key=lambda charge: (charge.unit, charge.amount, charge.share))
    return (*dict.fromkeys((*shares[:1], *shares[-1:])), *specific)
