"""Home, as the server builds it."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"))
    app.query_params.update(query)
    return app.run()


def links(app: AppTest) -> dict[str, str]:
    """Each page link's page and its query string."""
    return {link.proto.page: link.proto.query_string for link in app.get("page_link")}


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
    assert set(links(opened(lang="zh")).values()) == {"lang=zh"}
    assert set(links(opened()).values()) == {""}
