"""What went wrong, said so that a person can act on it; the traceback stays in the server's log.

`sentence` is the one place where an error of the core becomes a sentence; the modules beside have
the words, by topic.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from softmax_core import errors
from softmax_core.folders import without_folders
from softmax_ui.notices.data import of_data
from softmax_ui.notices.imports import why_left_out
from softmax_ui.notices.quoting import LONGEST_MESSAGE, quoted
from softmax_ui.notices.runs import of_run, of_store, reason_of
from softmax_ui.notices.settings import of_input
from softmax_ui.streamlit_inside.uploads import is_lost
from softmax_ui.text import _

__all__ = [
    "Problem",
    "guard",
    "quoted",
    "reason_of",
    "say_lost",
    "sentence",
    "show_problems",
    "why_left_out",
]


def sentence(error: errors.SoftmaxError) -> str:
    """Return in the reader's language what happened and what to do, from the error's attributes."""
    said = of_input(error) or of_data(error) or of_run(error) or of_store(error)
    message = quoted(without_folders(str(error)), LONGEST_MESSAGE)
    return said or _("Something did not work: {message}", message=message)


@contextmanager
def guard() -> Iterator[None]:
    """Show an error of softmax_core that is raised inside as a sentence, and end the page there."""
    try:
        yield
    except errors.SoftmaxError as error:
        # Who reads a shared server's pages is told of the log for this one.
        for_log = isinstance(error, errors.DownloadFailed)
        level = logging.WARNING if for_log else logging.INFO
        logging.getLogger(__name__).log(level, "shown to the reader: %s", error)
        st.error(sentence(error), icon=":material/error:")
        st.stop()


def say_lost(*keys: str) -> None:
    """Say that a file which the browser still shows went with the server that had it.

    Args:
        keys: of the uploaders and cameras that may show one.
    """
    if any(map(is_lost, keys)):
        st.warning(
            _("The server that had this file has ended. Choose the file again."),
            icon=":material/upload_file:",
        )


def show_problems(problems: Sequence[Problem]) -> None:
    """Say in one sentence what was wrong with the address that opened the page."""
    if not problems:
        return
    parts = [
        _(
            "{name} was {value} and must be {allowed}",
            name=quoted(problem.name),
            value=quoted(problem.value),
            allowed=problem.allowed,
        )
        for problem in dict.fromkeys(problems)  # two tables of a page may share a parameter
    ]
    st.warning(
        _(
            "The link was not quite right, so the default took its place: {parts}.",
            parts="; ".join(parts),
        ),
        icon=":material/link_off:",
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """A parameter of the URL that was not understood: its name, its text and what it may be."""

    name: str
    value: str
    allowed: str
