"""CPU of a recommendations page: from stored rows, from the same rows by plain ORM, and live; all through the same template.

    python -m benchmarks.pages [--rounds 200] [--json FILE]

The page is the one that buyers open: filters, counts, chips, 20 cards. Both ways ask for the same rows with the same filters;
the ORM way loads the entities behind a card (one query, joined) and lets the cards read them. Runs alternate; medians of CPU
seconds of this process. The bar is a ratio of at most 1.0.

The live page has no stored rows. It searches the 30,000 products of one section exactly (512 dimensions, 35,000 in the index), sorts
the nearest 200 by the model with all signals, explains the best 20 and fetches their columns. The demand is encoded already; its
text counts by the encoder alone. Vectors are random. The bar is three times the stored page.
"""

import argparse
import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import sqlalchemy as sa
from flask import Flask, g, render_template

from matchmaker import clock, create_app
from matchmaker.accounts.models import User
from matchmaker.catalog.models import Listing, Product
from matchmaker.companies.models import Company, CompanyBlock, Member
from matchmaker.demands.models import Demand
from matchmaker.engine.matching.columns import DemandColumns, Pairs, SupplyColumns
from matchmaker.engine.matching.encoder import DictionaryEncoder
from matchmaker.engine.matching.ranker import Matcher
from matchmaker.engine.matching.records import Match, Price, Quantity
from matchmaker.engine.matching.retrieval import Index
from matchmaker.expos.models import Expo, Hall, Participation
from matchmaker.infra.db import Base, commit, db
from matchmaker.matching import learning, load, queries, views
from matchmaker.matching.models import Recommendation
from matchmaker.permissions import Actor, Membership

BAR, LIVE_BAR = 1.0, 3.0
ROWS, OTHERS, WIDTH, NEAREST = 30_000, 5_000, 512, 200
_FORM_TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')
EXHIBITORS, EACH, DEMANDS = 60, 4, 240
REASONS = [
    {"code": "text", "weights": [2.1, 2.1], "params": {"nearness": "strong"}},
    {"code": "hs", "weights": [2.5, 2.5], "params": {"digits": 6, "code": "080929", "wanted": "080929", "offered": "080929"}},
    {"code": "origin_wanted", "weights": [0.7, 0.1], "params": {"country": "CL"}},
    {"code": "shared_words", "weights": [0.0, 0.0], "params": {"words": [["车厘子", "cherries"]]}},
]
GAPS = [{"code": "minimum_order", "weights": [-0.3, -0.9],
         "params": {"wanted": "500", "wanted_unit": "carton", "minimum": "1000", "unit": "carton"}}]


class Row:
    """What the cards read, taken from entities instead of columns."""

    def __init__(self, found: Any):
        match, product, company, demand, part, hall = found[:6]
        own = {"own_title": demand.title, "own_lang": demand.lang, "own_translations": demand.translations}
        place = {"booth": part.booth, "hall": hall.code if hall else None}
        self.__dict__.update(own, **place, saved=found[6], total=found[7])
        for column in queries._MATCH:
            setattr(self, column.key, getattr(match, column.key))
        for name in ("name", "name_en", "name_zh", "country"):
            setattr(self, name, getattr(company, name))
        for column in queries._PRODUCT:
            setattr(self, column.key, getattr(product, column.key))


