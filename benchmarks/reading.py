"""How well texts are read: precision and recall of every field.

    python -m benchmarks.reading [--data benchmarks/data/demands.jsonl] [--half all|even|odd] [--out FILE]

The data are JSON lines (text, lang, today, fields), as benchmarks/data/README.md says, or a CSV of requests for quotation with the
columns Title, Description, Quantity, Country (of the sender). Halves are the lines with an even and an odd number, counted from 0.
A value counts as found when it is equal; lists count by their items; a title or a specification when one contains the other or most
of its characters are the same. Specifications are scored by what is found (recall) only, as the data say.
"""

import argparse
import csv
import json
import unicodedata
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from matchmaker.engine.reading import read
from matchmaker.engine.reading.terms import places

HERE = Path(__file__).parent
FIELDS = ("title", "specs_must", "specs_nice", "quantity_first", "quantity_year", "unit", "budget_low", "budget_high", "currency",
          "budget_unit", "incoterm", "port", "origins_wanted", "origins_excluded", "certificates", "window_from", "window_to",
          "road", "channel")
LISTS = {"specs_must", "specs_nice", "origins_wanted", "origins_excluded", "certificates"}


def folded(value: Any) -> str:
    """Return letters and digits only, in one case."""
    return "".join(char for char in unicodedata.normalize("NFKC", str(value)).lower() if char.isalnum() or char in ".%")


def alike(one: str, other: str) -> bool:
    """Tell whether one contains the other (at least half of it), or most characters are the same."""
    one, other = folded(one), folded(other)
    if not one or not other:
        return one == other
    short, long = sorted((one, other), key=len)
    if short in long and len(short) * 2 >= len(long):
        return True
    same = sum((Counter(one) & Counter(other)).values())
    return 2 * same / (len(one) + len(other)) >= 0.75


def same(name: str, found: Any, gold: Any) -> bool:
    """Tell whether a single value is the one that was labelled."""
    if name == "title":
        return alike(found, gold)
    if name.startswith("specs"):
        words = [" ".join(map(str, value)) if isinstance(value, list) else str(value) for value in (found, gold)]
        last = gold[-1] if isinstance(gold, list) else gold
        return folded(words[1]) in folded(words[0]) or folded(last) in folded(words[0]) or alike(*words)
    if name == "port":
        keys = [places().get(str(value).lower(), folded(value)) for value in (found, gold)]
        return keys[0] == keys[1] or folded(found) in folded(gold) or folded(gold) in folded(found)
    if name in ("unit", "budget_unit"):
        return found == gold or {found, gold} == {"piece", "set"}
    if isinstance(found, Decimal):
        try:
            return found == Decimal(str(gold))
        except InvalidOperation:
            return False
    if name == "certificates":
        return found["kind"] == gold["kind"] and found["must"] == gold["must"]
    return str(found) == str(gold)


def score(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return {field: {found, right, labelled, precision, recall}} over labelled texts, and what was wrong under ``misses``."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    misses: dict[str, list[str]] = defaultdict(list)
    for number, row in enumerate(rows):
        got = read(row["text"], today=date.fromisoformat(row["today"]), lang=row.get("lang")).values()
        for name in FIELDS:
            area = row.get(name.replace("origins", "area"))
            if area and name.startswith("origins"):
                continue  # a part of the world: which of its countries are meant is open
            found, gold = got.get(name), row["fields"].get(name)
            founds = (found or []) if name in LISTS else [] if found is None else [found]
            golds = (gold or []) if name in LISTS else [] if gold in (None, "") else [gold]
            left = list(golds)
            for value in founds:
                if match := [one for one in left if same(name, value, one)]:
                    left.remove(match[0])
            right = len(golds) - len(left)
            counts[name].update(found=len(founds), right=right, labelled=len(golds))
            if right < len(golds) or right < len(founds):
                misses[name].append(f"{row.get('number', number)}: found {found!s}, labelled {gold}")
    return {name: figures(counts[name]) | {"misses": misses[name]} for name in FIELDS}


def figures(count: Counter[str]) -> dict[str, Any]:
    """Return the counts with precision and recall; None where there is nothing to divide by."""
    return {key: count[key] for key in ("found", "right", "labelled")} | {
        "precision": round(count["right"] / count["found"], 3) if count["found"] else None,
        "recall": round(count["right"] / count["labelled"], 3) if count["labelled"] else None}


def labelled(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file of either format."""
    if path.suffix == ".jsonl":
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [row | {"number": number} for number, row in enumerate(rows)]
    rows = []
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            text = f"{row['Title']}\n{row['Description']}\nQuantity: {row['Quantity']}"
            rows.append({"text": text, "today": date.today().isoformat(), "lang": None, "number": number,  # noqa: DTZ011
                         "fields": {"title": row["Title"], "quantity_first": row["Quantity"]}})
    return rows


def show(result: dict[str, dict[str, Any]]) -> None:
    """Print one line a field."""
    print(f"{'field':18}{'labelled':>9}{'found':>7}{'right':>7}{'precision':>11}{'recall':>8}")
    for name, row in result.items():
        if row["labelled"] or row["found"]:
            shares = ["-" if row[key] is None else format(row[key], ".3f") for key in ("precision", "recall")]
            cells = f"{shares[0]:>11}{shares[1]:>8}"
            print(f"{name:18}{row['labelled']:>9}{row['found']:>7}{row['right']:>7}{cells}")


def main() -> None:
    """Read the data, print the figures, write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=HERE / "data" / "demands.jsonl")
    parser.add_argument("--half", choices=("all", "even", "odd"), default="all")
    parser.add_argument("--misses", action="store_true", help="print what was missed or wrong")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    rows = [row for row in labelled(args.data) if args.half in ("all", ("even", "odd")[row["number"] % 2])]
    result = score(rows)
    print(f"{args.data.name}: {len(rows)} texts ({args.half})")
    show(result)
    if args.misses:
        for name, row in result.items():
            for line in row["misses"]:
                print(f"{name} {line}")
    if args.out:
        args.out.write_text(json.dumps({"data": args.data.name, "half": args.half, "texts": len(rows), "fields": {
            name: {key: value for key, value in row.items() if key != "misses"}
            for name, row in result.items()}}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
