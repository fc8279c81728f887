"""What the python side of a handle chart ships."""

from __future__ import annotations

import json

from streamlit.testing.v1 import AppTest


def test_the_chart_ships_its_arrays_its_place_and_a_revision_of_the_content_alone():
    def page() -> None:
        import streamlit as st

        from softmax_ui.components.handle_chart import handle_chart
        from softmax_ui.figures.handle import Curve, HandleChart

        place = st.number_input("place", value=1, key="place")
        top = st.number_input("top", value=3.0, key="top")
        chart = HandleChart("k", [0, 1, 2], "x", "y", (0, 3), [Curve("a", [1, 2, top], "red")])
        handle_chart(chart, position=int(place), key="c", alt="A rise.", on_release=print)

    def shipped(app):
        return json.loads(app.get("bidi_component")[0].proto.json)

    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    first = shipped(app)
    assert first["curves"][0]["values"] == [1, 2, 3]
    assert (first["position"], first["alt"]) == (1, "A rise.")
    moved = shipped(app.number_input(key="place").set_value(2).run())
    assert moved["position"] == 2
    assert moved["revision"] == first["revision"]
    changed = shipped(app.number_input(key="top").set_value(2.5).run())
    assert changed["revision"] != first["revision"]
