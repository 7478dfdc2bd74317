"""Official lists as they are uploaded: honest, odd and hostile."""

import io

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import Invalid
from matchmaker.reference.rules import MOST_ROWS, MOST_TEXT, Line, read_nomenclature

pytestmark = pytest.mark.database


def csv(*rows: str) -> bytes:
    return "\n".join(rows).encode()


def workbook(rows) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for y, row in enumerate(rows):
            sheet.write_row(y, 0, row)
    return target.getvalue()


@pytest.mark.parametrize(
    "header", ["code,description,中文名称", "HS Code,English,Chinese", "税则号列,英文名称,货品名称", "商品编码,Description (EN),中文"])
def test_columns_are_known_by_their_names_in_both_languages(header):
    found = read_nomenclature(csv(header, "0809.21,Sour cherries,欧洲酸樱桃"), "list.csv")
    assert found.lines == [Line("080921", "Sour cherries", "欧洲酸樱桃")]


def test_a_description_column_holds_the_language_it_is_written_in():
    found = read_nomenclature(csv("code,description", "08092100,- - Sour cherries", "0809 29 00,– 其他樱桃"), "list.csv")
    assert found.lines == [Line("08092100", "Sour cherries", ""), Line("08092900", "", "其他樱桃")]


def test_a_workbook_reads_like_a_csv():
    rows = [["HS code", "Description"], ["0809.21", "Sour cherries"], [2204210000, "Wine, 2 litres or less"]]
    found = read_nomenclature(workbook(rows), "list.xlsx")
    assert found.lines == [Line("080921", "Sour cherries", ""), Line("2204210000", "Wine, 2 litres or less", "")]


@pytest.mark.parametrize(("cells", "words"), [
    (",Sour cherries", "no code in this row"), ("cherry,Sour cherries", "“cherry” is no code"), ("08,Fruit", "is a chapter"),
    ("80921,Sour cherries", "has 5 digits"), ("080921123456,Cherries", "has 12 digits"), ("0899.10,Cherries", "no heading 0899"),
    ("7701.10,Nothing", "no heading 7701"), ("080921,", "has no description"), ("080929," + "x" * (MOST_TEXT + 1), "longer than 600"),
    ("080910,Apricots again", "stands already in row 2"), ("=1+1,Cherries", "is no code"), ("٠٨٠٩٢١,Cherries", "is no code")])
def test_a_row_that_is_no_line_is_left_out_with_its_number_and_reason(context, cells, words):
    found = read_nomenclature(csv("code,description", "080910,Apricots", cells), "list.csv")
    assert [line.code for line in found.lines] == ["080910"]
    assert [bad.row for bad in found.bad] == [3]
    assert words in str(Invalid(found.bad[0].message, **found.bad[0].params))


@pytest.mark.parametrize(("content", "name", "words"), [
    (b"", "list.csv", "empty"), (csv("description,unit", "Cherries,kg"), "list.csv", "No column is named as the code"),
    (csv("code,unit", "080910,kg"), "list.csv", "No column is named as the description"),
    (csv("code", "080910"), "list.csv", "description"),
    (csv("080910", "080920"), "list.csv", "No column is named as the code"), (b"%PDF-1.7\x00\x01", "list.pdf", "neither a CSV"),
    (b"\x89PNG\x00\x00", "list.csv", "neither a CSV"), (csv("code,description", "1,One"), "list.csv", "No row of this file"),
    (b"PK\x03\x04 no archive", "list.xlsx", "damaged")])
def test_what_is_no_list_is_refused_in_words(context, content, name, words):
    with pytest.raises(Invalid) as refused:
        read_nomenclature(content, name)
    assert words in str(refused.value)


def test_a_list_of_many_thousand_lines_is_read_and_one_beyond_the_limit_is_not(context):
    rows = [f"0809{n:06},Line {n}" for n in range(MOST_ROWS)]
    assert len(read_nomenclature(csv("code,description", *rows), "list.csv").lines) == MOST_ROWS
    with pytest.raises(Invalid, match=r"At most"):
        read_nomenclature(csv("code,description", *rows, "0810100000,One more"), "list.csv")


def test_text_that_attacks_stays_text():
    found = read_nomenclature(csv("code,description", '080921,"<script>alert(1)</script>"', "080929,a\x0bb"), "list.csv")
    assert found.lines == [Line("080921", "<script>alert(1)</script>", ""), Line("080929", "a b", "")]


@given(st.binary(max_size=300), st.sampled_from(["x.csv", "x.xlsx", "x.txt"]))
def test_any_bytes_give_lines_or_a_refusal(content, name):
    for start in (b"", b"code,description\n"):
        try:
            found = read_nomenclature(start + content, name)
        except Invalid:
            continue
        assert found.lines and all(len(line.code) in (4, 6, 8, 10) for line in found.lines)
