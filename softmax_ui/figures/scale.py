"""The effect of scaling the logits: a chart with a handle, and both chain rules in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from softmax_core.saturation import LARGEST_CROSS_ENTROPY_NORM, ScaleSweep
from softmax_ui.colours import INK
from softmax_ui.figures.handle import Curve, Gauge, HandleChart, Path, Row, Table
from softmax_ui.figures.landscape import JACOBIAN, LOSS_COLOURS, LOSS_LINES, landscape, planar

LOWEST: Final = 1e-16  # the logarithmic chart's floor, about where 1 - p has no digits left

Words = Mapping[str, str]
Fates = Mapping[str, tuple[str, str]]
"""The limit of each gauge's value in a word or two, and the reason."""


def scale_chart(
    sweep: ScaleSweep,
    target: int,
    names: Sequence[str],
    words: Words,
    fates: Fates,
    *,
    logarithmic: bool,
) -> HandleChart:
    """Draw the Jacobian's size and both gradients' norms over the factor k.

    Args:
        sweep: one row for each place of the handle.
        target: the class index of the losses.
        names: the classes' names.
        words: target, jacobian, entries, cross_entropy, squared_error, factor, size, landscape,
            rings, prediction, play, pause, restart, those of the tables, and the three gauges'
            (jacobian_gauge, squared_error_gauge, cross_entropy_gauge).
        fates: for target, jacobian, squared_error and cross_entropy.
        logarithmic: whether sizes are drawn on a logarithmic scale.
    """
    path = Path(words["prediction"], planar(sweep.probabilities), INK) if len(names) == 3 else None
    return HandleChart(
        symbol="k",
        x=sweep.factors.tolist(),
        x_title=words["factor"],
        x_log=True,
        y_title=words["size"],
        y_range=(LOWEST, 10.0) if logarithmic else (0.0, 1.5),
        y_log=logarithmic,
        curves=[
            Curve(words["jacobian"], sweep.half_l1.tolist(), JACOBIAN, "dashdot"),
            Curve(words["entries"], sweep.half_entries.tolist(), INK, "dot"),
            Curve(
                words["squared_error"],
                sweep.squared_error_norm.tolist(),
                LOSS_COLOURS["squared_error"],
                LOSS_LINES["squared_error"],
            ),
            Curve(
                words["cross_entropy"],
                sweep.cross_entropy_norm.tolist(),
                LOSS_COLOURS["cross_entropy"],
                LOSS_LINES["cross_entropy"],
            ),
        ],
        gauges=_gauges(sweep, target, words, fates),
        tables=_cancellation(sweep, target, names, words),
        triangle=landscape(words["landscape"], names, [path], words["rings"]) if path else None,
        plays=True,
        labels={name: words[name] for name in ("play", "pause", "restart")},
    )


def _gauges(sweep: ScaleSweep, target: int, words: Words, fates: Fates) -> list[Gauge]:
    """Return the four gauges; the sizes share one full scale, the largest value any can have."""
    full = LARGEST_CROSS_ENTROPY_NORM
    sizes = {
        "jacobian": (sweep.half_l1, JACOBIAN),
        "squared_error": (sweep.squared_error_norm, LOSS_COLOURS["squared_error"]),
        "cross_entropy": (sweep.cross_entropy_norm, LOSS_COLOURS["cross_entropy"]),
    }
    right = sweep.probabilities[:, target].tolist()
    return [
        Gauge(words["target"], right, 1.0, INK, *fates["target"]),
        *(
            Gauge(words[f"{name}_gauge"], values.tolist(), full, colour, *fates[name])
            for name, (values, colour) in sizes.items()
        ),
    ]


def _cancellation(
    sweep: ScaleSweep, target: int, names: Sequence[str], words: Words
) -> list[Table]:
    """Return both chain rules line by line: where the Jacobian cancels, and where it stays."""

    def row(name: str, values: Any, **looks: Any) -> Row:
        return Row(name, [values[:, k].tolist() for k in range(len(names))], **looks)

    t = names[target]
    return [
        Table(
            words["cross_entropy_chain"],
            names,
            [
                row("p", sweep.probabilities, bar=True),
                row(f"∂L/∂p = −y / p({t})", sweep.slope),
                row(f"∂p({t})/∂o = p({t}) · (y − p)", sweep.target_row, note=words["row_of_j"]),
                row(words["product"], sweep.chained, note=words["cancels"]),
                row("p − y", sweep.cross_entropy_gradient, strong=True, note=words["survives"]),
            ],
            LOSS_COLOURS["cross_entropy"],
        ),
        Table(
            words["squared_error_chain"],
            names,
            [
                row("p", sweep.probabilities, bar=True),
                row("∂L/∂p = p − y", sweep.residual),
                row(f"∂p({t})/∂o = p({t}) · (y − p)", sweep.target_row, note=words["row_of_j"]),
                row("J (p − y)", sweep.squared_error_gradient, strong=True, note=words["vanishes"]),
            ],
            LOSS_COLOURS["squared_error"],
        ),
    ]
