"""The race of two losses from the same wrong start, and the steps needed from other starts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from softmax_core.descent import GOAL, Descent
from softmax_core.losses import Loss
from softmax_core.saturation import ScaleSweep
from softmax_core.training.experiment import LOSSES
from softmax_ui.figures.handle import Curve, Gauge, HandleChart, Level, Path, Row, Table
from softmax_ui.figures.landscape import LOSS_COLOURS, LOSS_LINES, landscape, planar

Words = Mapping[str, str]


def race_chart(
    places: Sequence[int], walks: Mapping[Loss, Descent], names: Sequence[str], words: Words
) -> HandleChart:
    """Draw descent by both losses from the same start, with the triangle beside it.

    Args:
        places: the steps that the handle stops at, rising from 0.
        walks: the descent by each loss, at least as long as the last place.
        names: the three classes' names.
        words: target, step, steps, goal, gradient, loss, standings, landscape, rings, play, pause,
            restart; for each loss its name, its gauge's (<loss>_gauge) and the outcome
            (<loss>_fate).
    """
    picked = list(places)
    raced = [walks[loss] for loss in LOSSES]
    target = {loss: walks[loss].target_probability[picked].tolist() for loss in LOSSES}
    measures = [
        Row(words["gradient"], [walk.gradient_norm[picked].tolist() for walk in raced]),
        Row(words["loss"], [walk.loss[picked].tolist() for walk in raced]),
        *(
            Row(f"o({name})", [walk.logits[picked, k].tolist() for walk in raced])
            for k, name in enumerate(names)
        ),
    ]
    paths = [
        Path(words[loss], planar(walks[loss].probabilities[picked]), LOSS_COLOURS[loss])
        for loss in LOSSES
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
            Curve(words[loss], target[loss], LOSS_COLOURS[loss], LOSS_LINES[loss])
            for loss in LOSSES
        ],
        levels=[Level(GOAL, words["goal"])],
        gauges=[
            Gauge(
                words[f"{loss}_gauge"], target[loss], 1.0, LOSS_COLOURS[loss], words[f"{loss}_fate"]
            )
            for loss in LOSSES
        ],
        legend=False,
        tables=[Table(words["standings"], [words[loss] for loss in LOSSES], measures)],
        triangle=landscape(words["landscape"], names, paths, words["rings"]),
        plays=True,
        labels={name: words[name] for name in ("play", "pause", "restart")},
    )


def steps_chart(
    starts: ScaleSweep, needed: Mapping[Loss, Sequence[int]], limit: int, words: Words
) -> HandleChart:
    """Draw the steps that each loss needs over how saturated the start is, up to a limit.

    Args:
        starts: one row a start, its factor being how far the wrong logit is ahead.
        needed: steps from each start by each loss, -1 where `limit` did not suffice.
        limit: number of steps tried.
        words: cross_entropy, squared_error, ahead, steps, limit, more, start, gradient.
    """
    norms = {
        "cross_entropy": starts.cross_entropy_norm.tolist(),
        "squared_error": starts.squared_error_norm.tolist(),
    }
    half_l1 = starts.half_l1.tolist()
    return HandleChart(
        symbol="a",
        x=starts.factors.tolist(),
        x_title=words["ahead"],
        y_title=words["steps"],
        y_range=(1.0, 2.0 * limit),
        y_log=True,
        curves=[
            Curve(
                words[loss],
                [n if n >= 0 else math.nan for n in needed[loss]],
                LOSS_COLOURS[loss],
                LOSS_LINES[loss],
                gap=words["more"],
            )
            for loss in LOSSES
        ],
        levels=[Level(float(limit), words["limit"])],
        tables=[
            Table(
                words["start"],
                [words[loss] for loss in LOSSES],
                [
                    Row("1 − Σp²", [half_l1, half_l1]),
                    Row(words["gradient"], [norms[loss] for loss in LOSSES]),
                ],
            )
        ],
    )
