"""What a rate line charges: a share of a value, yuan per unit, or both; and what the loaded lines say of a code.

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
SHORTEST = 4  # digits of a code that a rate can be looked up by


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


class Lines:
    """The rate lines that concern one code on one day, by basis and scheme; ``complete`` names the bases whose table is the whole one."""

    def __init__(self, rates: Rates, code: str, on: date):
        self.code, self.on, self.complete = code, on, rates.complete
        self._own: dict[tuple[Basis, str], list[RateLine]] = {}
        self._below: dict[tuple[Basis, str], dict[str, list[RateLine]]] = {}
        if len(code) < SHORTEST:  # it says too little: every line would stand below it
            code = ""
        for line in rates.lines(code, on):
            self._own.setdefault((line.basis, line.scheme), []).append(line)
        for line in rates.below(code, on) if code else ():
            self._below.setdefault((line.basis, line.scheme), {}).setdefault(line.code, []).append(line)
        self._made: dict[tuple[Basis, str, str], Tariff | None] = {}

    def tariff(self, basis: Basis, scheme: str = "", origin: str = "") -> Tariff | None:
        """Return what the lines say of a basis; None where no line does.

        A line for the origin goes before one for all. Lines of longer codes make several charges where they differ.
        """
        key = basis, scheme, origin if self._by_origin(basis, scheme) else ""
        if key not in self._made:
            own = _of_origin(self._own.get((basis, scheme), ()), origin)
            longer = self._below.get((basis, scheme), {}).values()
            lines = (*own[:1], *(line for several in longer for line in _of_origin(several, origin)[:1]))
            self._made[key] = Tariff(_distinct(lines), lines) if lines else None
        return self._made[key]

    def schemes(self, basis: Basis, origin: str) -> list[str]:
        """Return the schemes of the lines of a basis that hold for one origin only."""
        found = [line for (of, _scheme), lines in self._own.items() if of is basis for line in lines]
        found += [line for (of, _scheme), codes in self._below.items() if of is basis for lines in codes.values() for line in lines]
        return sorted({line.scheme for line in found if line.origin == origin})

    def _by_origin(self, basis: Basis, scheme: str) -> bool:
        own, below = self._own.get((basis, scheme), ()), self._below.get((basis, scheme), {})
        return any(line.origin for line in own) or any(line.origin for lines in below.values() for line in lines)


def _of_origin(lines: Iterable[RateLine], origin: str) -> list[RateLine]:
    """Return the lines that hold for the origin, its own first."""
    return sorted((line for line in lines if line.origin in ("", origin)), key=lambda line: line.origin == "")


def _distinct(lines: Iterable[RateLine]) -> tuple[Charge, ...]:
    """Return the different charges; of those that are shares only, the lowest and the highest."""
    charges = {Charge(line.share or ZERO, line.amount or ZERO, line.unit if line.amount else "") for line in lines}
    shares = sorted((charge for charge in charges if not charge.amount), key=lambda charge: charge.share)
    specific = sorted((charge for charge in charges if charge.amount), key=lambda charge: (charge.unit, charge.amount, charge.share))
    return (*dict.fromkeys((*shares[:1], *shares[-1:])), *specific)
