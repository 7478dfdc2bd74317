"""Delivery windows: absolute days, months, quarters, festivals and spans of days counted from today."""
# ruff: noqa: E501  # tables of words in ten languages read better unbroken

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

from babel import Locale

from .figures import han_number
from .holidays import NAMES, festival
from .records import Field, Span, State
from .source import Source

_N = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_YEAR = r"(?:(?P<year>20\d\d)\s?年?[,]?\s?|(?P<word>明年|今年|本年|来年|后年|next year|this year|来年|내년)的?(?:\s|,|之)?)?"
_NUMERIC = re.compile(r"(?<!\d)(?P<y>20\d\d)[-/.年]\s?(?P<m>\d{1,2})(?:[-/.月]\s?(?P<d>\d{1,2})(?!\d)[日号]?|月(?P<part>底|末|初|中旬?|上旬|下旬|份)?)")
_DOTTED = re.compile(r"(?<![\d.])(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>20\d\d)(?!\d)")
_HAN = re.compile(_YEAR + r"(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})\s?(?:月|월)(?!薪|饼|用|需|均|内|后)\s?份?(?:(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})\s?(?:[日号]|일)|(?P<part>底|末|初|中旬?|上旬|下旬|말|초|頭))?")
_YEAR_PART = re.compile(r"(?:(?P<year>20\d\d)\s?年?|(?P<word>明年|今年|本年|来年|后年)|(?P<this>年))?(?P<part>年?(?:底|末|终)前?|年初|年中|上半年|下半年|第?(?:q\s?(?P<q>[1-4])|(?P<hq>[一二三四1-4])季度?))")
_LATIN_Q = re.compile(r"(?<![a-z\d])(?:q(?P<q>[1-4])|h(?P<h>[12])|(?P<word>first|second|third|fourth|1st|2nd|3rd|4th) (?P<kind>quarter|half))(?:[ /,]*(?:of )?(?P<year>20\d\d))?(?![a-z])")
_RELATIVE = re.compile(rf"(?P<n>{_N}|半)\s?(?:-\s?(?P<n2>\d{{1,3}})\s?)?(?:个)?\s?(?P<unit>天|日(?!本|元)|工作日|周|星期|月|days?|weeks?|months?|jours?|semaines?|mois|días?|semanas?|mes(?:es)?|tage?n?|wochen?|monate?n?|дн(?:ей|я)|недел[ьи]|месяц\w*"
                       r"|週間|ヶ月|か月|일|주|개월)\s?(?P<in>之?以?内|之内|左右内|以内|이내|內|前)?")
_WITHIN = re.compile(r"(?:within|in|inside|dans(?: les)?|sous|en (?:un plazo de)?|dentro de|innerhalb von|innerhalb|binnen|in|в течение|through|限|于|在|交期|交货期|lead time(?: of| :|:)?|delivery(?: time)?(?: of| :|:)?|不超过|最长|max\.?)\s?$")
_END = re.compile(r"(?P<part>月底|月末|本月底|下月底|下个?月底?|本月内?|下个?月初|这个月底?|next month|end of (?:this|the) month|end of (?:the |this )?year|year[- ]end|end of next month|fin d.année|fin de año|jahresende|конц[ауе] года|年末|연말|le mois prochain|nächsten? monat)")
_BEFORE = re.compile(r"^\s?(?:之?以?前|之前|前后?(?=[到交上入送])|截?止|到货前|まで|까지|전|이전)")
_BY = re.compile(r"(?:by|before|until|no later than|not later than|latest(?: by)?|prior to|ahead of|in time for|最晚|最迟|不晚于|赶在|截至|赶|avant|d.ici(?: à| au)?|au plus tard|jusqu.au?|antes de(?:l)?|para|hasta|bis(?: zum| spätestens| ende)?|vor|spätestens|до|не позднее|к)"
                 r"(?:\s(?:the|le|la|el|fin|end|mid|early|late|middle|of|start|beginning|zum|ende|mitte|anfang|finales|de|du|конца|середины|начала)){0,4}\s?$")
