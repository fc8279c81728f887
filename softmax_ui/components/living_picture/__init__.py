"""A garment, its ten logits and probabilities, and ten templates that grow out of noise.

The browser asks the server for a short training (`softmax_ui.live.demonstration`), plays it, and
computes the probabilities itself while a person drags a logit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from softmax_ui.colours import CLASS_COLOURS
from softmax_ui.components.logit_board.value import LARGEST_LOGIT, BoardValue, problem_of
from softmax_ui.components.modules import browser_side
from softmax_ui.components.reported import keep, position_from, reported
from softmax_ui.figures.pictures import shades
from softmax_ui.text import _

_component = browser_side("living_picture", html='<section class="living-picture"></section>')


def living_picture(
    classes: Sequence[str], *, address: str, seeds: int, key: str
) -> BoardValue | None:
    """Draw it, and return the logits that a person has taken hold of.

    Args:
        classes: the name of each class, in the reader's language.
        address: where a training is, relative to the app, without its seed.
        seeds: how many seeds there are, from 0.
        key: the component's key.

    Returns:
        The logits with the picture's class as the target; None until it is touched, and for
        anything that is no such board.
    """
    _component(
        key=key,
        data={
            "address": address,
            "seeds": seeds,
            "classes": list(classes),
            "colours": list(CLASS_COLOURS),
            "shades": shades(),
            "labels": _labels(),
        },
        on_taken_change=keep,
    )
    return _taken(reported(key, "taken"), classes)


def _taken(found: object, classes: Sequence[str]) -> BoardValue | None:
    """Return the board that the browser reported, or None for anything that is not one."""
    logits = found.get("logits") if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping) or not isinstance(logits, list):
        return None
    if len(logits) != len(classes) or not all(map(_is_logit, logits)):
        return None
    target = position_from(found.get("target"), len(classes))
    rounded = tuple(round(float(logit), 3) for logit in logits)
    board = BoardValue(rounded, tuple(classes), target)
    return None if problem_of(board) else board


def _is_logit(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and abs(value) <= LARGEST_LOGIT  # type: ignore[arg-type]


def _labels() -> dict[str, str]:
    return {
        "template": _("template"),
        "logit": _("logit o"),
        "probability": _("probability p"),
        "logit_of": _("Logit of {name}"),
        "choose": _("Choose another picture"),
        "picture_of": _("A test picture: {name}"),
        "true_class": _("It is: {name}"),
        "predicted": _("Predicted: {name}"),
        "play": _("Watch it learn"),
        "pause": _("Pause"),
        "again": _("Train it anew, with another seed"),
        "training": _("The model is being trained …"),
        "failed": _("The server did not answer. Train it anew, or reload the page."),
        "at_step": _("Step {step} of {total}: right on {right} of {tested} test pictures"),
        "yours": _("These logits are yours now."),
        "trained": _(
            "Not a recording: this server trained softmax regression on {pictures} pictures, in "
            "minibatches of {batch_size}, with learning rate {learning_rate} and seed {seed}. Its "
            "{steps} steps took {seconds} s."
        ),
        "speaks_for": _("speaks for the class"),
        "speaks_against": _("speaks against it"),
    }
