"""What a variant sees now: some test pictures of each class, and what it takes them for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import streamlit as st

from softmax_core import softmax
from softmax_core.data import Description
from softmax_core.inspection import logits_of, some_of_each
from softmax_core.runs import Run
from softmax_ui import cache
from softmax_ui.addresses.training import wall_of
from softmax_ui.cache import moments_of
from softmax_ui.figures.pictures import grey_picture
from softmax_ui.model import Model, has_pictures
from softmax_ui.terms import class_words
from softmax_ui.text import _

_COUNTED_SECONDS: Final = 2.0
"""How old the count of all test pictures may be while a run moves."""


@dataclass(slots=True)
class _Count:
    """How many test pictures a variant had right, and when it was counted."""

    step: int = -1
    right: int = 0
    until: float = 0.0


def wall(run: Run, model: Model | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the pictures on the wall are taken for, for the component in the browser.

    "positions" are those of the pictures in the test set, "taken" the class that each is taken for
    and "p" its probability (None where that is no number), "said" how many are right.
    """
    if not has_pictures(run):
        said = _("The pictures of this run are not on this server.")
        return {"positions": [], "taken": [], "p": [], "said": said}
    positions = on_the_wall(run, values["wall"], values["pins"])
    if model is None or not model.has_numbers:
        said = (
            _("There are no weights yet.")
            if model is None
            else _("This variant has diverged: it sees nothing.")
        )
        nothing = [None] * len(positions)
        return {"positions": positions, "taken": nothing, "p": nothing, "said": said}
    test = cache.dataset_of(run.data).test
    images, labels = test.images[positions], test.labels[positions]
    logits = logits_of(
        images, model.weights, model.bias, run.experiment.pixel_scale, moments_of(run)
    )
    p, taken = softmax(logits.double()).max(dim=1)
    return {
        "positions": positions,
        "taken": taken.tolist(),
        "p": [round(share, 3) for share in p.tolist()],
        "said": _said(run, model, int((taken == labels).sum()), len(positions)),
    }


def _said(run: Run, model: Model, right: int, shown: int) -> str:
    """Say how many are right, of those on the wall and of all."""
    here = _("{right} of these {n} right", right=right, n=shown)
    count = _counted(run, model)
    everywhere = _(
        "{right} of {total} test pictures after step {step}",
        right=f"{count.right:,}",
        total=f"{run.data.test:,}",
        step=f"{count.step:,}",
    )
    return f"{here} · {everywhere}"


def _counted(run: Run, model: Model) -> _Count:
    """Return the count of all test pictures, made anew when it is too old."""
    count, now = _count_of(run.id, model.variant), monotonic()
    moving = run.status == "running"
    if count.step < 0 or (count.step != model.step and (not moving or now >= count.until)):
        count.step, count.right = model.step, model.right_of_test()
        # Before its first step a run is right by chance alone: that soon misleads.
        count.until = now + (_COUNTED_SECONDS if count.step else 0.0)
    return count


@st.cache_resource(show_spinner=False, max_entries=256)
def _count_of(
    run_id: str,  # noqa: ARG001 - what the cache goes by
    variant: int,  # noqa: ARG001
) -> _Count:
    return _Count()


def on_the_wall(run: Run, turn: int, pins: Sequence[int]) -> list[int]:
    """Return the positions of the pictures on the wall, in the test set: first those pinned.

    Raises:
        DatasetMissing: the pictures are not on this machine.
    """
    found = _drawn(run.data, run.experiment.seed, turn)
    pinned = [position for position in pins if position < run.data.test]
    drawn = [position for position in found if position not in pinned]
    return [*pinned, *drawn][: len(found)]


@st.cache_resource(
    show_spinner=False, max_entries=256, hash_funcs={Description: lambda data: data.digest}
)
def _drawn(data: Description, seed: int, turn: int) -> list[int]:
    labels, classes = cache.dataset_of(data).test.labels, len(data.class_names)
    each, walls = wall_of(classes)
    chosen = some_of_each(labels, classes, each, seed, turn // walls)
    if walls > 1:  # too many classes for one wall: another part of them at each turn
        chosen = chosen.tensor_split(walls)[turn % walls]
    found: list[int] = chosen.tolist()
    return found


def wall_pictures(run: Run, positions: Sequence[int]) -> list[dict[str, Any]]:
    """Return the pictures at these positions, sent once: the source and the class of each."""
    test = cache.dataset_of(run.data).test
    return [
        {
            "position": position,
            "source": grey_picture(test.images[position].numpy()),
            "label": int(test.labels[position]),
        }
        for position in positions
    ]


def wall_words(run: Run) -> dict[str, Any]:
    """Return the words of the wall in the reader's language."""
    return {
        "title": _("What it sees now"),
        "classes": class_words(run.data.class_names),
        "unseen": _("Picture {position}: {true}"),
        "right": _("Picture {position}: {true}, recognized with probability {p}"),
        "wrong": _("Picture {position}: {true}, taken for {taken} with probability {p}"),
    }
