"""The controls above the curves of a run."""

from __future__ import annotations

from typing import Final

import streamlit as st

from softmax_ui.addresses.training import MEASURES
from softmax_ui.terms import axis_name
from softmax_ui.text import N_, Names, _

_measures_name: Final = Names[str](
    {
        "all": N_("all four"),
        "main": N_("loss and accuracy"),
        "gradient": N_("saturation and gradient norm"),
    }
)


def curve_controls() -> None:
    """Draw the choice of the measures, of the horizontal axis and of a logarithmic scale."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        st.segmented_control(
            _("Curves"),
            MEASURES,
            key="measures",
            required=True,
            format_func=_measures_name,
        )
        st.segmented_control(
            _("Horizontal axis"),
            ("epochs", "steps"),
            key="axis",
            required=True,
            format_func={"epochs": axis_name("epoch"), "steps": axis_name("step")}.__getitem__,
        )
        st.toggle(_("Logarithmic"), key="log")
