"""What the python side of a live figure ships, and what it believes of what comes back."""

from __future__ import annotations

import json

import numpy as np
import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from softmax_ui.components.live_figure import Selection, figure_json, selection_from


def test_figure_ships_its_data_without_a_template() -> None:
    figure = go.Figure(go.Scatter(y=np.arange(400.0)), go.Layout(template="plotly_dark"))
    shipped = figure_json(figure)
    assert "template" not in json.loads(shipped)["layout"]
    assert json.loads(shipped)["data"][0]["y"]["dtype"] == "f8"
    assert len(shipped) < 400 * 8 * 4 / 3 + 200
    assert figure.layout.template.layout.paper_bgcolor  # the caller's figure is left as it was


def test_selection_is_believed_only_as_far_as_it_is_one() -> None:
    assert selection_from({"curve": 1, "point": 3, "x": 2.5}) == Selection(1, 3)


@pytest.mark.parametrize(
    "report",
    [None, "x", [], {}, {"curve": 1}, {"curve": 1, "point": "0"}, {"curve": 1.5, "point": 0},
     {"curve": 0, "point": ["<b>", 1]}],
)  # fmt: skip
def test_what_is_no_selection_is_none(report: object) -> None:
    assert selection_from(report) is None


def test_live_figure_gives_the_browser_the_description_and_the_height() -> None:
    def page() -> None:
        import plotly.graph_objects as go

        from softmax_ui.components.live_figure import live_figure

        live_figure(go.Figure(go.Bar(y=[1, 2])), key="bars", alt="Two bars.", height=210)

    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    (component,) = app.get("bidi_component")
    sent = json.loads(
        component.proto.mixed.json if component.proto.HasField("mixed") else component.proto.json
    )
    assert (sent["alt"], sent["height"], sent["selects"]) == ("Two bars.", 210, False)
    assert json.loads(sent["figure"])["data"][0]["type"] == "bar"
