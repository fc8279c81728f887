"""What a finished run came to, as the answer to what its settings ask."""

from __future__ import annotations

from functools import reduce
from typing import Final

import streamlit as st

from softmax_core.data import FASHION_MNIST
from softmax_core.runs import Run, differences
from softmax_core.runs.history import History
from softmax_core.training import verdicts
from softmax_core.training.findings import AIM, BEST_LINEAR, CALIBRATED
from softmax_core.training.records import EpochRecord
from softmax_core.training.verdict import Band, band_of_course
from softmax_ui.cache import store
from softmax_ui.model import baselines_of, has_pictures
from softmax_ui.notices import quoted
from softmax_ui.screens.run.calibration import excess_told
from softmax_ui.terms import variant_names
from softmax_ui.text import _, enumerated

_HARDLY: Final = 1 / 9
"""So little of the way from guessing to all right is hardly learning: of ten classes up to 0.2."""


def show_verdict(run: Run, history: History) -> None:
    """Say what a finished run came to: against the course's band, or between its variants."""
    if run.status != "finished":
        return
    ends = store().epochs(run.id, after=run.experiment.epochs - 1)
    if not ends:
        return
    last, names = ends[-1], variant_names(run)
    found, band = (
        verdicts(run.experiment, last, run.data.digest),
        band_of_course(run.experiment, run.data.digest),
    )
    if found is None or band is None:
        # Chinese sets no space between two sentences.
        said = reduce(
            lambda first, second: _("{first} {second}", first=first, second=second),
            [*_how_sure(run), *answers(run, last, history.first_nan.tolist())],
        )
        st.info(said, icon=":material/flag:")
        return
    for name, verdict, accuracy in zip(names, found, last.test_accuracy, strict=True):
        say = st.success if verdict == "inside" else st.warning
        say(verdict_sentence(name, verdict, accuracy, band), icon=":material/flag:")


def verdict_sentence(name: str, verdict: str, accuracy: float, band: Band) -> str:
    """Return a sentence that compares one variant's test accuracy with the band."""
    given = {
        "name": quoted(name),
        "accuracy": f"{accuracy:.4f}",
        "low": f"{band.low:.4f}",
        "high": f"{band.high:.4f}",
    }
    match verdict:
        case "inside":
            return _(
                "{name}: test accuracy {accuracy}, inside the band from {low} to {high} in which "
                "ten epochs at the course's settings end.",
                **given,
            )
        case "above":
            return _(
                "{name}: test accuracy {accuracy}, above the band from {low} to {high} in which "
                "ten epochs at the course's settings end. That is a surprise worth a second look.",
                **given,
            )
        case _:
            return _(
                "{name}: test accuracy {accuracy}, below the band from {low} to {high} in which "
                "ten epochs at the course's settings end. Something is not as in the course.",
                **given,
            )


def _how_sure(run: Run) -> list[str]:
    """Say how sure the variants are, of a run that was made to ask this."""
    asks = run.experiment.variants == CALIBRATED.variants
    return excess_told(run) if asks and has_pictures(run) else []


def answers(run: Run, last: EpochRecord, first_nan: list[int]) -> list[str]:
    """Return what came of the settings in which the variants of a run differ, in sentences.

    Args:
        run: a finished run for whose settings no band was measured.
        last: the record of its last epoch.
        first_nan: the step at which each variant's loss was first nan, 0 for never.
    """
    names = [quoted(name) for name in variant_names(run)]
    compared = set(differences([(run, position) for position in range(len(names))]))
    accuracy = last.test_accuracy
    if len(names) == 1:
        said = [_alone(run, names[0], accuracy[0])]
    elif len(names) == 2 and compared <= {"loss", "softmax"} and not last.validation_accuracy:
        said = [
            _(
                "{first} ends with accuracy {one} on the test set, {second} with {other}.",
                first=names[0],
                second=names[1],
                one=f"{accuracy[0]:.4f}",
                other=f"{accuracy[1]:.4f}",
            )
        ]
    else:
        said = _best_and_lowest(names, last)
    return [
        *_became_nan(names, first_nan),
        *said,
        *_hardly_learned(run, names, accuracy, first_nan),
    ]


def _alone(run: Run, name: str, accuracy: float) -> str:
    given = {"name": name, "accuracy": f"{accuracy:.4f}"}
    if run.experiment == BEST_LINEAR and run.data.digest == FASHION_MNIST.digest:
        return _(
            "{name} ends with accuracy {accuracy} on the test set; the aim was {aim}.",
            aim=AIM,
            **given,
        )
    return _("{name} ends with accuracy {accuracy} on the test set.", **given)


def _became_nan(names: list[str], first_nan: list[int]) -> list[str]:
    """Say which variants diverged, and when."""
    gone = [(name, step) for name, step in zip(names, first_nan, strict=True) if step]
    if len(gone) == 1:
        ((name, step),) = gone
        return [_("{name} became nan at step {step}.", name=name, step=f"{step:,}")]
    listed = [_("{name} at step {step}", name=name, step=f"{step:,}") for name, step in gone]
    return [_("These became nan: {variants}.", variants=enumerated(listed))] if listed else []


def _hardly_learned(
    run: Run, names: list[str], accuracy: list[float], first_nan: list[int]
) -> list[str]:
    """Say which variants have numbers to the end and still are about as good as guessing."""
    found, classes = baselines_of(run.data), len(run.data.class_names)
    nothing = max(found.guessing, found.largest or 0.0)
    limit = nothing + _HARDLY * (1 - nothing)
    hardly = [
        name
        for name, share, gone in zip(names, accuracy, first_nan, strict=True)
        if share < limit and not gone
    ]
    if not hardly:
        return []
    return [
        _(
            "Hardly learned at all: {variants}. Guessing among {n} classes gives {share}.",
            variants=enumerated(hardly),
            n=classes,
            share=f"{found.guessing:.2g}",
        )
    ]


def _best_and_lowest(names: list[str], last: EpochRecord) -> list[str]:
    """Say which variants ended best and worst.

    With a validation set the best variant is chosen by it, and the test set is only reported.
    """
    held_out = last.validation_accuracy
    decides = held_out or last.test_accuracy
    best, lowest = (
        [k for k, share in enumerate(decides) if share == pick(decides)] for pick in (max, min)
    )
    highest, least = f"{max(decides):.4f}", f"{min(decides):.4f}"
    if best == lowest:
        said = (
            _("All end with accuracy {accuracy} on the pictures held out.", accuracy=highest)
            if held_out
            else _("All end with accuracy {accuracy} on the test set.", accuracy=highest)
        )
        return [said]
    named = enumerated([names[k] for k in best])
    given = {"name": named, "accuracy": f"{last.test_accuracy[best[0]]:.4f}"}
    if held_out and len(best) > 1:
        first = _(
            "Best on the pictures held out: {names}, each with accuracy {held_out}; on the test "
            "set they have {accuracies}.",
            names=named,
            held_out=highest,
            accuracies=enumerated([f"{last.test_accuracy[k]:.4f}" for k in best]),
        )
    elif held_out:
        first = _(
            "Best on the pictures held out: {name} with accuracy {held_out}; on the test set it "
            "has {accuracy}.",
            held_out=highest,
            **given,
        )
    else:
        first = _(
            "Best on the test set: {name} with accuracy {accuracy}. To choose settings by "
            "accuracy, hold pictures out for validation: once you choose by the test set, it is "
            "no longer a test.",
            **given,
        )
    end = _(
        "Lowest: {name} with {accuracy}.",
        name=enumerated([names[k] for k in lowest]),
        accuracy=least,
    )
    return [first, end]
