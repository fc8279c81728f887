"""The numbers in the precision page's prose, computed when the page is drawn."""

from __future__ import annotations

from softmax_core.floating_types import TYPES, overflow_threshold, underflow_threshold
from softmax_core.training.findings import MEASURED_BREAKDOWN, NAIVE_BESIDE_STABLE
from softmax_ui.addresses.precision import PLACES
from softmax_ui.text.numbers import tex, tex_percent, typed


def types() -> dict[str, str]:
    """Return the chart's ends, and each type's overflow threshold."""
    return {
        "from": typed(PLACES[0]),
        "to": typed(PLACES[-1]),
        **{f"{name}_edge": tex(overflow_threshold(t), 4) for name, t in TYPES.items()},
    }


def broken_run_facts() -> dict[str, str]:
    """Return the measured results of the experiment that the page's button starts."""
    found = MEASURED_BREAKDOWN
    single = TYPES["float32"]
    return {
        "learning_rate": f"{NAIVE_BESIDE_STABLE.variants[0].learning_rate:g}",
        "step": str(found.step),
        "gap": tex(found.gap),
        "vanished": tex(-underflow_threshold(single), 4),
        "loss": tex(found.loss),
        "nan_from": str(found.nan_from),
        "largest_logit": tex(found.largest_logit),
        "edge": tex(overflow_threshold(single), 4),
        "epochs": str(NAIVE_BESIDE_STABLE.epochs),
        "stable": tex_percent(found.accuracies[0]),
        "naive": tex_percent(found.accuracies[1]),
    }
