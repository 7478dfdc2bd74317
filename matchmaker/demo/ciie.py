"""An expo of CIIE's size, written in bulk: 300 tables, 300 exhibitors, 700 buyers, 5,000 agreed requests, nothing placed yet.

Everything is drawn from a fixed seed; names are put together from parts and belong to nobody.
"""

import random
import secrets
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import count, product
from typing import Any

import sqlalchemy as sa

from ..accounts import actions as accounts
from ..accounts.models import User
from ..accounts.passwords import hash_password
from ..companies.models import Company, Member, Person
from ..expos import actions as expos
from ..expos.models import Expo, HallWalk, Interpreter, Participation, Staff
from ..expos.queries import slots_of
from ..expos.rules import Part
from ..infra.db import commit, db
from ..meetings.models import Meeting, Wish
from ..permissions import SYSTEM
from ..scheduling.models import Unavailable
from ..trade.identifiers import sample_uscc
from .console import Console
from .world import SEED, START, at, go_to

SLUG, DAY = "ciie-2026", date(2026, 11, 6)
PARTS = (Part(time(9, 0), time(12, 0), 30), Part(time(13, 0), time(18, 0), 30))
# code, English and Chinese name, tables
HALLS = (
    ("8.2", "Hall 8.2 · Food and farm products", "8.2馆 · 食品及农产品", 84),
    ("7.2", "Hall 7.2 · Medical and health", "7.2馆 · 医疗器械及医药保健", 54),
    ("6.2", "Hall 6.2 · Consumer goods", "6.2馆 · 消费品", 66),
    ("4.1", "Hall 4.1 · Intelligent industry", "4.1馆 · 技术装备", 48),
    ("2.1", "Hall 2.1 · Automobiles", "2.1馆 · 汽车", 18),
    ("5.1", "Hall 5.1 · Services", "5.1馆 · 服务贸易", 30),
)
EXHIBITORS, BUYERS, REQUESTS = 300, 700, 5000
ORIGINS = (
    ("CL", "es"), ("ES", "es"), ("PE", "es"), ("FR", "fr"), ("DE", "de"), ("JP", "ja"), ("KR", "ko"), ("AU", "en"), ("NZ", "en"),
    ("US", "en"), ("CA", "en"), ("BR", "pt"), ("TH", "th"), ("IT", "it"))
SPEAKERS = {"en": 40, "es": 22, "fr": 12, "de": 12, "ja": 13, "ko": 10, "pt": 8, "th": 8, "it": 9}
FIRST = (
    "Aurora", "Pampero", "Marlbrook", "Tasmara", "Kaimura", "Hokusei", "Sereno", "Altiplano", "Mekara", "Lysière", "Fjordlys", "Sidamo",
    "Corvana", "Belmonte", "Niveran", "Oderwald", "Kitamori", "Haneul", "Siamara", "Brisamar")
LAST = (
    "Orchards", "Vineyards", "Foods", "Medical", "Imaging", "Dairy", "Seafoods", "Machinery", "Textiles", "Cosmetics", "Robotics",
    "Mobility", "Ceramics", "Pharma", "Optics")
ZH_FIRST = ("春禾", "海晏", "松溪", "江汇", "辰湾", "南屿", "远帆", "云岭", "瑞泽", "鹿鸣",
    "锦川", "恒岳", "丰登", "沐阳", "朗秋", "舒望", "澄湖", "晴川")
PLACES = ("上海", "杭州", "宁波", "南京", "苏州", "广州", "深圳", "成都", "武汉", "厦门", "青岛", "天津")
ZH_LAST = ("超市", "进口", "供应链", "餐饮", "医药", "商贸")
SURNAMES, GIVEN = "陈林黄张李王吴刘蔡杨许郑谢郭洪曾邱廖赖周", "清和书敏海宁雨晴子轩若兰思源明远佳慧安然知秋景行"


def build(console: Console) -> None:
    """Make the expo in an empty database; the clock stands at the evening before its day."""
    draw = random.Random(SEED)  # noqa: S311 - the same world every time, no secret
    with console.stage("expo") as say:
        expo = _expo()
        say(f"{sum(hall[3] for hall in HALLS)} tables, {_slots(expo)} slots a day")
    with console.stage("people") as say:
        _staff(draw, expo)
        exhibitors, buyers = _companies(draw, expo)
        say(f"{len(exhibitors)} exhibitors, {len(buyers)} buyers, {sum(SPEAKERS.values())} interpreters")
    with console.stage("requests") as say:
        say(f"{_meetings(draw, expo, exhibitors, buyers)} agreed requests")
    commit()
    go_to(START)


