"""What must be true of every shipped record."""
import re

import pytest

from matchmaker.trade import codes, expos, roads
from matchmaker.trade.rulebook import shipped_kinds
from matchmaker.trade.shipped import DATA, pick, read, sources


def walk(node):
    """All objects of a JSON tree."""
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from walk(child)


def source_codes(text):
    return [part.strip() for part in re.sub(r"\(.*?\)", "", text).split(";") if re.match(r"[A-Z]|look", part.strip())]


FILES = sorted(str(path.relative_to(DATA).with_suffix("")) for path in DATA.rglob("*.json"))


@pytest.mark.parametrize("name", FILES)
def test_every_source_code_is_explained(name):
    for record in walk(read(name)):
        for key in ("src", "partners_src"):
            for code in source_codes(record.get(key, "")):
                assert code in sources(), record


@pytest.mark.parametrize("name", FILES)
def test_what_has_no_good_source_is_marked_unverified(name):
    for record in walk(read(name)):
        text = record.get("src", "") + record.get("data", {}).get("partners_src", "")
        if "MEM" in text or "look-up" in text:
            assert record["verified"] is False, record


def test_every_record_has_a_source():
    rows = [row for several in read("codes").values() for row in several]
    rows += read("expos")["rows"] + [row for kind in shipped_kinds() for row in read(f"rules/{kind}")["rows"]]
    for row in rows:
        assert row["src"]
    for name in ("hs_chapters", "hs_headings", "languages"):
        assert read(name)["src"]


@pytest.mark.parametrize("name", ["expos", "hs_chapters", "hs_headings", "sources"])
def test_no_code_stands_twice(name):
    found = [row["code"] for row in read(name)["rows"]]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("kind", codes.kinds())
def test_a_vocabulary_has_no_code_twice_and_both_languages(kind):
    rows = codes.rows(kind)
    assert len(rows) == len(read("codes").get(kind, rows))
    assert all(row.en and row.zh for row in rows.values())


def test_the_reader_gets_chinese_only_when_the_reader_is_chinese():
    assert [pick("en", "zh", lang) for lang in ("zh", "zh_Hans_CN", "zh-CN", "en", "fr")] == ["zh", "zh", "zh", "en", "en"]


def test_there_are_eleven_incoterms_and_four_are_for_the_sea():
    assert len(codes.rows("incoterm")) == 11
    assert {code for code in codes.rows("incoterm") if codes.is_sea_only(code)} == {"FAS", "FOB", "CFR", "CIF"}


def test_a_label_falls_back_to_the_code():
    assert codes.label("unit", "carton", "zh") == "箱"
    assert codes.label("unit", "bushel", "zh") == "bushel"
    assert codes.label("unit", None, "en") == ""
    with pytest.raises(KeyError):
        codes.label("no such kind", "x", "en")


@pytest.mark.parametrize(("quantity", "lang", "text"), [(1, "en", "carton"), (500, "en", "cartons"), (2, "zh", "箱")])
def test_a_unit_agrees_with_its_quantity(quantity, lang, text):
    assert codes.unit_label("carton", quantity, lang) == text


def test_green_evidence_has_an_order_and_a_claim_is_the_weakest():
    levels = [code for code, _ in codes.choices("green_level", "en")]
    assert sorted(levels, key=codes.green_rank) == levels == ["claimed", "document", "third_party", "register"]
    assert codes.green_rank(None) == 0 < codes.green_rank("claimed")


def test_only_four_roads_lead_into_china():
    assert set(roads.import_roads()) == {"0110", "1210", "1239", "9610"}
    assert all(roads.is_import_road(code) for code in roads.import_roads())


@pytest.mark.parametrize("code", ["9710", "9810"])
def test_an_export_mode_is_refused_for_imports(code):
    assert not roads.is_import_road(code)
    assert roads.why_not_import(code) == "export_only"
    assert "出口" in codes.label("export_mode", code, "zh")


def test_an_unheard_of_road_is_unknown():
    assert roads.why_not_import("4200") == "unknown"


def test_the_three_expos_are_there_with_their_sections():
    assert [(expo.code, len(expo.sections)) for expo in expos.expo_series()] == [("CIIE", 9), ("CICPE", 9), ("CANTON", 6)]
    for expo in expos.expo_series():
        assert expo.name.en and expo.name.zh and expo.venue.zh and expo.usual_periods and expo.time_zone == "Asia/Shanghai"
        assert len({section.code for section in expo.sections}) == len(expo.sections)


def test_the_canton_sections_are_unverified_and_the_others_are_not():
    state = {expo.code: {section.verified for section in expo.sections} for expo in expos.expo_series()}
    assert state == {"CIIE": {True}, "CICPE": {True}, "CANTON": {False}}


def test_no_figure_without_a_source_is_shipped():
    years = {edition.year for edition in expos.series("CIIE").editions}
    assert years == {2018, 2019, 2021, 2023, 2024, 2025}  # those of 2020, 2022 and 2026 have no source
    for expo in expos.expo_series():
        for edition in expo.editions:
            assert "MEM" not in edition.src
            assert all(codes.is_known("expo_measure", fact.measure) and fact.value > 0 for fact in edition.facts)
