"""The Chinese README tells the same as the English one: its commands, its Python, its tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ENGLISH, CHINESE = (
    (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md")
)


def blocks(readme: str, language: str) -> list[str]:
    """The fenced blocks of a language, without what their comments say."""
    found = re.findall(rf"```{language}\n(.*?)```", readme, re.DOTALL)
    return [re.sub(r" +# .*", "", block) for block in found]


@pytest.mark.parametrize("language", ["python", "mermaid"])
def test_the_code_is_the_same(language: str) -> None:
    assert blocks(CHINESE, language) == blocks(ENGLISH, language)


def test_there_is_code_to_compare() -> None:
    assert len(blocks(CHINESE, "python")) >= 3


@pytest.mark.parametrize(
    "what",
    [
        r"^make ([a-z]+) ",  # the commands
        r"^(\.venv/bin/python .*|python3 .*)$",  # the commands without make
        r"^(pip install .*?|softmax-explorer.*?) +#",  # installing, and the command
        r"^\| (?!package|page)([a-z]+) \|",  # the dependencies
        r"^ *([\w.]+/|app\.py)  ",  # the tree
        r"\bSOFTMAX_[A-Z]+\b",  # the settings
    ],
)
def test_both_name_the_same(what: str) -> None:
    said = [sorted(set(re.findall(what, text, re.MULTILINE))) for text in (ENGLISH, CHINESE)]
    assert said[0]
    assert said[0] == said[1]


def test_what_it_links_to_exists() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", CHINESE):
        assert target.startswith("https://") or (ROOT / target).is_file(), target
