"""What went wrong, said so that a person can act on it; the traceback stays in the server's log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from softmax_core import errors
from softmax_ui.text import N_, Names, _, ngettext

_LONGEST_QUOTE: Final = 60


def quoted(value: object) -> str:
    """Return a value from outside as Markdown code: it is shown, and nothing in it takes effect.

    >>> quoted("<b>`x`</b>")
    '`<b>x</b>`'
    """
    flat = "".join(c for c in str(value) if c.isprintable() and c != "`")
    if len(flat) > _LONGEST_QUOTE:
        flat = flat[: _LONGEST_QUOTE - 1] + "…"
    return f"`{flat}`" if flat else "“”"


def _invalid_logits(error: errors.InvalidLogits) -> str:
    """Say why softmax is not defined for these logits."""
    value = quoted(error.value)
    return {
        "nan": lambda: _(
            "A logit is not a number ({value}). Give each logit a number.", value=value
        ),
        "infinite_twice": lambda: _(
            "Two logits are infinite, so no share of the whole can be told. "
            "Make one of them finite."
        ),
        "all_minus_inf": lambda: _(
            "All logits are −∞, which leaves nothing to share out. "
            "Make at least one of them finite."
        ),
        "no_classes": lambda: _("There are no classes. Softmax needs at least one logit."),
    }.get(
        error.problem,
        lambda: _("Softmax is not defined for {value}. Give it real numbers.", value=value),
    )()


def _invalid_picture(error: errors.InvalidPicture) -> str:
    """Say why a file cannot be taken as a picture, and how large it may be."""
    given = {"value": quoted(error.value), "limit": error.limit}
    return {
        "too_many_bytes": lambda: _(
            "The file has {value} MB; at most {limit} MB are read. Save the picture smaller.",
            **given,
        ),
        "too_many_pixels": lambda: _(
            "The picture has {value} pixels; at most {limit} million are read. Save it smaller.",
            **given,
        ),
        "nothing_in_it": lambda: _(
            "The picture has one colour all over. Choose one that shows something."
        ),
    }.get(
        error.problem,
        lambda: _(
            "The file cannot be read as a PNG, JPEG or WebP picture; it may be damaged. Open it in "
            "an image program and save it as one of these."
        ),
    )()


def _invalid_experiment(error: errors.InvalidExperiment) -> str:
    """Say which field of an experiment is out of range, and of which variant."""
    if error.variant is None:
        return _(
            "The experiment's {field} is {value}; it must be {allowed}.",
            field=quoted(error.field),
            value=quoted(error.value),
            allowed=quoted(error.allowed),
        )
    return _(
        "Variant {position}: {field} is {value}; it must be {allowed}.",
        position=error.variant + 1,
        field=quoted(error.field),
        value=quoted(error.value),
        allowed=quoted(error.allowed),
    )


_run_part: Final = Names[str](
    {
        "settings": N_("its settings"),
        "blocks": N_("records of its steps"),
        "epochs": N_("records of its epochs"),
        "weights": N_("its weights"),
        "checkpoints": N_("the weights and the momentum that it would go on from"),
        "rate_changes": N_("the changes of its learning rates"),
    }
)


_SENTENCES: Final[tuple[tuple[type[errors.SoftmaxError], Callable[[Any], str]], ...]] = (
    (errors.InvalidLogits, _invalid_logits),
    (
        errors.InvalidProbabilities,
        lambda e: _(
            "These are not probabilities: {value}. They must lie between 0 and 1 and sum to 1.",
            value=quoted(e.value),
        ),
    ),
    (
        errors.InvalidTarget,
        lambda e: _(
            "The target {value} is none of the {classes} classes. Choose one from 0 to {last}.",
            value=quoted(e.value),
            classes=e.classes,
            last=e.classes - 1,
        ),
    ),
    (errors.InvalidPicture, _invalid_picture),
    (errors.InvalidExperiment, _invalid_experiment),
    (
        errors.DataNotFound,
        lambda _error: _(
            "The Fashion-MNIST pictures are not on this machine yet. Get them on the home page."
        ),
    ),
    (
        errors.DataDamaged,
        lambda e: _(
            "The data file {path} is damaged: expected {expected}, found {found}. "
            "Delete it and get the data again on the home page.",
            path=quoted(e.path.name),
            expected=quoted(e.expected),
            found=quoted(e.found),
        ),
    ),
    (
        errors.DataNotWritable,
        lambda e: _(
            "The data folder {path} cannot be written: it is read-only, or the disk is full. "
            "Make room or make it writable, or set SOFTMAX_DATA to another folder.",
            path=quoted(e.path),
        ),
    ),
    (
        errors.DownloadFailed,
        lambda e: _(
            "The pictures could not be downloaded ({reason}). Check the connection and try again.",
            reason=quoted(e.reason),
        ),
    ),
    (
        errors.RunNotFound,
        lambda e: _(
            "There is no run {run} here. It may have been deleted, or it was started on another "
            "server; the runs page lists what is here.",
            run=quoted(e.run_id),
        ),
    ),
    (
        errors.RunNotSteerable,
        lambda _error: _(
            "This run is no longer in a state that allows that. Reload the page to see it as it is."
        ),
    ),
    (
        errors.RunDamaged,
        lambda e: _(
            "Run {run} is damaged on the disk: {part} are no longer what was written, so they are "
            "not used. Start the experiment again: the same settings give the same result.",
            run=quoted(e.run_id),
            part=_run_part(e.part),
        ),
    ),
    (
        errors.QueueFull,
        lambda e: _(
            "The queue is full: {waiting} of {limit} places are taken. "
            "Try again when a run has ended, or stop one of yours.",
            waiting=e.waiting,
            limit=e.limit,
        ),
    ),
    (
        errors.TooManyRuns,
        lambda e: ngettext(
            "You have {running} under way, and one person may have {n} run on this server. "
            "Stop yours, or wait until it has ended.",
            "You have {running} under way, and one person may have {n} runs on this server. "
            "Stop one of yours, or wait until one has ended.",
            e.limit,
            running=e.running,
        ),
    ),
    (
        errors.StoreFull,
        lambda e: _(
            "The store of the runs is full ({limit} MB), and all that is left in it is pinned or "
            "under way. Delete or unpin a run on the runs page.",
            limit=e.limit // 2**20,
        ),
    ),
    (
        errors.StoreLocked,
        lambda _error: _(
            "The store of the runs is in use by another program. Close that program and reload."
        ),
    ),
    (
        errors.StoreTooNew,
        lambda _error: _(
            "The store of the runs was written by a newer version of this program. "
            "Update the program, and reload; nothing in the store was touched."
        ),
    ),
    (
        errors.StoreDamaged,
        lambda e: _(
            "The store of the runs, {path}, is damaged. Move the file away; "
            "a new one is made at the next start.",
            path=quoted(e.path.name),
        ),
    ),
    (
        errors.StoreNotWritable,
        lambda _error: _(
            "The store of the runs cannot be written: the folder is read-only, or the disk is "
            "full. Make room or make it writable, or set SOFTMAX_RUNS to another folder, and "
            "reload."
        ),
    ),
)


def sentence(error: errors.SoftmaxError) -> str:
    """Return in the reader's language what happened and what to do, from the error's attributes."""
    for kind, say in _SENTENCES:
        if isinstance(error, kind):
            return say(error)
    return _("Something did not work: {message}", message=quoted(error))


@contextmanager
def guard() -> Iterator[None]:
    """Show an error of softmax_core that is raised inside as a sentence, and end the page there."""
    try:
        yield
    except errors.SoftmaxError as error:
        logging.getLogger(__name__).info("shown to the reader: %s", error)
        st.error(sentence(error), icon=":material/error:")
        st.stop()


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
        for problem in problems
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
