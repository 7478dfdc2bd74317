"""Origins that a buyer wants or excludes. A country where somebody lives or sells is none."""
# ruff: noqa: E501  # tables of words in ten languages read better unbroken

import re
from collections.abc import Mapping
from functools import cache

from babel import Locale

from .records import Field, Span, over
from .source import Source

_CODES = ["AD", "AE", "AF", "AL", "AM", "AO", "AR", "AT", "AU", "AZ", "BA", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BN", "BO", "BR", "BT", "BW", "BY", "CA", "CD", "CF", "CG", "CH", "CI", "CL", "CM", "CN", "CO", "CR", "CU", "CY", "CZ", "DE", "DJ", "DK", "DO", "DZ", "EC", "EE", "EG", "ER", "ES", "ET", "FI", "FJ", "FR", "GA", "GB", "GE", "GH", "GM", "GN", "GQ", "GR", "GT", "GW", "GY", "HK", "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IN", "IQ", "IR", "IS", "IT", "JM", "JO", "JP", "KE", "KG", "KH", "KM", "KR", "KP", "KW", "KZ", "LA", "LB", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MG", "MK", "ML", "MM", "MN", "MO", "MR", "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA", "NE", "NG", "NI", "NL", "NO", "NP", "NZ", "OM", "PA", "PE", "PG", "PH", "PK", "PL", "PT", "FO", "GL", "PY", "QA", "RO", "RS", "RU", "RW", "SA", "SB", "SC", "SD", "SE", "SG", "SI", "SK", "SL", "SN", "SO", "SR", "SS", "ST", "SV", "SY", "SZ", "TD", "TG", "TH", "TJ", "TL", "TM", "TN", "TO", "TR", "TT", "TW", "TZ", "UA", "UG", "US", "UY", "UZ", "VE", "VN", "VU", "WS", "YE", "ZA", "ZM", "ZW"]
_LANGS = ("en", "zh_Hans", "zh_Hant", "fr", "es", "de", "ja", "ko", "ru")
_MORE = {
    "US": "usa u.s. u.s.a american 美产 米国 미국산 états-unis américain américains estadounidense amerikanisch сша американск", "GB": "uk british england scotland scottish 苏格兰 英格兰 britisch britannique británico 英産",
    "FR": "french français française françaises franceses francés francesa französisch французск 仏産", "IT": "italian italien italienne italiano italiana italienisch итальянск", "ES": "spanish espagnol espagnole español española españoles spanisch испанск",
    "DE": "german allemand allemande alemán alemana alemanes deutsch немецк", "JP": "japanese japonais japonés japanisch японск 国产日本", "KR": "korean south korea korea coréen coreano koreanisch 韩产 корейск корея", "AU": "australian 澳洲 澳大利亚 australisch австралийск",
    "NZ": "new zealand 纽西兰 nz", "CL": "chilean chilien chileno chilenisch 智利 чилийск", "BR": "brazilian brésilien brasileño brasilianisch бразильск", "TH": "thai 泰产 thailändisch тайск", "VN": "vietnamese vietnam 越产 vietnamesisch вьетнамск",
    "CA": "canadian kanadisch канадск", "NL": "dutch holland niederländisch néerlandais голландск", "CH": "swiss schweizer suisse швейцарск", "AT": "austrian österreichisch", "PT": "portuguese portugiesisch", "GR": "greek griechisch греческ",
    "TR": "turkish türkiye turkey 土耳其 turc türkisch турецк turquía turquie türkei турция турции", "RU": "russian russie russisch russland 俄国 俄 российск русск россия россии", "PL": "polish polnisch", "DK": "danish dänisch датск", "SE": "swedish schwedisch", "NO": "norwegian norwegisch норвежск",
    "FI": "finnish finnisch финск", "BE": "belgian belgisch belge бельгийск", "IE": "irish irisch", "AR": "argentine argentinian argentinisch argentino аргентинск", "PE": "peruvian peruano", "EC": "ecuadorian ecuadorean ecuatoriano",
    "MX": "mexican mexicano", "ID": "indonesian indonesisch", "MY": "malaysian 大马", "PH": "philippine filipino 菲律宾", "IN": "indian indisch индийск", "ET": "ethiopian 埃塞 äthiopisch эфиопск", "KE": "kenyan kenianisch", "TN": "tunisian tunesisch tunisien",
    "ZA": "south african 南非", "EG": "egyptian", "MA": "moroccan marocain", "IR": "iranian", "KZ": "kazakh 哈萨克", "UA": "ukrainian", "CZ": "czech", "HU": "hungarian", "RO": "romanian", "BG": "bulgarian", "RS": "serbian", "TZ": "tanzanian 坦桑",
    "GL": "格陵兰 greenland", "RW": "rwandan", "MM": "myanmar burmese", "KH": "cambodian", "LA": "laotian laos 老挝", "LK": "sri lankan ceylon 锡兰", "PK": "pakistani", "CO": "colombian", "CR": "costa rican", "UY": "uruguayan", "SG": "singaporean", "CN": "chinese 国产",
    "TW": "taiwanese taiwan 台湾", "HK": "hong kong", "IS": "icelandic", "GE": "georgian", "AM": "armenian", "MG": "马达加斯加 malagasy madagascan", "SA": "沙特 saudi", "AE": "uae emirates 阿联酋", "CI": "côte d'ivoire ivory coast 科特迪瓦 ivorian", "GH": "ghanaian",
    "UG": "ugandan", "NG": "nigerian", "SN": "senegalese", "CM": "cameroonian", "MN": "mongolian 蒙古", "IL": "israeli", "BD": "bangladeshi 孟加拉", "NP": "nepalese nepali", "BY": "belarusian 白俄", "CD": "刚果金 刚果", "HR": "croatian", "SI": "slovenian", "SK": "slovak", "MD": "moldovan",
}
_REGIONS = {
    r"欧盟|eu(?=[ -]?(?:countr|origin|made|member|only|suppl|manufact))|european union|欧洲|europe(?:an)?|européen\w*|europäisch\w*|europe[oa]s?|евросоюз|европейск\w+":
        "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK",
    r"东盟|asean|东南亚|south-?east asian?": "BN ID KH LA MM MY PH SG TH VN", r"南美洲?|south american?|latin american?|拉美": "AR BO BR CL CO EC PE PY UY", r"北欧|nordic|scandinavian?": "DK FI IS NO SE", r"中亚|central asian?": "KG KZ TJ TM UZ",
}
_CASED = {"turkey", "chile", "jordan", "georgia", "guinea", "chad", "mali", "niger", "oman", "togo", "china", "polish", "jersey", "german", "chinese", "india", "cuba", "panama", "swiss", "tonga", "us", "uk", "monaco", "palau"}
_NO_WORD = {"俄": "俄(?!勒|亥)", "蒙古": "(?<!内)蒙古(?!包)", "埃及": "埃及(?!棉)", "uk": r"(?<![a-z.])uk", "nz": r"(?<![a-z])nz"}
_PRODUCT = re.compile(r"(?:澳洲|澳大利亚)坚果|巴西(?:莓|坚果|烤肉|松子)|荷兰(?:豆|猪|芹)|印度(?:飞饼|抛饼)|瑞士卷|墨西哥(?:卷|鸡肉卷)|韩国?(?:料理|泡菜|烤肉)店?|日本(?:料理|拉面|菜)|土耳其(?:软糖|烤肉)|法国梧桐|brazil nuts?|swiss rolls?|french (?:fries|press)|turkish delight|danish pastr\w+"
                      r"|(?:finnish|russian|swedish|danish|german|english|chinese|french|spanish|japanese|korean|thai) (?:label|language|version|manual|speak\w*|text|menu|restaurant|cuisine|food restaurant|interpreter|instructions)\w*|italian (?:style|restaurant)|chinese (?:new year|market|customs|buyer|importer|compan|consumer)\w*|泰国菜|希腊(?:式|酸奶)|意大利(?:面|粉)|意大利(?:餐厅|菜)|法国菜")
