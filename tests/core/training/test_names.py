"""Names keep what can be seen and lose what hides."""

from __future__ import annotations

import pytest

from softmax_core.errors import InvalidExperiment
from softmax_core.training.experiment import Experiment, Variant
from softmax_core.training.names import without_hidden

HIDDEN = "\x00\x1b\x7f\x9b\u00ad\u061c\u200b\u200d\u200e\u202a\u202e\u2060\u2066\u2069\ufeff"


@pytest.mark.parametrize("character", HIDDEN)
def test_a_hidden_character_is_dropped(character: str) -> None:
    assert Variant(f"a{character}b").name == "ab"
    with pytest.raises(InvalidExperiment):
        Variant(character)


def test_what_can_be_seen_stays() -> None:
    text = "η = 0.1 · 训练 <b>é</b> e\u0301 👗"
    assert without_hidden(text) == text


def test_a_break_is_a_space_in_a_name_and_stays_in_a_note() -> None:
    assert without_hidden("a\r\nb\u2028c\td") == "a  b c d"
    assert without_hidden("a\nb\x9b", keep="\n") == "a\nb"


def test_two_names_that_look_the_same_are_the_same() -> None:
    with pytest.raises(InvalidExperiment, match="different for each variant"):
        Experiment([Variant("one"), Variant("one\u200b")])
