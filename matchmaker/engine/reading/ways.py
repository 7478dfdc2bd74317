"""By which road goods come in and through which channel they are sold."""
# ruff: noqa: E501  # tables of words in ten languages read better unbroken

import re

from .records import Field
from .source import Source

_ROADS = (("1239", r"1239"), ("1210", r"(?<!\d)1210(?!\d)|保税备货|网购保税|保税(?:仓|进口|区|模式|电商)|bonded(?: warehouse| import| e-?commerce| zone)"), ("9610", r"(?<!\d)9610(?!\d)|直邮|直购|direct (?:mail|purchase) (?:import|mode)?|direct shipping"),
          ("0110", r"(?<!\d)0110(?!\d)|一般贸易|大贸|general trade|commerce général|allgemeiner handel|общая торговля|一般貿易|일반무역"))
_CROSS = re.compile(r"跨境(?:电商|进口|购)?|cross-?border(?: e-?commerce)?|cbec|e-?commerce transfrontalier|クロスボーダー|크로스보더")
_CHANNELS = {
    "supermarket": r"商超|超市|大卖场|卖场|生鲜超市|连锁超市|supermarkets?|supermarket chain|hypermarkets?|grocer(?:y|ies)|modern trade|supermarchés?|supermercados?|supermärkte?|супермаркет\w*|スーパー|슈퍼마켓|마트|会员店|grande distribution|einzelhandelsketten?",
    "ecommerce": r"电商|天猫|京东|淘宝|抖音|直播|拼多多|小红书|线上|网店|网上|线上渠道|跨境电商|e-?commerce|online(?: store| shop| sale| channel| platform)?s?|tmall|jd\.com|livestream\w*|en ligne|en línea|onlinehandel|онлайн|интернет-магазин\w*|ネット|이커머스|온라인",
    "food_service": r"餐饮|餐厅|饭店|酒店|火锅|西餐|茶饮|奶茶|咖啡(?:馆|店|连锁)|烘焙(?:店|连锁|门店)|食堂|团餐|日料|料理店|酒吧|horeca|food ?service|catering|restaurants?|hotels?|cafés?(?= chain|s)|coffee shops?|bars|bakery chain|cafeter[ií]as?|restauration|restauración|gastronomie|ресторан\w*|кафе|общепит\w*|外食|レストラン|飲食|외식|식당|카페",
    "hospital": r"医院|诊所|三甲|科室|医疗机构|hospitals?|clinics?|hôpital|hôpitaux|hospitales|krankenhäuser|krankenhaus|klinik\w*|больниц\w*|клиник\w*|病院|병원",
    "factory": r"生产线|产线|车间|厂用|自用|[\u4e00-\u9fff]厂(?=找|要|采购|需|用|直采|求购|自用)|厂里|做原料|加工用|深加工|我厂|本厂|生产用|制造商|our (?:factory|plant|production|workshop)|factory|production line|processing plant|raw material|manufactur\w+ use|usine|fábrica|fabrik|produktion|завод\w*|производств\w*|工場|공장",
    "distributor": r"经销|分销|批发|(?<![原总权])代理商|distributors?|distribution|wholesal\w*|grossistes?|distribuidor\w*|mayoristas?|großhandel|großhändler|vertrieb|дистрибь?ют\w*|оптов\w*|卸|問屋|도매|유통",
    "retail": r"门店|专卖店|零售|便利店|母婴店|药店|药房|精品店|专柜|百货|免税店|商场|水果店|旗舰店|specialist retail|retail(?:ers?| stores?| shops?| chain)?|boutiques?|pharmac\w+|department stores?|convenience stores?|duty[ -]free|detail|commerces? de détail|tiendas?|minorista|fachhandel|einzelhandel|розниц\w*|магазин\w*|小売|百貨店|コンビニ|소매|편의점",
}
_SAID = re.compile(r"渠道|供应?(?:给)?$|用于|销售|主打|铺|面向|for|through|via|channel|pour|para|für|для|向け|販路|채널|용|卖|进$")


def ways(source: Source) -> list[Field]:
    """Return road and channel."""
    fields = []
    road = next(((code, found) for code, pattern in _ROADS if (found := re.search(pattern, source.low))), None)
    cross = _CROSS.search(source.low)
    if road:
        fields.append(Field("road", road[0], "read" if re.search(r"\d{4}|一般|大贸|general|备货|直邮|直购|网购", road[1].group()) else "guessed", *road[1].span(), "explicit"))
    seen: list[tuple[bool, int, str, re.Match[str]]] = []
    for code, pattern in _CHANNELS.items():
        for match in re.finditer(rf"(?<![a-z])(?:{pattern})(?![a-z])", source.whole):
            before, after = source.whole[max(0, match.start() - 10):match.start()], source.whole[match.end():match.end() + 8]
            said = bool(_SAID.search(before)) or bool(re.match(r"\s?(?:渠道|销售|channels?|用$|使用|专供|ルート|向け|용)", after))
            if not re.search(r"(?:不做|不走|非|not for|no)\s?$", before):
                seen.append((not said, match.start(), code, match))
    if (road and road[0] != "0110") or (cross and not seen):  # these roads are those of online shops
        span = road[1].span() if road and road[0] != "0110" else cross.span() if cross else (0, 0)
        fields.append(Field("channel", "ecommerce", "guessed", *span, "road_word"))
    elif seen:
        unsaid, _at, code, match = min(seen, key=lambda one: one[:2])
        sure = not unsaid and len({one[2] for one in seen if not one[0]}) == 1
        fields.append(Field("channel", code, "read" if sure else "guessed", *match.span(), "explicit" if sure else "channel_word"))
    return fields
