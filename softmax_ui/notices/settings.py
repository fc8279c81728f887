"""What is wrong with numbers, settings, questions to a class or a picture, as sentences."""

from __future__ import annotations

from typing import Final

from softmax_core import errors
from softmax_ui.notices.imports import of_import
from softmax_ui.notices.quoting import allowed_words, quoted
from softmax_ui.text import N_, Names, _


def of_input(error: errors.SoftmaxError) -> str | None:
    """Say what is wrong with numbers or settings, or with an uploaded picture."""
    match error:
        case errors.InvalidLogits(problem="nan", value=value):
            return _(
                "A logit is not a number ({value}). Give each logit a number.", value=quoted(value)
            )
        case errors.InvalidLogits(problem="infinite_twice"):
            return _(
                "Two logits are infinite, so their shares are not defined. Make one of them finite."
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
            return of_picture(error)
        case errors.InvalidQuestion():
            return _of_question(error)
        case errors.ImportRefused():
            return of_import(error)
    return None


def _of_question(error: errors.InvalidQuestion) -> str:
    """Say what a question to a class lacks."""
    match error.part:
        case "text":
            return _("The question needs a text of at most 500 characters.")
        case "options":
            return _("There are {n} answers to choose from; 2 to 8 are possible.", n=error.value)
        case "option":
            return _(
                "An answer to choose from has 1 to 120 characters: {value}",
                value=quoted(error.value),
            )
        case "same":
            return _("Two of the answers to choose from are the same.")
        case "right":
            return _("The right answer cannot be {value}.", value=quoted(error.value))
        case "probabilities":
            return _(
                "The probabilities are 2 to 5 numbers between 0 and 1 that add up to 1, not "
                "{value}.",
                value=quoted(error.value),
            )
    return _("There is no such kind of question: {value}", value=quoted(error.value))


def _of_experiment(error: errors.InvalidExperiment) -> str:
    """Say which field of an experiment is out of range, and of which variant."""
    if error.field == "file":
        return _of_file(error)
    given = {
        "field": quoted(error.field),
        "value": quoted(error.value),
        "allowed": allowed_words(error.allowed),
    }
    if error.variant is None:
        return _("The experiment's {field} is {value}; it must be {allowed}.", **given)
    position = error.variant + 1
    return _(
        "Variant {position}: {field} is {value}; it must be {allowed}.", position=position, **given
    )


def _of_file(error: errors.InvalidExperiment) -> str:
    """Say why a file holds no experiment."""
    if error.value == "no JSON":
        return _(
            "The file is not JSON: it was not exported here, or it has been changed since. "
            "({reason})",
            reason=quoted(error.allowed),
        )
    if error.value == "a field twice":
        return _(
            "The file gives {field} twice in one place, and only one of the two can hold. Leave "
            "one of them.",
            field=quoted(error.allowed),
        )
    if "bytes" in error.allowed:
        return _(
            "The file has {value}, and an experiment takes a few thousand: it is another file.",
            value=quoted(error.value),
        )
    return _("The file is JSON, but it describes no experiment. Choose one that was exported here.")


def of_picture(error: errors.InvalidPicture) -> str:
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
        case "too_costly":
            return _(
                "Opening this picture takes more memory or time than is allowed. Save it again, "
                "smaller, as PNG or JPEG."
            )
        case "nothing_in_it":
            return _("The picture has one colour all over. Choose one that shows something.")
        case "busy":
            return _("Other people's pictures are being opened. Try again in a moment.")
        case "empty":
            return _("The file is empty. Save the picture again.")
        case "another_kind":
            return _(
                "This file is of a kind that is not read here: {kind}. "
                "Save what it shows as PNG or JPEG, or take a screenshot of it.",
                kind=_kind_name(error.value),
            )
        case "damaged" if error.value:
            return _(
                "The file begins as a picture of the kind {kind}, but it is damaged or was cut "
                "off. Copy or save it again.",
                kind=error.value,
            )
    return _(
        "The file is not known as a picture; it may be damaged. Open it in an image program and "
        "save it as PNG or JPEG."
    )


_other_kind: Final = Names[str](
    {
        "web page": N_("a web page"),
        "camera raw (CR3)": N_("a camera's raw data (CR3)"),
        "Windows metafile": N_("a Windows metafile"),
        "video": N_("a video"),
        "sound": N_("a sound"),
        "Word, Excel or PowerPoint": N_("a document of Word, Excel or PowerPoint"),
    }
)


def _kind_name(kind: str) -> str:
    """Return a kind's name; most are the same in every language, as PDF."""
    return _other_kind(kind) if kind in _other_kind else kind
