"""The same fair as in the tests of meetings."""

from ..meetings.conftest import asked, fair  # noqa: F401 (fixtures)
