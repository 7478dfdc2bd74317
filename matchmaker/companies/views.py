"""Pages of a company: first steps, profile, members, people who attend, blocked companies."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from ..access import COMPANIES
from ..accounts.queries import valid_token
from ..accounts.views import me
from ..errors import Conflict, Problem
from ..infra.db import get
from ..permissions import ensure
from ..web import nav
from ..web.forms import strip
from ..web.guard import current_actor
from ..web.redirects import safe_next
from . import actions, queries
from .forms import FIRST_LANGUAGES, CompanyForm, InviteForm, PersonForm
from .models import Company, Person
from .rules import KINDS

bp = Blueprint("companies", __name__)
NAV = (nav.Entry(80, _l("Company"), "building-2", "companies.company", COMPANIES),)


@bp.get("/start")
def start() -> ResponseReturnValue:
    """First step of a newcomer: join a company that invited, or register one as exhibitor or buyer."""
    return render_template("companies/start.html", invitations=queries.invitations_for(me()))


@bp.route("/companies/new/<kind>", methods=["GET", "POST"])
def register(kind: str) -> ResponseReturnValue:
    """Register a company of a kind."""
    ensure(kind in KINDS)
    form = CompanyForm(kind, about_lang="zh" if kind == "buyer" else "en", languages=["zh"] if kind == "buyer" else ["en"])
    if form.validate_on_submit():
        try:
            company = actions.register_company(current_actor, kind, attends=form.attends.data, **form.given())
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("%(company)s is registered.", company=company.display_name), "success")
            return redirect(url_for("companies.company", company_id=company.id))
    return render_template("companies/edit.html", form=form, kind=kind, company=None, first=FIRST_LANGUAGES), form.status


@bp.get("/company", defaults={"company_id": None})
@bp.get("/companies/<int:company_id>")
def company(company_id: int | None) -> ResponseReturnValue:
    """The profile as its members see it; without a number that of the company acted for."""
    ensure(bool(company_id or current_actor.company_id))
    row = queries.company_for(current_actor, company_id or current_actor.company_id)
    return render_template("companies/company.html", company=row, profile=queries.public_profile(row), people=queries.people(row.id),
                           mine=queries.my_companies(current_actor))


@bp.route("/companies/<int:company_id>/edit", methods=["GET", "POST"])
def company_edit(company_id: int) -> ResponseReturnValue:
    """Edit the profile (owners). Who saves an old version gets 409 and keeps what was typed."""
    row = queries.company_for(current_actor, company_id, owner=True)
    form = CompanyForm(row.kind, obj=row)
    if form.validate_on_submit():
        try:
            version = form.version.data if form.version.raw_data else 0  # a form without one is no form of ours
            actions.edit_company(current_actor, row, version=version or 0, **form.given())
        except Problem as problem:
            form.refuse(problem)
            if isinstance(problem, Conflict):
                form.version.raw_data, form.version.data = None, row.version
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("companies.company", company_id=row.id))
    return render_template("companies/edit.html", form=form, kind=row.kind, company=row, first=FIRST_LANGUAGES), form.status


@bp.post("/companies/<int:company_id>/switch")
def switch(company_id: int) -> ResponseReturnValue:
    """Act for another of one's companies."""
    actions.switch(current_actor, me(), company_id)
    return redirect(safe_next())


@bp.route("/companies/<int:company_id>/members", methods=["GET", "POST"])
def company_members(company_id: int) -> ResponseReturnValue:
    """Members and invitations; owners invite by mail."""
    row = queries.company_for(current_actor, company_id, owner=request.method == "POST")
    form = InviteForm()
    if form.validate_on_submit():
        try:
            actions.invite(current_actor, row, email=form.email.data, owner=form.owner.data)
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("The invitation is on its way to %(email)s.", email=form.email.data), "success")
            return redirect(url_for("companies.company_members", company_id=row.id))
    return render_template("companies/members.html", company=row, form=form, members=queries.members(row.id),
                           invitations=queries.open_invitations(row.id) if current_actor.owner_of(row.id) else []), form.status


@bp.post("/companies/<int:company_id>/members/<int:member_id>/owner")
def member_owner(company_id: int, member_id: int) -> ResponseReturnValue:
    """Make a member an owner, or take it back."""
    actions.set_owner(current_actor, queries.member_of(company_id, member_id), owner=request.form.get("owner") == "1")
    flash(_("Saved."), "success")
    return redirect(url_for("companies.company_members", company_id=company_id))


@bp.post("/companies/<int:company_id>/members/<int:member_id>/remove")
def member_remove(company_id: int, member_id: int) -> ResponseReturnValue:
    """Take a member out, or leave."""
    member = queries.member_of(company_id, member_id)
    left = member.user_id == current_actor.user_id
    actions.remove_member(current_actor, member)
    flash(_("You left the company.") if left else _("%(name)s is no longer a member.", name=member.user.name), "success")
    return redirect(url_for("web.home") if left else url_for("companies.company_members", company_id=company_id))


