"""The first board of the vanishing-gradient page: scale the logits and follow three sizes."""

from __future__ import annotations

from typing import Final

import streamlit as st
import torch

from softmax_core.saturation import VANISHED, ScaleLimit, scale_limit, scale_sweep
from softmax_core.training.experiment import LOSSES
from softmax_ui.addresses.gradient import FACTORS, GRADIENT_STATE
from softmax_ui.addresses.playground import default_names
from softmax_ui.components.handle_chart import handle_chart
from softmax_ui.figures.handle import nearest
from softmax_ui.figures.landscape import CENTRE, RING_STEP
from softmax_ui.figures.scale import Fates, scale_chart
from softmax_ui.terms import heading, loss_name
from softmax_ui.text import _, enumerated
from softmax_ui.widgets.logits_fields import logits_field, target_field

FIELD_WIDTH: Final = 168
"""Pixels; two of them fit beside each other on a phone."""


@st.fragment
def scale_board() -> None:
    """Draw the logits, the target, and the chart whose handle is the factor k."""
    logits, target, names = _logits_and_target()
    sweep = scale_sweep(
        torch.tensor(logits, dtype=torch.float64),
        target,
        torch.tensor(FACTORS, dtype=torch.float64),
    )
    limit = scale_limit(torch.tensor(logits, dtype=torch.float64), target)
    chart = scale_chart(
        sweep,
        target,
        names,
        _words(names[target]),
        _fates(limit, enumerated(_winners(logits, names))),
        logarithmic=GRADIENT_STATE.value("sizes") == "log",
    )
    handle_chart(
        chart,
        position=nearest(FACTORS, GRADIENT_STATE.value("k")),
        key="scale_board",
        alt=_(
            "Size of the Jacobian and norms of both losses' gradients over the factor k "
            "that multiplies the logits; the handle is k."
        ),
        on_release=lambda place: GRADIENT_STATE.apply(k=FACTORS[place]),
    )
    GRADIENT_STATE.save()


def _logits_and_target() -> tuple[tuple[float, ...], int, tuple[str, ...]]:
    # Side by side on a phone too: what they are about is to be in the first view with them.
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        with st.container(width=FIELD_WIDTH):
            logits = logits_field(GRADIENT_STATE, "logits", _("Logits o"))
        names = default_names(len(logits))
        winners = _winners(logits, names)
        choices = tuple(_("{name} (wins)", name=n) if n in winners else n for n in names)
        with st.container(width=FIELD_WIDTH):
            target = target_field(GRADIENT_STATE, "target", _("Target: the true class"), choices)
        st.segmented_control(
            _("Scale"),
            ["log", "linear"],
            key="sizes",
            format_func=lambda option: _("logarithmic") if option == "log" else _("linear"),
            required=True,
        )
    return logits, target, names


def _winners(logits: tuple[float, ...], names: tuple[str, ...]) -> list[str]:
    """Return the names of the classes with the largest logit, usually one."""
    return [name for logit, name in zip(logits, names, strict=True) if logit == max(logits)]


def _fates(limit: ScaleLimit, winners: str) -> Fates:
    """Return the limits of the prediction and of the three sizes as k grows, in words."""
    if limit.right:
        target = _("Right"), _("Softmax predicts {winners}.", winners=winners)
    elif limit.undecided:
        target = _("Undecided"), _("Tied for the largest logit: {winners}.", winners=winners)
    else:
        target = _("Wrong"), _("Softmax predicts {winners}.", winners=winners)
    never = _("Stays"), _("Several classes tie for the largest logit, so p never becomes one-hot.")
    return {
        "target": target,
        "jacobian": (_("Vanishes"), _("Always, as p becomes one-hot."))
        if limit.half_l1 < VANISHED
        else never,
        "squared_error": never
        if limit.squared_error_norm >= VANISHED
        else (_("Vanishes"), _("Rightly: nothing is left to learn."))
        if limit.right
        else (_("Vanishes too"), _("Although the prediction is wrong: nothing is learned.")),
        "cross_entropy": (_("Vanishes"), _("Rightly: nothing is left to learn."))
        if limit.cross_entropy_norm < VANISHED
        else (_("Does not vanish"), _("No factor from the Jacobian is left in it.")),
    }


def _words(target: str) -> dict[str, str]:
    return {
        "target": _("p({target}), the true class", target=target),
        "jacobian_gauge": _("Softmax's own derivative, ½‖J‖₁"),
        **{f"{loss}_gauge": _("Gradient of the {loss}", loss=loss_name(loss)) for loss in LOSSES},
        **{str(loss): _("‖∇ {loss}‖", loss=loss_name(loss)) for loss in LOSSES},
        "jacobian": "½‖J‖₁ = 1 − Σp²",
        "entries": _("½ Σ|Jᵢⱼ|, entry by entry"),
        "factor": _("factor k of the logits k·o: from uniform to one-hot"),
        "size": _("size"),
        "cross_entropy_chain": _(
            "{loss} L = −ln p(t): the Jacobian cancels", loss=heading(loss_name("cross_entropy"))
        ),
        "squared_error_chain": _(
            "{loss} L = ½‖p − y‖²: the Jacobian stays", loss=heading(loss_name("squared_error"))
        ),
        "row_of_j": _("row t of the Jacobian: it vanishes"),
        "product": _("their product, multiplied out"),
        "cancels": _("1 / p(t) grows as fast as p(t) vanishes"),
        "survives": _("no factor from the Jacobian is left"),
        "vanishes": _("every term has a factor from the Jacobian"),
        "landscape": _("1 − Σp² over all predictions"),
        "rings": _(
            "Each ring is {step} higher; the corners are 0, the centre is {centre}.",
            step=f"{RING_STEP:g}",
            centre=f"{CENTRE:.4f}",
        ),
        "prediction": _("p = softmax(k·o)"),
        "play": _("Play: k grows"),
        "pause": _("Pause"),
        "restart": _("To the start"),
    }
