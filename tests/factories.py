"""Factories of real rows, one per model; ``make_x()`` in tests reads better than a fixture for every case."""

from datetime import date, timedelta
from typing import Any

import factory
from factory.alchemy import SQLAlchemyModelFactory

from matchmaker import clock
from matchmaker.accounts.models import User
from matchmaker.catalog.models import Listing, Product
from matchmaker.companies.models import Company, Member, Person
from matchmaker.demands.models import Demand
from matchmaker.documents.models import Document, DocumentVersion
from matchmaker.expos.models import Expo, Hall, NegotiationTable, Participation, Section, Slot, Staff
from matchmaker.expos.queries import actor_for
from matchmaker.infra.db import db
from matchmaker.matching.models import Recommendation
from matchmaker.permissions import Actor

PASSWORD = "a quiet harbour in autumn"
# argon2id of PASSWORD: hashing in every test would take most of the suite's time
_hash: list[str] = []


def password_hash() -> str:
    """Return the hash of PASSWORD, made once."""
    if not _hash:
        from matchmaker.accounts.passwords import hash_password

        _hash.append(hash_password(PASSWORD))
    return _hash[0]


class Rows(SQLAlchemyModelFactory):
    """The base: rows are flushed, not committed."""

    class Meta:
        abstract = True
        sqlalchemy_session_factory = lambda: db.session  # noqa: E731
        sqlalchemy_session_persistence = "flush"


class UserFactory(Rows):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    password_hash = factory.LazyFunction(password_hash)
    email_confirmed_at = factory.LazyFunction(clock.wall)
    created_at = factory.LazyFunction(clock.wall)
    notice_version = "2026-11"


class CompanyFactory(Rows):
    class Meta:
        model = Company

    kind = "exhibitor"
    name = factory.Sequence(lambda n: f"Aurora Orchards {n}")
    name_en = factory.SelfAttribute("name")
    country = "CL"
    languages = factory.LazyFunction(lambda: ["en"])
    created_at = factory.LazyFunction(clock.wall)


class BuyerFactory(CompanyFactory):
    kind = "buyer"
    name = factory.Sequence(lambda n: f"春禾超市{n}")
    name_zh = factory.SelfAttribute("name")
    name_en = factory.Sequence(lambda n: f"Chunhe Supermarkets {n}")
    country = "CN"
    languages = factory.LazyFunction(lambda: ["zh"])


class PersonFactory(Rows):
    class Meta:
        model = Person

    company = factory.SubFactory(CompanyFactory)
    name = factory.Sequence(lambda n: f"Lucía Ferrer {n}")
    languages = factory.LazyFunction(lambda: ["en"])


class ExpoFactory(Rows):
    class Meta:
        model = Expo

    series = "CIIE"
    slug = factory.Sequence(lambda n: f"ciie-{2026 + n}")
    name_en = "China International Import Expo"
    name_zh = "中国国际进口博览会"
    starts_on = date(2026, 11, 5)
    ends_on = date(2026, 11, 10)


class SectionFactory(Rows):
    class Meta:
        model = Section

    expo = factory.SubFactory(ExpoFactory)
    code = "FOOD"
    name_en = "Food and Agricultural Products"
    name_zh = "食品及农产品"


class HallFactory(Rows):
    class Meta:
        model = Hall

    expo = factory.SubFactory(ExpoFactory)
    code = factory.Sequence(lambda n: f"{n}.1")


class TableFactory(Rows):
    class Meta:
        model = NegotiationTable

    hall = factory.SubFactory(HallFactory)
    expo_id = factory.LazyAttribute(lambda o: o.hall.expo_id)
    label = factory.Sequence(lambda n: f"A{n:02}")


class ProductFactory(Rows):
    class Meta:
        model = Product

    company = factory.SubFactory(CompanyFactory)
    state = "published"
    title = "Fresh cherries, Lapins, JJ"
    text = "Fresh sweet cherries from Curicó, calibre JJ, 5 kg cartons, sea freight."
    lang = "en"
    created_at = factory.LazyFunction(clock.now)
    updated_at = factory.LazyFunction(clock.now)


class DemandFactory(Rows):
    class Meta:
        model = Demand

    expo = factory.SubFactory(ExpoFactory)
    company = factory.SubFactory(BuyerFactory)
    state = "published"
    title = "求购智利车厘子"
    text = "JJ 级以上,12 月底到港,海运冷柜。"
    lang = "zh"
    created_at = factory.LazyFunction(clock.now)
    updated_at = factory.LazyFunction(clock.now)


