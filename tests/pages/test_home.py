"""Home, as the server builds it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, unquote

import pytest
from streamlit.testing.v1 import AppTest

from softmax_core.errors import DownloadFailed
from softmax_ui.components import living_picture
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


@pytest.mark.parametrize(("shared", "hidden"), [("1", 0), ("0", 1)])
def test_the_menu_links_to_each_page_that_exists_and_to_no_other(
    monkeypatch: pytest.MonkeyPatch, shared: str, hidden: int
) -> None:
    monkeypatch.setenv("SOFTMAX_SHARED", shared)
    there = {f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py")}
    pages = {link.proto.page_script_hash for link in opened().get("page_link")}
    # On one's own machine there is no class.
    assert len(pages) == len(there) + 1 - hidden


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


def drawn(app: AppTest) -> list[str]:
    """The components that are not on every page."""
    names = [component.proto.component_name for component in app.get("bidi_component")]
    return [name for name in names if name in ("softmax_logit_board", "softmax_living_picture")]


def test_with_the_pictures_a_model_learns_and_there_is_nothing_to_press(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(home, "data_status", lambda: "ready")
    app = opened()
    assert drawn(app) == ["softmax_living_picture"]
    assert [b.key for b in app.button] == ["language_switch"]
    said = " ".join(text.value for text in (*app.markdown, *app.caption))
    assert "Fashion-MNIST" not in said  # whose machine it is on is not a visitor's concern


def test_without_the_pictures_three_logits_are_there_and_go_on_to_the_playground(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(home, "data_status", lambda: "missing")
    app = opened()
    assert drawn(app) == ["softmax_logit_board"]
    queries = [link.proto.query_string for link in app.get("page_link")]
    assert "o=1%2C2%2C0.5" in queries  # and no learning rate: both boards have the same default


@pytest.mark.parametrize(
    ("said", "query"),
    [
        (None, None),
        ("nonsense", None),
        ({"logits": [1.0] * 9, "target": 1}, None),
        ({"logits": [True] * 10, "target": 1}, None),
        ({"logits": [1e7, *[0.0] * 9], "target": 1}, None),
        ({"logits": [float("nan"), *[0.0] * 9], "target": 1}, None),
        ({"logits": [0.0] * 10, "target": "<b>"}, "o=0,0,0,0,0,0,0,0,0,0&names=fashion"),
        ({"logits": [2.5, *[0.0] * 9], "target": 3}, "o=2.5,0,0,0,0,0,0,0,0,0&t=3&names=fashion"),
    ],
    ids=["nothing", "text", "too few", "no numbers", "too large", "nan", "no target", "taken"],
)
def test_the_logits_that_a_person_took_hold_of_go_on_to_the_playground(
    monkeypatch: pytest.MonkeyPatch, said: object, query: str | None
) -> None:
    monkeypatch.setattr(home, "data_status", lambda: "ready")
    monkeypatch.setattr(living_picture, "reported", lambda _key, _name: said)
    queries = [unquote(link.proto.query_string) for link in opened().get("page_link")]
    assert [found for found in queries if "o=" in found] == ([query] if query else [])


def test_the_lesson_is_the_first_of_the_three_ways_in() -> None:
    app = opened()
    assert [heading.value for heading in app.subheader] == ["Learn", "Play", "Train"]
    ways = [link.proto.label for link in app.main.get("page_link")]
    assert ways.index("Begin the lesson") < ways.index("Where the gradient vanishes")


def test_one_button_gets_missing_data(monkeypatch: pytest.MonkeyPatch) -> None:
    status = ["missing"]

    def load(*, on_progress: Callable[[str, int, int], None]) -> None:
        on_progress("train-images", 30, 60)
        status[0] = "ready"

    monkeypatch.setattr(home, "data_status", lambda: status[0])
    monkeypatch.setattr(home, "load_fashion_mnist", load)
    app = opened()
    assert any("70,000 pictures" in text.value for text in app.markdown)
    app.button(key="get_data").click().run()
    assert not app.exception
    assert status == ["ready"]
    assert not any("70,000 pictures" in text.value for text in app.markdown)
    assert drawn(app) == ["softmax_living_picture"]


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
