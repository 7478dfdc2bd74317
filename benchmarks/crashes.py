"""kill -9 of the web server under write load: acknowledged writes that were lost or stored twice, and the time to the next answer.

    python -m benchmarks.crashes --kills 20 --writes 200 [--url postgresql+psycopg://user@host/database]
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

from tests.crashes import WRITERS, Load
from tests.processes import free_port, site


def main() -> None:
    """Read the arguments, kill, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--writes", type=int, default=200, help="acknowledged writes before each kill, at least")
    parser.add_argument("--url", default=os.environ.get("MATCHMAKER_TEST_DATABASE_URL"))
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, site(Path(folder), url=options.url) as made:
        load = Load(made, free_port())
        load.kill_under_load(options.kills, options.writes)
        restarts = sorted(load.restarts)
        print(f"{'PostgreSQL' if options.url else 'SQLite'}, {WRITERS} writers: {options.kills} kills, "
              f"{len(load.acknowledged)} acknowledged writes, "
              f"{len(load.lost())} lost, {load.twice()} twice, {len(load.refused)} refused; next answer after "
              f"{restarts[len(restarts) // 2]:.1f} s (median), {restarts[-1]:.1f} s (longest); {time.monotonic() - began:.0f} s in all")


if __name__ == "__main__":
    main()
