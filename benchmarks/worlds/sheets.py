"""Sheets of an invented expo and the truth behind them.

Demands are two lines of Chinese, products English with a foreign maker's words around the goods. Both name the goods by their label
in the project's HS list, a third with a search word of that heading beside it, an eighth by the search word alone; the two lists of
search words are no translations of each other, so a pair of one heading often differs in what it adds. What is true of both (`Truth`)
is drawn first; a sheet then states each field with some probability, a code or a number now and then wrongly. Trades and companies
are unequal: a few headings have most products, a few makers most fame. Fame is on no sheet.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from importlib import resources
from typing import NamedTuple

import numpy as np

from benchmarks.worlds import Records
from matchmaker.engine.matching.records import Certificate, Demand, Price, Quantity, Supply

TODAY = date(2026, 3, 2)
DEMANDS, SUPPLIES, HEADINGS = 800, 400, 16
CERTIFICATES = ("ISO9001", "CE", "HALAL", "ORGANIC", "FSC", "GACC")
ORIGINS = ("DE", "FR", "IT", "JP", "US", "BR", "CL", "ZA", "ET", "BD", "LA", "TH", "AU", "ES")
POOR = frozenset({"ET", "BD", "LA"})  # least developed
LANGUAGES = ("zh", "en", "ja", "fr", "es")
SPECS = (("净含量", "Net weight", "kg", 25.0), ("保质期", "Shelf life", "months", 18.0), ("功率", "Power", "kW", 3.0),
         ("幅宽", "Width", "cm", 150.0))
OPENINGS = ("求购{0}", "采购{0}", "长期采购{0},{1}", "寻找{0}供应商", "{1}急需{0}", "我司需要{0}", "招标:{0}")
WHO = ("连锁超市", "食品厂", "工厂", "贸易公司", "电商平台", "医院", "经销商", "酒店集团")
TITLES = ("{0}", "{0}, {1}", "Premium {0}", "{0} ({1})", "{0} from the maker", "{0} for professional use")
SAYINGS = ("Family business since {2}. We make {0} and {1}.", "Export quality {0}. Stable supply, own laboratory.", "{1}. Packed to order.",
           "Our {0} is sold in {3} countries.", "Looking for distributors in China. {1} in bulk or retail packs.")


class Pair(NamedTuple):
    """What is true of every pair, each (demands, supplies)."""

    kind: np.ndarray  # 1 the heading wanted, .35 its chapter, .03 anything else
    price: np.ndarray  # log2 of asking price over budget
    order: np.ndarray  # log2 of first order over minimum order
    capacity: np.ndarray  # log2 of twelve months' capacity over the yearly need
    spare: np.ndarray  # days between the goods being ready and the end of the window
    lacking: np.ndarray  # required certificates that are missing
    origin: np.ndarray  # 1 an origin wanted, 0 another, .5 no wish
    language: np.ndarray  # 1 where the booth speaks a language of the buyer
    spec: np.ndarray  # 1 where the specification is met


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of both sides and of every pair; `fame` (supplies) and `size` (demands) are standard normal and on no sheet."""

    pair: Pair
    fame: np.ndarray
    size: np.ndarray
    maker: np.ndarray  # company of each supply
    buyer: np.ndarray
    heading: tuple[np.ndarray, np.ndarray]  # of demands, of supplies


