"""Specifications: what a clause says of the product itself."""
# ruff: noqa: E501  # tables of words in ten languages read better unbroken

import re
from collections.abc import Sequence

from .certificates import _PREFERRED as PREFERRED
from .records import Field, Span, over
from .remarks import remarks
from .source import BLANK, Source
from .units import small_pattern, unit_pattern

_NAMED = re.compile(r"^\s*(?:[-*•·\d]{0,2}[.)、]?\s*)(?P<name>[^\s\d:=<>≥≤,。][^:=<>≥≤\n,。]{0,23}?)\s?(?P<sign>[:=]|[<>≥≤]=?)\s?(?P<value>\S.{0,100})$")
_TRADE = re.compile(r"^(?:产品|品名|商品|名称|产品名称|需求|采购(?:数量|量)?|数量|用量|预算|价格|单价|目标价|交货\w*|到货\w*|交期|港口|目的港|原?产地|原产国|认证|证书|资质|渠道|贸易术语|贸易方式|付款\w*|联系\w*|电话|邮箱|备注|首单|年用量|年需求|时间|公司|title|product(?: name)?|item|quantity|qty|order quantity"
                    r"|budget|price|target price|delivery\w*|delivery time|port|destination|origin|country of origin|certificat\w+|channel|incoterms?|payment\w*|contact\w*|phone|email|company|deadline|first order|annual\w*|hs(?: code)?|税号|hs编码|lead time|moq|supply type|supplier type|trade terms?|brand name|application)$")
_PROPERTY = re.compile(r"(?P<name>酸度|纯度|含量|浓度|水分|含水量|蛋白质?(?:含量)?|脂肪(?:含量)?|糖度|酒精度|度数|粘度|密度|精度|功率|电压|频率|直径|口径|厚度|宽度|长度|高度|幅宽|克重|粒径|粒度|目数|重量|容量|净含量|净重|果径|规格|等级|级别|保质期|尺寸|硬度|温度|流量|压力|转速|续航|分辨率|像素|加工范围|行程|承重|载重|产能|处理量"
                       r"|acidity|purity|moisture|protein(?: content)?|fat(?: content)?|alcohol|abv|viscosity|density|power|voltage|diameter|thickness|width|length|height|weight|capacity|size|caliber|calibre|grade|shelf life|gsm|temperature|pressure|flow rate|speed|resolution|acidez|acidité|säure\w*)"
                       r"\s?(?:content|of|为|是|在|达到?|要求|需|要|:|控制在)?\s?(?P<value>(?:≤|≥|<|>|不超过|不低于|不高于|小于|大于|低于|高于|至少|under|below|above|over|at least|max\.?|min\.?|up to|no more than)?\s?[\d.,]+(?:\s?[-~到至x*/×]\s?[\d.,]+)*(?:\s?[a-z%‰°℃μ/²³]{1,10}|[^\s,。;\d]{0,12})(?:\s?(?:以上|以下|以内|左右))?)")
_CLASS = re.compile(r"(?<![a-z])(?:\d?j{1,4}j?|[a-d]{1,3}\d?)级(?:以上|及以上)?|\d{1,3}(?:-\d{1,3})?[头粒位支目]\+?(?![\u4e00-\u9fff])|(?<![a-z\d])(?:umf|spf|mgo|[mlwqx]|sca|type ?)\d{1,4}\+?(?:以上)?(?![a-z\d])|(?<![\d/])\d{2}/\d{2,3}(?![\d/])|\d{1,2}\+|(?:\d+|一|两|五|十)(?:公斤|kg|升|斤|l)[\u4e00-\u9fff]?装|(?:冷冻|冰鲜|冷藏|活的|鲜活|无糖|零添加糖|脱盐|脱脂|全脂|低脂|无铅|无粉|无谷|去骨|带皮|去皮|切片|全自动|半自动|手持|无线|非转基因|冷链|散装|散油|真皮|牛皮|实木|脱水|速溶|整颗|无烧|航空级|即食)(?=[\s,。;、(]|$)|non-?gmo|gluten[- ]free|sugar[- ]free|grass-?fed|skin[- ](?:on|off)|boneless|frozen|chilled|fresh|\d+ ?(?:kg|g|ml|l) (?:boxes|bags|bottles|cans|tins|drums|cartons|ibc)|(?:特|一|二|三|优|高|食品|医用|医药|工业|电子|车规|饲料)级(?!初榨)|(?:玻璃|塑料|金属|马口铁|铝|纸|真空|冷冻|冷藏|冰鲜|散装|桶装|瓶装|袋装|罐装|盒装|独立)[瓶罐盒袋]?(?:包装|装)?(?=[,。;、\s]|$)|(?:food|medical|pharma|feed|industrial|premium) grade|grade [a-d]{1,2}\b|glass bottles?|vacuum packed|iqf")


def specifications(source: Source, taken: list[Span], packs_said: Sequence[Span] = ()) -> list[Field]:
    """Return specs_must and specs_nice: [name, value] pairs of labelled lines, of named properties, of measures, of the sizes of packs
    (``packs_said``) and of what stands alone (``remarks``)."""
    lists: dict[str, list[tuple[list[str], Span]]] = {"specs_must": [], "specs_nice": []}
    used: list[Span] = list(taken)
    small = re.compile(rf"(?:\d[\d.,]*\s?[x*×]\s?){{0,2}}\d[\d.,]*(?:\s?[-~/]\s?\d[\d.,]*)?\s?{small_pattern()}(?:以上|以下|以内|及以上)?(?:\s?[x*/]\s?\d*\s?(?:{unit_pattern()}))?(?:\s?(?:玻璃瓶|瓶装|罐装|袋装|装|glass(?: bottles?)?|bottles?|cans?|tins?|bags?))?")
    packs = re.compile(rf"\d[\d.]*\s?(?:{unit_pattern()})\s?(?:/|每|per |装|一)\s?(?:{unit_pattern()})?")
    for start, end in source.clauses:
        text = source.low[start:end]
        name = _NAMED.match(text)
        where = "specs_nice" if PREFERRED.search(text) else "specs_must"
        if name and BLANK not in name["name"] and not _TRADE.match(name["name"].strip()) and len(name["name"].split()) <= 3:
            span = (start + name.start("name"), start + name.end())
            if not _touches(span, taken):
                value = ("" if name["sign"] in ":=" else name["sign"]) + source.raw[start + name.start("value"):span[1]].strip()
                lists[where].append(([source.raw[span[0]:start + name.end("name")].strip(), value], span))
                used.append(span)
                continue
        for pattern in (_PROPERTY, small, packs, _CLASS):
            for match in pattern.finditer(text):
                span = (start + match.start(), start + match.end())
                if _touches(span, used) or (_is_time(match.group()) and pattern is small):
                    continue
                words = source.raw[slice(*span)].strip()
                pair = [match["name"], source.raw[start + match.start("value"):span[1]].strip()] if pattern is _PROPERTY else [words, ""]
                lists[where].append((pair, span))
                used.append(span)
    for span in [*(span for span in packs_said if not _touches(span, used)), *remarks(source, used)]:
        where = "specs_nice" if PREFERRED.search(source.low[slice(*source.clause(span[0]))]) else "specs_must"
        lists[where].append(([source.raw[slice(*span)].strip(), ""], span))
    return [over(field, [pair for pair, _span in rows[:40]], [span for _pair, span in rows[:40]], "read" if len(rows) < 8 else "guessed", "explicit")
            for field, rows in lists.items() if rows]


def _touches(span: Span, taken: list[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in taken)


def _is_time(words: str) -> bool:
    return bool(re.search(r"(?:天|年|个月)", words))
