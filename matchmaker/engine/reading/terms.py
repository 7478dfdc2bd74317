"""Incoterm and port."""
# ruff: noqa: E501  # tables of words in ten languages read better unbroken

import re
from functools import cache

from .records import Field
from .source import Source

INCOTERMS = ["EXW", "FCA", "CPT", "CIP", "DAP", "DPU", "DDP", "FAS", "FOB", "CFR", "CIF"]
_OLD = {"cnf": "CFR", "c&f": "CFR", "c+f": "CFR", "ddu": "DAP", "dat": "DPU"}
_TERM = re.compile(r"(?<![a-z])(?:exw|fca|cpt|cip|dap|dpu|ddp|fas|fob|cfr|cif|cnf|c&f|ddu|dat(?=[ 　]?[\u4e00-\u9fff]))(?![a-z])")
_WORDS = (("DDP", r"完税(?:后)?(?:到|送|交)|包税|双清|delivered duty paid|duty paid|verzollt"), ("EXW", r"工厂交货|出厂价|ex[ -]works?|ab werk|départ usine|en fábrica|工場渡し"),
          ("FOB", r"离岸价|free on board"), ("CIF", r"到岸价|cost,? insurance (?:and|&) freight|到岸"), ("CFR", r"成本加运费|cost and freight"), ("DAP", r"送货上门|到库价|送到仓库|delivered (?:to|at)"))
# (code to compare, Chinese, other names); the words of the text are the value
_PLACES = """上海 shanghai 洋山|宁波 ningbo 舟山 zhoushan|青岛 qingdao tsingtao|天津 tianjin 新港 xingang|大连 dalian|深圳 shenzhen|盐田 yantian|蛇口 shekou|广州 guangzhou canton|南沙 nansha|黄埔 huangpu|厦门 xiamen amoy
福州 fuzhou|连云港 lianyungang|海口 haikou|洋浦 yangpu|三亚 sanya|北京 beijing|成都 chengdu|重庆 chongqing|武汉 wuhan|西安 xian xi'an|郑州 zhengzhou|长沙 changsha|杭州 hangzhou|南京 nanjing|苏州 suzhou
太仓 taicang|张家港 zhangjiagang|南通 nantong|烟台 yantai|日照 rizhao|威海 weihai|营口 yingkou|锦州 jinzhou|唐山 tangshan 曹妃甸|湛江 zhanjiang|防城港 fangchenggang|钦州 qinzhou|北海 beihai|珠海 zhuhai|中山 zhongshan
东莞 dongguan|佛山 foshan|汕头 shantou|泉州 quanzhou|温州 wenzhou|台州 taizhou|义乌 yiwu|合肥 hefei|济南 jinan|沈阳 shenyang|长春 changchun|哈尔滨 harbin|昆明 kunming|南宁 nanning|贵阳 guiyang|乌鲁木齐 urumqi
霍尔果斯 khorgos|阿拉山口 alashankou|满洲里 manzhouli|绥芬河 suifenhe|二连浩特 erenhot|瑞丽 ruili|凭祥 pingxiang|兰州 lanzhou|太原 taiyuan|石家庄 shijiazhuang|南昌 nanchang|无锡 wuxi|常州 changzhou|江阴 jiangyin|嘉兴 jiaxing
扬州 yangzhou|香港 hong kong hongkong|高雄 kaohsiung|基隆 keelung|浦东 pudong|虹桥|白云机场|外高桥 waigaoqiao|鹿特丹 rotterdam|汉堡 hamburg|安特卫普 antwerp|勒阿弗尔 le havre|瓦伦西亚 valencia|热那亚 genoa
巴塞罗那 barcelona|新加坡港 port of singapore|釜山 busan pusan|东京 tokyo|横滨 yokohama|神户 kobe|大阪 osaka|胡志明 ho chi minh|海防 haiphong|曼谷 bangkok|林查班 laem chabang|雅加达 jakarta|巴生 port klang
蒙巴萨 mombasa|德班 durban|开普敦 cape town|桑托斯 santos|瓦尔帕莱索 valparaiso valparaíso|圣安东尼奥 san antonio|卡亚俄 callao|布宜诺斯艾利斯 buenos aires|墨尔本 melbourne|悉尼 sydney|奥克兰 auckland|洛杉矶 los angeles
长滩 long beach|温哥华 vancouver|吉布提 djibouti|亚的斯亚贝巴 addis ababa|达累斯萨拉姆 dar es salaam|拉各斯 lagos|不来梅 bremerhaven bremen|马赛 marseille|敖德萨 odessa|符拉迪沃斯托克 vladivostok владивосток|迪拜 dubai|孟买 mumbai nhava sheva""".replace("\n", "|")
_TRANSLIT = {"shanghai": "шанхай 상하이 상해 シャンハイ", "ningbo": "нинбо 닝보", "qingdao": "циндао 칭다오", "tianjin": "тяньцзинь 톈진 천진", "shenzhen": "шэньчжэнь 선전 심천",
             "guangzhou": "гуанчжоу 광저우", "beijing": "пекин 베이징 pékin pekin peking pekín", "dalian": "далянь 다롄 대련", "xiamen": "сямэнь 샤먼"}
