"""A text as the readers see it: a folded copy of the same length, its clauses, and what is no trade term in it.

Every character of the folded copy stands where its original stands, so that a span found in one is a span of the other.
"""
# ruff: noqa: E501  # tables of words in ten languages read better unbroken

import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property

from ..text import detect_language, simplified
from .records import Span

MOST = 8000  # characters that are read; a sheet stores no more
_STOPS = re.compile(r"[;!?。\n、]|(?<!\d),|,(?!\d)|\.(?=\s|$)")
_PAUSE = re.compile(r"[;!?。\n]|\.(?=\s|$)")
BLANK = "\x00"
# Numbers that identify or tell of a company; they are no quantities, prices or days.
_NOT_TRADE = tuple(re.compile(pattern) for pattern in (
    r"https?://\S+|www\.\S+|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}",
    r"(?:电话|手机|座机|传真|热线|微信号?|qq|tel(?:efon|éfono|ephone)?|phone|mobile|fax|whatsapp|wechat|тел|電話|전화|call)"
    r"[^\w\n]{0,4}(?:(?:no|number|号码?|id|us|at|on)[^\w\n]{0,3}){0,2}\+?[\da-z][\d\-() .]{4,20}\d",
    r"(?<![\d.])1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)",
    r"\+\d{1,3}[- (]{0,2}\d[\d\-() ]{6,16}\d",
    r"(?<!\d)(?:400|800)-?\d{3}-?\d{4}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)",
    r"(?:成立|创立|创办|从业|经营|深耕|专注|入行)[^,。;\n\d]{0,8}[\d一二两三四五六七八九十]{1,4}\s?(?:多|余)?年(?!\d)",
    r"[\d一二两三四五六七八九十]{1,3}\s?(?:多|余)?年(?:的)?(?:行业|从业|经营|进口|采购|贸易|丰富)?(?:经验|历史|老店|老厂|老牌|品牌)",
    r"\d{1,3}\+? ?(?:years?|yrs?)(?:'|’)?(?: of)?(?: \w+)? (?:experience|history|in business|old|in the (?:business|trade|industry|market))",
    r"(?:since|founded in|established in|est\.?|seit|gegründet|depuis|fondée? en|desde|fundada en|основан\w* в) ?(?:19|20)\d\d",
    r"(?:创立于|成立于|始于|自)?(?:19|20)\d\d年(?:成立|创立|创办|起家|至今)|(?:成立|创立|创办|始)于\s?(?:19|20)\d\d年?",
    r"\d[\d,]*\+?\s?(?:多|余)?\s?(?:家|间)(?:\w{0,6}?)(?:门店|店|超市|分店|网点|分公司|子公司|直营|加盟|连锁|餐厅|医院|酒店|药房|便利)",
    r"(?:门店|分店|网点|直营店|加盟店|员工|职工|团队)(?:数|数量|总数|人数)?[^\d,。;\n]{0,6}\d[\d,]*\+?\s?(?:多|余)?\s?(?:家|间|个|名|人)?",
    r"\d[\d,]*\+?\s?(?:多|余)?\s?(?:名|位)?(?:员工|职工|人|床位|张床位|张床|客户|会员|用户|粉丝|城市)(?!民币)",
    r"\d[\d,]*\+? (?:\w+ ){0,2}?(?:stores?|shops?|outlets?|branches|supermarkets|restaurants|hotels|hospitals|employees|staff|people|workers|"
    r"magasins|tiendas|filialen|mitarbeiter|магазин\w*|employés|empleados|beds|customers|members)\b",
    r"\d[\d,]*\s?(?:店舗|매장|개 매장|개 점포)",
    r"(?:型号|货号|款号|件号|料号|编号|model|part|art|item|ref|modèle|modelo|modell|品番|型番|артикул)[ .]{0,2}"
    r"(?:no|nr|number|numbers|#)?[ .:#]{1,3}[a-z\d][a-z\d\-/.]{2,30}",
    r"(?:世界|中国|全球|fortune|财富)\s?(?:前)?\d{2,3}\s?强|(?:fortune|top) ?(?:global )?\d{2,4}\b",
))
_WORD = re.compile(r"(?<![\w.])[a-z\d]+(?:[-/][a-z\d]+)*(?![\w])")
_MEASURE = re.compile(
    r"(?:\d+x)?\d+(?:kg|kgs|g|mg|t|mt|lb|lbs|oz|l|ml|cl|m|cm|mm|km|m2|m3|w|kw|kwh|mw|v|kv|a|ma|mah|hz|bar|pcs|pc|ctns?|ft|gp|hq|hc|fcl|k|usd|eur|rmb|cny"
    r"|x\d+\w*|d|st|nd|rd|th|q\d?|h\d?|pct|pa|mpa|rpm|inch|sets?|pallets?|dpi|°?c)?(?:/\w+)*"
    r"|(?:spf|umf|mgo|pa|sca|brix|ip|sae|nlgi|iso)\d+|(?:usd|eur|rmb|cny|us|gbp|aud|jpy|fob|cif|cfr|ddp|exw)\d+\w*|(?:iso|en|haccp|gb|brc|iatf|din|astm|aec|oeko|gots|pm|q|h|f|ph)-?/?\d[\d-]*"
    r"|\d{1,4}(?:[-/]\d{1,4}){1,2}(?:kg|g|ml|l|cm|mm|m|t|pcs)?")


