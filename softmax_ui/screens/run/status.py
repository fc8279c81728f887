"""Why a run ended before its last step, in words."""

from __future__ import annotations

import streamlit as st

from softmax_core.runs import Run
from softmax_ui.notices import reason_of
from softmax_ui.text import _


def show_ending(run: Run) -> None:
    """Show why a run failed, or that it was interrupted."""
    if run.status == "failed":
        st.error(_("The run failed: {error}", error=reason_of(run.error)), icon=":material/error:")
    if run.status == "interrupted":
        reason = (
            _(
                "The run could not be stored any further: {error} With that put right, it goes on "
                "exactly where it was.",
                error=reason_of(run.error),
            )
            if run.error
            else _("The program ended during this run. It goes on exactly where it was.")
        )
        st.warning(reason, icon=":material/power_off:")
