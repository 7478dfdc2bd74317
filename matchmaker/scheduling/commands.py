"""``flask schedule``: solve a task that is a file, as the pages solve an expo's."""

import json
import time
from pathlib import Path
from typing import Any

import click

from ..engine import scheduling as engine

WHY = {
    "optimal": "no plan can be better",
    "target": "the gap that was asked for is reached",
    "converged": "a whole cycle gained nothing",
    "iterations": "all iterations are made",
    "deadline": "the time was up",
    "stopped": "it was stopped",
    "killed": "its process died; this is the last plan it had",
}
file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("schedule")
def cli() -> None:
    """Place meetings."""


@cli.command("solve")
@click.argument("instance", type=file)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to write the solution.")
@click.option("--seconds", default=60.0, show_default=True, help="Time for solving; reading files and imports come on top.")
@click.option("--tiers", type=click.Choice(["off", "must", "wanted"]), default="must", show_default=True,
              help="Priorities that go before any utility: none, must-meets, or must-meets and then what is wanted.")
@click.option("--everything", is_flag=True, help="Place as many meetings as possible, whatever they are worth.")
@click.option("--previous", type=file, help="The plan people know: changes to it have their price.")
@click.option("--seed", default=0, show_default=True)
@click.option("--iterations", type=int, help="End after so many steps; the same number makes the same plan.")
@click.option("--target", default=0.0, help="End when at most this share of the bound is missing.")
def solve(instance: Path, out: Path, tiers: str, previous: Path | None, **options: Any) -> None:
    """Solve INSTANCE, a JSON file, and write the plan; an interrupt keeps the best one."""
    try:
        task = engine.read_instance(json.loads(instance.read_text()))
        known = engine.read_plan(json.loads(previous.read_text())) if previous else None
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    wanted = engine.Task(tiers=("off", "must", "wanted").index(tiers), previous=known, **options)
    pressed = _Interrupt()
    try:
        result = engine.run(task, wanted, on_progress=_line, should_stop=pressed)
    except engine.ImpossibleLocksError as clash:
        raise click.ClickException("\n".join(v.label % v.context for v in clash.violations)) from None
    except (ValueError, engine.SolverError) as error:
        raise click.ClickException(str(error)) from None
    out.write_text(json.dumps(engine.write_plan(result.plan), separators=(",", ":")))
    _tell(result)


class _Interrupt:
    """Answers whether Ctrl-C was pressed."""

    def __init__(self) -> None:
        import signal

        self.pressed = False
        signal.signal(signal.SIGINT, self._press)

    def _press(self, *_: Any) -> None:
        self.pressed = True

    def __call__(self) -> bool:
        return self.pressed


def _line(stage: str, fraction: float, found: engine.Quality) -> None:
    text = f"{stage} {fraction:.0%}: {found.placed} placed, utility {found.utility:g}, idle {found.idle}, breaks {found.breaks}"
    click.echo(f"\r\033[K{text}", nl=False, err=True)


def _tell(result: engine.Result) -> None:
    found = result.quality
    click.echo("\r\033[K", nl=False, err=True)
    click.echo(f"placed     {found.placed} of {found.requests}; must-meets {found.must_meets_placed} of {found.must_meets}")
    click.echo(f"utility    {found.utility:g}, bound {result.bound.utility:.2f}, gap {result.gap:.3%}")
    click.echo(f"score      {found.score:g}, bound {result.bound.score:.2f}")
    click.echo(f"idle       {found.idle}, breaks {found.breaks}, shortfall {found.shortfall}")
    click.echo(f"ended      after {result.seconds:.1f} s and {result.steps} steps ({time.process_time():.1f} s of this process): "
               f"{WHY[result.stopped_because]}")
