"""The learning rate of a variant, changed while its run goes on."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from softmax_core.runs import Run
from softmax_core.training.experiment import VARIANT_RANGES
from softmax_ui.cache import store
from softmax_ui.text import _


def rate_popover(run: Run, change: Callable[[int, float], None]) -> None:
    """Let the learning rate of a variant be changed from the next step on.

    Args:
        run: the run.
        change: called with the variant's position and its new rate.
    """
    variants = run.experiment.variants
    with st.popover(_("Change η"), icon=":material/tune:", disabled=run.status == "queued"):
        position = 0
        if len(variants) > 1:
            position = st.selectbox(
                _("Variant"),
                range(len(variants)),
                format_func=lambda index: variants[index].name,
                key="rate_variant",
            )
        now = rates_now(run)[position]
        # A rate that was changed, here or by somebody else, is another field with another start.
        key = f"new_rate_{run.id}_{position}_{now:g}"
        rate = st.number_input(
            _("Learning rate from the next step on"), value=now, format="%g", step=0.05, key=key
        )
        low, high = VARIANT_RANGES["learning_rate"]
        allowed = low <= rate <= high
        if not allowed:
            said = _("It must be a number from {low} to {high}.", low=f"{low:g}", high=f"{high:g}")
            st.markdown(f":red[:material/error:] {said}")
        elif run.experiment.schedule == "cosine":
            st.caption(_("It is now {rate}, and falls as a cosine all the same.", rate=f"{now:g}"))
        else:
            st.caption(_("It is now {rate}. The change is marked on the curves.", rate=f"{now:g}"))
        st.button(
            _("Apply"),
            key="apply_rate",
            disabled=not allowed or rate == now,
            on_click=change,
            args=(position, rate),
        )


def rates_now(run: Run) -> list[float]:
    """Return the learning rate of each variant after the changes so far."""
    rates = [variant.learning_rate for variant in run.experiment.variants]
    for made in store().rate_changes(run.id):
        rates[made.variant] = made.learning_rate
    return rates
