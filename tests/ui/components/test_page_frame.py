"""What is fetched ahead: each name of Streamlit's still stands for a file that it serves."""

from __future__ import annotations

from softmax_ui.components.page_frame.ahead import (
    HIGHLIGHTER,
    WIDGETS,
    highlighter_scripts,
    widget_scripts,
)


def test_the_installed_streamlit_has_one_script_a_widget() -> None:
    assert [name.split(".")[0] for name in widget_scripts()] == sorted(WIDGETS)
    assert [name.split(".")[0] for name in highlighter_scripts()] == [HIGHLIGHTER]
