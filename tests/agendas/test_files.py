"""PDF and Excel of every view, in both languages: Chinese letters are there, and their font is in the file."""

import builtins
import io

import pypdf
import pytest
import python_calamine

from matchmaker.agendas import sheets
from matchmaker.agendas.queries import Subject, subject_for
from matchmaker.errors import Invalid, NotFound
from matchmaker.i18n import reading_in
from matchmaker.infra import pdf, spreadsheets

from .. import factories

pytestmark = pytest.mark.database
KINDS = ("person", "company", "table", "interpreter", "mission", "hall")


def subject_of(fair, kind):
    row = fair.row(fair.meetings[0])
    things = {"person": row.buyer_person, "company": fair.buyers[0], "table": fair.tables[0], "interpreter": fair.interpreter,
              "mission": fair.mission, "hall": fair.halls[0]}
    return Subject(kind, things[kind])


def text_of(content):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def cells_of(content):
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [[str(cell) for cell in row] for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
@pytest.mark.parametrize("kind", KINDS)
def test_pdf_and_excel_say_what_the_plan_says(placed, kind, language):
    with reading_in(language):
        sheet = sheets.sheet_of(placed.expo, subject_of(placed, kind))
        text, cells = text_of(sheets.as_pdf(sheet)), [cell for row in cells_of(sheets.as_xlsx(sheet)) for cell in row]
    other = "Vega Olivar" if kind in ("person", "company") else "晴川食品" if language != "en" else "Qingchuan Foods"
    assert other in text.replace("\n", " ")
    assert any(other in cell for cell in cells)
    assert "09:30" in text
    assert any("09:30" in cell for cell in cells)
    assert "Asia/Shanghai" in text


def test_the_font_of_the_chinese_letters_is_in_the_file(placed):
    with reading_in("zh_Hans_CN"):
        content = sheets.as_pdf(sheets.sheet_of(placed.expo, subject_of(placed, "mission")))
    page = pypdf.PdfReader(io.BytesIO(content)).pages[0]
    assert "杭州交易团" in page.extract_text()
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    cjk = [font for font in fonts if "NotoSansCJK" in font["/BaseFont"]]
    assert cjk
    for font in fonts:
        described = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "/FontFile3" in described or "/FontFile2" in described


def test_texts_are_never_read_as_markup_or_formulas(placed):
    placed.interpreter.name = "=SUM(1) #let x = 1 *Ana* \\ $x$"
    sheet = sheets.sheet_of(placed.expo, subject_of(placed, "company"))
    assert "#let x = 1 *Ana*" in " ".join(text_of(sheets.as_pdf(sheet)).split())
    assert any(cell.startswith("=SUM(1)") for row in cells_of(sheets.as_xlsx(sheet)) for cell in row)


def test_an_empty_agenda_is_a_file_too(fair):
    for kind, row in (("company", fair.buyers[0]), ("hall", fair.halls[1])):
        sheet = sheets.sheet_of(fair.expo, Subject(kind, row))
        assert "No meetings yet" in text_of(sheets.as_pdf(sheet))
        assert sheets.as_xlsx(sheet)


def test_without_the_typesetter_the_message_says_what_is_missing(placed, monkeypatch):
    pdf._typesetter.cache_clear()
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "noto_cjk_sans_otc":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(Invalid, match="noto-cjk-sans-otc is not installed"):
        sheets.as_pdf(sheets.sheet_of(placed.expo, subject_of(placed, "company")))


def test_sheet_names_are_ones_that_spreadsheets_accept():
    content = spreadsheets.write_workbook([("a/b:c[d]*" * 9, ["x"], [["1"]]), ("A b c d", [], []), ("", [], []), ("", [], [])])
    assert len(python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names) == 4


@pytest.mark.parametrize("kind", KINDS)
def test_who_may_read_which_agenda(placed, kind):
    subject = subject_of(placed, kind)
    row = placed.row(placed.meetings[0])
    assert row is not None
    own = {"person": placed.purchaser, "company": placed.purchaser, "interpreter": factories.actor(placed.interpreter_user),
           "mission": factories.actor(placed.leader)}
    may = [placed.organizer, factories.actor(factories.organizer(placed.expo, "floor")), *([own[kind]] if kind in own else [])]
    for actor in may:
        assert subject_for(actor, placed.expo, kind, subject.ref_id) == subject
    elsewhere = factories.ExpoFactory(slug="elsewhere-2026")
    strangers = [factories.actor(factories.member(placed.exhibitors[1])), factories.actor(factories.organizer(elsewhere)),
                 factories.actor(factories.organizer(placed.expo, "interpreter"))]
    for actor in strangers:
        with pytest.raises(NotFound):
            subject_for(actor, placed.expo, kind, subject.ref_id)
    with pytest.raises(NotFound):
        subject_for(factories.actor(factories.organizer(elsewhere)), elsewhere, kind, subject.ref_id)


@pytest.mark.parametrize(("form", "mimetype"), [("pdf", "application/pdf"), (
    "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")])
def test_a_file_comes_with_its_type_and_name(placed, browse, form, mimetype):
    answer = browse(placed.purchaser_user).get(f"/e/ciie-2026/agendas/company/{placed.buyers[0].id}/agenda.{form}?lang=zh")
    assert answer.status_code == 200
    assert answer.mimetype == mimetype
    assert f".{form}" in answer.headers["Content-Disposition"]
    assert browse(placed.purchaser_user).get(f"/e/ciie-2026/agendas/company/{placed.buyers[0].id}/agenda.exe").status_code == 404
