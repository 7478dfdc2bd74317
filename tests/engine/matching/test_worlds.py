"""The worlds of benchmarks/market.py keep their side of the interface, and are the same for the same seed."""

import numpy as np
import pytest

from benchmarks.worlds import sheets, tastes, thresholds, trees
from benchmarks.worlds.use import Use
from matchmaker.engine.matching.columns import side_by_side
from matchmaker.engine.matching.signals import NAMES, values


@pytest.mark.parametrize("module", [thresholds, trees, tastes], ids=lambda module: module.__name__.rpartition(".")[2])
def test_a_world_gives_sheets_and_chances_and_repeats_itself(module, monkeypatch) -> None:
    monkeypatch.setattr(module, "expo", lambda seed: sheets.expo(seed, demands=40, supplies=30))
    (supplies, demands), oracle = module.world(3)
    again, twin = module.world(3)
    assert again == (supplies, demands) and module.world(4)[0] != again
    for matrix, same in ((oracle.accept("buyer"), twin.accept("buyer")), (oracle.accept("exhibitor"), twin.accept("exhibitor")),
                         (oracle.deal(), twin.deal())):
        assert matrix.shape == (40, 30) and (matrix >= 0).all() and (matrix <= 1).all() and (matrix == same).all()
        assert len(np.unique(matrix)) > 5
    assert {demand.id for demand in demands} == set(range(1, 41)) and not {d.company_id for d in demands} & {s.company_id for s in supplies}


def test_sheets_say_a_part_of_the_truth() -> None:
    (supplies, demands), _ = sheets.expo(1, demands=200, supplies=200)
    for share in ([s.hs is None for s in supplies], [s.moq is None for s in supplies], [d.hs is None for d in demands],
                  [d.budget is None for d in demands], [d.window_to is None for d in demands]):
        assert 0.05 < np.mean(share) < 0.6
    assert not np.isnan(values(side_by_side(demands, supplies, sheets.TODAY))).all(axis=0)[NAMES.index("price")]


def test_use_stops_at_the_outcomes_asked_for_and_logs_what_the_model_can_read() -> None:
    class Willing:
        def accept(self, side: str) -> np.ndarray:
            return np.full((6, 5), 0.7)

        def deal(self) -> np.ndarray:
            return np.full((6, 5), 0.5)

    i, j = (index.ravel() for index in np.indices((6, 5)))
    use = Use(i, j, np.full((30, len(NAMES)), 0.5), Willing(), np.random.default_rng(0))
    use.run(lambda one: lambda rows: np.full((len(rows), 2), 0.5), 8)
    assert use.outcomes == 8
    assert sum(answer.task == "acceptance" for answer in use.answers) == 8
    assert {answer.task for answer in use.answers} == {"interest", "acceptance", "intention"}
    assert all(answer.position is None or 1 <= answer.position <= 10 for answer in use.answers)