_AFTER_CUE = re.compile(r"^\s?(?:起|开始|之?以?后|onwards?|から|부터|年后)")
_FROM = re.compile(r"(?:from|after|starting|not before|as of|since|自|从|ab|à partir (?:de|du)|dès|desde|a partir de|с|после)\s(?:the )?$|[自从]$")
_OFF = re.compile(r"报价(?!格)|截止报名|报名|投标|招标截|标书|样品|寄样|付款|账期|保质|效期|有效|质保|保修|收割|采摘|产季|年份|vintage|shelf life|payment|credit|warranty|net |quotes?(?: by| before| due)|quotations?|offers? (?:by|due|until|before)|deadline|rfq|bid|tender|samples?|expiry|best before|harvest|生产日期"
                  r"|angebot\w* bis|devis|oferta|paiement|zahlung|pago|оплат\w*|срок годности|賞味期限|유통기한|残存|剩余|面谈|会面|现场|展会|meeting|zoom|训练|培训|试用期|成立|founded|last|过去|以来|已")
_OFFER_DAY = re.compile(r"报价|投标|quotes?|quotations?|offers?|deadline|rfq|bids?|tender|angebot|devis|oferta|截标|見積|견적|предложени")
_PARTS = {"end": r"底|末|end|late|终|下旬|fin|ende|finales|конц|말", "start": r"初|上旬|early|beginning|start|début|anfang|principios|начал|초|頭", "mid": r"中|mid|mitte|середин|중"}


@dataclass(frozen=True, slots=True)
class Moment:
    """A day or a stretch of days that a text names."""

    span: Span
    first: date
    last: date
    why: str  # explicit, month_whole, quarter_whole, part_of_month, holiday, days_from_today, year_part
    closed: bool = False  # "within 45 days", "by": the words themselves say that it is the end


@cache
def _months() -> dict[str, int]:
    """Return {month name: number} in the languages whose names CLDR gives."""
    found: dict[str, int] = {}
    for lang in ("en", "fr", "es", "de", "ru"):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in Locale(lang).months[context][width].items():
                    if len(name := name.lower().rstrip(".")) > 2:
                        found[name] = int(number)
    return found | {"sept": 9}


@cache
def _latin() -> re.Pattern[str]:
    names = "|".join(sorted((re.escape(name) for name in _months()), key=len, reverse=True))
    return re.compile(rf"(?:(?P<part>early|mid|late|end(?: of)?|beginning of|fin|début|mi|ende|anfang|mitte|finales de|principios de|конца?|середин\w)[- ](?:de |du |d')?)?(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.)? (?:of |de )?)?"
                      rf"(?<![a-zà-ÿа-я])(?P<name>{names})\.?(?![a-zà-ÿа-я])(?: (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d))?,?(?: (?:of |de )?(?P<year>20\d\d))?")


def moments(source: Source, today: date) -> list[Moment]:
    """Return the days that a text names, in order; where two readings overlap the longer one stays."""
    found = [moment for reader in (_numeric, _han, _by_month_name, _parts, _festivals, _relative) for moment in reader(source, today)]
    kept: list[Moment] = []
    for moment in sorted(found, key=lambda one: one.span[0] - one.span[1]):
        if all(moment.span[1] <= other.span[0] or other.span[1] <= moment.span[0] for other in kept):
            kept.append(moment)
    return sorted(kept, key=lambda one: one.span)


def _numeric(source: Source, today: date) -> list[Moment]:
    found = []
    for pattern in (_NUMERIC, _DOTTED):
        for match in pattern.finditer(source.low):
            groups = match.groupdict()
            found.append(_day_or_month(match.span(), int(groups["y"]), int(groups["m"]), int(groups["d"] or 0), groups.get("part") or ""))
    return [moment for moment in found if moment]


def _han(source: Source, today: date) -> list[Moment]:
    found = []
    for match in _HAN.finditer(source.low):
        month, day = _small(match["m"]), _small(match["d"] or "")
        if match["m"].isdigit() or len(match["m"]) <= 2:
            found.append(_day_or_month(match.span(), _year(match, today, month, day), month, day, match["part"] or ""))
    return [moment for moment in found if moment]


def _by_month_name(source: Source, today: date) -> list[Moment]:
    found = []
    for match in _latin().finditer(source.low):
        name, day = match["name"], int(match["d"] or match["d2"] or 0)
        if name in ("may", "mar", "mai") and not (day or match["year"] or match["part"] or re.search(r"(?:in|by|before|until|from|end of|mid|early|late|and|to|through|en|im|bis|ab)[ -]$", source.low[:match.start()])):
            continue
        year = int(match["year"]) if match["year"] else _next_year(today, _months()[name], day)
        found.append(_day_or_month(match.span(), year, _months()[name], day, match["part"] or ""))
    return [moment for moment in found if moment]


