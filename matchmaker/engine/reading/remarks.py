"""Specifications that stand alone: in a telegraphic demand each short piece between spaces says one thing that the product has to be."""
# ruff: noqa: E501  # tables of words in ten languages read better unbroken

import re
from collections.abc import Iterator

from .certificates import mentions
from .records import Span
from .source import BLANK, Source

_PIECE = re.compile(r"[^\s、;。!?\n]+")
_WORDS = re.findall(r"\S+",
    "脱盐 脱脂 脱水 全脂 低脂 无糖 低糖 低钠 无盐 原味 零添加糖? 无添加 无麸质 无乳糖 无防腐剂 无香精 无酒精 无谷 无抗 冷榨 压榨 初榨 特级初榨 物理压榨 非转基因 水洗 日晒 蜜处理 冻干 风干 烟熏 腌制 "
    "巴氏杀菌 灭菌 无菌 大桶 带皮 去皮 去核 去壳 带壳 去骨 去头 开背 切片 切块 切丁 整切 整颗 整条 谷饲 草饲 散养 野生 养殖 鲜活 活的? 冰鲜 冷冻 冷藏 冷链 全程冷链 常温 中度烘烤 重度烘烤 轻度烘烤 浅烘 中烘 深烘 浓稠 即食 速溶 颗粒 "
    "植鞣 铬鞣 热轧 冷轧 镀锌 阳极氧化 手工 纯手工 手持 无线 有线 充电 自动 全自动 半自动 石英 电动 气动 静音 节能 便携 可折叠 防水 防滑 防火 阻燃 耐高温 可降解 抗菌 无粉 无铅 无烧 无尘 医用 食用 车规 工业用 家用 商用 "
    "水晶 骨瓷 陶瓷 不锈钢 纯棉 全棉 真丝 羊毛 羊绒 亚麻 真皮 牛皮 头层牛皮 小牛皮 羊皮 实木 原木 橡木 胡桃木 铝合金 钛合金 碳纤维 碳板 硅胶 乳胶 大豆蜡 蜂蜡 玻璃瓶 礼盒装 散装 散油 "
    "单冻 块冻 熟制 生制 带头 带壳熟 去脏 去鳃 去鳞 无盐渍 半干 干红 干白 起泡 桶陈 有年份 全麦 高钙 高蛋白 低gi 低温 轻食 独立包装 独立小包装 小包装 大包装 中文标签 中文背标 原厂标 无标 中性包装 "
    "数控 立式 卧式 龙门 变频 伺服 三相 单相 防爆 液压 宽温 贴片 裸机 高精度 大功率 小功率 高速 四驱 两驱 自动挡 手动挡 柴油 汽油 纯电 混动 增程 左舵 右舵 顶配 "
    "抗衰 保湿 补水 美白 淡斑 控油 祛痘 清爽 滋润 纯素 小样 中样 正装 旅行装 一次性 灭菌装 可重复使用 印花 提花 素色 平纹 斜纹 针织 梭织 长绒棉 有机棉 全价 高肉 幼犬 成犬 幼猫 成猫 "
    "婴幼儿 婴儿 儿童 孕妇 成人 男士 女士 敏感肌 哺乳期 新车 现车 二手 全新 翻新")
_QUALITIES = re.compile(rf"(?:要|需|须)?(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))}){{1,3}}(?:的|款|型|装|级|式)?")
_KIND = re.compile(r"(?:要|需|须)?[\u4e00-\u9fffa-z\d]{1,5}?(?:级|式|型|款|法|版|色系?|材质|工艺|口味|轴|专用)")
_NO_KIND = re.compile(r"(?:各|新|爆|同|货|付|尾|大|小|方|正|模|办|做|想|看|说|升|特色|角|绿|产|省|国家|三甲|类|典)(?:级|式|型|款|法|版|色)$|订货|贸易|付款|汇款|回款")
_CODE = re.compile(r"\d?[a-z]{1,6}(?:[-/]?[a-z\d]{1,6}){0,2}\+?(?:以上)?")
_NO_CODE = re.compile(r"oem|odm|kol|ka|b2b|b2c|pdf|whatsapp|wechat|qq|email|tel|asap|rfq|moq|usd|rmb|cny|eur|hk|cif|fob|exw|ddp|dap|cfr|fca|cip|cpt|lc|tt|l/c|t/t|d/p|hcm|ok|no|yes|ps")
_PAPER = re.compile(r"(?:[\u4e00-\u9fffa-z\d]{1,9}?)?(?:(?:检测|检验|质检|测试|第三方|农残|化验|分析)报告|检疫证书?|植检证书?|卫生证书?|原产地证书?|原产地证明|自由销售证明|coa|msds)")
_SERVICE = re.compile(r"(?:能|可以?|支持|接受|提供|包|含|国内有?|中国有?|当地有?|有)(?:做)?(?:oem|odm|贴牌|定制|代工|安装(?:调试)?|培训|售后(?:点|服务|网点|团队)?|打样|样品)")
_STATED = re.compile(r"\d+(?:\.\d+)?%?\s?(?:脂肪|蛋白质?|酒精|可可|果汁|固形物|水分|棉|羊毛)|(?:门幅|幅宽|死亡率|破损率|损耗率|发芽率|固形物|到期日|有效期|剩余保质期|车龄|工时)\s?(?:[≤≥<>]|低于|高于|不超过|不低于|大于|小于)?\s?\d[\d.]*\s?(?:%|年|个?月|天|小时|公分|厘米|cm|mm)?(?:以上|以下|以内|左右)?"
                     r"|(?:min\.?|minimum|at least)\s?\d+ (?:days|months) shelf life(?: on arrival| remaining)?|(?:less|more|not more|no more) than \d+ (?:years|months)(?: old)?|[a-z]+ grade(?![a-z])"
                     r"|(?:calibre|caliber|calibro|kaliber|size|talla|taille|größe) [a-z\d/-]{1,8}(?: (?:o más|ou plus|oder größer|or (?:above|larger|bigger|up)))?|(?:рафинированн|нерафинированн|замороженн|охлажд[её]нн|органическ)\w+|наливом|в мешках")


def remarks(source: Source, used: list[Span]) -> Iterator[Span]:
    """Yield the places of what a product has to be, beside what is used for other fields: named qualities, kinds, papers, services and codes."""
    taken = [*used, *mentions(source).values()]
    for pattern in (_PAPER, _SERVICE, _STATED):
        for match in pattern.finditer(source.low):
            if _free(match.span(), taken):
                taken.append(match.span())
                yield match.span()
    for start, end in source.clauses:
        for piece in _PIECE.finditer(source.low, start, end):
            words, span = piece.group(), piece.span()
            if BLANK in words or not _free(span, taken) or len(words) < 2:
                continue
            kind = _KIND.fullmatch(words) and not _NO_KIND.search(words)
            code = source.lang in ("zh", "ja") and _CODE.fullmatch(words) and not _NO_CODE.fullmatch(words) and _is_capital(source.raw[slice(*span)])
            if kind or code or all(map(_QUALITIES.fullmatch, words.split("/"))):
                yield span


def _is_capital(words: str) -> bool:
    """A code is written in capitals or with a figure: PEM, 4K, L1; a word of another language is not."""
    return words.isupper() or any(sign.isdigit() for sign in words)


def _free(span: Span, taken: list[Span]) -> bool:
    return not any(span[0] < end and start < span[1] for start, end in taken)