_MANY_WORDS = ("hong kong", "le havre", "ho chi minh", "laem chabang", "port klang", "cape town", "san antonio", "buenos aires", "los angeles", "long beach", "addis ababa", "dar es salaam",
               "nhava sheva", "port of singapore")
_TO = re.compile(r"(?:目的港|目的地|到货港|到货地|卸货港|交货地点?|到港|送到|发到|运到|运至|发往|送至|到|交到|抵达?|入|在|destination(?: port)?|port of (?:destination|discharge)|deliver(?:y|ed) (?:to|in|at)|ship(?:ped|ment)? to"
                 r"|arriv\w+ (?:in|at)|port|livraison (?:à|au)|livré à|entrega en|lieferung (?:nach|an|frei)|nach|доставк\w+ в|порт|まで|向け|to)\s?(?:是|为|:|,|the|our warehouse in)?\s?$")
_BEHIND = re.compile(r"\s?(?:港|口岸|保税|机场|port\b|harbou?r|交货|到岸|cif|到货|港口|收货|仓|提货|港渡|항|着|渡し)")
_UNLISTED = re.compile(r"[ :,]{0,2}(?:(?P<han>[\u4e00-\u9fff]{2,3}?)(?:港|口岸|保税区|机场|仓)|(?P<latin>(?-i:[A-Z][\w'’.-]{2,20}(?: [A-Z][\w'’-]{2,20})?)))")


@cache
def places() -> dict[str, str]:
    """Return {folded name of a place: the key that all of its names share}."""
    found: dict[str, str] = {}
    for names in _PLACES.split("|"):
        for many in _MANY_WORDS:
            names = names.replace(many, many.replace(" ", "_"))
        words = [word.replace("_", " ") for word in names.split()]
        key = next((word for word in words if word.isascii()), words[0])
        found |= dict.fromkeys([*words, *_TRANSLIT.get(key, "").split()], key)
    return found


@cache
def _place() -> re.Pattern[str]:
    words = sorted(places(), key=lambda word: (-len(word), word))
    return re.compile("|".join(rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word) for word in words))


def terms(source: Source) -> list[Field]:
    """Return incoterm and port. A place without a term or a word of delivery is where somebody lives, not a port."""
    fields = []
    said = list(_TERM.finditer(source.low))
    term = said[0] if said else None
    several = len(said) > 1 and bool(re.fullmatch(r"\s?(?:或者?|or|/|、|,|ou|o|oder|или|and|和)\s?", source.low[said[0].end():said[1].start()]))
    if several:  # two of equal standing: the reader does not choose
        term = None
    elif term:
        code = _OLD.get(term.group(), term.group().upper())
        fields.append(Field("incoterm", code, "guessed" if term.group() in _OLD else "read", *term.span(), "old_term" if term.group() in _OLD else "explicit"))
    else:
        worded = ((code, found) for code, pattern in _WORDS if (found := re.search(pattern, source.low)))
        for code, found in worded:
            fields.append(Field("incoterm", code, "guessed", *found.span(), "term_in_words"))
            term = found
            break
    if port := _port(source, term):
        fields.append(port)
    return fields


def _port(source: Source, term: re.Match[str] | None) -> Field | None:
    best: tuple[int, Field] | None = None
    for place in _place().finditer(source.low):
        span, before = place.span(), source.low[max(0, place.start() - 26):place.start()]
        behind = _BEHIND.match(source.low, place.end())
        if re.search(r"(?:位于|总部|我们在|我司|来自|公司在|based in|located in|office in|from|hq in|desde|aus)\s?$", before) or re.match(
                r"\s?(?:的)?(?:公司|市场|客户|贸易|进口商|一家|某|连锁|超市|医院|企业|门店|地区|本地|人|based|company|importer|市的)", source.low[place.end():place.end() + 12]):
            continue
        near = term is not None and (0 <= span[0] - term.end() <= 6 or 0 <= term.start() - span[1] <= 4)
        if term is not None and 0 <= span[0] - term.end() <= 30 and not near:
            near = bool(re.fullmatch(r"[ :]?(?:to|our|warehouse|in|port|of|the|at|à|nach|a|到|至|或|or|/|、|,|[\u4e00-\u9fff]{1,4}| )*", source.low[term.end():span[0]]))
        score = 3 if near else 2 if _TO.search(before) else 1 if behind else 0
        if score and (best is None or score > best[0]):
            best = score, Field("port", source.raw[slice(*span)], "read" if score > 1 else "guessed", *span, "explicit" if score > 1 else "place_named")
    if best:
        return best[1]
    if term is not None and (unlisted := _UNLISTED.match(source.raw, term.end())):
        group = "han" if unlisted["han"] else "latin"
        return Field("port", unlisted[group], "guessed", *unlisted.span(group), "port_unlisted")
    return None
