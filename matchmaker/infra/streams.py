"""Reading great tables row by row: CSV and xlsx of official rates, up to 256 MiB unpacked, never whole in memory.

The small tables that companies upload are read by ``tables``. Here a workbook is parsed as it is unpacked, its bytes counted on the way;
what a cell shows decides: a number formatted as a percentage comes with its sign, one formatted as a day as that day.
"""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any

from ..errors import N_, Invalid
from .tables import NOT_A_TABLE, OLD_EXCEL, delimiter_of
from .workbooks import DAMAGED, MOST_COLUMNS, MOST_ENTRIES, MOST_RATIO, TOO_LARGE, Xml, column_of

MOST_UNPACKED = 256 * 2**20
MOST_TEXT = 48 * 2**20  # characters of the shared texts of a workbook, which stay in memory
MOST_TEXTS = 600_000
MOST_CELL = 2000
PART = 2**18
Row = tuple[int, list[str]]
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffe\uffff]")
_DAYS = frozenset({14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)})
_PERCENTS = frozenset({9, 10})
_FIRST_DAY = date(1899, 12, 30)


class RowStream:
    """The rows of a file: (number as a spreadsheet program counts, texts of the cells). ``fraction`` tells how far it is read.

    Raises ``Invalid`` for what is no table or too large, at the latest while it is read.
    """

    def __init__(self, path: Path, suffix: str):
        self.path, self.suffix, self.size, self.read = path, suffix.lower(), max(path.stat().st_size, 1), 0

    @property
    def fraction(self) -> float:
        return min(1.0, self.read / self.size)

    def __iter__(self) -> Iterator[Row]:
        with self.path.open("rb") as file:
            head = file.read(8)
        if head.startswith(b"\xd0\xcf\x11\xe0"):
            raise Invalid(OLD_EXCEL)
        if self.suffix not in (".csv", ".tsv", ".txt", ".xlsx") or head.startswith(b"PK") != (self.suffix == ".xlsx"):
            raise Invalid(NOT_A_TABLE)
        rows = self._workbook() if self.suffix == ".xlsx" else self._text()
        return (row for row in rows if any(row[1]))

    def _text(self) -> Iterator[Row]:
        if self.size > MOST_UNPACKED:
            raise Invalid(TOO_LARGE)
        encoding = _encoding(self.path)
        with self.path.open("rb") as raw:
            lines = _Lines(self, raw, encoding)
            first = next(iter(lines), "")
            reader = csv.reader(_chain(first, lines), delimiter=delimiter_of(first))
            try:
                for number, cells in enumerate(reader, start=1):
                    if len(cells) > MOST_COLUMNS:
                        raise Invalid(N_("At most %(count)s columns: this file has more."), count=MOST_COLUMNS)
                    yield number, [cell.strip()[:MOST_CELL] for cell in cells]
            except csv.Error as error:
                unreadable = N_("Line %(line)s is not readable as CSV: look for a quotation mark that is not closed.")
                raise Invalid(unreadable, line=reader.line_num) from error

    def _workbook(self) -> Iterator[Row]:
        try:
            with zipfile.ZipFile(self.path) as archive:
                entries = archive.infolist()
                unpacked = sum(entry.file_size for entry in entries)
                if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * self.size:
                    raise Invalid(TOO_LARGE)
                names = set(archive.namelist())
                sheet = _first_sheet(names)
                self.size = max(archive.getinfo(sheet).file_size, 1)
                left = [MOST_UNPACKED]
                texts, styles = _Texts(), _Styles()
                for name, parser in (("xl/sharedStrings.xml", texts), ("xl/styles.xml", styles)):
                    if name in names:
                        for part in _parts(archive, name, left):
                            parser.feed(part)
                cells = _Cells(texts.found, styles.looks())
                for part in _parts(archive, sheet, left):
                    self.read += len(part)
                    cells.feed(part)
                    yield from cells.take()
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, KeyError) as error:
            raise Invalid(DAMAGED) from error


class _Lines:
    """The decoded lines of a file; counts the bytes for its stream. Ends of lines inside quotation marks are the CSV reader's."""

    def __init__(self, stream: RowStream, raw: IO[bytes], encoding: str):
        self.stream, self.raw = stream, raw
        self.text = io.TextIOWrapper(raw, encoding=encoding, newline="")

    def __iter__(self) -> Iterator[str]:
        for line in self.text:
            if _BINARY.search(line):
                raise Invalid(NOT_A_TABLE)
            self.stream.read += len(line)
            yield line


def _chain(first: str, lines: _Lines) -> Iterator[str]:
    yield first
    yield from lines


