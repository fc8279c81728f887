"""`make bench`: one table of training loops, and the server's memory."""

from __future__ import annotations

import argparse
import platform
import statistics
from collections.abc import Callable
from pathlib import Path

import torch

from softmax_core.data import Dataset, load_fashion_mnist
from tests.benchmarks.loops import (
    by_the_runner,
    cost_of_parts,
    course_loop,
    floor,
    in_memory_autograd,
    letters,
    ours,
    ours_as_a_loop,
    scikit_learn,
)

LARGE = ", 26 classes of 64 x 64"
AS_A_LOOP = "ours, for record in train(…)"
RUNNER_ALONE = "ours by the runner, 1 variant"
RUNNER_WATCHED = "ours by the runner, a page watching"


def contenders(dataset: Dataset) -> dict[str, tuple[Callable[[], float], int]]:
    """Each loop with the number of runs that it trains at once."""
    rows: dict[str, tuple[Callable[[], float], int]] = {
        "the course's loop": (course_loop(), 1),
        "tensors in memory + autograd": (in_memory_autograd(dataset), 1),
    }
    classifier = scikit_learn(dataset)
    if classifier is not None:
        rows["scikit-learn SGDClassifier"] = (classifier, 1)
    for variants in (1, 4, 8, 16):
        rows[f"ours, {variants} variants"] = (ours(dataset, variants), variants)
    rows[AS_A_LOOP] = (ours_as_a_loop(dataset), 1)
    rows[RUNNER_ALONE] = (by_the_runner(watched=False), 1)
    rows[RUNNER_WATCHED] = (by_the_runner(watched=True), 1)
    for variants in (1, 4, 8, 16):
        rows[f"floor, {variants} variants"] = (floor(dataset, variants), variants)
    for variants in (1, 4, 8, 16):
        plain = floor(dataset, variants, lambda left, right: torch.mm(left, right.t()))
        rows[f"floor by torch.mm, {variants} variants"] = (plain, variants)
    large = letters()
    for variants in (1, 8):
        rows[f"ours, {variants} variants{LARGE}"] = (ours(large, variants), variants)
        rows[f"floor, {variants} variants{LARGE}"] = (floor(large, variants), variants)
    return rows


def measure(
    rows: dict[str, tuple[Callable[[], float], int]], repeats: int
) -> dict[str, list[float]]:
    """Time each loop once a round, so that all see the same moods of the machine."""
    for one_epoch, _ in rows.values():
        one_epoch()
    seconds: dict[str, list[float]] = {name: [] for name in rows}
    for _ in range(repeats):
        for name, (one_epoch, _) in rows.items():
            seconds[name].append(one_epoch())
    return seconds


def ratio(above: list[float], below: list[float]) -> float:
    """The median of the rounds' ratios: each round compares what ran within the same seconds."""
    return statistics.median(a / b for a, b in zip(above, below, strict=True))


def print_table(
    rows: dict[str, tuple[Callable[[], float], int]], seconds: dict[str, list[float]]
) -> None:
    """Print seconds an epoch, per run, times the course's loop and times the floor."""
    course = seconds["the course's loop"]
    print(f"\n{'loop':<44}{'s/epoch':>9}{'per run':>9}{'x course':>10}{'x floor':>9}")
    for name, (_, runs) in rows.items():
        mine = seconds[name]
        faster = ratio(course, mine) * runs
        own = LARGE if name.endswith(LARGE) else ""  # these are compared with their own floor
        slower = ratio(mine, seconds[f"floor, {runs} variants{own}"])
        median = statistics.median(mine)
        print(f"{name:<44}{median:>9.3f}{median / runs:>9.4f}{faster:>10.1f}{slower:>9.2f}")
    cost = ratio(seconds[RUNNER_WATCHED], seconds[RUNNER_ALONE]) - 1
    looped = ratio(seconds[AS_A_LOOP], seconds["ours, 1 variants"])
    print(f"\nOne record at a time takes {looped:.2f} times as long as groups (goal: 1.05).")
    print(f"A page that watches costs {cost:+.1%}.")


def resident_megabytes() -> float | None:
    """This process's resident memory now, where the system tells."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next(row for row in status.read_text().splitlines() if row.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="rounds that count (default: 3)")
    asked = parser.parse_args()
    dataset = load_fashion_mnist()
    resident = resident_megabytes()
    print(f"{platform.processor() or platform.machine()}, torch {torch.__version__},", end=" ")
    print(f"{torch.get_num_threads()} threads for torch outside the engine, which uses 1")
    rows = contenders(dataset)
    print_table(rows, measure(rows, asked.repeats))
    for variants in (1, 4):
        cost = cost_of_parts(dataset, variants, asked.repeats)
        print(f"Keeping each picture's part of {variants} costs {cost:+.0%} (goal: 30 %).")
    if resident is not None:
        print(f"Memory with torch and the data set loaded, no server: {resident:.0f} MB.")


if __name__ == "__main__":
    main()
