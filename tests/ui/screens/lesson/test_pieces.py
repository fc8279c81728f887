"""The code that the lesson shows is the code that runs."""

from __future__ import annotations

import ast
import inspect
import textwrap

import pytest

import softmax_core
from softmax_core.training import Training
from softmax_core.training.parameters import Parameters
from softmax_ui.screens.lesson.pieces import code_of, where, without_docstrings

PIECES = [
    softmax_core.softmax,
    softmax_core.Accumulator,
    Parameters.descend,
    Training._make_step,
]


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.__qualname__)
def test_only_the_docstrings_are_left_out(piece: object) -> None:
    shown = code_of(piece)
    whole = textwrap.dedent(inspect.getsource(piece))  # type: ignore[arg-type]
    kept = iter(whole.splitlines())
    assert all(line in kept for line in shown.splitlines())  # the same lines in the same order
    assert '"""' not in shown
    assert code_of(piece, documentation=True) == whole.rstrip()
    assert [type(node) for node in ast.walk(ast.parse(shown)) if isinstance(node, ast.Return)] == [
        type(node) for node in ast.walk(ast.parse(whole)) if isinstance(node, ast.Return)
    ]


def test_comments_stay() -> None:
    assert "# why" in without_docstrings('def f():\n    """Doc."""\n    # why\n    return 1\n')


def test_where_names_the_line_of_the_definition() -> None:
    path, _, line = where(softmax_core.naive_softmax).partition(":")
    assert path == "softmax_core/activations.py"
    source = inspect.getsource(inspect.getmodule(softmax_core.naive_softmax))  # type: ignore[arg-type]
    assert source.splitlines()[int(line) - 1].startswith("def naive_softmax")