def world() -> tuple[Expo, Actor]:
    """Write a fair of 60 exhibitors with 240 products, 240 demands, and full lists for one buyer; return it and that buyer."""
    now = clock.now()
    expo = Expo(series="CIIE", slug="bench-2026", name_en="Expo", name_zh="展会", starts_on=date(2026, 11, 5), ends_on=date(2026, 11, 10))
    user = User(email="buyer@example.org", name="Buyer", password_hash="", created_at=now)
    buyers = [Company(kind="buyer", name=f"春禾超市{n}", name_en=f"Chunhe {n}", country="CN", created_at=now) for n in range(20)]
    sellers = [Company(kind="exhibitor", name=f"Aurora Orchards {n}", name_en=f"Aurora Orchards {n}", country="CL", created_at=now)
               for n in range(EXHIBITORS)]
    db.session.add_all([expo, user, *buyers, *sellers])
    db.session.flush()
    hall = Hall(expo_id=expo.id, code="8.2")
    db.session.add(hall)
    db.session.flush()
    db.session.add(Member(company_id=buyers[0].id, user_id=user.id, is_owner=True, joined_at=now))
    db.session.add_all(
        Participation(expo_id=expo.id, company_id=company.id, state="approved", applied_at=now, booth="B41", hall_id=hall.id)
        for company in (*buyers, *sellers))
    products = [
        Product(company_id=seller.id, state="published", title=f"Fresh cherries, lot {seller.id}-{n}", text="Sweet cherries. " * 30,
                lang="en", translations={"zh": {"title": f"鲜樱桃 {n}", "text": ""}}, hs="080929", origin="CL", moq=Decimal(1000),
                moq_unit="carton", price_low=Decimal(41), price_high=Decimal(47), currency="USD", price_unit="carton", incoterm="CIF",
                port="Shanghai", lead_time_days=30, created_at=now, updated_at=now)
        for seller in sellers for n in range(EACH)]
    demands = [
        Demand(expo_id=expo.id, company_id=buyers[n % 20].id, state="published", title=f"求购智利车厘子 {n}",
               text="JJ 级以上,海运冷柜。" * 10, lang="zh", created_at=now, updated_at=now)
        for n in range(DEMANDS)]
    db.session.add_all([*products, *demands])
    db.session.flush()
    db.session.add_all(Listing(product_id=product.id, expo_id=expo.id) for product in products)
    db.session.execute(sa.insert(Recommendation), [
        {"expo_id": expo.id, "demand_id": demand.id, "product_id": product.id, "buyer_id": demand.company_id,
         "exhibitor_id": product.company_id, "score": 99 - place / 10, "order_buyer": 0.9 - place / 100, "order_exhibitor": 0.5,
         "band": ("strong", "good", "possible")[place // 20],
         "reasons": REASONS, "gaps": GAPS, "model": "bench", "computed_at": now}
        for at, demand in enumerate(demands) for place, product in enumerate(products[at % 180:at % 180 + 60])])
    commit()
    return expo, Actor(user_id=user.id, name=user.email, company_id=buyers[0].id, companies={buyers[0].id: Membership("buyer", True)})


def by_orm(actor: Actor, expo: Expo, demand: Demand) -> list[Any]:
    """Fetch the page's rows as entities, with the same joins, filters, order and count."""
    part = queries.PART
    query = (
        sa.select(Recommendation, Product, queries.EXHIBITOR, Demand, part, Hall, queries.SAVED.id.is_not(None), sa.func.count().over())
        .select_from(Recommendation)
        .join(Product, Product.id == Recommendation.product_id).join(Demand, Demand.id == Recommendation.demand_id)
        .join(queries.EXHIBITOR, queries.EXHIBITOR.id == Recommendation.exhibitor_id)
        .outerjoin(part, sa.and_(part.company_id == Recommendation.exhibitor_id, part.expo_id == expo.id))
        .outerjoin(Hall, Hall.id == part.hall_id).outerjoin(queries.SAVED, queries._mark(actor, queries.SAVED, "saved"))
        .where(*queries._allowed(actor, expo, hidden=False)).where(Recommendation.demand_id == demand.id)
        .order_by(Recommendation.order_buyer.desc(), Recommendation.id).limit(queries.PAGE))
    return [Row(found) for found in db.session.execute(query)]


def page(app: Flask, actor: Actor, slug: str, demand_id: int, fetch: Callable[..., list[Any]]) -> str:
    """Render the page of one demand with rows from ``fetch``, in a request and session of its own."""
    with app.test_request_context(f"/e/{slug}/demands/{demand_id}/matches", headers={"Accept-Language": "en"}):
        g.actor, g.expo = actor, db.session.scalar(sa.select(Expo).where(Expo.slug == slug))
        demand = queries.own_demand(actor, g.expo, demand_id)
        rows = fetch(actor, g.expo, demand)
        found = queries.Page(rows, 1, queries.PAGE, rows[0].total)
        chips = [views._chip(sheet, count, demand) for sheet, count in queries.own_sheets(actor, g.expo)]
        return render_template("matching/list.html", page=found, cards=views._cards(found), sheets=chips, own=demand, **views._frame())


def stored(actor: Actor, expo: Expo, demand: Demand) -> list[Any]:
    """Fetch the page's rows as the product does."""
    return list(queries.recommendations_for_demand(actor, expo, demand).items)


class Live:
    """The products of a section in memory, as a worker would hold them, and a page made from them."""

    def __init__(self, expo: Expo, demand: Demand):
        now, sellers = clock.now(), db.session.scalars(sa.select(Company.id).where(Company.kind == "exhibitor")).all()
        db.session.execute(sa.insert(Product), [
            {"company_id": sellers[n % len(sellers)], "state": "published", "title": f"Fresh cherries, kind {n}", "text": "", "lang": "en",
             "translations": {"zh": {"title": f"鲜樱桃 {n}", "text": ""}}, "hs": "080929", "origin": "CL", "moq": Decimal(500 + n % 700),
             "moq_unit": "carton", "price_low": Decimal(30 + n % 30), "price_high": Decimal(70), "currency": "USD", "price_unit": "carton",
             "incoterm": "CIF", "lead_time_days": n % 90, "created_at": now, "updated_at": now} for n in range(ROWS)])
        listed = sa.select(Listing.product_id)
        db.session.execute(sa.insert(Listing), [{"product_id": ident, "expo_id": expo.id} for ident in db.session.scalars(
            sa.select(Product.id).where(Product.id.not_in(listed)))])
        commit()
        self.demand = replace(next(one for one in load.demands(expo.id) if one.id == demand.id), hs="080929", incoterm="CIF",
                              quantity_first=Quantity(Decimal(800), "carton"), budget=Price(None, Decimal(45), "USD", "carton"))
        self.matcher = Matcher(DictionaryEncoder(), today=clock.now().date())
        self.matcher.supplies_ = load.supplies(expo.id)[-ROWS:]
        self.matcher.columns_, self.matcher.words_ = SupplyColumns(self.matcher.supplies_), {}
        rng = np.random.default_rng(0)
        vectors = rng.standard_normal((ROWS + OTHERS, WIDTH), dtype=np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        self.first = self.matcher.supplies_[0].id
        self.index = Index(vectors, self.first + np.arange(len(vectors)), np.full(len(vectors), expo.id),
                           np.where(np.arange(len(vectors)) < ROWS, "food", "machines"))
        self.query = vectors[:1] + vectors[1:2]
        self.models = learning.current()

    def fetch(self, actor: Actor, expo: Expo, demand: Demand) -> list[Any]:
        """Search, sort, explain, and fetch the columns of the best 20."""
        found = self.index.search(self.query, NEAREST, (expo.id, "food"))
        at = np.array([self.place(ident) for ident in found.ids[0].tolist()])
        pairs = Pairs(DemandColumns([self.demand]), self.matcher.columns_, np.zeros(len(at), int), at, self.matcher.today)
        scored = self.matcher.score(pairs, 4 * found.scores[0])
        best = self.matcher._ranked(scored, np.arange(len(scored.pairs)), "demand")[:queries.PAGE]
        matches = self.matcher._matches(scored, best, range(1, len(best) + 1), [None] * len(best))
        return self.rows(actor, expo, demand, matches)

    def place(self, ident: int) -> int:
        """Where a product stands among the columns: ids follow each other here."""
        return ident - self.first

    def rows(self, actor: Actor, expo: Expo, demand: Demand, matches: Sequence[Match]) -> list[Any]:
        """The rows of the cards: columns of the products through Core, the match from memory."""
        part, ids = queries.PART, [match.supply_id for match in matches]
        saved = sa.exists().where(queries.SAVED.product_id == Product.id, queries.SAVED.demand_id == demand.id,
                                  queries.SAVED.company_id == actor.company_id, queries.SAVED.kind == "saved")
        blocked = sa.exists().where(CompanyBlock.company_id == Product.company_id, CompanyBlock.blocked_id == actor.company_id)
        columns = [column for column in queries._PRODUCTS_OF if not column.key.startswith("own_")]
        found = db.session.execute(
            sa.select(Product.id, *queries._PRODUCT, *columns, saved.label("saved"))
            .join(queries.EXHIBITOR, queries.EXHIBITOR.id == Product.company_id)
            .join(Listing, sa.and_(Listing.product_id == Product.id, Listing.expo_id == expo.id))
            .outerjoin(part, sa.and_(part.company_id == Product.company_id, part.expo_id == expo.id))
            .outerjoin(Hall, Hall.id == part.hall_id)
            .where(Product.id.in_(ids), Product.state == "published", part.state == "approved", ~blocked))
        by_id, now = {row.id: row._mapping for row in found}, clock.now()
        own = {"own_title": demand.title, "own_lang": demand.lang, "own_translations": demand.translations, "total": len(matches)}
        return [SimpleNamespace(**by_id[match.supply_id], **own, **load.row_of(
            match, self.demand, self.matcher.supplies_[self.place(match.supply_id)], self.models, "live", now)) for match in matches]


def measure(app: Flask, actor: Actor, slug: str, demand_id: int, rounds: int, live: Live) -> dict[str, Any]:
    """Return medians of CPU milliseconds of the page by all ways, alternating."""
    ways: dict[str, Callable[..., list[Any]]] = {"stored": stored, "orm": by_orm, "live": live.fetch}
    spent: dict[str, list[float]] = {name: [] for name in ways}
    first, second, third = (_FORM_TOKEN.sub("", page(app, actor, slug, demand_id, fetch)) for fetch in ways.values())
    assert first == second and first.count("<article") == third.count("<article") == queries.PAGE, "the pages differ"
    for turn in range(rounds + 10):
        for name in (("stored", "orm", "live"), ("live", "orm", "stored"))[turn % 2]:
            before = time.process_time()
            page(app, actor, slug, demand_id, ways[name])
            if turn >= 10:  # the first rounds warm caches of templates and statements
                spent[name].append((time.process_time() - before) * 1000)
    medians = {name: statistics.median(times) for name, times in spent.items()}
    return {"rounds": rounds, "rows": queries.PAGE, "cpu_ms": {name: round(value, 3) for name, value in medians.items()},
            "ratio": round(medians["stored"] / medians["orm"], 3), "bar": BAR,
            "live_ratio": round(medians["live"] / medians["stored"], 3), "live_bar": LIVE_BAR}


def main() -> int:
    """Print the ratio; return 1 above the bar."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--json", help="also write the figures here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(instance=folder, DATABASE_URL="sqlite:///bench.sqlite3", LOG_LEVEL="ERROR", ENCODER="dictionary")
        with app.app_context():
            Base.metadata.create_all(db.engine)
            expo, actor = world()
            demand = db.session.scalars(sa.select(Demand).where(Demand.company_id == actor.company_id)).first()
            slug, demand_id, live = expo.slug, demand.id, Live(expo, demand)
        found = measure(app, actor, slug, demand_id, options.rounds, live)
    print(f"page from stored rows {found['cpu_ms']['stored']:.2f} ms CPU, the same rows by ORM {found['cpu_ms']['orm']:.2f} ms: "
          f"ratio {found['ratio']:.3f} (bar {BAR}); live {found['cpu_ms']['live']:.2f} ms: "
          f"{found['live_ratio']:.2f} of stored (bar {LIVE_BAR})")
    if options.json:
        Path(options.json).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0 if found["ratio"] <= BAR and found["live_ratio"] <= LIVE_BAR else 1


if __name__ == "__main__":
    sys.exit(main())
