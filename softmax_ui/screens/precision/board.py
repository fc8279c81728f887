"""The boards of the precision page: logits in floating types, and where each form breaks."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import streamlit as st
import torch
from torch import Tensor

from softmax_core.activations import SoftmaxForm
from softmax_core.derivation import shifted_steps
from softmax_core.floating_types import TYPES
from softmax_core.precision import FORMS, QUANTITIES, Quantity, compare, sweep
from softmax_ui.addresses.playground import default_names
from softmax_ui.addresses.precision import ALL_TYPES, PLACES, PRECISION_STATE
from softmax_ui.components.handle_chart import handle_chart
from softmax_ui.figures.handle import nearest
from softmax_ui.figures.precision import digits_chart, readings_html
from softmax_ui.screens.precision.cases import case_choice, case_of, explanation
from softmax_ui.terms import form_name, heading
from softmax_ui.text import N_, Names, _, enumerated, prose
from softmax_ui.text.numbers import tex, tex_row, typed, typed_row
from softmax_ui.widgets.logits_fields import logits_field, target_field

_quantity_name: Final = Names[Quantity](
    {"probabilities": N_("probabilities"), "loss": N_("loss"), "gradient": N_("gradient")}
)


def _logits_and_target() -> tuple[tuple[float, ...], int]:
    """Draw the fields for the logits and the target."""
    with st.container(key="precision_fields", horizontal=True):
        with st.container(width="stretch"):
            logits = logits_field(PRECISION_STATE, "logits", _("Logits o"))
        with st.container(width=180):
            target = target_field(
                PRECISION_STATE, "target", _("Target: the true class"), default_names(len(logits))
            )
    return logits, target


def _chosen_types(key: str, label: str) -> tuple[str, ...]:
    """Draw the choice of one floating type, or of all, and return the chosen ones."""
    chosen = st.segmented_control(
        label,
        [*TYPES, ALL_TYPES],
        key=key,
        format_func=lambda name: _("all types") if name == ALL_TYPES else name,
        required=True,
    )
    return tuple(name for name in TYPES if chosen in (name, ALL_TYPES))


def both_forms() -> tuple[tuple[float, ...], int]:
    """Draw logits, their results by both forms in one type to begin with, and cases to choose.

    The results stand first, for they are what the page is about, and on a phone the cases are five
    rows of buttons.

    Returns:
        The logits and the target.
    """
    results = st.container(key="precision_results")
    results.html("<i></i>")  # a container has no place before something is in it
    cases = st.container(key="precision_cases")
    with cases:
        case_choice()  # made first: it sets what the fields show
    with results:
        logits, target = _logits_and_target()
        _results(logits, target)
    if case := case_of(logits, target):
        st.info(explanation(case))
    return logits, target


def _results(logits: tuple[float, ...], target: int) -> None:
    types = _chosen_types("type", _("Floating type"))
    words = {
        **{str(form): heading(form_name(form)) for form in FORMS},
        **{str(quantity): _quantity_name(quantity) for quantity in QUANTITIES},
        "exact": _("exact"),
        "rounded": _("rounded"),
        "silently_wrong": _("silently wrong"),
        "inf": "inf",
        "nan": "nan",
        "refused": _("refused: the logits do not fit"),
        "digits": _("{digits} significant digits"),
        "lost": _("{lost} digits lost"),
    }
    st.html(readings_html(compare(logits, target), words, types))


def derivation(logits: tuple[float, ...], target: int) -> None:
    """Derive the stable form with the chosen logits."""
    steps = shifted_steps(logits, target)
    st.markdown(
        prose(
            "precision_shift",
            logits=typed_row(list(logits)),
            largest=typed(steps.largest),
            differences=typed_row(steps.differences),
            exponentials=tex_row(steps.exponentials),
            total=tex(steps.total, 5),
            log_total=tex(steps.log_total, 5),
            log_sum_exp=typed(steps.log_sum_exp),
            probabilities=tex_row(steps.probabilities),
            target=typed(logits[target]),
            gap=typed(steps.gap),
            loss=tex(steps.loss, 5),
        )
    )


@lru_cache(maxsize=1)
def _digits() -> dict[tuple[str, SoftmaxForm, Quantity], Tensor]:
    x = torch.tensor(PLACES, dtype=torch.float64)
    return sweep(torch.stack([x, torch.zeros_like(x), torch.zeros_like(x)], dim=-1), 0)


@st.fragment
def where_it_breaks() -> None:
    """Draw the number of correct digits for [x, 0, 0] over x, with a handle at x."""
    with st.container(horizontal=True, gap="medium"):
        st.segmented_control(
            _("Right digits of"),
            QUANTITIES,
            key="quantity",
            format_func=_quantity_name,
            required=True,
        )
        types = _chosen_types("curves", _("Floating type"))
    values = PRECISION_STATE.values()
    words = {
        **{str(form): form_name(form) for form in FORMS},
        "logit": _("x, for the logits [x, 0, 0] and the first class as the target"),
        "right": _("digits that are right"),
    }
    handle_chart(
        digits_chart(PLACES, _digits(), values["quantity"], words, types),
        position=nearest(PLACES, values["x"]),
        key="digits_board",
        alt=_("Right digits of both forms in {types} over the logit x.", types=enumerated(types)),
        on_release=lambda place: PRECISION_STATE.apply(x=PLACES[place]),
    )
    PRECISION_STATE.save()
