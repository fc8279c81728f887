"""The list's columns are wide enough for what they say, in each language."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import get_args

import pytest

from softmax_core.runs import Group, Run
from softmax_core.runs.run import Status
from softmax_core.training import Experiment, Variant
from softmax_ui.screens.runs.table import STATUS_WIDTH, group_status
from softmax_ui.terms import status_name
from softmax_ui.text import LANGUAGES, Language, speaking

PADDING = 8  # on each side, drawn by the table
ENDED = Run("a", Experiment([Variant("a")]), "finished", "", None, None, 0, 0, None, "", "")
SEEDS = [replace(ENDED, id="b"), *(replace(ENDED, id=each, status="running") for each in "cdef")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_status_is_seen(language: Language) -> None:
    with speaking(language):
        said = [status_name(status) for status in get_args(Status)]
        said.append(group_status(Group("g", tuple(SEEDS))))
    for status in said:
        assert drawn_width(status) <= STATUS_WIDTH - 2 * PADDING, status


def drawn_width(text: str) -> float:
    """How wide the table draws a text, in its letters of 14 px; a Latin one takes 5.6 or so."""
    return sum(14 if unicodedata.east_asian_width(c) in "WF" else 5.6 for c in text)
