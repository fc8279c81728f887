"""What docs/contributing.md names is there; what its examples would add is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
EXAMPLES = ("temperature", "presses")
NAMED = set(re.findall(r"(?:softmax_ui|softmax_core|tests|pages)/[\w/.]*\w", TEXT))


THERE = {path for path in NAMED if not any(example in path for example in EXAMPLES)}


@pytest.mark.parametrize("path", sorted(THERE))
def test_every_file_that_it_names_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_would_not_meet_a_file_of_that_name(example: str) -> None:
    assert any(example in path for path in NAMED)
    assert not list((ROOT / "softmax_ui").rglob(f"*{example}*"))


def test_every_make_target_that_it_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make ([a-z]+)", TEXT)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
