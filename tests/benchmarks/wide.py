"""`python -m tests.benchmarks.wide` (`make bench` runs it too): wide rows beside torch's own.

Each contender computes in a process of its own, which tells the best time of several calls and by
how much its first call raised the process's peak memory above what the inputs take.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Final

import torch
from torch import Tensor

from softmax_core import cross_entropy, softmax, softmax_jacobian

GOAL: Final = 1.5
CALLS: Final = 5
ROWS, CLASSES, JACOBIAN_CLASSES = 100_000, 1000, 10_000


def torchs_cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    return torch.nn.functional.cross_entropy(logits, targets, reduction="none")


def jacobian_in_place(p: Tensor, _targets: Tensor) -> Tensor:
    """The Jacobian as one would write it by hand; its diagonal loses digits where p is near 1."""
    jacobian = torch.outer(-p, p)
    jacobian.diagonal().add_(p)
    return jacobian


def with_gradient(
    loss: Callable[[Tensor, Tensor], Tensor],
) -> Callable[[Tensor, Tensor], Tensor]:
    def both(logits: Tensor, targets: Tensor) -> Tensor:
        free = logits.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(loss(free, targets).sum(), free)
        return gradient

    return both


# name: (shape of the logits, ours, what it is compared with)
COMPARED: Final = {
    f"cross_entropy ({ROWS:,}, {CLASSES})": (
        (ROWS, CLASSES),
        cross_entropy,
        torchs_cross_entropy,
    ),
    "and its gradient by autograd": (
        (ROWS, CLASSES),
        with_gradient(cross_entropy),
        with_gradient(torchs_cross_entropy),
    ),
    f"softmax_jacobian, n = {JACOBIAN_CLASSES:,}": (
        (JACOBIAN_CLASSES,),
        lambda p, _targets: softmax_jacobian(p),
        jacobian_in_place,
    ),
}


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def resident_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def measure(name: str, contender: int) -> tuple[float, float]:
    """Return the best time of a call in seconds, and the megabytes that it needs."""
    shape, *forms = COMPARED[name]
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(shape, generator=generator)
    targets = torch.randint(shape[-1], shape[:-1], generator=generator)
    if len(shape) == 1:
        logits = softmax(logits)
    else:
        forms[contender](logits[:2], targets[:2])  # what torch loads once is nobody's memory
    before = resident_megabytes()
    forms[contender](logits, targets)
    megabytes = peak_megabytes() - before
    seconds = []
    for _ in range(CALLS):
        begun = perf_counter()
        forms[contender](logits, targets)
        seconds.append(perf_counter() - begun)
    return min(seconds), megabytes


def in_a_process(name: str, contender: int) -> tuple[float, float]:
    command = [sys.executable, "-m", "tests.benchmarks.wide", "--one", name, str(contender)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, megabytes = json.loads(found.stdout)
    return seconds, megabytes


def main() -> None:
    """Print the table, or measure one of its cells for it."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.wide", description=__doc__)
    parser.add_argument("--one", nargs=2, metavar=("NAME", "CONTENDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.one[0], int(given.one[1]))))
        return
    print(f"{'':<34}{'ms':>8}{'theirs':>8}{'ratio':>7}{'MB':>8}{'theirs':>8}{'ratio':>7}")
    for name in COMPARED:
        (mine, my_memory), (theirs, their_memory) = (in_a_process(name, k) for k in (0, 1))
        slower, larger = mine / theirs, my_memory / their_memory
        missed = "  above the goal" if max(slower, larger) > GOAL else ""
        print(
            f"{name:<34}{1000 * mine:>8.0f}{1000 * theirs:>8.0f}{slower:>7.2f}"
            f"{my_memory:>8.0f}{their_memory:>8.0f}{larger:>7.2f}{missed}"
        )


if __name__ == "__main__":
    main()
