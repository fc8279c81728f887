"""The group of a run: mean and spread of those of its runs that have finished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import streamlit as st

from softmax_core.runs import Band, History, Run, Spread, band, spread
from softmax_ui.cache import store

Known = Literal["loss", "accuracy"]

_LEAST: Final = 2  # of one run there is no spread


@dataclass(frozen=True, slots=True)
class Together:
    """What the finished runs of a group came to on the test set.

    Attributes:
        count: how many they are, n.
        bands: mean and standard deviation after each epoch, one a variant.
        ends: those of the test accuracies at the end, one a variant.
    """

    count: int
    bands: Mapping[Known, tuple[Band, ...]]
    ends: tuple[Spread | None, ...]


def together(run: Run, points: int) -> Together | None:
    """Return mean and spread of a run's group; None where fewer than two of it have finished.

    Args:
        run: the run; it may be under way itself.
        points: largest number of epochs in a band; more are averaged.
    """
    if not run.group:
        return None
    finished = tuple(each.id for each in store().members(run.group) if each.status == "finished")
    if len(finished) < _LEAST:
        return None
    return _of(finished, len(run.experiment.variants), points)


@st.cache_resource(show_spinner=False, max_entries=64)
def _of(finished: tuple[str, ...], variants: int, points: int) -> Together:
    records = [History(store(), run_id) for run_id in finished]
    for each in records:
        each.update(at_once=True)
    bands: dict[Known, tuple[Band, ...]] = {
        "loss": tuple(
            band([each.line(variant, "test_loss", points=points) for each in records])
            for variant in range(variants)
        ),
        "accuracy": tuple(
            band([each.line(variant, "test_accuracy", points=points) for each in records])
            for variant in range(variants)
        ),
    }
    ends = tuple(
        spread([float(each.epochs.test_accuracy[-1, variant]) for each in records])
        for variant in range(variants)
    )
    return Together(len(records), bands, ends)
