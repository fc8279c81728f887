"""What the python side of the bars ships."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from softmax_ui.colours import CLASS_COLOURS


def shipped(rows: list[list[float]], labels: list[str]) -> dict[str, Any]:
    def page(rows: list[list[float]], labels: list[str]) -> None:
        from softmax_ui.components.class_bars import class_bars

        class_bars(rows, labels, ["chick", "duck"], key="b", alt="Two birds.", height=200)

    app = AppTest.from_function(page, args=(rows, labels), default_timeout=30).run()
    assert not app.exception
    data: dict[str, Any] = json.loads(app.get("bidi_component")[0].proto.json)
    return data


def test_a_class_keeps_its_colour_in_each_row() -> None:
    data = shipped([[0.0, 1.0], [0.25, 0.7512345]], ["truth", "answer"])
    assert [each["name"] for each in data["classes"]] == ["chick", "duck"]
    assert [each["colour"] for each in data["classes"]] == list(CLASS_COLOURS[:2])
    assert [bar["p"] for bar in data["classes"][1]["bars"]] == [1.0, 0.7512345]
    assert [bar["text"] for bar in data["classes"][1]["bars"]] == ["1", "0.751"]
    assert data["classes"][1]["bars"][1]["exact"] == "0.751235"
    assert data["labels"] == ["truth", "answer"]
    assert (data["alt"], data["height"]) == ("Two birds.", 200)


def test_a_single_row_needs_no_legend() -> None:
    assert shipped([[0.5, 0.5]], ["only"])["labels"] == []
