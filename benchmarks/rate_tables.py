"""Loading a great table of rates: reading, checking, comparing with the table in use, and putting it in use.

    python -m benchmarks.rate_tables [--lines 100000] [--bad 200] [--out results.json]

Makes a table of ``--lines`` rows (customs codes of 8 digits under the real headings, MFN rates, one in ten compound, some rows bad) as CSV
in GB 18030 and as xlsx, loads each by the job that the site runs (SQLite, a process and a folder of its own) over an earlier edition with
other rates, and prints seconds, processor seconds, bad rows named, and by how much the memory of the loading process grew (Linux).
"""

import argparse
import io
import json
import random
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from matchmaker import create_app
from matchmaker.extensions import alembic
from matchmaker.infra import db, jobs
from matchmaker.permissions import SYSTEM
from matchmaker.reference import actions, queries
from matchmaker.reference.models import Edition
from matchmaker.trade import hs

HEADER = ("税则号列", "货品名称", "最惠国税率(%)", "生效日期", "备注")
HEADER_ONLY = ",".join(HEADER) + "\n"


def rows(count: int, bad: int, seed: int) -> list[tuple[Any, ...]]:
    """Return ``count`` rows of which ``bad`` cannot be lines."""
    dice = random.Random(seed)  # noqa: S311 (figures of a benchmark)
    headings = sorted(hs.headings())
    found: list[tuple[Any, ...]] = []
    for number in range(count):
        code = f"{headings[number % len(headings)]}{number // len(headings):04d}"
        rate = f"{dice.randint(0, 40)}" if number % 10 else f"{dice.randint(1, 20)}% + {dice.randint(1, 9)}元/千克"
        found.append((code, f"第{number}号货品", rate, "2026-01-01", ""))
    for place in dice.sample(range(count), bad):
        found[place] = (*found[place][:2], "见注释", *found[place][3:])
    return found


def as_csv(lines: list[tuple[Any, ...]]) -> bytes:
    return "\n".join(",".join(map(str, line)) for line in [HEADER, *lines]).encode("gb18030")


def as_xlsx(lines: list[tuple[Any, ...]]) -> bytes:
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate([HEADER, *lines]):
            sheet.write_row(number, 0, line)
    return target.getvalue()


def load(content: bytes, name: str) -> dict[str, Any]:
    """Load a table as the site does, compare it, put it in use; return the figures."""
    started, worked = time.perf_counter(), time.process_time()
    ident = actions.load_table(SYSTEM, kind="duty", part="MFN", content=content, file_name=name, edition=name).id
    db.commit()
    jobs.run_until_idle()
    version = db.db.session.get(Edition, ident, populate_existing=True)
    read, busy = time.perf_counter(), time.process_time() - worked
    counts = queries.counts(version)
    compared = time.perf_counter()
    actions.apply(SYSTEM, version)
    db.commit()
    used = time.perf_counter()
    return {
        "file": name, "mib": round(len(content) / 2**20, 1), "lines": version.line_count, **counts,
        "read_seconds": round(read - started, 1), "processor_seconds": round(busy, 1),
        "compare_seconds": round(compared - read, 2), "use_seconds": round(used - compared, 2)}


def peak() -> float:
    """Return the greatest memory of this process in MiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024


def load_all(folder: str, names: list[str]) -> dict[str, Any]:
    """Load the files of a folder one after the other, in this process; return the figures."""
    app = create_app(instance=Path(folder), DATABASE_URL="sqlite:///rates.sqlite3", SECRET_KEY="x" * 40, LOG_LEVEL="ERROR",
                     ENCODER="dictionary")
    with app.app_context():
        alembic.upgrade()
        load((HEADER_ONLY + "22042100,x,14,2026-01-01,\n").encode(), "warm-up.csv")  # what is imported and compiled once is not the table's
        before = peak()
        results = [load(Path(folder, name).read_bytes(), name) for name in names]
        db.db.session.close()
        db.db.engine.dispose()
    return {"results": results, "memory_mib": round(peak() - before)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--bad", type=int, default=200)
    parser.add_argument("--out", type=Path)
    wanted = parser.parse_args()
    files = {"first.csv": as_csv(rows(wanted.lines, wanted.bad, 1)), "second.csv": as_csv(rows(wanted.lines, wanted.bad, 2)),
             "third.xlsx": as_xlsx(rows(wanted.lines, wanted.bad, 3))}
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        found = pool.submit(load_all, folder, list(files)).result()
    for one in found["results"]:
        print("{file:11} {mib:5} MiB  {lines} lines, {bad} bad; read {read_seconds} s (processor {processor_seconds} s), "
              "compared {compare_seconds} s ({new} new, {changed} changed, {gone} gone), in use {use_seconds} s".format(**one))
    print(f"memory grew by {found['memory_mib']} MiB at most")
    if wanted.out:
        wanted.out.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