_NOT_BEFORE = re.compile(r"(?:不要|不接受|不考虑|不采购|不买|非(?!洲)|除(?:了|去)?|排除|拒绝|不含|不用|不收|不能是|不是|不选|谢绝|避开|不可|避免|(?<![a-zà-ÿа-я])(?:except(?: for)?|excluding|exclude|not from|no|non|not|other than|apart from|without|avoid|but not|never from"
                         r"|sauf|hors|excepté|pas (?:de|du|d.)|sin|excepto|salvo|no de|que no sea(?: de)?|außer|nicht aus|ohne|keine?|ausgenommen|кроме|за исключением|не из|исключая|без))"
                         r"[\s:]?(?:(?:来自|产自|原产|产|origin|from|de|du|des|the|any|aus|из|goods|products|产地|的|of|d'|la|l'|les|el|los|)[\s:]?){0,3}$")
_NOT_AFTER = re.compile(r"^(?:产地|生产|产品|产|的|货源|货|进口|原产)?\s?(?:除外|以外|之外|不要|不接受|不考虑|勿扰|免谈|不行|不可|以外の|は不可|を除く|제외|말고|를 제외|excluded|not accepted|ausgeschlossen|nicht erwünscht|exclus?|excluid[oa]s?|не предлагать|исключен|不收|不选)")
_ORIGIN_BEFORE = re.compile(r"(?:原产国?地?|产地|产自|来自|来源|出产|进口自|从|origins?|from|made in|produced in|grown in|manufactured in|imported from|provenance|originaires? (?:de|du)|en provenance (?:de|du|d.)|origen|procedentes? de|herkunft|aus|из|происхожден\w*|страна|産地|원산지|产国)"
                            r"[\s:为是]{0,3}(?:the |either |la |le |l'|d'|国家|限|不限|地区)?$")
