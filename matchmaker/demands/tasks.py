"""Importing demands from a spreadsheet, or from a list with one a line."""

from collections.abc import Mapping
from typing import Any

from ..infra import jobs
from ..permissions import Actor
from ..sheets.actions import Kind, run_import, section_named
from ..sheets.columns import Columns
from ..sheets.models import SheetImport
from . import actions
from .rules import split_words

COLUMNS = Columns(
    names={
        "title": ("demand", "product", "product name", "name", "item", "subject", "标题", "需求", "采购需求", "需求名称", "采购商品",
                  "商品名称", "产品名称",
                  "产品", "商品", "品名", "名称"),
        "text": ("description", "details", "requirements", "描述", "说明", "需求描述", "具体要求", "要求", "详情", "备注"),
        "lang": ("language", "语言"),
        "section": ("expo section", "展区", "展区代码"),
        "hs": ("hs code", "hscode", "hs编码", "商品编码", "海关编码", "税号"),
        "specs_must": ("specifications", "must have", "规格", "规格要求", "必备规格"),
        "specs_nice": ("nice to have", "preferred specifications", "优选规格"),
        "quantity_first": ("quantity", "first order", "order quantity", "数量", "采购量", "采购数量", "首单", "首单数量"),
        "quantity_year": ("annual quantity", "quantity per year", "yearly", "年用量", "年采购量", "年需求量"),
        "unit": ("单位",),
        "budget_low": ("budget from", "最低预算"),
        "budget_high": ("budget", "budget to", "target price", "预算", "目标价", "最高预算", "预算单价"),
        "currency": ("币种", "货币"),
        "budget_unit": ("budget per", "计价单位"),
        "incoterm": ("incoterms", "trade term", "delivery terms", "贸易术语", "价格条款"),
        "port": ("destination port", "port of destination", "港口", "目的港", "到货港"),
        "origins_wanted": ("origin", "origins", "country of origin", "preferred origin", "原产地",
                           "产地", "原产国", "意向产地", "期望产地"),
        "origins_excluded": ("excluded origins", "排除产地"),
        "certificates": ("certificate", "certification", "certifications", "证书", "认证", "资质要求"),
        "window_from": ("delivery from", "交货起始", "最早到货"),
        "window_to": ("delivery to", "delivery date", "delivery by", "交货截止", "到货日期", "交货期", "最晚到货"),
        "channel": ("渠道", "销售渠道"),
        "road": ("customs mode", "监管方式", "进口方式"),
        "importer": ("进口方",),
        "zone": ("pilot zone", "bonded warehouse", "保税仓", "综试区"),
        "green_level": ("green level", "绿色等级"),
        "green_labels": ("green labels", "green label", "eco label", "绿色标识", "绿色标签"),
        "languages": ("语言要求",),
        "deadline_on": ("deadline", "closing date", "截止日期", "报价截止"),
        "confidentiality": ("保密", "保密级别"),
    },
    quantities={"quantity_first": "unit", "quantity_year": "unit", "budget_high": "budget_unit"})


def take(actor: Actor, sheet_import: SheetImport, given: Mapping[str, Any]) -> int:
    """Make a demand of the fields of a row and return its id; raise ``Invalid``."""
    fields = dict(given)
    if "text" not in fields:  # a list of needs: a long line is a text whose beginning is the title
        fields["title"], fields["text"] = split_words(str(fields.get("title", "")))
    if said := fields.pop("section", None):
        fields["section_id"] = section_named(sheet_import, said)
    return actions.post_demand(
        actor, expo=sheet_import.expo, fields=fields, company_id=sheet_import.company_id, publish=sheet_import.publish).id


@jobs.task("demands.import")
def import_demands(context: jobs.Context, *, import_id: int) -> dict[str, int]:
    """Take the rows of an uploaded table that are not done yet."""
    return run_import(context, DEMANDS, import_id)


DEMANDS = Kind("demands", "buyer", COLUMNS, "demands.import", take)
