"""The map of the note: each name in it exists, and the document is what the map says."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

from softmax_ui.addresses.lesson import SECTIONS
from softmax_ui.screens.lesson import note_map

ROOT = Path(__file__).parents[4]


def found(dotted: str) -> object:
    parts = dotted.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            place: object = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for name in parts[cut:]:
            place = getattr(place, name)
        return place
    raise AssertionError(f"no module in {dotted}")


@pytest.mark.parametrize("entry", note_map.ENTRIES, ids=lambda entry: entry.latex[:30])
def test_each_name_exists(entry: note_map.Entry) -> None:
    assert (ROOT / entry.page.script).is_file()
    assert entry.step in SECTIONS
    assert callable(found(entry.function))
    file, _, name = entry.test.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    tests = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test")
    }
    assert tests
    assert name in tests


def test_the_document_is_written_from_the_map() -> None:
    assert note_map.DOCUMENT.read_text(encoding="utf-8") == note_map.document()


def test_every_line_of_the_table_has_its_six_cells() -> None:
    lines = [line for line in note_map.document().splitlines() if line.startswith("|")]
    assert len(lines) == len(note_map.ENTRIES) + 2
    assert {line.count("|") for line in lines} == {7}
