"""Reading an official nomenclature: which column is which, and which rows can be lines."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..errors import N_, Invalid
from ..infra.tables import read_table
from ..trade import hs

MOST_ROWS = 25_000
MOST_KEPT = 500  # bad rows that are kept to be shown; all are counted
MOST_TEXT = 600
LENGTHS = (4, 6, 8, 10)
NAMES: Mapping[str, Sequence[str]] = {
    "code": ("code", "hs", "hs code", "commodity code", "tariff code", "tariff line", "heading", "subheading", "hs6", "hs8", "hs10", "编码",
             "商品编码", "商品编号", "商品代码", "税号", "税则号列", "税则号", "税目", "子目", "HS编码", "海关编码"),
    "en": ("en", "english", "name en", "description en", "description in english", "english description", "english name", "英文",
           "英文名称", "英文品名", "英文描述", "商品名称 英文"),
    "zh": ("zh", "chinese", "name zh", "description zh", "description in chinese", "chinese description", "chinese name", "中文",
           "中文名称", "中文品名", "中文描述", "货品名称", "商品名称", "品名", "名称", "描述", "商品描述", "商品名称 中文"),
    "either": ("description", "descriptions", "name", "goods", "label", "text", "designation"),  # Chinese where it is written in Chinese
}
UNNAMED = N_("No column is named as the code. The columns are: %(columns)s.")
_FIELDS = {re.sub(r"[\W_]+", "", name.casefold()): key for key, names in NAMES.items() for name in names}
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")
_DASHES = re.compile(r"^[\s\-–—:]+")  # official lists show the depth of a line by dashes
_CODE = re.compile(r"[\d.\s\-·_]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


class Line(NamedTuple):
    """A code and its descriptions."""

    code: str
    en: str
    zh: str


class BadRow(NamedTuple):
    """A row that is no line: its number in the file, and the reason as a msgid with its parameters."""

    row: int
    message: str
    params: dict[str, Any]


@dataclass(slots=True)
class Nomenclature:
    """What a file holds: lines in the order of the file, and rows that were left out."""

    lines: list[Line] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


def read_nomenclature(content: bytes, file_name: str) -> Nomenclature:
    """Return the lines of a CSV or xlsx; raise ``Invalid`` when it is no table, has no column of codes or no line at all."""
    table = read_table(content, file_name, lambda cells: "code" in map(_field, cells), most_rows=MOST_ROWS, unnamed=UNNAMED)
    if table.header is None:
        raise Invalid(UNNAMED, columns=str(table.rows[0][1][0])[:200])
    columns = _columns(table.header)
    if len(columns) < 2:
        raise Invalid(N_("No column is named as the description, in English or Chinese. The columns are: %(columns)s."),
                      columns=", ".join(table.header)[:200])
    found, rows = Nomenclature(), {}
    for number, cells in table.rows:
        try:
            line = _line({name: cells[place] for name, place in columns.items() if place < len(cells)})
            if line.code in rows:
                raise Invalid(N_("The code %(code)s stands already in row %(row)s."), code=line.code, row=rows[line.code])
        except Invalid as problem:
            found.bad.append(BadRow(number, problem.message, problem.params))
        else:
            rows[line.code] = number
            found.lines.append(line)
    if not found.lines:
        first = found.bad[0]
        raise Invalid(N_("No row of this file can be taken. Row %(row)s: %(reason)s"), row=first.row,
                      reason=str(Invalid(first.message, **first.params)))
    return found


def _field(name: Any) -> str | None:
    return _FIELDS.get(re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", str(name)).casefold()))


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Return {field: place}; of two columns with one meaning the first counts."""
    columns: dict[str, int] = {}
    for place, name in enumerate(header):
        if found := _field(name):
            columns.setdefault(found, place)
    return columns


def _line(cells: Mapping[str, Any]) -> Line:
    code = customs_code(cells.get("code"))
    en, zh, either = (_text(cells.get(name)) for name in ("en", "zh", "either"))
    if either:
        en, zh = (en, zh or either) if _CHINESE.search(either) else (en or either, zh)
    if not en and not zh:
        raise Invalid(N_("The code %(code)s has no description."), code=code)
    if max(len(en), len(zh)) > MOST_TEXT:
        raise Invalid(N_("The description is longer than %(count)s characters."), count=MOST_TEXT)
    return Line(code, en, zh)


def customs_code(value: Any) -> str:
    """Return the digits of a code of 4 to 10 digits whose heading exists; raise ``Invalid``."""
    text = unicodedata.normalize("NFKC", "" if value is None else str(value)).strip()
    if not text:
        raise Invalid(N_("There is no code in this row."))
    digits = re.sub(r"\D", "", text)
    if not text.isascii() or not _CODE.fullmatch(text) or not digits:
        raise Invalid(N_("“%(value)s” is no code."), value=text[:40])
    if len(digits) == 2:
        raise Invalid(N_("“%(value)s” is a chapter: chapters keep their shipped names, lines have 4, 6, 8 or 10 digits."), value=text)
    if len(digits) not in LENGTHS:
        lost = N_("“%(value)s” has %(count)s digits, a code has 4, 6, 8 or 10. If a zero in front was lost, format the column as text.")
        raise Invalid(lost, value=text[:40], count=len(digits))
    if digits[:4] not in hs.headings():
        raise Invalid(N_("There is no heading %(heading)s in HS 2022."), heading=digits[:4])
    return digits


def _text(value: Any) -> str:
    return _DASHES.sub("", " ".join(_CONTROL.sub(" ", "" if value is None else str(value)).split()))
