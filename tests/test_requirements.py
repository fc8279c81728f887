"""The library's ranges, the app's pins and the tools agree, and the version stands in one place."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RANGES = [
    Requirement(line)
    for lines in (PROJECT["dependencies"], *PROJECT["optional-dependencies"].values())
    for line in lines
]


def pins(name: str) -> dict[str, str]:
    """Package and version of each line of a requirements file."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("wanted", RANGES, ids=str)
def test_each_range_has_both_ends_and_holds_the_pinned_version(wanted: Requirement) -> None:
    assert {">=", "<"} == {bound.operator for bound in wanted.specifier}
    assert wanted.specifier.contains(pins("requirements.txt")[wanted.name])


def test_nothing_is_pinned_for_the_app_that_it_does_not_need() -> None:
    assert set(pins("requirements.txt")) == {wanted.name for wanted in RANGES}


def test_no_package_is_pinned_twice() -> None:
    assert not set(pins("requirements.txt")) & set(pins("requirements-dev.txt"))
