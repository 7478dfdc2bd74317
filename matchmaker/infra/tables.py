"""Reading what companies upload as a table: CSV in UTF-8 or GB 18030, xlsx, or a plain list with one title a line.

Any bytes give a ``Table`` or an ``Invalid`` in words, nothing else.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from ..errors import N_, Invalid
from .workbooks import MOST_COLUMNS, MOST_ROWS, TOO_MANY_ROWS, read_workbook

MOST_CELL = 20_000
UNNAMED = N_("No column is named as the title. The columns are: %(columns)s.")
NOT_A_TABLE = N_("This is neither a CSV, an xlsx nor a text file. Save the table as xlsx or as CSV in UTF-8.")
OLD_EXCEL = N_("This is the old Excel format. Save it as xlsx and retry.")
SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx")
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffe\uffff]")
_FORMULA = re.compile(r"^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")


@dataclass(frozen=True, slots=True)
class Table:
    """``header`` (None: a list of titles) and ``rows``, each with its number as a spreadsheet program counts them."""

    header: list[str] | None
    rows: list[tuple[int, list[Any]]]


def read_table(content: bytes, file_name: str, is_header: Any, *, most_rows: int = MOST_ROWS, unnamed: str = UNNAMED) -> Table:
    """Return the table in ``content``. ``is_header(cells)`` tells whether a row names the column that no row can do without.

    Raises ``Invalid`` for what is no table, is too large, or has several columns and no such name (in the words of ``unnamed``).
    """
    suffix = PurePath(file_name).suffix.lower()
    if suffix not in SUFFIXES:
        raise Invalid(NOT_A_TABLE)
    if not content.strip():
        raise Invalid(N_("This file is empty."))
    cells = list(_numbered(_cells_of(content, suffix, is_header, most_rows)))
    if not cells:
        raise Invalid(N_("This file is empty."))
    first = [str(cell) for cell in cells[0][1]]
    if is_header(first):
        header, cells = first, cells[1:]
    elif any(len(row) > 1 for _number, row in cells):
        raise Invalid(unnamed, columns=", ".join(first)[:200])
    else:
        header = None
    if not cells:
        raise Invalid(N_("There is no row below the names of the columns."))
    if len(cells) > most_rows:
        raise Invalid(TOO_MANY_ROWS, count=most_rows)
    return Table(header, cells)


def _cells_of(content: bytes, suffix: str, is_header: Any, most_rows: int) -> Iterable[list[Any]]:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid(OLD_EXCEL)
    zipped = content.startswith(b"PK")
    if zipped != (suffix == ".xlsx"):
        raise Invalid(NOT_A_TABLE)
    if zipped:
        return [[_spreadsheet_cell(cell) for cell in row] for row in read_workbook(content, most_rows)]
    text = decode(content)
    if suffix == ".txt" and not is_header(next(csv.reader([text.split("\n", 1)[0]], delimiter=delimiter_of(text)), [])):
        return [[line.strip()] for line in text.split("\n")]
    return _csv_rows(text)


def decode(content: bytes) -> str:
    """Return the text of a file in UTF-8 (with or without mark), UTF-16 (with mark) or GB 18030; raise ``Invalid``."""
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _BINARY.search(text):
            break
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise Invalid(NOT_A_TABLE)


def _csv_rows(text: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        for row in reader:
            if len(row) > MOST_COLUMNS:
                raise Invalid(N_("At most %(count)s columns: this file has more."), count=MOST_COLUMNS)
            yield [_unguarded(cell) for cell in row]
    except csv.Error as error:
        unreadable = N_("Line %(line)s is not readable as CSV: look for a quotation mark that is not closed.")
        raise Invalid(unreadable, line=reader.line_num) from error


def delimiter_of(text: str) -> str:
    """Return what separates cells: the commonest candidate of the first line, outside quotation marks."""
    first = re.sub(r'"[^"]*"', "", text.lstrip("\n").split("\n", 1)[0])
    counts = {mark: first.count(mark) for mark in ",;\t|"}
    return max(counts, key=counts.__getitem__)


def _numbered(rows: Iterable[list[Any]]) -> Iterator[tuple[int, list[Any]]]:
    """Number the rows from 1, trim what is empty at their ends, and leave out empty ones."""
    for number, row in enumerate(rows, start=1):
        while row and (row[-1] is None or str(row[-1]).strip() == ""):
            row = row[:-1]
        if row:
            yield number, [cell[:MOST_CELL] if isinstance(cell, str) else cell for cell in row]


def _spreadsheet_cell(cell: Any) -> Any:
    """Whole numbers come as floats: 500.0 is 500, and an HS code keeps its digits."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, float):
        return repr(cell)
    return _unguarded(cell) if isinstance(cell, str) else cell


def guarded(cell: Any) -> str:
    """Return a cell for a CSV that we write: what a spreadsheet program would run as a formula becomes text."""
    text = "" if cell is None else str(cell)
    return "'" + text if _FORMULA.match(text) else text


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def write_csv(rows: Iterable[Iterable[Any]]) -> str:
    """Return a CSV that every spreadsheet program opens rightly: UTF-8 with mark, formulas made harmless."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    for row in rows:
        writer.writerow([guarded(cell) for cell in row])
    return "\ufeff" + target.getvalue()
