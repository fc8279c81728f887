"""A board of logits to take hold of: probabilities, Jacobian and loss move with the hand.

The browser computes while a person drags, so that the numbers change in the same frame as the
hand; Python gets the logits when the hand rests or lets go, computes the same numbers with
softmax_core, and the board shows how far apart the two are (in the last bits of a double).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from softmax_core import softmax
from softmax_ui.colours import CLASS_COLOURS
from softmax_ui.components.logit_board.value import (
    LARGEST_LOGIT,
    LEARNING_RATE,
    BoardValue,
    board_from,
    is_name,
    problem_of,
)
from softmax_ui.components.modules import browser_side
from softmax_ui.components.reported import keep, reported

__all__ = ["BoardValue", "Preset", "is_name", "logit_board", "problem_of"]

_component = browser_side(
    "logit_board", html=Path(__file__).with_name("component.html").read_text(encoding="utf-8")
)

Preset = Mapping[str, Any]
"""A board to choose with one click: label, logits, names, target."""

Address = Callable[[BoardValue], Mapping[str, str | None]]
"""A board -> the URL's parameters that open it; None for a parameter that is to go."""


def logit_board(
    logits: Sequence[float],
    *,
    names: Sequence[str],
    target: int | None = None,
    temperature: float = 1.0,
    shift: float = 0.0,
    learning_rate: float = LEARNING_RATE,
    smoothing: float = 0.0,
    labels: Mapping[str, str],
    key: str,
    compact: bool = False,
    presets: Sequence[Preset] = (),
    address: Address | None = None,
    edition: str | None = None,
    on_paste: Callable[[str], None] | None = None,
    notice: str | None = None,
) -> BoardValue:
    """Draw a board and return what it holds now.

    The arguments say what the board begins with; when they change it begins anew. In between it is
    the person's. With an `edition` it begins anew when that changes, whatever the others say.

    Args:
        logits: o, 2 to 20 numbers from -LARGEST_LOGIT to LARGEST_LOGIT, or -inf for a masked class.
        names: one name a class.
        target: the class index that the loss is about, or None for no loss.
        temperature: T of z = (o + c) / T, 0.05 to 20.
        shift: c, common to all logits.
        learning_rate: η of a descent step.
        smoothing: ε of the target's label.
        labels: the board's words in the reader's language (`labels.board_labels`).
        key: the component's key; the session keeps the board under it.
        compact: bars and probabilities only, for a corner of another page.
        presets: boards to choose with one click.
        address: keeps the page's URL in step with the board; None leaves the URL alone.
        edition: names what the board began with; None leaves that to the arguments.
        on_paste: called with a text that was pasted as a row of numbers.
        notice: a sentence about the last paste.

    Returns:
        The board as the person left it, checked: never a number that softmax has no answer to.
    """
    given = BoardValue(
        tuple(map(float, logits)),
        tuple(names),
        target,
        temperature,
        shift,
        learning_rate,
        smoothing,
    )
    if problem := problem_of(given):
        raise ValueError(f"The board's {problem} are out of range: {getattr(given, problem)!r}.")
    revision = hashlib.sha256(repr(edition or given).encode()).hexdigest()[:16]
    value, serial = _held(key, given, revision)

    def pasted() -> None:
        text = reported(key, "pasted")
        if on_paste and isinstance(text, str):
            on_paste(text)

    _component(
        key=key,
        data={
            "board": asdict(value) | {"logits": [_in_json(o) for o in value.logits]},
            "revision": revision,
            "truth": {"serial": serial, "probabilities": _probabilities(value)},
            "labels": dict(labels),
            "colours": list(CLASS_COLOURS),
            "presets": [dict(preset) for preset in presets],
            "limit": LARGEST_LOGIT,
            "learning_rate": LEARNING_RATE,
            "compact": compact,
            "notice": notice,
            "query": dict(address(value)) if address else None,
        },
        on_board_change=keep,
        on_pasted_change=pasted,
    )
    return value


def _in_json(logit: float) -> float | str:
    """Return a logit as JSON can say it; `board_from` and the script read "-inf" back."""
    return logit if math.isfinite(logit) else "-inf"


def _held(key: str, given: BoardValue, revision: str) -> tuple[BoardValue, int]:
    """Return the board that the browser holds, and the number of its change."""
    state = reported(key, "board")
    if not isinstance(state, Mapping) or state.get("revision") != revision:
        return given, 0
    value = board_from(state)
    serial = state.get("serial")
    return (value, serial) if value and isinstance(serial, int) else (given, 0)


def _probabilities(value: BoardValue) -> list[float]:
    """Return softmax_core's answer in float64, the truth that the board compares itself with."""
    z = torch.tensor(value.arguments, dtype=torch.float64)
    return [float(p) for p in softmax(z)]
