"""What needs somebody now: a short list sorted by the cost of waiting; an item leaves it when it is done."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from ..companies.models import Company
from ..expos.models import Expo, Participation
from ..i18n import ago
from .queries import CompanyFacts, OrganizerFacts

MOST = 5


@dataclass(frozen=True, slots=True)
class Need:
    """One line: icon, what, why it costs, the verb and where it leads."""

    icon: str
    what: str
    why: str
    verb: str
    url: str


def of_organizer(expo: Expo, facts: OrganizerFacts) -> list[Need]:
    """Return what needs an organizer, the dearest first."""
    needs = []
    if facts.applications:
        needs.append(Need(
            "user-check", ngettext("%(num)s company waits for approval", "%(num)s companies wait for approval", facts.applications),
            _("The oldest applied %(time)s.", time=ago(facts.oldest_application)), _("Review"), url_for("expos.companies")))
    if facts.tray:
        needs.append(Need(
            "inbox", ngettext("%(num)s agreed meeting has no place", "%(num)s agreed meetings have no place", facts.tray),
            _("Both sides said yes and wait for a time and a table."), _("Open the desk"), url_for("scheduling.desk")))
    if facts.draft is not None and facts.draft_changes:
        needs.append(Need(
            "send", ngettext("The draft differs in %(num)s meeting", "The draft differs in %(num)s meetings", facts.draft_changes),
            _("Nobody is told before you publish it."), _("Review and publish"), url_for("scheduling.publish")))
    if facts.demands_alone:
        needs.append(Need(
            "search-x", ngettext("%(num)s demand has no fitting product", "%(num)s demands have no fitting product", facts.demands_alone),
            _("Exhibitors of these goods are still missing."), _("See sections"), "#sections"))
    if facts.nobody_attends:
        needs.append(Need(
            "user-x", ngettext("%(num)s company with meetings has nobody to sit at them",
                               "%(num)s companies with meetings have nobody to sit at them", facts.nobody_attends),
            _("A meeting without a person cannot be placed."), _("See companies"), url_for("expos.companies")))
    return needs[:MOST]


def of_company(company: Company, expo: Expo, part: Participation, facts: CompanyFacts, *, owner: bool) -> list[tuple[str, str, str, bool]]:
    """Return the checklist of a company: (what, why, where, done). What only owners may change leads other members nowhere."""
    own: Any = {"company_id": company.id}
    exhibits = company.is_exhibitor
    sheets = url_for("catalog.new") if exhibits else url_for("demands.new")
    return [
        (_("Approved for %(expo)s", expo=expo.label), _("The organizer has let you in."), "", part.state == "approved"),
        (_("Publish a product") if exhibits else _("Post a demand"),
         _("Buyers find what is published.") if exhibits else _("A title is enough; matches come within seconds."), sheets,
         facts.sheets > 0),
        (_("Name the people who attend"), _("Somebody has to sit at the table."), url_for("companies.company_people", **own),
         facts.people > 0),
        (_("Complete the company's profile"), _("Names in both languages, identifier, languages spoken."),
         url_for("companies.company_edit", **own) if owner else "", facts.profile_gaps == 0),
        (_("Say when you are not free"), _("Everybody is free unless you say otherwise."), url_for("agendas.availability_page"),
         facts.agreed > 0),
    ]
