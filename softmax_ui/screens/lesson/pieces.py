"""The parts of a section in part two: the code that runs, its name in d2l, data through it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from torch import Tensor

from softmax_ui.screens.lesson.saying import say
from softmax_ui.screens.lesson.source import code_of, where
from softmax_ui.text import _

Row = tuple[str, object]


def show_code(section: str, *pieces: Callable[..., Any]) -> None:
    """Draw the source of a section's functions and their names in d2l."""
    documented = st.toggle(_("with its documentation"), key=f"documentation_{section}")
    for piece in pieces:
        st.caption(f"`{where(piece)}`")
        st.code(code_of(piece, documentation=documented), language="python")
    say(section, "names")


def show_data(rows: Sequence[Row]) -> None:
    """Draw the inputs and outputs with their shapes.

    Args:
        rows: (name, a tensor or a number); a name that ends in `→` comes out.
    """
    heading, shape, value = _("In and out"), _("shape"), _("value")
    st.markdown(f"##### {heading}")
    lines = [f"| | {shape} | {value} |", "|:--|:--|:--|"]
    lines += [f"| `{name}` | `{shape_of(found)}` | `{value_of(found)}` |" for name, found in rows]
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


def try_it(section: str, **values: object) -> None:
    """Draw the heading and the introduction of a section's "Try it"."""
    heading = _("Try it")
    st.markdown(f"##### {heading}")
    say(section, "try", **values)
