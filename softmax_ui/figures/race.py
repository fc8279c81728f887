"""The race of two losses from the same wrong start, and what it costs from every other start."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from softmax_core.descent import GOAL, Descent
from softmax_core.saturation import ScaleSweep
from softmax_ui.figures.handle import Curve, Gauge, HandleChart, Level, Path, Row, Table
from softmax_ui.figures.landscape import CROSS_ENTROPY, SQUARED_ERROR, landscape, planar

Words = Mapping[str, str]


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
        words: target, step, steps, cross_entropy, squared_error, their gauges' (…_gauge) and what
            becomes of them (…_fate), goal, gradient, loss, standings, landscape, rings, play,
            pause, restart.
    """
    losses, walks = ("cross_entropy", "squared_error"), (cross_entropy, squared_error)
    colours = (CROSS_ENTROPY, SQUARED_ERROR)
    picked = list(places)
    target = [walk.target_probability[picked].tolist() for walk in walks]
    measures = [
        Row(words["gradient"], [walk.gradient_norm[picked].tolist() for walk in walks]),
        Row(words["loss"], [walk.loss[picked].tolist() for walk in walks]),
        *(
            Row(f"o({name})", [walk.logits[picked, k].tolist() for walk in walks])
            for k, name in enumerate(names)
        ),
    ]
    paths = [
        Path(words[loss], planar(walk.probabilities[picked]), colour)
        for loss, walk, colour in zip(losses, walks, colours, strict=True)
    ]
    return HandleChart(
        symbol=words["step"],
        x=[float(place) for place in places],
        x_low=0.7,
        x_title=words["steps"],
        x_log=True,
        y_title=words["target"],
        y_range=(0.0, 1.0),
        curves=[
            Curve(words[loss], values, colour)
            for loss, values, colour in zip(losses, target, colours, strict=True)
        ],
        levels=[Level(GOAL, words["goal"])],
        gauges=[
            Gauge(words[f"{loss}_gauge"], values, 1.0, colour, words[f"{loss}_fate"])
            for loss, values, colour in zip(losses, target, colours, strict=True)
        ],
        legend=False,
        tables=[Table(words["standings"], [words[loss] for loss in losses], measures)],
        triangle=landscape(words["landscape"], names, paths, words["rings"]),
        plays=True,
        labels={name: words[name] for name in ("play", "pause", "restart")},
    )


def steps_chart(
    starts: ScaleSweep,
    cross_entropy: Sequence[int],
    squared_error: Sequence[int],
    limit: int,
    words: Words,
) -> HandleChart:
    """Draw the steps needed against how saturated the start was, up to a limit.

    Args:
        starts: one row a start, its factor being how far the wrong logit is ahead.
        cross_entropy: steps needed from each start, -1 where `limit` did not suffice.
        squared_error: the same for the other loss.
        limit: how many steps were tried.
        words: cross_entropy, squared_error, ahead, steps, limit, more, start, gradient.
    """
    norms = [starts.cross_entropy_norm.tolist(), starts.squared_error_norm.tolist()]
    half_l1 = starts.half_l1.tolist()
    return HandleChart(
        symbol="a",
        x=starts.factors.tolist(),
        x_title=words["ahead"],
        y_title=words["steps"],
        y_range=(1.0, 2.0 * limit),
        y_log=True,
        curves=[
            Curve(name, [n if n >= 0 else math.nan for n in needed], colour, gap=words["more"])
            for name, needed, colour in (
                (words["cross_entropy"], cross_entropy, CROSS_ENTROPY),
                (words["squared_error"], squared_error, SQUARED_ERROR),
            )
        ],
        levels=[Level(float(limit), words["limit"])],
        tables=[
            Table(
                words["start"],
                [words["cross_entropy"], words["squared_error"]],
                [Row("1 − Σp²", [half_l1, half_l1]), Row(words["gradient"], norms)],
            )
        ],
    )
