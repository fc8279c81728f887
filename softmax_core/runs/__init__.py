"""Runs: experiments that were started, the store that keeps them, the runner that trains them."""

from softmax_core.runs.blocks import StepColumns
from softmax_core.runs.limits import Limits, expected_steps
from softmax_core.runs.opening import open_store
from softmax_core.runs.run import ALIVE, RESUMABLE, Run, Status
from softmax_core.runs.runner import Runner
from softmax_core.runs.store import Store

__all__ = [
    "ALIVE",
    "RESUMABLE",
    "Limits",
    "Run",
    "Runner",
    "Status",
    "StepColumns",
    "Store",
    "expected_steps",
    "open_store",
]
