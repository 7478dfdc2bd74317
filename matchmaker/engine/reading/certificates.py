"""Certificates that a buyer asks for, and whether they are a must."""
# ruff: noqa: E501  # tables of words in ten languages read better unbroken

import re
from typing import Any

from .records import Field, Span, over
from .source import Source

_KINDS = {
    "GACC": r"gacc|海关(?:总署)?(?:境外(?:食品)?(?:生产)?企业)?(?:备案|注册)|境外(?:食品)?生产企业(?:备案|注册)|在华注册|中国海关注册|华注册",
    "ORGANIC": r"有机(?!硅|玻璃|溶剂|化|物|肥|锡|氟|合成|颜料|酸|磷|膜|发光)|organic(?! (?:chemi|solvent|compound|acid|silic|glass|pigment|synth))|bio-zertifi\w*|bio(?=[ -](?:qualität|siegel|produkt))"
               r"|(?<![a-z])bio(?![a-z-])|biologique|agriculture biologique|ecológic[oa]s?|orgánic[oa]s?|органик\w*|органическ\w+|オーガニック|유기농",
    "HACCP": r"haccp", "BRC": r"brc(?:gs)?", "ISO22000": r"(?:iso[ -]?)?22000(?!\d)|fssc ?22000", "HALAL": r"halal|清真|халяль|ハラル|ハラール|할랄",
    "MSC": r"(?<![a-z])msc(?![a-z])|海洋管理委员会", "ASC": r"(?<![a-z])asc(?![a-z])", "FSC": r"(?<![a-z])fsc(?![a-z])|森林认证", "PEFC": r"pefc", "FAIRTRADE": r"fair[ -]?trade|公平贸易",
    "RAINFOREST": r"rainforest|雨林联盟", "CE": r"(?<![a-z])ce(?![a-z])(?=[ -]?(?:认证|标志|证|marking|mark|cert|、|,|和|及|/|;|$|\n|。|\.|or|and|kenn|required|\)))|(?<=有)ce(?![a-z])|欧盟ce",
    "ISO9001": r"iso[ -]?9001|9001(?=认证|质量|体系)|iso[ -]?9000", "ISO13485": r"(?:iso[ -]?)?13485",
    "NMPA": r"nmpa|cfda|药监局?|医疗器械注册证?|注册证|化妆品(?:备案|注册)|国药准字|蓝帽子?|保健食品(?:注册|备案)|备案凭证|特殊用途化妆品|特证",
    "CCC": r"(?<![a-z\d])(?:3c|ccc)(?![a-z])|强制性产品认证|强制认证|中国强制", "OEKOTEX": r"oeko[ -]?tex", "GOTS": r"(?<![a-z])gots(?![a-z])",
    "IATF16949": r"(?:iatf|ts|iso(?:/ts)?)[ -]?16949|16949", "AECQ": r"aec[ -]?q\d{0,3}|车规级?(?:认证)?", "EN71": r"en[ -]?71", "REACH": r"(?<![a-z])reach(?=[ -]?(?:认证|标准|法规|合规|compl|cert|、|,|和|及|/|;|$|\n|。|\)))",
    "OTHER": r"(?<![a-z])(?:fda|kosher|jas|gmp|rohs|ul|ifs|globalg\.?a\.?p|bsci|grs|ghp|sedex|fssc|iscc|rspo|rwa|vegan|gots)(?![a-z])|犹太洁食|洁食认证", "EPD": r"(?<![a-z])epd(?![a-z])|环境产品声明", "ISO14001": r"(?:iso[ -]?)?14001",
}
_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _KINDS.items()}
_CASED = {"CE", "REACH", "MSC", "ASC"}  # words of other meanings when they are small
_PREFERRED = re.compile(r"优先|最好|更好|更佳|为佳|佳$|加分|尽量|优选|其次|可选|配合办|可办|愿意办|愿意申请|willing to|更优|有则|若有|如有|如果有|能有|prefer\w*|nice to have|ideally|a plus|bonus|if possible|would be (?:nice|good|great)|advantage|optional\w*|welcome|desirable"
                        r"|de préférence|souhait\w*|idéalement|un plus|preferi\w*|preferente\w*|deseable|idealmente|bevorzugt|wünschenswert|vorteil|gern|idealerweise|желательно|предпочт\w*|преимуществ\w*|будет плюсом"
                        r"|優先|望ましい|あれば|歓迎|우대|선호|있으면|가능하면")
_MUST = re.compile(r"必须|必需|须|需|要求|要有|一定|务必|强制|不可少|缺一不可|提供|具备|带有?|持有|齐全|通过|符合|获得|有|must|required?|requires?|mandatory|need(?:s|ed)?|essential|necessary|certified|with|compulsory|only|obligatoire|exig\w+|avec|certifi\w+|indispensable"
                   r"|obligatori\w+|requerid\w+|con |debe\w*|zwingend|erforderlich|pflicht|benötig\w*|muss|müssen|mit |обязательн\w+|необходим\w*|требу\w+|нужн\w+|必須|必要|取得|필수|필요|보유|인증")
_NOT = re.compile(r"(?:不需要?|无需|不要求|不必|不用|没有要求|不限|暂不|no need for|not required|without|no |not necessarily|sans|sin|ohne|kein\w*|не (?:нужен|нужна|нужны|требуется)|なくても|不要|필요 없)[^,。;]{0,8}$")
_NOT_AFTER = re.compile(r"^[^,。;\n]{0,12}(?:不需要|不要求|没有也(?:行|可以)|无所谓|not (?:required|necessary|needed)|no(?:t)? need|не (?:требуется|нужен)|不要|不問|nicht (?:nötig|erforderlich)|n'est pas)")


def mentions(source: Source) -> dict[str, Span]:
    """Return {kind: where} of the certificates that a text names."""
    found: dict[str, Span] = {}
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(source.whole):
            if kind in _CASED and not source.raw[match.start():match.start() + 2].isupper():
                continue
            before, after = source.whole[max(0, match.start() - 20):match.start()], source.whole[match.end():match.end() + 24]
            if not _NOT.search(before) and not _NOT_AFTER.match(after):
                found[kind] = match.span()
                break
    if "ORGANIC" in found and "GOTS" in found and re.match(r"(?:organic )?textile", source.whole[found["ORGANIC"][1]:].strip()):
        del found["ORGANIC"]
    return found


def wanted(source: Source) -> list[Field]:
    """Return the certificates of a demand: [{kind, must}]; a bare mention counts as a must and is a guess."""
    value: list[dict[str, Any]] = []
    spans: list[Span] = []
    why = "explicit"
    for kind, span in sorted(mentions(source).items(), key=lambda item: item[1]):
        preferred, said = _strength(source, span)
        value.append({"kind": kind, "must": not preferred})
        spans.append(span)
        why = "preferred" if preferred else why if said else "must_assumed"
    return [over("certificates", value, spans, "guessed" if why == "must_assumed" else "read", why)] if value else []


def _strength(source: Source, span: Span) -> tuple[bool, bool]:
    """Return (is only preferred, whether words say how much it matters)."""
    clause = source.clause(span[0])
    words = source.whole[clause[0]:max(clause[1], span[1])]
    if _PREFERRED.search(words):
        return True, True
    if _MUST.search(words):
        return False, True
    start, end = source.sentence(span[0])
    near = source.whole[span[1]:min(end, span[1] + 30)]  # FSC, PEFC preferred: what follows the list counts for all of it
    return bool(_PREFERRED.search(near) and not _MUST.search(near)), bool(_MUST.search(source.whole[max(start, span[0] - 30):span[0]]))
