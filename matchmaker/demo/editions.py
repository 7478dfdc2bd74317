"""The three expos with their sections, halls, tables, days, interpreters and staff."""

import secrets
from datetime import date, time, timedelta
from typing import Any

from ..accounts import actions as accounts
from ..expos import actions as expos
from ..expos.models import Expo
from ..expos.queries import actor_for
from ..expos.rules import Part
from ..infra.db import db
from ..permissions import SYSTEM, ExpoRole
from .console import Say
from .world import World, account, go_to

EDITIONS: dict[str, dict[str, Any]] = {
    "CIIE": {"slug": "ciie-2026", "starts_on": date(2026, 11, 5), "ends_on": date(2026, 11, 10), "dates_confirmed": True, "request_days": 7,
             "walk_slots": 1, "max_meetings": 8},
    "CICPE": {"slug": "cicpe-2027", "starts_on": date(2027, 4, 13), "ends_on": date(2027, 4, 18), "request_days": 30},
    "CANTON": {"slug": "canton-2027-spring", "starts_on": date(2027, 4, 15), "ends_on": date(2027, 5, 5), "request_days": 30},
}
# code, names, tables; exhibitors of a hall without tables are met in the others or at their booths
HALLS = {
    "CIIE": (
        ("2.1", "Hall 2.1 · Automobiles", "2.1馆 · 汽车", ""), ("4.1", "Hall 4.1 · Technical equipment", "4.1馆 · 技术装备", "D01-D03"),
        ("5.1", "Hall 5.1 · Services, LDC zone", "5.1馆 · 服务贸易与最不发达国家专区", "E01-E02"),
        ("6.2", "Hall 6.2 · Consumer goods", "6.2馆 · 消费品", "C01-C05"),
        ("7.2", "Hall 7.2 · Health and fine food", "7.2馆 · 医疗健康与精品食品", "B01-B05"),
        ("8.1", "Hall 8.1 · Dairy, meat, seafood", "8.1馆 · 乳肉水产", "A21-A23"),
        ("8.2", "Hall 8.2 · Fruit, nuts, coffee", "8.2馆 · 果品坚果咖啡", "A01-A06"),
    ),
    "CICPE": (("H1", "Hall 1", "1号馆", "T01-T08"), ("H3", "Hall 3", "3号馆", "T01-T06")),
    "CANTON": (("19.1", "Hall 19.1", "19.1馆", "T01-T06"), ("20.1", "Hall 20.1", "20.1馆", "T01-T06")),
}
DAYS = (Part(time(9), time(12), 30), Part(time(13), time(17), 30))
INTERPRETERS = {
    "en": ("韩书敏", "Grace Lu", "丁海宁", "Kevin Zhao", "邵雨晴", "莫子轩", "Lily Qiao"),
    "es": ("罗安娜", "梁思源", "贝晓"), "fr": ("方若兰", "许诺言", "Claire Du"),
    "de": ("施明远", "高蕾"), "ja": ("田佳慧", "吴桐", "小林由美"),
    "ko": ("金善姬", "朴正浩"), "ru": ("安德烈·孙", "崔丽娜"), "pt": ("何安琪", "欧阳澜"),
    "ar": ("马哈桑", "丁乃吉"),
}
STAFF = (("organizer", "周岚", ExpoRole.ORGANIZER), ("organizer2", "Henry Tao", ExpoRole.ORGANIZER), ("floor", "陆展", ExpoRole.FLOOR),
         ("floor2", "钱多宁", ExpoRole.FLOOR), ("leader", "江一苇", ExpoRole.MISSION_LEADER))


def build(world: World, say: Say) -> None:
    """Make the editions; the one of CIIE is complete, the two of next spring are still being set up."""
    go_to("2026-06-15 10:00")
    accounts.make_admin("admin@ciie.test", name="Shen Guanli", password=secrets.token_urlsafe(24))
    for series, values in EDITIONS.items():
        world.expos[series] = expo = expos.create_expo(SYSTEM, series=series, **values)
        tables = sum(_hall(expo, *row) for row in HALLS[series])
        say(f"{expo.slug}: {len(HALLS[series])} halls, {tables} tables")
    ciie = world.expos["CIIE"]
    days = [ciie.starts_on + timedelta(days=n) for n in range(3)]
    change = expos.set_days(SYSTEM, ciie, days=days, parts=DAYS)
    _people(world, ciie)
    say(f"3 expos; {ciie.slug} with {len(change.added)} slots on 3 days, {sum(map(len, INTERPRETERS.values()))} interpreters")


def _hall(expo: Expo, code: str, name_en: str, name_zh: str, labels: str) -> int:
    hall = expos.add_hall(SYSTEM, expo, code=code, name_en=name_en, name_zh=name_zh)
    db.session.flush()
    return len(expos.add_tables(SYSTEM, hall, labels=labels)) if labels else 0


def _people(world: World, ciie: Expo) -> None:
    """Give CIIE its staff and interpreters, each with an account; the first organizer runs the two other expos too."""
    for local, name, role in STAFF:
        user = account(world, f"{local}@ciie.test", name, chinese=not name.isascii())
        expos.name_staff(SYSTEM, ciie, email=user.email, role=role)
        if local == "organizer":
            for series in ("CICPE", "CANTON"):
                expos.name_staff(SYSTEM, world.expos[series], email=user.email, role=role)
            world.organizer = actor_for(user)
        elif local == "floor":
            world.floor = actor_for(user)
    for language, names in INTERPRETERS.items():
        for n, name in enumerate(names, 1):
            user = account(world, f"interpreter-{language}{n}@ciie.test", name, chinese=True)
            expos.add_interpreter(world.organizer, ciie, name=name, languages=[language], email=user.email)
