"""How much of a shop's category names stands in the shipped bilingual terms, and what it is.

    python -m benchmarks.vocabulary --data DIR [--out results.json]

DIR holds `zh.tsv` and `en.tsv`: a number, a tab and a category path with " > " between its names. No shipped term was taken from
such a list; common goods have common names, so some agree. The script prints the share of names that are shipped terms word for
word, the share of shipped terms that are category names, and how many categories have both their names in one shipped entry,
which chance alone would hardly give.
"""

import argparse
import json
from pathlib import Path

from matchmaker.engine.matching.features import shipped_terms
from matchmaker.engine.text import normalize
from matchmaker.trade import hs


def names(path: Path) -> dict[str, str]:
    """{number: last name of its path, normalised}."""
    rows = (line.split("\t", 1) for line in path.read_text(encoding="utf-8").splitlines() if "\t" in line)
    return {number: normalize(text.split(" > ")[-1]) for number, text in rows}


def shipped() -> list[tuple[set[str], set[str]]]:
    """The Chinese and the English terms of every shipped entry."""
    pairs = [({normalize(chinese)}, {normalize(english)}) for _, chinese, english in shipped_terms()]
    entries = [({normalize(word) for word in (row.zh, *row.words_zh)}, {normalize(word) for word in (row.en, *row.words_en)})
               for row in hs.headings().values()]
    return pairs + entries


def main() -> None:
    """Print the overlap."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    chinese, english, terms = names(options.data / "zh.tsv"), names(options.data / "en.tsv"), shipped()
    report: dict[str, float | int] = {}
    for side, known in (("zh", chinese), ("en", english)):
        ours = {word for entry in terms for word in entry[side == "en"]}
        found = ours & set(known.values())
        report |= {f"{side}_names": len(set(known.values())), f"{side}_terms": len(ours), f"{side}_same": len(found),
                   f"{side}_share_of_names": round(len(found) / len(set(known.values())), 4),
                   f"{side}_share_of_terms": round(len(found) / len(ours), 4)}
        print(side, "the longest in common:", ", ".join(sorted(found, key=lambda word: (-len(word), word))[:25]))
    entries_of: dict[str, set[int]] = {}
    for at, (zh_words, _) in enumerate(terms):
        for word in zh_words:
            entries_of.setdefault(word, set()).add(at)
    both = sum(any(english.get(number) in terms[at][1] for at in entries_of.get(name, ())) for number, name in chinese.items())
    report |= {"categories": len(chinese), "categories_with_both_names_in_one_entry": both}
    print(json.dumps(report, indent=1))
    if options.out:
        options.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