def _encoding(path: Path) -> str:
    """Return the encoding of a text: UTF-16 by its mark, UTF-8 when all of it is, else GB 18030; raise ``Invalid`` when it is neither."""
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                while part := file.read(PART):
                    decoder.decode(part)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Invalid(NOT_A_TABLE)


def _first_sheet(names: set[str]) -> str:
    sheets = sorted((name for name in names if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)), key=lambda name: (len(name), name))
    if "xl/workbook.xml" not in names or not sheets:
        raise Invalid(DAMAGED)
    return sheets[0]


def _parts(archive: zipfile.ZipFile, name: str, left: list[int]) -> Iterator[bytes]:
    """Yield a member unpacked part by part; ``left`` is what all of them together may still unpack to."""
    with archive.open(name) as file:
        while part := file.read(PART):
            left[0] -= len(part)
            if left[0] < 0:
                raise Invalid(TOO_LARGE)
            yield part


class _Texts(Xml):
    """The shared texts of a workbook."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.pieces: list[str] = []
        self.inside, self.length = False, 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if name == "si":
            self.pieces = []
        self.inside = name == "t" or (self.inside and name not in ("si", "rPh"))

    def text(self, data: str) -> None:
        if self.inside:
            self.pieces.append(data)
            self.length += len(data)
            if self.length > MOST_TEXT or len(self.found) > MOST_TEXTS:
                raise Invalid(TOO_LARGE)

    def end(self, name: str) -> None:
        if name == "t":
            self.inside = False
        elif name == "si":
            self.found.append("".join(self.pieces).strip()[:MOST_CELL])


class _Styles(Xml):
    """How numbers are shown: as a percentage (``%``), as a day (``d``), or plainly."""

    def __init__(self) -> None:
        super().__init__()
        self.formats: dict[int, str] = {}
        self.used: list[int] = []
        self.inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self.formats[_whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self.inside = True
        elif name == "xf" and self.inside:
            self.used.append(_whole(attributes.get("numFmtId")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self.inside = False

    def looks(self) -> list[str]:
        return [self._look(number) for number in self.used]

    def _look(self, number: int) -> str:
        code = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", self.formats.get(number, "")).lower()
        if number in _PERCENTS or "%" in code:
            return "%"
        return "d" if number in _DAYS or ("d" in code and "m" in code) or "yy" in code else ""


class _Cells(Xml):
    """The rows of a sheet, to be taken as they are complete."""

    def __init__(self, texts: list[str], looks: list[str]):
        super().__init__()
        self.texts, self.looks = texts, looks
        self.rows: list[Row] = []
        self.cells: list[str] = []
        self.number = self.column = 0
        self.kind = self.look = ""
        self.value: list[str] = []
        self.inside = False

    def take(self) -> list[Row]:
        rows, self.rows = self.rows, []
        return rows

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            said = attributes.get("r", "")
            self.number, self.column, self.cells = int(said) if said.isdecimal() and len(said) < 9 else self.number + 1, 0, []
        elif name == "c":
            self.column = column_of(attributes.get("r", "")) or self.column + 1
            if self.column > MOST_COLUMNS:
                raise Invalid(N_("At most %(count)s columns: this file has more."), count=MOST_COLUMNS)
            style = _whole(attributes.get("s"))
            self.kind, self.look, self.value = attributes.get("t", "n"), self.looks[style] if style < len(self.looks) else "", []
        self.inside = name in ("v", "t")

    def text(self, data: str) -> None:
        if self.inside and len(self.value) < MOST_CELL:
            self.value.append(data)

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self.inside = False
        elif name == "c":
            self.cells += [""] * (self.column - 1 - len(self.cells))
            self.cells.append(self._shown("".join(self.value)[:MOST_CELL]))
        elif name == "row":
            self.rows.append((self.number, self.cells))

    def _shown(self, value: str) -> str:
        if self.kind == "s":
            index = _whole(value.strip())
            return self.texts[index] if index < len(self.texts) else ""
        if self.kind != "n" or not value:
            return value.strip()
        return _number(value, self.look)


def _number(value: str, look: str) -> str:
    """Return a number as its cell shows it, with the digits that are meant: 0.14 formatted as a percentage is 14%."""
    try:
        number = float(value)
    except ValueError:
        return value.strip()
    if look == "d" and 0 < number < 2_958_466:
        return (_FIRST_DAY + timedelta(days=int(number))).isoformat()
    shown = number * 100 if look == "%" else number
    text = f"{shown:.10f}".rstrip("0").rstrip(".") if abs(shown) < 1e15 else value
    return text + ("%" if look == "%" else "")


def _whole(text: Any) -> int:
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 10 else 0
