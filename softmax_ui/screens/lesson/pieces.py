"""The parts of a section in part two: short code run line by line, and the app's own, folded.

All code is read from the modules that run, not copied.
"""

from __future__ import annotations

import ast
import html
import inspect
import textwrap
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeGuard

import streamlit as st
from torch import Tensor

import softmax_core
from softmax_ui.questions.parts import say
from softmax_ui.screens.lesson.keeping import answers
from softmax_ui.screens.lesson.tracing import Line, lines_of, run_by_line
from softmax_ui.text import _

_ROOT = Path(softmax_core.__file__).parents[1]


def show_lines(section: str, *calls: tuple[Any, ...], behind: str = "") -> None:
    """Run functions and draw them line by line, beside the shapes and values of each line.

    Args:
        section: the section.
        calls: of each function itself and its arguments.
        behind: the question that the values would answer, or "": nothing is run before its answer.
    """
    kept = answers().get(behind)
    is_hidden = bool(behind) and not (kept and kept.is_closed)
    run = lines_of if is_hidden else run_by_line
    heads = (_("code"), _("shape"), _("value"))
    for call in calls:
        st.html(_STYLE + _table(run(*call), heads))
    if is_hidden:
        st.caption(_("The values are shown once the question below is answered."))
    say(section, "names")


def show_source(section: str, *pieces: Callable[..., Any]) -> None:
    """Draw, folded, the functions of the app that do what the section's code does."""
    with st.expander(_("How the app does it"), icon=":material/code:", key=f"app_{section}"):
        say(section, "app")
        documented = st.toggle(_("with its documentation"), key=f"documentation_{section}")
        for piece in pieces:
            st.caption(f"`{where(piece)}`")
            code = code_of(piece, documentation=documented)
            st.code(code, language="python", wrap_lines=True)


_STYLE = """<style>
.traced { border-collapse: collapse; table-layout: fixed; width: 100%; font-size: 0.85rem; }
.traced th { font-weight: 400; opacity: 0.75; text-align: left; }
.traced th:first-child { width: 46%; }
.traced th:nth-child(2) { width: 18%; }
.traced :is(th, td) { padding: 0.2rem 0.5rem 0.2rem 0; border: 0; vertical-align: top;
  border-bottom: 1px solid var(--st-border-color); }
.traced code { display: block; background: none; padding: 0 0 0 2ch; text-indent: -2ch;
  color: inherit; font-size: 0.8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.traced td + td code { padding-left: 0; text-indent: 0; opacity: 0.85; }
@media (max-width: 640px) {
  .traced thead { position: absolute; clip-path: inset(50%); }
  .traced :is(tbody, tr, td) { display: block; }
  .traced tr { border-bottom: 1px solid var(--st-border-color); padding-block: 0.25rem; }
  .traced td { border: 0; padding-block: 0; }
  .traced td + td { margin-left: 1.25rem; padding-left: 0.6rem;
    border-left: 2px solid var(--st-primary-color); }
  .traced td:empty { display: none; }
}
</style>"""


def _table(lines: list[Line], heads: tuple[str, ...]) -> str:
    """Return the HTML of a function line by line; all that comes in is escaped."""
    head = "".join(f'<th role="columnheader" scope="col">{html.escape(h)}</th>' for h in heads)
    rows = []
    for position, line in enumerate(lines):
        shapes, values = cells_of(line)
        if position == 0:  # what goes into the function stands in the fields above
            values = []
        cells = (line.code, "\n".join(shapes), "\n".join(values))
        tags = (f"<code>{html.escape(cell)}</code>" if cell else "" for cell in cells)
        rows.append("".join(f'<td role="cell">{tag}</td>' for tag in tags))
    body = "".join(f'<tr role="row">{row}</tr>' for row in rows)
    return (
        f'<table class="traced" role="table"><thead role="rowgroup"><tr role="row">{head}</tr>'
        f'</thead><tbody role="rowgroup">{body}</tbody></table>'
    )


_MOST_PASSES = 3


def cells_of(line: Line) -> tuple[list[str], list[str]]:
    """Return the shapes and the values of what a line computed, each time that it ran.

    >>> cells_of(Line("n = len(y)", [[("n", 2)], [("n", 1)]]))
    ([], ['n = 2', 'n = 1'])
    """
    shapes: dict[str, None] = {}
    values = []
    for number, found in enumerate(line.passes):
        is_told = number < _MOST_PASSES - 1 or number == len(line.passes) - 1
        if number == _MOST_PASSES - 1 and not is_told:
            values.append("…")
        for name, value in found:
            if shape := shape_of(value):
                shapes.setdefault(f"{name} {shape}" if len(found) > 1 else shape)
            if is_told and (shown := value_of(value)):
                shown = shown.replace("], [", "],\n [")
                values.append(shown if name == "return" else f"{name} = {shown}")
    return list(shapes), values


def shape_of(value: object) -> str:
    """Return a tensor's shape, and its type if that is not float32; "" for plain numbers.

    >>> import torch
    >>> shape_of(torch.zeros(2, 3)), shape_of(torch.tensor([1])), shape_of(0.5)
    ('(2, 3)', '(1,) int64', '')
    """
    if isinstance(value, Tensor):
        kind = str(value.dtype).removeprefix("torch.")
        return f"{tuple(value.shape)} {kind}".removesuffix(" float32")
    if is_minibatches(value):
        return f"{len(value)} × (X, y)"
    return "" if isinstance(value, int | float | tuple | list) else type(value).__name__


def is_minibatches(value: object) -> TypeGuard[list[tuple[Tensor, Tensor]]]:
    """Tell whether a value is a list of pictures and labels."""
    return isinstance(value, list) and any(
        isinstance(each, tuple) and isinstance(each[0], Tensor) for each in value
    )


def value_of(value: object, digits: int = 4) -> str:
    """Format a small tensor's numbers, or the first numbers of a large one; "" for other things.

    >>> import torch
    >>> value_of(torch.tensor([[0.1, 0.3], [2.0, 1.0]])), value_of(torch.zeros(784))
    ('[[0.1, 0.3], [2, 1]]', '[0, 0, 0, …]')
    """
    if isinstance(value, Tensor):
        if value.dim() > 2 and value.numel() > 8:  # its shape says more
            return ""
        return _nested(value[tuple(slice(5) for _length in value.shape)].tolist(), digits)
    if isinstance(value, tuple):
        return "(" + ", ".join(value_of(each, digits) for each in value) + ")"
    if isinstance(value, list):
        return _items(value, digits)
    if isinstance(value, float):
        return _nested(value, digits)
    text = str(value)
    return "" if "object at" in text or "\n" in text else text


def _items(values: list[Any], digits: int) -> str:
    """Return the items of a list, the first and the last of many."""
    if is_minibatches(values):
        return ""
    told = [value_of(each, digits) for each in values]
    return "[" + ", ".join(told if len(told) <= 4 else [told[0], "…", told[-1]]) + "]"


def _nested(value: Any, digits: int) -> str:
    """Return nested lists of numbers, each cut after a few entries."""
    if not isinstance(value, list):
        return f"{value + 0.0:.{digits}g}" if isinstance(value, float) else str(value)
    shown = value if len(value) <= 4 else value[:3]
    parts = [_nested(entry, digits) for entry in shown] + (["…"] if len(value) > 4 else [])
    return "[" + ", ".join(parts) + "]"


def try_it(section: str, experiment: Callable[[], None]) -> None:
    """Draw a section's "Try it": its heading, its introduction and a live experiment.

    Behind a question it is the question's `look`.
    """
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
