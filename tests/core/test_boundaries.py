"""The house's walls: what a package imports, seen from a fresh process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

IMPORT_ALL = """
import importlib, json, sys
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def modules_under(folder: str) -> list[str]:
    files = sorted((ROOT / folder).rglob("*.py"))
    dotted = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files]
    return [name.removesuffix(".__init__") for name in dotted]


def imported_with(modules: list[str]) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, json.dumps(modules)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    ("folder", "banned"),
    [
        ("softmax_core", {"streamlit", "plotly", "softmax_ui"}),
        ("softmax_ui/figures", {"streamlit"}),
    ],
)
def test_no_module_reaches_over_its_wall(folder, banned):
    modules = modules_under(folder)
    assert modules, f"no module found under {folder}"
    assert imported_with(modules) & banned == set()


def test_the_check_sees_a_banned_import():
    assert "streamlit" in imported_with(["streamlit"])
