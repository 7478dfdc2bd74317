"""The expo of CIIE's size: as large as it says, nothing placed yet, and somebody to sign in as."""

import pytest
import sqlalchemy as sa

from matchmaker.companies.models import Company
from matchmaker.demo import ciie, sign_ins
from matchmaker.demo.console import Console
from matchmaker.expos.models import NegotiationTable, Slot
from matchmaker.infra.db import db
from matchmaker.meetings.models import Meeting
from matchmaker.scheduling.models import Plan

pytestmark = pytest.mark.database


def test_the_large_expo_has_its_tables_companies_and_requests(context):
    ciie.build(Console(quiet=True))
    size = {model: db.session.scalar(sa.select(sa.func.count()).select_from(model)) for model in (NegotiationTable, Meeting, Plan)}
    assert size == {NegotiationTable: 300, Meeting: 5000, Plan: 0}
    kinds = dict(db.session.execute(sa.select(Company.kind, sa.func.count()).group_by(Company.kind)).all())
    assert kinds == {"exhibitor": 300, "buyer": 700}
    per_day = db.session.execute(sa.select(sa.func.count()).select_from(Slot).group_by(Slot.on)).scalars().all()
    assert set(per_day) == {16}
    assert {"organizer", "exhibitor owner", "buyer owner", "administrator"} <= {role for role, _user, _who in sign_ins.choose()}
