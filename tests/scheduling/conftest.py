"""A fair, and its desk as its organizer opens it."""

import pytest

from .. import factories
from .test_plans import Fair


@pytest.fixture
def fair(context):
    return Fair()


@pytest.fixture
def desk(fair, browse):
    """Return a function that opens an address of the desk as the fair's organizer."""
    browser = browse(factories.organizer(fair.expo))

    def ask(path="", **post):
        url = f"/e/{fair.expo.slug}/schedule{path}"
        return browser.post(url, **post) if post else browser.get(url)

    return ask
