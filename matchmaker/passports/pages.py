"""A passport as pages and the PDF show it: names in the reader's language, and only what the reader may see."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from ..catalog.models import Product
from ..companies.standing import Standing, reaches
from ..i18n import lang, named
from ..reference import queries as reference
from ..trade.entry import Passport, RoadView, choices
from ..trade.gates import Gate, GateState, Road, State
from ..trade.rulebook import Rule
from ..trade.shipped import pick, sources
from . import todo, words


@dataclass(frozen=True, slots=True)
class Shown:
    """What the templates draw; see ``templates/passports/_parts.html``."""

    on: date
    class_name: str
    question: str
    roads: list[dict[str, Any]]
    documents: list[dict[str, Any]]
    lengths: list[dict[str, Any]]
    measures: list[str]
    assumed: list[str]
    sources: list[str]


def may_read_numbers(product: Product, standing: Standing) -> bool:
    """Tell whether numbers and remarks of the gates open to who stands so."""
    return reaches(standing, product.entry_audience)


def show(product: Product, passport: Passport, *, numbers: bool, sample: bool = False) -> Shown:
    """Return a passport for the current reader. ``numbers``: with what the card says beside the states; ``sample``: the list is one."""
    known = passport.product_class
    rules = _rules(passport)
    return Shown(
        passport.on, named(known) if known else "", _question(product, passport),
        [_road(product, view, passport.on, numbers, sample) for view in passport.roads.values()],
        _documents(passport), _lengths(passport), [named(rule) for rule in passport.measures],
        sorted({named(gate.rule) for gate in _waiting(passport) if gate.rule and gate.rule.data.get("days_assumed")}),
        sorted({name for rule in rules for name in rule.sources(lang())}))


def _waiting(passport: Passport) -> list[Gate]:
    return [gate for view in passport.roads.values() for gate in view.gates if not gate.is_open]


def _rules(passport: Passport) -> list[Rule]:
    gates = [gate for view in passport.roads.values() for gate in view.gates]
    return [rule for gate in gates for rule in (gate.rule, gate.need) if rule is not None]


def _question(product: Product, passport: Passport) -> str:
    if passport.product_class is not None:
        return "" if not passport.product_class.data.get("outside") else _(
            "%(name)s: entry of these goods is not covered here. Ask a customs broker.", name=named(passport.product_class))
    if not product.hs:
        return _("There is no HS code: without it nothing can be said about entry.")
    names = [named(rule) for rule in choices(reference.rulebook(), product.hs, passport.on)]
    if names:
        return _("The code %(code)s may be: %(names)s. Say which.", code=product.hs, names=" / ".join(names))
    return _("No rules are known for the code %(code)s.", code=product.hs)


def _road(product: Product, view: RoadView, on: date, numbers: bool, sample: bool) -> dict[str, Any]:
    name, icon = words.ROADS[view.road]
    listed = any(gate.code == "positive_list" and gate.state is GateState.OPEN for gate in view.gates)
    return {
        "road": view.road.value, "name": _(name), "icon": icon, "state": view.state.value, "verdict": _(words.VERDICTS[view.state]),
        "look": words.LOOKS[view.state], "on": on, "earliest": view.earliest, "latest": view.latest, "sample": sample and listed,
        "gates": [_gate(product, gate, numbers, view.road) | {"sample": sample and gate.code == "positive_list"} for gate in view.gates]}


def _gate(product: Product, gate: Gate, numbers: bool, road: Road) -> dict[str, Any]:
    state, icon, look = words.GATES[gate.state]
    stated = product.entry.get(str(gate.rule.data.get("said_as", gate.code)) if gate.rule else gate.code, {}) if numbers else {}
    note = " ".join(part for part in (gate.text("note", lang()), stated.get("note", "")) if part)
    listed, spoken = gate.code == "positive_list", gate.state not in (GateState.NOT_NEEDED, GateState.EXEMPT)
    return {
        "name": _("Kind of product") if gate.rule is None else gate.rule.label(lang()), "state": _(state), "icon": icon, "look": look,
        "why": _(words.WHY[gate.why]), "number": gate.number if listed or (numbers and spoken) else "",
        "expires_on": gate.expires_on if numbers and spoken else None, "note": note,
        "to_check": any(rule is not None and not rule.verified for rule in (gate.rule, gate.need)) or _is_open_question(gate, road)}


def _is_open_question(gate: Gate, road: Road) -> bool:
    """Tell whether the need itself says that a road is still to be checked."""
    return gate.need is not None and road.value in gate.need.data.get("to_check", ())


def _documents(passport: Passport) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for road, view in passport.roads.items():
        for document in view.documents:
            state, icon, look = words.DOCUMENTS[document.state]
            row = found.setdefault(document.rule.code, {
                "name": named(document.rule), "state": _(state), "icon": icon, "look": look, "expires_on": document.expires_on,
                "note": pick(document.rule.data.get("note_en", ""), document.rule.data.get("note_zh", ""), lang()), "roads": []})
            row["roads"].append(_(words.ROADS[road][0]))
    return list(found.values())


def _lengths(passport: Passport) -> list[dict[str, Any]]:
    rules = {gate.code: gate.rule for view in passport.roads.values() for gate in view.gates if gate.rule and gate.need}
    return [{"name": named(rule), "issuer": pick(rule.data["issuer_en"], rule.data["issuer_zh"], lang()),
             "do": pick(rule.data["do_en"], rule.data["do_zh"], lang()), **_length(rule)} for rule in rules.values()]


def _length(gate: Rule, need: Rule | None = None, road: Road | None = None) -> dict[str, Any]:
    """Return how many days a gate takes, as the need says for a road or else the gate, and what that rests on."""
    special = need.data.get("days", {}).get(road.value) if need and road else None
    codes = () if special else filter(None, (gate.data.get("days_src") or "").split(";"))
    titles = _("; ").join(need.sources(lang()) if need and special else (sources(lang()).get(code, code) for code in codes))
    assumed = not special and gate.data.get("days_assumed")
    return {"days": special or gate.data.get("days"), "basis": _("assumed") if assumed else _("source: %(source)s", source=titles) if titles
            else _("No source named")}


def marks(passport: Passport) -> list[dict[str, Any]]:
    """Return the three verdicts of a passport in short, for lists."""
    return [{"name": _(words.ROADS[road][0]), "icon": words.ROADS[road][1], "verdict": _(words.VERDICTS[view.state]),
             "tone": words.TONES[view.state], "latest": view.latest if view.state is State.NOT_YET else None}
            for road, view in passport.roads.items()]


def step(one: todo.Step, product: Product, on: date) -> dict[str, Any]:
    """Return a step of the to-do list in the reader's words."""
    rule = one.gate.rule if one.gate else one.document.rule if one.document else None
    gate = one.gate.rule if one.gate else None
    return {
        "document": rule.data["document"] if rule and one.document else "",
        "product": product, "what": _(words.STEPS[one.kind], name=named(rule) if rule else ""), "kind": one.kind, "due": one.due,
        "late": one.is_late(on), "due_word": _(words.DUE[one.kind]) if one.kind in words.DUE else "",
        "issuer": pick(gate.data["issuer_en"], gate.data["issuer_zh"], lang()) if gate else "",
        "do": pick(gate.data["do_en"], gate.data["do_zh"], lang()) if gate else "",
        **(_length(gate, one.gate.need, one.roads[0]) if gate and one.gate else {"days": None, "basis": ""}),
        "roads": [_(words.ROADS[road][0]) for road in one.roads]}
