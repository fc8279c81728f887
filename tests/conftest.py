"""What holds for all tests: their order, and examples that do not depend on the hour.

Tests in a browser come last, so that a mistake shows early. Hypothesis draws the same examples each
time and sets no deadline: a test must not fail because the machine is busy with something else.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")

BROWSER = Path(__file__).parent / "browser"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move the browser's tests behind all others, and keep the order otherwise."""
    items.sort(key=lambda item: BROWSER in item.path.parents)
