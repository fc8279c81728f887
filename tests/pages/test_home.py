"""Home, as the server builds it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from softmax_core.errors import DownloadFailed
from softmax_ui.screens.home import home

ROOT = Path(__file__).parents[2]


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params.update(query)
    return app.run()


def languages(app: AppTest) -> set[str | None]:
    """The language that each of the page's links takes along."""
    queries = [parse_qs(link.proto.query_string) for link in app.get("page_link")]
    return {query.get("lang", [None])[0] for query in queries}


def test_home_opens_without_an_error() -> None:
    app = opened()
    assert not app.exception
    assert app.title[0].value == "Softmax Explorer"


def test_the_menu_links_to_each_page_that_exists_and_to_no_other() -> None:
    there = {f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py")}
    pages = {link.proto.page_script_hash for link in opened().get("page_link")}
    assert len(pages) == len(there) + 1


def test_the_switch_names_the_other_language_and_its_choice_stays() -> None:
    app = opened()
    assert app.button(key="language_switch").label == "中文"
    app.button(key="language_switch").click().run()
    assert app.query_params["lang"] == "zh"
    assert app.button(key="language_switch").label == "English"
    del app.query_params["lang"]  # as a link without it leaves it
    assert app.run().query_params["lang"] == "zh"


def test_a_chosen_language_goes_along_every_link() -> None:
    assert languages(opened(lang="zh")) == {"zh"}
    assert languages(opened()) == {None}


def test_three_logits_are_right_there_and_go_on_to_the_playground() -> None:
    app = opened()
    boards = [
        c for c in app.get("bidi_component") if c.proto.component_name == "softmax_logit_board"
    ]
    assert len(boards) == 1
    queries = [link.proto.query_string for link in app.get("page_link")]
    assert "o=1%2C2%2C0.5" in queries  # and no learning rate: both boards have the same default


def test_the_three_ways_in_are_named() -> None:
    assert [heading.value for heading in opened().subheader] == ["Play", "Learn", "Train"]


def test_with_the_data_here_there_is_nothing_to_press(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "data_status", lambda: "ready")
    app = opened()
    assert [b.key for b in app.button] == ["language_switch"]
    assert "60,000" in app.caption[-1].value


def test_one_button_gets_missing_data(monkeypatch: pytest.MonkeyPatch) -> None:
    status = ["missing"]

    def load(*, on_progress: Callable[[str, int, int], None]) -> None:
        on_progress("train-images", 30, 60)
        status[0] = "ready"

    monkeypatch.setattr(home, "data_status", lambda: status[0])
    monkeypatch.setattr(home, "load_fashion_mnist", load)
    app = opened()
    assert "60,000" not in app.caption[-1].value
    app.button(key="get_data").click().run()
    assert not app.exception
    assert status == ["ready"]
    assert "60,000" in app.caption[-1].value


def test_a_download_that_fails_says_so_and_can_be_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def load(*, on_progress: Callable[[str, int, int], None]) -> None:
        on_progress("train-images", 30, 60)
        raise DownloadFailed("timed out", "m")

    monkeypatch.setattr(home, "data_status", lambda: "missing")
    monkeypatch.setattr(home, "load_fashion_mnist", load)
    app = opened()
    app.button(key="get_data").click().run()
    assert "timed out" in app.error[0].value
    assert app.button(key="get_data")
