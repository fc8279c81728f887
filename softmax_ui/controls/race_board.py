"""The race of the vanishing-gradient page: two losses, one wrong and saturated start."""

from __future__ import annotations

from functools import lru_cache

import streamlit as st
import torch

from softmax_core.descent import Descent, descend, steps_to_reach
from softmax_core.training.experiment import Loss
from softmax_ui.components.handle_chart import handle_chart
from softmax_ui.components.live_figure import live_figure
from softmax_ui.controls.board_state import default_names
from softmax_ui.controls.gradient_state import (
    FURTHEST,
    GRADIENT_STATE,
    RATES,
    STEP_LIMIT,
    STEPS,
)
from softmax_ui.figures.handle import nearest
from softmax_ui.figures.saturation import race_chart, steps_figure
from softmax_ui.text import _, ngettext

STARTS = tuple(0.5 * k for k in range(round(2 * FURTHEST) + 1))


@lru_cache(maxsize=64)
def walk(ahead: float, rate: float, loss: Loss) -> Descent:
    """Walk from [ahead, 0, 0] towards class 1; remembered, for a rerun asks for the same again."""
    start = torch.tensor([ahead, 0.0, 0.0], dtype=torch.float64)
    return descend(start, torch.tensor(1), loss=loss, learning_rate=rate, steps=STEP_LIMIT)


@lru_cache(maxsize=16)
def steps_needed(rate: float, loss: Loss) -> tuple[int, ...]:
    """Count the steps to p_t = 0.9 from each of `STARTS`; -1 where `STEP_LIMIT` do not do."""
    ahead = torch.tensor(STARTS, dtype=torch.float64)
    starts = torch.stack([ahead, torch.zeros_like(ahead), torch.zeros_like(ahead)], dim=-1)
    targets = torch.ones(len(STARTS), dtype=torch.int64)
    needed = steps_to_reach(starts, targets, loss=loss, learning_rate=rate, limit=STEP_LIMIT)
    return tuple(needed.tolist())


@st.fragment
def race_board() -> None:
    """Draw the start, the race over its steps, and the steps needed from every other start."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="large"):
        st.slider(
            _("How far the wrong logit is ahead at the start"), 0.0, FURTHEST, step=0.5, key="ahead"
        )
        st.segmented_control(_("Learning rate η"), RATES, key="rate", required=True)
    values = GRADIENT_STATE.values()
    ahead, rate = values["ahead"], float(values["rate"])
    names = default_names(3)
    walks = (walk(ahead, rate, "cross_entropy"), walk(ahead, rate, "squared_error"))
    st.caption(_verdict(*walks))
    handle_chart(
        race_chart(STEPS, *walks, names, _words(names[1])),
        position=nearest(STEPS, values["step"]),
        key="race_board",
        alt=_("Probability of the true class over the steps, for both losses."),
        on_release=lambda place: GRADIENT_STATE.apply(step=STEPS[place]),
    )
    _steps_over_starts(rate)
    GRADIENT_STATE.save()


def _verdict(cross_entropy: Descent, squared_error: Descent) -> str:
    """Say how many steps each loss needed to reach 0.9 in this race."""
    return _(
        "To reach p(t) = 0.9: cross-entropy {first}, squared error {second}.",
        first=_count(cross_entropy),
        second=_count(squared_error),
    )


def _count(raced: Descent) -> str:
    there = (raced.target_probability >= 0.9).nonzero()
    if not len(there):
        return _("more than {limit} steps", limit=STEP_LIMIT)
    return ngettext("{n} step", "{n} steps", int(there[0]))


def _steps_over_starts(rate: float) -> None:
    words = {
        "cross_entropy": _("cross-entropy"),
        "squared_error": _("squared error"),
        "ahead": _("how far the wrong logit is ahead at the start"),
        "steps": _("steps until p(t) ≥ 0.9"),
        "limit": _("more than {limit} steps beyond this line", limit=STEP_LIMIT),
    }
    needed = steps_needed(rate, "cross_entropy"), steps_needed(rate, "squared_error")
    live_figure(
        steps_figure(STARTS, *needed, STEP_LIMIT, words),
        key="steps_needed",
        alt=_("Steps needed over the start's saturation, for both losses."),
        height=320,
    )


def _words(target: str) -> dict[str, str]:
    return {
        "target": _("p({target}), the true class", target=target),
        "step": _("step"),
        "steps": _("steps of gradient descent on the logits"),
        "cross_entropy": _("cross-entropy"),
        "squared_error": _("squared error"),
        "goal": "0.9",
        "gradient": _("norm of the gradient"),
        "loss": _("loss"),
        "standings": _("Where they stand"),
        "landscape": _("Their ways over 1 − Σp²"),
        "rings": _("Both start in the corner of the wrong class."),
        "play": _("Play the race"),
        "pause": _("Pause"),
        "restart": _("To the start"),
    }
