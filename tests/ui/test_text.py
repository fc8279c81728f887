"""A message finds its language, and its placeholders are filled in there."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from softmax_ui import text


@pytest.mark.parametrize(
    ("tag", "ours"),
    [
        ("zh", "zh"),
        ("zh-CN", "zh"),
        ("zh_TW", "zh"),
        ("en-GB", "en"),
        ("de", None),
        ("<b>", None),
        ("", None),
    ],
)
def test_language_of_a_tag(tag: str, ours: str | None) -> None:
    assert text.as_language(tag) == ours


def test_outside_a_page_it_is_english() -> None:
    assert text.language() == "en"


def _page() -> None:
    import streamlit as st

    from softmax_ui.text import language

    st.write(language())


def test_a_link_decides_then_the_session() -> None:
    page = AppTest.from_function(_page).run()
    assert page.markdown[0].value == "en"
    page.session_state["language"] = "zh"
    assert page.run().markdown[0].value == "zh"
    page.query_params["lang"] = "en"
    assert page.run().markdown[0].value == "en"
    page.query_params["lang"] = "<script>"
    assert page.run().markdown[0].value == "zh"


def test_named_values_and_formats_are_filled_in() -> None:
    assert text._("Loss {loss:.2f} of {message}", loss=0.4471, message="x") == "Loss 0.45 of x"


def test_a_message_without_values_keeps_its_braces() -> None:
    assert text._("the set {0, 1}") == "the set {0, 1}"


def test_prose_fills_its_placeholders_and_leaves_formulas(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        text, "_read", lambda name, tongue: rf"{name} {tongue} $\frac{{1}}{{n}}$ <<n>>"
    )
    assert text.prose("intro", n=3) == r"intro en $\frac{1}{n}$ 3"
