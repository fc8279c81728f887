"""What a run is in a line of the list."""

from __future__ import annotations

import pytest

from softmax_core.runs import Store
from softmax_core.training import Experiment, Variant
from softmax_ui.addresses.runs import listed, words
from softmax_ui.terms import settings_line


def test_the_settings_are_written_for_people() -> None:
    rates = [Variant("a", learning_rate=0.5), Variant("b", learning_rate=0.1)]
    several = Experiment(rates, epochs=3, seed=7)
    assert settings_line(several) == "η 0.1–0.5 · 3 epochs · minibatch 256 · seed 7"
    whole = Experiment(rates[:1], epochs=1, batch_size=60_000)
    assert settings_line(whole) == "η 0.5 · 1 epoch · minibatch 60,000 · seed 0"


@pytest.mark.parametrize("search", ["60,000", "60000", "Minibatch 60,000", "a, 60000"])
def test_a_number_is_found_with_its_commas_and_without(store: Store, search: str) -> None:
    whole = store.create(Experiment([Variant("a")], epochs=1, batch_size=60_000), 1)
    other = store.create(Experiment([Variant("a")], epochs=1, batch_size=600), 100)
    assert listed([whole, other], search, "all", words) == [whole]
