"""What went wrong, said so that a person can act on it; the traceback stays in the server's log."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

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


def sentence(error: errors.SoftmaxError) -> str:
    """Return in the reader's language what happened and what to do, from the error's attributes."""
    said = _of_input(error) or _of_data(error) or _of_run(error) or _of_store(error)
    return said or _("Something did not work: {message}", message=quoted(error))


def _of_input(error: errors.SoftmaxError) -> str | None:
    """Say what is wrong with numbers or settings, or with an uploaded picture."""
    match error:
        case errors.InvalidLogits(problem="nan", value=value):
            return _(
                "A logit is not a number ({value}). Give each logit a number.", value=quoted(value)
            )
        case errors.InvalidLogits(problem="infinite_twice"):
            return _(
                "Two logits are infinite, so no share of the whole can be told. "
                "Make one of them finite."
            )
        case errors.InvalidLogits(problem="all_minus_inf"):
            return _(
                "All logits are −∞, which leaves nothing to share out. "
                "Make at least one of them finite."
            )
        case errors.InvalidLogits(problem="no_classes"):
            return _("There are no classes. Softmax needs at least one logit.")
        case errors.InvalidLogits(value=value):
            return _(
                "Softmax is not defined for {value}. Give it real numbers.", value=quoted(value)
            )
        case errors.InvalidProbabilities(value=value):
            return _(
                "These are not probabilities: {value}. They must lie between 0 and 1 and sum to 1.",
                value=quoted(value),
            )
        case errors.InvalidTarget(value=value, classes=classes):
            return _(
                "The target {value} is none of the {classes} classes. Choose one from 0 to {last}.",
                value=quoted(value),
                classes=classes,
                last=classes - 1,
            )
        case errors.InvalidExperiment():
            return _of_experiment(error)
        case errors.InvalidPicture():
            return _of_picture(error)
    return None


def _of_experiment(error: errors.InvalidExperiment) -> str:
    """Say which field of an experiment is out of range, and of which variant."""
    given = {name: quoted(getattr(error, name)) for name in ("field", "value", "allowed")}
    if error.variant is None:
        return _("The experiment's {field} is {value}; it must be {allowed}.", **given)
    position = error.variant + 1
    return _(
        "Variant {position}: {field} is {value}; it must be {allowed}.", position=position, **given
    )


def _of_picture(error: errors.InvalidPicture) -> str:
    """Say why a file cannot be taken as a picture, and how large it may be."""
    given = {"value": quoted(error.value), "limit": error.limit}
    match error.problem:
        case "too_many_bytes":
            return _(
                "The file has {value} MB; at most {limit} MB are read. Save the picture smaller.",
                **given,
            )
        case "too_many_pixels":
            return _(
                "The picture has {value} pixels; at most {limit} million are read. "
                "Save it smaller.",
                **given,
            )
        case "nothing_in_it":
            return _("The picture has one colour all over. Choose one that shows something.")
    return _(
        "The file cannot be read as a PNG, JPEG or WebP picture; it may be damaged. Open it in an "
        "image program and save it as one of these."
    )


def _of_data(error: errors.SoftmaxError) -> str | None:
    """Say what is wrong with the Fashion-MNIST files."""
    match error:
        case errors.DataNotFound():
            return _(
                "The Fashion-MNIST pictures are not on this machine yet. Get them on the home page."
            )
        case errors.DataDamaged(path=path, expected=expected, found=found):
            return _(
                "The data file {path} is damaged: expected {expected}, found {found}. "
                "Delete it and get the data again on the home page.",
                path=quoted(path.name),
                expected=quoted(expected),
                found=quoted(found),
            )
        case errors.DataNotWritable(path=path):
            return _(
                "The data folder {path} cannot be written: it is read-only, or the disk is full. "
                "Make room or make it writable, or set SOFTMAX_DATA to another folder.",
                path=quoted(path),
            )
        case errors.DownloadFailed(reason=reason):
            return _(
                "The pictures could not be downloaded ({reason}). "
                "Check the connection and try again.",
                reason=quoted(reason),
            )
    return None


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


def _of_run(error: errors.SoftmaxError) -> str | None:
    """Say what is wrong with one run, or why no other may be started."""
    match error:
        case errors.RunNotFound(run_id=run_id):
            return _(
                "There is no run {run} here. It may have been deleted, or it was started on "
                "another server; the runs page lists what is here.",
                run=quoted(run_id),
            )
        case errors.RunNotSteerable():
            return _(
                "This run is no longer in a state that allows that. "
                "Reload the page to see it as it is."
            )
        case errors.RunDamaged(run_id=run_id, part=part):
            return _(
                "Run {run} is damaged on the disk: {part} are no longer what was written, so they "
                "are not used. Start the experiment again: the same settings give the same result.",
                run=quoted(run_id),
                part=_run_part(part),
            )
        case errors.QueueFull(waiting=waiting, limit=limit):
            return _(
                "The queue is full: {waiting} of {limit} places are taken. "
                "Try again when a run has ended, or stop one of yours.",
                waiting=waiting,
                limit=limit,
            )
        case errors.TooManyRuns(running=running, limit=limit):
            return ngettext(
                "You have {running} under way, and one person may have {n} run on this server. "
                "Stop yours, or wait until it has ended.",
                "You have {running} under way, and one person may have {n} runs on this server. "
                "Stop one of yours, or wait until one has ended.",
                limit,
                running=running,
            )
        case errors.ExportsBusy(yours=True):
            return _("Another file is still being made for you. Try again when it has come.")
        case errors.ExportsBusy(waiting=waiting):
            return ngettext(
                "{n} file is being made for somebody else. Try again in a minute.",
                "{n} files are being made for others. Try again in a minute.",
                waiting,
            )
    return None


def _of_store(error: errors.SoftmaxError) -> str | None:
    """Say why the store of the runs cannot be used as it is."""
    match error:
        case errors.StoreFull(limit=limit):
            return _(
                "The store of the runs is full ({limit} MB), and all that is left in it is pinned "
                "or under way. Delete or unpin a run on the runs page.",
                limit=limit // 2**20,
            )
        case errors.StoreLocked():
            return _(
                "The store of the runs is in use by another program. Close that program and reload."
            )
        case errors.StoreTooNew():
            return _(
                "The store of the runs was written by a newer version of this program. "
                "Update the program, and reload; nothing in the store was touched."
            )
        case errors.StoreDamaged(path=path):
            return _(
                "The store of the runs, {path}, is damaged. Move the file away; "
                "a new one is made at the next start.",
                path=quoted(path.name),
            )
        case errors.StoreNotWritable():
            return _(
                "The store of the runs cannot be written: the folder is read-only, or the disk is "
                "full. Make room or make it writable, or set SOFTMAX_RUNS to another folder, and "
                "reload."
            )
    return None


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
