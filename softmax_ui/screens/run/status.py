"""The end of a run in words: a failure, an interruption, or its accuracy compared."""

from __future__ import annotations

import streamlit as st

from softmax_core.runs import Run
from softmax_core.training import verdicts
from softmax_core.training.records import EpochRecord
from softmax_core.training.verdict import Band, band_of_course
from softmax_ui.cache import store
from softmax_ui.notices import quoted, reason_of
from softmax_ui.text import _


def show_ending(run: Run) -> None:
    """Show why a run failed, or that it was interrupted."""
    if run.status == "failed":
        st.error(_("The run failed: {error}", error=reason_of(run.error)), icon=":material/error:")
    if run.status == "interrupted":
        reason = (
            _(
                "The run could not be stored any further: {error} With that put right, it goes on "
                "exactly where it was.",
                error=reason_of(run.error),
            )
            if run.error
            else _("The program ended during this run. It goes on exactly where it was.")
        )
        st.warning(reason, icon=":material/power_off:")


def show_verdict(run: Run) -> None:
    """Compare a finished run's test accuracy with the band measured at the course's settings."""
    band = band_of_course(run.experiment)
    if run.status != "finished":
        return
    last = store().epochs(run.id, after=run.experiment.epochs - 1)
    if not last:
        return
    found = verdicts(run.experiment, last[-1])
    if found is None or band is None:
        _best_of(run, last[-1])
        return
    for variant, verdict, accuracy in zip(
        run.experiment.variants, found, last[-1].test_accuracy, strict=True
    ):
        say = st.success if verdict == "inside" else st.warning
        say(verdict_sentence(variant.name, verdict, accuracy, band), icon=":material/flag:")


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


def _best_of(run: Run, last: EpochRecord) -> None:
    """Show which variant ended best, for settings without a measured band.

    With a validation set the best variant is chosen by it, and the test set is only reported.
    """
    held_out = last.validation_accuracy
    decides = held_out or last.test_accuracy
    best = max(range(len(decides)), key=lambda index: decides[index])
    given = {
        "name": quoted(run.experiment.variants[best].name),
        "accuracy": f"{last.test_accuracy[best]:.4f}",
    }
    if len(decides) == 1:
        text = _("{name} ends with accuracy {accuracy} on the test set.", **given)
    elif held_out:
        text = _(
            "Best on the pictures held out: {name} with accuracy {held_out}; on the test set it "
            "has {accuracy}.",
            held_out=f"{held_out[best]:.4f}",
            **given,
        )
    else:
        text = _(
            "Best on the test set: {name} with accuracy {accuracy}. To choose by it, hold pictures "
            "out for validation: chosen by the test set, it is no test any more.",
            **given,
        )
    band = _("No band was measured for these settings; the one drawn belongs to the course's.")
    # Chinese sets no space between two sentences.
    st.info(_("{first} {second}", first=text, second=band), icon=":material/flag:")
