"""Records are light and frozen."""

import dataclasses
import subprocess
import sys

import pytest

from matchmaker.engine.matching.records import Supply

PROGRAM = """
import sys, types, pathlib
package = types.ModuleType("matchmaker")
package.__path__ = [str(pathlib.Path("matchmaker").resolve())]
sys.modules["matchmaker"] = package
import matchmaker.engine.matching.records
print([name for name in ("sklearn", "numpy", "flask", "sqlalchemy") if name in sys.modules])
"""


def test_importing_the_records_imports_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_record_does_not_change() -> None:
    supply = Supply(1, 1, 1, "Tea")
    with pytest.raises(dataclasses.FrozenInstanceError):
        supply.title = "Coffee"
