"""Amounts to buy or to sell: number, unit, and for what time."""
# ruff: noqa: E501  # tables of words in ten languages read better unbroken

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from .figures import Number, numbers
from .records import Field, Span, State
from .source import Source
from .units import small_pattern, unit_of, unit_pattern

TIMES = {
    "year": (1, r"年|per year|a year|/ ?(?:year|yr|a\b)|yearly|annual\w*|per annum|p\.a|par an|annuel\w*|al año|anual\w*|por año|pro jahr|jährlich|jahres\w*"
                r"|im jahr|в год|ежегодн\w*|годов\w*|연간|년간|연 |全年|each year|every year|mehr als jährlich"),
    "quarter": (4, r"每季度?|季度|per quarter|quarterly|par trimestre|trimestral|pro quartal|в квартал|四半期"),
    "month": (12, r"每个?月|月度?(?:用|需|采购|消耗|销|均|供)|/ ?(?:月|month|mo\b|mois|mes\b|monat)|per month|a month|monthly|par mois|mensuel\w*|al mes|mensual\w*|por mes"
                  r"|pro monat|monatlich|im monat|в месяц|ежемесячн\w*|月間|毎月|월 |매월|월간|each month|every month|一个?月"),
    "week": (52, r"每周|每星期|per week|a week|weekly|/ ?(?:周|week)|par semaine|por semana|pro woche|wöchentlich|в неделю|毎週|매주"),
}
FIRST = re.compile(
    r"首单|首批|首次|首期|第一批|第一单|试单|试订|试销|试用单|先(?:来|订|要|拿|采|试|进|做|下|发)|初次|初回|初期|起步|first (?:order|batch|shipment|delivery|purchase)|initial\w*|trial"
    r"|to start|starting with|opening order|première? (?:commande|livraison)|commande initiale|commande d.essai|primer (?:pedido|lote)|pedido inicial|erst\w*|probe\w*|zum start"
    r"|перв\w+ (?:заказ|парти\w*|поставк\w*)|пробн\w*|첫|초도|トライアル|お試し")
_OFF = re.compile(
    r"起订|最小订|moq|minimum order|min\.? order|库存|产能|产量|capacity|仓库|面积|冷库|年销|销售额|销量|营业|年产|output|turnover|注册资本|保质期|账期|样品|样机|samples?\b"
    r"|每箱|每件装|每袋|每托|payment|付款|定金|销售(?!需)|卖出|warehouse|storage space|prise en charge|以前|去年|last year|previously|曾|覆盖|服务")
_LABEL = re.compile(r"(?:采购)?(?:数量|采购量|需求量|用量|订购量|quantity|qty|order quantity|quantité|cantidad|menge|количество|数量|수량)\s?[:=]?\s?$")
_WRAP = re.compile(r"\s?(?:/|每|per |a |par |pro |por |x ?\d)\s?")
_PACKED = re.compile(r"\s?(?:装|一[袋箱瓶盒包桶罐]|裝|入り?|규격|(?:bags?|cartons?|bottles?|cans?|tins?|boxes|box|drums?|packs?|pouches|sacks?|jars?|case)\b|[- ]?(?:säcke|sacs?\b|sacos?\b|мешк))")
_YEARLY = re.compile(r"年(?:用|需|采购|消耗|均|度|进口|总|采|订|量|计划|合同|框架|约|大约|预计)|全年|每年|一年|年(?=\s?[约需要用])|" + TIMES["year"][1].split("|", 1)[1])
_MONTHLY = re.compile(TIMES["month"][1] + r"|月(?:用|需|采|消|均)|月(?:约|大概)?\s?$")
_QUARTERLY, _WEEKLY = re.compile(TIMES["quarter"][1]), re.compile(TIMES["week"][1])
_AFTER = {12: re.compile(r"\s?(?:" + TIMES["month"][1] + r"|/月)"), 1: re.compile(r"\s?(?:/ ?年|每年|一年|" + TIMES["year"][1].split("|", 1)[1] + ")"),
          4: re.compile(r"\s?(?:/ ?季度?|" + TIMES["quarter"][1] + ")"), 52: re.compile(r"\s?(?:" + TIMES["week"][1] + ")")}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit: ``role`` is first, year, bare or pack (12 瓶/箱); ``times`` makes a year of a month."""

    span: Span
    number: Number
    unit: str
    factor: Decimal
    sure: bool
    role: str
    times: int = 1

    @property
    def value(self) -> Decimal:
        """The amount in the unit of the code, the low end of a range; a year's for a regular amount."""
        return self.number.value * self.factor * self.times


