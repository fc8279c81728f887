"""The race of the vanishing-gradient page: two losses, one wrong and saturated start."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import streamlit as st
import torch

from softmax_core.descent import GOAL, Descent, descend, steps_to_reach
from softmax_core.losses import Loss
from softmax_core.saturation import ScaleSweep, scale_sweep
from softmax_core.training.experiment import LOSSES
from softmax_ui.addresses.gradient import (
    FURTHEST,
    GRADIENT_STATE,
    RATES,
    STEP_LIMIT,
    STEPS,
)
from softmax_ui.addresses.playground import default_names
from softmax_ui.components.handle_chart import handle_chart
from softmax_ui.figures.handle import nearest
from softmax_ui.figures.race import race_chart, steps_chart
from softmax_ui.terms import axis_name, field_name, heading, loss_name, measure_name, quantity_name
from softmax_ui.text import _, ngettext

STARTS = tuple(0.5 * k for k in range(round(2 * FURTHEST) + 1))


@lru_cache(maxsize=64)
def walk(ahead: float, rate: float, loss: Loss) -> Descent:
    """Descend from [ahead, 0, 0] towards class 1; cached, as a rerun asks for the same again."""
    start = torch.tensor([ahead, 0.0, 0.0], dtype=torch.float64)
    return descend(start, torch.tensor(1), loss=loss, learning_rate=rate, steps=STEP_LIMIT)


@lru_cache(maxsize=16)
def steps_needed(rate: float, loss: Loss) -> tuple[int, ...]:
    """Count the steps to `GOAL` from each of `STARTS`; -1 where `STEP_LIMIT` do not suffice."""
    ahead = torch.tensor(STARTS, dtype=torch.float64)
    starts = torch.stack([ahead, torch.zeros_like(ahead), torch.zeros_like(ahead)], dim=-1)
    targets = torch.ones(len(STARTS), dtype=torch.int64)
    needed = steps_to_reach(starts, targets, loss=loss, learning_rate=rate, limit=STEP_LIMIT)
    return tuple(needed.tolist())


@st.fragment
def race_board() -> None:
    """Draw the start, the race over its steps, and the steps needed from every other start."""
    # Columns, as on a phone they are stacked and the slider has the full width.
    start, learning = st.columns([2, 1], vertical_alignment="bottom")
    with start:
        st.slider(
            _("How far the wrong logit is ahead at the start"), 0.0, FURTHEST, step=0.5, key="ahead"
        )
    with learning:
        st.segmented_control(field_name("learning_rate"), RATES, key="rate", required=True)
    values = GRADIENT_STATE.values()
    ahead, rate = values["ahead"], float(values["rate"])
    names = default_names(3)
    walks = {loss: walk(ahead, rate, loss) for loss in LOSSES}
    handle_chart(
        race_chart(STEPS, walks, names, _race_words(names[1], walks)),
        position=nearest(STEPS, values["step"]),
        key="race_board",
        alt=_("Probability of the true class over the steps, for both losses."),
        on_release=lambda place: GRADIENT_STATE.apply(step=STEPS[place]),
    )
    st.subheader(_("The same race from every other start"))
    _steps_over_starts(ahead, rate)
    GRADIENT_STATE.save()


def _steps_over_starts(ahead: float, rate: float) -> None:
    """Draw the steps needed over the starts; its handle is the start of the race above."""
    needed = {loss: steps_needed(rate, loss) for loss in LOSSES}
    handle_chart(
        steps_chart(_starts(), needed, STEP_LIMIT, _start_words()),
        position=nearest(STARTS, ahead),
        key="steps_needed",
        alt=_(
            "Steps needed over how far the wrong logit is ahead at the start, for both losses; "
            "the handle is the start of the race above."
        ),
        on_release=lambda place: GRADIENT_STATE.apply(ahead=STARTS[place]),
    )


@lru_cache(maxsize=1)
def _starts() -> ScaleSweep:
    direction = torch.tensor([1.0, 0.0, 0.0], dtype=torch.float64)
    return scale_sweep(direction, 1, torch.tensor(STARTS, dtype=torch.float64))


def _race_words(target: str, walks: Mapping[Loss, Descent]) -> dict[str, str]:
    gauge = {loss: heading(loss_name(loss)) for loss in LOSSES}
    return {
        **_loss_words(),
        **{f"{k}_gauge": _("{loss}: p({target})", loss=gauge[k], target=target) for k in LOSSES},
        **{f"{loss}_fate": _fate(walks[loss]) for loss in LOSSES},
        "target": _("p({target})", target=target),
        "step": axis_name("step"),
        "steps": _("steps of gradient descent on the logits"),
        "goal": f"{GOAL:g}",
        "loss": quantity_name("loss"),
        "standings": _("Where they stand"),
        "landscape": _("Their paths over 1 − Σp²"),
        "rings": _("Both start where the wrong class is ahead.")
        if _starts_wrong(walks["cross_entropy"])
        else _("Both start at the centre: no class is ahead."),
        "play": _("Play the race"),
        "pause": _("Pause"),
        "restart": _("To the start"),
    }


def _starts_wrong(raced: Descent) -> bool:
    first = raced.logits[0]
    return bool(first.max() > first[1])


def _fate(raced: Descent) -> str:
    """Return a sentence on the steps that a loss needs to reach the goal."""
    goal = f"{GOAL:g}"
    there = (raced.target_probability >= GOAL).nonzero()
    if not len(there):
        return _("More than {limit} steps to {goal}", limit=STEP_LIMIT, goal=goal)
    return ngettext("{n} step to {goal}", "{n} steps to {goal}", int(there[0]), goal=goal)


def _start_words() -> dict[str, str]:
    return {
        **_loss_words(),
        "ahead": _("a: how far the wrong logit is ahead at the start"),
        "steps": _("steps until p(t) ≥ {goal}", goal=f"{GOAL:g}"),
        "limit": _("we stopped counting at {limit}", limit=STEP_LIMIT),
        "more": _("more than {limit}", limit=STEP_LIMIT),
        "start": _("At this start"),
    }


def _loss_words() -> dict[str, str]:
    names = {str(loss): loss_name(loss) for loss in LOSSES}
    return {**names, "gradient": measure_name("gradient_norm")}
