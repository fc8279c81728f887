"""What is said beside a run that did not simply train to its end."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st

from softmax_core.runs import Store, rows
from softmax_core.training import Experiment, Variant
from softmax_ui.screens.run.status import show_processors


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    captions: list[str] = []
    monkeypatch.setattr(st, "caption", captions.append)
    return captions


@pytest.mark.parametrize(
    ("stretches", "steps"),
    [
        ([], []),
        ([(1, "A")], []),
        ([(1, "A"), (501, "A")], []),
        ([(1, "A"), (501, "A"), (1201, "B"), (1301, "B")], ["1,201"]),
        ([(1, "A"), (501, "B"), (601, "A")], ["501", "601"]),
    ],
)
def test_another_type_of_processor_is_said_with_its_first_step(
    own_store: Store, said: list[str], stretches: list[tuple[int, str]], steps: list[str]
) -> None:
    run = own_store.create(Experiment([Variant("a")]), 2350)
    written: list[Any] = [(run.id, *each) for each in stretches]
    with own_store.database.writing() as connection:
        rows.write(connection, "stretches", written)
    show_processors(run)
    assert [caption.split("step ")[1].split(" on")[0] for caption in said] == steps
