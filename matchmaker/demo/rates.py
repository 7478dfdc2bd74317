"""The demo's sample of rates: invented figures for the headings of its products, marked as samples wherever one is used."""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from ..infra.db import commit
from ..permissions import SYSTEM, Actor
from ..reference import actions
from ..trade.rates import Basis, RateLine

FOLDER = Path(__file__).parent / "data"
NAME, SOURCE = "SAMPLE 2026", "Matchmaker"
SINCE = date(2026, 1, 1)
KINDS = {Basis.VAT: "tax", Basis.CONSUMPTION: "tax", Basis.POSITIVE: "positive"}  # every other basis is a duty


def load(say: Callable[[str], None] = lambda _words: None, actor: Actor = SYSTEM) -> None:
    """Put the sample tables in use, as an administrator would who loads a table; one commit."""
    lines = [_line(row) for row in _rows("sample_rates.csv")]
    tables = {kind: [line for line in lines if KINDS.get(line.basis, "duty") == kind] for kind in ("duty", "tax", "positive")}
    tables["exchange"] = [RateLine(row["currency"], Basis.EXCHANGE, amount=Decimal(row["yuan"])) for row in _rows("sample_exchange.csv")]
    for kind, several in tables.items():
        actions.apply(actor, actions.load_lines(
            actor, kind=kind, part=NAME, edition=NAME, source=SOURCE, lines=several, sample=True, valid_from=SINCE))
    commit()
    say(f"{len(lines)} sample rates")


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _line(row: dict[str, str]) -> RateLine:
    share, amount = (Decimal(row[name]) if row[name] else None for name in ("share", "amount"))
    return RateLine(
        row["code"], Basis(row["basis"]), share, amount, row["unit"], row["scheme"], row["origin"], note=row["note"], sample=True)
