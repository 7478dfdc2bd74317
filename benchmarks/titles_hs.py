"""How many labelled titles a classifier of customs codes needs: a learning curve on real Chinese titles.

    python -m benchmarks.titles_hs --data DIR [--out results.json]

DIR holds `import_titles_zh_hs10.txt` (a code of ten digits, a blank, a title, one a line). Half of the titles, by a hash of
their words, is for learning and half for asking, at most 12 a code of six digits. Prints the share of titles whose right code
comes first and among ten; ratios to a character nearest neighbour with the same titles.
"""

import argparse
import hashlib
import json
import random
import time
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.cross_lingual import classifier
from matchmaker.engine.matching.headings import HeadingClassifier
from matchmaker.engine.matching.learned import LearnedLabels
from matchmaker.engine.text import normalize

SIZES = (0, 100, 1000, 3000, 15000)
PER_CODE = 12


def read_titles(path: Path) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(title, code of six digits) to learn from and to ask, each bag of words once a code."""
    seen, learn, ask, count = set(), [], [], {}
    rows = [line.split(" ", 1) for line in path.read_text(encoding="utf-8", errors="replace").splitlines()]
    random.Random(7).shuffle(rows)  # noqa: S311 - an order, no secret
    for code, title in rows:
        key = code[:6], " ".join(sorted(title.split()))
        if key in seen:
            continue
        seen.add(key)
        if hashlib.sha256(key[1].encode()).digest()[0] % 2:
            learn.append((title, code[:6]))
        elif count.setdefault(code[:6], 0) < PER_CODE:
            count[code[:6]] += 1
            ask.append((title, code[:6]))
    return learn, ask


def recalls(shares: np.ndarray, names: list[str], right: list[str]) -> tuple[float, float]:
    """R@1 and R@10; a right code that is not among the names counts as missed."""
    order = np.argsort(-shares, axis=1, kind="stable")[:, :10]
    found = [[names[at] for at in row] for row in order]
    return (float(np.mean([row[0] == code for row, code in zip(found, right, strict=True)])),
            float(np.mean([code in row for row, code in zip(found, right, strict=True)])))


def nearest(learn: list[tuple[str, str]], titles: list[str]) -> tuple[np.ndarray, list[str]]:
    """The peer: the nearest labelled title by character pieces."""
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True, preprocessor=normalize, dtype=np.float32)
    rows = pieces.fit_transform([title for title, _ in learn])
    names, known = np.unique([code for _, code in learn], return_inverse=True)
    order = np.argsort(known, kind="stable")
    near = (pieces.transform(titles) @ rows[order].T).toarray()
    return np.maximum.reduceat(near, np.searchsorted(known[order], np.arange(len(names))), axis=1), list(names)


def measure(size: int, learn: list[tuple[str, str]], ask: list[tuple[str, str]]) -> dict:
    """One point of the curve."""
    part, titles, right = learn[:size], [title for title, _ in ask], [code for _, code in ask]
    base, row = classifier("auto"), {"labelled": len(part)}
    started = time.perf_counter()
    headings = HeadingClassifier(base.labels, base.encoder).fit(*map(list, zip(*part, strict=True)), stored=STORED) if part else base
    row["fit_seconds"] = round(time.perf_counter() - started, 2)
    started = time.perf_counter()
    shares = headings.probabilities(titles)
    row["titles_a_second"] = round(len(titles) / (time.perf_counter() - started))
    row["heading"] = recalls(shares, headings.codes_, [code[:4] for code in right])
    sure = shares.max(axis=1)
    row["calibration_error"] = calibration_error(sure, [headings.codes_[at] == code[:4] for at, code in
                                                        zip(shares.argmax(axis=1), right, strict=True)])
    if part:
        learned = LearnedLabels().fit(*map(list, zip(*part, strict=True)))
        row["six_digits"] = recalls(learned.judge(titles)[0], list(learned.classes_), right)
        row["six_digits_nearest"] = recalls(*nearest(part, titles), right)
        row["ratio_first"] = round(row["six_digits"][0] / max(row["six_digits_nearest"][0], 1e-9), 3)
    return row


def calibration_error(sure: np.ndarray, right: list[bool]) -> float:
    """Mean distance of the stated probability and the share that was right, over ten bins of equal mass."""
    bins = np.array_split(np.argsort(sure), 10)
    truth = np.array(right, float)
    return float(sum(abs(sure[some].mean() - truth[some].mean()) * len(some) for some in bins) / len(sure))


STORED = Path(__file__).with_name(".headings.npz")


def main() -> None:
    """Print the curve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    learn, ask = read_titles(options.data / "import_titles_zh_hs10.txt")
    classifier("auto").save(STORED)
    print(f"{len(learn)} titles to learn from, {len(ask)} asked")
    try:
        rows = [measure(size, learn, ask) for size in SIZES]
    finally:
        STORED.unlink(missing_ok=True)
    for row in rows:
        print(json.dumps(row))
    if options.out:
        options.out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