def amounts(source: Source) -> list[Amount]:
    """Return the amounts that stand in the text, with their roles."""
    found: list[Amount] = []
    unit_re = re.compile(rf"(?:\s?(?:x|\*)\s?|\s?[个個]\s?(?=[^\x00-\x7f]*柜|\d|集装|整)|\s?(?:full|whole|整)\s?)?\s?(?:个)?(?P<unit>{unit_pattern()})"
                         r"(?:\s(?:reefer )?containers?)?")
    small_re = re.compile(rf"\s?-?{small_pattern()}")
    for number in numbers(source):
        match = unit_re.match(source.low, number.end)
        if not match:
            if _LABEL.search(source.around((number.start, number.end))[0]):
                found.append(Amount((number.start, number.end), number, "", Decimal(1), True, "first"))
            continue
        small = small_re.match(source.low, number.end)
        unit = unit_of(match["unit"])
        if unit is None or (small and len(small.group()) > len(match.group())) or (number.article and not unit.code.startswith("FCL")):
            continue
        end, value = match.end(), number
        if source.low[end:end + 1] == "半" and number.high is None:  # 两吨半
            value, end = Number(number.start, number.end, number.value + Decimal("0.5")), end + 1
        role, times, end = _role(source, (number.start, end))
        if number.high is not None and match["unit"] in ("头", "粒", "支", "枚", "尾", "片", "只") and role == "bare":  # 18-22头 is a size
            role = "pack"
        found.append(Amount((number.start, end), value, unit.code, unit.factor, unit.sure, role, times))
    return _without_packs(source, found)


def _role(source: Source, span: Span) -> tuple[str, int, int]:
    """Return (role, times a year, end with the words of the period)."""
    before, after = source.around(span)
    for times, pattern in _AFTER.items():
        if found := pattern.match(after):
            return "year", times, span[1] + found.end()
    rest = source.low[span[1]:span[1] + 14]
    if re.match(r"\s?(?:/|每|per |an )\s?(?:小时|分钟?|h\b|hour|min|天|日)", rest):  # what a machine does
        return "off", 1, span[1]
    wrap = _WRAP.match(rest)
    if (wrap and re.match(unit_pattern(), rest[wrap.end():])) or re.search(r"(?:每|per |一|/ ?)(?:箱|袋|盒|包|瓶|托|carton|case|box|bag)?(?:装|有|of|:)?\s?$", before[-10:]):
        return "pack", 1, span[1]
    cues = [(found.end(), role, times) for role, times, pattern in (
        ("first", 1, FIRST), ("off", 1, _OFF), ("year", 1, _YEARLY), ("year", 12, _MONTHLY), ("year", 4, _QUARTERLY), ("year", 52, _WEEKLY))
        for found in pattern.finditer(before)]
    if cues:
        _end, role, times = max(cues)
        return role, times, span[1]
    if found := FIRST.search(after[:14]):
        return "first", 1, span[1]
    if _OFF.match(after.strip()):
        return "off", 1, span[1]
    return ("pack" if _PACKED.match(rest) else "bare"), 1, span[1]


def _without_packs(source: Source, found: list[Amount]) -> list[Amount]:
    """Turn into packs what wraps another amount: 一箱12瓶, 25 kg when cartons or tonnes are bought."""
    out = []
    for i, one in enumerate(found):
        following = found[i + 1] if i + 1 < len(found) else None
        beside = following is not None and source.low[one.span[1]:following.span[0]].strip(" (,of=") in ("", "装", "x", "*")
        tiny = one.role == "bare" and one.value <= {"kg": 60, "litre": 1100, "m": 60}.get(one.unit, 0) and (
            any(other.role in ("first", "year", "bare") and other is not one and other.unit != one.unit for other in found)
            or (source.low[one.span[0] - 1:one.span[0]] in "(" and one.span[0] > 0))
        if tiny or (beside and one.number.value == 1 and following is not None and one.role != "first" and one.unit != following.unit):
            one = replace(one, role="pack")
        out.append(one)
    return out


def bought(source: Source, found: list[Amount]) -> list[Field]:
    """Return quantity_first, quantity_year and unit of a demand."""
    first = next((one for one in found if one.role == "first"), None)
    year = next((one for one in found if one.role == "year"), None)
    bare = [one for one in found if one.role == "bare"]
    state: State = "read"
    why = "explicit"
    if first is None and bare:
        first, state, why = bare[0], "guessed", "bare_quantity"
    fields = []
    lead = first or year
    if first is not None:
        if first.number.high is not None:
            state, why = "guessed", "range_low"
        fields.append(Field("quantity_first", first.value, state, *first.span, why))
    if year is not None and (factor := _convert(year, lead, found)) is not None:
        regular = year.times > 1
        fields.append(Field("quantity_year", year.value * factor, "guessed" if regular or year.number.high is not None else "read", *year.span,
                            {12: "month_times", 4: "quarter_times", 52: "week_times"}.get(year.times, "explicit")))
    if lead is not None and lead.unit:
        fields.append(Field("unit", lead.unit, "read" if lead.sure else "guessed", *lead.span, "explicit" if lead.sure else "container_size"))
    return fields


def _convert(one: Amount, other: Amount | None, found: list[Amount]) -> Decimal | None:
    """Return what turns an amount into the unit of another, by a pack size of the text too (12 瓶/箱); None where nothing does."""
    if other is None or not other.unit or one.unit == other.unit:
        return Decimal(1)
    if factor := {("t", "kg"): Decimal(1000), ("kg", "t"): Decimal("0.001")}.get((one.unit, other.unit)):
        return factor
    pack = next((pack for pack in found if pack.role == "pack" and pack.unit == one.unit and pack.value > 1), None)
    return 1 / pack.value if pack and other.unit in ("carton", "box", "pallet", "bag") else None
