"""The first board of the vanishing-gradient page: scale the logits and follow three sizes."""

from __future__ import annotations

import streamlit as st
import torch

from softmax_core.saturation import scale_sweep
from softmax_ui.components.handle_chart import handle_chart
from softmax_ui.controls.board_state import default_names
from softmax_ui.controls.gradient_state import FACTORS, GRADIENT_STATE
from softmax_ui.controls.logits_text import logits_field, target_field
from softmax_ui.figures.handle import nearest
from softmax_ui.figures.saturation import scale_chart
from softmax_ui.text import _


@st.fragment
def scale_board() -> None:
    """Draw the logits, the target, and the chart whose handle is the factor k."""
    logits, target, names = _logits_and_target()
    sweep = scale_sweep(
        torch.tensor(logits, dtype=torch.float64),
        target,
        torch.tensor(FACTORS, dtype=torch.float64),
    )
    chart = scale_chart(
        sweep,
        target,
        names,
        _words(),
        logarithmic=GRADIENT_STATE.values()["sizes"] == "log",
    )
    handle_chart(
        chart,
        position=nearest(FACTORS, GRADIENT_STATE.values()["k"]),
        key="scale_board",
        alt=_(
            "Size of the Jacobian and norms of both losses' gradients over the factor k "
            "that multiplies the logits; the handle is k."
        ),
        on_release=lambda place: GRADIENT_STATE.apply(k=FACTORS[place]),
    )
    GRADIENT_STATE.save()


def _logits_and_target() -> tuple[tuple[float, ...], int, tuple[str, ...]]:
    row, aim, looks = st.columns([3, 2, 2], vertical_alignment="bottom")
    with row:
        logits = logits_field(GRADIENT_STATE, "logits", _("Logits o"))
    names = default_names(len(logits))
    with aim:
        target = target_field(GRADIENT_STATE, "target", _("Target: the true class"), names)
    with looks:
        st.segmented_control(
            _("Sizes on a scale that is"),
            ["log", "linear"],
            key="sizes",
            format_func=lambda option: _("logarithmic") if option == "log" else _("linear"),
            required=True,
        )
    _say_where_the_target_stands(logits, target, names)
    return logits, target, names


def _say_where_the_target_stands(
    logits: tuple[float, ...], target: int, names: tuple[str, ...]
) -> None:
    """Say in a sentence whether scaling drives the prediction towards the target or away."""
    others = [value for k, value in enumerate(logits) if k != target]
    if logits[target] > max(others):
        message = _(
            "The target {target} has the largest logit: as k grows, the prediction becomes right.",
            target=names[target],
        )
    elif logits[target] == max(others):
        message = _(
            "The target {target} shares the largest logit: however large k is, softmax cannot "
            "decide, and no gradient vanishes.",
            target=names[target],
        )
    else:
        message = _(
            "The target {target} does not have the largest logit: as k grows, the prediction "
            "becomes surely **wrong**. Watch which gradient still says so.",
            target=names[target],
        )
    st.caption(message)


def _words() -> dict[str, str]:
    return {
        "jacobian": "½‖J‖₁ = 1 − Σp²",
        "entries": _("½ Σ|Jᵢⱼ|, entry by entry"),
        "cross_entropy": _("‖∇ cross-entropy‖"),
        "squared_error": _("‖∇ squared error‖"),
        "factor": _("factor k of the logits k·o: from uniform to one-hot"),
        "size": _("size"),
        "cross_entropy_chain": _("Cross-entropy L = −ln p(t): the Jacobian cancels"),
        "squared_error_chain": _("Squared error L = ½‖p − y‖²: the Jacobian stays"),
        "row_of_j": _("row t of the Jacobian: it vanishes"),
        "product": _("their product, multiplied out"),
        "cancels": _("1 / p(t) grows as fast as p(t) vanishes"),
        "survives": _("no factor from the Jacobian is left"),
        "vanishes": _("every term has a factor from the Jacobian"),
        "landscape": _("1 − Σp² over all predictions"),
        "rings": _("Each ring is 0.05 higher; the centre is 2/3, the corners are 0."),
        "prediction": _("p = softmax(k·o)"),
    }
