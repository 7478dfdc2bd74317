"""The name of the product: the head of what a text asks for."""
# ruff: noqa: E501  # tables of words in ten languages read better unbroken

import re

from .records import Field, Span
from .source import BLANK, Source

PLACE = "\x01"  # in the place of a country: it may stand inside a name (frozen Argentine shrimp), and before the second of two products

_LABEL = re.compile(r"(?:^|\n|[;,。])\s*(?:[\d]{1,2}[.)、]\s?)?(?:产品(?:名称)?|品名|商品(?:名称)?|需求(?:产品)?|采购(?:产品|商品|需求)?|标题|名称|product(?: name)?|item|title|subject|produit|producto|produkt|товар|продукт|商品名|製品|품목|제품명?|상품명)\s?:\s?(?P<it>[^\n;。,]{2,80})")
_ASK = re.compile(r"(?:求购|采购|订购|进口|收购|寻购|寻找|寻求|想找|想要|要找|在找|急需|急求|诚购|现需|需要|想买|想进|购买|引进"
                  r"|(?<![a-z])(?:(?:looking|searching) (?:for|to (?:buy|source|purchase|import))|(?:want|wish|need|like|plan|interested|seeking|hope|intend|aim)\w*(?: to| in)? (?:buy|purchas\w+|import\w*|sourc\w+|order\w*|find)|interested in|in the market for|in search of|seeking|sourcing|seeks?|wanted|buying|purchasing|purchase|import(?:ing)?|require[sd]?|need(?:s|ed)?|want|buy|source|rfq for|rfq|quote for|quotation for|order)(?![a-z])"
                  r"|recherch\w+|cherch\w+|souhait\w+ (?:acheter|importer)|besoin de|achat de|nous voulons|buscamos|busco|busca|necesitamos|queremos (?:comprar|importar)|compra(?: de)?(?![a-z])|se busca|(?:wir )?(?:suchen|benötigen|brauchen|kaufen)|gesucht|möchten|bedarf an|ищ\w+|закуп\w+|купи\w+|требу\w+тся|требует\w*|нуж\w+|интерес\w+|приобрет\w+)"
                  r"[\s:]{0,3}")
_WEAK = re.compile(r"(?:求|找|需求|需|要|订|买|进(?=一批|点|些))[\s:]{0,3}")  # words that also ask for papers and terms
_TAIL_ASK = re.compile(r"^(?P<it>[^,。;\n]{2,40}?)(?:的)?(?:采购|求购|需求|进口|を探して|を仕入|を輸入|が必要|を購入|を求め|購入希望|希望|구매|을 찾|를 찾|찾습|필요|구합|수입|gesucht)")
_LEAD = re.compile(r"^(?:[\s:,的、/和或与及\-*•·\x00\x01]+|(?:一批|一些|一款|若干|大量|少量|长期|各类|各种|优质|进口|批量|多种|大批|一家|几款|几家|供应商?|能做|可以做|做|供货商|厂家|from|the|an?|some|of|for|de la|de|des|du|les?|la|los|las|una?|un|eine?n?|high[- ]quality|good|supply of|suppliers?(?: of| for)?|manufacturers?(?: of| for)?|producers?(?: of)?|exporters?(?: of)?|importing|buying"
                   r"|to (?:buy|source|import|purchase)|proveedor\w*(?: de)?|fournisseurs?(?: de)?|lieferanten?(?: für)?|hersteller\w*(?: von)?|поставщик\w*|производител\w*|our|new|about|around|approx\w*|约|产|原产|优选|采购|求购|进口的?|or|and|ou|et|oder|und|y|или|и|于|自|来自|原装|地区|生产)(?=[\s\u4e00-\u9fff\x00\x01]|$)\s?)")
_CUT = re.compile(r"[,。;\n!?(\[]|(?<=[\u4e00-\u9fff]{2})\s(?=\S)|\s?(?:用于|作为|要求|规格|需求量|数量|首单|首批|试单|先|年用|每年|每月|月用|预算|单价|目标价|不要|必须|必需|优先|最好|希望|产地|用来|做原料|供货|供应商|厂家|的供应|给|放在|走|不[限要接超做含用]?|要有|带|需|约|大约|左右|货源|\x00)"
                  r"|\s(?:for|from|with|in|to|by|at|per|must|under|over|first|about|approx\w*|that|which|used|made|on|pour|avec|en provenance|origine|en|para|con|origen|desde|für|aus|mit|mindestens|для|из|с|от|на|в|suitable|packed|as|between|ideally|preferably|please|cif|fob|ddp|dap|cfr|budget|quantity|delivery|we|if|is|are|and (?:we|need))\s| - |\s?\d[\d.,]*\s?(?:kg|公斤|吨|箱|瓶|个|件|台|套|ml|升|t\b|l\b|g\b|k?w\b|万|千|x |cm|mm|pcs|cartons?|bottles?|tons?|tonnes?)|\s\d|\s?[《<>≥≤=]")

