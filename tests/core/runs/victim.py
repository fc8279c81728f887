"""A process that trains into a store until it is killed; started by test_never_lost.py."""

from __future__ import annotations

import random
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch

import softmax_core.runs.threads as runner_module
from softmax_core.runs import Store, ThreadRunner
from softmax_core.training.engine import train

from .conftest import tiny_dataset


class Watched:
    """A training that notes when each of its steps was done, where a killed process leaves it."""

    def __init__(self, training: Any, done: Any) -> None:
        self._training = training
        self._done = done

    def advance(self, most: int | None = None) -> list[Any]:
        made: list[Any] = self._training.advance(most)
        for record in made:
            self._done[record.step] = time.monotonic()
            self._done[0] += 1
        return made

    def __getattr__(self, name: str) -> Any:
        return getattr(self._training, name)


def go_on(path: Path, run_id: str, seed: int, done: Any, ready: Connection) -> None:
    """Resume the run and change its learning rates now and then, for ever or until it ends."""
    setattr(runner_module, "train", lambda *a, **k: Watched(train(*a, **k), done))  # noqa: B010
    torch.set_num_threads(1)
    chance = random.Random(seed)
    with Store(path) as store:
        runner = ThreadRunner(store, lambda _data: tiny_dataset(3000))
        runner.resume(run_id)
        ready.send("training")
        due = 0
        while runner.wait(run_id, timeout=0.005).status == "running":
            due = due or done[0] + chance.randrange(5, 100)
            if done[0] >= due:
                due = 0
                runner.change_learning_rate(run_id, chance.randrange(3), chance.uniform(0.01, 0.3))
        runner.close()
