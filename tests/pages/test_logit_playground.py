"""The logit playground, as the server builds it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from softmax_ui.addresses.playground import PLAYGROUND_STATE

ROOT = Path(__file__).parents[2]


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.run()
    app.query_params.update(query)
    app.switch_page("pages/logit_playground.py")
    return app.run()


def html(app: AppTest) -> list[str]:
    """Return the pieces of HTML on the page."""
    return [element.proto.body for element in app.get("html")]


def board_data(app: AppTest) -> dict[str, Any]:
    """Return what the board's component was given."""
    boards = [
        json.loads(element.proto.json)
        for element in app.get("bidi_component")
        if element.proto.component_name == "softmax_logit_board"
    ]
    assert len(boards) == 1
    return dict(boards[0])


def test_the_page_opens_with_three_birds_and_no_error() -> None:
    app = opened()
    assert not app.exception
    assert not app.warning
    data = board_data(app)
    assert data["board"]["logits"] == [2, 1, -1]
    assert data["board"]["names"] == ["chick", "duck", "goose"]
    assert data["truth"]["probabilities"] == pytest.approx([0.7054, 0.2595, 0.0351], abs=1e-4)
    assert data["query"] == {
        "o": "2,1,-1", "t": "1", "T": None, "c": None, "eta": None, "eps": None, "names": None,
    }  # fmt: skip


def test_a_link_from_another_page_shows_its_board_exactly() -> None:
    logits = [0.1 + 0.2, -1 / 3, 1e-17, 4.0]
    app = opened(**PLAYGROUND_STATE.query(o=logits, t=2, names=["a", "b", "c", "d"], T=0.7))
    data = board_data(app)
    assert data["board"]["logits"] == logits
    assert data["board"]["names"] == ["a", "b", "c", "d"]
    assert (data["board"]["target"], data["board"]["temperature"]) == (2, 0.7)
    assert not app.warning


@pytest.mark.parametrize(
    "query",
    [
        {"o": "nan,1"},
        {"o": "1e999,1"},
        {"o": ",".join(["1"] * 1000)},
        {"o": "1,2", "names": "a,<script>alert(1)</script>"},
        {"o": "1,2", "t": "7"},
        {"o": "1,2", "names": "a,![x](http://example.org/x.png)<"},
    ],
)
def test_nonsense_shows_the_default_board_and_one_sentence(query: dict[str, str]) -> None:
    app = opened(**query)
    assert not app.exception
    assert board_data(app)["board"]["logits"] == [2, 1, -1]
    assert len(app.warning) == 1
    culprit = list(query)[-1]
    assert f"`{culprit}`" in app.warning[0].value
    # What came with the link stands inside of one piece of code, cut to a length.
    assert app.warning[0].value.count("`") == 4
    assert len(app.warning[0].value) < 300


def test_the_table_and_both_programs_stand_under_the_board() -> None:
    app = opened(o="0,0", names="head,tail", t="0")
    (table,) = (text for text in html(app) if "<table" in text)
    assert "<th scope='row'>head</th><td>0</td><td>0.5</td><td>1</td><td>−0.5</td>" in table
    assert not app.code
    programs = {}
    for tab in ("softmax_core", "torch"):
        app.session_state["board_tab"] = tab
        program, printed = (code.value for code in app.run().code)
        programs[tab] = program
        assert "loss = 0.693147" in printed
    assert "from softmax_core import" in programs["softmax_core"]
    assert "torch.softmax" in programs["torch"]


def test_a_name_is_text_in_the_table_too() -> None:
    app = opened(o="0,0", names="a&amp;b,tail")
    (table,) = (text for text in html(app) if "<table" in text)
    assert "<th scope='row'>a&amp;amp;b</th>" in table


def test_the_page_speaks_chinese_when_asked() -> None:
    assert not opened(lang="zh").exception


def test_coming_back_through_the_menu_finds_the_board_as_it_was_left() -> None:
    app = opened(o="3,1,2", t="0")
    for name in ("o", "t"):
        del app.query_params[name]
    app.switch_page("app.py").run()
    app.switch_page("pages/logit_playground.py").run()
    assert board_data(app)["board"]["logits"] == [3, 1, 2]


def test_another_link_takes_the_place_of_the_board_that_was_left() -> None:
    app = opened(o="3,1,2")
    first = board_data(app)["revision"]
    app.switch_page("app.py").run()
    app.query_params["o"] = "5,6"
    app.switch_page("pages/logit_playground.py").run()
    data = board_data(app)
    assert data["board"]["logits"] == [5, 6]
    assert data["revision"] != first


def move(app: AppTest, **fields: Any) -> AppTest:
    """Report a moved board, as the browser does."""
    data = board_data(app)
    state = {**data["board"], **fields, "serial": 1, "revision": data["revision"]}
    app.session_state["board"] = {"board": state}
    return app.run()


def test_a_board_that_was_moved_stays_while_it_is_on_the_page() -> None:
    app = opened(o="nan,1")
    first = board_data(app)
    assert len(app.warning) == 1
    move(app, logits=[2.5, 1, -1])
    assert not app.warning
    moved = board_data(app)
    assert moved["board"]["logits"] == [2.5, 1, -1]
    assert moved["revision"] == first["revision"]
    assert moved["query"]["o"] == "2.5,1,-1"


def test_another_language_names_the_classes_anew_and_keeps_the_numbers() -> None:
    app = opened(o="3,1,2")
    move(app, logits=[2.5, 1, -1])
    app.button(key="language_switch").click().run()
    board = board_data(app)["board"]
    assert board["logits"] == [2.5, 1, -1]
    assert board["names"] == ["小鸡", "鸭子", "鹅"]
