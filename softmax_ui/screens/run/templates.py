"""The ten templates of a variant: the rows of W as pictures, with b, at any epoch."""

from __future__ import annotations

import streamlit as st

from softmax_core.runs import Run
from softmax_ui.addresses.state import PageState
from softmax_ui.addresses.training import NEWEST
from softmax_ui.text import _


def variant_control(run: Run) -> None:
    """Draw the choice of the variant to show; nothing where there is only one."""
    variants = run.experiment.variants
    if len(variants) > 1:
        st.selectbox(
            _("Variant"),
            range(1, len(variants) + 1),
            format_func=lambda position: variants[position - 1].name,
            key="variant",
            width=240,
        )


def epoch_control(run: Run) -> None:
    """Draw the slider over the epochs; its right end is the newest step."""
    st.select_slider(
        _("Epoch"),
        [*range(run.experiment.epochs + 1), NEWEST],
        key="epoch",
        format_func=lambda epoch: _("newest") if epoch == NEWEST else str(epoch),
    )


def chosen_variant(run: Run, state: PageState) -> int:
    """Return the position of the chosen variant, from 0."""
    return min(int(state.values()["variant"]), len(run.experiment.variants)) - 1
