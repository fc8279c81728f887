"""Why a run ended before its last step, in words."""

from __future__ import annotations

from typing import Final

import streamlit as st

from softmax_core.errors import DataError
from softmax_core.runs import Run
from softmax_ui import cache
from softmax_ui.notices import quoted, reason_of, sentence
from softmax_ui.text import _

_ABOUT_PICTURES: Final = ("DatasetMissing: ", "DataNotFound: ")


def shows_pictures(run: Run) -> bool:
    """Tell whether a run's pictures are here; where they are not, say which, and what is left."""
    try:
        cache.dataset_of(run.data)
    except DataError as error:
        still = _(
            "The curves and the templates of this run are here. What needs its pictures is not, "
            "and it cannot go on."
        )
        st.warning(
            _("{first} {second}", first=sentence(error), second=still),
            icon=":material/image_not_supported:",
        )
        return False
    return True


def show_ending(run: Run) -> None:
    """Show why a run failed, or that it was interrupted."""
    if run.status == "failed":
        st.error(_("The run failed: {error}", error=reason_of(run.error)), icon=":material/error:")
    if run.status == "interrupted":
        st.warning(_interruption(run.error), icon=":material/power_off:")


def show_processors(run: Run) -> None:
    """Say from which step on a run was trained on another type of processor, if it was."""
    (_first, before), *others = cache.store().processors(run.id) or [(1, "")]
    for step, processor in others:
        st.caption(
            _(
                "Trained on another type of processor from step {step} on, which may round "
                "otherwise: {before}, then {after}.",
                step=f"{step:,}",
                before=quoted(before),
                after=quoted(processor),
            )
        )
        before = processor


def _interruption(error: str | None) -> str:
    """Say why a run was interrupted: its pictures were not there, or its store, or its process."""
    if not error:
        return _("The program ended during this run. It goes on exactly where it was.")
    if error.startswith(_ABOUT_PICTURES):
        return _("The run stopped: {error}", error=reason_of(error))
    return _(
        "The run could no longer be stored: {error} Once that is put right, it goes on exactly "
        "where it was.",
        error=reason_of(error),
    )
