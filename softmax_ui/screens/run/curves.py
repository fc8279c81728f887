"""What can be chosen about the curves of a run."""

from __future__ import annotations

import streamlit as st

from softmax_ui.addresses.training import MEASURES
from softmax_ui.text import _


def curve_controls() -> None:
    """Draw what can be chosen about the curves."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        st.segmented_control(
            _("Curves"),
            MEASURES,
            key="measures",
            required=True,
            format_func={
                "all": _("all four"),
                "main": _("loss and accuracy"),
                "gradient": _("saturation and gradient"),
            }.__getitem__,
        )
        st.segmented_control(
            _("Horizontal axis"),
            ("epochs", "steps"),
            key="axis",
            required=True,
            format_func={"epochs": _("epochs"), "steps": _("steps")}.__getitem__,
        )
        st.toggle(_("Logarithmic"), key="log")