def _year(match: re.Match[str], today: date, month: int, day: int) -> int:
    if match["year"]:
        return int(match["year"])
    word = match["word"]
    if word:
        return today.year + (2 if word == "后年" else 0 if word in ("今年", "本年", "this year") else 1)
    return _next_year(today, month, day)


def _next_year(today: date, month: int, day: int) -> int:
    """Return the year in which a month comes next; the month of today counts unless its day is over."""
    over = month < today.month or (month == today.month and 0 < day < today.day)
    return today.year + over


def _day_or_month(span: Span, year: int, month: int, day: int, part: str) -> Moment | None:
    if not (1 <= month <= 12 and 2000 <= year <= 2100 and 0 <= day <= calendar.monthrange(year, month)[1]):
        return None
    if day:
        return Moment(span, date(year, month, day), date(year, month, day), "explicit")
    first, last = date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    which = _part(part)
    if which == "end":
        return Moment(span, date(year, month, 21), last, "part_of_month")
    if which == "start":
        return Moment(span, first, date(year, month, 10), "part_of_month")
    if which == "mid":
        return Moment(span, date(year, month, 11), date(year, month, 20), "part_of_month")
    return Moment(span, first, last, "month_whole")


def _part(words: str) -> str:
    return next((name for name, pattern in _PARTS.items() if words and re.search(pattern, words)), "")


def _parts(source: Source, today: date) -> list[Moment]:
    found = []
    for match in _YEAR_PART.finditer(source.low):
        year = int(match["year"]) if match["year"] else today.year + {"明年": 1, "来年": 1, "后年": 2}.get(match["word"] or "", 0)
        part, quarter = match["part"], match["q"] or match["hq"]
        if quarter:
            number = int(quarter) if quarter.isdigit() else "一二三四".index(quarter) + 1
            if match["q"] and not (match["year"] or match["word"]) and source.low[match.start() - 1:match.start()].isalnum() and source.low[match.start() - 1] < "\x7f":
                continue
            found.append(_months_of(match.span(), year, 3 * number - 2, 3 * number, today, bool(match["year"] or match["word"]), "quarter_whole"))
        elif "半年" in part:
            first = 1 if part.startswith("上") else 7
            found.append(_months_of(match.span(), year, first, first + 5, today, bool(match["year"] or match["word"]), "year_part"))
        elif (match["this"] or match["word"] or match["year"] or part.startswith("年")) and re.search(r"底|末|终", part):
            end = match.end() - part.endswith("前")
            found.append(Moment((match.start(), end), date(year, 12, 1), date(year, 12, 31), "part_of_month"))
        elif part in ("年初", "年中") and (match["word"] or match["year"]):
            first = 1 if part == "年初" else 6
            found.append(_months_of(match.span(), year, first, first + 1, today, True, "year_part"))
    for match in _LATIN_Q.finditer(source.low):
        number = int(match["q"] or match["h"] or ["first", "second", "third", "fourth", "1st", "2nd", "3rd", "4th"].index(match["word"]) % 4 + 1)
        half = bool(match["h"]) or match["kind"] == "half"
        size = 6 if half else 3
        if number * size <= 12:
            found.append(_months_of(match.span(), int(match["year"] or today.year), number * size - size + 1, number * size, today, bool(match["year"]), "quarter_whole"))
    return found + [_end_of(match.span(), match["part"], today) for match in _END.finditer(source.low)]


def _months_of(span: Span, year: int, first: int, last: int, today: date, said: bool, why: str) -> Moment:
    year = min(year, 2100)
    if not said and date(year, last, 28) < today:
        year += 1
    return Moment(span, date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]), why)


def _end_of(span: Span, words: str, today: date) -> Moment:
    if re.search(r"year|année|año|jahr|год|年末|연말", words):
        return Moment(span, date(today.year, 12, 1), date(today.year, 12, 31), "part_of_month")
    following = bool(re.search(r"下|next|prochain|nächst", words))
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1) if following else today
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return Moment(span, first, first.replace(day=10) if "初" in words else last, "month_whole")


def _festivals(source: Source, today: date) -> list[Moment]:
    found = []
    for key, pattern in NAMES.items():
        for match in re.finditer(rf"(?:(?P<year>20\d\d)年?\s?|(?P<next>明年|来年))?(?:{pattern})(?!\s?(?:款|礼|装|主题|档|限定|gift|edition|theme))(?:[ ,]+(?P<behind>20\d\d))?", source.low):
            said = match["year"] or match["behind"]
            year = int(said) if said else None
            day = festival(key, today if not match["next"] else date(today.year, 12, 31), year)
            if day:
                found.append(Moment(match.span(), day, day, "holiday"))
    return found


