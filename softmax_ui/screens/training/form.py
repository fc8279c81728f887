"""The fields of an experiment, with an explanation beside each that is out of range."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from softmax_core.data import Description
from softmax_core.data.names import MAX_NAME_LENGTH
from softmax_core.errors import InvalidExperiment
from softmax_core.training.experiment import (
    LOSSES,
    PIXEL_SCALES,
    SCHEDULES,
    SOFTMAX_FORMS,
    Experiment,
)
from softmax_ui.addresses.state import PageState
from softmax_ui.addresses.training import OWN, SHARED, experiment_from, names_of, summary
from softmax_ui.colours import VARIANT_COLOURS
from softmax_ui.components.arrival import arrival_at_field, reveal
from softmax_ui.notices import quoted
from softmax_ui.screens.training.chosen import shown_run_id
from softmax_ui.screens.training.explanations import explanation
from softmax_ui.terms import field_name, form_name, loss_name, pixel_scale_name, schedule_name
from softmax_ui.text import _
from softmax_ui.widgets.number_field import is_refused, number_field

_OPEN: Final = "experiment_open"
"""The run that was shown when the fields were unfolded, so that the next one finds them folded."""

_REFUSED: Final = "refused_field"

# A row carries the colour that its variant has in the curves.
_STYLE: Final = (
    "<style>"
    + "".join(
        f".st-key-variant_row{position} {{ border-left: 0.3rem solid {colour}; "
        "border-radius: 0.3rem; padding-left: 0.75rem; }\n"
        for position, colour in enumerate(VARIANT_COLOURS, start=1)
    )
    # Side by side, fields stand in one line, whether their names take one line or two.
    + "@media (min-width: 1000px) { "
    + ".st-key-shared_fields label, .st-key-variant_row1 label "
    + "{ min-height: 2.75rem; align-items: flex-end; } }"
    + "</style>"
)


def experiment_set(state: PageState, data: Description) -> Experiment | None:
    """Return the experiment on these data that the fields make; None while one is refused."""
    return _checked(state, data)[0]


def _checked(
    state: PageState, data: Description
) -> tuple[Experiment | None, dict[str, str], InvalidExperiment | None]:
    """Return the experiment, or which fields are out of range, or how they contradict."""
    if refused := _refused(state):
        return None, refused, None
    try:
        return experiment_from(state.values(), data), {}, None
    except InvalidExperiment as problem:
        return None, {}, problem


def experiment_button(state: PageState, data: Description, experiment: Experiment | None) -> None:
    """Draw the button that says the experiment in a line, and unfolds its fields."""
    unfolded, edit = is_unfolded(experiment), _("Edit")
    st.button(
        f"{summary(state.values(), data)} · **{edit}**",
        key="experiment",
        icon=":material/expand_less:" if unfolded else ":material/expand_more:",
        wrap=True,
        on_click=_toggle,
        args=(state, data, unfolded),
    )


def is_unfolded(experiment: Experiment | None) -> bool:
    """Tell whether the fields are drawn: most who open the page never look at them.

    While one of them keeps Start from working they are, so that it says why.
    """
    return experiment is None or st.session_state.get(_OPEN) == shown_run_id()


def _toggle(state: PageState, data: Description, was_unfolded: bool) -> None:
    st.session_state[_OPEN] = None if was_unfolded else shown_run_id()
    if was_unfolded and experiment_set(state, data) is None:
        reveal(_REFUSED)  # what keeps the fields from being folded


def show_fields(state: PageState, data: Description) -> None:
    """Draw the fields of an experiment on these data."""
    # As they were opened, by a refused link too, they stay until they are closed or a run starts.
    st.session_state[_OPEN] = shown_run_id()
    _experiment, refused, problem = _checked(state, data)
    with st.container(border=True, key="experiment_fields"):
        _shared_fields(state, refused, problem)
        _variant_fields(state, refused, problem)
        if refused or problem:
            arrival_at_field(_REFUSED, next(iter(refused), "") or _key_of(problem))
            st.caption(_("Start works again as soon as every field is within its range."))


def _refused(state: PageState) -> dict[str, str]:
    """Return the allowed values of each field that is out of range, by the field's key."""
    count = state.value("count")
    keys = ["count", *SHARED, *(f"{key}{n}" for n in range(1, count + 1) for key in OWN)]
    refused = {}
    for key in keys:
        value = st.session_state.get(key)
        if is_refused(key) or state.settings[key].checked(value) != value:
            refused[key] = state.settings[key].allowed()
    return refused


