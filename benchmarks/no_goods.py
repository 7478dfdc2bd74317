"""Whether the classifier of headings says "none" to texts that name no goods, and what that costs where they do.

    python -m benchmarks.no_goods [--out results.json]

The texts are half of a list of our own (`data/no_goods.tsv`); the other half is shipped as the class "no goods". What it may not
spoil: the demo's titles with codes, and the 200 demands of `data/demands.jsonl`, which nothing was fitted on. Printed with the
class and without it: the share of texts without goods that get a proposal, the share of titles whose right heading is among the
three proposals, and the share that gets any.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import matchmaker.demo
from matchmaker.engine.matching.encoder import load_encoder
from matchmaker.engine.matching.headings import HeadingClassifier, Label
from matchmaker.trade import hs

HERE = Path(__file__).parent / "data"
DEMO = Path(matchmaker.demo.__file__).parent / "data"


def texts() -> list[str]:
    """The texts that name no goods."""
    return [line.split("\t", 1)[1] for line in (HERE / "no_goods.tsv").read_text(encoding="utf-8").splitlines()]


def demands() -> list[tuple[str, set[str]]]:
    """(title, right headings) of the 200 demands, as far as they have both."""
    fields = [json.loads(line)["fields"] for line in (HERE / "demands.jsonl").read_text(encoding="utf-8").splitlines()]
    return [(one["title"], {code[:4] for code in one["hs"]}) for one in fields if one.get("title") and one.get("hs")]


def demo() -> list[tuple[str, set[str]]]:
    """(title, heading) of the demo's sheets, in every language that they have."""
    found: dict[str, set[str]] = {}
    for path in (*sorted(DEMO.glob("exhibitors_*.json")), DEMO / "buyers.json"):
        for sheet in _sheets(json.loads(path.read_text(encoding="utf-8"))):
            for key in ("title", "title_en", "title_zh"):
                if sheet.get(key):
                    found.setdefault(sheet[key], set()).add(hs.normalize_code(str(sheet["hs"]))[:4])
    return list(found.items())


def _sheets(thing: Any) -> Iterable[dict[str, Any]]:
    if isinstance(thing, dict) and thing.get("hs") and thing.get("title"):
        yield thing
    for one in thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list) else ():
        yield from _sheets(one)


def measure(classifier: HeadingClassifier, titles: Sequence[tuple[str, set[str]]]) -> tuple[float, float]:
    """The share of titles whose right heading is proposed, and the share that gets any proposal."""
    found = classifier.propose_many([title for title, _ in titles])
    right = sum(any(one.code in wanted for one in some) for some, (_, wanted) in zip(found, titles, strict=True))
    return right / len(titles), sum(map(bool, found)) / len(titles)


def main() -> None:
    """Print both, with and without the class."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--encoder", default="auto")
    options = parser.parse_args()
    labels = [Label(row.code, row.en, row.zh, (*row.words_en, *row.words_zh)) for row in hs.headings().values()]
    encoder, report = load_encoder(options.encoder), {}
    for name, none in (("with", hs.no_goods()), ("without", ())):
        classifier = HeadingClassifier(labels, encoder, none).fit()
        proposed = [text for text, some in zip(texts(), classifier.propose_many(texts()), strict=True) if some]
        report[name] = {"no_goods": len(proposed) / len(texts()), "texts": len(texts())}
        for kind, titles in (("demo", demo()), ("demands", demands())):
            report[name] |= dict(zip((f"{kind}_right", f"{kind}_any"), measure(classifier, titles), strict=True)) | {kind: len(titles)}
        print(name, {key: round(value, 4) for key, value in report[name].items()}, "still proposed for:", ", ".join(proposed[:12]))
    if options.out:
        options.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
