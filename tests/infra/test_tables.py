"""Tables as companies upload them, honest and hostile: any bytes give a table or a refusal in words."""

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.demands.tasks import COLUMNS
from matchmaker.errors import Invalid
from matchmaker.infra.tables import guarded, read_table, write_csv

QUOTES = (
    "Title,Description,Quantity,Country,Quotes Left,Posted\n"
    'Trekking bikes 27.5,"مرحبًا، لدي اهتمام\nproduct: bicycle\nFrame: steel",50,"Posted in:\nUnited Arab Emirates",10,'
    '"Date Posted:\n25 minutes before"\n'
    '"12.3""radio for cars",GPS,1,"Posted in:\nUnited Arab Emirates",8,"Date Posted:\n41 minutes before"\n'
)


def read(content, name="x.csv"):
    return read_table(content if isinstance(content, bytes) else content.encode(), name, COLUMNS.is_header)


def xlsx(rows) -> bytes:
    """Return a workbook of ``rows``."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                sheet.write_datetime(y, x, cell, day) if hasattr(cell, "year") else sheet.write(y, x, cell)
    return target.getvalue()


def repacked(content: bytes, **parts: bytes) -> bytes:
    """Return a workbook with some of its parts replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
GOOD = xlsx([["Title", "Quantity"], ["Olive oil", 500]])


def test_cells_with_several_lines_stay_one_row():
    table = read(QUOTES)
    assert table.header[:3] == ["Title", "Description", "Quantity"]
    assert [number for number, _cells in table.rows] == [2, 3]
    assert table.rows[0][1][1].count("\n") == 2 and table.rows[1][1][0] == '12.3"radio for cars'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_comes_in_whatever_encoding_excel_saved_it(encoding):
    table = read("标题,数量\n求购智利车厘子,500\n".encode(encoding))
    assert table.header == ["标题", "数量"] and table.rows == [(2, ["求购智利车厘子", "500"])]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_other_separators_are_seen(mark):
    assert read(f"标题{mark}数量\n橄榄油{mark}5").rows == [(2, ["橄榄油", "5"])]


def test_a_list_with_one_title_a_line_needs_no_header():
    table = read("三轮摩托车\n\n红枣, 雪儿酱\n", "list.txt")
    assert table.header is None and table.rows == [(1, ["三轮摩托车"]), (3, ["红枣, 雪儿酱"])]


