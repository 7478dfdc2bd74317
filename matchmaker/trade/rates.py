"""Lines of rate tables: duties by basis, VAT, consumption tax, positive list, each by customs code and day.

A line holds for its own code and for all longer codes that begin with it; the longest that fits wins within a basis, agreement and
origin. Tables of 100,000 lines live in the database (``reference``); this module knows only the lines it is given.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Basis(StrEnum):
    """What a line says. Duties: one of the first seven; the rest are taxes and lists."""

    MFN = "MFN"
    PROV = "PROV"  # annual provisional rate, below MFN
    FTA = "FTA"  # agreement rate, with proof of origin
    PREF = "PREF"  # special preferential rate
    TRQ = "TRQ"  # in-quota rate; ``note`` names the quota
    ADD = "ADD"  # additional duty by origin, on top
    AD_CVD = "AD_CVD"  # anti-dumping or countervailing duty, on top
    GENERAL = "GENERAL"  # general rate of origins without MFN treatment
    VAT = "VAT"
    CONSUMPTION = "CONSUMPTION"
    POSITIVE = "POSITIVE"  # the code stands on the cross-border retail import list; ``note`` has the remark
    CATALOGUE = "CATALOGUE"  # the code stands in an entry catalogue; ``scheme`` says which (GACC_RECOMMEND, CCC ...)
    EXCHANGE = "EXCHANGE"  # not of goods: ``code`` is a currency, ``amount`` the yuan for one unit


@dataclass(frozen=True, slots=True)
class RateLine:
    """One line. ``share`` is a part of the value (0.14 for 14 %), ``amount`` yuan per ``unit``; a line has either, both or none.

    ``scheme`` is the code of the agreement or preference (FTA, PREF), ``origin`` a two-letter code where the line holds for one origin
    only (ADD, AD_CVD). ``table`` says which loaded table it is from, for the basis line under a figure.
    """

    code: str
    basis: Basis
    share: Decimal | None = None
    amount: Decimal | None = None
    unit: str = ""
    scheme: str = ""
    origin: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    note: str = ""
    source: str = ""
    table: str = ""
    verified: bool = False
    sample: bool = False

    def holds(self, on: date) -> bool:
        """Tell whether the line is in force on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


class Rates:
    """Lines to look up by code. ``version`` is a word that changes whenever a line does.

    ``complete`` names the bases whose loaded table is the whole one: there a code without a line has no such rate, elsewhere it is
    unknown whether it has.
    """

    def __init__(self, lines: Iterable[RateLine], version: str = "", complete: Iterable[Basis] = ()):
        self.version, self.complete = version, frozenset(complete)
        self._by_code: dict[str, list[RateLine]] = {}
        for line in lines:
            self._by_code.setdefault(line.code, []).append(line)
        self._codes = sorted(self._by_code)

    def __iter__(self) -> Iterator[RateLine]:
        return (line for lines in self._by_code.values() for line in lines)

    def __len__(self) -> int:
        return sum(map(len, self._by_code.values()))

    def lines(self, code: str, on: date) -> list[RateLine]:
        """Return the lines that hold for a customs code (digits) on a day, of each (basis, scheme, origin) the longest code only."""
        found: dict[tuple[Basis, str, str], RateLine] = {}
        for length in range(2, len(code) + 1):
            for line in self._by_code.get(code[:length], ()):
                if line.holds(on):
                    found[line.basis, line.scheme, line.origin] = line
        return list(found.values())

    def below(self, code: str, on: date) -> list[RateLine]:
        """Return the lines of longer codes that begin with ``code``: where they differ, the code is too short to know its rate."""
        first, last = bisect_right(self._codes, code), bisect_left(self._codes, f"{code}:")  # ":" is the sign after "9"
        return [line for own in self._codes[first:last] for line in self._by_code[own] if line.holds(on)]
