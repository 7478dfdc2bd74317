"""What the floor does when other rooms change something."""

from . import models  # noqa: F401  the tables are known from the start