def _explain(key: str, refused: dict[str, str], problem: InvalidExperiment | None) -> None:
    """Explain beside a field why it is refused: its own range, or a conflict with others."""
    if is_refused(key):
        return  # its field says why
    allowed = refused.get(key)
    if allowed is None and problem is not None and _key_of(problem) == key:
        allowed = _allowed(problem)
    if allowed is not None:
        value = st.session_state.get(key)
        given = quoted(f"{value:.12g}" if isinstance(value, float) else value)
        text = _("{value} does not work here: it must be {allowed}.", value=given, allowed=allowed)
        st.markdown(f":red[:material/error:] :small[{text}]")


def _key_of(problem: InvalidExperiment | None) -> str:
    if problem is None:
        return ""
    if problem.variant is not None:
        own = {field: key for key, field in OWN.items()}
        return f"{own.get(problem.field, '')}{problem.variant + 1}"
    return {field: key for key, field in SHARED.items()}.get(problem.field, "")


def _allowed(problem: InvalidExperiment) -> str:
    if problem.field == "name":
        return _("different for each variant")
    if problem.field == "batch_size":
        return _("at most as many as the pictures trained on")
    if problem.field == "label_smoothing":
        return _("0, because the loss is the squared error")
    return quoted(problem.allowed)


def _shared_fields(
    state: PageState, refused: dict[str, str], problem: InvalidExperiment | None
) -> None:
    """Draw the fields that all variants share."""
    keys = ("count", *SHARED)
    with st.container(key="shared_fields"):
        columns = st.columns(len(keys))
    for column, key in zip(columns, keys, strict=True):
        with column:
            _shared_field(state, key)
            _explain(key, refused, problem)


def _shared_field(state: PageState, key: str) -> None:
    field = "variants" if key == "count" else SHARED[key]
    label, helps = field_name(field), explanation(field)
    match key:
        case "pixels":
            st.selectbox(label, PIXEL_SCALES, key=key, format_func=pixel_scale_name, help=helps)
        case "schedule":
            st.selectbox(label, SCHEDULES, key=key, format_func=schedule_name, help=helps)
        case _:
            number_field(state.settings[key], label, help=helps)


def _variant_fields(
    state: PageState, refused: dict[str, str], problem: InvalidExperiment | None
) -> None:
    """Draw a row of fields for each variant, with visible labels on the first."""
    st.html(_STYLE)
    names = names_of(state.values())
    for position in range(1, len(names) + 1):
        with st.container(key=f"variant_row{position}"):
            columns = st.columns([1.5, 1.2, 1.9, 1.2, 1.2, 1.2, 1.3, 1.2])
            for column, key in zip(columns, OWN, strict=True):
                with column:
                    _variant_field(state, key, position, names[position - 1])
                    _explain(f"{key}{position}", refused, problem)


def _variant_field(state: PageState, key: str, position: int, name: str) -> None:
    """Draw one field of one variant; an empty name shows the automatic one."""
    label, helps = field_name(OWN[key]), explanation(OWN[key]) if position == 1 else None
    if position > 1:
        label = _("{field} of variant {position}", field=label, position=position)
    widget: dict[str, Any] = {"key": f"{key}{position}", "help": helps}
    match key:
        case "name":
            st.text_input(label, max_chars=MAX_NAME_LENGTH, placeholder=name, **widget)
        case "loss":
            st.selectbox(label, LOSSES, format_func=loss_name, **widget)
        case "form":
            st.selectbox(label, SOFTMAX_FORMS, format_func=form_name, **widget)
        case _:
            number_field(state.settings[f"{key}{position}"], label, help=helps)
