"""What the columns of a rate table mean: their names in English and Chinese, one rate in a column or one basis in each.

Two layouts are read. *Long*: a line for each rate, with columns like code, basis, rate, agreement, origin. *Wide*, as tariffs are printed:
a line for each code, and a column for each rate, named after its basis (MFN, 最惠国税率) or after an agreement (RCEP, 中国—智利).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ..errors import N_, Invalid
from ..trade.rates import Basis
from ..trade.rulebook import Rulebook

Numbers = Literal["auto", "percent", "fraction"]
KINDS: Mapping[str, frozenset[Basis]] = {
    "duty": frozenset({Basis.MFN, Basis.PROV, Basis.FTA, Basis.PREF, Basis.TRQ, Basis.ADD, Basis.AD_CVD, Basis.GENERAL}),
    "tax": frozenset({Basis.VAT, Basis.CONSUMPTION}),
    "positive": frozenset({Basis.POSITIVE}),
    "catalogue": frozenset({Basis.CATALOGUE}),
    "exchange": frozenset({Basis.EXCHANGE}),
}
NAMES: Mapping[str, Sequence[str]] = {
    "code": ("code", "hs", "hs code", "hs8", "hs10", "commodity code", "tariff code", "tariff line", "编码", "商品编码",
             "商品编号", "商品代码", "税号", "税则号列", "税则号", "税目", "海关编码", "税则税目"),
    "basis": ("basis", "kind of rate", "rate type", "duty type", "税率种类", "税率类型", "税种", "类型"),
    "rate": ("rate", "duty", "duty rate", "tariff", "tax rate", "税率", "关税税率", "进口税率", 
             "单位汇率", "汇率", "折算率", "每外币折合人民币", "折合人民币", "人民币汇率中间价", "中间价", "exchange rate", "yuan"),
    "scheme": ("agreement", "scheme", "preference", "协定", "协定名称", "优惠安排", "自贸协定", "catalogue", "list", "目录", "清单"),
    "origin": ("origin", "country", "country of origin", "原产地", "原产国", "国别", "国家", "国家 地区"),
    "unit": ("unit", "计量单位", "单位", "units of currency", "外币单位"),
    "currency": ("currency", "currency code", "币种", "货币", "货币代码", "外币"),
    "from": ("from", "valid from", "start", "start date", "effective", "effective date", "date", "day", "生效日期", "起始日期",
             "实施日期", "开始日期", "日期", "适用日期"),
    "to": ("to", "until", "valid to", "end", "end date", "expiry", "截止日期", "终止日期", "失效日期", "结束日期"),
    "note": ("note", "remark", "remarks", "备注", "说明"),
}
BASES: Mapping[Basis, Sequence[str]] = {
    Basis.MFN: ("mfn", "mfn rate", "most favoured nation rate", "最惠国", "最惠国税率", "进口最惠国税率"),
    Basis.PROV: ("prov", "provisional", "provisional rate", "interim rate", "暂定税率", "进口暂定税率", "暂定",
                 "最惠国暂定税率"),
    Basis.FTA: ("fta", "agreement rate", "conventional rate", "协定税率"),
    Basis.PREF: ("pref", "preferential rate", "special preferential rate", "特惠税率", "特惠"),
    Basis.TRQ: ("trq", "quota rate", "in quota rate", "关税配额税率", "配额税率", "配额内税率"),
    Basis.ADD: ("add", "additional duty", "加征关税", "加征税率", "加征关税税率"),
    Basis.AD_CVD: ("ad cvd", "anti dumping", "anti dumping duty", "countervailing duty", "反倾销税", "反补贴税",
                   "反倾销税率", "反倾销 反补贴"),
    Basis.GENERAL: ("general", "general rate", "普通税率", "进口普通税率", "普通"),
    Basis.VAT: ("vat", "vat rate", "value added tax", "增值税", "增值税率", "增值税税率", "进口环节增值税率"),
    Basis.CONSUMPTION: ("consumption", "consumption tax", "consumption tax rate", "excise", "消费税", "消费税率",
                        "消费税税率", "进口环节消费税率"),
    Basis.POSITIVE: ("positive", "positive list", "正面清单"),
    Basis.CATALOGUE: (),
    Basis.EXCHANGE: (),
}
NO_CODE = N_("No column is named as the code. The first row says: %(columns)s.")
NO_RATE = N_("No column is named as a rate. The columns are: %(columns)s.")
NO_CURRENCY = N_("No column is named as the currency, or none as its rate. The columns are: %(columns)s.")


def fold(name: str) -> str:
    """Return a name as names are compared: without signs, years, the 100 of exchange rates, and case."""
    text = unicodedata.normalize("NFKC", name).casefold()
    for word in ("percent", "百分比", "fraction", "小数"):
        text = text.replace(word, "")
    return re.sub(r"(19|20)\d\d年?|100|[\W_]+", "", text)


_FIELDS = {fold(name): field for field, names in NAMES.items() for name in names}
_BASES = {fold(name): basis for basis, names in BASES.items() for name in (*names, basis.value)}


class RateColumn(NamedTuple):
    """A column that holds rates of one basis, of one agreement where ``scheme`` names it; ``numbers`` as its own name says."""

    place: int
    basis: Basis | None
    scheme: str
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column is which: the fields by name, and the columns of rates."""

    fields: Mapping[str, int]
    rates: tuple[RateColumn, ...]