_ORIGIN_AFTER = re.compile(r"^\s?(?:原产|产地|生产|产(?!业|能)|进口|原装|产的|産|산|origin|-?made|原料|-grown|货源)")
_ELSEWHERE_BEFORE = re.compile(r"(?:出口(?:到|至)|销往|发往|运往|卖到|位于|总部(?:在|位于)?|我们在|公司在|驻|at our|based in|located in|export(?:s|ed|ing)? to|sell(?:s|ing)? (?:in|to)|ship(?:s|ped|ping)? to|deliver(?:y|ed)? (?:to|in)|offices? in|market(?:s)? (?:of|in)|stores in"
                               r"|headquartered in|basée? (?:en|au|à)|con sede en|für den|in|within|throughout|across|to|nach|в|into|destination)\s?(?:the )?$")
_ELSEWHERE_AFTER = re.compile(r"^\s?(?:市场|客户|买家|子公司|分公司|办事处|仓库|有限公司|公司|海关|国家标准|国标|消费者|口岸|境内|国内|大陆|政府|标准|语|文|-based|market|customers?|compan(?:y|ies)|importers?|buyers?|customs|consumers?|subsidiar|standard|port|office|[\"']s (?:largest|biggest|leading)|distributors?|label)")


@cache
def names() -> dict[str, str]:
    """Return {folded name: two letters} from CLDR in the languages that are read, with adjectives and short names."""
    found: dict[str, str] = {}
    for lang in _LANGS:
        territories = Locale.parse(lang).territories
        for code in _CODES:
            name = str(territories.get(code, "")).lower()
            if len(name) > 1:
                found.setdefault(name[:-1] if lang == "ru" and len(name) > 4 and name[-1] in "аяьй" else name, code)
    for code, words in _MORE.items():
        listed = words
        for many in ("new zealand", "south korea", "south african", "ivory coast", "côte d'ivoire", "costa rican", "sri lankan", "hong kong"):
            listed = listed.replace(many, many.replace(" ", "_"))
        found |= {word.replace("_", " "): code for word in listed.split()}
    return found


@cache
def _pattern(extra: tuple[str, ...]) -> re.Pattern[str]:
    words = sorted({*names(), *extra}, key=lambda word: (-len(word), word))
    return re.compile("|".join(_NO_WORD.get(word) or _edged(word) for word in words))


def _edged(word: str) -> str:
    if word[0] < "\u0590":
        ending = r"\w{0,4}" if word[0] > "\u0400" else r"(?:s|e|es|er|en|em|e[nrs])?"
        return rf"(?<![a-zà-ÿа-я-]){re.escape(word)}{ending}(?![a-zà-ÿа-я])"
    return re.escape(word)


