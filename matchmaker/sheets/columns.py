"""Which column of a spreadsheet is which field: names in English and Chinese, and values that hold two things at once."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import rules

IGNORED = frozenset({"row", "error", "行", "错误", "no", "序号", "编号"})  # ours in the list of errors, and running numbers


@dataclass(frozen=True, slots=True)
class Columns:
    """The names that a field's column may have; ``quantities`` maps a field to the one that takes the unit in its cell."""

    names: Mapping[str, Sequence[str]]
    quantities: Mapping[str, str] = field(default_factory=dict)

    def field_of(self, name: str) -> str | None:
        """Return the field of a column name, or None."""
        return self._table().get(fold(name))

    def _table(self) -> dict[str, str]:
        return {fold(name): key for key, names in self.names.items() for name in (key, *names)}

    def is_header(self, cells: Sequence[str]) -> bool:
        """Tell whether a row names the column of titles."""
        table = self._table()
        return any(table.get(fold(cell)) == "title" for cell in cells)

    def mapping(self, header: Sequence[str]) -> tuple[list[str | None], list[str]]:
        """Return (field of each column or None, names of the columns that are not known); the first of two wins."""
        table, fields, unknown = self._table(), [], []
        for name in header:
            found = table.get(fold(name))
            fields.append(found if found not in fields else None)
            if found is None and name.strip() and fold(name) not in IGNORED:
                unknown.append(" ".join(name.split())[:60])
        return fields, unknown

    def fields(self, mapping: Sequence[str | None], cells: Sequence[Any]) -> dict[str, Any]:
        """Return the fields of a row; empty cells say nothing, and a unit in a quantity's cell goes where it belongs."""
        found = {name: cell for name, cell in zip(mapping, cells, strict=False) if name and cell is not None and str(cell).strip()}
        for name, unit_field in self.quantities.items():
            if name in found:
                found[name], unit = rules.split_quantity(found[name])
                if unit and not found.get(unit_field):
                    found[unit_field] = unit
        return found


def fold(name: str) -> str:
    """Return a column name without case, spaces, marks and what stands in brackets."""
    name = re.sub(r"[(\[].*?[)\]]", "", unicodedata.normalize("NFKC", str(name)))
    return re.sub(r"[\W_]+", "", name.casefold())
