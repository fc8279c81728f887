"""What the browser side of a component reported: anything at all, until it has been checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st


def keep() -> None:
    """Do nothing: Streamlit keeps, or acts on, only those reports that a callback is given for."""


def reported(key: str, name: str) -> Any:
    """Return what a component last reported under a name; None if it did not."""
    state = st.session_state.get(key)
    return state.get(name) if isinstance(state, Mapping) else None


def position_from(value: object, count: int) -> int | None:
    """Return the position among `count` that was reported, or None for anything that is not one.

    >>> position_from(3, 5), position_from(9, 5), position_from("3", 5), position_from(True, 5)
    (3, None, None, None)
    """
    whole = isinstance(value, float) and value.is_integer()
    if isinstance(value, bool) or not (isinstance(value, int) or whole):
        return None
    number = int(value)  # type: ignore[call-overload]
    return number if 0 <= number < count else None
