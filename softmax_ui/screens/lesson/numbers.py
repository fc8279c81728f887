"""The numbers that the whole lesson shares, and their fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from softmax_ui.addresses.lesson import LARGEST_EXPONENT, LESSON_STATE
from softmax_ui.addresses.playground import default_names
from softmax_ui.addresses.state import fill
from softmax_ui.text import _

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class Given:
    """The numbers that a question is about.

    Attributes:
        logits: o, one a class.
        target: t, the class index of the truth.
        features: x.
        weights: W, a row a feature.
        bias: b, one a class.
    """

    logits: tuple[float, ...]
    target: int
    features: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]

    @property
    def o(self) -> Tensor:
        """The logits as a float64 tensor, (3,)."""
        return _tensor(self.logits)

    @property
    def t(self) -> Tensor:
        """The target as a tensor, ()."""
        import torch

        return torch.tensor(self.target)

    @property
    def linear(self) -> tuple[Tensor, Tensor, Tensor]:
        """The features (4,), weights (4, 3) and biases (3,) as float64 tensors."""
        return _tensor(self.features), _tensor(self.weights), _tensor(self.bias)


def given() -> Given:
    """Return the lesson's current numbers."""
    now = LESSON_STATE.values()
    flat = now["w"]
    rows = tuple(tuple(flat[3 * k : 3 * k + 3]) for k in range(4))
    return Given(now["o"], now["t"], now["x"], rows, now["b"])


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
    step: float = 0.5,
    first: int = 0,
    labelled: bool = True,
) -> None:
    """Draw a row of number fields for neighbouring entries of a shared row of numbers.

    Args:
        name: the setting: "o", "x", "w" or "b".
        labels: one a field.
        limit: the largest absolute value.
        step: the increment of the fields' buttons.
        first: the position of the first field's entry.
        labelled: whether the labels are visible, or for screen readers alone.
    """
    row = LESSON_STATE.values()[name]
    for offset, label in enumerate(labels):
        key = f"{name}_{first + offset}"
        if st.session_state.get(key) != row[first + offset]:  # or a half-typed number would be lost
            st.session_state[key] = row[first + offset]
        fill(key, row[first + offset])
        st.number_input(
            label,
            min_value=-limit,
            max_value=limit,
            step=step,
            format="%g",
            label_visibility="visible" if labelled else "collapsed",
            key=key,
            on_change=_take,
            args=(name, first + offset),
        )


def own_logits() -> None:
    """Draw the fields for a section's logits and target."""
    names = bird_names()
    with st.container(border=True, key="own_numbers"):
        st.caption(_("Your own numbers: every line below is computed with them."))
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            labels = [_("logit of {name}", name=name) for name in names]
            number_fields("o", labels, limit=LARGEST_EXPONENT)
            st.selectbox(
                _("the truth"),
                range(len(names)),
                key="t",
                format_func=lambda k: names[k],
                width=120,
            )


def _take(name: str, position: int) -> None:
    """Copy one field's number into the row that it belongs to."""
    row: list[Any] = list(LESSON_STATE.values()[name])
    row[position] = st.session_state[f"{name}_{position}"]
    LESSON_STATE.apply(**{name: tuple(row)})


def _tensor(values: Any) -> Tensor:
    """Return numbers as a float64 tensor."""
    import torch

    return torch.tensor(values, dtype=torch.float64)
