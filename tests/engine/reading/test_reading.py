"""What is read out of a few lines, what is not, and that no text breaks the reader."""
# ruff: noqa: E501

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engine.reading import read
from matchmaker.engine.reading.figures import arabic_number, han_number
from matchmaker.engine.reading.holidays import festival

TODAY = date(2026, 10, 12)


def values(text, **more):
    return read(text, today=TODAY, **more).values()


@pytest.mark.parametrize(("text", "number"), [("一万二", 12_000), ("两百五十", 250), ("3万5千", 35_000), ("一百零五", 105), ("一亿三千万", 130_000_000), ("十二", 12), ("12万", 120_000)])
def test_chinese_numerals_are_numbers(text, number):
    assert han_number(text) == number


@pytest.mark.parametrize(("text", "lang", "number"), [("1,200", "en", "1200"), ("1.500", "de", "1500"), ("4,5", "fr", "4.5"), ("1.234,56", "es", "1234.56"), ("1,234.56", "en", "1234.56")])
def test_points_and_commas_are_read_as_in_the_language(text, lang, number):
    assert arabic_number(text, lang) == Decimal(number)


def test_two_lines_of_chinese_become_a_sheet():
    found = values("求购突尼斯、智利或西班牙橄榄油，500ml 玻璃瓶，酸度 0.4 以下。\n商超渠道，首单 500 箱，年用量 12 万箱，CIF 上海，有机优先，春节前要上架。")
    assert found["title"] == "橄榄油"
    assert found["origins_wanted"] == ["TN", "CL", "ES"]
    assert (found["quantity_first"], found["quantity_year"], found["unit"]) == (500, 120_000, "carton")
    assert (found["incoterm"], found["port"], found["channel"]) == ("CIF", "上海", "supermarket")
    assert found["certificates"] == [{"kind": "ORGANIC", "must": False}]
    assert found["window_to"] == date(2027, 2, 5)


def test_traditional_characters_are_read_as_simplified_ones():
    found = values("採購智利車厘子，首單兩個40尺櫃，預算每公斤不超過60元")
    assert found["origins_wanted"] == ["CL"]
    assert (found["quantity_first"], found["unit"]) == (2, "FCL40")
    assert (found["budget_high"], found["currency"], found["budget_unit"]) == (60, "CNY", "kg")


def test_english_is_read_too():
    found = values("We are looking for frozen salmon fillets from Norway, 20 tons per month, MSC preferred, DDP Chengdu, budget USD 8-9/kg, by end of March.")
    assert found["title"] == "frozen salmon fillets"
    assert (found["quantity_year"], found["unit"]) == (240, "t")
    assert (found["budget_low"], found["budget_high"], found["currency"], found["budget_unit"]) == (8, 9, "USD", "kg")
    assert found["certificates"] == [{"kind": "MSC", "must": False}]
    assert (found["incoterm"], found["port"], found["window_to"]) == ("DDP", "Chengdu", date(2027, 3, 31))


@pytest.mark.parametrize(("text", "origin", "unit"), [
    ("Nous recherchons du vin rouge français, 1 200 caisses par an", "FR", "carton"), ("Buscamos vino de Chile, 500 cajas", "CL", "carton"),
    ("Gesucht: Werkzeuge aus Deutschland, 1.500 Kartons pro Jahr", "DE", "carton"), ("チリ産さくらんぼ 20トン", "CL", "t"), ("칠레산 체리 20톤", "CL", "t"), ("Закупаем масло из России, 500 тонн в год", "RU", "t")])
def test_other_languages_give_numbers_units_and_countries(text, origin, unit):
    assert values(text)["origins_wanted"] == [origin]
    assert values(text)["unit"] == unit


@pytest.mark.parametrize("text", ["橄榄油，电话13800001111", "olive oil, tel +49 30 1234567", "我们公司成立20年，全国300家门店，采购橄榄油", "olive oil; we have 300 stores and 20 years of experience",
                                  "采购轴承，型号：6204-2RS", "olive oil, since 1998"])
def test_what_tells_of_a_company_is_no_amount(text):
    assert not {"quantity_first", "quantity_year", "budget_high", "window_to", "window_from"} & values(text).keys()


@pytest.mark.parametrize(("text", "excluded"), [("橄榄油，不要西班牙的", ["ES"]), ("日本、韩国除外", ["JP", "KR"]), ("wine, not from France", ["FR"]), ("вино, кроме Франции", ["FR"])])
def test_a_negation_excludes_an_origin(text, excluded):
    assert values(text)["origins_excluded"] == excluded


@pytest.mark.parametrize("text", ["澳洲坚果", "frozen turkey", "We are a German importer of olive oil", "中国市场的橄榄油"])
def test_a_country_in_another_meaning_is_no_origin(text):
    assert "origins_wanted" not in values(text)


@pytest.mark.parametrize(("text", "last"), [
    ("双十一前到货", date(2026, 11, 10)), ("45天内交货", date(2026, 11, 26)), ("明年三月底前到港", date(2027, 3, 31)), ("Q2交货", date(2027, 6, 30)), ("年底前", date(2026, 12, 31)),
    ("国庆前到货", date(2027, 9, 30)), ("before Christmas", date(2026, 12, 24)), ("delivery by 2027-03-15", date(2027, 3, 15))])
