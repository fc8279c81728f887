"""Where the gradient goes: what saturation does to softmax, and what it does to two losses."""

import streamlit as st

from softmax_core.training.findings import SATURATED_START
from softmax_ui.addresses.gradient import GRADIENT_STATE
from softmax_ui.notices import guard, show_problems
from softmax_ui.page import open_page
from softmax_ui.pages import GRADIENT
from softmax_ui.screens.gradient import facts
from softmax_ui.screens.gradient.figures import folded, maximum, measured_starts, relatives
from softmax_ui.screens.gradient.race_board import race_board
from softmax_ui.screens.gradient.scale_board import scale_board
from softmax_ui.text import _, prose
from softmax_ui.widgets.starting import real_run

open_page(GRADIENT.title)
problems = GRADIENT_STATE.open()
st.title(_("Where the gradient goes"))
show_problems(problems)

with guard():
    st.markdown(prose("gradient_lead"))
    scale_board()

    st.header(_("Why one of them survives"))
    st.markdown(prose("gradient_cancellation", **facts.wrong_and_sure()))

    st.header(_("A race from the same wrong start"))
    st.markdown(prose("gradient_race", **facts.race()))
    race_board()

    st.header(_("The same on real pictures"))
    st.markdown(prose("gradient_real", **facts.real_run_facts()))
    measured_starts()
    real_run(_("Train both losses from a saturated start"), SATURATED_START, key="train_losses")
    st.caption(
        _(
            "A model that starts saturated also ends far too sure of itself: cross-entropy finds "
            "its way back only in part, the squared error hardly at all. “Calibration”, below "
            "the run, shows by how much, and which temperature cures it."
        )
    )

    folded(_("How large it can be"), "maximum", facts.maxima, maximum)
    folded(
        _("How entropy, Gini impurity and ½‖J‖₁ are related"),
        "relatives",
        facts.lottery,
        relatives,
    )
