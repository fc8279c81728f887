"""What a person chooses above a view of a run: the variant, the epoch, the pictures, the curves."""

from __future__ import annotations

from typing import Final

import streamlit as st

from softmax_core.runs import Run
from softmax_core.runs.history import History
from softmax_ui.addresses.state import PageState
from softmax_ui.addresses.training import NEWEST, SCALES
from softmax_ui.model import Model, SplitName, model_at, settled_epoch
from softmax_ui.terms import axis_name, split_name, variant_names
from softmax_ui.text import N_, Names, _

_scales_name: Final = Names[str](
    {"auto": N_("automatic"), "linear": N_("linear"), "log": N_("logarithmic")}
)


def curve_controls(run: Run) -> None:
    """Draw the choice of both axes and of how smooth the curves are."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        st.segmented_control(
            _("Horizontal axis"),
            ("epochs", "steps"),
            key="axis",
            required=True,
            format_func={"epochs": axis_name("epoch"), "steps": axis_name("step")}.__getitem__,
        )
        if run.status != "finished":  # all of a finished run is shown anyway
            st.toggle(_("To the run's end"), key="whole")
        st.toggle(_("Horizontal axis logarithmic"), key="x_log")
        st.segmented_control(
            _("Vertical axis"), SCALES, key="log", required=True, format_func=_scales_name
        )
        st.slider(
            _("Smoothing"),
            0.0,
            0.99,
            step=0.01,
            key="smooth",
            width=180,
            help=_(
                "A weighted mean of the minibatches so far: one that is a step older weighs this "
                "many times as much. At 0 the minibatches are shown alone."
            ),
        )


def variant_control(run: Run) -> None:
    """Draw the choice of the variant to show and to steer; nothing where there is only one."""
    names = variant_names(run)
    if len(names) > 1:
        st.selectbox(
            _("Variant"),
            range(1, len(names) + 1),
            format_func=lambda position: names[position - 1],
            key="variant",
            label_visibility="collapsed",
            width=130,
        )


def epoch_control(run: Run) -> None:
    """Draw the slider over the epochs; its right end is the newest step."""
    st.select_slider(
        _("Epoch"),
        [*range(run.experiment.epochs + 1), NEWEST],
        key="epoch",
        format_func=lambda epoch: _("newest") if epoch == NEWEST else str(epoch),
        disabled=st.session_state.get("step", NEWEST) != NEWEST,  # the film's step is shown
    )


def chosen_variant(run: Run, state: PageState) -> int:
    """Return the position of the chosen variant, from 0."""
    return min(int(state.value("variant")), len(run.experiment.variants)) - 1


def chosen_model(
    run: Run, history: History, state: PageState, *, epoch: int = NEWEST
) -> Model | None:
    """Return the chosen variant with its weights; where there are none to show, say why."""
    variant, settled = chosen_variant(run, state), settled_epoch(run, history, epoch)
    model = model_at(run, history, variant, settled, int(state.values()["step"]))
    if model is None:
        st.caption(_("There are no weights yet."))
        return None
    if model.has_numbers:
        return model
    st.warning(
        _(
            "This variant's weights have become nan: its loss was nan at step {step}. Move the "
            "slider back to an earlier epoch, or choose another variant.",
            step=f"{history.first_nan[model.variant]:,}",
        ),
        icon=":material/error:",
    )
    return None


def split_control() -> SplitName:
    """Draw the choice between the test set and the training set."""
    chosen = st.segmented_control(
        _("Pictures"),
        ("test", "train"),
        key="split",
        required=True,
        width="content",
        format_func=split_name,
    )
    return "train" if chosen == "train" else "test"