def _fold(char: str) -> str:
    """One character for one: compatibility forms, lower case."""
    folded = unicodedata.normalize("NFKC", char).lower()
    folded = {"，": ",", "；": ";", "：": ":", "！": "!", "？": "?", "（": "(", "）": ")", "．": ".", "–": "-", "—": "-", "～": "~", "×": "x", "呎": "尺",
              "‘": "'", "’": "'", "\u202f": " ", "\u2009": " "}.get(char, folded)
    if len(folded) != 1 or "\ud800" <= char <= "\udfff" or (unicodedata.category(folded) in ("Cc", "Cf") and char != "\n"):
        return " "
    return folded


class Source:
    """A text and its folded copy ``low``; ``raw`` is the original (its first 8,000 characters), never changed."""

    def __init__(self, text: str, lang: str | None = None):
        self.raw = text[:MOST]
        folded = "".join(map(_fold, self.raw))
        plain = simplified(folded)
        if len(plain) != len(folded):  # a phrase table that changes lengths would move every span behind it
            plain = "".join(one if len(one := simplified(char)) == 1 else char for char in folded)
        self.whole = plain
        self.lang = (lang or detect_language(self.raw)).split("-")[0].split("_")[0] or "en"
        self.low = plain
        for pattern in _NOT_TRADE:
            self.blank(found.span() for found in pattern.finditer(self.low))
        self.blank(found.span() for found in _WORD.finditer(self.low) if _is_model(found.group()))

    def blank(self, spans: Iterable[Span]) -> None:
        """Make the characters of spans unreadable for those who read later."""
        for start, end in spans:
            self.low = self.low[:start] + BLANK * (end - start) + self.low[end:]

    @cached_property
    def clauses(self) -> tuple[Span, ...]:
        """The parts between commas and stops."""
        return self._cut(_STOPS)

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The parts between full stops, semicolons and line ends."""
        return self._cut(_PAUSE)

    def _cut(self, pattern: re.Pattern[str]) -> tuple[Span, ...]:
        edges, start = [], 0
        for stop in pattern.finditer(self.whole):
            edges.append((start, stop.start()))
            start = stop.end()
        edges.append((start, len(self.whole)))
        return tuple(edges)

    def clause(self, at: int) -> Span:
        """Return the clause around a place."""
        return next((span for span in self.clauses if span[0] <= at <= span[1]), (0, len(self.whole)))

    def sentence(self, at: int) -> Span:
        """Return the sentence around a place."""
        return next((span for span in self.sentences if span[0] <= at <= span[1]), (0, len(self.whole)))

    def around(self, span: Span, before: int = 40, after: int = 24) -> tuple[str, str]:
        """Return the readable words before and behind a span, inside its clause."""
        start, end = self.clause(span[0])
        end = max(end, span[1])
        return self.low[max(start, span[0] - before):span[0]], self.low[span[1]:min(end, span[1] + after)]


def _is_model(word: str) -> bool:
    """Tell whether a word of letters and digits names a model or a part rather than a measure."""
    word = re.sub(r"/[a-z]+$", "", word)  # 8-9/kg is a price
    letters, digits = sum(char.isalpha() for char in word), sum(char.isdigit() for char in word)
    if not digits or _MEASURE.fullmatch(word):
        return False
    if not letters:  # 307-7542-05
        return word.count("-") >= 1 and digits > 6 and not re.fullmatch(r"(?:19|20)\d\d[-/]\d{1,2}[-/]\d{1,2}", word)
    return word.isascii()
