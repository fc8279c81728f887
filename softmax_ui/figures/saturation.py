"""Where the gradient goes: the charts of the vanishing-gradient page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import plotly.graph_objects as go

from softmax_core.descent import Descent
from softmax_core.saturation import ScaleSweep, level_radius, simplex_points
from softmax_ui.colours import NEGATIVE, POSITIVE
from softmax_ui.figures.handle import (
    Curve,
    HandleChart,
    Level,
    Path,
    Row,
    Table,
    Triangle,
)
from softmax_ui.figures.theme import quiet_layout

CROSS_ENTROPY: Final = POSITIVE
SQUARED_ERROR: Final = NEGATIVE
JACOBIAN: Final = "#832db6"
INK: Final = "var(--st-text-color)"
LOWEST: Final = 1e-16  # the logarithmic charts' floor, about where 1 - p has no digits left
RINGS: Final = tuple((level_radius(0.05 * step), 0.05 * step) for step in range(14))

Words = Mapping[str, str]


def scale_chart(
    sweep: ScaleSweep, target: int, names: Sequence[str], words: Words, *, logarithmic: bool
) -> HandleChart:
    """Draw the Jacobian's size and both gradients' norms over the factor k.

    Args:
        sweep: one row for each place of the handle.
        target: the class index of the losses.
        names: the classes' names.
        words: jacobian, entries, cross_entropy, squared_error, factor, size, and those of the
            tables and the triangle below.
        logarithmic: whether sizes are drawn on a logarithmic scale.
    """
    curves = [
        Curve(words["jacobian"], sweep.half_l1.tolist(), JACOBIAN),
        Curve(words["entries"], sweep.half_entries.tolist(), INK, "dot"),
        Curve(words["cross_entropy"], sweep.cross_entropy_norm.tolist(), CROSS_ENTROPY),
        Curve(words["squared_error"], sweep.squared_error_norm.tolist(), SQUARED_ERROR),
    ]
    three = len(names) == 3
    return HandleChart(
        symbol="k",
        x=sweep.factors.tolist(),
        x_title=words["factor"],
        x_log=True,
        y_title=words["size"],
        y_range=(LOWEST, 10.0) if logarithmic else (0.0, 1.5),
        y_log=logarithmic,
        curves=curves,
        tables=_cancellation(sweep, target, names, words),
        triangle=_triangle(
            names, words, [Path(words["prediction"], _planar(sweep.probabilities), JACOBIAN)]
        )
        if three
        else None,
    )


def _cancellation(
    sweep: ScaleSweep, target: int, names: Sequence[str], words: Words
) -> list[Table]:
    """Tell both chain rules line by line: where the Jacobian cancels, and where it stays."""

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
            CROSS_ENTROPY,
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
            SQUARED_ERROR,
        ),
    ]


def _triangle(names: Sequence[str], words: Words, paths: Sequence[Path]) -> Triangle:
    return Triangle(words["landscape"], names, RINGS, paths, words["rings"])


def _planar(probabilities: Any) -> list[list[float]]:
    points: list[list[float]] = simplex_points(probabilities).tolist()
    return points


def race_chart(
    places: Sequence[int],
    cross_entropy: Descent,
    squared_error: Descent,
    names: Sequence[str],
    words: Words,
) -> HandleChart:
    """Draw both losses' walks over the steps, from the same start, with the triangle beside them.

    Args:
        places: the steps that the handle stops at, rising from 0.
        cross_entropy: its walk, at least as long as the last place.
        squared_error: the other walk.
        names: the three classes' names.
        words: target, step, cross_entropy, squared_error, goal, gradient, loss, standings,
            landscape, rings, play, pause, restart.
    """
    walks = [
        (words["cross_entropy"], cross_entropy, CROSS_ENTROPY),
        (words["squared_error"], squared_error, SQUARED_ERROR),
    ]
    picked = list(places)
    measures = [
        Row(words["target"], [w.target_probability[picked].tolist() for _, w, _ in walks], True),
        Row(words["gradient"], [w.gradient_norm[picked].tolist() for _, w, _ in walks]),
        Row(words["loss"], [w.loss[picked].tolist() for _, w, _ in walks]),
        *(
            Row(f"o({name})", [w.logits[picked, k].tolist() for _, w, _ in walks])
            for k, name in enumerate(names)
        ),
    ]
    return HandleChart(
        symbol=words["step"],
        x=[float(place) for place in places],
        x_low=0.7,
        x_title=words["steps"],
        x_log=True,
        y_title=words["target"],
        y_range=(0.0, 1.0),
        curves=[Curve(name, w.target_probability[picked].tolist(), c) for name, w, c in walks],
        levels=[Level(0.9, words["goal"])],
        tables=[Table(words["standings"], [name for name, _, _ in walks], measures)],
        triangle=_triangle(
            names, words, [Path(name, _planar(w.probabilities[picked]), c) for name, w, c in walks]
        ),
        plays=True,
        labels={name: words[name] for name in ("play", "pause", "restart")},
    )


def steps_figure(
    starts: Sequence[float],
    cross_entropy: Sequence[int],
    squared_error: Sequence[int],
    limit: int,
    words: Words,
) -> go.Figure:
    """Draw the steps needed against how saturated the start was, up to a limit.

    Args:
        starts: how far the wrong logit was ahead.
        cross_entropy: steps needed from each start, -1 where `limit` did not suffice.
        squared_error: the same for the other loss.
        limit: how many steps were tried.
        words: cross_entropy, squared_error, ahead, steps, limit.
    """
    figure = go.Figure(layout=quiet_layout())
    for name, needed, colour in (
        (words["cross_entropy"], cross_entropy, CROSS_ENTROPY),
        (words["squared_error"], squared_error, SQUARED_ERROR),
    ):
        reached = [(s, n) for s, n in zip(starts, needed, strict=True) if n >= 0]
        figure.add_scatter(
            x=[s for s, _ in reached],
            y=[n for _, n in reached],
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 2.4},
            marker={"size": 6},
            hovertemplate="%{x:.4~g} → %{y}",
        )
    figure.add_scatter(
        x=[min(starts), max(starts)],
        y=[limit, limit],
        name=words["limit"],
        mode="lines",
        line={"color": INK, "dash": "dot", "width": 1},
        hoverinfo="skip",
    )
    figure.update_xaxes(title_text=words["ahead"], range=[min(starts), max(starts)])
    figure.update_yaxes(title_text=words["steps"], type="log", dtick=1)
    return figure


def maximum_figure(classes: Sequence[int], largest: Sequence[float], words: Words) -> go.Figure:
    """Draw the largest 1 - Σp² over the number of classes.

    Args:
        classes: n, rising.
        largest: the maximum for each n.
        words: classes, maximum.
    """
    figure = go.Figure(layout=quiet_layout(showlegend=False))
    figure.add_scatter(
        x=list(classes),
        y=list(largest),
        mode="lines",
        line={"color": JACOBIAN, "width": 2.4},
        hovertemplate="n = %{x}: %{y:.4~f}",
        name="1 − 1/n",
    )
    figure.update_xaxes(title_text=words["classes"], type="log", dtick=1)
    figure.update_yaxes(title_text=words["maximum"], range=[0.0, 1.05])
    return figure


def relatives_figure(
    probability: Sequence[float],
    entropy: Sequence[float],
    series: Mapping[int, Sequence[float]],
    half_l1: Sequence[float],
    words: Words,
) -> go.Figure:
    """Draw entropy, its series' first sums and ½‖J‖₁ over p, for two classes.

    Args:
        probability: p of the first class.
        entropy: H in nats.
        series: number of terms -> the series cut off there.
        half_l1: ½‖J‖₁, on top of the first sum.
        words: probability, nats, entropy, gini, terms (with {n}), jacobian.
    """
    figure = go.Figure(layout=quiet_layout())
    looks: list[tuple[str, Sequence[float], dict[str, Any]]] = [
        (words["entropy"], entropy, {"color": CROSS_ENTROPY, "width": 2.4})
    ]
    for terms, values in series.items():
        name = words["gini"] if terms == 1 else words["terms"].format(n=terms)
        line = {"color": JACOBIAN, "width": 5} if terms == 1 else {"color": "#8f9bab", "width": 1.2}
        looks.append((name, values, line))
    looks.append((words["jacobian"], half_l1, {"color": INK, "width": 2, "dash": "dot"}))
    for name, values, line in looks:
        figure.add_scatter(
            x=list(probability),
            y=list(values),
            name=name,
            mode="lines",
            line=line,
            hovertemplate="%{y:.4~f}",
        )
    figure.update_xaxes(title_text=words["probability"], range=[0, 1])
    figure.update_yaxes(title_text=words["nats"], rangemode="tozero")
    return figure
