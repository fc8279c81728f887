"""Changing the learning rate of a variant during its run.

The fields are in the page and not in a popover: Streamlit puts a popover at the document's end,
where the Tab key comes last.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from softmax_core.runs import Run
from softmax_core.training.experiment import VARIANT_RANGES
from softmax_ui.cache import store
from softmax_ui.text import _

_SHOWN: Final = "rate_change"


def rate_switch(run: Run) -> None:
    """Draw the switch that shows the fields."""
    st.toggle(_("Change η"), key=_SHOWN, disabled=run.status == "queued")


def rate_fields(run: Run, change: Callable[[int, float], None]) -> None:
    """Draw the fields that change a variant's learning rate from the next step on.

    Args:
        run: the run.
        change: called with the variant's position and its new rate.
    """
    if not st.session_state.get(_SHOWN) or run.status == "queued":
        return
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", border=True):
        position = _variant(run)
        current = current_rates(run)[position]
        # A rate that was changed, here or by another person, gives the field a new key and value.
        key = f"new_rate_{run.id}_{position}_{current:g}"
        label = _("Learning rate from the next step on")
        rate = st.number_input(label, value=current, format="%g", step=0.05, key=key, width=240)
        low, high = VARIANT_RANGES["learning_rate"]
        allowed = low <= rate <= high
        st.button(
            _("Apply"),
            key="apply_rate",
            disabled=not allowed or rate == current,
            on_click=change,
            args=(position, rate),
        )
        if not allowed:
            text = _("It must be a number from {low} to {high}.", low=f"{low:g}", high=f"{high:g}")
            st.markdown(f":red[:material/error:] {text}", width="content")
        elif run.experiment.schedule == "cosine":
            st.caption(
                _("It is now {rate}; the cosine decay goes on from there.", rate=f"{current:g}")
            )
        else:
            st.caption(
                _("It is now {rate}. The change is marked on the curves.", rate=f"{current:g}")
            )


def _variant(run: Run) -> int:
    variants = run.experiment.variants
    if len(variants) == 1:
        return 0
    return st.selectbox(
        _("Variant"),
        range(len(variants)),
        format_func=lambda index: variants[index].name,
        key="rate_variant",
        width=240,
    )


def current_rates(run: Run) -> list[float]:
    """Return the learning rate of each variant after the changes so far."""
    rates = [variant.learning_rate for variant in run.experiment.variants]
    for made in store().rate_changes(run.id):
        rates[made.variant] = made.learning_rate
    return rates
