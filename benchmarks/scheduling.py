"""The scheduler on files: one line for every bar, with what the product's own command reached.

    python -m benchmarks.scheduling --data DIR [--only ciie,re] [--seeds 3]

DIR holds instances (`small.json`, `ciie.json`, `re_ciie.json` with `published_ciie.json`), `bounds_*.json`, the checker
`check.py`, and `gen.py`, which makes the large instance and other seeds. Every plan is made by `flask schedule solve` and judged by
the checker, which knows nothing of this project. Wall seconds are those of solving; CPU seconds and memory are of the command and its
child together. Printed: a table in Markdown.
"""

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

Report = dict[str, Any]


class Bar(NamedTuple):
    """One run and what its report must say."""

    size: str
    seconds: float
    tiers: str
    words: str
    holds: Callable[[Report], bool]


def share(least: float) -> Callable[[Report], bool]:
    """Return a test that the plan has at least this percentage of the bound's utility."""
    return lambda r: r["utility_pct_of_bound"] >= least


BARS = [
    Bar("small", 10, "off", "utility 99.5 %, score 8,180", lambda r: share(99.5)(r) and r["score"] >= 8180),
    Bar("ciie", 2, "off", "utility 97 %", share(97)),
    Bar("ciie", 30, "off", "utility 99.0 %", share(99)),
    Bar("ciie", 60, "off", "utility 99.3 %, idle 1,800, breaks 1,000, shortfall 1",
        lambda r: share(99.3)(r) and r["idle_slots"] <= 1800 and r["breaks"] <= 1000 and r["shortfall"] <= 1),
    Bar("ciie", 60, "must", "591 of 604 must-meets, utility 98.5 %", lambda r: r["musts"] >= 591 and share(98.5)(r)),
    Bar("re_ciie", 1, "must", "99 % unchanged, 200 told, score 275,000",
        lambda r: r["kept_pct"] >= 99 and r["perturbation"]["participants_notified"] <= 200 and r["score"] >= 275000),
    Bar("large", 15, "off", "utility 97.5 %", share(97.5)),
    Bar("large", 60, "off", "utility 98.5 %", share(98.5)),
    Bar("large", 300, "off", "utility 99.0 %, shortfall 0, 1 GB", lambda r: share(99)(r) and r["shortfall"] == 0 and r["memory"] <= 1000),
]


def main() -> None:
    """Run the bars and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", help="Sizes, separated by commas.")
    parser.add_argument("--seeds", type=int, default=0, help="So many other seeds of small and ciie besides, 5 and 20 seconds each.")
    args = parser.parse_args()
    only = args.only.split(",") if args.only else None
    print("| instance | s | tiers | bar | utility | score | idle / breaks | short | CPU s | MB | |")
    print("|---" * 11 + "|")
    with tempfile.TemporaryDirectory() as folder:
        for bar in BARS:
            if only is None or bar.size in only:
                print(line(bar, measure(args.data, Path(folder), bar)), flush=True)
        for seed in range(1, args.seeds + 1):
            for size, seconds in (("small", 5), ("ciie", 20)):
                bar = Bar(f"{size}-{seed}", seconds, "off", "no violation", lambda r: True)
                print(line(bar, measure(args.data, Path(folder), bar)), flush=True)


def measure(data: Path, folder: Path, bar: Bar) -> Report:
    """Make a plan for a bar, and return what the checker says of it, with time and memory."""
    instance, out = instance_of(data, folder, bar.size), folder / "out.json"
    published = data / f"published_{bar.size[3:]}.json" if bar.size.startswith("re_") else None
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "schedule", "solve", str(instance), "--out", str(out)]
    command += ["--seconds", str(bar.seconds), "--tiers", bar.tiers] + (["--previous", str(published)] if published else [])
    started = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, memory(process.pid))
        time.sleep(0.2)
    said = process.stdout.read() if process.stdout else ""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = check(data, instance, out, bar, published)
    known = re.search(r"after ([\d.]+) s", said)
    bound = re.search(r"bound ([\d.]+), gap", said)
    report.setdefault("utility_pct_of_bound", round(100 * report["utility"] / float(bound[1]), 3) if bound else 0.0)
    return report | {"cpu": ended.ru_utime + ended.ru_stime - started.ru_utime - started.ru_stime, "memory": peak,
                     "seconds": float(known[1]) if known else 0.0}


def instance_of(data: Path, folder: Path, size: str) -> Path:
    """Return the file of an instance; one that is not there is generated."""
    path = data / f"{size}.json"
    if path.exists():
        return path
    path = folder / f"{size}.json"
    if not path.exists():
        name, _, seed = size.partition("-")
        command = [sys.executable, str(data / "gen.py"), name, "-o", str(path), *(["--seed", seed] if seed else [])]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - the generator that the user named
    return path


def check(data: Path, instance: Path, out: Path, bar: Bar, published: Path | None) -> Report:
    """Return the checker's report, and what the bars ask for besides."""
    command = [sys.executable, str(data / "check.py"), str(instance), str(out), "--json"]
    bounds = data / f"bounds_{bar.size}.json"
    command += ["--bounds", str(bounds)] if bounds.exists() else []
    command += ["--previous", str(published)] if published else []
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603 - the checker that the user named
    report: Report = json.loads(said)
    task = json.loads(instance.read_text())
    placed = {m["request"] for m in json.loads(out.read_text())["meetings"]}
    report["musts"] = sum(r["priority"] == 1 and r["id"] in placed for r in task["requests"])
    if published:
        report["kept_pct"] = 100 * report["perturbation"]["kept"] / possible(task, json.loads(published.read_text()))
    return report


def possible(task: Report, plan: Report) -> int:
    """Return how many published meetings still exist with both sides available where they were."""
    requests = {r["id"]: r for r in task["requests"]}
    free = {p["id"]: set(p["available"]) for p in task["participants"]}
    return sum(m["request"] in requests and all(m["slot"] in free[requests[m["request"]][side]] for side in "ab") for m in plan["meetings"])


def memory(pid: int) -> float:
    """Return the resident megabytes of a process and its descendants now."""
    total = 0.0
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        total += int((re.search(r"VmRSS:\s+(\d+)", status) or [0, 0])[1]) / 1000
        children = Path(f"/proc/{pid}/task").glob("*/children")
        for child in {int(c) for file in children for c in file.read_text().split()}:
            total += memory(child)
    except (OSError, TypeError):
        pass
    return total


def line(bar: Bar, r: Report) -> str:
    """Return one line of the table."""
    told = ""
    if "kept_pct" in r:
        changes = r["perturbation"]
        told = f"; {r['kept_pct']:.1f} % unchanged, {changes['moved_slot']} moved, {changes['participants_notified']} told"
    musts = f"; {r['musts']} musts" if bar.tiers == "must" else ""
    good = r["feasible"] and bar.holds(r)
    verdict = "holds" if good else f"{r['violations']} VIOLATIONS" if not r["feasible"] else "falls short"
    reached = f"{r['utility_pct_of_bound']:.2f} %{musts}{told}"
    return (f"| {bar.size} | {r['seconds']:.1f} | {bar.tiers} | {bar.words} | {reached} | {r['score']} "
            f"| {r['idle_slots']} / {r['breaks']} | {r['shortfall']} | {r['cpu']:.0f} | {r['memory']:.0f} | {verdict} |")


if __name__ == "__main__":
    main()
