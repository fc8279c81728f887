"""Kill the process that trains, at random moments, many times; nothing may be missing."""

from __future__ import annotations

import multiprocessing
import random
import secrets
import time
from pathlib import Path
from typing import Any

import pytest

from softmax_core.runs import Store, ThreadRunner
from softmax_core.runs.recordings import is_kept
from softmax_core.training.experiment import Experiment, Variant

from .conftest import tiny_dataset
from .reference import stored, uninterrupted
from .victim import go_on

KILLS = 12
SECONDS_LOST = 1.0  # the most that a kill may take
EPOCHS = 50
TOTAL_STEPS = 94 * EPOCHS
EXPERIMENT = Experiment(
    [
        Variant("plain"),
        Variant("momentum", momentum=0.9),
        Variant("squared", loss="squared_error", momentum=0.5, weight_decay=0.001),
    ],
    batch_size=30,
    epochs=EPOCHS,
    schedule="cosine",
    validation_size=200,
    pixel_scale="standardized",
)


@pytest.fixture(scope="module")
def processes() -> Any:
    """New processes that have imported torch already, so that a life costs no two seconds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["softmax_core.runs", "tests.core.runs.victim"])
    return context


def test_killed_at_any_moment_a_run_ends_as_if_it_had_never_been(
    tmp_path: Path, processes: Any
) -> None:
    path = tmp_path / "runs.sqlite"
    with Store(path) as store:
        run = store.create(EXPERIMENT, total_steps=1)
        store.set_status(run.id, "interrupted")
    seed = secrets.randbits(32)
    print("the moments come from seed", seed)
    chance = random.Random(seed)
    for life in range(KILLS):
        # By steps and not by the clock, so that a faster machine is not done before the last kill;
        # now and then at once, before the first step is stored.
        later = chance.random() < 0.8
        at = int((life + chance.random()) * TOTAL_STEPS / (KILLS + 1)) if later else 0
        reached = kill_one(processes, path, run.id, life, at, chance.uniform(0.0, 0.02))
        with Store(path) as store:
            assert store.run(run.id).status in ("running", "queued"), f"life {life}"
            look_at_what_is_left(store, run.id, reached)
    with Store(path) as store:
        runner = ThreadRunner(store, lambda _data: tiny_dataset(3000))
        assert store.run(run.id).status == "interrupted"
        assert 0 < store.run(run.id).step < TOTAL_STEPS
        runner.resume(run.id)
        assert runner.wait(run.id).status == "finished"
        runner.close()
        changes = store.rate_changes(run.id)
        assert len(changes) > KILLS // 2
        assert stored(store, run.id) == uninterrupted(EXPERIMENT, tiny_dataset(3000), changes)


def kill_one(
    processes: Any, path: Path, run_id: str, life: int, at: int, after: float
) -> list[float]:
    """Kill a process a moment after it has done a step; return when it had done each step."""
    done = processes.RawArray("d", TOTAL_STEPS + 1)  # the first place counts them
    ours, theirs = processes.Pipe()
    process = processes.Process(target=go_on, args=(path, run_id, life, done, theirs))
    process.start()
    theirs.close()
    assert ours.recv() == "training"
    while process.is_alive() and at and not any(done[at:]):  # it may have begun beyond it
        time.sleep(0.001)
    process.join(after)
    process.kill()
    process.join()
    assert process.exitcode == -9, "the run ended before it was killed: give it more epochs"
    return list(done)


def look_at_what_is_left(store: Store, run_id: str, done: list[float]) -> None:
    """Only what was trained in the last second may be missing; nothing that is there is broken."""
    kept = store.steps(run_id).step.tolist()
    assert kept == list(range(1, len(kept) + 1))
    missing = [moment for moment in done[len(kept) + 1 :] if moment]
    assert not missing or missing[-1] - missing[0] <= SECONDS_LOST
    epochs = [epoch.epoch for epoch in store.epochs(run_id)]
    assert epochs == list(range(1, len(epochs) + 1))
    if epochs:
        kept_epochs = [epoch for epoch in [0, *epochs] if is_kept(epoch) or epoch == epochs[-1]]
        assert store.weight_epochs(run_id) == kept_epochs
        checkpoint = store.checkpoint(run_id)
        assert checkpoint is not None
