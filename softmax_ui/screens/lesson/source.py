"""Code read from the modules that run, not copied."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import softmax_core

_ROOT = Path(softmax_core.__file__).parents[1]


@lru_cache(maxsize=64)
def code_of(piece: Callable[..., Any], *, documentation: bool = False) -> str:
    """Return the source of a function or class as it is imported.

    Args:
        piece: a function, method or class.
        documentation: whether to keep the docstrings.
    """
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
