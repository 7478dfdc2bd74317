"""Words for units in the languages that are read; codes are those of the vocabulary of units."""
# ruff: noqa: E501  # tables of words in ten languages read better unbroken

import re
from decimal import Decimal
from functools import cache
from typing import NamedTuple


class Unit(NamedTuple):
    """A unit of trade: ``factor`` turns the written one into the code's (500 克 are 0.5 kg), ``sure`` is whether the word says it."""

    code: str
    factor: Decimal = Decimal(1)
    sure: bool = True


_ONE = {
    "piece": "piece pieces pcs pc unit units ea pièce pièces unité unités pieza piezas unidad unidades uds stück stk штук штуки штука шт pezzi "
             "个 件 只 盏 副 顶 幅 床 支 枚 把 条 根 颗 块 辆 头 株 部 片 枝 册 張 個 点 個入り 개 点 大 マイ 枚 본 匹 尾 peças",
    "set": "set sets jeu jeux juego juegos satz sätze комплект комплекта комплектов 套 台 组 台套 セット 대 세트 台分",
    "carton": "carton cartons ctn ctns case cases caisse caisses caja cajas karton kartons kiste kisten ящик ящиков ящика коробок коробка коробки 箱 "
              "整箱 ケース カートン 박스 상자 caixas",
    "bottle": "bottle bottles btl btls bouteille bouteilles botella botellas flasche flaschen бутылок бутылки бутылка 瓶 本 ボトル 병 garrafas",
    "bag": "bag bags sac sacs saco sacos bolsa bolsas sack säcke beutel мешков мешка пакетов 袋 包 포대 봉지 packs pack",
    "box": "box boxes boîte boîtes schachtel schachteln schachtel estuche estuches 盒 箱入り 갑",
    "pair": "pair pairs paire paires par pares paar пар пары 双 对 足 켤레 쌍",
    "can": "can cans tin tins boîtes-de-conserve lata latas dose dosen банок банки 罐 听 缶 캔",
    "jar": "jar jars pot pots bocal bocaux tarro tarros frasco frascos glas gläser 玻璃罐",
    "drum": "drum drums fût fûts barril barriles bidón bidones fass fässer бочек бочки 桶 ドラム 드럼 bidons",
    "keg": "keg kegs 酒桶 keykegs",
    "roll": "roll rolls rouleau rouleaux rollo rollos rolle rollen рулонов рулона 卷 ロール 롤",
    "pallet": "pallet pallets palette palettes palé palés palet palets paletten европаллет паллет паллета паллеты 托盘 托 板 卡板 パレット 팔레트 파렛트",
    "kg": "kg kgs kilo kilos kilogram kilograms kilogramme kilogrammes kilogramo kilogramos kilogramm кг килограмм 公斤 千克 キロ キログラム 킬로 킬로그램",
    "t": "t mt ton tons tonne tonnes tonelada toneladas tonnen тонн тонны тонна 吨 公吨 トン 톤 toneladas-métricas tm",
    "litre": "l litre litres liter liters litro litros литр литров литра 升 公升 リットル 리터",
    "m": "m metre metres meter meters mètre mètres metro metros метров метра 米 公尺 メートル 미터",
    "m2": "m2 m² sqm qm 平 м² м2 平方米 平方 平米 平方メートル 제곱미터",
    "m3": "m3 m³ cbm м³ м3 立方米 立方 方 立方メートル 세제곱미터",
    "carat": "carat carats ct quilate quilates karat карат 克拉 カラット 캐럿",
    "FCL20": "20gp 20'gp 20ft 20' 20尺柜 20尺整柜 20尺小柜 20尺货柜 20尺集装箱 20呎柜 小柜 20英尺柜 20英尺集装箱 20ft-container 20-ft-container 20'-container "
             "20-foot-container 20-foot-containers 20-ft-containers 20ft-containers 20-fuß-container x20gp 20'-containers 20ftコンテナ 20피트 20フィートコンテナ",
    "FCL40": "40rf 40gp 40hq 40hc 40'gp 40'hq 40'hc 40ft 40' 40尺柜 40尺高柜 40尺整柜 40尺货柜 40尺集装箱 40呎柜 40英尺柜 40英尺集装箱 大柜 高柜 40ft-container "
             "40-ft-container 40'-container 40-foot-container 40-foot-containers 40-ft-containers 40ft-containers 40-fuß-container x40hq 40'-containers 40ft-hc "
             "40ftコンテナ 40피트 40フィートコンテナ 40尺冷藏柜 40尺冻柜 40尺冷柜",
    "project": "project projects projet proyecto projekt 项 项目 プロジェクト",
}
_OTHER = {
    Unit("kg", Decimal("0.5")): "斤 市斤", Unit("kg", Decimal(50)): "担", Unit("kg", Decimal("0.45359237")): "lb lbs pound pounds 磅",
    Unit("FCL40", sure=False): "柜 货柜 整柜 集装箱 个柜 冷柜 冻柜 fcl-40 fcl-40' fcl-20 fcl container containers conteneur conteneurs contenedor contenedores контейнер контейнера "
                               "контейнеров コンテナ 컨테이너 full-container reefer reefers reefer-container reefer-containers full-containers 冷藏柜 柜货",
    Unit("litre", Decimal(1000)): "千升 kl キロリットル", Unit("set", sure=False): "系统 machine machines machine",
    Unit("pair", Decimal(1), False): "",
    Unit("piece", Decimal(1000)): "千只 千支 千个", Unit("piece", sure=False): "粒 贴 管 头份 人份 份 座 架 提 朵 glasses",
    Unit("piece", Decimal(12)): "打",
}
# measures that describe a product and are never an amount to buy
SMALL = ("ml", "毫升", "cl", "g", "克", "mg", "毫克", "mm", "毫米", "cm", "厘米", "公分", "inch", "inches", "英寸", "寸", "oz", "盎司", "v", "kv", "伏", "w", "kw", "瓦",
         "千瓦", "hz", "khz", "mhz", "ghz", "mah", "bar", "psi", "kpa", "mpa", "rpm", "°c", "℃", "度", "%", "‰", "目", "微米", "μm", "um", "nm", "hp", "a", "马力",
         "ppm", "gsm", "г", "мл", "мм", "см", "グラム", "ミリ", "그램", "킬로와트", "grammes", "gramm", "gramos", "grams", "gb", "tb", "dpi", "寸屏", "吋", "杆", "级",
         "°", "cst", "db", "分贝", "lm", "流明", "kn", "nm³/h", "t/h", "l/h", "n·m", "brix", "个月", "天", "年")


