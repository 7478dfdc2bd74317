"""Importing products from a spreadsheet."""

import re
from collections.abc import Mapping
from typing import Any

from ..expos.queries import participation_of
from ..infra import jobs
from ..permissions import Actor
from ..sheets.actions import Kind, run_import, section_named
from ..sheets.columns import Columns
from ..sheets.models import SheetImport
from . import actions, statements

COLUMNS = Columns(
    names={
        "title": ("product", "product name", "name", "item", "subject", "标题", "商品名称", "产品名称", "产品", "商品", "品名", "名称"),
        "text": ("description", "details", "product description", "描述", "说明", "商品描述", "产品描述", "详情", "简介"),
        "lang": ("language", "语言"),
        "section": ("expo section", "展区", "展区代码"),
        "hs": ("hs code", "hscode", "hs编码", "商品编码", "海关编码", "税号"),
        "brand": ("品牌",),
        "origin": ("country of origin", "country", "origin country", "原产地", "原产国", "产地", "国家", "原产国家/地区"),
        "specs": ("specifications", "specification", "spec", "规格", "规格参数", "参数"),
        "packaging": ("packing", "package", "包装", "包装规格"),
        "shelf_life_days": ("shelf life", "保质期"),
        "storage": ("storage conditions", "储存条件", "贮存条件", "存储"),
        "moq": ("minimum order", "minimum order quantity", "min order", "quantity", "起订量", "最小起订量", "数量"),
        "moq_unit": ("unit", "单位", "起订量单位"),
        "price_low": ("price", "unit price", "price from", "价格", "单价", "最低价"),
        "price_high": ("price to", "最高价"),
        "currency": ("币种", "货币"),
        "price_unit": ("price per", "per", "计价单位"),
        "incoterm": ("incoterms", "trade term", "delivery terms", "贸易术语", "价格条款"),
        "port": ("loading port", "port of loading", "港口", "装运港"),
        "lead_time_days": ("lead time", "delivery time", "交期", "交货期", "供货周期"),
        "monthly_capacity": ("capacity", "monthly supply", "月产能", "月供货量", "产能"),
        "payment": ("payment terms", "付款方式", "支付方式"),
        "samples": ("sample", "samples available", "样品", "可否提供样品"),
        "agent_wanted": ("agent wanted", "distributor wanted", "寻找代理", "招代理"),
        "channels": ("channel", "target channels", "渠道", "销售渠道", "目标渠道"),
        "roads": ("road", "customs mode", "customs modes", "监管方式", "进口方式"),
        "gacc": ("gacc registration", "gacc number", "gacc registration number", "海关注册号", "境外生产企业注册号"),
        "nmpa": ("nmpa registration", "nmpa filing", "nmpa number", "药监局注册备案", "注册备案号"),
        "ccc": ("ccc certificate", "ccc number", "3c证书", "强制性认证"),
        "chinese_label": ("chinese label", "label in chinese", "中文标签"),
        "gacc_expires_on": ("gacc valid until", "gacc expires", "海关注册有效期"),
        "nmpa_expires_on": ("nmpa valid until", "nmpa expires", "注册备案有效期"),
        "ccc_expires_on": ("ccc valid until", "ccc expires", "ccc有效期"),
        "certificates": ("certificate", "certification", "certifications", "证书", "认证"),
        "green_claim": ("green", "green claim", "绿色说明", "绿色主张", "绿色"),
        "green_link": ("green link", "link of the chain", "绿色环节", "环节"),
        "green_label": ("green label", "eco label", "绿色标识", "绿色标签"),
        "green_number": ("green label number", "绿色标识编号"),
        "green_issuer": ("green label issuer", "绿色标识机构"),
        "green_scope": ("green label scope", "绿色标识范围"),
        "green_expires_on": ("green label valid until", "绿色标识有效期"),
        "footprint_value": ("carbon footprint", "footprint", "产品碳足迹", "碳足迹"),
        "footprint_unit": ("functional unit", "footprint unit", "功能单位"),
        "footprint_boundary": ("footprint boundary", "system boundary", "系统边界"),
        "footprint_standard": ("footprint standard", "碳足迹标准"),
        "footprint_year": ("footprint year", "碳足迹年份"),
        "footprint_verifier": ("footprint verifier", "核查机构"),
    },
    quantities={"moq": "moq_unit", "monthly_capacity": "capacity_unit", "price_low": "price_unit"})


def take(actor: Actor, sheet_import: SheetImport, given: Mapping[str, Any]) -> int:
    """Make a product of the fields of a row and return its id; raise ``Invalid``."""
    fields = dict(given)
    said = fields.pop("section", None)
    part = participation_of(sheet_import.expo_id, sheet_import.company_id)
    section_id = section_named(sheet_import, said) if said else part.section_id if part else None  # an exhibitor shows in its own section
    if "certificates" in fields:  # a cell names kinds only: claims until their number, issuer and expiry are filled in
        fields["certificates"] = [{"kind": part} for part in re.split(r"[,;\uff0c\uff1b、\n]", str(fields["certificates"]))]
    fields |= _entry(fields)
    for name, part in (("claims", _part(fields, "green_")), ("footprints", _part(fields, "footprint_"))):
        if part:
            fields[name] = [part]
    product = actions.save_product(actor, fields=fields, company_id=sheet_import.company_id, shown_at={sheet_import.expo_id: section_id})
    if sheet_import.publish:
        actions.publish_product(actor, product)
    return product.id


def _entry(fields: dict[str, Any]) -> dict[str, Any]:
    """Take the columns of entry out of a row and return them as what the card says of its gates."""
    said: dict[str, Any] = {}
    for gate in statements.IMPORTED:
        word, until = fields.pop(gate, None), fields.pop(f"{gate}_expires_on", None)
        if word or until:
            said[gate] = statements.parsed(word) | ({"expires_on": until} if until else {})
    return {"entry": said} if said else {}


def _part(fields: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Take the columns of one green claim or footprint out of ``fields`` and return them as its row."""
    return {name.removeprefix(prefix): fields.pop(name) for name in list(fields) if name.startswith(prefix)}


@jobs.task("catalog.import")
def import_products(context: jobs.Context, *, import_id: int) -> dict[str, int]:
    """Take the rows of an uploaded table that are not done yet."""
    return run_import(context, PRODUCTS, import_id)


PRODUCTS = Kind("products", "exhibitor", COLUMNS, "catalog.import", take)
