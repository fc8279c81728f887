"""The section that asks whether 0.9 is really 0.9."""

from __future__ import annotations

from typing import Final

import streamlit as st

from softmax_core import calibration_figures, fit_temperature, reliability
from softmax_core.calibration import predictions
from softmax_ui.components.live_figure import live_figure
from softmax_ui.figures import lesson as figures
from softmax_ui.questions.calibration import BIRDS, TOO_SURE, birds
from softmax_ui.questions.parts import number, say
from softmax_ui.screens.lesson.asking import ask
from softmax_ui.screens.lesson.links import to_calibration
from softmax_ui.text import N_, Names, _

_BINS: Final = 10
_SIZES: Final = {"too_sure": TOO_SURE, "true": 1.0, "unsure": 0.5}
_model_name: Final = Names[str](
    {
        "too_sure": N_("logits twice the true ones"),
        "true": N_("the true logits"),
        "unsure": N_("logits half the true ones"),
    }
)


def calibration() -> None:
    """Confidence and accuracy, what T does to them, and the T that fits."""
    say("calibration", "intro")
    say("calibration", "board", count=f"{BIRDS:,}")
    _diagram(_chosen(), 1.0)
    ask("what_t_changes", _divided)
    say("calibration", "error")
    ask("error_of_a_bin")
    to_calibration()


def _chosen() -> float:
    """Draw the choice of the model; return how many times the true logits its own are."""
    chosen = st.segmented_control(
        _("The model"),
        list(_SIZES),
        default="too_sure",
        required=True,
        format_func=_model_name,
        key="calibrated_model",
    )
    return _SIZES[chosen]


def _diagram(size: float, temperature: float, key: str = "reliability") -> None:
    """Draw how often predictions are right over how sure they are, and the figures."""
    true, labels = birds()
    found = predictions(size * true, labels, temperature)
    binned = reliability(*found, _BINS)
    filled = binned.counts > 0
    sure, right = binned.confidence[filled].tolist(), binned.accuracy[filled].tolist()
    at = calibration_figures(size * true, labels, temperature, bins=_BINS)
    live_figure(
        figures.curves(
            sure,
            [right, sure],
            [_("the share that is right"), _("as often right as it is sure")],
            [],
            _("confidence: the largest probability"),
            _("the share that is right"),
        ),
        key=f"lesson_{key}",
        alt=_(
            "Reliability diagram: where the model is {sure} sure, the share {right} is right.",
            sure=f"{sure[-1]:.2f}",
            right=f"{right[-1]:.2f}",
        ),
        height=300,
    )
    say(
        "calibration",
        "figures",
        confidence=number(at.confidence),
        accuracy=number(at.accuracy),
        error=number(at.expected_error),
        nll=number(at.nll),
    )


def _divided() -> None:
    """Divide the logits of the model that was chosen, and say which T fits them best."""
    size = _SIZES[st.session_state.get("calibrated_model") or "too_sure"]
    temperature = st.slider("T", 0.25, 4.0, TOO_SURE, 0.05, key="calibrating_temperature")
    _diagram(size, temperature, "divided")
    true, labels = birds()
    say("calibration", "fit", T=number(fit_temperature(size * true, labels).temperature))
