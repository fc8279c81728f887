"""The vanishing-gradient page, as the server builds it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from softmax_core.training.findings import MEASURED_STARTS

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
    assert list(found) == ["k", "step", "a"]
    assert found["k"]["x"][found["k"]["position"]] == 10
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


def fates(app: AppTest) -> list[str]:
    """What becomes of the prediction, the Jacobian and both gradients, as the board says it."""
    return [gauge["fate"] for gauge in charts(app)["k"]["gauges"]]


def test_the_board_opens_on_the_pages_point():
    """Sure and wrong: three bars are empty, cross-entropy's is full, and the words say so."""
    board = charts(opened())["k"]
    bars = [gauge["values"][board["position"]] / gauge["full"] for gauge in board["gauges"]]
    assert max(bars[:3]) < 1e-3
    assert bars[3] > 0.999
    assert fates(opened()) == ["Wrong", "Vanishes", "Vanishes too", "Does not vanish"]


def test_the_target_decides_what_the_page_says():
    app = opened()
    assert app.selectbox(key="target").options == ["chick (wins)", "duck", "goose"]
    app.selectbox(key="target").set_value(0).run()
    assert fates(app) == ["Right", "Vanishes", "Vanishes", "Vanishes"]
    app.text_input(key="logits_typed").set_value("1, 1").run()
    assert fates(app) == ["Undecided", "Stays", "Stays", "Does not vanish"]
    app.text_input(key="logits_typed").set_value("1, 1, 0").run()
    app.selectbox(key="target").set_value(2).run()
    # p never becomes one-hot, and the squared error's gradient vanishes all the same.
    assert fates(app) == ["Wrong", "Stays", "Vanishes too", "Does not vanish"]


@pytest.mark.parametrize("logits", ["2, 1, 0", "1, 1", "1, 1, 0", "3, 3, 3, 0"])
def test_what_the_board_says_is_where_its_values_end(logits):
    for target in range(logits.count(",") + 1):
        board = charts(opened(logits=logits, target=str(target)))["k"]
        for gauge in board["gauges"][1:]:
            gone = gauge["values"][-1] < 1e-6
            assert gone is gauge["fate"].startswith("Vanishes"), (target, gauge["name"])


def test_nonsense_is_said_and_the_default_is_shown():
    app = opened(logits="<b>", k="7000")
    assert "logits" in app.warning[0].value
    assert charts(app)["k"]["position"] == charts(opened())["k"]["position"]
    app.text_input(key="logits_typed").set_value("1, two").run()
    assert any("`two` is not a number" in c.value for c in app.caption)
    assert not app.exception


@pytest.mark.parametrize("typed", ["tensor([2., 1., 0.1])", "２，１，０．１", "(2, 1, 0.1)"])
def test_logits_are_read_in_the_forms_that_the_playground_reads(typed):
    app = opened()
    app.text_input(key="logits_typed").set_value(typed).run()
    assert app.query_params["logits"] == "2, 1, 0.1"
    assert "Read as `2, 1, 0.1`." in [c.value for c in app.caption]


def test_the_row_stays_what_it_was_when_the_field_is_cleared_or_says_nonsense():
    app = opened(logits="3, 1, 0")
    app.text_input(key="logits_typed").set_value("-inf, 1, 0").run()
    assert any("`-inf` is not a finite number" in c.value for c in app.caption)
    assert any("Shown is `3, 1, 0`" in c.value for c in app.caption)
    assert app.query_params["logits"] == "3, 1, 0"
    app.text_input(key="logits_typed").set_value(" ").run()
    assert app.text_input(key="logits_typed").value == "3, 1, 0"
    assert not any("Shown is" in c.value for c in app.caption)


def test_a_pasted_column_keeps_its_lines():
    app = opened()
    app.text_input(key="logits_typed").set_value("0    2.0 ⏎ 1    1.0 ⏎ 2   -1.0").run()
    assert app.query_params["logits"] == "2, 1, -1"


def test_logits_that_can_be_read_in_two_ways_are_asked_about():
    app = opened()
    app.text_input(key="logits_typed").set_value("0,5 1 -2,2").run()
    assert any("can be read in several ways" in c.value for c in app.caption)
    app.button(key="logits_choice_1").click().run()
    assert app.text_input(key="logits_typed").value == "0.5, 1, -2.2"
    assert app.query_params["logits"] == "0.5, 1, -2.2"
    assert not any("several ways" in c.value for c in app.caption)


def test_a_target_that_is_no_class_is_said_and_the_default_is_shown():
    app = opened(target="3")
    assert "`target` was `3` and must be a whole number from 0 to 2" in app.warning[0].value
    assert app.selectbox(key="target").value == 1
    assert not opened(logits="3, 2, 1, 0", target="3").warning


def test_fewer_classes_than_the_target_are_survived():
    app = opened(target="2")
    app.text_input(key="logits_typed").set_value("1, 0").run()
    assert not app.exception
    assert app.selectbox(key="target").value == 0


def test_the_race_says_how_many_steps_each_loss_needed():
    def needed(app: AppTest) -> list[str]:
        return [gauge["fate"] for gauge in charts(app)["step"]["gauges"]]

    app = opened(ahead="8")
    assert needed(app) == ["9 steps to 0.9", "652 steps to 0.9"]
    starts = charts(app)["a"]
    assert starts["x"][starts["position"]] == 8
    assert [curve["values"][starts["position"]] for curve in starts["curves"]] == [9, 652]
    app.slider(key="ahead").set_value(12.0).run()
    assert needed(app)[1] == "More than 1000 steps to 0.9"
    starts = charts(app)["a"]
    assert starts["x"][starts["position"]] == 12
    assert starts["curves"][1]["values"][-1] == "nan"
    assert starts["curves"][1]["gap"] == "more than 1000"


def test_what_was_measured_stands_beside_the_button():
    app = opened()
    table = next(h.proto.body for h in app.get("html") if 'class="numbers"' in h.proto.body)
    assert table.count("<tr") == 1 + len(MEASURED_STARTS)
    last = MEASURED_STARTS[-1]
    for share in last.test_accuracies:
        assert f"<td>{share:.0%}</td>" in table
    assert rf"{100 * last.test_accuracies[1]:.0f}\%" in text(app)