def _expo() -> Expo:
    go_to("2026-06-15 10:00")
    expo = expos.create_expo(
        SYSTEM,
        series="CIIE",
        slug=SLUG,
        starts_on=date(2026, 11, 5),
        ends_on=date(2026, 11, 10),
        dates_confirmed=True,
        request_days=7,
        walk_slots=1,
        max_meetings=12,
    )
    for code, name_en, name_zh, tables in HALLS:
        hall = expos.add_hall(SYSTEM, expo, code=code, name_en=name_en, name_zh=name_zh)
        db.session.flush()
        labels = [f"{letter}{n:02}" for letter, n in product("ABCDEFG", range(1, 15))][:tables]
        expos.add_tables(SYSTEM, hall, labels=", ".join(labels))
    days = [DAY + timedelta(days=n) for n in range(1, 3)]
    expos.set_days(SYSTEM, expo, days=days, parts=PARTS)
    db.session.flush()
    halls = sorted(hall.id for hall in expo.halls)
    db.session.add(HallWalk(a_id=halls[0], b_id=halls[1], minutes=4, slots=0))
    db.session.flush()
    return expo


def _slots(expo: Expo) -> int:
    return sum(
        (datetime.combine(DAY, part.end) - datetime.combine(DAY, part.start)) // timedelta(minutes=part.minutes) for part in PARTS
    )


def _staff(draw: random.Random, expo: Expo) -> None:
    nobody = hash_password(secrets.token_urlsafe(24))
    accounts.make_admin("admin@ciie.test", name="Shen Guanli", password=secrets.token_urlsafe(24))
    for local, name, role, language in (
        ("organizer", "周岚", "organizer", "zh_Hans_CN"),
        ("organizer2", "Henry Tao", "organizer", "en"),
        ("floor", "陆展", "floor", "zh_Hans_CN"),
    ):
        user = _user(f"{local}@ciie.test", name, nobody, language)
        db.session.add(user)
        db.session.flush()
        db.session.add(Staff(expo_id=expo.id, user_id=user.id, role=role))
    names = (f"{draw.choice(SURNAMES)}{draw.choice(GIVEN)}{draw.choice(GIVEN)}" for _ in count())
    rows = []
    for language, number in SPEAKERS.items():
        for n in range(number):
            spoken = [language] if n % 4 or language == "en" else [language, "en"]
            rows.append({"expo_id": expo.id, "name": next(names), "languages": spoken, "phone": "", "is_active": True})
    db.session.execute(sa.insert(Interpreter), rows)


def _user(email: str, name: str, password_hash: str, language: str) -> User:
    now = at("2026-07-01 09:00")
    return User(
        email=email,
        name=name,
        password_hash=password_hash,
        language=language,
        email_confirmed_at=now,
        created_at=now,
        notice_version="2026-11",
        notice_at=now,
    )


def _companies(draw: random.Random, expo: Expo) -> tuple[list[int], list[int]]:
    """Write companies with their people and parts; return the ids of exhibitors and buyers."""
    now = at("2026-07-10 09:00")
    companies = [Company(created_at=now, is_sample=True, **row) for row in _rows(draw)]
    db.session.add_all(companies)
    db.session.flush()
    keys = [company.id for company in companies]
    db.session.execute(sa.insert(Participation), _parts(draw, expo, keys))
    people = [
        {"company_id": key, "name": _person(draw, companies[n]), "title": "", "languages": companies[n].languages, "attends": True}
        for n, key in enumerate(keys) for _ in range(2 if n < EXHIBITORS and n % 6 == 0 else 1)]
    db.session.execute(sa.insert(Person), people)
    _accounts(companies)
    _absences(draw, expo)
    return keys[:EXHIBITORS], keys[EXHIBITORS:]


def _rows(draw: random.Random) -> Iterator[dict[str, Any]]:
    names_en = [f"{first} {last}" for first, last in product(FIRST, LAST)]
    names_zh = [f"{place}{first}{last}" for place, first, last in product(PLACES, ZH_FIRST, ZH_LAST)]
    draw.shuffle(names_en)
    draw.shuffle(names_zh)
    for n in range(EXHIBITORS):
        country, language = ORIGINS[n % len(ORIGINS)]
        yield {"kind": "exhibitor", "name": names_en[n], "name_en": names_en[n], "country": country, "languages": [language]}
    for n in range(BUYERS):
        yield {
            "kind": "buyer", "name": f"{names_zh[n]}有限公司", "name_zh": names_zh[n], "country": "CN", "identifier_kind": "uscc",
            "identifier": sample_uscc(SEED + n), "languages": ["zh", "en"] if n % 5 == 0 else ["zh"]}


