"""The parts of a section in part two: the code that runs, its name in d2l, data through it.

The code is read from the modules that run, not copied.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
from torch import Tensor

import softmax_core
from softmax_ui.screens.lesson.parts import say
from softmax_ui.text import _

_ROOT = Path(softmax_core.__file__).parents[1]


def begin(section: str, *pieces: Callable[..., Any]) -> None:
    """Draw a section's introduction, the source of its functions and their names in d2l."""
    say(section, "intro")
    documented = st.toggle(_("with its documentation"), key=f"documentation_{section}")
    for piece in pieces:
        st.caption(f"`{where(piece)}`")
        st.code(code_of(piece, documentation=documented), language="python")
    say(section, "names")


def show_data(rows: dict[str, object]) -> None:
    """Draw inputs and outputs, tensors or numbers, with their shapes; a name with `→` comes out."""
    heading, shape, value = _("In and out"), _("shape"), _("value")
    st.markdown(f"##### {heading}")
    lines = [f"| | {shape} | {value} |", "|:--|:--|:--|"]
    lines += [
        f"| `{name}` | `{shape_of(found)}` | `{value_of(found)}` |" for name, found in rows.items()
    ]
    st.markdown("\n".join(lines))


def shape_of(value: object) -> str:
    """Return a tensor's shape and type, or the type of anything else.

    >>> import torch
    >>> shape_of(torch.zeros(2, 3)), shape_of(0.5)
    ('(2, 3) float32', 'float')
    """
    if isinstance(value, Tensor):
        return f"{tuple(value.shape)} {str(value.dtype).removeprefix('torch.')}"
    return type(value).__name__


def value_of(value: object, digits: int = 4) -> str:
    """Format a small tensor's numbers, or the first numbers of a large one.

    >>> import torch
    >>> value_of(torch.tensor([[0.1, 0.3], [2.0, 1.0]])), value_of(torch.zeros(784))
    ('[[0.1, 0.3], [2, 1]]', '[0, 0, 0, …]')
    """
    if isinstance(value, Tensor):
        return _nested(value.tolist(), digits)
    if isinstance(value, float):
        return f"{value + 0.0:.{digits}g}"
    return str(value)


def _nested(value: Any, digits: int) -> str:
    """Return nested lists of numbers, each cut after a few entries."""
    if not isinstance(value, list):
        return f"{value + 0.0:.{digits}g}" if isinstance(value, float) else str(value)
    shown = value if len(value) <= 4 else value[:3]
    parts = [_nested(entry, digits) for entry in shown] + (["…"] if len(value) > 4 else [])
    return "[" + ", ".join(parts) + "]"


def try_it(section: str, experiment: Callable[[], None]) -> None:
    """Draw a section's "Try it": its heading, its introduction and a live experiment."""
    heading = _("Try it")
    st.markdown(f"##### {heading}")
    say(section, "try")
    experiment()


@lru_cache(maxsize=64)
def code_of(piece: Callable[..., Any], *, documentation: bool = False) -> str:
    """Return the source of a function or class as it is imported."""
    code = textwrap.dedent(inspect.getsource(piece))
    return code.rstrip() if documentation else without_docstrings(code)


def where(piece: Callable[..., Any]) -> str:
    """Return file and line of a piece, relative to the project.

    >>> where(softmax_core.naive_softmax).rpartition(":")[0]
    'softmax_core/activations.py'
    """
    file = Path(inspect.getsourcefile(piece) or "").resolve()
    line = inspect.getsourcelines(piece)[1]
    return f"{file.relative_to(_ROOT).as_posix()}:{line}"


def without_docstrings(code: str) -> str:
    r"""Return code without the docstrings of what it defines.

    >>> print(without_docstrings('def one() -> int:\n    "Return 1."\n    return 1  # one'))
    def one() -> int:
        return 1  # one
    """
    lines: list[str | None] = list(code.splitlines())
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or ast.get_docstring(node) is None:
            continue
        text = node.body[0]
        last = text.end_lineno or text.lineno
        # The blank line after a docstring goes with it.
        if len(node.body) > 1 and last < len(lines) and not (lines[last] or "").strip():
            last += 1
        lines[text.lineno - 1 : last] = [None] * (last - text.lineno + 1)
    return "\n".join(line for line in lines if line is not None).rstrip()
