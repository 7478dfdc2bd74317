"""Matchmaker: foreign exhibitors and Chinese buyers at China's import expos.

Importing the package loads nothing of it: the solver's process, which needs the engine alone, begins at once.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

__version__ = "0.1.0"


def create_app(instance: "str | Path | None" = None, **overrides: Any) -> "Flask":
    """Make the application: see ``matchmaker.application``."""
    from . import application

    return application.create_app(instance, **overrides)
