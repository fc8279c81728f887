"""What the README says is true: its answers, its tree, its dependencies, its commands."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

from softmax_ui.command import CORE_COMMANDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def tree() -> list[str]:
    block = re.search(r"## The house\n+```\n(.*?)```", README, re.DOTALL)
    assert block is not None
    parents: list[str] = []
    paths = []
    for line in block[1].splitlines():
        name = line.split()[0]
        depth = (len(line) - len(line.lstrip())) // 2
        parents[depth:] = [name]
        paths.append("".join(parents))
    return paths


def test_the_answers_in_the_readme_are_what_python_prints():
    found = doctest.testfile(
        str(ROOT / "README.md"), module_relative=False, optionflags=doctest.FAIL_FAST
    )
    assert found.attempted > 10
    assert found.failed == 0


def test_the_code_in_the_readme_satisfies_a_strict_type_checker(tmp_path: Path) -> None:
    (tmp_path / "example.py").write_text(doctest.script_from_examples(README), encoding="utf-8")
    done = subprocess.run(  # in the project, for its settings and for what mypy keeps there
        [sys.executable, "-m", "mypy", "--strict", str(tmp_path / "example.py")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", tree())
def test_every_path_of_the_tree_exists(path):
    assert (ROOT / path).exists()


def test_every_folder_that_git_has_at_the_top_is_in_the_tree():
    kept = {"__pycache__", ".git", ".github", ".venv", ".data", "node_modules"}
    folders = {
        entry.name
        for entry in ROOT.iterdir()
        if entry.is_dir() and entry.name not in kept and not entry.name.endswith("_cache")
    }
    named = {path.rstrip("/") for path in tree() if path.count("/") == 1}
    assert folders - {".hypothesis", "htmlcov"} <= named


def test_every_dependency_earns_a_line_and_no_line_is_left_over():
    files = ("requirements.txt", "requirements-cluster.txt")
    lines = [line for name in files for line in (ROOT / name).read_text("utf-8").splitlines()]
    required = {re.split(r"\[|==", line)[0] for line in lines if line and not line.startswith("#")}
    assert all("==" in line for line in lines if line and not line.startswith("#"))
    block = README.split("| package |")[1].split("\n\n")[0]
    described = {line.split("|")[1].strip() for line in block.splitlines()[2:]}
    assert described == required


def test_every_make_target_that_the_readme_names_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make ([a-z]+)", README)) - {"help"}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_command_that_the_readme_names_exists() -> None:
    assert set(re.findall(r"^softmax-explorer ([a-z-]+)", README, re.MULTILINE)) == set(
        CORE_COMMANDS
    )


def test_every_picture_and_file_that_the_readme_links_to_exists():
    linked = re.findall(r"\]\(([^)#]+)\)", README)
    assert linked
    for target in linked:
        assert target.startswith("https://") or (ROOT / target).is_file(), target
