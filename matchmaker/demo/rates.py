"""The demo's sample of rates: invented figures for the headings of its products, marked as samples wherever one is used."""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from .. import clock
from ..infra.db import commit, db
from ..reference import stamps
from ..reference.models import Edition, RateRow
from ..trade.rates import Basis

FOLDER = Path(__file__).parent / "data"
NAME = "SAMPLE 2026"
SINCE = date(2026, 1, 1)
PARTS = {"duty": {Basis.MFN, Basis.PROV, Basis.FTA, Basis.PREF, Basis.TRQ, Basis.ADD, Basis.AD_CVD, Basis.GENERAL},
         "tax": {Basis.VAT, Basis.CONSUMPTION}, "positive": {Basis.POSITIVE}}


def load(say: Callable[[str], None] = lambda _words: None) -> None:
    """Put the sample tables in use, as an administrator would who loads a table; one commit."""
    lines = list(_rows("sample_rates.csv"))
    for kind, bases in PARTS.items():
        _put(kind, [_line(row, number) for number, row in enumerate(lines, 2) if row["basis"] in bases])
    _put("exchange", [
        {"row": number, "key": row["currency"], "code": row["currency"], "heading": row["currency"][:4], "basis": Basis.EXCHANGE,
         "amount": Decimal(row["yuan"])}
        for number, row in enumerate(_rows("sample_exchange.csv"), 2)])
    stamps.renew(stamps.RATES)
    commit()
    say(f"{len(lines)} sample rates")


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _line(row: dict[str, str], number: int) -> dict[str, Any]:
    share, amount = (Decimal(row[name]) if row[name] else None for name in ("share", "amount"))
    texts = {name: row[name] for name in ("code", "basis", "unit", "scheme", "origin", "note")}
    key = " ".join((row["code"], row["basis"], row["scheme"], row["origin"]))
    return texts | {"row": number, "key": key, "heading": row["code"][:4], "share": share, "amount": amount}


def _put(kind: str, rows: list[dict[str, Any]]) -> None:
    table = Edition(
        kind=kind, part=NAME, state="current", edition=NAME, source="Matchmaker", valid_from=SINCE, sample=True, line_count=len(rows),
        loaded_by="flask demo", loaded_at=clock.wall(), applied_at=clock.wall())
    db.session.add(table)
    db.session.flush()
    db.session.add_all(RateRow(version_id=table.id, **row) for row in rows)
    db.session.flush()
