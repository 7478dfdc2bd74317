"""Loading official rate tables: what is read, what is refused in words, what changes and when, and the way back."""

import io
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from matchmaker.errors import Conflict, Invalid, NotFound
from matchmaker.infra import jobs
from matchmaker.infra.db import commit, db
from matchmaker.permissions import SYSTEM, VISITOR
from matchmaker.reference import actions, queries
from matchmaker.reference.lines import Defaults
from matchmaker.reference.models import Edition, RateRow
from matchmaker.reference.states import State
from matchmaker.trade.rates import Basis, RateLine

from .. import factories
from .test_rulebook import shown

pytestmark = pytest.mark.database
DAY = date(2026, 10, 19)
WIDE = ("税则号列,货品名称,最惠国税率(%),2026年暂定税率(%),普通税率,RCEP,智利\n22042100,葡萄酒,14,,180%,9.8%,0\n"
        "08092900,樱桃,10,5,70%,免,0\n")
LONG = "code,basis,rate,agreement,origin,from,to\n2204.21.00,MFN,14%,,,2026-01-01,2026-12-31\n22042100,ADD,10%,,US,2026/1/1,\n"


def load(text=WIDE, kind="duty", part="2026", name="rates.csv", edition="Tariff 2026", actor=SYSTEM, **more):
    content = text.encode() if isinstance(text, str) else text
    version = actions.load_table(actor, kind=kind, part=part, content=content, file_name=name, edition=edition, **more)
    commit()
    jobs.run_until_idle()
    return db.session.get(Edition, version.id, populate_existing=True)


def rows(version, *names):
    query = sa.select(*(getattr(RateRow, name) for name in names)).where(RateRow.version_id == version.id).order_by(RateRow.id)
    return [tuple(row) for row in db.session.execute(query)]


def workbook(*lines, formats=()):
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        looks = [book.add_format({"num_format": look}) for look in formats]
        for number, line in enumerate(lines):
            for column, cell in enumerate(line):
                sheet.write(number, column, cell, looks[column] if number and column < len(looks) else None)
    return target.getvalue()


def said(version):
    return [str(Invalid(one["message"], **one["params"])) for one in version.problems]


def test_a_printed_tariff_gives_a_line_for_each_rate(context):
    version = load()
    assert (version.state, version.line_count, version.bad_count) == (State.DRAFT, 9, 0)
    assert rows(version, "code", "basis", "scheme", "share")[:5] == [
        ("22042100", "MFN", "", Decimal("0.14")), ("22042100", "GENERAL", "", Decimal("1.8")),
        ("22042100", "FTA", "RCEP", Decimal("0.098")),
        ("22042100", "FTA", "CL", Decimal(0)), ("08092900", "MFN", "", Decimal("0.1"))]