def schemes_by_name(book: Rulebook) -> dict[str, tuple[Basis, str]]:
    """Return {folded name or code: (basis, code)} of the agreements and preferences of a rulebook."""
    found: dict[str, tuple[Basis, str]] = {}
    for kind, basis in (("agreement", Basis.FTA), ("preference", Basis.PREF)):
        for rule in book.all(kind):
            for name in (rule.code, rule.en, rule.zh, *_short(rule.en, rule.zh)):
                found.setdefault(fold(name), (basis, rule.code))
    return found


def _short(en: str, zh: str) -> Iterable[str]:
    """Yield the names people use for an agreement: what stands in brackets, the partner alone, 中智-like names are not guessed."""
    yield from re.findall(r"[((]([^)）]+)[)）]", f"{en} {zh}")
    if match := re.fullmatch(r"China-(.+?)(?: free trade agreement)?", en):
        yield match[1]
    if match := re.fullmatch(r"中国—(.+?)自由贸易协定", zh):
        yield match[1]
        yield f"中国{match[1]}"


def is_header(cells: Sequence[str]) -> bool:
    """Tell whether a row names the columns: one of them is the code or the currency."""
    return bool({"code", "currency"} & {_FIELDS.get(fold(cell)) for cell in cells if cell})


def layout_of(kind: str, cells: Sequence[str], schemes: Mapping[str, tuple[Basis, str]]) -> Layout:
    """Return what the columns of a table mean; raise ``Invalid`` for one that has no rates. Of two equal columns the first counts."""
    fields: dict[str, int] = {}
    rates: list[RateColumn] = []
    for place, cell in enumerate(cells):
        name = fold(cell)
        numbers = numbers_named(cell)
        if (basis := _BASES.get(name)) and kind in ("duty", "tax") and basis in KINDS[kind]:
            rates.append(RateColumn(place, basis, "", numbers))
        elif _FIELDS.get(name) == "rate":
            rates.append(RateColumn(place, None, "", numbers))
        elif name in _FIELDS:
            fields.setdefault(_FIELDS[name], place)
        elif kind == "duty" and name.removesuffix("税率") in schemes:
            rates.append(RateColumn(place, *schemes[name.removesuffix("税率")], numbers))
    said = ", ".join(cell for cell in cells if cell)[:200]
    if kind == "exchange" and not ("currency" in fields and rates):
        raise Invalid(NO_CURRENCY, columns=said)
    if kind != "exchange" and "code" not in fields:
        raise Invalid(NO_CODE, columns=said)
    if kind in ("duty", "tax") and not rates:
        raise Invalid(NO_RATE, columns=said)
    return Layout(fields, tuple(rates))


def numbers_named(cell: str) -> Numbers:
    """Return what a column's name says of its numbers."""
    text = unicodedata.normalize("NFKC", cell).casefold()
    if "%" in text or "percent" in text or "百分" in text:
        return "percent"
    return "fraction" if "fraction" in text or "小数" in text else "auto"


def basis_named(text: str) -> Basis:
    """Return the basis of a cell; raise ``Invalid``."""
    basis = _BASES.get(fold(text))
    if basis is None:
        raise Invalid(N_("“%(value)s” is no basis of a rate, like MFN or 最惠国税率."), value=text[:40])
    return basis
