"""Fields that only a product has: minimum order, capacity, lead time, shelf life, storage, payment."""
# ruff: noqa: E501  # tables of words in ten languages read better unbroken

import re
from decimal import Decimal

from .certificates import mentions
from .money import Price, budget
from .quantities import Amount
from .records import Field, over
from .source import Source

_MOQ = re.compile(r"(?:起订量?|最小(?:起)?订(?:单|购)?量?|最低起订量?|moq|minimum order(?: quantity)?|min\.? order|commande minimum|pedido mínimo|mindestbestell\w*|минимальн\w+ (?:заказ|парти\w*)|最小注文|최소 ?주문)[^\d\n。;]{0,14}$")
_CAPACITY = re.compile(r"(?:月产能?|产能|月供应?|monthly capacity|capacity|output|production|capacité|capacidad|kapazität|мощность|生産能力|생산)[^\d\n。;]{0,16}$")
_DAYS = r"(?P<n>\d{1,3})(?:\s?(?:-|~|to|至|到)\s?(?P<n2>\d{1,3}))?\s?(?:个)?(?P<unit>天|日|工作日|周|星期|月|days?|weeks?|months?|years?|年|working days|jours|semaines|mois|días|semanas|meses|tage|wochen|monate|jahre|дн\w+|недел\w+|месяц\w*|лет|日間|週間|ヶ月|か月|일|주|개월)"
_LEAD = re.compile(r"(?:交期|交货期|交货时间|货期|lead[- ]?time|delivery(?: time)?|délai|plazo(?: de entrega)?|lieferzeit|срок поставки|納期|납기)[^\d\n。;]{0,16}" + _DAYS)
_SHELF = re.compile(r"(?:保质期|有效期|shelf[- ]?life|ddm|vida útil|haltbarkeit|mhd|срок годности|賞味期限|유통기한)[^\d\n。;]{0,14}" + _DAYS)
_STORE = re.compile(r"(?:储存|贮存|存放|冷藏|冷冻|常温|store[ds]?|storage|keep|lager\w*|conserv\w+|хранить)[^\n。;,]{0,24}?-?\d{1,2}\s?(?:°c?|℃|度)(?:\s?(?:-|~|to|至|到)\s?-?\d{1,2}\s?(?:°c?|℃|度))?|-?\d{1,2}\s?(?:°c|℃)?\s?(?:-|~|to|至|到)\s?-?\d{1,2}\s?(?:°c|℃)")
_PAY = re.compile(r"(?<![a-z])(?:t/t|l/c|tt(?= )|d/p|d/a|信用证|电汇|net \d{2,3}(?: days)?|letter of credit)[^\n。;,]{0,40}")
_BRAND = re.compile(r"(?:品牌|brand(?: name)?|marque|marca|marke|бренд)\s?[:：]\s?(?P<it>[^\n,;。]{1,60})")


def offered(source: Source, found_prices: list[Price], found_amounts: list[Amount]) -> list[Field]:
    """Return the fields of a product card beside title, text, origin, terms and specifications."""
    fields = budget(found_prices, "", ("price_low", "price_high", "currency", "price_unit"))
    by_name = {field.name: field for field in fields}
    if "price_high" in by_name and "price_low" not in by_name:  # one price is both ends
        one = by_name["price_high"]
        fields.append(Field("price_low", one.value, one.state, one.start, one.end, one.why))
    fields += _amounts(source, found_amounts)
    for name, pattern in (("lead_time_days", _LEAD), ("shelf_life_days", _SHELF)):
        if match := pattern.search(source.whole):
            fields.append(Field(name, _days(match), "read", *match.span(), "explicit"))
    for name, pattern, group in (("storage", _STORE, 0), ("payment", _PAY, 0), ("brand", _BRAND, "it")):
        if (match := pattern.search(source.whole)) and match.group(group).strip():
            fields.append(Field(name, source.raw[slice(*match.span(group))].strip()[:100], "read", *match.span(group), "explicit"))
    if found := mentions(source):
        fields.append(over("certificates", [{"kind": kind} for kind in found], list(found.values()), "guessed", "certificate_stated"))
    return fields


def _days(match: re.Match[str]) -> int:
    """Return days: the longer end of a range, months as 30 days, years as 365."""
    unit, count = match["unit"], int(match["n2"] or match["n"])
    size = 365 if re.match(r"年|year|jahr|лет", unit) else 30 if re.match(r"月|month|mois|mes|monat|месяц|ヶ月|か月|개월", unit) else 7 if re.match(r"周|星期|week|sema|woche|недел|週|주", unit) else 1
    return max(1, count) * size


def _amounts(source: Source, found: list[Amount]) -> list[Field]:
    fields: list[Field] = []
    for one in found:
        before = source.around(one.span, 40)[0]
        names = ("moq", "moq_unit") if _MOQ.search(before) else ("monthly_capacity", "capacity_unit") if _CAPACITY.search(before) else None
        if names and all(field.name != names[0] for field in fields):
            value = one.number.value * one.factor
            yearly = names[0] == "monthly_capacity" and one.role == "year" and one.times == 1
            fields.append(Field(names[0], (value / 12).quantize(Decimal("0.01")) if yearly else value, "guessed" if yearly else "read", *one.span, "year_share" if yearly else "explicit"))
            if one.unit:
                fields.append(Field(names[1], one.unit, "read" if one.sure else "guessed", *one.span, "explicit" if one.sure else "container_size"))
    return fields
