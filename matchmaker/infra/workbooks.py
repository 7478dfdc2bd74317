"""Reading an xlsx safely: nothing is unpacked before its size is known, nothing in it may make the reader swell.

The archive is looked at, unpacked within bounds, its cells are counted by a parser without entities, and only then a fresh
archive of the checked parts is given to the spreadsheet library.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from typing import Any
from xml.parsers import expat

from ..errors import N_, Invalid

MOST_UNPACKED = 64 * 2**20
MOST_RATIO = 50
MOST_ENTRIES = 1000
MOST_ROWS = 5000
MOST_COLUMNS = 200
MOST_TEXT = 16 * 2**20  # characters of all cells together: shared strings may be used again and again
DAMAGED = N_("This xlsx file is damaged or was not made by a spreadsheet program. Save it again and retry.")
TOO_LARGE = N_("This xlsx file unpacks to more than a table for this can need. It was not read.")
TOO_MANY_ROWS = N_("At most %(count)s rows at a time: split the file.")
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def read_workbook(content: bytes, most_rows: int = MOST_ROWS) -> list[list[Any]]:
    """Return the rows of the first sheet as lists of numbers, texts and days; raise ``Invalid`` for what is no honest xlsx."""
    parts = _unpack(content)
    strings = _Strings().lengths(parts.get("xl/sharedStrings.xml", b""))
    for name, part in parts.items():
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            _Cells(strings, most_rows).check(part)
    import python_calamine

    try:
        sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(_packed(parts))).get_sheet_by_index(0)
        return sheet.to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, IndexError, OSError, ValueError) as error:
        raise Invalid(DAMAGED) from error


def _unpack(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_sizes(entries, len(content))
            parts, left = {}, MOST_UNPACKED
            for entry in entries:
                if entry.filename == "[Content_Types].xml" or entry.filename.startswith(("_rels/", "xl/")):
                    with archive.open(entry) as file:
                        parts[entry.filename] = file.read(left + 1)
                    left -= len(parts[entry.filename])
                    if left < 0:
                        raise Invalid(TOO_LARGE)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise Invalid(DAMAGED) from error
    if "xl/workbook.xml" not in parts:
        raise Invalid(DAMAGED)
    return parts


def _check_sizes(entries: Sequence[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(packed, 1):
        raise Invalid(TOO_LARGE)


def _packed(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


class Xml:
    """An expat parser that refuses document types, and with them every entity."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = lambda name, attributes: self.start(name.rpartition(":")[2], attributes)
        self.parser.EndElementHandler = lambda name: self.end(name.rpartition(":")[2])
        self.parser.CharacterDataHandler = self.text

    def _refuse(self, *_declaration: Any) -> None:
        raise Invalid(DAMAGED)

    def parse(self, part: bytes) -> None:
        try:
            self.parser.Parse(part, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise Invalid(DAMAGED) from error

    def feed(self, part: bytes) -> None:
        """Parse the next part of a long document. Raises ``Invalid``."""
        try:
            self.parser.Parse(part, False)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise Invalid(DAMAGED) from error

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


class _Strings(Xml):
    """The length of every shared string."""

    def lengths(self, part: bytes) -> list[int]:
        self.found: list[int] = []
        if part:
            self.parse(part)
        return self.found

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if name == "si":
            self.found.append(0)

    def text(self, data: str) -> None:
        if self.found:
            self.found[-1] += len(data)


class _Cells(Xml):
    """Counts rows, columns and characters of a sheet; a cell far away makes readers fill everything before it."""

    def __init__(self, strings: list[int], most_rows: int):
        super().__init__()
        self.strings, self.most_rows, self.row, self.column, self.characters = strings, most_rows, 0, 0, 0
        self.shared, self.value = False, ""

    def check(self, part: bytes) -> None:
        self.parse(part)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            number = attributes.get("r", "")
            self.row, self.column = int(number) if number.isdecimal() and len(number) < 9 else self.row + 1, 0
        elif name == "c":
            place = _CELL.fullmatch(attributes.get("r", ""))
            self.column = _column(place[1]) if place else self.column + 1
            self.row = int(place[2]) if place else self.row
            self.shared, self.value = attributes.get("t") == "s", ""
        if self.row > self.most_rows + 1:  # one more for the header
            raise Invalid(TOO_MANY_ROWS, count=self.most_rows)
        if self.column > MOST_COLUMNS:
            raise Invalid(N_("At most %(count)s columns: this file has more."), count=MOST_COLUMNS)

    def text(self, data: str) -> None:
        self.characters += len(data)
        if self.shared and len(self.value) < 12:
            self.value += data

    def end(self, name: str) -> None:
        if name == "c" and self.shared and self.value.strip().isdecimal():
            index = int(self.value)
            self.characters += self.strings[index] if index < len(self.strings) else 0
        if self.characters > MOST_TEXT:
            raise Invalid(TOO_LARGE)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_of(place: str) -> int:
    """Return the number of the column of a place like ``C12``, from 1; 0 when it is none."""
    found = _CELL.fullmatch(place)
    return _column(found[1]) if found else 0
