"""The vanishing-gradient page, as the server builds it."""

from __future__ import annotations

import json
from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    app.query_params.clear()
    app.query_params.update(query)
    app = app.switch_page("pages/vanishing_gradient.py").run()
    assert not app.exception
    return app


def charts(app: AppTest) -> dict[str, dict]:
    """The handle charts by the symbol of their handle."""
    found = [
        json.loads(c.proto.json)
        for c in app.get("bidi_component")
        if "handle" in c.proto.component_name
    ]
    return {data["symbol"]: data for data in found}


def text(app: AppTest) -> str:
    return "\n".join(element.value for element in app.markdown)


def test_the_page_says_its_numbers_and_shows_both_boards():
    app = opened()
    assert r"8.2 \times 10^{-9}" in text(app)
    assert "<<" not in text(app)
    found = charts(app)
    assert list(found) == ["k", "step"]
    assert found["k"]["x"][found["k"]["position"]] == 1
    assert found["k"]["y_log"] is True
    assert app.header[0].value == "Why one of them survives"


def test_the_url_sets_everything_and_is_written_back():
    app = opened(logits="3, 0", target="0", k="10", sizes="linear", ahead="2", rate="5", step="12")
    found = charts(app)
    assert found["k"]["y_log"] is False
    assert found["k"]["x"][found["k"]["position"]] == 10
    assert found["k"]["triangle"] is None  # two classes
    assert found["step"]["x"][found["step"]["position"]] == 12
    app.slider(key="ahead").set_value(8.0).run()
    assert app.query_params["ahead"] == ["8"] or app.query_params["ahead"] == "8"


def test_the_target_decides_what_the_page_says():
    app = opened()
    said = [c.value for c in app.caption]
    assert any("surely **wrong**" in line for line in said)
    app.selectbox(key="target").set_value(0).run()
    assert any("becomes right" in line for line in [c.value for c in app.caption])
    app.text_input(key="logits").set_value("1, 1").run()
    assert any("cannot decide" in line for line in [c.value for c in app.caption])


def test_nonsense_is_said_and_the_default_is_shown():
    app = opened(logits="<b>", k="7000")
    assert "logits" in app.warning[0].value
    assert charts(app)["k"]["position"] == 80
    app.text_input(key="logits").set_value("1, two").run()
    assert any("`1, two`" in c.value for c in app.caption)
    assert not app.exception


def test_fewer_classes_than_the_target_are_survived():
    app = opened(target="2")
    app.text_input(key="logits").set_value("1, 0").run()
    assert not app.exception
    assert app.selectbox(key="target").value == 0


def test_the_race_says_how_many_steps_each_loss_needed():
    app = opened(ahead="8")
    assert any("cross-entropy 9 steps, squared error 652 steps" in c.value for c in app.caption)
    app.slider(key="ahead").set_value(12.0).run()
    assert any("squared error more than 1000 steps" in c.value for c in app.caption)
