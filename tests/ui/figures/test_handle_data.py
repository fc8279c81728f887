"""What a chart with a handle sends to the browser."""

from __future__ import annotations

import json
import math

from softmax_ui.figures.handle import (
    Curve,
    Gauge,
    HandleChart,
    Level,
    Path,
    Ring,
    Row,
    Table,
    Triangle,
)
from softmax_ui.figures.handle_data import as_data

CHART = HandleChart(
    symbol="k",
    x=[0.0, 1.0, 10.0],
    x_low=0.5,
    x_title="factor",
    x_log=True,
    y_title="size",
    y_range=(0.0, 1.0),
    curves=[Curve("a", [1 / 3, math.inf, math.nan], "red", "dot", "more")],
    levels=[Level(0.9, "goal")],
    gauges=[Gauge("g", [0.0, math.nan, 1 / 3], 2.0, "red", "grows", "why")],
    legend=False,
    tables=[Table("t", ["one", "two"], [Row("r", [[1, 2, 3], None], bar=True, note="n")], "blue")],
    triangle=Triangle(
        "s", ["A", "B", "C"], [Ring(0.5, "0.1")], [Path("w", [[0, 0], [1, 0], [0.5, 1]], "red")]
    ),
    plays=True,
    labels={"play": "Play"},
)


def test_everything_arrives_and_is_json():
    data = json.loads(json.dumps(as_data(CHART), allow_nan=False))
    assert data["curves"] == [
        {"name": "a", "values": [0.333333, "inf", "nan"], "colour": "red", "line": "dot",
         "gap": "more", "width": 2.5}
    ]  # fmt: skip
    assert data["gauges"] == [
        {"name": "g", "values": [0.0, "nan", 0.333333], "full": 2.0, "colour": "red",
         "fate": "grows", "note": "why"}
    ]  # fmt: skip
    assert data["legend"] is False
    assert data["levels"] == [{"value": 0.9, "label": "goal"}]
    (table,) = data["tables"]
    assert table["columns"] == ["one", "two"]
    assert table["rows"][0]["cells"] == [[1, 2, 3], None]
    assert table["rows"][0]["bar"] is True
    assert data["triangle"]["rings"] == [{"radius": 0.5, "label": "0.1"}]
    assert data["triangle"]["paths"][0]["points"][2] == [0.5, 1]
    assert data["plays"] is True
    assert data["x_low"] == 0.5


def test_the_axis_begins_at_the_first_place_if_nothing_else_is_said():
    bare = HandleChart("k", [0.1, 1.0], "x", "y", (0, 1), [])
    assert as_data(bare)["x_low"] == 0.1
    assert as_data(bare)["triangle"] is None
