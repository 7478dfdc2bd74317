"""Numbers as people write them: 12,000, 1.500,50, 12万, 一万二, 两, 半, 5-8万, 3 million, two dozen."""
# ruff: noqa: E501  # tables of words in ten languages read better unbroken

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from .source import Source

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "俩": 2, "壹": 1}
_SMALL = {"十": 10, "百": 100, "千": 1000, "廿": 20}
_LARGE = {"万": 10_000, "亿": 100_000_000}
_TOKEN = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?|[零〇一二两三四五六七八九十百千廿万亿]")
_WORDS = {word: number for number, names in {
    1: "one", 2: "two deux dos zwei два", 3: "three trois tres drei три", 4: "four quatre cuatro vier четыре", 5: "five cinq cinco fünf пять", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten dix diez zehn десять", 11: "eleven", 12: "twelve",
    15: "fifteen", 20: "twenty", 30: "thirty", 40: "forty", 50: "fifty"}.items() for word in names.split()}
_TIMES = {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 10**6, "k": 1000, "m": 10**6, "mio": 10**6, "mn": 10**6, "bn": 10**9,
          "billion": 10**9, "millions": 10**6, "millionen": 10**6, "millones": 10**6, "mil": 1000, "mille": 1000, "tausend": 1000, "тыс": 1000,
          "тысяч": 1000, "млн": 10**6, "만": 10_000, "천": 1000, "백만": 10**6, "억": 10**8, "lakh": 10**5}
_HAN_CHARS = "零〇一二两三四五六七八九廿十百千万亿"
_POWER = "(?:[十百万亿]|千(?![克瓦米伏卡帕赫]))"  # 500千克 are 500 kg
_LAST = rf"(?:[{_HAN_CHARS[:-5].replace('一', '')}]|(?<![万千])一|一(?![台个件瓶套吨箱盒只辆双袋平米公升克斤副支条张把]))"  # 68万一台: 680,000 for one
_ARABIC = r"\d{1,3}(?:[ ']\d{3}){1,3}(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*"
_NUMBER = re.compile(
    rf"(?P<han>(?:{_ARABIC})\s?{_POWER}(?:{_POWER}|{_LAST}|\d)*|(?:{_POWER}|{_LAST})+)"
    rf"|(?P<arabic>{_ARABIC})(?:\s?(?P<times>k|m|mio|mn|bn|dozen|hundred|thousand|millions?|billion|millionen|millones|mil|mille|tausend|тыс|тысяч"
    r"|млн|만|천|백만|억|lakh)(?![a-zа-я\d²³])\.?)?"
    r"|(?P<half>半(?=[\u4e00-\u9fff]))"
    r"|(?P<word>\b(?:" + "|".join(_WORDS) + r"|an?)(?:[ -](?:dozen|hundred|thousand|million))?\b)")
_BETWEEN = re.compile(r"\s?(?:-|~|至|到|to|bis|à|до|から|에서)\s?")
_ABOUT = re.compile(r"\s?(?:多|余|来|几|左右|上下|以上)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number, or a range when ``high`` is there; ``article`` when the word is only "a" or "an"."""

    start: int
    end: int
    value: Decimal
    high: Decimal | None = None
    article: bool = False


def han_number(text: str) -> Decimal | None:
    """Return the value of a Chinese numeral, digits allowed in it: 一万二 is 12,000, 3万5千 is 35,000; None where it is none."""
    total, section, number, scale = Decimal(0), Decimal(0), None, 1
    zero = False
    for piece in _TOKEN.findall(text):
        if piece in _SMALL:
            section += (number if number is not None else 1) * _SMALL[piece]
            number, scale, zero = None, _SMALL[piece], False
        elif piece in _LARGE:
            part = section + (number or 0)
            if not part and not total:
                return None
            total = (total + part) * _LARGE[piece] if piece == "亿" else total + part * _LARGE[piece]
            section, number, scale, zero = Decimal(0), None, _LARGE[piece], False
        elif piece in "零〇":
            zero, number = True, number if number is None else number * 10
        else:
            digit = Decimal(_DIGITS[piece]) if piece in _DIGITS else Decimal(piece.replace(",", ""))
            number = digit if number is None else number * 10 + digit
    if number is not None:  # 一万二: a last digit without its power counts tenths of the power before
        section += number * scale / 10 if scale > 10 and number < 10 and not zero else number
    return total + section


def arabic_number(text: str, lang: str) -> Decimal | None:
    """Return the value of digits with points and commas, read as in ``lang`` where they can be read in two ways."""
    text = re.sub(r"[ ']", "", text)
    continental = lang in ("de", "es", "fr", "it", "pt", "nl", "ru", "tr", "id", "pl", "uk", "sv", "da", "fi", "cs", "ro", "vi", "hu")
    if "," in text and "." in text:
        decimal = max(text.rfind(","), text.rfind("."))
        text = re.sub(r"[.,]", "", text[:decimal]) + "." + text[decimal + 1:]
    elif re.fullmatch(r"\d{1,3}(,\d{3})+", text) and not (continental and text.count(",") == 1 and lang in ("de", "fr", "ru")):
        text = text.replace(",", "")
    elif re.fullmatch(r"\d{1,3}(\.\d{3})+", text) and (continental or text.count(".") > 1):
        text = text.replace(".", "")
    elif text.count(",") == 1:
        text = text.replace(",", ".")
    try:
        return Decimal(text) if len(text) < 20 else None
    except InvalidOperation:
        return None


def numbers(source: Source) -> list[Number]:
    """Return the numbers of a text in order; a range is one of them."""
    found: list[Number] = []
    apart = "".join(";" if char in "，、" else low for char, low in zip(source.raw, source.low, strict=True))  # 340，48台 are two
    for match in _NUMBER.finditer(apart):
        if number := _one(match, source):
            before = found[-1] if found else None
            if before and before.high is None and not before.article and _BETWEEN.fullmatch(source.low, before.end, number.start):
                low = before.value
                if low < 1000 <= number.value and number.value / low >= 100 and match.lastgroup != "arabic":  # 5-8万: both in 万
                    power = Decimal(10) ** (4 if "万" in match.group() else 3 if "千" in match.group() else 0)
                    low *= power
                if low < number.value:
                    found[-1] = Number(before.start, number.end, low, number.value)
                    continue
            found.append(number)
    return found


def _one(match: re.Match[str], source: Source) -> Number | None:
    start, end, text = match.start(), match.end(), match.group()
    if match["half"]:
        return Number(start, end, Decimal("0.5"))
    if match["word"]:
        return _worded(match)
    if start and source.low[start - 1].isascii() and (source.low[start - 1].isalpha() or source.low[start - 1] in "._#"):
        return None
    if match["han"]:
        value = han_number(text) if text[0] in _HAN_CHARS else han_number(text.replace(" ", ""))
        if text.startswith(("第", "百")) or (start and source.low[start - 1] == "第"):
            return None
    else:
        value = arabic_number(match["arabic"], source.lang)
        if value is not None and match["times"]:
            value *= _TIMES[match["times"]]
    if value is None or not 0 < value < 10**12:
        return None
    more = _ABOUT.match(source.low, end)
    return Number(start, more.end() if more and more.group().strip() in "多余来" else end, value)


def _worded(match: re.Match[str]) -> Number:
    first, _space, second = match["word"].replace("-", " ").partition(" ")
    article = first in ("a", "an")
    return Number(match.start(), match.end(), Decimal((1 if article else _WORDS[first]) * _TIMES.get(second, 1)), article=article and not second)