_SELLER = re.compile(r"^(?:全国|国内|中国|区域|独家|原厂|授权|总|或|的|、|厂家|[\x00\x01\s])*(?:总?代理商?|经销商|供应商|供货商|合作(?:商|伙伴)|替代|agents?|distributors?|partners?)(?![\u4e00-\u9fff])")
_NO_NAME = re.compile(r"^\S*(?:连锁|集团|公司|医院|诊所|超市|酒店|餐厅|药房|门店|科室|商行|工作室|买手店|批发商|进口商|采购部)[\x00\x01]*$|(?:입니다|です)$|^(?:平行(?:进口)?|现货|期货|长期|急|急求)$"
                      r"|^(?:我们|我司|我公司|本公司|您好|你好|hello|hi\b|dear|we |our |bonjour|hola|hallo|guten|sehr|здравствуйте|добрый|当社|弊社|저희|안녕|公司|大家)")
_PLACES, _SECOND = re.compile(f"{PLACE}+"), re.compile(rf"、{PLACE}*[\u4e00-\u9fff]{{2,12}}")
_COLUMNS = re.compile(r"^(?:(?:品名|品类|产品|商品|名称|单价上限|单价|价格|数量|规格|产地|交期|备注|product|item|qty|quantity|price|spec\w*|origin)[\s|/\t]*){2,}$")
_REFUSED = re.compile(r"(?:不需要|不要了?|不用)\s*$")
_WHO = re.compile(r"^(?:importateur|importer|importador|importeur|импорт[её]р|distribut\w+|acheteur|buyer|comprador|einkäufer)[^:\n]{0,30}:\s*")


def title(source: Source, taken: list[Span], places: list[Span]) -> list[Field]:
    """Return the title: what stands behind "product:", behind a verb of buying, or at the head of the text.

    ``taken`` are spans of other fields (cut off), ``places`` those of origins (left out at the head).
    """
    low = source.low
    for spans, sign in ((taken, BLANK), (places, PLACE)):
        for start, end in spans:
            low = low[:start] + sign * (end - start) + low[end:]
    label = _LABEL.search(source.whole)
    if label and (span := _trim(low, label.start("it"), label.end("it"))):
        return [_field(source, span, "read", "explicit")]
    first = next((span for span in source.clauses if not _REFUSED.search(low[slice(*span)])), source.clauses[0])
    weak = [found for found in _WEAK.finditer(low) if first[0] <= found.start() < first[1]]
    for found in [*_ASK.finditer(low), *weak]:
        if re.search(r"(?:不|无|没|don't |not |no )$", low[max(0, found.start() - 6):found.start()]):
            continue
        span = None if _SELLER.match(low[found.end():]) else _trim(low, found.end(), min(len(low), found.end() + 90))
        if span and span[1] - span[0] >= 2 and not _is_far(low[found.end():span[0]]):
            return [_field(source, span, "read", "explicit")]
    for start, end in source.clauses:
        clause = low[start:end].strip()
        if _NO_NAME.search(clause) or _COLUMNS.match(clause) or _REFUSED.search(clause):
            continue
        end = _with_second(low, start, end)
        if who := _WHO.match(low[start:end]):
            start += who.end()
        tail = _TAIL_ASK.match(low[start:end])
        span = _trim(low, start, start + tail.end("it") if tail else end)
        if span and span[1] - span[0] >= 2:
            return [_field(source, span, "read" if tail else "guessed", "explicit" if tail else "first_clause")]
    return []


def _with_second(low: str, start: int, end: int) -> int:
    """Return where a list of products ends that a clause begins: 椰枣、无花果干."""
    while low[end:end + 1] == "、" and end - start < 40 and (more := _SECOND.match(low, end)):
        end = more.end()
    return end


def _inside(low: str, place: re.Match[str]) -> bool:
    """Tell whether a country stands inside a name (frozen Argentine shrimp) or before the second product of a list."""
    before, behind = low[:place.start()], low[place.end():place.end() + 2]
    return before.endswith("、") or bool(re.search(r"[a-z] $", before) and re.match(r" [a-z]", behind))


def _is_far(between: str) -> bool:
    """Tell whether what follows a verb of buying belongs to something else: beyond an amount, a term or the end of a line with words."""
    rest = between.strip()
    return ("\n" in between and bool(rest) and not rest.startswith(":")) or bool(re.match(r"\s*[,。;]", between))


def _trim(low: str, start: int, end: int) -> Span | None:
    """Return the span without lead words, up to where something else begins; None when nothing is left."""
    while lead := _LEAD.match(low[start:end]):
        if not lead.end():
            break
        start += lead.end()
    cut = _CUT.search(low, start, end)
    if cut:
        end = cut.start() if cut.start() > start else start
    end = next((place.start() for place in _PLACES.finditer(low, start, end) if not _inside(low, place)), end)
    text = low[start:end]
    stripped = text.strip(" \x00\x01:、/-*.的\"'“”「」")
    if len(stripped) < 2 or not any(char.isalpha() for char in stripped):
        return None
    at = start + text.index(stripped)
    return at, at + len(stripped)


def _field(source: Source, span: Span, state: str, why: str) -> Field:
    return Field("title", " ".join(source.raw[slice(*span)].split())[:200], "read" if state == "read" else "guessed", *span, why)