class DocumentFactory(Rows):
    """A document with one version, whose file is nowhere: tests of files put one in by the verb."""

    class Meta:
        model = Document

    company = factory.SubFactory(CompanyFactory)
    kind = "ORGANIC"
    number = "BIO-1234"
    issuer = "Ecocert"
    created_at = factory.LazyFunction(clock.now)
    updated_at = factory.LazyFunction(clock.now)
    versions = factory.LazyFunction(lambda: [DocumentVersion(
        number=1, key="0" * 64 + ".pdf", media_type="application/pdf", file_name="organic.pdf", size=1, pages=1, sha256="0" * 64,
        added_at=clock.now())])


class RecommendationFactory(Rows):
    """A stored match with a minimum order in the way: one repair by either side."""

    class Meta:
        model = Recommendation
        exclude = ("demand", "product")

    demand = factory.SubFactory(DemandFactory)
    product = factory.SubFactory(ProductFactory)
    demand_id = factory.SelfAttribute("demand.id")
    product_id = factory.SelfAttribute("product.id")
    expo_id = factory.SelfAttribute("demand.expo_id")
    buyer_id = factory.SelfAttribute("demand.company_id")
    exhibitor_id = factory.SelfAttribute("product.company_id")
    score = 60.0
    band = "good"
    base_buyer = base_exhibitor = -1.0
    reasons = factory.LazyFunction(lambda: [{"code": "text", "weights": [1.2, 0.9], "params": {"nearness": "good"}}])
    gaps = factory.LazyFunction(lambda: [{"code": "minimum_order", "weights": [-0.8, -0.6], "params": {
        "wanted": "500", "wanted_unit": "carton", "minimum": "1000", "unit": "carton"}}])
    repairs = factory.LazyFunction(lambda: [
        {"gap": "minimum_order", "side": "supply", "field": "moq", "value": {"is": "quantity", "amount": "500", "unit": "carton"},
         "before": {"is": "quantity", "amount": "1000", "unit": "carton"}, "lift": [1.1, 0.9]},
        {"gap": "minimum_order", "side": "demand", "field": "quantity_first",
         "value": {"is": "quantity", "amount": "1000", "unit": "carton"},
         "before": {"is": "quantity", "amount": "500", "unit": "carton"}, "lift": [1.0, 0.9]}])
    model = "test"
    computed_at = factory.LazyFunction(clock.now)


def member(company: Company | None = None, *, owner: bool = True, **user: Any) -> User:
    """Return a user who belongs to ``company`` (a new exhibitor by default) and attends for it."""
    company, person = company or CompanyFactory(), UserFactory(**user)
    db.session.add(Member(company_id=company.id, user_id=person.id, is_owner=owner, joined_at=clock.wall()))
    PersonFactory(company=company, name=person.name, user_id=person.id)
    db.session.flush()
    return person


def organizer(expo: Expo, role: str = "organizer", **user: Any) -> User:
    """Return a user with a role at ``expo``."""
    person = UserFactory(**user)
    db.session.add(Staff(expo_id=expo.id, user_id=person.id, role=role))
    db.session.flush()
    return person


def approve(company: Company, expo: Expo, section: Section | None = None, **values: Any) -> Participation:
    """Return the approved participation of ``company`` in ``expo``."""
    values = {"state": "approved", "applied_at": clock.now(), "decided_at": clock.now()} | values
    part = Participation(expo_id=expo.id, company_id=company.id, section_id=section.id if section else None, **values)
    db.session.add(part)
    db.session.flush()
    return part


def show(product: Product, expo: Expo, section: Section | None = None) -> Listing:
    """List ``product`` at ``expo``."""
    listing = Listing(product_id=product.id, expo_id=expo.id, section_id=section.id if section else None)
    db.session.add(listing)
    db.session.flush()
    return listing


def slots(expo: Expo, count: int = 4, *, on: date | None = None, minutes: int = 30, first_hour_utc: int = 1) -> list[Slot]:
    """Return ``count`` slots on one day of ``expo``, from 09:00 in Shanghai on."""
    on = on or expo.starts_on
    start = clock.now().replace(year=on.year, month=on.month, day=on.day, hour=first_hour_utc, minute=0, second=0, microsecond=0)
    rows = [Slot(expo_id=expo.id, on=on, position=n, starts_at=start + timedelta(minutes=minutes * n), minutes=minutes)
            for n in range(count)]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def actor(user: User) -> Actor:
    """Return the actor of ``user``."""
    return actor_for(user)
