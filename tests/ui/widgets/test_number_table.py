"""A table of numbers shows the texts it is given, and takes none of them for markup."""

from __future__ import annotations

import re

import pytest
import streamlit as st

from softmax_ui.widgets.number_table import number_table

MARKUP = "<img src=x onerror=alert(1)>"


def test_no_text_of_a_table_is_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(st, "html", drawn.append)
    number_table(MARKUP, [MARKUP, MARKUP], [[MARKUP, MARKUP]], strong=[0])
    assert "<img" not in drawn[0]
    assert drawn[0].count("&lt;img src=x") == 5
    assert re.findall(r"<tr class=strong>", drawn[0]) == ["<tr class=strong>"]


def test_a_name_of_several_characters_is_not_broken_between_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On a phone a table of six columns had 套头衫 in three lines."""
    drawn: list[str] = []
    monkeypatch.setattr(st, "html", drawn.append)
    number_table("", ["类别", "o"], [["套头衫", "1"]])
    assert "word-break: keep-all" in drawn[0]
