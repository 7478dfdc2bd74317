"""Pages of organizers: the green report of the expo on screen and as a workbook, and labels to look up in their registers."""

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...errors import Invalid
from ...expos.queries import require_organizer, today_at
from ...reference import queries as reference
from ...web.guard import current_actor
from ...web.pages import Page, page_number
from .. import actions, cards, listing, report, tables
from ..records import CLAIM
from .page import bp

PAGE = 30
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/e/<expo>/green/report", endpoint="report")
def show_report() -> ResponseReturnValue:
    """The green report of the expo."""
    found = report.of_expo(current_actor, g.expo)
    return render_template("green/report.html", report=found, tables=tables.of_report(found, g.expo))


@bp.get("/e/<expo>/green/report.xlsx")
def report_file() -> ResponseReturnValue:
    """The same tables as a workbook."""
    found = report.of_expo(current_actor, g.expo)
    name = f"green-{g.expo.slug}-{found.on.isoformat()}.xlsx"
    return Response(tables.as_xlsx(tables.of_report(found, g.expo)), mimetype=XLSX, headers={
        "Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"})


@bp.get("/e/<expo>/green/checks")
def checks() -> ResponseReturnValue:
    """The claims with a number, those that nobody looked up first."""
    require_organizer(current_actor, g.expo)
    return _checks(None, "")


@bp.post("/e/<expo>/green/checks/<int:claim_id>")
def check(claim_id: int) -> ResponseReturnValue:
    """Keep what an organizer found in the register."""
    found = request.form.get("found") == "yes"
    try:
        actions.check_register(current_actor, g.expo, claim_id, found=found, address=request.form.get("address", ""))
    except Invalid as problem:
        return _checks(claim_id, str(problem)), 422
    flash(_("Kept: found in the register. The company is told.") if found else _("Kept: not found in the register. The company is told."),
          "success")
    return redirect(url_for("green.checks"))


def _checks(wrong_id: int | None, problem: str) -> str:
    on, rules = today_at(g.expo), reference.rulebook()
    rows = [(one.row, cards.cell(rated, rules, on)) for one in listing.at_expo(g.expo, on) for rated in one.profile.rated()
            if rated.evidence.ref.kind == CLAIM and rated.evidence.number and not rated.evidence.ref.closed]
    rows.sort(key=lambda row: (row[1].rated.evidence.ref.ident != wrong_id, _looked_up(row[1]), -row[1].level))
    number = max(1, min(page_number(), -(-len(rows) // PAGE)))
    return render_template("green/checks.html", page=Page(rows[(number - 1) * PAGE:number * PAGE], number, PAGE, len(rows)), on=on,
                           wrong_id=wrong_id, problem=problem, typed=request.form.get("address", ""))


def _looked_up(cell: cards.Cell) -> bool:
    check = cell.rated.evidence.check if cell.rated else None
    return check is not None and check.by == "organizer"
