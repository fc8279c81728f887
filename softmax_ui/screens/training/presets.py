"""Ready-made experiments, each a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from softmax_core.data import FASHION_MNIST, Description
from softmax_core.training.experiment import Experiment, Variant
from softmax_core.training.findings import (
    AIM,
    BEST_LINEAR,
    CALIBRATED,
    NAIVE_BESIDE_STABLE,
    SATURATED_START,
)
from softmax_ui.addresses.state import PageState, choice
from softmax_ui.addresses.training import PRESET, VIEWS, settings_of
from softmax_ui.notices import Problem
from softmax_ui.page import page_link
from softmax_ui.pages import TRAINING
from softmax_ui.text import _

RATES: Final = (0.001, 0.01, 0.03, 0.1, 0.3, 1.0)

# Streamlit highlights a link to the open page; all six are, so the style is taken off again.
_STYLE: Final = """
.st-key-presets a { background: none; border: 1px solid var(--st-border-color); }
.st-key-presets a:hover { background: var(--st-secondary-background-color); }
.st-key-presets a p { font-weight: 400; }
.st-key-presets { gap: 0.5rem; }
"""


@dataclass(frozen=True, slots=True)
class ExperimentPreset:
    """A ready-made experiment with a title and an explanation.

    Attributes:
        title: what is on its link.
        explanation: what it is for, in a sentence.
        experiment: the experiment.
        view: what is below the run that comes of it.
    """

    title: str
    explanation: str
    experiment: Experiment
    view: str = VIEWS[0]


def presets() -> dict[str, ExperimentPreset]:
    """Return the presets by their code in a link."""
    return {
        "course": ExperimentPreset(
            _("The course's settings"),
            _("η 0.1, minibatches of 256, ten epochs: where should it end?"),
            Experiment((Variant("η 0.1"),)),
        ),
        "rates": ExperimentPreset(
            _("A race of learning rates"),
            _("Six rates from 0.001 to 1, on the same minibatches in the same order."),
            Experiment(tuple(Variant(f"η {rate:g}", learning_rate=rate) for rate in RATES)),
            view="curves",
        ),
        "losses": ExperimentPreset(
            _("Two losses"),
            _("Weights so large that softmax is nearly one-hot: which loss still learns?"),
            SATURATED_START,
        ),
        "forms": ExperimentPreset(
            _("Naive against stable"),
            _("exp(o) / Σ exp(o) as the note writes it, at learning rate 1."),
            NAIVE_BESIDE_STABLE,
        ),
        "raw": ExperimentPreset(
            _("Without / 255"),
            _("Pixels from 0 to 255 make logits 255 times as large."),
            Experiment((Variant("stable"), Variant("naive", softmax="naive")), pixel_scale="raw"),
        ),
        "calibration": ExperimentPreset(
            _("Calibration"),
            _(
                "Is 0.9 really 0.9? Models that are too sure of themselves and models that are not "
                "sure enough, with pictures held out on which a temperature is fitted."
            ),
            CALIBRATED,
            view="calibration",
        ),
        "best": ExperimentPreset(
            _("The best linear model"),
            _(
                "Squared error, standardized pixels, momentum: as far as ten templates go. Chosen "
                "on pictures that were held out; the aim was {aim} on the test set.",
                aim=AIM,
            ),
            BEST_LINEAR,
        ),
    }


def take_preset(state: PageState, watching: PageState) -> list[Problem]:
    """Apply the preset that a link names, if there is one, and reset the settings of the view.

    The URL then holds the settings themselves. A name that no preset has is a problem to show.
    """
    asked = st.query_params.get(PRESET)
    if asked is None:
        return []
    del st.query_params[PRESET]
    known = presets()
    if asked not in known:
        return [Problem(PRESET, asked, choice(PRESET, "course", tuple(known)).allowed())]
    state.apply(**_defaults(state) | settings_of(known[asked].experiment))
    # A link may name another view than the preset's own.
    view = watching.value("view") if "view" in st.query_params else known[asked].view
    watching.apply(**_defaults(watching) | {"view": view})
    st.query_params.pop("run", None)
    return []


def _defaults(state: PageState) -> dict[str, Any]:
    return {name: setting.default for name, setting in state.settings.items()}


def show_presets() -> None:
    """Draw the presets as links."""
    st.html(f"<style>{_STYLE}</style>")
    with st.container(horizontal=True, gap="small", key="presets"):
        for word, preset in presets().items():
            page_link(TRAINING, preset.title, query={PRESET: word})


def mark_preset(experiment: Experiment | None, data: Description) -> str | None:
    """Highlight the preset that the form shows, if it is one, and return its explanation.

    It is about Fashion-MNIST: of other data there is none.
    """
    for word, preset in presets().items():
        if preset.experiment == experiment:
            # After the form, and as a style alone, so that nothing on the page moves.
            st.html(
                f'<style>.st-key-presets a[href*="{PRESET}={word}"] '
                "{ border-color: var(--st-primary-color); color: var(--st-primary-color); }</style>"
            )
            return preset.explanation if data.digest == FASHION_MNIST.digest else None
    return None
