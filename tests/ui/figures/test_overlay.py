import base64
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from softmax_core.runs import Line
from softmax_ui.colours import VARIANT_COLOURS
from softmax_ui.figures.overlay import overlay_figure


def curve(points: int, shift: float = 0.0) -> Line:
    return Line(np.arange(points) / 4.0, np.arange(points, dtype=np.float64) + shift)


def numbers(packed: dict[str, str]) -> list[float]:
    return np.frombuffer(base64.b64decode(packed["bdata"]), dtype=packed["dtype"]).tolist()


def test_plotly_knows_every_field() -> None:
    drawn: dict[str, Any] = overlay_figure([("a", curve(3))], x_title="x", y_title="y")
    assert go.Figure(drawn).to_dict()["data"][0]["y"] == drawn["data"][0]["y"]


def test_what_people_wrote_is_no_markup_in_a_label() -> None:
    (trace,) = overlay_figure([("<b>a</b> &amp; b", curve(3))], x_title="", y_title="")["data"]
    assert trace["name"] == "&lt;b&gt;a&lt;/b&gt; &amp;amp; b"


def test_each_curve_is_drawn_where_it_is() -> None:
    figure = overlay_figure(
        [("first", curve(3)), ("second", curve(40, 0.5))], x_title="epoch", y_title="loss"
    )
    first, second = figure["data"]
    assert (first["name"], second["name"]) == ("first", "second")
    assert numbers(first["x"]) == [0.0, 0.25, 0.5]
    assert numbers(second["y"]) == [step + 0.5 for step in range(40)]
    assert (first["mode"], second["mode"]) == ("lines+markers", "lines")
    assert first["line"]["color"] != second["line"]["color"]
    assert figure["layout"]["xaxis"]["title"]["text"] == "epoch"
    assert figure["layout"]["yaxis"]["type"] == "linear"


def test_a_second_round_of_colours_is_dashed() -> None:
    count = len(VARIANT_COLOURS)
    traces = overlay_figure(
        [(str(n), curve(3)) for n in range(count + 1)], x_title="", y_title="", logarithmic=True
    )["data"]
    assert traces[count]["line"]["color"] == traces[0]["line"]["color"]
    assert (traces[0]["line"]["dash"], traces[count]["line"]["dash"]) == ("solid", "dash")


def test_of_many_curves_each_bears_a_number_at_its_end_and_in_the_legend() -> None:
    def drawn(count: int) -> dict[str, Any]:
        return overlay_figure(
            [("run", curve(3, float(n))) for n in range(count)], x_title="", y_title=""
        )

    assert not drawn(3)["layout"]["annotations"]
    many = drawn(4)
    assert [trace["name"] for trace in many["data"]] == [f"{n} · run" for n in range(1, 5)]
    assert [(a["text"], a["x"]) for a in many["layout"]["annotations"]] == [
        (f"{n}", 0.5) for n in range(1, 5)
    ]


def test_a_curve_that_diverges_does_not_flatten_the_others() -> None:
    far = Line(np.arange(100.0), np.where(np.arange(100) == 50, 1e4, 0.5))
    figure = overlay_figure([("near", curve(3)), ("far", far)], x_title="", y_title="")
    (note,) = figure["layout"]["annotations"]
    assert figure["layout"]["yaxis"]["range"][1] < 10
    assert (note["x"], note["text"].partition("</span> ")[2]) == (50, "10,000")


def test_a_mean_has_a_band_of_its_own_colour() -> None:
    mean = Line(np.array([1.0, 2.0]), np.array([0.5, 0.4]))
    figure = overlay_figure(
        [("one", curve(3)), ("mean of 5", mean)],
        x_title="", y_title="", bands=[None, np.array([0.1, 0.2])],
    )  # fmt: skip
    band, _one, line = figure["data"]
    assert numbers(band["x"]) == [1, 2, 2, 1]
    assert numbers(band["y"]) == pytest.approx([0.6, 0.6, 0.2, 0.4])
    assert (band["fillcolor"], band["showlegend"]) == (line["line"]["color"], False)
    assert len(go.Figure(figure).data) == 3
