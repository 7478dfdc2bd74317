"""What the organizers' page on match quality shows, computed by a job and kept: lists of an expo taken together, and who gets nothing.

Each part is one transaction and says when it was computed. The database counts; what reaches Python is bounded.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from .. import clock
from ..catalog.models import Listing, Product
from ..companies.models import Company
from ..demands.models import Demand
from ..errors import N_
from ..expos.models import Participation
from ..infra.db import db, insert_ignore
from . import learning, load, ranking
from .encoding import encoder
from .models import Feedback, MatchReport, Recommendation, StaleMatch

if TYPE_CHECKING:
    from ..engine.matching import records
    from .refresh import Reporter

TOP = 10  # lines that readers look at
GOOD = ("strong", "good")
EXPLAINED = 200  # demands without a match whose cause is looked for
NAMED = 50  # ids that are kept of each kind
NEAREST = 40  # products that a demand without a match is compared with
SUPPLIES_AT_ONCE = 5000
ENOUGH = 200  # answers from which chances are shown
WAITS = "waits"


def report(expo_id: int) -> MatchReport | None:
    """Return the report of the expo, or None while none was made."""
    return db.session.scalars(sa.select(MatchReport).where(MatchReport.expo_id == expo_id)).first()


def keep(expo_id: int, part: str, data: dict[str, Any]) -> None:
    """Write one part of the expo's report; the other parts stay. Commits nothing."""
    now = clock.now()
    insert_ignore(MatchReport, expo_id=expo_id, data={}, at=now)
    row = db.session.scalars(sa.select(MatchReport).where(MatchReport.expo_id == expo_id).with_for_update()
                             .execution_options(populate_existing=True)).one()
    row.data, row.at = row.data | {part: data | {"at": now.isoformat()}}, now
    db.session.flush()


def make(reporter: "Reporter", expo_id: int) -> dict[str, Any]:
    """Compute every part of an expo's report and keep it. Runs twice without harm."""
    parts = (("coverage", coverage, N_("Counting matches")), ("exposure", exposure, N_("Counting who is shown")),
             ("nothing", nothing, N_("Looking for causes")), ("observed", observed, N_("Counting what companies did")),
             ("ranking", ranking.of_expo, N_("Measuring lists")), ("calibration", calibration, N_("Comparing chances with answers")))
    for at, (name, compute, message) in enumerate(parts):
        reporter.progress(at / len(parts), message)
        keep(expo_id, name, compute(expo_id))
        reporter.chunk()
    return report(expo_id).data


def shown_products(expo_id: int) -> sa.Select:
    """Return the query of (id, company, section) of the published products that approved exhibitors show at the expo."""
    return (sa.select(Product.id, Product.company_id, Listing.section_id).join(Listing, Listing.product_id == Product.id)
            .join(Participation, sa.and_(Participation.company_id == Product.company_id, Participation.expo_id == Listing.expo_id))
            .where(Listing.expo_id == expo_id, Product.state == "published", Participation.state == "approved"))


def _count(query: sa.Select) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0


def coverage(expo_id: int) -> dict[str, int]:
    """Return how many demands and products there are, have a match, and have a good one."""
    demands, products = load.published_demands(expo_id), shown_products(expo_id)
    found = {"demands": _count(demands), "products": _count(products)}
    for name, query, own, column in (("demands", demands, Demand.id, Recommendation.demand_id),
                                     ("products", products, Product.id, Recommendation.product_id)):
        matched = sa.select(column).where(Recommendation.expo_id == expo_id)
        found[f"{name}_matched"] = _count(query.where(own.in_(matched)))
        found[f"{name}_good"] = _count(query.where(own.in_(matched.where(Recommendation.band.in_(GOOD)))))
    return found


