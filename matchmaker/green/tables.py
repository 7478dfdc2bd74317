"""The green report as tables in the reader's language: the same rows on the page and in the workbook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from ..expos.models import Expo
from ..i18n import best, lang, named, territory
from ..infra import spreadsheets
from ..reference import queries as reference
from ..sheets.labels import label_name
from ..trade import codes, vague
from ..trade.green import LINKS, Level
from .cards import LEVEL_NAMES
from .report import LEAST, GroupRow, Report


@dataclass(frozen=True, slots=True)
class Table:
    """One table: ``note`` says how it is counted; ``shares`` are the columns shown with their part of the second."""

    name: str
    note: str
    header: Sequence[str]
    rows: Sequence[Sequence[Any]]
    shares: Sequence[int] = ()


def of_report(report: Report, expo: Expo) -> list[Table]:
    """Return the tables of a report, in the order of the page."""
    sections = {section.id: section.name for section in expo.sections}
    return [
        Table(_("By link of the chain"), _("Products by the level of their strongest evidence at each link. No sum over links."),
              [_("Link"), _("Products"), *_names(reversed(Level))],
              [[codes.label("chain_link", link, lang()), report.products, *(report.links[link][level] for level in reversed(Level))]
               for link in LINKS], (2, 3, 4, 5, 6)),
        Table(_("Asked and proven"), _("What published demands ask, and how many products prove it today."),
              [_("Asked"), _("Level"), _("Demands that ask"), _("Products that prove it")],
              [[_asked(row.what, row.code), _(LEVEL_NAMES[row.level]) if row.what != "label" else _("in full"), row.demands, row.products]
               for row in report.asked]),
        Table(_("Labels"), _("In full: number, issuer, scope and a last day not passed. Otherwise it is a claim."),
              [_("Label"), _("In full"), _("Claim only"), _("Run out"), _("Ends within 90 days"), _("Found in register"), _("Not found")],
              [[label_name(row.code), row.full, row.claimed, row.expired, row.ending, row.found, row.not_found] for row in report.labels]),
        Table(_("Ending soon"), _("Evidence that loses its level within 90 days."),
              [_("Product"), _("Company"), _("Evidence"), _("Valid until"), _("Days left")],
              [[row.title, best(row.name_en, row.name_zh) or row.name, name, _last_day(rated), days]
               for row, rated, days, name in report.ending]),
        Table(_("Vague words"), _("Claims with words of a group, in all languages of the list."), [_("Group"), _("Claims")],
              [[_group(code), count] for code, count in report.vague]),
        Table(_("By section"), _("Products whose strongest link reaches at least the level."),
              [_("Section"), _("Products"), *_names(LEAST), _("Demands that ask")],
              [[sections.get(row.key) or _("none"), *_group_cells(row), row.demands or 0] for row in report.sections], (2, 3, 4, 5)),
        Table(_("By origin"), _("Products whose strongest link reaches at least the level."),
              [_("Origin"), _("Products"), *_names(LEAST)],
              [[territory(row.key) if row.key else _("Unknown"), *_group_cells(row)] for row in report.origins], (2, 3, 4, 5)),
    ]


def as_xlsx(tables: Iterable[Table]) -> bytes:
    """Return the tables as a workbook, a sheet each."""
    return spreadsheets.write_workbook([(table.name, table.header, table.rows) for table in tables])


def _names(levels: Iterable[Level]) -> list[str]:
    return [_(LEVEL_NAMES[level]) for level in levels]


def _group_cells(row: GroupRow) -> list[int]:
    return [row.products, *(row.by_level[least] for least in LEAST)]


def _asked(what: str, code: str) -> str:
    if what == "link":
        return codes.label("chain_link", code, lang())
    return label_name(code) if what == "label" else _("on at least one link")


def _last_day(rated: Any) -> Any:
    return rated.evidence.expires_on or (rated.evidence.document.expires_on if rated.evidence.document else "")


def _group(code: str) -> str:
    return next((named(rule) for rule in reference.rulebook().all(vague.VAGUE) if rule.code == code), code)
