"""What kind of processor steps are made on: another kind may round otherwise."""

from __future__ import annotations

import platform
from contextlib import suppress
from functools import cache
from pathlib import Path

import torch


@cache
def processor_type() -> str:
    """Return the processor's name, the instructions that torch uses of it, and torch's version.

    Example:
        >>> processor_type().count(" · ")
        2
    """
    capability = torch.backends.cpu.get_cpu_capability()
    return f"{_name()} · {capability} · torch {torch.__version__}"


def _name() -> str:
    with suppress(OSError):  # where there is no Linux
        for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    return platform.processor() or platform.machine()
