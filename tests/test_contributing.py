"""What docs/contributing.md names is there; the pages and files of its example are not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
EXAMPLE = "temperature"
NAMED = set(re.findall(r"(?:softmax_ui|softmax_core|tests|pages)/[\w/.]*\w", TEXT))


@pytest.mark.parametrize("path", sorted(path for path in NAMED if EXAMPLE not in path))
def test_every_file_that_it_names_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_its_example_would_not_meet_a_page_of_that_name() -> None:
    assert any(EXAMPLE in path for path in NAMED)
    assert not list((ROOT / "softmax_ui").rglob(f"*{EXAMPLE}*"))


def test_every_make_target_that_it_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make ([a-z]+)", TEXT)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