def _relative(source: Source, today: date) -> list[Moment]:
    found = []
    for match in _RELATIVE.finditer(source.low):
        before = source.low[max(0, match.start() - 30):match.start()]
        if not (match["in"] or _WITHIN.search(before)) or match["in"] == "前":
            continue
        words, unit = match["n2"] or match["n"], match["unit"]
        count = 0.5 if words == "半" else float(_small(words))
        size = 30.5 if re.match(r"月|month|mois|mes|monat|месяц|ヶ月|か月|개월", unit) else 7 if re.match(r"周|星期|week|sema|woche|недел|週|주", unit) else 1.4 if unit == "工作日" else 1
        if 3 <= count * size <= 1100:
            found.append(Moment(match.span(), today, _shifted(today, count, size), "days_from_today", True))
    return found


def _shifted(today: date, count: float, size: float) -> date:
    if size != 30.5 or count != int(count):
        return today + timedelta(days=round(count * size))
    month = today.month - 1 + int(count)
    year, month = today.year + month // 12, month % 12 + 1
    return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))


def _small(text: str) -> int:
    return int(text) if text.isdigit() else int(han_number(text) or 0) if text else 0


def window(source: Source, today: date, found: list[Moment]) -> list[Field]:
    """Return window_from, window_to and deadline_on of a demand. Terms of payment, shelf life and the like are none."""
    fields: dict[str, Field] = {}
    useful = []
    for moment in found:
        before, after = source.around(moment.span, 26, 14)
        if _OFFER_DAY.search(before + "|" + after) and not re.search(r"到货|交货|deliver|arriv|上架", before + after):
            fields.setdefault("deadline_on", Field("deadline_on", moment.last, _state(moment), *moment.span, moment.why))
        elif not _OFF.search(before[-18:] + "|" + after[:8]) and moment.last >= today:
            useful.append(moment)
    for one, other in pairwise(useful):
        if re.fullmatch(r"\s?(?:-|~|至|到|to|and|und|et|y|bis|до|から|부터|a|au|until|through|or|或)\s?", source.low[one.span[1]:other.span[0]]) and one.first <= other.last:
            fields["window_from"] = Field("window_from", one.first, _state(one), *one.span, one.why)
            fields["window_to"] = Field("window_to", other.last, _state(other), *other.span, other.why)
            return list(fields.values())
    for moment in useful[:3]:
        for field in _ends(source, moment):
            fields.setdefault(field.name, field)
    return list(fields.values())


def _ends(source: Source, moment: Moment) -> list[Field]:
    """Return the end, the beginning or both that one moment gives."""
    before, after = source.low[max(0, moment.span[0] - 30):moment.span[0]], source.low[moment.span[1]:moment.span[1] + 12]
    end = Field("window_to", moment.last, _state(moment), *moment.span, moment.why)
    behind = _BEFORE.match(after)
    if behind or _BY.search(before) or moment.closed:
        last = moment.last
        if moment.why in ("holiday", "explicit") and ((behind and re.match(r"\s?(?:之?以?前|전|이전)", after) and not re.search(r"截|不晚于|最晚|最迟", before)) or re.search(r"before|ahead of|prior|avant|antes de|vor(?: dem)?\s?$", before)):
            last -= timedelta(days=1)  # before a day is the day before it at the latest
        elif moment.why in ("month_whole", "quarter_whole") and behind and "底" not in source.low[slice(*moment.span)]:
            last = moment.last if re.match(r"\s?(?:底|まで|까지)", after) else moment.first - timedelta(days=1)
        elif moment.why == "month_whole" and re.search(r"(?:before|avant|antes de|vor|до)\s?$", before):
            last = moment.first - timedelta(days=1)
        words = (moment.span[0], moment.span[1] + (len(behind.group()) if behind else 0))
        return [Field("window_to", last, _state(moment), *words, moment.why)]
    start = Field("window_from", moment.first, _state(moment), *moment.span, moment.why)
    if _AFTER_CUE.match(after) or _FROM.search(before):
        return [start]
    return [end] if moment.why in ("explicit", "holiday") else [start, end]


def _state(moment: Moment) -> State:
    return "read" if moment.why in ("explicit", "month_whole", "quarter_whole") or moment.closed else "guessed"
