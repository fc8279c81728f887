"""What `import softmax_core` gives, and what it does not cost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import softmax_core

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["data", "runs", "training"])
def test_a_package_is_an_attribute_and_is_imported_when_it_is_asked_for(name: str) -> None:
    script = f"""
import sys
import softmax_core
assert "sqlite3" not in sys.modules
assert "softmax_core.{name}" not in sys.modules
assert softmax_core.{name} is sys.modules["softmax_core.{name}"]
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_all_that_it_promises_is_there_and_nothing_else_is_made_up() -> None:
    assert all(hasattr(softmax_core, name) for name in softmax_core.__all__)
    with pytest.raises(AttributeError, match=r"softmax_core.*solve"):
        _ = softmax_core.solve  # type: ignore[attr-defined]