@bp.post("/companies/<int:company_id>/invitations/<int:token_id>/withdraw")
def invitation_withdraw(company_id: int, token_id: int) -> ResponseReturnValue:
    """Withdraw an invitation."""
    actions.withdraw_invitation(current_actor, queries.company_for(current_actor, company_id, owner=True), token_id)
    flash(_("The invitation is withdrawn."), "success")
    return redirect(url_for("companies.company_members", company_id=company_id))


@bp.route("/invite/<token>", methods=["GET", "POST"])
def invitation(token: str) -> ResponseReturnValue:
    """What the mailed link opens; joining needs a press of the signed-in receiver."""
    if request.method == "POST" and current_user.is_authenticated:
        joined = actions.accept_invitation(current_actor, me(), token)
        flash(_("Welcome to %(company)s.", company=joined.display_name), "success")
        return redirect(url_for("companies.company", company_id=joined.id))
    found = queries.invitation_of(valid_token("invite", token))
    return render_template("companies/invitation.html", invitation=found, token=token)


@bp.post("/invitations/<int:token_id>/accept")
def invitation_accept(token_id: int) -> ResponseReturnValue:
    """Join a company that invited the user's confirmed address."""
    joined = actions.accept_own_invitation(current_actor, me(), token_id)
    flash(_("Welcome to %(company)s.", company=joined.display_name), "success")
    return redirect(url_for("companies.company", company_id=joined.id))


@bp.get("/companies/<int:company_id>/people")
def company_people(company_id: int) -> ResponseReturnValue:
    """Who attends for the company."""
    row = queries.company_for(current_actor, company_id)
    return render_template("companies/people.html", company=row, people=queries.people(row.id))


@bp.route("/companies/<int:company_id>/people/new", methods=["GET", "POST"])
def person_new(company_id: int) -> ResponseReturnValue:
    """Name one more person (owners)."""
    return _person_page(queries.company_for(current_actor, company_id, owner=True), None)


@bp.route("/companies/<int:company_id>/people/<int:person_id>", methods=["GET", "POST"])
def person_edit(company_id: int, person_id: int) -> ResponseReturnValue:
    """Change what is said of a person (owners)."""
    row = queries.company_for(current_actor, company_id, owner=True)
    return _person_page(row, queries.person_of(row.id, person_id))


@bp.post("/companies/<int:company_id>/people/<int:person_id>/remove")
def person_remove(company_id: int, person_id: int) -> ResponseReturnValue:
    """Take a person off the list (owners)."""
    row = queries.company_for(current_actor, company_id, owner=True)
    person = queries.person_of(row.id, person_id)
    actions.remove_person(current_actor, row, person)
    flash(_("%(name)s is off the list.", name=person.name), "success")
    return redirect(url_for("companies.company_people", company_id=row.id))


@bp.get("/companies/<int:company_id>/blocks")
def company_blocks(company_id: int) -> ResponseReturnValue:
    """Companies that this one does not want to meet, and a search for more."""
    row, words = queries.company_for(current_actor, company_id), strip(request.args.get("q", ""))[:100]
    return render_template("companies/blocks.html", company=row, words=words, blocks=queries.blocks_of(row.id),
                           found=queries.blockable(row, words))


@bp.post("/companies/<int:company_id>/blocks/<int:other_id>")
def block(company_id: int, other_id: int) -> ResponseReturnValue:
    """Block a company; it never learns."""
    row, other = queries.company_for(current_actor, company_id), get(Company, other_id)
    actions.block(current_actor, row, other)
    flash(_("%(company)s is blocked. It is not told.", company=other.display_name), "success")
    return redirect(safe_next(url_for("companies.company_blocks", company_id=row.id)))


@bp.post("/companies/<int:company_id>/blocks/<int:other_id>/remove")
def unblock(company_id: int, other_id: int) -> ResponseReturnValue:
    """Take a block back."""
    actions.unblock(current_actor, queries.company_for(current_actor, company_id), other_id)
    flash(_("The block is taken back."), "success")
    return redirect(url_for("companies.company_blocks", company_id=company_id))


def _person_page(row: Company, person: Person | None) -> ResponseReturnValue:
    accounts = [(member.user_id, f"{member.user.name} ({member.user.email})") for member in queries.members(row.id)]
    form = PersonForm(accounts, obj=person, **({} if person else {"languages": row.languages}))
    if form.validate_on_submit():
        try:
            actions.save_person(current_actor, row, person, **form.given())
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("companies.company_people", company_id=row.id))
    return render_template("companies/person.html", company=row, person=person, form=form, first=FIRST_LANGUAGES), form.status
