"""Writing an xlsx: days and times as such, texts as texts, whatever they begin with."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any

_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def write_workbook(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> bytes:
    """Return an xlsx with a sheet for each (name, header, rows). No cell becomes a formula or a link."""
    import xlsxwriter

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        looks = {date: book.add_format({"num_format": "yyyy-mm-dd"}), time: book.add_format({"num_format": "hh:mm"})}
        head = book.add_format({"bold": True, "bottom": 1})
        used: set[str] = set()
        for name, header, rows in sheets:
            sheet = book.add_worksheet(_name(name, used))
            sheet.write_row(0, 0, header, head)
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    _write(sheet, number, column, value, looks.get(type(value)))
            sheet.freeze_panes(1, 0)
            sheet.autofit()
    return target.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, look: Any) -> None:
    if look is not None:
        sheet.write_datetime(row, column, value, look)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif value:
        sheet.write_string(row, column, str(value)[:32_767])


def _name(wanted: str, used: set[str]) -> str:
    """Return a name that a spreadsheet accepts and that is not used yet."""
    base = wanted.translate(_FORBIDDEN).strip("' ")[:27] or "1"
    name, number = base, 1
    while name.casefold() in used:
        number += 1
        name = f"{base} {number}"
    used.add(name.casefold())
    return name
