"""Runs: experiments that were started, the store that keeps them, the runner that trains them.

Everything with threads, a clock or the store lives here, and what is read from the store: history,
exports, films. No formula does, and nothing that is drawn.
"""

from softmax_core.runs.blocks import StepColumns
from softmax_core.runs.catalogue import Head
from softmax_core.runs.film import Film, Films
from softmax_core.runs.groups import Band, Group, Spread, band, spread
from softmax_core.runs.history import Glance, History, Line
from softmax_core.runs.limits import Limits, Quota, expected_steps
from softmax_core.runs.opening import make_runner, open_store
from softmax_core.runs.run import ALIVE, RESUMABLE, Run, Status, differences
from softmax_core.runs.runner import Runner
from softmax_core.runs.store import Store
from softmax_core.runs.threads import ThreadRunner

__all__ = [
    "ALIVE",
    "RESUMABLE",
    "Band",
    "Film",
    "Films",
    "Glance",
    "Group",
    "Head",
    "History",
    "Limits",
    "Line",
    "Quota",
    "Run",
    "Runner",
    "Spread",
    "Status",
    "StepColumns",
    "Store",
    "ThreadRunner",
    "band",
    "differences",
    "expected_steps",
    "make_runner",
    "open_store",
    "spread",
]
