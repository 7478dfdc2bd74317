"""An expo whose products are of many kinds and origins, with everything that a page may show of them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count, product
from typing import Any

import pytest
from flask import Flask

from matchmaker import clock
from matchmaker.catalog.models import GreenClaim, ProductCertificate, ProductFootprint
from matchmaker.demo import rates
from matchmaker.documents import actions as locker
from matchmaker.documents import consents
from matchmaker.infra.db import commit, db
from matchmaker.meetings import actions as meetings
from matchmaker.papers import actions as bundles
from matchmaker.reference import stamps
from matchmaker.reference.models import Edition, RuleRevision
from matchmaker.trade import codes
from matchmaker.trade.rulebook import shipped, shipped_kinds, slot_of

from .. import factories
from ..documents import papers

# customs code, origin, Incoterm, title, and the class where the code leaves several open
GOODS = (
    ("22042100", "CL", "FOB", "Carménère 2023", ""), ("33049900", "FR", "EXW", "Crème hydratante", "cosmetics_general"),
    ("85171300", "JP", "CIF", "Smartphone", ""), ("09011100", "ET", "FOB", "Yirgacheffe", ""),
    ("04090000", "RS", "DAP", "Acacia honey", ""),
    ("44079100", "US", "FOB", "Oak boards", ""), ("29054500", "MY", "CFR", "Glycerol", ""), ("02013000", "NI", "FOB", "Chilled beef", ""),
    ("", "IT", "DDP", "Something nice", ""),
)
SAID = {  # of entry: enough for roads that will be open by a day, and some that are
    "gacc": {"state": "held", "number": "C-1", "expires_on": "2029-01-01"}, "chinese_label": {"state": "none"},
    "cosmetics_filing": {"state": "none"}, "market_access": {"state": "held"}, "quarantine_permit": {"state": "none"}}
PARTS, WORDS = 10_000, 20_000  # from here on numbers are those of parts of rules, and of names in vocabularies
LABELS = ("FSC", "GOTS", "EPD", "ISO14001", "RSPO")
ROADS = ("0110", "1210", "1239", "9610")
QUERIES = {  # further answers of one address
    "landed.product": ("", "?road=1210&quantity=1&origin=CL&way=&exhibit=&retail_price=90&order_items=1",
                       "?road=0110&quantity=9&origin=ET&way=&exhibit=CIIE&hainan=y&in_quota=y"),
    "crossborder.desk": tuple(f"?road={road}" for road in ROADS), "green.product": ("", "?mode=air&cold=yes&before=20"),
    "green.products": ("?level=any",), "crossborder.plans": ("", "?way=sell"),
}


def tag(patch: pytest.MonkeyPatch, verified: bool | None = None) -> dict[int, bool]:
    """Correct every shipped rule so that each of its texts carries a number; return {number: whether that is verified}.

    Parts of a rule that say for themselves whether they are verified have a number of their own. So have the names of vocabularies that
    come from somewhere: nothing marks them, for they are only chosen from or stated by companies, and the walk sees that it stays so.
    ``verified`` says it for all; None leaves it as it was shipped.
    """
    numbers, parts, flags = count(1), count(PARTS), dict[int, bool]()
    for rule in (rule for kind in shipped().kinds() for rule in shipped().all(kind)):
        number, sure = next(numbers), rule.verified if verified is None else verified
        flags[number] = sure
        db.session.add(RuleRevision(
            kind=rule.kind, code=rule.code, slot=slot_of(rule), number=1, en=f"{rule.en} [#{number}]", zh=f"{rule.zh} [#{number}]",
            data={name: _tagged(value, name, number, flags, parts, verified) for name, value in rule.data.items()},
            valid_from=rule.valid_from, valid_to=rule.valid_to, source=rule.source, verified=sure, sample=rule.sample, at=clock.now(),
            actor="Test"))
    db.session.flush()
    stamps.renew(stamps.RULES)
    return flags | _tag_vocabularies(patch, verified)


def _tag_vocabularies(patch: pytest.MonkeyPatch, verified: bool | None) -> dict[int, bool]:
    numbers, flags, tagged = count(WORDS), dict[int, bool](), {}
    for kind in codes.kinds():
        tagged[kind] = dict(codes.rows(kind))
        for code, row in codes.rows(kind).items():
            if row.src != "OWN":
                number = next(numbers)
                flags[number] = row.verified if verified is None else verified
                tagged[kind][code] = replace(row, en=f"{row.en} [#{number}]", zh=f"{row.zh} [#{number}]")
    patch.setattr(codes, "rows", tagged.__getitem__)
    return flags


def _tagged(value: Any, key: str, number: int, flags: dict[int, bool], parts: Iterator[int], verified: bool | None) -> Any:
    """Return a value in which every text for readers carries the number."""
    if isinstance(value, Mapping):
        if "verified" in value:
            number = next(parts)
            flags[number] = value["verified"] if verified is None else verified
            value = {**value, "verified": flags[number]}
        return {name: _tagged(inner, name, number, flags, parts, verified) for name, inner in value.items()}
    if isinstance(value, list):
        return [_tagged(inner, key, number, flags, parts, verified) for inner in value]
    is_text = isinstance(value, str) and value and (key in ("en", "zh") or key.endswith(("_en", "_zh")))
    return f"{value} [#{number}]" if is_text else value


class World:
    """An exhibitor with products of many kinds, a buyer with demands by each road, matches, a meeting, papers, claims."""

    def __init__(self, language: str = "en") -> None:
        self.expo = factories.ExpoFactory(slug="ciie-2026")
        self.section = factories.SectionFactory(expo=self.expo)
        self.seller, self.buyer = factories.CompanyFactory(country="CL"), factories.BuyerFactory(buyer_kind="platform")
        for company in (self.seller, self.buyer):
            factories.approve(company, self.expo, self.section)
        self.users = {
            "exhibitor": factories.member(self.seller, language=language), "buyer": factories.member(self.buyer, language=language),
            "organizer": factories.organizer(self.expo, language=language),
            "administrator": factories.UserFactory(is_admin=True, language=language)}
        self.products = [self._product(place, *goods) for place, goods in enumerate(GOODS)]
        self.demands = [self._demand(road) for road in ROADS]
        self.pairs = [(self.demands[place % len(ROADS)], one) for place, one in enumerate(self.products)]
        for demand, one in self.pairs:
            factories.RecommendationFactory(demand=demand, product=one)
        self.papers = [self._paper(kind) for kind in ("GACC", "ORGANIC", "SAFETY_DATA_SHEET")]
        self._meet()
        rates.load()
        commit()

    def _product(self, place: int, hs: str, origin: str, incoterm: str, title: str, entry_class: str) -> Any:
        found = factories.ProductFactory(
            company=self.seller, title=title, hs=hs, origin=origin, incoterm=incoterm, port="Valparaíso" if origin == "CL" else "",
            price_low=Decimal("7.77") + place, currency="USD", price_unit="bottle" if hs.startswith("22") else "kg", moq=Decimal(100),
            moq_unit="kg", lead_time_days=30, roads=["0110", "1210"], disposal=("return", "sell", "bonded", "")[place % 4],
            entry_class=entry_class, entry=SAID, text="Eco-friendly and green, made with care.")
        found.claims += [
            GreenClaim(link="MFG", claim="Eco-friendly production"),
            GreenClaim(link="PROC", claim="With a label", label=LABELS[place % len(LABELS)], number="N-1", issuer="An issuer", scope="All",
                       expires_on=date(2026, 12, 1))]
        found.certificates.append(ProductCertificate(kind="ORGANIC", number="O-1", issuer="Ecocert", expires_on=date(2027, 1, 1)))
        found.footprints.append(ProductFootprint(standard="ISO14067", value=Decimal("1.2"), unit="1 kg", boundary="gate", year=2025))
        factories.show(found, self.expo, self.section)
        return found

    def _demand(self, road: str) -> Any:
        return factories.DemandFactory(
            expo=self.expo, company=self.buyer, section=self.section, title=f"求购 {road}", hs="220421", road=road, zone="杭州",
            budget_high=Decimal(60), currency="CNY", budget_unit="bottle", quantity_first=Decimal(1200), unit="bottle",
            window_from=date(2026, 12, 1), window_to=date(2027, 3, 31), green_level="third_party", green_links={"MFG": "document"},
            green_labels=["GOTS", "FSC"], certificates=[{"kind": "ORGANIC", "must": True}])

    def _paper(self, kind: str) -> Any:
        return locker.add_document(
            factories.actor(self.users["exhibitor"]), company_id=self.seller.id, product_id=self.products[0].id, content=papers.pdf(),
            file_name="paper.pdf", fields={"kind": kind, "number": f"NO-{kind}", "audience": "accepted", "expires_on": date(2026, 11, 1)})

    def _meet(self) -> None:
        seller, buyer = factories.actor(self.users["exhibitor"]), factories.actor(self.users["buyer"])
        consents.ask(buyer, owner_id=self.seller.id, kind="SAFETY_DATA_SHEET")
        consents.share(seller, owner_id=self.seller.id, company_id=self.buyer.id, document=self.papers[2])
        self.meeting = meetings.ask(seller, self.expo, other=self.buyer, demand=self.demands[0], product=self.products[0])
        meetings.accept(buyer, self.meeting)
        self.bundle = bundles.make_bundle(
            seller, owner_id=self.seller.id, company_id=self.buyer.id, documents=self.papers, title="For our talk")

    def addresses(self, app: Flask, who: str) -> Iterator[tuple[str, str]]:
        """Yield (endpoint, address) of everything that can be read here; companies look at all products, others at two."""
        products = self.products if who in ("exhibitor", "buyer") else self.products[:2]
        known = {
            "expo": ["ciie-2026"], "slug": ["ciie-2026"], "product_id": [one.id for one in products], "kind": shipped_kinds(),
            "demand_id": [self.demands[0].id], "company_id": [self.seller.id], "other_id": [self.buyer.id],
            "document_id": [paper.id for paper in self.papers], "bundle_id": [self.bundle.id], "meeting_id": [self.meeting.id],
            "version_id": list(db.session.scalars(Edition.__table__.select().with_only_columns(Edition.id)))}
        for rule in app.url_map.iter_rules():
            if "GET" in rule.methods and rule.endpoint not in ("static", "accounts.sign_out") and rule.arguments <= set(known):
                for values in self._values(rule, known):
                    for query in QUERIES.get(rule.endpoint, ("",)):
                        yield rule.endpoint, rule.build(values)[1] + query

    def _values(self, rule: Any, known: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        if {"demand_id", "product_id"} <= rule.arguments:
            yield from ({"expo": "ciie-2026", "demand_id": demand.id, "product_id": one.id} for demand, one in self.pairs)
        else:
            names = sorted(rule.arguments)
            yield from (dict(zip(names, values, strict=True)) for values in product(*(known[name] for name in names)))


def readers(world: World, app: Flask, browse: Any) -> dict[str, Any]:
    """Return {who: a browser}; the buyer compares the first five products."""
    found = {"visitor": app.test_client()} | {who: browse(user) for who, user in world.users.items()}
    for one in world.products[:5]:
        assert found["buyer"].post(f"/e/ciie-2026/compare/{one.id}").status_code == 302
    return found
