"""The static figures and the table of the vanishing-gradient page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st
import torch

from softmax_core import half_l1_norm
from softmax_core.distributions import entropy, entropy_series
from softmax_core.saturation import largest_half_l1
from softmax_core.training.experiment import LOSSES
from softmax_core.training.findings import MEASURED_STARTS, SATURATED_START
from softmax_ui.components.live_figure import live_figure
from softmax_ui.figures.saturation import maximum_figure, relatives_figure
from softmax_ui.terms import field_name, loss_name, measure_name
from softmax_ui.text import _, prose
from softmax_ui.widgets.number_table import number_table

NAMED_CLASSES: Final = (2, 10, 1000)


def folded(
    title: str, name: str, found: Callable[[], dict[str, str]], draw: Callable[[], None]
) -> None:
    """Draw what leads away from the page's point: its title, and the rest once it is opened.

    Args:
        title: what is in it.
        name: of the prose, after gradient_.
        found: computes the numbers in the prose.
        draw: draws the figure beside it.
    """
    box = st.expander(title, key=f"fold_{name}", on_change="rerun")
    if not box.open:
        return
    with box:
        words, picture = st.columns(2, gap="large")
        with words:
            st.markdown(prose(f"gradient_{name}", **found()))
        with picture:
            draw()


def maximum() -> None:
    """Draw the largest ½‖J‖₁ from two to a thousand classes."""
    classes = sorted({round(10 ** (k / 20)) for k in range(6, 61)} | set(range(2, 11)))
    words = {"classes": _("number of classes n"), "maximum": "1 − 1/n"}
    live_figure(
        maximum_figure(classes, largest_half_l1(classes).tolist(), NAMED_CLASSES, words),
        key="maximum",
        alt=_("The largest value of 1 − Σp² over the number of classes: 1 − 1/n."),
        height=300,
    )


def relatives() -> None:
    """Draw entropy, its series and ½‖J‖₁ for two classes."""
    p = torch.linspace(0, 1, 201, dtype=torch.float64)
    pairs = torch.stack([p, 1 - p], dim=-1)
    words = {
        "probability": _("p of one of two classes"),
        "nats": _("nats"),
        "entropy": _("entropy H"),
        "gini": _("Gini impurity: the first term"),
        "terms": _("the first {n} terms"),
        "jacobian": "½‖J‖₁",
    }
    series = {terms: entropy_series(pairs, terms).tolist() for terms in (1, 2, 4, 16)}
    live_figure(
        relatives_figure(
            p.tolist(), entropy(pairs).tolist(), series, half_l1_norm(pairs).tolist(), words
        ),
        key="relatives",
        alt=_("Entropy, its series' first sums, and ½‖J‖₁ on top of the first, over p."),
        height=340,
    )


def measured_starts() -> None:
    """Draw a table of measurements from each start, with the button's own experiment in bold."""
    heads = [
        field_name("init_std"),
        _("1 − Σp² at the start"),
        *(_("‖∇ {loss}‖", loss=loss_name(loss)) for loss in LOSSES),
        *(
            _("{measure}, {loss}", measure=measure_name("test_accuracy"), loss=loss_name(loss))
            for loss in LOSSES
        ),
    ]
    rows = [
        [
            f"{found.init_std:g}",
            f"{found.saturation:.2f}",
            *(f"{norm:#.2g}" for norm in found.gradient_norms),
            *(f"{accuracy:.0%}" for accuracy in found.test_accuracies),
        ]
        for found in MEASURED_STARTS
    ]
    caption = _(
        "Measured from each start: 1 − Σp² and both gradients in the first minibatch, and where "
        "{epochs} epochs lead, seed {seed}.",
        epochs=SATURATED_START.epochs,
        seed=SATURATED_START.seed,
    )
    number_table(caption, heads, rows, strong=[len(rows) - 1])
