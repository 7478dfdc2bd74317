"""Double booking: volleys of forty clients on four server processes, with the constraint and without it.

    python -m benchmarks.races --volleys 50 [--url postgresql+psycopg://user@host/database]

Half of the volleys put forty meetings at one table and time, half put forty meetings of one person at forty tables. The
database is a SQLite file in a temporary folder, or a schema of its own at ``--url``; both are deleted at the end.
"""

import argparse
import os
import tempfile
from pathlib import Path

from tests.processes import site
from tests.scheduling.race import BROWSERS, SERVERS, Arena, Figures


def run(arena: Arena, volleys: int) -> Figures:
    """Fire the volleys and return what came of them."""
    figures = Figures()
    for number in range(volleys):
        fire = arena.same_person if number % 2 else arena.same_table
        arena.count(fire(number // 2), figures)
    return figures


def show(name: str, figures: Figures) -> None:
    """Print one line of figures."""
    print(f"{name}: {figures.volleys} volleys, {figures.won} won, {figures.double} double, {figures.broken_promises} promises not kept, "
          f"{figures.errors} answers of 5xx, {figures.silent} refusals without words, "
          f"p50 {figures.percentile(50):.2f} s, p99 {figures.percentile(99):.2f} s")


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--volleys", type=int, default=200)
    parser.add_argument("--url", default=os.environ.get("MATCHMAKER_TEST_DATABASE_URL"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, site(Path(folder), url=options.url) as made:
        arena = Arena(made)
        print(f"{SERVERS} servers, {BROWSERS} clients at once, {'PostgreSQL' if options.url else 'SQLite'}")
        show("with the constraint", run(arena, options.volleys))
        with arena.without_the_constraint():
            show("without it", run(arena, max(4, options.volleys // 10)))


if __name__ == "__main__":
    main()