def exposure(expo_id: int) -> dict[str, Any]:
    """Return how looks spread over exhibitors if every buyer reads the first ten of each demand.

    A look at line r counts 1 / log2(1 + r). ``lorenz``: the share of all looks that the least shown 0, 10 ... 100 % of exhibitors have.
    """
    import numpy as np

    from ..engine.matching.metrics import examination, gini

    exhibitors = dict(db.session.execute(sa.select(Company.id, Company.is_sample).where(
        Company.id.in_(sa.select(shown_products(expo_id).subquery().c.company_id)))).all())
    looks = dict.fromkeys(sorted(exhibitors), 0.0)
    for company_id, place, count in db.session.execute(_places(expo_id)):
        if company_id in looks:
            looks[company_id] += count * float(examination(np.array([place]), TOP)[0])
    values = np.sort(np.array(list(looks.values())))
    nobody = [company_id for company_id, look in looks.items() if not look]
    matched = set(db.session.scalars(sa.select(Recommendation.exhibitor_id).where(Recommendation.expo_id == expo_id).distinct()))
    total = float(values.sum())
    parts = [float(values[:round(len(values) * tenth / 10)].sum()) / total for tenth in range(11)] if total else []
    return {"exhibitors": len(looks), "samples": sum(map(bool, exhibitors.values())), "gini": gini(values) if total else None,
            "lorenz": parts, "nobody": len(nobody), "crowded_out": sum(company_id in matched for company_id in nobody),
            "named": [[company_id, company_id in matched] for company_id in nobody[:NAMED]]}


def _places(expo_id: int) -> sa.Select:
    """Return the query of (exhibitor, line, how often) over the first ten lines of all demands' lists."""
    place = sa.func.row_number().over(
        partition_by=Recommendation.demand_id, order_by=(Recommendation.order_buyer.desc(), Recommendation.product_id))
    lines = sa.select(Recommendation.exhibitor_id, place.label("place")).where(Recommendation.expo_id == expo_id).subquery()
    return (sa.select(lines.c.exhibitor_id, lines.c.place, sa.func.count()).where(lines.c.place <= TOP)
            .group_by(lines.c.exhibitor_id, lines.c.place))


def observed(expo_id: int) -> dict[str, Any]:
    """Return how often companies did what at the expo, and how many of these rows are of the demo's sample companies."""
    rows = db.session.execute(
        sa.select(Feedback.kind, sa.func.count(), sa.func.sum(sa.case((Company.is_sample, 1), else_=0)))
        .join(Company, Company.id == Feedback.company_id).where(Feedback.expo_id == expo_id).group_by(Feedback.kind)).all()
    return {"kinds": {kind: count for kind, count, _samples in rows}, "rows": sum(row[1] for row in rows),
            "samples": int(sum(row[2] or 0 for row in rows))}


def calibration(expo_id: int) -> dict[str, Any]:
    """Return how told chances agree with answers at the expo: the curve from 200 answers on, and before it how many there are.

    Each answer is told by a model that has not seen the company. Without a trained version there is nothing to compare.
    """
    rows = learning.rows_of(Feedback.expo_id == expo_id, Feedback.kind.in_(("accepted", "declined")))
    answers = [one for one in learning.observations(rows) if one.task == "acceptance"]
    companies = {int(one.group) for one in answers}
    found: dict[str, Any] = {"answers": len(answers), "wanted": ENOUGH, "companies": len(companies),
                             "samples": ranking.samples(list(companies))}
    folds = learning.folds_in_use()
    if folds is not None and len(answers) >= ENOUGH:
        found |= learning.tells(folds, answers) or {}
    return found | {"trained": folds is not None}


def nothing(expo_id: int) -> dict[str, Any]:
    """Return who gets nothing and why: demands and products without a match, products that were never shown to anybody."""
    matched_demands = sa.select(Recommendation.demand_id).where(Recommendation.expo_id == expo_id)
    matched_products = sa.select(Recommendation.product_id).where(Recommendation.expo_id == expo_id)
    seen = sa.select(Feedback.product_id).where(Feedback.expo_id == expo_id, Feedback.kind == "shown", Feedback.side == "buyer")
    products = shown_products(expo_id)
    alone = products.where(Product.id.not_in(matched_products))
    wanted = sa.select(Demand.section_id).where(Demand.id.in_(load.published_demands(expo_id)), Demand.section_id.is_not(None))
    without = alone.where(Listing.section_id.not_in(wanted))
    unseen = products.where(Product.id.in_(matched_products), Product.id.not_in(seen))
    demands = load.published_demands(expo_id).where(Demand.id.not_in(matched_demands)).order_by(Demand.id)
    causes = _causes(expo_id, list(db.session.scalars(demands.limit(EXPLAINED))))
    return {
        "demands": _count(demands), "causes": dict(Counter(cause for _ident, cause, _nearest in causes)), "demands_named": causes[:NAMED],
        "products": _count(alone), "products_without_demand": _count(without), "products_named": _some(alone),
        "unseen": _count(unseen), "unseen_named": _some(unseen), "was_shown": bool(db.session.scalar(seen.limit(1)))}


