"""From the rows of a file to the lines of a rate table: what every cell means, and which rows can be no lines.

A number with a percent sign is a percentage. What numbers without one mean is said by the name of the column ("税率(%)") or by whoever
loads the table; else the whole column decides: one number above 1 makes all of them percentages. When none is above 1 nobody can tell
0.5 % from one half, and the table is refused with that question. A zero is a zero either way.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from babel import Locale
from babel.numbers import list_currencies

from ..errors import N_, Invalid
from ..trade.duties import Written, read_rate
from ..trade.places import country_choices, country_codes
from ..trade.rates import Basis
from .columns import KINDS, Layout, Numbers, RateColumn, basis_named, fold
from .rules import customs_code

AMBIGUOUS = N_(
    "No number of the column “%(column)s” is above 1, so nobody can tell 0.5%% from one half. Say in the form what numbers mean.")
NO_RATE = N_("“%(value)s” is no rate. Rates are written like 14%%, 7.5 yuan/kg or 15%% + 3 yuan/kg.")
ABOVE_ONE = N_("“%(value)s” is more than the whole. Parts of one were expected: write %(value)s%%.")
NO_SCHEME = N_("“%(value)s” is no agreement or preference that this site knows. Add it to the rules first.")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_LETTERS = re.compile(r"[^A-Z0-9_]+")


@dataclass(frozen=True, slots=True)
class Defaults:
    """What whoever loads a table says of it, where the table itself says nothing."""

    basis: str = ""
    scheme: str = ""
    origin: str = ""
    numbers: Numbers = "auto"


@dataclass(slots=True)
class Evidence:
    """What the bare numbers of a column look like."""

    above_one: bool = False
    between: bool = False


@dataclass(slots=True)
class LineReader:
    """Reads the rows of one table into dictionaries of ``RateRow``."""

    kind: str
    layout: Layout
    header: Sequence[str]
    schemes: Mapping[str, tuple[Basis, str]]
    defaults: Defaults
    evidence: dict[int, Evidence] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    currencies: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.countries = {fold(name): code for lang in ("en", "zh") for code, name in country_choices(lang)}
        self.currencies = frozenset(list_currencies())

    def lines(self, number: int, cells: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Yield the lines of a row; raise ``Invalid`` in words for one that is none."""
        said = {name: cells[place] for name, place in self.layout.fields.items() if place < len(cells)}
        code = self._currency(said.get("currency", "")) if self.kind == "exchange" else customs_code(said.get("code", ""))
        line = {"row": number, "code": code, "heading": code[:4], "share": None, "amount": None, "unit": "", "scheme": "",
                "origin": self._origin(said.get("origin", "") or self.defaults.origin), "valid_from": day_of(said.get("from", "")),
                "valid_to": day_of(said.get("to", "")), "note": said.get("note", "")[:300]}
        if line["valid_from"] and line["valid_to"] and line["valid_to"] < line["valid_from"]:
            raise Invalid(N_("The last day lies before the first."))
        if self.kind == "positive":
            yield line | {"basis": Basis.POSITIVE}
        elif self.kind == "catalogue":
            yield line | {"basis": Basis.CATALOGUE, "scheme": self._catalogue(said.get("scheme", ""))}
        elif self.kind == "exchange":
            yield line | {"basis": Basis.EXCHANGE, "amount": self._yuan(cells, said.get("unit", ""))}
        else:
            yield from self._rates(line, cells, said)

    def question(self) -> Invalid | None:
        """Return what must be asked before the numbers can be trusted; to be called when all rows are read."""
        for column in self.layout.rates:
            seen = self.evidence.get(column.place)
            if seen and self._numbers(column) == "auto" and seen.between and not seen.above_one:
                return Invalid(AMBIGUOUS, column=self.header[column.place][:60])
        return None

    def _rates(self, line: dict[str, Any], cells: Sequence[str], said: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        found = False
        for column in self.layout.rates:
            written = self._written(column, cells)
            if written is None:
                continue
            found = True
            basis, scheme = self._basis(column, said)
            self._ensure_whole(basis, scheme, line["origin"])
            yield line | {"basis": basis, "scheme": scheme, "share": self._share(column, written), "amount": written.amount,
                          "unit": written.unit}
        if not found and len(self.layout.rates) == 1:
            raise Invalid(N_("There is no rate in this row."))

    def _written(self, column: RateColumn, cells: Sequence[str]) -> Written | None:
        text = cells[column.place] if column.place < len(cells) else ""
        try:
            return read_rate(text)
        except ValueError as error:
            raise Invalid(NO_RATE, value=text[:40]) from error

    def _share(self, column: RateColumn, written: Written) -> Decimal | None:
        if written.bare is None:
            return written.share
        numbers, seen = self._numbers(column), self.evidence.setdefault(column.place, Evidence())
        seen.above_one |= written.bare > 1
        seen.between |= 0 < written.bare <= 1
        if numbers == "fraction":
            if written.bare > 1:
                raise Invalid(ABOVE_ONE, value=str(written.bare))
            return written.bare
        return written.bare / 100

    def _numbers(self, column: RateColumn) -> Numbers:
        return column.numbers if self.defaults.numbers == "auto" else self.defaults.numbers

    def _basis(self, column: RateColumn, said: Mapping[str, str]) -> tuple[Basis, str]:
        scheme = column.scheme
        text = said.get("scheme", "") or self.defaults.scheme
        named = said.get("basis", "") or self.defaults.basis
        basis = column.basis or (basis_named(named) if named else None)
        if not scheme and text:
            basis_of, scheme = self.schemes.get(fold(text), (None, ""))
            if not scheme:
                raise Invalid(NO_SCHEME, value=text[:60])
            basis = basis or basis_of
        if basis is None:
            raise Invalid(N_("It is not said what the rate is: no column says it, and the form does not."))
        if basis not in KINDS[self.kind]:
            raise Invalid(N_("A rate of the basis %(basis)s belongs into another kind of table."), basis=basis.value)
        return basis, scheme if basis in (Basis.FTA, Basis.PREF) else ""

    @staticmethod
    def _ensure_whole(basis: Basis, scheme: str, origin: str) -> None:
        if basis in (Basis.FTA, Basis.PREF) and not scheme:
            raise Invalid(N_("An agreement rate needs its agreement."))
        if basis in (Basis.ADD, Basis.AD_CVD) and not origin:
            raise Invalid(N_("A duty on top needs the origin that it holds for."))

    def _origin(self, text: str) -> str:
        if not text.strip():
            return ""
        code = text.strip().upper()
        found = code if code in country_codes() else self.countries.get(fold(text), "")
        if not found:
            raise Invalid(N_("“%(value)s” is no country or region: write its two letters."), value=text[:40])
        return found

    def _currency(self, text: str) -> str:
        code = text.strip().upper()
        found = code if code in self.currencies else _currency_names().get(fold(text), "")
        if not found:
            raise Invalid(N_("“%(value)s” is no currency: write its three letters, like USD."), value=text[:40])
        return found

    def _yuan(self, cells: Sequence[str], unit: str) -> Decimal:
        """Return the yuan for one unit; tables often give them for 100."""
        place = self.layout.rates[0].place
        text = cells[place].replace(",", "") if place < len(cells) else ""
        name = self.header[place]
        per = Decimal(unit) if unit.strip().isdecimal() else Decimal(100) if "100" in name else Decimal(1)
        try:
            amount = Decimal(text) / per
        except (InvalidOperation, ZeroDivisionError) as error:
            raise Invalid(N_("“%(value)s” is no exchange rate."), value=text[:40]) from error
        if not 0 < amount < 10_000:
            raise Invalid(N_("“%(value)s” is no exchange rate."), value=text[:40])
        return amount.quantize(Decimal("0.000001"))

    def _catalogue(self, text: str) -> str:
        code = _LETTERS.sub("_", (text or self.defaults.scheme).strip().upper()).strip("_")
        if not code:
            raise Invalid(N_("It is not said which catalogue the code stands in: name it in the form, like CCC."))
        return code[:30]


_ALSO = {"港币": "HKD", "日圆": "JPY", "人民币": "CNY", "澳元": "AUD", "加元": "CAD", "新西兰元": "NZD", "renminbi": "CNY"}


@cache
def _currency_names() -> dict[str, str]:
    """Return {folded name: code} of the currencies in English and Chinese, from CLDR."""
    found = {fold(name): code for lang in ("en", "zh_Hans_CN") for code, name in Locale.parse(lang).currencies.items()}
    return found | _ALSO


def day_of(text: str) -> date | None:
    """Return a day as tables write it: 2026-01-01, 2026/1/1, 2026年1月1日; None when the cell is empty; raise ``Invalid``."""
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return None
    match = _DAY.fullmatch(text.partition("T")[0].removesuffix(" 00:00:00"))
    try:
        return date(*map(int, match.groups())) if match else date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(N_("“%(value)s” is no day: write it like 2026-06-01."), value=text[:40]) from error


def key_of(line: Mapping[str, Any]) -> str:
    """Return what makes a line the same line in another edition."""
    since = line["valid_from"].isoformat() if line["valid_from"] else ""
    return f"{line['code']}|{line['basis']}|{line['scheme']}|{line['origin']}|{since}"