def _parts(draw: random.Random, expo: Expo, keys: list[int]) -> list[dict[str, Any]]:
    """Return the participations; as many exhibitors in a hall as it has tables."""
    halls = [hall.id for hall, row in zip(expo.halls, HALLS, strict=True) for _ in range(row[3])]
    draw.shuffle(halls)
    sections = [section.id for section in expo.sections]
    now = at("2026-07-10 09:00")
    return [
        {"expo_id": expo.id, "company_id": key, "section_id": sections[n % len(sections)] if sections else None,
         "hall_id": halls[n % len(halls)] if n < EXHIBITORS else None, "meets_at_booth": False, "state": "approved", "applied_at": now,
         "decided_at": now, "max_meetings": 24 if n < EXHIBITORS else 8, "rest_slots": 0, "standby": True}
        for n, key in enumerate(keys)]


def _person(draw: random.Random, company: Company) -> str:
    if company.kind == "buyer":
        return f"{draw.choice(SURNAMES)}{draw.choice(GIVEN)}{draw.choice(GIVEN)}"
    return f"{draw.choice(('Lucía', 'Marc', 'Anke', 'Yui', 'Minho', 'Grace', 'Tiago', 'Malee', 'Giulia'))} {draw.choice(FIRST)}"


def _accounts(companies: list[Company]) -> None:
    """The first exhibitor and the first buyer have an account each, so that one can look at their day."""
    nobody = hash_password(secrets.token_urlsafe(24))
    for kind in ("exhibitor", "buyer"):
        company = next(row for row in companies if row.kind == kind)
        person = db.session.scalars(sa.select(Person).where(Person.company_id == company.id).order_by(Person.id)).first()
        user = _user(f"owner@{kind}.test", person.name, nobody, "zh_Hans_CN" if kind == "buyer" else "en")
        db.session.add(user)
        db.session.flush()
        person.user_id = user.id
        db.session.add(Member(company_id=company.id, user_id=user.id, is_owner=True, joined_at=company.created_at))


def _absences(draw: random.Random, expo: Expo) -> None:
    slots = slots_of(expo.id)
    people = db.session.scalars(sa.select(Person.id).order_by(Person.id)).all()
    rows = []
    for person in people:
        if draw.random() < 0.35:
            day, late = draw.choice(sorted({slot.on for slot in slots})), draw.random() < 0.5
            rows += [{"person_id": person, "slot_id": slot.id} for slot in slots if slot.on == day and (slot.position >= 8) == late]
    db.session.execute(sa.insert(Unavailable), rows)


def _meetings(draw: random.Random, expo: Expo, exhibitors: list[int], buyers: list[int]) -> int:
    """Write agreed requests: sought-after exhibitors have many, each pair one; some wishes of both sides."""
    pull = [1 / (1 + n) ** 0.35 for n in range(len(exhibitors))]
    draw.shuffle(pull)
    asked: Counter[int] = Counter()
    pairs: dict[tuple[int, int], None] = {}
    while len(pairs) < REQUESTS:
        exhibitor, buyer = draw.choices(exhibitors, pull)[0], draw.choice(buyers)
        if asked[buyer] < 12 and (exhibitor, buyer) not in pairs:
            pairs[exhibitor, buyer] = None
            asked[buyer] += 1
    now = at("2026-10-20 09:00")
    db.session.execute(
        sa.insert(Meeting),
        [
            {
                "expo_id": expo.id,
                "exhibitor_id": exhibitor,
                "buyer_id": buyer,
                "asked_by_id": buyer,
                "state": "accepted",
                "priority": 1 if n % 8 == 0 else 3 if n % 7 == 0 else 2,
                "match_score": round(min(99.0, draw.gauss(66, 14)), 1),
                "asked_at": now,
                "expires_at": now + timedelta(days=7),
                "answered_at": now,
            }
            for n, (exhibitor, buyer) in enumerate(pairs)
        ],
    )
    wished = draw.sample(sorted(pairs), 500)
    db.session.execute(
        sa.insert(Wish),
        [
            {"expo_id": expo.id, "company_id": pair[n % 2], "other_id": pair[1 - n % 2], "value": "must" if n % 3 == 0 else "like"}
            for n, pair in enumerate(wished)
        ],
    )
    return len(pairs)
