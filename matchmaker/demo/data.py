"""The demo's companies, products, demands and messages as they are written in ``data/``, and how much of them a build takes."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..catalog import rules as catalog
from ..demands import rules as demands
from ..trade import codes
from ..trade.places import language_codes

FOLDER = Path(__file__).parent / "data"
SAME_LANGUAGE = {"no": "nb"}  # Norwegian as people say it, and as the pickers offer it
UNIT_FIELDS = ("moq_unit", "price_unit", "capacity_unit", "unit", "budget_unit")


@dataclass(frozen=True, slots=True)
class Share:
    """How much is built: the whole world, or a slice of it for tests. ``seconds`` are the optimiser's."""

    exhibitors: int = 60
    buyers: int = 80
    requests: int = 450
    requests_elsewhere: int = 22  # at each of the two other expos
    seconds: int = 60


@dataclass(slots=True)
class Texts:
    """What a build writes, and what was adjusted on the way: said aloud, never silently."""

    exhibitors: list[dict[str, Any]]
    buyers: list[dict[str, Any]]
    applicants: list[dict[str, Any]]
    messages: dict[str, list[dict[str, str]]]
    adjusted: Counter[str] = field(default_factory=Counter)


def read(share: Share) -> Texts:
    """Return the share of the written world, in the order of the files: food and goods in turn, so that a slice has both."""
    food, goods = _load("exhibitors_food"), _load("exhibitors_goods")
    mixed = [company for pair in zip(food, goods, strict=True) for company in pair]
    return Texts(mixed[:share.exhibitors], _load("buyers")[:share.buyers], _load("applicants"), _load("messages"))


def _load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def company_fields(texts: Texts, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``companies.register_company`` takes; kinds of buyers are named as people write them in the files."""
    given = {name: row.get(name) for name in ("name", "name_en", "name_zh", "city", "size", "about", "mission")}
    given |= {"country": row.get("country", "CN"), "about_lang": row.get("about_lang", "zh")}
    given["languages"] = languages(texts, row["languages"])
    if row.get("registration_number"):
        given |= {"identifier_kind": "registration", "identifier": row["registration_number"]}
    kind = row.get("buyer_kind") or row.get("kind", "")
    return given | {"buyer_kind": kind.replace(" ", "_")}


def languages(texts: Texts, given: list[str]) -> list[str]:
    """Return languages as the pickers offer them; one that they do not offer is left out and counted."""
    named = [SAME_LANGUAGE.get(code, code) for code in given]
    known = [code for code in named if code in language_codes()]
    texts.adjusted["languages left out"] += len(named) - len(known)
    return known


def product_fields(texts: Texts, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``catalog.save_product`` takes."""
    fields = {name: value for name, value in row.items() if name in catalog.RULES}
    return _counted(texts, fields | {"claims": row.get("green") or [], "translations": _titles(row)})


def demand_fields(texts: Texts, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``demands.post_demand`` takes, without the section."""
    fields = {name: value for name, value in row.items() if name in demands.RULES and value is not None}
    return _counted(texts, fields | {"translations": _titles(row)})


def _titles(row: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    given = {lang: row.get(f"title_{lang}") for lang in ("en", "zh")}
    return {lang: {"title": title} for lang, title in given.items() if title and lang != row["lang"]}


def _counted(texts: Texts, fields: dict[str, Any]) -> dict[str, Any]:
    """Count units outside the vocabulary: cards keep them as they are written."""
    for name in UNIT_FIELDS:
        unit = fields.get(name)
        if unit and not codes.is_known("unit", catalog.RULES["moq_unit"](unit)):
            texts.adjusted["units kept as written"] += 1
    return fields


def products(texts: Texts) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield (exhibitor, product) of all product cards."""
    return ((company, row) for company in texts.exhibitors for row in company["products"])


def wanted(texts: Texts) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield (buyer, demand) of all demand sheets."""
    return ((company, row) for company in texts.buyers for row in company["demands"])
