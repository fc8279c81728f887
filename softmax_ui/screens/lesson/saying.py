"""Prose, formulas and numbers, as all sections draw them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from softmax_ui.screens.lesson.parts import part


def say(section: str, name: str, /, **values: object) -> None:
    """Draw a part of a section's prose."""
    st.markdown(part(section, name, **values))


def formula(latex: str) -> None:
    """Draw a formula with the reader's numbers in it."""
    st.latex(latex)


def shown(values: Sequence[float], digits: int = 4) -> str:
    """Format a row of numbers as code in a sentence.

    >>> shown([0.5, float("nan"), 0.0])
    '`[0.5, nan, 0]`'
    """
    return "`[" + ", ".join(f"{value + 0.0:.{digits}g}" for value in values) + "]`"


def number(value: float, digits: int = 4) -> str:
    """Format a number as code in a sentence.

    >>> number(1.46115)
    '`1.461`'
    """
    return f"`{value + 0.0:.{digits}g}`"
