"""A rate as official tables write it: ``14%``, ``free``, ``7.5 yuan/litre``, ``15% + 3元/千克``.

A number with a percent sign is always a percentage. A number without one is ``bare``: what it means is decided for the whole column,
never for one cell, because 0.5 may be half a percent or one half.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

MOST_SHARE = Decimal(20)  # 2000 %: nothing in a tariff comes near, so more is a slip of the hand
FREE = frozenset({"free", "nil", "exempt", "免", "免税", "免征", "零", "零关税"})
NOTHING = frozenset({"", "-", "--", "/", "n/a", "无", "不适用"})
_PLUS = re.compile(r"\s*(?:\+|加)\s*")
_PERCENT = re.compile(r"(\d{1,6}(?:\.\d{1,8})?)\s*(?:%|per ?cent)")
_BARE = re.compile(r"\d{1,6}(?:\.\d{1,8})?")
_SPECIFIC = re.compile(
    r"(?P<front>¥|cny|rmb|人民币)?\s*(?P<amount>\d{1,9}(?:\.\d{1,6})?)\s*(?P<back>元人民币|元|yuan|cny|rmb)?\s*(?:/|per|每)\s*(?P<unit>[^\d\s].{0,18})")
UNITS = {
    "kg": ("kg", "kgs", "kilogram", "kilogramme", "千克", "公斤"), "t": ("t", "mt", "ton", "tonne", "metric ton", "吨"),
    "litre": ("l", "litre", "liter", "升", "公升"), "m": ("m", "metre", "meter", "米"), "m2": ("m2", "square metre", "平方米"),
    "m3": ("m3", "cubic metre", "立方米"), "piece": ("piece", "pc", "pcs", "unit", "item", "件", "个", "台", "只", "支", "条", "辆"),
    "set": ("set", "套"), "pair": ("pair", "双", "副"), "carat": ("carat", "克拉"), "bottle": ("bottle", "瓶"), "carton": ("carton", "箱"),
    "bag": ("bag", "袋"), "box": ("box", "盒"),
}
_UNIT = {word: code for code, words in UNITS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Written:
    """What a cell says: ``share`` (a part of the value) or a ``bare`` number, and an ``amount`` in yuan per ``unit``."""

    share: Decimal | None = None
    bare: Decimal | None = None
    amount: Decimal | None = None
    unit: str = ""


def read_rate(text: str) -> Written | None:
    """Return what a cell says; None when it says nothing. Raises ``ValueError`` for what is no rate."""
    text = unicodedata.normalize("NFKC", text).replace("—", "-").replace("–", "-").strip().lower()
    if text in NOTHING or text.strip("-") == "":
        return None
    if text in FREE:
        return Written(share=Decimal(0))
    found = Written()
    for part in _PLUS.split(text):
        found = _with(found, part)
    return found


def unit_of(word: str) -> str:
    """Return the code of a unit as tables write it; raise ``ValueError``."""
    code = _UNIT.get(unicodedata.normalize("NFKC", word).strip().lower())
    if code is None:
        raise ValueError(word)
    return code


def _with(found: Written, part: str) -> Written:
    """Add one part of a compound duty; raise ``ValueError`` when it is none, or the second of its sort."""
    if match := _PERCENT.fullmatch(part):
        share = Decimal(match[1]) / 100
        if found.share is not None or found.bare is not None or share > MOST_SHARE:
            raise ValueError(part)
        return Written(share, None, found.amount, found.unit)
    if _BARE.fullmatch(part):
        if found.share is not None or found.bare is not None or Decimal(part) > MOST_SHARE * 100:
            raise ValueError(part)
        return Written(None, Decimal(part), found.amount, found.unit)
    match = _SPECIFIC.fullmatch(part)
    if not match or found.amount is not None or not (match["front"] or match["back"]):
        raise ValueError(part)
    return Written(found.share, found.bare, Decimal(match["amount"]), unit_of(match["unit"]))
