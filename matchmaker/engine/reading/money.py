"""Prices and budgets: what a unit may cost, in which currency."""
# ruff: noqa: E501  # tables of words in ten languages read better unbroken

import re
from dataclasses import dataclass
from decimal import Decimal

from .figures import Number, numbers
from .records import Field, Span, State
from .source import Source
from .units import unit_of, unit_pattern

_SIGNS = {
    "USD": "us\\$|usd|美元|美金|美刀|u\\.s\\. dollars?|刀|us dollars?|dollars?|dólares|dollar us|долларов|доллара|долл|달러|米ドル|ドル|\\$",
    "EUR": "euros?|eur|€|欧元|欧(?![洲盟式美])|евро|유로|ユーロ",
    "GBP": "gbp|£|英镑|pounds? sterling|파운드|ポンド",
    "CNY": "cny|rmb|cnh|人民币|元(?:人民币)?|块钱?|yuan|юан[ьейя]{1,2}|위안|人民元",
    "JPY": "jpy|日元|日币|円|yen|엔",
    "AUD": "aud|a\\$|澳元|澳币|australian dollars?", "NZD": "nzd|nz\\$|纽币|新西兰元", "CAD": "cad|c\\$|加元|加币", "CHF": "chf|瑞士法郎|瑞郎|schweizer franken|francs suisses",
    "KRW": "krw|韩元|韩币|원|₩", "RUB": "rub|卢布|руб(?:лей|ля)?\\.?|₽", "HKD": "hkd|hk\\$|港币|港元", "SGD": "sgd|s\\$|新加坡元|新币", "THB": "thb|泰铢|baht|฿",
    "INR": "inr|₹|印度卢比|rupees", "BRL": "brl|r\\$|雷亚尔", "ZAR": "zar|兰特", "VND": "vnd|越南盾|₫",
}
_YEN = "¥"
_HOME = {"zh": "CNY", "ja": "JPY", "ko": "KRW", "ru": "RUB", "de": "EUR", "fr": "EUR", "es": "EUR", "it": "EUR", "en": "USD"}
_BEFORE = re.compile("(?:" + "|".join(f"(?P<{name}>{signs})" for name, signs in _SIGNS.items()) + rf"|(?P<yen>{_YEN}))\s?(?:约|about|~)?\s?$")
_AFTER = re.compile("(?:" + "|".join(rf"(?P<{name}>\s?(?:{signs})(?![a-zа-я]))" for name, signs in _SIGNS.items()) + rf"|(?P<yen>\s?{_YEN}))")
_CUE = re.compile(r"(?:预算|目标价|心理价|价格|单价|报价|价位|采购价|到岸价|到手价|成本|budgets?|target(?: price)?|prices?|price range|cost|prix|précio|precio|presupuesto|preis|zielpreis|"
                  r"бюджет|цен[аы]|予算|単価|価格|예산|단가|가격|objectif)[^\d\n,;。]{0,16}$")
_OFF = re.compile(r"销售额|营业额|年销|营收|注册资本|产值|年收入|零售价|售价|卖价|定金|押金|罚|turnover|revenue|sales of|annual sales|capital|deposit|retail price|retails? (?:at|for)|sell(?:s|ing)? (?:at|for)"
                  r"|chiffre d.affaires|umsatz|facturación|оборот|売上|매출|保证金|样品费|满|补贴|交易额|采购额|gmv")
_HIGH = re.compile(r"以内|之内|以下|不超过|不超|不高于|不要超|低于|小于|最高|最多|控制在|上限|封顶|under|below|max(?:imum)?|up to|less than|no more than|not (?:above|over|exceed\w*)|at most|cap(?:ped)?|within|<|≤"
                   r"|maximal|höchstens|bis zu|unter|máximo|hasta|menos de|moins de|jusqu|inférieur|не (?:более|выше|дороже)|до (?=\d)|以下|이하|이내|まで")
_LOW = re.compile(r"以上|不低于|至少|起步?$|at least|from|min(?:imum)?|more than|over|>|≥|ab |mindestens|desde|a partir|au moins|от (?=\d)|이상")
_ABOUT = re.compile(r"左右|上下|大约|约|around|about|approx|roughly|circa|ca\.|environ|alrededor|etwa|около|くらい|程度|정도|目标|target|zielpreis|objetivo|cible|целев")
_TOTAL = re.compile(r"总(?:预算|额|价|金额|计)|预算总|合计|total|overall|gesamt|totale?|общ|総|총")
_PER = re.compile(rf"\s?(?:/|每(?=\S)|per |a |an |par |pro |por |за |la |le |el |一(?=\S)|(?:each|apiece)(?=\b))\s?(?:1 ?)?(?P<unit>{unit_pattern()})?")
_EACH_BEFORE = re.compile(rf"(?:每|per |一|单)(?P<unit>{unit_pattern()})\s?(?:不超过|控制在|预算|最高|约|价格?|成本|目标价|到岸价?|大约|在|不高于|以)?[^\d\n,;。]{{0,8}}$")


