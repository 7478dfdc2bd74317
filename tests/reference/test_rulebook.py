"""Correcting, adding, withdrawing and putting back rules: history, races, who may, and which products are touched."""

from datetime import date

import pytest
import sqlalchemy as sa

from matchmaker import events
from matchmaker.audit import AuditEntry
from matchmaker.errors import Conflict, Invalid, NotFound
from matchmaker.infra.db import db
from matchmaker.matching.models import StaleMatch
from matchmaker.permissions import VISITOR
from matchmaker.reference import actions, queries
from matchmaker.reference.actions import Values
from matchmaker.trade.agreements import agreements_for
from matchmaker.trade.rulebook import shipped

from .. import factories

pytestmark = pytest.mark.database
DAY = date(2026, 10, 19)
CHILE = {"kind": "agreement", "code": "CL", "slot": ""}


@pytest.fixture
def expo(context):
    return factories.ExpoFactory()


@pytest.fixture
def organizer(expo):
    return factories.actor(factories.organizer(expo))


def chile(day="2027-01-01", **more):
    return Values("Chile", "智利", {"in_force": {"CL": day}}, source="Notice 12 of 2026", **more)


def shown(expo, origin="CL", hs="220421", **more):
    product = factories.ProductFactory(origin=origin, hs=hs, **more)
    factories.approve(product.company, expo)
    factories.show(product, expo)
    return product


def test_an_organizer_corrects_a_rule_and_the_correction_counts(organizer):
    revision = actions.correct_rule(organizer, **CHILE, based_on=0, values=chile(), note="new date")
    assert (revision.number, revision.actor, revision.note) == (1, organizer.name, "new date")
    assert agreements_for("CL", DAY, queries.rulebook()) == []
    [entry] = db.session.scalars(sa.select(AuditEntry))
    assert (entry.action, entry.changes["rule"]) == ("reference.correct", "agreement/CL/")


def test_every_revision_is_kept_and_any_can_be_put_back(organizer):
    actions.correct_rule(organizer, **CHILE, based_on=0, values=chile("2027-01-01"))
    actions.correct_rule(organizer, **CHILE, based_on=1, values=chile("2028-01-01"))
    actions.put_back(organizer, **CHILE, based_on=2, number=1)
    history = queries.history("agreement", "CL", "")
    assert [revision.number for revision in history.revisions] == [3, 2, 1]
    assert history.present.data["in_force"] == {"CL": "2027-01-01"}
    actions.put_back(organizer, **CHILE, based_on=3, number=0)
    assert queries.rulebook().find("agreement", "CL", DAY) == shipped().find("agreement", "CL", DAY)
    assert queries.history("agreement", "CL", "").after(2).data["in_force"] == {"CL": "2028-01-01"}


def test_a_withdrawn_rule_is_gone_and_comes_again(organizer):
    actions.withdraw_rule(organizer, **CHILE, based_on=0, note="ended")
    assert agreements_for("CL", DAY, queries.rulebook()) == []
    with pytest.raises(NotFound):
        actions.withdraw_rule(organizer, **CHILE, based_on=1)
    actions.put_back(organizer, **CHILE, based_on=1, number=0)
    assert len(agreements_for("CL", DAY, queries.rulebook())) == 1


def test_an_added_rule_stands_beside_the_earlier_one_of_its_code(organizer):
    values = chile("2027-01-01", valid_from=date(2027, 1, 1))
    actions.add_rule(organizer, kind="agreement", code="CL", values=values)
    assert queries.rulebook().find("agreement", "CL", date(2027, 6, 1)).data["in_force"] == {"CL": "2027-01-01"}
    assert queries.rulebook().find("agreement", "CL", DAY) == shipped().find("agreement", "CL", DAY)
    with pytest.raises(Conflict):
        actions.add_rule(organizer, kind="agreement", code="CL", values=values)


def test_of_two_who_correct_the_same_state_one_wins(organizer):
    actions.correct_rule(organizer, **CHILE, based_on=0, values=chile())
    with pytest.raises(Conflict):
        actions.correct_rule(organizer, **CHILE, based_on=0, values=chile("2028-01-01"))
    assert queries.history("agreement", "CL", "").number == 1


