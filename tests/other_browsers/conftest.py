"""A server, and a browser of each other kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.browser.server import end_server, start_server
from tests.other_browsers.drivers import DRIVERS, Driver, missing

Browse = Callable[..., Driver]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder, which `make test` leaves out."""
    for item in items:
        if "other_browsers" in item.path.parts:
            item.add_marker(pytest.mark.other_browsers)


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server."""
    server, address = start_server(tmp_path_factory.mktemp("server"), "app.py", None)
    yield address
    end_server(server)


@pytest.fixture(params=list(DRIVERS))
def browse(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browse]:
    """Start a browser: `browse(width=1280, height=800) -> Driver`."""
    name = request.param
    assert not missing(name), (
        f"`make test-browsers` installs {missing(name)} where apt-get is there"
    )
    opened: list[Driver] = []

    def start(*, width: int = 1280, height: int = 800) -> Driver:
        opened.append(DRIVERS[name][0](tmp_path_factory.mktemp(name), width=width, height=height))
        return opened[-1]

    yield start
    for driver in opened:
        driver.end()
