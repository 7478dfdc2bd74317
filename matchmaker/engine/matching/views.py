"""The texts by which a sheet is compared: names (title, its first clause, its head in its own words and in English,
translations) and the whole.

A demand of two lines says its product in a few characters and its terms in many. The head is the first clause without
asking words, places, numbers and grades, so that the terms do not drown the product. Names and the whole are compared
apart.
"""

import re

from matchmaker.engine.matching.glosses import gloss, product_words
from matchmaker.engine.matching.records import Demand, Supply
from matchmaker.engine.text import clean, script_language, simplified

_CLAUSE = re.compile(r"[,。;:|、\n]|\.\s|\s[-–—]\s|\s?\(")
_PLACES = re.compile(
    "智利|秘鲁|阿根廷|巴西|墨西哥|厄瓜多尔|哥伦比亚|乌拉圭|美国|加拿大|英国|法国|德国|意大利|西班牙|葡萄牙|荷兰|比利时|瑞士|奥地利|"
    "丹麦|瑞典|挪威|芬兰|冰岛|爱尔兰|波兰|捷克|匈牙利|希腊|土耳其|俄罗斯|乌克兰|哈萨克斯坦|乌兹别克斯坦|格鲁吉亚|蒙古国?|日本|韩国|"
    "泰国|越南|马来西亚|印尼|印度尼西亚|菲律宾|新加坡|柬埔寨|老挝|缅甸|孟加拉国?|巴基斯坦|斯里兰卡|尼泊尔|印度|伊朗|沙特|阿联酋|以色列|"
    "埃及|摩洛哥|突尼斯|埃塞俄比亚|肯尼亚|坦桑尼亚|卢旺达|乌干达|赞比亚|莫桑比克|马达加斯加|南非|尼日利亚|加纳|塞内加尔|贝宁|"
    "澳大利亚|澳洲|新西兰|北欧|欧洲|非洲|南美|东南亚|中亚|海外|进口|国外|欧美|外国")
_SELLER = re.compile("供应商|供货商|厂家|工厂|厂商|货源|品牌")
_ASKING = re.compile(
    "求购|采购|寻找|寻求|急需|需要|需求|想找|想要|招标|长期|大量|找|寻|(?<![要需追])求|招(?!牌)|(?<![一-龥重主需])要|"
    "高精度|优质|高端|小众|(?<![一-龥])[产的]")
_UNIT = r"(?:mm|cm|kg|ml|kw|mw|[gltv%]|吨|公斤|克|升|毫升|箱|瓶|套|台|个|只|级|柜|年|月|日|万)"
_NUMBERS = re.compile(rf"[<>≥≤=~±]?\s?\d[\d.,/×*-]*(?:\s?[x×]\s?\d[\d.,]*)*\s?(?:{_UNIT}+(?![a-z]))?", re.IGNORECASE)
_EDGES = " /·-、和与或的"
TEXT_LIMIT = 600  # characters of the whole that are read; terms follow the product, not the other way round
VIEW_LIMIT = 7


def first_clause(text: str) -> str:
    """The text up to its first comma, stop, dash or bracket."""
    return _CLAUSE.split(clean(text), maxsplit=1)[0].strip() or text


def head(text: str) -> str:
    """The product of the first clause: without places and numbers, after the last asking word and before
    the word for a seller.

    "Coffee chain buys Ethiopian green beans" is about green beans. The clause itself where nothing would be left.
    """
    clause = first_clause(text)
    if script_language(clause) != "zh":
        bare = " ".join(_NUMBERS.sub(" ", clause).split()).strip(_EDGES)
        return bare if len(bare) > 1 else clause
    bare = _NUMBERS.sub(" ", _PLACES.sub(" ", simplified(clause)))
    for part in reversed(_ASKING.split(bare)):
        pieces = (piece.strip(_EDGES) for piece in _SELLER.sub(" ", part).split())
        if found := next((piece for piece in pieces if len(piece) > 1), None):
            return found
    return clause


def names(sheet: Demand | Supply) -> list[str]:
    """The ways in which a sheet names its product, each once, the title first."""
    title = clean(sheet.title)
    core = head(title)
    found = [title, first_clause(title), core, gloss(core) if script_language(core) == "zh" else product_words(title)]
    languages = sorted(sheet.translations, key=lambda lang: (lang[:2] not in ("zh", "en"), lang))
    found += [clean(sheet.translations[lang]) for lang in languages]
    return [name for name in dict.fromkeys(found) if name][:VIEW_LIMIT] or [title]


def whole(sheet: Demand | Supply) -> str:
    """Title, brand, description and specifications in one text."""
    specs = "; ".join(f"{key} {value}" for key, value in sheet.specs)
    brand = getattr(sheet, "brand", None) or ""
    return ". ".join(part for part in (clean(sheet.title), clean(brand), clean(sheet.text), clean(specs)) if part)[:TEXT_LIMIT]
