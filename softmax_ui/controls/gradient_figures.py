"""The two still figures of the vanishing-gradient page, with their words."""

from __future__ import annotations

import torch

from softmax_core import half_l1_norm
from softmax_core.distributions import entropy
from softmax_core.impurity import entropy_series
from softmax_core.saturation import largest_half_l1
from softmax_ui.components.live_figure import live_figure
from softmax_ui.figures.saturation import maximum_figure, relatives_figure
from softmax_ui.text import _


def maximum() -> None:
    """Draw the largest ½‖J‖₁ from 2 to 1000 classes."""
    classes = sorted({round(10 ** (k / 40)) for k in range(12, 121)} | {2})
    words = {"classes": _("number of classes n"), "maximum": "1 − 1/n"}
    live_figure(
        maximum_figure(classes, largest_half_l1(classes).tolist(), words),
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
