"""Names keep what can be seen and lose what hides."""

from __future__ import annotations

import pytest

from softmax_core.data.names import without_hidden
from softmax_core.errors import InvalidExperiment
from softmax_core.training.experiment import Experiment, Variant

HIDDEN = "\u00ad\u061c\u200b\u200d\u200e\u202a\u202e\u2060\u2066\u2069\ufeff"


@pytest.mark.parametrize("character", HIDDEN)
def test_a_hidden_character_is_dropped(character: str) -> None:
    assert Variant(f"a{character}b").name == "ab"
    with pytest.raises(InvalidExperiment):
        Variant(character)


def test_what_can_be_seen_stays() -> None:
    text = "η = 0.1 · 训练 <b>é</b> e\u0301 👗"
    assert without_hidden(text) == text


@pytest.mark.parametrize("control", "\x00\x1b\x7f\x9b\n\u2028")
def test_what_steers_a_terminal_is_refused(control: str) -> None:
    with pytest.raises(InvalidExperiment):
        Variant(f"a{control}b")


def test_a_joiner_stays_where_it_joins() -> None:
    assert Variant("👩\u200d💻 می\u200cخواهم").name == "👩\u200d💻 می\u200cخواهم"


def test_two_names_that_look_the_same_are_the_same() -> None:
    with pytest.raises(InvalidExperiment, match="different for each variant"):
        Experiment([Variant("one"), Variant("one\u200b")])