def origins(source: Source, countries: Mapping[str, str] | None = None) -> list[Field]:
    """Return origins_wanted and origins_excluded; ``countries`` adds names: {folded name: two letters}."""
    extra = dict(countries or {})
    hidden = [found.span() for found in _PRODUCT.finditer(source.whole)]
    lists: dict[str, dict[str, Span]] = {"wanted": {}, "excluded": {}}
    sure, last, kind = True, 0, "wanted"
    for match in _pattern(tuple(sorted(extra))).finditer(source.whole):
        start, end = match.span()
        if any(a <= start < b for a, b in hidden) or not _cased(source, match):
            continue
        code = extra.get(match.group()) or _code(match.group())
        linked = last and re.fullmatch(r"(?:产)?(?:\s?(?:、|,|/|和|或者?|及|与|以及|or|and|und|oder|et|ou|y|o|u|и|или|nor|\s|または|や|·|과|와|또는|\+|&|from|the)){1,4}", source.whole[last:start])
        if linked:  # what is said of the first of a list holds for all of it
            verdict = kind if not _NOT_BEFORE.search(source.whole[max(0, start - 30):start]) else "excluded"
        else:
            verdict, said = _verdict(source, (start, end))
            sure &= said or not verdict
        if not verdict:
            last = 0
            continue
        if verdict == "wanted" and code == "CN" and not _ORIGIN_BEFORE.search(source.whole[max(0, start - 24):start]):
            continue
        if linked and _NOT_AFTER.match(source.whole[end:end + 16]):
            verdict = "excluded"
            for one in [one for one, span in lists["wanted"].items() if source.clause(span[0])[0] <= span[0] and start - span[1] < 30]:
                lists["excluded"][one] = lists["wanted"].pop(one)
        lists[verdict].setdefault(code, (start, end))
        last, kind = end, verdict
    fields = [over(f"origins_{kind}", list(found), list(found.values()), "read" if sure or kind == "excluded" else "guessed", "explicit" if sure or kind == "excluded" else "origin_assumed")
              for kind, found in lists.items() if found]
    return fields or _regions(source)


def _code(word: str) -> str:
    table = names()
    return table.get(word) or next(table[word[:-cut]] for cut in range(1, 5) if word[:-cut] in table)


def _cased(source: Source, match: re.Match[str]) -> bool:
    """Tell whether a word that is also something else (turkey, chile) is written as a name."""
    word = match.group()
    if word in ("us", "uk"):
        return source.raw[match.start():match.end()].isupper() and not re.search(r"contact |to |let |with |send |for |call ", source.whole[max(0, match.start() - 8):match.start()])
    return not any(word.startswith(one) for one in _CASED) or source.raw[match.start():match.start() + 1].isupper()


def _verdict(source: Source, span: Span) -> tuple[str, bool]:
    """Return ("wanted" | "excluded" | "", whether a word says so) of a mention."""
    start, _end = source.sentence(span[0])
    before, after = source.whole[max(start, span[0] - 40):span[0]], source.whole[span[1]:span[1] + 24]
    if _NOT_BEFORE.search(before) or _NOT_AFTER.match(after):
        return "excluded", True
    if _ORIGIN_BEFORE.search(before) or _ORIGIN_AFTER.match(after):
        return "wanted", True
    if _ELSEWHERE_BEFORE.search(before) or _ELSEWHERE_AFTER.match(after):
        return "", False
    return "wanted", bool(re.match(r"\s?(?:的)?(?:[^\s,.;。)\d]|[/,] ?\w)", after))  # beside a noun: Chilean cherries


def _regions(source: Source) -> list[Field]:
    for pattern, codes in _REGIONS.items():
        for match in re.finditer(rf"(?<![a-z])(?:{pattern})(?![a-z])", source.whole):
            before, after = source.whole[max(0, match.start() - 30):match.start()], source.whole[match.end():match.end() + 16]
            out = _NOT_BEFORE.search(before) or _NOT_AFTER.match(after)
            if out or not (_ELSEWHERE_BEFORE.search(before) or _ELSEWHERE_AFTER.match(after) or re.match(r"\s?(?:标准|认证|ce|有机认证|standard|cert)", after)):
                return [Field("origins_excluded" if out else "origins_wanted", codes.split(), "guessed", *match.span(), "region")]
    return []