@cache
def units() -> dict[str, Unit]:
    """Return {folded word: unit}."""
    found = {word.replace("-", " "): Unit(code) for code, words in _ONE.items() for word in words.split()}
    for unit, words in _OTHER.items():
        found |= {word.replace("-", " "): unit for word in words.split()}
    return found


@cache
def unit_pattern() -> str:
    """Return a regular expression for any word of a unit; the longest first, whole words where words have edges."""
    words = sorted(units(), key=lambda word: (-len(word), word))
    latin = "|".join(re.escape(word).replace(r"\ ", r"[ -]") for word in words if _has_edges(word))
    other = "|".join(re.escape(word) for word in words if not _has_edges(word))
    return rf"(?:(?:{latin})(?![a-zà-ÿа-я\d'])|(?:{other}))"


@cache
def small_pattern() -> str:
    """Return a regular expression for the measures of a product."""
    words = sorted(SMALL, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word) + (r"(?![a-zà-ÿа-я\d])" if word[-1].isalpha() and _has_edges(word) else "") for word in words) + ")"


def unit_of(word: str) -> Unit | None:
    """Return the unit that a folded word means."""
    return units().get(word) or units().get(word.replace("-", " "))


def _has_edges(word: str) -> bool:
    return all(char < "\u0590" for char in word)
