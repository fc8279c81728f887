"""The numbers that the whole lesson shares, and their fields."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from softmax_ui.addresses.lesson import LARGEST_EXPONENT, LESSON_STATE
from softmax_ui.addresses.playground import default_names
from softmax_ui.addresses.state import number, shown
from softmax_ui.questions.given import Given, given_in
from softmax_ui.text import _
from softmax_ui.widgets.number_field import number_field


def given() -> Given:
    """Return the lesson's current numbers."""
    return given_in(LESSON_STATE.values())


def bird_names() -> tuple[str, ...]:
    """Return the translated names of the note's three birds, the lesson's classes."""
    return default_names(3)


def feature_names() -> tuple[str, str, str, str]:
    """Return the translated names of the four features of a bird."""
    return _("yellow down"), _("flat bill"), _("long neck"), _("body size")


def number_fields(
    name: str,
    labels: Sequence[str],
    *,
    limit: float,
    first: int = 0,
    labelled: bool = True,
) -> None:
    """Draw a row of number fields for neighbouring entries of a shared row of numbers.

    Args:
        name: the setting: "o", "x", "w" or "b".
        labels: one a field.
        limit: the largest absolute value.
        first: the position of the first field's entry.
        labelled: whether the labels are visible, or for screen readers alone.
    """
    row = LESSON_STATE.value(name)
    for offset, label in enumerate(labels):
        position = first + offset
        key = f"{name}_{position}"
        st.session_state[key] = row[position]
        number_field(
            number(key, row[position], -limit, limit),
            label,
            labelled=labelled,
            on_change=partial(_take, name, position),
        )


def own_logits(*, target: bool = True) -> None:
    """Draw the fields for a section's logits, and for its target where it has one."""
    names = bird_names()
    with st.container(border=True, key="own_numbers"):
        st.caption(_("Your own numbers: every line below is computed with them."))
        with st.container(horizontal=True, gap="small"):  # a refusal moves no neighbour
            labels = [_("logit of {name}", name=name) for name in names]
            number_fields("o", labels, limit=LARGEST_EXPONENT)
            if target:
                st.selectbox(
                    _("the truth"),
                    range(len(names)),
                    key="t",
                    format_func=lambda k: names[k],
                    width=120,
                )


def take_logits(label: str, logits: Sequence[float], *, key: str, icon: str) -> None:
    """Draw the button that makes some logits those of the lesson, where it takes them.

    Args:
        label: what it says.
        logits: one a class.
        key: of the button.
        icon: before its label.
    """
    is_outside = max(map(abs, logits)) > LARGEST_EXPONENT
    st.button(
        label,
        key=key,
        icon=icon,
        on_click=LESSON_STATE.apply,
        kwargs={"o": tuple(logits)},
        disabled=is_outside,
    )
    if is_outside:
        st.caption(
            _(
                "The lesson's logits go from −{limit} to {limit}, and these would lie beyond.",
                limit=shown(LARGEST_EXPONENT),
            )
        )


def _take(name: str, position: int) -> None:
    """Copy one field's number into the row that it belongs to."""
    row: list[Any] = list(LESSON_STATE.value(name))
    row[position] = st.session_state[f"{name}_{position}"]
    LESSON_STATE.apply(**{name: tuple(row)})
