"""What the training figures hold: the right numbers at the right steps, and not too many."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from softmax_core.runs.envelope import Curves, Envelope
from softmax_ui.colours import VARIANT_COLOURS
from softmax_ui.figures.training import (
    BEHIND,
    Frame,
    Mark,
    full,
    points_for,
    thinned,
)
from softmax_ui.figures.training import training_figure as compact_figure


def training_figure(*given: Any, **options: Any) -> dict[str, Any]:
    return full(compact_figure(*given, **options))


def frame(names: list[str], **changes: Any) -> Frame:
    return Frame(
        **{
            "names": names,
            "last_shown": 2350,
            "steps_per_unit": 1,
            "x_title": "step",
            "revision": "run-1",
            **changes,
        }
    )


def numbers(trace: dict[str, Any]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(trace["y"]["bdata"]), dtype=trace["y"]["dtype"])


def positions(trace: dict[str, Any]) -> np.ndarray:
    return trace["x0"] + trace["dx"] * np.arange(len(numbers(trace)))


STEPS = Curves(1.0, 1.0, np.array([[2.3, 2.5], [2.0, np.nan], [1.8, np.nan]]))
EPOCHS = Curves(235.0, 235.0, np.array([[0.7, 0.1], [0.8, 0.2]]))


def test_a_name_is_no_markup_in_a_label() -> None:
    (trace,) = training_figure(frame(["<b>a</b>"]), STEPS, {}, y_title="loss")["data"][:1]
    assert trace["name"] == "&lt;b&gt;a&lt;/b&gt;"


def test_each_variant_has_its_own_curve_with_its_own_numbers() -> None:
    figure = training_figure(frame(["slow", "fast"]), STEPS, {}, y_title="loss")
    slow, fast = figure["data"]
    assert (slow["name"], fast["name"]) == ("slow", "fast")
    assert numbers(slow) == pytest.approx([2.3, 2.0, 1.8])
    assert positions(slow).tolist() == [1, 2, 3]
    assert np.isnan(numbers(fast)).tolist() == [False, True, True]


def test_the_first_step_is_a_point_as_a_line_needs_two() -> None:
    first = Curves(1.0, 1.0, STEPS.values[:1])
    for raw, smoothed in ((first, None), (first, first)):
        figure = training_figure(frame(["a", "b"]), raw, {}, y_title="loss", smoothed=smoothed)
        assert {trace["mode"] for trace in figure["data"]} == {"markers"}
    figure = training_figure(frame(["a", "b"]), STEPS, {}, y_title="loss", smoothed=STEPS)
    assert {trace["mode"] for trace in figure["data"]} == {"lines"}


def test_epochs_stand_at_the_steps_where_they_ended() -> None:
    figure = training_figure(frame(["a", "b"]), None, {"test": EPOCHS}, y_title="accuracy")
    assert positions(figure["data"][0]).tolist() == [235, 470]
    assert numbers(figure["data"][1]) == pytest.approx([0.1, 0.2])
    # The last one ends on the axis, where a point would be cut in half.
    assert not any(trace["cliponaxis"] for trace in figure["data"])


def test_an_axis_in_epochs_divides_steps_marks_and_the_end() -> None:
    figure = training_figure(
        frame(["a", "b"], steps_per_unit=235, marks=[Mark(470, 1, "0.1 → 0.5")]),
        STEPS,
        {"train": EPOCHS},
        y_title="loss",
    )
    assert positions(figure["data"][0]) == pytest.approx([1 / 235, 2 / 235, 3 / 235])
    assert positions(figure["data"][2]).tolist() == [1, 2]
    assert figure["layout"]["xaxis"]["range"] == [0, 10]
    assert figure["layout"]["shapes"][0]["x0"] == 2


def test_variant_colours_repeat_for_every_group_of_curves() -> None:
    names = ["a", "b", "c"]
    three = Curves(1.0, 1.0, np.zeros((4, 3)))
    ends = Curves(235.0, 235.0, np.zeros((2, 3)))
    splits = {"train": ends, "validation": ends, "test": ends}
    figure = training_figure(frame(names), three, splits, y_title="loss")
    assert figure["layout"]["colorway"] == list(VARIANT_COLOURS[:3])
    assert [trace["name"] for trace in figure["data"]] == names * 4
    dashes = [trace.get("line", {}).get("dash", "solid") for trace in figure["data"][3::3]]
    assert dashes == ["solid", "dash", "dot"]


def test_the_band_lies_at_its_values() -> None:
    figure = training_figure(
        frame(["a", "b"]), None, {"test": EPOCHS}, y_title="acc", band=(0.8138, 0.8346)
    )
    (shape,) = figure["layout"]["shapes"]
    assert (shape["y0"], shape["y1"]) == (0.8138, 0.8346)


def test_a_rate_change_is_marked_in_its_variants_colour() -> None:
    marks = [Mark(100, 0, "0.1 → 0.2"), Mark(300, 1, "0.1 → 1")]
    shapes = training_figure(frame(["a", "b"], marks=marks), STEPS, {}, y_title="loss")["layout"][
        "shapes"
    ]
    assert [shape["x0"] for shape in shapes] == [100, 300]
    assert [shape["line"]["color"] for shape in shapes] == list(VARIANT_COLOURS[:2])
    assert shapes[1]["label"]["text"] == "0.1 → 1"
    assert shapes[0]["y1"] - shapes[1]["y1"] > 0.05  # labels close together do not overlap


def test_of_many_changes_the_newest_are_marked_and_said_towards_the_middle() -> None:
    marks = [Mark(step, 0, f"at {step}") for step in range(100, 2350, 75)]
    shapes = training_figure(frame(["a"], marks=marks), STEPS, {}, y_title="loss")["layout"][
        "shapes"
    ]
    assert len(marks) > len(shapes)
    said = [(shape["x0"], shape["label"]["text"]) for shape in shapes]
    assert said == [(mark.step, mark.label) for mark in marks[-len(shapes) :]]
    sides = {shape["x0"] < 2350 / 2: shape["label"]["xanchor"] for shape in shapes}
    assert sides == {True: "left", False: "right"}


def test_the_zoom_belongs_to_the_run() -> None:
    assert training_figure(frame(["a"]), None, {}, y_title="")["layout"]["uirevision"] == "run-1"


def test_a_logarithmic_axis_is_one() -> None:
    figure = training_figure(frame(["a", "b"]), STEPS, {}, y_title="loss", scale="log")
    assert figure["layout"]["yaxis"]["type"] == "log"


def test_plotly_accepts_every_field() -> None:
    figure = training_figure(
        frame(["a", "b"], marks=[Mark(3, 1, "x")]),
        STEPS,
        {"train": EPOCHS, "validation": EPOCHS, "test": EPOCHS},
        y_title="loss",
        band=(0.1, 0.2),
    )
    assert len(go.Figure(figure).data) == 8  # raises on an unknown field or a wrong value


def test_thinning_epochs_keeps_the_newest_and_the_distance() -> None:
    ends = Curves(235.0, 235.0, np.arange(1.0, 24.0)[:, np.newaxis])
    few = thinned(ends, 10)
    assert few.values[-1, 0] == 23
    assert len(few.values) <= 10
    for index, value in enumerate(few.values[:, 0]):
        assert few.first + index * few.spacing == 235 * value


@pytest.mark.parametrize("variants", [1, 4, 16])
@pytest.mark.parametrize("epochs", [10, 1000])
def test_a_page_of_four_figures_weighs_what_it_may(variants: int, epochs: int) -> None:
    names = [f"variant {position}" for position in range(variants)]
    envelope = Envelope(variants)
    envelope.append(np.random.default_rng(0).random((235 * epochs, variants)))
    points = points_for(26_000, 4, 4 * variants, 4 * variants, epochs)
    values = np.random.default_rng(1).random((epochs, variants))
    ends = thinned(Curves(235, 235, values), points)
    page = [
        compact_figure(
            frame(names, last_shown=235 * epochs),
            envelope.extremes(points),
            {"train": ends, "test": ends} if measured_by_epoch else {},
            y_title="loss",
        )
        for measured_by_epoch in (True, True, False, False)
    ]
    assert len(gzip.compress(json.dumps(page).encode(), 3)) < 26_000


def test_what_goes_beyond_the_axis_is_said_with_its_value() -> None:
    values = np.full((200, 2), 0.5)
    values[:, 0] += np.linspace(1.8, 0, 200)
    values[1, 1], values[2, 1] = 4000.0, 30.0
    curves = Curves(1.0, 1.0, values)
    layout = training_figure(frame(["a", "b"]), curves, {}, y_title="loss")["layout"]
    low, high = layout["yaxis"]["range"]
    assert low < 0.5 < 2.3 < high < 3
    (note,) = layout["annotations"]
    assert (note["x"], note["y"]) == (2, pytest.approx(high, rel=1e-4))
    assert note["text"] == f'<span style="color:{VARIANT_COLOURS[1]}">▲</span> 4,000'
    numbers_of_b = numbers(training_figure(frame(["a", "b"]), curves, {}, y_title="")["data"][1])
    assert numbers_of_b.max() == 4000, "it is left out of the range, not out of the chart"


def test_a_logarithmic_x_axis_begins_with_the_first_step() -> None:
    marks = [Mark(3, 1, "nan since step 3")]
    figure = training_figure(
        frame(["a", "b"], x_logarithmic=True, steps_per_unit=10, ends=marks), STEPS, {}, y_title=""
    )
    axis, (mark,) = figure["layout"]["xaxis"], figure["layout"]["annotations"]
    assert axis["type"] == "log"
    assert axis["range"] == pytest.approx([-1, np.log10(235)])
    assert mark["x"] == pytest.approx(np.log10(0.3), rel=1e-5)
    assert mark["y"] == 2.5


def test_a_smoothed_curve_stands_before_its_minibatches() -> None:
    smooth = Curves(1.0, 1.0, np.array([[2.3, 2.5], [2.1, 2.4]]))
    figure = training_figure(frame(["a", "b"]), STEPS, {}, y_title="", smoothed=smooth)
    opacities = [trace.get("opacity", 1) for trace in figure["data"]]
    assert opacities == [BEHIND, BEHIND, 1, 1]
    assert numbers(figure["data"][2]) == pytest.approx([2.3, 2.1])
