"""The live demonstrations of part one, shown once a question is answered."""

from __future__ import annotations

import streamlit as st
import torch

from softmax_core import (
    cross_entropy,
    cross_entropy_gradient,
    half_l1_norm,
    log_softmax,
    softmax,
    squared_error_gradient,
)
from softmax_core.descent import descend
from softmax_core.losses import Loss
from softmax_ui.components.class_bars import class_bars
from softmax_ui.components.live_figure import live_figure
from softmax_ui.figures import lesson as figures
from softmax_ui.questions.given import Given
from softmax_ui.questions.parts import number, say
from softmax_ui.screens.lesson.numbers import bird_names, given, take_logits
from softmax_ui.terms import loss_name
from softmax_ui.text import _
from softmax_ui.widgets.number_table import number_table


def shift() -> None:
    """Add the same number to each logit: no probability changes."""
    c = st.slider(_("c, added to each logit"), -100.0, 100.0, 0.0, 1.0, key="shift_c")
    o = given().o
    _before_and_after(softmax(o + c), _("logits + c"), key="shifted")


def scale() -> None:
    """Multiply the logits by a factor: their differences grow with it."""
    k = st.slider(_("k, times each logit"), 0.0, 5.0, 2.0, 0.1, key="scale_k")
    o = given().o
    _before_and_after(softmax(k * o), _("k · logits"), key="scaled")


def _before_and_after(p: torch.Tensor, label: str, *, key: str) -> None:
    """Draw a distribution beside that of the reader's own logits."""
    class_bars(
        [p.tolist(), softmax(given().o).tolist()],
        [label, _("your logits")],
        bird_names(),
        key=key,
        alt=_("Probabilities before and after, a pair of bars for each bird."),
        height=260,
    )


def saturation() -> None:
    """Increase the wrong logit and show the size of three derivatives."""
    z = st.slider(_("the first logit; the truth is the second"), 0.0, 30.0, 20.0, 0.5, key="sure")
    logits, target = torch.tensor([z, 0.0, 0.0], dtype=torch.float64), torch.tensor(1)

    def norm(loss: Loss) -> str:
        return _("{loss}, ‖∂L/∂o‖", loss=loss_name(loss))

    slopes = {
        "½Σ|J|": half_l1_norm(softmax(logits)).item(),
        norm("squared_error"): squared_error_gradient(logits, target).norm().item(),
        norm("cross_entropy"): cross_entropy_gradient(logits, target).norm().item(),
    }
    for column, (label, value) in zip(st.columns(3), slopes.items(), strict=True):
        column.metric(label, f"{value:.3g}")


def curve(p_t: float, loss: float) -> None:
    """Draw -ln p_t with the reader's prediction marked on it."""
    p = torch.linspace(0.001, 1.0, 300, dtype=torch.float64)
    o = torch.stack([p.log(), torch.log1p(-p)], dim=1)  # two classes whose first one has p
    losses = cross_entropy(o, torch.zeros(len(p), dtype=torch.int64))
    live_figure(
        figures.loss_curve(
            p.tolist(),
            losses.tolist(),
            (p_t, loss),
            _("probability of the truth"),
            _("loss"),
        ),
        key="loss_curve",
        alt=_(
            "The loss falls from infinity to 0 as the probability of the truth goes from 0 to 1."
        ),
        height=280,
    )


def real_softmax() -> None:
    """Increase λ: the smooth maximum approaches the maximum."""
    rate = st.slider("λ", 0.1, 20.0, 1.0, 0.1, key="real_softmax_rate")
    both = rate * torch.tensor([3.0, 2.0], dtype=torch.float64)
    softened = ((both - log_softmax(both))[0] / rate).item()
    st.markdown(
        _(
            "For a = 3 and b = 2: (1/λ) ln(exp(λa) + exp(λb)) = {value}",
            value=number(softened, 6),
        )
    )


def steps(numbers: Given) -> None:
    """Take steps of gradient descent on the reader's own logits, which stand beside the button."""
    say("gradient", "step")
    walked = descend(numbers.o, numbers.t, loss="cross_entropy", learning_rate=1.0, steps=1)
    slope = cross_entropy_gradient(numbers.o, numbers.t)
    columns = numbers.logits, softmax(numbers.o).tolist(), slope.tolist()
    rows = [
        [name, *(f"{value:.4f}".replace("-", "−") for value in row)]
        for name, *row in zip(bird_names(), *columns, strict=True)
    ]
    with st.container(border=True, key="descending"):
        number_table(
            _("Your logits, and where they are going"),
            [_("class"), _("logit o"), _("probability p"), _("∂L/∂o")],
            rows,
            strong=[numbers.target],
        )
        say(
            "gradient",
            "stepped",
            loss=number(walked.loss[0].item()),
            p=number(walked.target_probability[0].item()),
        )
        take_logits(
            _("Take one step, η = 1"),
            walked.logits[1].tolist(),
            key="take_step",
            icon=":material/south_east:",
        )