def test_a_long_table_names_basis_origin_and_days(context):
    version = load(LONG)
    assert rows(version, "basis", "origin", "share", "valid_from", "valid_to") == [
        ("MFN", "", Decimal("0.14"), date(2026, 1, 1), date(2026, 12, 31)), ("ADD", "US", Decimal("0.1"), date(2026, 1, 1), None)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_tables_are_read_in_the_usual_encodings(context, encoding):
    assert load(WIDE.encode(encoding)).line_count == 9


def test_a_workbook_is_read_as_its_cells_are_shown(context):
    content = workbook(("2026年进口关税", "", ""), ("税则号列", "最惠国税率", "生效日期"), ("22042100", 0.14, 46023),
                       ("0809.29", 0, 46023), formats=("@", "0%", "yyyy-mm-dd"))
    assert rows(load(content, name="t.xlsx"), "row", "code", "share", "valid_from") == [
        (3, "22042100", Decimal("0.14"), date(2026, 1, 1)), (4, "080929", Decimal(0), date(2026, 1, 1))]


def test_bad_rows_are_named_with_their_number_and_left_out(context):
    text = ("code,MFN,agreement\n22042100,14%,\n22042100,15%,\nx,1%,\n99998877,1%,\n0809,much,\n22082000,,\n2204,14%%,\n9,1%,\n220422,-,\n")
    version = load(text)
    assert (version.line_count, version.bad_count) == (1, 8)
    assert [one["row"] for one in version.problems] == [3, 4, 5, 6, 7, 8, 9, 10]
    words = said(version)
    assert "stands already in row 2" in words[0] and "no code" in words[1] and "no heading 9999" in words[2]
    assert "“much” is no rate" in words[3] and "no rate in this row" in words[4] and "1 digits" in words[6]


@pytest.mark.parametrize(("text", "numbers", "shares"), [
    ("code,MFN\n2204,14\n0809,0.5\n", "auto", ["0.14", "0.005"]), ("code,MFN (%)\n2204,1\n0809,0.5\n", "auto", ["0.01", "0.005"]),
    ("code,MFN\n2204,0.14\n0809,1\n", "fraction", ["0.14", "1"]), ("code,MFN\n2204,0.14\n0809,0\n", "percent", ["0.0014", "0"]),
    ("code,MFN\n2204,0.14\n0809,14%\n", "fraction", ["0.14", "0.14"]), ("code,MFN\n2204,0\n0809,0\n", "auto", ["0", "0"])])
def test_what_numbers_mean_is_decided_for_the_whole_column(context, text, numbers, shares):
    assert [row[0] for row in rows(load(text, defaults=Defaults(numbers=numbers)), "share")] == [Decimal(share) for share in shares]


def test_an_ambiguous_column_is_refused_with_the_question(context):
    version = load("code,MFN\n2204,0.14\n0809,1\n")
    assert version.state == State.REFUSED and "nobody can tell" in said(version)[0] and rows(version, "id") == []
    assert said(load("code,MFN\n2204,14\n0809,14%\n", defaults=Defaults(numbers="fraction")))[0].startswith("“14” is more than the whole")


@pytest.mark.parametrize(("kind", "text", "defaults", "expected"), [
    ("tax", "code,VAT,消费税率\n22042100,13%,10%\n", Defaults(), [("22042100", "VAT", ""), ("22042100", "CONSUMPTION", "")]),
    ("positive", "税号,备注\n22042100,仅限网购保税\n", Defaults(), [("22042100", "POSITIVE", "")]),
    ("catalogue", "code\n85171300\n", Defaults(scheme="ccc"), [("85171300", "CATALOGUE", "CCC")]),
    ("catalogue", "code,catalogue\n0201,GACC recommend\n", Defaults(), [("0201", "CATALOGUE", "GACC_RECOMMEND")]),
    ("duty", "code,rate\n2204,5%\n", Defaults(basis="PROV"), [("2204", "PROV", "")]),
    ("duty", "code,rate\n2204,5%\n", Defaults(scheme="Chile"), [("2204", "FTA", "CL")])])
def test_each_kind_of_table_gives_its_lines(context, kind, text, defaults, expected):
    assert rows(load(text, kind, defaults=defaults), "code", "basis", "scheme") == expected


def test_exchange_rates_are_for_one_unit_however_the_table_counts(context):
    text = "货币,每100外币折合人民币,日期\n美元,710.5,2026-10-01\nEUR,832,2026年10月1日\nXXY,1,\nGBP,0,2026-10-01\n"
    version = load(text, "exchange")
    assert rows(version, "code", "amount") == [("USD", Decimal("7.105")), ("EUR", Decimal("8.32"))] and version.bad_count == 2
    actions.apply(SYSTEM, version)
    assert queries.exchange(DAY)["USD"][:2] == (Decimal("7.105"), date(2026, 10, 1))


@pytest.mark.parametrize(("text", "kind", "name", "words"), [
    ("a,b\n1,2\n", "duty", "x.csv", "no column is named as the code"),
    ("code,b\n2204,2\n", "duty", "x.csv", "No column is named as a rate"),
    ("code,MFN\n", "duty", "x.csv", "no row below"), ("code,MFN\nx,1%\n", "duty", "x.csv", "is no code"),
    ("code", "duty", "x.xlsx", "neither a CSV"),
    (b"\xd0\xcf\x11\xe0old", "duty", "x.xlsx", "old Excel"), (b"PK\x03\x04broken", "duty", "x.xlsx", "damaged"),
    (b"\x00\x01\x02code", "duty", "x.csv", "neither a CSV")])
def test_what_is_no_table_is_refused_in_words_and_nothing_changes(context, text, kind, name, words):
    version = load(text, kind, name=name)
    assert version.state == State.REFUSED and rows(version, "id") == []
    assert words in said(version)[0]


@pytest.mark.parametrize(("change", "field"), [
    ({"kind": "nonsense"}, "kind"), ({"name": "x.pdf"}, "file"), ({"text": b" "}, "file"), ({"edition": ""}, "edition"),
    ({"part": "x" * 61}, "part"),
    ({"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)}, "valid_to")])
def test_a_form_that_says_too_little_is_refused_at_its_field(context, change, field):
    with pytest.raises(Invalid) as refusal:
        load(**change)
    assert refusal.value.field == field


def test_nothing_changes_before_a_draft_is_put_in_use_and_the_differences_are_named(context):
    first = load()
    assert list(queries.rates()) == []
    actions.apply(SYSTEM, first)
    assert len(queries.rates()) == 9
    second = load("code,MFN\n22042100,12%\n08092900,10%\n08094000,10%\n", edition="Tariff 2026, corrected")
    assert queries.counts(second) == {"new": 1, "changed": 1, "gone": 7, "bad": 0}
    [changed] = db.session.execute(queries.differences(second, "changed"))
    assert (changed.code, changed.basis, changed.share_before, changed.share) == ("22042100", "MFN", Decimal("0.14"), Decimal("0.12"))
    assert len(queries.rates()) == 9


def test_a_table_replaces_that_of_its_part_only_and_can_be_put_back(context):
    first, other = load(), load(LONG, part="additional")
    actions.apply(SYSTEM, first)
    actions.apply(SYSTEM, other)
    second = load("code,MFN\n22042100,12%\n")
    actions.apply(SYSTEM, second)
    assert (first.state, other.state, second.state) == (State.EARLIER, State.CURRENT, State.CURRENT)
    assert actions.roll_back(SYSTEM, "duty", "2026") is first and second.state == State.EARLIER
    assert len(queries.rates(["22042100"])) == 4 + 2
    with pytest.raises(Conflict):
        actions.apply(SYSTEM, first)


def test_the_products_that_change_are_told(context):
    expo = factories.ExpoFactory()
    wine, shoes = shown(expo, "CL", "22042100"), shown(expo, "IT", "640399")
    actions.apply(SYSTEM, load())
    draft = load("code,rate,basis,origin\n22042100,14%,MFN,\n64039900,10%,ADD,US\n")
    assert [goods.id for goods in queries.touched_by(draft, None)] == [wine.id]
    draft = load("code,rate,basis,origin\n22042100,14%,MFN,\n64039900,10%,ADD,IT\n")
    assert [goods.id for goods in queries.touched_by(draft, None)] == [wine.id, shoes.id]
    assert queries.touched_by(draft, []) == []


def test_samples_go_by_one_press_and_what_they_said_is_unknown(context):
    lines = [RateLine("2204", Basis.MFN, Decimal("0.14")), RateLine("2204", Basis.FTA, Decimal(0), scheme="CL")]
    sample = actions.load_lines(SYSTEM, kind="duty", part="sample", edition="Sample", source="invented", lines=lines, sample=True)
    actions.apply(SYSTEM, sample)
    assert all(line.sample and not line.verified for line in queries.rates(["220421"]))
    assert actions.drop_samples(SYSTEM) == 1 and list(queries.rates(["220421"])) == []
    assert actions.drop_samples(SYSTEM) == 0


def test_organizers_load_and_administrators_decide(context):
    organizer = factories.actor(factories.organizer(factories.ExpoFactory()))
    stranger = factories.actor(factories.member())
    version = load(actor=organizer)
    for actor in (organizer, stranger, VISITOR):
        for verb in (actions.apply, actions.take_out):
            with pytest.raises(NotFound):
                verb(actor, version)
        with pytest.raises(NotFound):
            actions.drop_samples(actor)
    for verb in (lambda: load(actor=stranger), lambda: queries.tables(stranger), lambda: queries.table_for(VISITOR, version.id),
                 lambda: actions.discard(stranger, version)):
        with pytest.raises(NotFound):
            verb()
    actions.discard(organizer, version)
    assert rows(version, "id") == []


def test_a_job_that_runs_again_begins_anew(context):
    version = load()
    version.state = State.READING
    commit()
    jobs.enqueue(actions.READ, version_id=version.id)
    commit()
    jobs.run_until_idle()
    db.session.refresh(version)
    assert (version.state, version.line_count, len(rows(version, "id"))) == (State.DRAFT, 9, 9)