def _some(products: sa.Select) -> list[int]:
    return [row.id for row in db.session.execute(products.order_by(Product.id).limit(NAMED))]


def _causes(expo_id: int, idents: Sequence[int]) -> list[tuple[int, str, int | None]]:
    """Return (demand, cause, nearest product) of demands without a match, in the order given; a stopped product is never named.

    Causes: ``waits`` to be matched, ``no_products``, ``no_product_in_section``, the code of the stop without which there would be a
    match (``engine.matching.stops``), else ``too_far``.
    """
    waiting = set(db.session.scalars(sa.select(StaleMatch.demand_id).where(
        StaleMatch.expo_id == expo_id, StaleMatch.demand_id.in_(idents))))
    whole = db.session.scalar(sa.select(StaleMatch.id).where(
        StaleMatch.expo_id == expo_id, StaleMatch.demand_id.is_(None), StaleMatch.product_id.is_(None)).limit(1)) is not None
    wanted = set(idents)
    sheets = [sheet for sheet in load.demands(expo_id) if sheet.id in wanted] if idents else []
    supplies = load.supplies(expo_id) if sheets else []
    sections = {supply.section for supply in supplies}
    found: dict[int, tuple[str, int | None]] = {}
    for sheet in sheets:
        if whole or sheet.id in waiting:
            found[sheet.id] = WAITS, None
        elif not supplies:
            found[sheet.id] = "no_products", None
        elif sheet.section is not None and sheet.section not in sections:
            found[sheet.id] = "no_product_in_section", None
    rest = [sheet for sheet in sheets if sheet.id not in found]
    found |= _stopped_or_far(rest, supplies) if rest else {}
    return [(ident, *found[ident]) for ident in idents if ident in found]


def _stopped_or_far(demands: "list[records.Demand]", supplies: "list[records.Supply]") -> dict[int, tuple[str, int | None]]:
    """Match the demands once more without their stops, against the products nearest to them: what then matches was stopped."""
    from ..engine.matching.ranker import Matcher
    from ..engine.matching.stops import stopped_by

    near = _nearest(demands, supplies)
    some = {at for row in near for at in row}
    by_id = {supplies[at].id: supplies[at] for at in some}
    open_to_all = [replace(supply, blocked_company_ids=frozenset()) for supply in by_id.values()]
    matcher = Matcher(encoder(), today=clock.now().date()).fit(open_to_all)
    free = [replace(demand, company_id=-1, origins_excluded=(), roads=(), blocked_company_ids=frozenset()) for demand in demands]
    out: dict[int, tuple[str, int | None]] = {}
    for demand, row, matches in zip(demands, near, matcher.match(free, top=NEAREST), strict=True):
        stops = Counter(filter(None, (stopped_by(demand, by_id[match.supply_id]) for match in matches)))
        cause = stops.most_common(1)[0][0] if stops else "too_far"
        near_enough = (supplies[at] for at in row if not stopped_by(demand, supplies[at]))
        out[demand.id] = cause, None if stops else next((supply.id for supply in near_enough), None)
    return out


def _nearest(demands: "list[records.Demand]", supplies: "list[records.Supply]") -> list[list[int]]:
    """Return for each demand the places of its nearest products by meaning, the nearest first."""
    import numpy as np

    from ..engine.matching.baselines import encoder_only

    scores, places = np.empty((len(demands), 0), np.float32), np.empty((len(demands), 0), np.int64)
    for start in range(0, len(supplies), SUPPLIES_AT_ONCE):
        near = encoder_only(encoder(), demands, supplies[start:start + SUPPLIES_AT_ONCE])
        scores = np.hstack([scores, near])
        places = np.hstack([places, np.broadcast_to(np.arange(start, start + near.shape[1]), near.shape)])
        best = np.argsort(-scores, axis=1, kind="stable")[:, :NEAREST]
        scores, places = np.take_along_axis(scores, best, 1), np.take_along_axis(places, best, 1)
    return places.tolist()