def test_a_workbook_gives_numbers_texts_and_days():
    table = read(
        xlsx([["商品名称", "数量", "HS编码", "到货日期"], ["橄榄油", 500, 150920, date(2027, 1, 15)], [], ["咖啡豆", 2.5]]), "x.xlsx"
    )
    assert [number for number, _cells in table.rows] == [2, 4]
    assert table.rows[0][1][1:3] == ["500", "150920"] and str(table.rows[0][1][3]).startswith("2027-01-15") and table.rows[1][1][1] == "2.5"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "x.csv"),
        (b" \n ", "x.csv"),
        (b"\xd0\xcf\x11\xe0old", "x.xls"),
        (b"\xd0\xcf\x11\xe0old", "x.csv"),
        (b"%PDF-1.7\x00\x01", "x.csv"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "x.csv"),
        (GOOD, "x.csv"),
        (b"Title\nx", "x.xlsx"),
        (b"PK\x03\x04rubbish", "x.xlsx"),
        (b"Title\nx", "x.exe"),
        (b"a,b\n1,2", "x.csv"),
        (b"Title,Quantity\n", "x.csv"),
        (b"\xff\xfe\x00", "x.csv"),
        (b"Title\n\x00", "x.csv"),
        (b"\xff\xff\xff\xff", "x.csv"),
        (b"Title\n" + b"x\n" * 5001, "x.csv"),
        (b"Title," + b"," * 300 + b"\nx", "x.csv"),
        (b'Title\n"' + b"x" * 200_000, "x.csv"),
        (GOOD[: len(GOOD) // 2], "x.xlsx"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content, name):
    with pytest.raises(Invalid) as refused:
        read(content, name)
    assert str(refused.value)


def bomb(**more: bytes) -> bytes:
    return repacked(GOOD, **more)


def sheet_xml(body: str, head: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{head}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{body}'
        "</sheetData></worksheet>"
    ).encode()


def many_entries() -> bytes:
    return repacked(GOOD, **{f"xl/media/{n}.txt": b"x" for n in range(1001)})


@pytest.mark.parametrize(
    "make",
    [
        lambda: bomb(**{"xl/media/zeros.bin": bytes(30 * 2**20)}),  # far above the ratio
        lambda: bomb(**{SHEET: sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')}),
        lambda: bomb(**{SHEET: sheet_xml('<row><c r="XFD2"><v>1</v></c></row>')}),
        lambda: bomb(
            **{
                SHEET: sheet_xml(
                    '<row r="1"><c t="inlineStr"><is><t>&x;</t></is></c></row>', '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
                )
            }
        ),
        lambda: bomb(
            **{
                SHEET: sheet_xml(
                    "", "<!DOCTYPE w [" + "".join(f'<!ENTITY a{n} "{"&a" + str(n - 1) + ";" if n else "ha"}">' for n in range(9)) + "]>"
                )
            }
        ),
        lambda: bomb(**{SHEET: b"<worksheet><sheetData>"}),
        lambda: bomb(**{SHEET: b""}),
        lambda: bomb(**{"xl/workbook.xml": b"nonsense"}),
        lambda: bomb(
            **{
                "xl/sharedStrings.xml": ("<sst><si><t>" + "long" * 50_000 + "</t></si></sst>").encode(),
                SHEET: sheet_xml("".join(f'<row r="{n}">' + f'<c r="A{n}" t="s"><v>0</v></c>' + "</row>" for n in range(1, 3000))),
            }
        ),
        many_entries,
    ],
)
def test_a_workbook_that_would_swell_is_refused_before_it_does(make):
    with pytest.raises(Invalid) as refused:
        read(make(), "x.xlsx")
    assert str(refused.value)


@given(st.binary(max_size=400), st.sampled_from(["x.csv", "x.txt", "x.tsv", "x.xlsx"]))
def test_any_bytes_give_a_table_or_a_refusal(content, name):
    try:
        table = read(content, name)
    except Invalid as refused:
        assert str(refused)
        return
    assert table.rows


@given(st.text(max_size=400), st.sampled_from(["x.csv", "x.txt"]))
def test_any_text_below_a_header_gives_a_table_or_a_refusal(text, name):
    try:
        table = read("Title,Quantity\n" + text, name)
    except (Invalid, UnicodeEncodeError):
        return
    fields = [COLUMNS.fields(COLUMNS.mapping(table.header)[0], cells) for _number, cells in table.rows]
    assert len(fields) == len(table.rows)


@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
def test_a_damaged_workbook_gives_a_table_or_a_refusal(place, noise):
    try:
        read(GOOD[:place] + noise + GOOD[place + len(noise) :], "x.xlsx")
    except Invalid as refused:
        assert str(refused)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=1", "  =cmd|' /C calc'!A0", "\uff1dSUM(A1)", "\uff20x"])
def test_formulas_become_text_and_come_back_as_they_were(cell):
    assert guarded(cell) == "'" + cell
    written = write_csv([["Title", "x"], [cell.strip(), "y"]])
    assert read(written).rows[0][1][0] == cell.strip()


@pytest.mark.parametrize(
    ("header", "fields", "unknown"),
    [
        (["Title", "Quantity", "Quotes Left"], ["title", "quantity_first", None], ["Quotes Left"]),
        (["采购需求", "数量(箱)", "目的港", "Row", "Error"], ["title", "quantity_first", "port", None, None], []),
        (["Title", "标题"], ["title", None], []),
    ],
)
def test_columns_are_known_by_their_names_in_both_languages(header, fields, unknown):
    assert COLUMNS.mapping(header) == (fields, unknown)


def test_a_unit_in_the_cell_of_a_quantity_goes_where_it_belongs():
    assert COLUMNS.fields(["title", "quantity_first"], ["x", "12万瓶"]) == {"title": "x", "quantity_first": "12万", "unit": "瓶"}
    assert COLUMNS.fields(["title", "quantity_first", "unit"], ["x", "500 cartons", "box"])["unit"] == "box"


def test_plain_numbers_and_words_stay_as_they_are():
    assert [guarded(cell) for cell in (3, "3", "2026", "oil", None)] == ["3", "3", "2026", "oil", ""]