@pytest.mark.parametrize(("values", "field"), [
    (Values("", "智利", {"in_force": {"CL": None}}, source="x"), "en"),
    (Values("Chile", "智利", {"in_force": {"CL": None}}), "source"),
    (Values("Chile", "智利", {"in_force": {"CL": None}}, date(2027, 1, 1), date(2026, 1, 1), "x"), "valid_to"),
    (Values("Chile", "智利", {"in_force": {"Chile": "2006-10-01"}}, source="x"), "in_force"),
    (Values("Chile", "智利", {}, source="x"), "in_force")])
def test_what_the_kind_cannot_say_is_refused_at_its_field(organizer, values, field):
    with pytest.raises(Invalid) as refusal:
        actions.correct_rule(organizer, **CHILE, based_on=0, values=values)
    assert refusal.value.field == field
    assert queries.history("agreement", "CL", "").number == 0


@pytest.mark.parametrize("code", ["", "a b", "../x", "x" * 61])
def test_a_code_fits_an_address(organizer, code):
    with pytest.raises(Invalid):
        actions.add_rule(organizer, kind="agreement", code=code, values=chile())


def test_strangers_change_nothing_and_see_nothing(context):
    for actor in (VISITOR, factories.actor(factories.member()), factories.actor(factories.organizer(factories.ExpoFactory(), "floor"))):
        for verb in (lambda: actions.correct_rule(actor, **CHILE, based_on=0, values=chile()),  # noqa: B023
                     lambda: actions.add_rule(actor, kind="agreement", code="X", values=chile()),  # noqa: B023
                     lambda: actions.withdraw_rule(actor, **CHILE, based_on=0),  # noqa: B023
                     lambda: actions.put_back(actor, **CHILE, based_on=0, number=0),  # noqa: B023
                     lambda: queries.kinds(actor), lambda: queries.entries(actor, "agreement"),  # noqa: B023
                     lambda: queries.rule_for(actor, "agreement", "CL", "")):  # noqa: B023
            with pytest.raises(NotFound):
                verb()


def test_a_kind_or_a_rule_that_is_none_is_not_found(organizer):
    for verb in (lambda: queries.entries(organizer, "../sources"), lambda: queries.rule_for(organizer, "agreement", "NONE", ""),
                 lambda: actions.correct_rule(organizer, kind="agreement", code="NONE", slot="", based_on=0, values=chile()),
                 lambda: actions.add_rule(organizer, kind="nothing", code="X", values=chile())):
        with pytest.raises(NotFound):
            verb()


def test_the_products_of_before_and_after_are_told_and_matched_anew(expo, organizer):
    wine, nuts, silk = shown(expo), shown(expo, "PE", "080290"), shown(expo, "IT", "500720")
    heard = []

    def hear(what, products, **_more):
        heard.append((what, products))

    with events.reference_changed.connected_to(hear):
        actions.correct_rule(organizer, **CHILE, based_on=0, values=Values("Chile", "智利", {"in_force": {"PE": "2026-01-01"}}, source="x"))
    assert heard == [("rules", {expo.id: [wine.id, nuts.id]})]
    stale = set(db.session.scalars(sa.select(StaleMatch.product_id)))
    assert {wine.id, nuts.id} <= stale and silk.id not in stale


def test_the_kinds_at_a_glance_count_what_is_there(organizer):
    before = {kind.schema.kind: kind for kind in queries.kinds(organizer)}
    actions.correct_rule(organizer, **CHILE, based_on=0, values=chile())
    actions.withdraw_rule(organizer, kind="agreement", code="PE", slot="", based_on=0)
    after = {kind.schema.kind: kind for kind in queries.kinds(organizer)}["agreement"]
    assert (after.count, after.corrected, after.verified) == (before["agreement"].count - 1, 1, before["agreement"].verified - 2)
    assert after.changed_by == organizer.name and before["agreement"].changed_at is None
    withdrawn = [entry.rule.code for entry in queries.entries(organizer, "agreement") if entry.withdrawn]
    assert withdrawn == ["PE"]
