"""The small matrices that the code of part two is run with, and their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
import torch

from softmax_ui.addresses.lesson import LESSON_STATE, MATRICES
from softmax_ui.text import _
from softmax_ui.widgets.logits_fields import logits_field
from softmax_ui.widgets.number_field import number_field

if TYPE_CHECKING:
    from torch import Tensor

WRITTEN = {"O": "logits", "Y": "y_hat", "X": "X", "W": "W", "B": "b"}
"""Setting -> what the code calls the matrix."""


def matrix_fields(*names: str) -> list[Tensor]:
    """Draw a field for each row of some matrices and return them, float32."""
    found = []
    with st.container(key="own_matrices", border=True):
        st.caption(_("Change any number: each line of the code is run with it."))
        for name in names:
            found.append(_matrix(name))
    return found


def _matrix(name: str) -> Tensor:
    """Draw the fields of one matrix, two rows beside each other."""
    count = len(MATRICES[name])
    rows = []
    with st.container(horizontal=True, gap="small", key=f"matrix_{name}"):
        for k in range(count):
            label = WRITTEN[name] + (f"[{k}]" if count > 1 else "")
            with st.container(gap="small"):  # of its own, for what is said of it stands below it
                rows.append(logits_field(LESSON_STATE, f"{name}{k}", label))
    return torch.tensor(rows if count > 1 else rows[0])


def label_fields() -> Tensor:
    """Draw a choice for each of the two labels and return them, int64 (2,)."""
    with st.container(horizontal=True, gap="small", width="content", key="labels"):
        return torch.tensor(
            [st.selectbox(f"y[{k}]", range(3), key=f"label{k}", width=120) for k in range(2)]
        )


def rate_field() -> float:
    """Draw the field of the learning rate and return it."""
    rate: float = number_field(LESSON_STATE.settings["lr"], "lr", width=160)
    return rate
