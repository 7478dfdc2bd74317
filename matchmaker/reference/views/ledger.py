"""The rules: kinds at a glance, lists, one rule with its history, correcting it in two steps, putting back."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ... import clock
from ...errors import Problem
from ...trade.rulebook import Rule
from ...trade.schema import schema, touch
from ...web.forms import strip
from ...web.guard import current_actor
from .. import actions, goods, queries, showing
from ..forms import RuleForm, form_of
from ..states import State
from . import bp

NO_SLOT = "-"  # stands in addresses for a rule without a first day
LISTED = 12  # products that are listed of all that are touched
STATES = ("", "unverified", "verified", "corrected", "sample")
TIMES = ("", "now", "coming", "past")


@bp.get("/reference")
def home() -> ResponseReturnValue:
    """All kinds of rules and tables with their counts, marks and last changes."""
    tables = queries.tables(current_actor)
    return render_template("reference/home.html", kinds=queries.kinds(current_actor), tables=tables,
                           samples=[table for table in tables if table.sample and table.state == State.CURRENT],
                           nomenclature=queries.current())


@bp.get("/reference/rules/<kind>")
def rules(kind: str) -> ResponseReturnValue:
    """The rules of a kind on a day, by words, state and time."""
    on = _day()
    found = queries.entries(current_actor, kind)
    words = strip(request.args.get("q", "")).casefold().split()
    state, time = _asked("state", STATES), _asked("time", TIMES)
    shown = [entry for entry in found if _fits(entry, words, state, time, on)]
    return render_template("reference/rules.html", schema=schema(kind), entries=shown, total=len(found), on=on, state=state, time=time,
                           words=" ".join(words), no_slot=NO_SLOT)


@bp.route("/reference/rules/<kind>/new", methods=["GET", "POST"])
def rule_new(kind: str) -> ResponseReturnValue:
    """Add a rule: first what it would touch, then for good."""
    queries.entries(current_actor, kind)
    form = form_of(schema(kind))()
    if form.is_sound():
        values = form.values()
        if request.form.get("step") != "save":
            return _preview(form, None, None, _as_rule(kind, form.code.data or "", values))
        try:
            revision = actions.add_rule(current_actor, kind=kind, code=form.code.data or "", values=values, note=form.note.data or "")
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("The rule is added. It counts from now on."), "success")
            return redirect(_address(kind, revision.code, revision.slot))
    return render_template("reference/rule_edit.html", form=form, schema=schema(kind), history=None), form.status


@bp.get("/reference/rules/<kind>/<code>/<slot>")
def rule(kind: str, code: str, slot: str) -> ResponseReturnValue:
    """What a rule says, on a day, where from, which products it touches, and who changed it when."""
    history = _history(kind, code, slot)
    on = _day()
    book = queries.rulebook()
    shown = history.last
    steps = [(row, history.after(row.number), showing.changes(history.after(row.number - 1), history.after(row.number), book))
             for row in history.revisions]
    return render_template(
        "reference/rule.html", schema=schema(kind), history=history, rule=shown, on=on, said=showing.said(shown, book) if shown else [],
        steps=steps, beside=[one for one in queries.entries(current_actor, kind) if one.rule.code == code and one.slot != history.slot],
        no_slot=NO_SLOT, **_touched(shown))


@bp.route("/reference/rules/<kind>/<code>/<slot>/edit", methods=["GET", "POST"])
def rule_edit(kind: str, code: str, slot: str) -> ResponseReturnValue:
    """Correct a rule: the form, then what would change and which products that touches, then for good."""
    history = _history(kind, code, slot)
    present = history.present
    form = form_of(schema(kind))()
    if form.is_sound(present):
        values = form.values(present)
        if request.form.get("step") == "preview":
            return _preview(form, history, present, _as_rule(kind, code, values))
        if request.form.get("step") == "save":
            try:
                actions.correct_rule(current_actor, kind=kind, code=code, slot=history.slot, based_on=form.based_on.data or 0,
                                     values=values, note=form.note.data or "")
            except Problem as problem:
                form.refuse(problem)
                form.based_on.raw_data = [str(history.number)]  # looked at once more, beside the other's correction, it can be sent again
            else:
                flash(_("The rule is corrected. It counts from now on, for all expos."), "success")
                return redirect(_address(kind, code, history.slot))
    elif request.method == "GET" and history.last:
        form.fill(history.last, history.number)
    return render_template("reference/rule_edit.html", form=form, schema=schema(kind), history=history, no_slot=NO_SLOT), form.status


@bp.post("/reference/rules/<kind>/<code>/<slot>/withdraw")
def rule_withdraw(kind: str, code: str, slot: str) -> ResponseReturnValue:
    """Let a rule hold no more."""
    history = _history(kind, code, slot)
    actions.withdraw_rule(current_actor, kind=kind, code=code, slot=history.slot, based_on=_number("based_on"),
                          note=strip(request.form.get("note", "")))
    flash(_("The rule is withdrawn. Its history stays here, and it can be put back."), "success")
    return redirect(_address(kind, code, history.slot))


@bp.post("/reference/rules/<kind>/<code>/<slot>/back")
def rule_back(kind: str, code: str, slot: str) -> ResponseReturnValue:
    """Let a rule say again what it said."""
    history = _history(kind, code, slot)
    number = _number("number")
    actions.put_back(current_actor, kind=kind, code=code, slot=history.slot, based_on=_number("based_on"), number=number,
                     note=_("put back to state %(number)s", number=number) if number else _("put back as shipped"))
    flash(_("The rule says again what it said then."), "success")
    return redirect(_address(kind, code, history.slot))


def _preview(form: RuleForm, history: Any, before: Rule | None, after: Rule) -> ResponseReturnValue:
    book = queries.rulebook()
    return render_template(
        "reference/rule_confirm.html", form=form, schema=schema(after.kind), history=history, rule=after, no_slot=NO_SLOT,
        changes=showing.changes(before, after, book), **_touched(*(rule for rule in (before, after) if rule is not None)))


def _touched(*states: Rule | None) -> dict[str, Any]:
    """Return which products of the reader's expos a rule touches: how many, the first ones, and by which roads."""
    found = touch(queries.rulebook(), *(rule for rule in states if rule is not None))
    products = goods.once(goods.touched(found, goods.organized(current_actor)))
    return {"touch": found, "products": products[:LISTED], "touched": len(products)}


def _history(kind: str, code: str, slot: str) -> queries.History:
    return queries.rule_for(current_actor, kind, code, "" if slot == NO_SLOT else slot)


def _address(kind: str, code: str, slot: str) -> str:
    return url_for("reference.rule", kind=kind, code=code, slot=slot or NO_SLOT)


def _as_rule(kind: str, code: str, values: actions.Values) -> Rule:
    return Rule(kind, code, values.en, values.zh, values.data, values.valid_from, values.valid_to, values.source, values.verified)


def _fits(entry: queries.Entry, words: list[str], state: str, time: str, on: date) -> bool:
    rule = entry.rule
    text = f"{rule.code} {rule.en} {rule.zh} {' '.join((*rule.sources('en'), *rule.sources('zh')))}".casefold()
    by_state = {"unverified": not rule.verified, "verified": rule.verified, "corrected": entry.corrected, "sample": rule.sample}
    return all(word in text for word in words) and by_state.get(state, True) and (not time or entry.time(on) == time)


def _asked(name: str, known: tuple[str, ...]) -> str:
    return value if (value := request.args.get(name, "")) in known else ""


def _number(name: str) -> int:
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1


def _day() -> date:
    """Return the day asked for; today when none is, or none that is a day."""
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return clock.now().date()
