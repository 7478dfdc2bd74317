"""A Chilean winery and a Chinese platform at one expo."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from matchmaker import clock
from matchmaker.infra.db import db
from matchmaker.reference import stamps
from matchmaker.reference.models import Edition, RateRow

from .. import factories


@dataclass
class World:
    expo: Any
    section: Any
    winery: Any
    owner: Any
    buyer: Any
    reader: Any
    wine: Any


SAID = {"gacc": {"state": "held", "number": "SAMPLE-CL-1", "note": "renewed in spring"}, "chinese_label": {"state": "none"}}


@pytest.fixture
def world(context) -> World:
    expo = factories.ExpoFactory()
    section = factories.SectionFactory(expo=expo)
    winery, buyer = factories.CompanyFactory(), factories.BuyerFactory(buyer_kind="platform")
    factories.approve(winery, expo, section)
    factories.approve(buyer, expo)
    wine = factories.ProductFactory(company=winery, title="Carménère 2023", text="", hs="220421", origin="CL", entry=SAID)
    factories.show(wine, expo, section)
    return World(expo, section, winery, factories.member(winery), buyer, factories.member(buyer), wine)


def positive_list(*codes: str, sample: bool = False, note: str = "") -> None:
    """Put a list of cross-border retail imports in use."""
    edition = Edition(kind="positive", part="2022", state="current", edition="Positive list 2022", source="Notice", sample=sample,
                      verified=not sample, valid_from=date(2022, 3, 1), loaded_at=clock.now(), applied_at=clock.now())
    db.session.add(edition)
    db.session.flush()
    db.session.add_all(RateRow(version_id=edition.id, row=n, key=code, code=code, heading=code[:4], basis="POSITIVE", note=note)
                       for n, code in enumerate(codes))
    stamps.renew(stamps.RATES)
    db.session.flush()
