"""Who runs what when several workers do (``-n``): one file one worker, all browser tests one worker, what takes long first."""

import pytest
from xdist.scheduler import LoadScopeScheduling

BROWSER = "tests/e2e"  # one site, one Chromium; beside each other they would only wait for the machine
LONG = (BROWSER, "tests/demo", "tests/test_crash.py", "tests/test_confidential.py", "tests/scheduling", "tests/matching",
        "tests/test_access.py")


class OneWorkerAFile(LoadScopeScheduling):
    """What the tests of a file share is made once."""

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if nodeid.startswith(BROWSER) else nodeid.partition("::")[0]


def turn(item: pytest.Item) -> int:
    """Return the place of a test: what takes long begins early, so that at the end no worker waits for the others."""
    return next((place for place, path in enumerate(LONG) if item.nodeid.startswith(path)), len(LONG))
