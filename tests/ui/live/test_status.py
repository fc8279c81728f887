"""Where a run stands, in words, as far as it has been recorded."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from softmax_core.runs import Status, Store
from softmax_core.runs.history import History
from softmax_core.training import Experiment, Variant
from softmax_core.training.records import StepRecord
from softmax_ui.live import status as status_module
from softmax_ui.live.status import progress_text, share_done


def said(store: Store, status: Status, total: int, recorded: int) -> tuple[str, float]:
    run = store.create(Experiment([Variant("a")], epochs=1), total)
    steps = [StepRecord(n, 1, [1.0], *[[0.5]] * 3) for n in range(1, recorded + 1)]
    store.append(run.id, steps, [])
    history = History(store, run.id)
    history.update(at_once=True)
    return progress_text(replace(run, status=status), history), share_done(run, history)


@pytest.mark.parametrize(
    ("status", "begins"),
    [
        ("paused", "Paused"),
        ("stopped", "Stopped"),
        ("interrupted", "Interrupted"),
        ("failed", "Failed"),
    ],
)
def test_a_run_that_stands_still_says_where(store: Store, status: Status, begins: str) -> None:
    assert said(store, status, 1235, 3) == (f"{begins} · step 3 of 1,235", 3 / 1235)


def test_a_finished_run_counts_its_steps(store: Store) -> None:
    assert said(store, "finished", 1235, 3)[0].startswith("Finished · 1,235 steps in ")
    sentence, done = said(store, "finished", 1, 1)
    assert sentence.startswith("Finished · 1 step in ")
    assert done == 1


@pytest.mark.parametrize(
    ("served", "place", "wait", "sentence"),
    [
        (True, None, None, "About to start …"),
        (True, 1, None, "Waiting: next in the queue."),
        (True, 3, 65.0, "Waiting: number 3 in the queue, for about 1 min 5 s."),
        (False, 3, 65.0, "Waiting: no worker is connected that could train it."),
    ],
)
def test_a_run_that_waits_says_for_what(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    served: bool,
    place: int | None,
    wait: float | None,
    sentence: str,
) -> None:
    runner = SimpleNamespace(
        is_served=lambda: served, place=lambda _run: place, expected_wait=lambda _run: wait
    )
    monkeypatch.setattr(status_module, "runner", lambda: runner)
    assert said(store, "queued", 1235, 0)[0] == sentence


def test_a_run_under_way_that_nobody_trains_says_so(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = SimpleNamespace(is_served=lambda: False, speed=lambda _run: None)
    monkeypatch.setattr(status_module, "runner", lambda: runner)
    sentence = "Waiting at step 3: no worker is connected."
    assert said(store, "running", 1235, 3)[0] == sentence