@dataclass(frozen=True, slots=True)
class Price:
    """A sum or a range of money: ``low`` or ``high`` may be open; ``unit`` is empty for a total or when nothing says it."""

    span: Span
    low: Decimal | None
    high: Decimal | None
    currency: str
    currency_state: State
    unit: str
    total: bool
    why: str

    @property
    def state(self) -> State:
        """Whether the words say it."""
        return "read" if self.why == "explicit" else "guessed"


def prices(source: Source) -> list[Price]:
    """Return the prices of a text; sums that tell of a company (turnover, capital) are none."""
    found: list[Price] = []
    for number in numbers(source):
        if number.article or any(start <= number.start < end for start, end in (price.span for price in found)):
            continue
        if price := _price(source, number):
            last = found[-1] if found else None
            if last and source.low[last.span[1]:price.span[0]].strip() in ("-", "~", "至", "到", "to") and last.high == last.low:  # $3-$4
                price = Price((last.span[0], price.span[1]), last.low, price.high, price.currency, price.currency_state, price.unit, False, "explicit")
                found.pop()
            found.append(price)
    return found


def _price(source: Source, number: Number) -> Price | None:
    before, after = source.around((number.start, number.end), 48, 30)
    sign_before, sign_after = _BEFORE.search(before), _AFTER.match(after)
    cue = _CUE.search(before)
    if _OFF.search(before[-24:]) or not (sign_before or sign_after or cue):
        return None
    sign = sign_after or sign_before
    if not sign and (re.match(rf"\s?(?:{unit_pattern()}|天|日|年|月|个|%|折|号|点)", after) or number.value in range(1990, 2100)):
        return None
    start = number.start - (len(sign_before.group()) if sign_before else 0)
    end = number.end + (sign_after.end() if sign_after else 0)
    currency, sure = _currency(sign, source.lang)
    per = _PER.match(source.low, end)
    unit = ""
    if per and per["unit"]:
        unit, end = _code(per["unit"]), per.end()
    elif each := _EACH_BEFORE.search(before[:len(before) - (number.start - start)]):
        unit = _code(each["unit"])
    elif per and "each" in per.group():
        unit, end = "piece", per.end()
    total = not unit and (bool(_TOTAL.search(before)) or number.value >= 100_000)
    low, high, why = _ends(number, before, source.low[end:end + 12])
    return Price((start, end), low, high, currency, "read" if sure else "guessed", unit, total, why)


def _ends(number: Number, before: str, after: str) -> tuple[Decimal | None, Decimal | None, str]:
    if number.high is not None:
        return number.value, number.high, "explicit"
    words = before[-16:] + "|" + after[:8]
    if _HIGH.search(words):
        return None, number.value, "explicit"
    if _LOW.search(words):
        return number.value, None, "explicit"
    return None, number.value, "about" if _ABOUT.search(words) else "target_price"


def _currency(sign: re.Match[str] | None, lang: str) -> tuple[str, bool]:
    if sign is None:
        return _HOME.get(lang, ""), False
    name = str(sign.lastgroup)
    return ("JPY" if lang == "ja" else "CNY", True) if name == "yen" else (name, True)


def _code(word: str) -> str:
    unit = unit_of(word)
    return unit.code if unit else ""


def budget(found: list[Price], bought: str = "", names: tuple[str, str, str, str] = ("budget_low", "budget_high", "currency", "budget_unit")) -> list[Field]:
    """Return budget_low, budget_high, currency and budget_unit of the price that most looks like one."""
    usable = [price for price in found if price.currency]
    if not usable:
        return []
    price = next((price for price in usable if price.unit), usable[0])
    low, high, currency, unit = names
    fields = [Field(name, value, price.state, *price.span, price.why) for name, value in ((low, price.low), (high, price.high)) if value is not None]
    fields.append(Field(currency, price.currency, price.currency_state, *price.span,
                        "explicit" if price.currency_state == "read" else "currency_by_language"))
    if price.unit:
        fields.append(Field(unit, price.unit, "read", *price.span, "explicit"))
    elif bought and not price.total:  # a price beside an amount is the price of its unit
        fields.append(Field(unit, bought, "guessed", *price.span, "unit_of_quantity"))
    return fields
