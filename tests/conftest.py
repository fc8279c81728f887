"""The order of the tests: those in a browser come last, so that a mistake shows early."""

from __future__ import annotations

from pathlib import Path

import pytest

BROWSER = Path(__file__).parent / "browser"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move the browser's tests behind all others, and keep the order otherwise."""
    items.sort(key=lambda item: BROWSER in item.path.parents)
