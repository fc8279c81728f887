"""The library's ranges, the app's pins and the tools agree, and the version stands in one place."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
INSTALLED = {canonicalize_name(each.name) for each in metadata.distributions()}
EXTRAS = PROJECT["optional-dependencies"]
RANGES = {
    "requirements.txt": list(map(Requirement, [*PROJECT["dependencies"], *EXTRAS["app"]])),
    "requirements-cluster.txt": list(map(Requirement, EXTRAS["cluster"])),
}


def lines(name: str) -> list[Requirement]:
    """The lines of a requirements file that name a package."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return [Requirement(line) for line in text.splitlines() if line and not line.startswith("#")]


def pins(name: str) -> dict[str, str]:
    """Package and version of each line of a requirements file."""
    return {line.name: str(line.specifier).removeprefix("==") for line in lines(name)}


def locked(name: str) -> dict[str, list[tuple[Requirement, set[str]]]]:
    """Package -> each of its versions, with the hashes of its files."""
    entries = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    found: dict[str, list[tuple[Requirement, set[str]]]] = {}
    for entry in entries:
        wanted, *hashes = re.split(r"\s+--hash=", entry.strip())
        package = Requirement(wanted)
        found.setdefault(package.name, []).append((package, set(hashes)))
    return found


@pytest.mark.parametrize(
    ("file", "wanted"), [(file, each) for file in RANGES for each in RANGES[file]], ids=str
)
def test_each_range_has_both_ends_and_holds_the_pinned_version(
    file: str, wanted: Requirement
) -> None:
    assert {">=", "<"} == {bound.operator for bound in wanted.specifier}
    assert wanted.specifier.contains(pins(file)[wanted.name])


@pytest.mark.parametrize("file", RANGES)
def test_nothing_is_pinned_that_is_not_needed(file: str) -> None:
    assert set(pins(file)) == {wanted.name for wanted in RANGES[file]}


@pytest.mark.parametrize(
    "lock", ["requirements.lock", "requirements-cluster.lock", "requirements-dev.lock"]
)
def test_every_locked_package_has_one_version_a_system_and_its_hashes(lock: str) -> None:
    for versions in locked(lock).values():
        for package, hashes in versions:
            assert str(package.specifier).startswith("=="), package
            assert hashes, package
            assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), package
        assert len(versions) == 1 or all(package.marker for package, _ in versions)


def test_the_locks_hold_the_pins_and_all_that_these_need_here() -> None:
    app, tools = locked("requirements.lock"), locked("requirements-dev.lock")
    cluster = locked("requirements-cluster.lock")
    for lock, name in (
        (app, "requirements.txt"),
        (cluster, "requirements-cluster.txt"),
        (tools, "requirements-dev.txt"),
    ):
        for pin in lines(name):
            ((package, _),) = lock[canonicalize_name(pin.name)]
            assert package.specifier == pin.specifier
    assert app.items() <= cluster.items() <= tools.items()
    for name in cluster:  # of what is installed; the CPU build of torch needs less than the other
        for text in metadata.requires(name) or [] if name in INSTALLED else []:
            needed = Requirement(text)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                assert canonicalize_name(needed.name) in cluster, f"{name} needs {needed}"


def test_no_package_is_pinned_twice() -> None:
    files = [pins("requirements-dev.txt"), *map(pins, RANGES)]
    assert sum(map(len, files)) == len(set().union(*files))