def test_relative_days_are_counted_from_today(text, last):
    assert values(text)["window_to"] == last


@pytest.mark.parametrize("text", ["保质期18个月", "付款账期60天内", "payment within 30 days"])
def test_other_spans_of_time_are_no_window(text):
    assert "window_to" not in values(text)


def test_festivals_follow_the_moon():
    assert [festival("spring", TODAY), festival("autumn", date(2028, 1, 1)), festival("dragon", TODAY)] == [date(2027, 2, 6), date(2028, 10, 3), date(2027, 6, 9)]


def test_a_guess_says_what_it_stands_on():
    reading = read("橄榄油 500 箱，预算30", today=TODAY)
    assert (reading.get("quantity_first").state, reading.get("quantity_first").why) == ("guessed", "bare_quantity")
    assert (reading.get("currency").state, reading.get("currency").why) == ("guessed", "currency_by_language")


def test_a_product_text_gives_a_card():
    found = values("Extra virgin olive oil, brand: Olivada, origin Spain, MOQ 500 cartons, USD 4.5-5.2/bottle FOB Valencia, lead time 30-45 days, organic certified", kind="product")
    assert (found["moq"], found["moq_unit"], found["lead_time_days"], found["brand"]) == (500, "carton", 45, "Olivada")
    assert (found["price_low"], found["price_high"], found["price_unit"], found["incoterm"]) == (Decimal("4.5"), Decimal("5.2"), "bottle", "FOB")
    assert found["origin"] == "ES"


PIECES = st.sampled_from(["求购", "智利", "不要", "500", "箱", "12万", "一万二", "CIF 上海", "春节前", "2027年13月45日", "$", "每", "/", "99999999999999999999", "半", "-", "(", "Q9", "有机", "优先", "11.11.2099", "\u202e", "👩‍🌾", "𠮷", "ﷺ", "ß", "İ", "\x00", "\ud800", "،", "१२३", "٣", "½", "月底",
                          "within 999 months", "9999年", "2100年12月", "0天内", "百", "万", "亿", "千克", "40'HQ", ":", "\n", " "])


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=30).map("".join)), st.sampled_from(["demand", "product"]), st.sampled_from([None, "zh", "de", "xx"]),
       st.dates(date(2001, 1, 1), date(2097, 12, 31)))
def test_no_text_breaks_the_reader_and_places_lie_inside(text, kind, lang, today):
    before = str(text)
    reading = read(text, kind=kind, lang=lang, today=today)
    assert text == before
    for field in reading.fields:
        assert field.state in ("read", "guessed")
        assert all(0 <= start < end <= len(text) for start, end in field.spans)
    assert len({field.name for field in reading.fields}) == len(reading.fields)


def test_a_huge_text_is_read_quickly():
    assert read("求购智利车厘子500箱，" * 20_000, today=TODAY).get("title")


@pytest.mark.parametrize(("text", "title"), [
    ("平行进口，加长版皮卡 30台", "加长版皮卡"), ("骨科医院，关节假体 德国 年用量200套", "关节假体"), ("品名 数量 产地\n速冻虾仁 2吨 厄瓜多尔", "速冻虾仁"),
    ("能量饮料 无糖 找全国总代理", "能量饮料"), ("烘干机不需要，要滚筒洗衣机 德国 50台", "滚筒洗衣机"), ("伊朗开心果、美国巴旦木 年货用", "开心果、美国巴旦木"),
    ("frozen Ecuadorian white shrimp, 2 kg boxes, CIF Dalian", "frozen Ecuadorian white shrimp"), ("低温冰柜，检测中心采购，3台", "低温冰柜")])
def test_a_title_is_the_product_and_not_who_asks_or_what_else_is_said(text, title):
    assert values(text)["title"] == title


@pytest.mark.parametrize(("text", "said"), [
    ("钓鱼竿 碳纤维 手工款", {"碳纤维", "手工款"}), ("钛白粉 硫酸法 工业级", {"硫酸法", "工业级"}), ("助听器 RIC 充电 200对", {"RIC", "充电"}),
    ("坚果礼盒 无添加 要第三方检测报告", {"无添加", "要第三方检测报告"}), ("窗帘布 幅宽280 阻燃 支持OEM", {"幅宽 280", "阻燃", "支持OEM"}),
    ("防晒霜 SPF30+ 敏感肌 60ml", {"SPF30+", "敏感肌", "60ml"}), ("橄榄油 5升桶装 特级初榨", {"特级初榨"})])
def test_what_stands_alone_in_a_short_demand_is_a_specification(text, said):
    assert said <= {" ".join(pair).strip() for pair in values(text).get("specs_must", [])}


def test_terms_of_trade_and_kinds_of_payment_are_no_specification():
    found = values("车厘子 JJ级 付款方式信用证 FOB 报价 新款 现货 长期合作").get("specs_must", [])
    assert {pair[0] for pair in found} == {"JJ级"}