def headings(rng: np.random.Generator, count: int) -> list[dict]:
    """`count` headings with enough search words, by neighbours in pairs: half of them have another of their chapter."""
    file = resources.files("matchmaker.trade").joinpath("data/hs_headings.json")
    rows = [row for row in json.loads(file.read_text(encoding="utf-8"))["rows"] if min(len(row["words_en"]), len(row["words_zh"])) >= 5]
    chapters: dict[str, list[dict]] = {}
    for row in rows:
        chapters.setdefault(row["code"][:2], []).append(row)
    wide = [chapter for chapter in sorted(chapters) if len(chapters[chapter]) >= 2]
    chosen = rng.permutation(wide)[:count * 3 // 4]
    out = [chapters[chapter][at] for chapter in chosen for at in rng.permutation(len(chapters[chapter]))[:2]]
    return [out[at] for at in rng.permutation(len(out))[:count]]


def section_of(code: str) -> str:
    """The section of an expo that the chapter would stand in."""
    chapter = int(code[:2])
    return "FOOD" if chapter <= 24 else "TECH" if chapter in (84, 85) else "AUTO" if chapter in range(86, 90) else \
        "MED" if chapter in (30, 90) else "CONS"


class Maker:
    """Draws the two sides and their sheets from one random generator."""

    def __init__(self, seed: int, demands: int = DEMANDS, supplies: int = SUPPLIES):
        self.rng, self.n, self.m = np.random.default_rng(seed), demands, supplies
        self.trades = headings(self.rng, HEADINGS)
        weight = 1 / np.arange(1, len(self.trades) + 1) ** 0.8
        weight /= weight.sum()
        self.wanted, self.made = (self.rng.choice(len(self.trades), size, p=weight) for size in (demands, supplies))
        self.usual_price = np.exp(self.rng.normal(2, 1, len(self.trades)))
        self.usual_order = np.exp(self.rng.normal(6, 1, len(self.trades)))
        self.spec_of = self.rng.integers(len(SPECS), size=len(self.trades))

    def make(self) -> tuple[Records, Truth]:
        """The sheets and the truth."""
        rng, n, m = self.rng, self.n, self.m
        self.maker = 1 + rng.integers(m // 3, size=m)
        self.buyer = 1001 + rng.integers(n // 2, size=n)
        fame_of_maker = rng.normal(size=m)
        self.asked = self.usual_price[self.made] * np.exp2(rng.normal(0, 0.5, m))
        self.budget = self.usual_price[self.wanted] * np.exp2(rng.normal(0.15, 0.5, n))
        self.moq = self.usual_order[self.made] * np.exp2(rng.normal(-0.5, 1.3, m))
        self.first = self.usual_order[self.wanted] * np.exp2(rng.normal(0, 1.3, n))
        self.monthly = self.moq * np.exp2(rng.normal(1.5, 1, m))
        self.year = self.first * np.exp2(rng.normal(2.5, 1, n))
        self.lead, self.days = rng.integers(10, 120, m), rng.integers(25, 200, n)
        self.held = rng.random((m, len(CERTIFICATES))) < 0.45
        self.must = rng.random((n, len(CERTIFICATES))) < 0.11
        self.origin = rng.choice(len(ORIGINS), m)
        self.origins = (rng.random((n, len(ORIGINS))) < 0.25) & (rng.random(n) < 0.4)[:, None]
        self.speaks, self.asks = rng.random((m, len(LANGUAGES))) < 0.4, rng.random((n, len(LANGUAGES))) < 0.5
        typical = np.array([one[3] for one in SPECS])
        self.spec = typical[self.spec_of[self.made]] * np.exp2(rng.normal(0.3, 0.4, m))
        self.least = typical[self.spec_of[self.wanted]] * np.exp2(rng.normal(0, 0.4, n))
        size = 0.6 * np.log2(self.first / self.usual_order[self.wanted]) / 1.3 + 0.8 * rng.normal(size=n)
        truth = Truth(self._pair(), fame_of_maker[self.maker % m] * 0.8 + 0.6 * rng.normal(size=m), size, self.maker, self.buyer,
                      (self.wanted, self.made))
        return Records([self._supply(at) for at in range(m)], [self._demand(at) for at in range(n)]), truth

    def _pair(self) -> Pair:
        chapter = np.array([row["code"][:2] for row in self.trades])
        kind = np.where(chapter[self.wanted][:, None] == chapter[self.made][None], 0.35, 0.03)
        kind[self.wanted[:, None] == self.made[None]] = 1.0
        named = self.origins.any(axis=1)[:, None]
        return Pair(kind, np.log2(self.asked[None] / self.budget[:, None]), np.log2(self.first[:, None] / self.moq[None]),
                    np.log2(12 * self.monthly[None] / self.year[:, None]), self.days[:, None] - self.lead[None],
                    self.must.astype(int) @ (~self.held).astype(int).T,
                    np.where(named, self.origins[:, self.origin], 0.5).astype(float),
                    ((self.asks.astype(int) @ self.speaks.astype(int).T) > 0).astype(float),
                    (self.spec[None] >= self.least[:, None]).astype(float))

    def _said(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def _code(self, trade: int, share: float) -> str | None:
        """The customs code, one in twelve wrong by a heading of the market; None where it is not stated."""
        if not self._said(share):
            return None
        return self.trades[int(self.rng.integers(len(self.trades))) if self._said(0.08) else trade]["code"]

    def _money(self, amount: float, *, budget: bool) -> Price | None:
        if not self._said(0.6):
            return None
        value, currency = Decimal(str(round(amount, 2))), "USD" if self._said(0.8) else "CNY"
        return Price(high=value, currency=currency, unit="kg") if budget else Price(low=value, currency=currency, unit="kg")

    def _amount(self, value: float, share: float) -> Quantity | None:
        """A round number of kg, or of tonnes."""
        if not self._said(share):
            return None
        rounded = float(f"{max(value, 1):.2g}")
        return Quantity(Decimal(str(rounded / 1000)), "t") if self._said(0.4) else Quantity(Decimal(str(rounded)), "kg")

    def _some(self, names: tuple[str, ...], mask: np.ndarray, share: float) -> tuple[str, ...]:
        """The names of a mask, each stated with that chance."""
        return tuple(name for name, holds in zip(names, mask, strict=True) if holds and self._said(share))

    def _supply(self, at: int) -> Supply:
        rng, trade = self.rng, self.trades[self.made[at]]
        label, word = trade["en"], trade["words_en"][rng.integers(len(trade["words_en"]))]
        named = label if self._said(0.88) else word
        fill = (named, word, str(rng.integers(1890, 2015)), str(rng.integers(4, 60)))
        _, spec_name, unit, _ = SPECS[self.spec_of[self.made[at]]]
        return Supply(
            at + 1, int(self.maker[at]), 1, TITLES[rng.integers(len(TITLES))].format(*fill),
            section_of(trade["code"]) if self._said(0.9) else None, self._code(self.made[at], 0.8),
            SAYINGS[rng.integers(len(SAYINGS))].format(*fill) if self._said(0.8) else "", "en",
            specs=((spec_name, f"{self.spec[at]:.3g} {unit}"),) if self._said(0.55) else (),
            origin=ORIGINS[self.origin[at]] if self._said(0.9) else None, moq=self._amount(self.moq[at], 0.7),
            price=self._money(self.asked[at], budget=False), incoterm="CIF" if self._said(0.7) else "FOB",
            lead_time_days=int(self.lead[at]) if self._said(0.6) else None, monthly_capacity=self._amount(self.monthly[at], 0.5),
            certificates=tuple(Certificate(kind) for kind in self._some(CERTIFICATES, self.held[at], 0.8)) if self._said(0.75) else (),
            languages=self._some(LANGUAGES, self.speaks[at], 0.9) if self._said(0.7) else ())

    def _demand(self, at: int) -> Demand:
        rng, trade = self.rng, self.trades[self.wanted[at]]
        label, word = trade["zh"], trade["words_zh"][rng.integers(len(trade["words_zh"]))]
        named = (label, f"{label}({word})", word)[rng.choice(3, p=[0.5, 0.38, 0.12])]
        title = OPENINGS[rng.integers(len(OPENINGS))].format(named, WHO[rng.integers(len(WHO))])
        spec_name, _, unit, _ = SPECS[self.spec_of[self.wanted[at]]]
        first = self._amount(self.first[at], 0.75)
        asked = f"首单{first.amount:f}{'吨' if first.unit == 't' else '公斤'}," if first else ""
        text = f"{asked}{int(self.days[at])}天内到货。" if self._said(0.5) else ""
        return Demand(
            at + 1, int(self.buyer[at]), 1, title, section_of(trade["code"]) if self._said(0.85) else None,
            self._code(self.wanted[at], 0.75), text, "zh", quantity_first=first,
            specs=((spec_name, f"≥{self.least[at]:.3g} {unit}"),) if self._said(0.45) else (),
            quantity_year=self._amount(self.year[at], 0.5), budget=self._money(self.budget[at], budget=True),
            incoterm="CIF" if self._said(0.7) else "FOB", origins_wanted=self._some(ORIGINS, self.origins[at], 0.9),
            certificates_must=self._some(CERTIFICATES, self.must[at], 0.85),
            window_to=TODAY + timedelta(days=int(self.days[at])) if self._said(0.7) else None,
            languages=self._some(LANGUAGES, self.asks[at], 1.0) if self._said(0.5) else ())


def expo(seed: int, demands: int = DEMANDS, supplies: int = SUPPLIES) -> tuple[Records, Truth]:
    """The sheets of an invented expo and the truth behind them."""
    return Maker(seed, demands, supplies).make()
