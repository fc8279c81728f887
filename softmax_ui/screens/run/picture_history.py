"""The history of one prediction: logits, probabilities, loss and gradient by epoch."""

from __future__ import annotations

from typing import Final

import streamlit as st
import torch

from softmax_core.training.lens import measured
from softmax_ui.cache import store, weights
from softmax_ui.components.live_figure import live_figure
from softmax_ui.figures.prediction import becoming_figure, loss_figure
from softmax_ui.model import Model
from softmax_ui.terms import axis_name, class_words
from softmax_ui.text import _
from softmax_ui.text.numbers import written

_MOST_EPOCHS: Final = 24
_HEIGHT: Final = 230


def show_history(
    model: Model, features: torch.Tensor, target: int, shown: tuple[int, int], *, key: str
) -> None:
    """Draw the numbers of a picture x (pixels,) by epoch; nothing before the first epoch has ended.

    Loss and gradient are for the target. The two classes shown are drawn strong, the predicted one
    first.
    """
    epochs = epochs_to_draw(model.run.id)
    if len(epochs) < 2:
        return
    logits = torch.stack([_logits_at(model, epoch, features) for epoch in epochs])
    targets = torch.full((len(epochs),), target)
    variant = model.run.experiment.variants[model.variant]
    p, losses, gradients = measured(variant, logits, targets)
    st.markdown("**" + _("How it came about, epoch by epoch") + "**")
    per_epoch = model.run.total_steps / model.run.experiment.epochs
    current = model.step / per_epoch
    names = class_words(model.run.data.class_names)
    charts = (
        ("logits", _("Logits o"), logits, shown[0]),
        ("p", _("Probabilities p"), p, shown[0]),
        ("loss", _("Its loss"), losses, None),
        ("gradient", _("Its gradient ∂L/∂o"), gradients, target),
    )
    for index, (word, title, values, chosen) in enumerate(charts):
        if index % 2 == 0:
            columns = st.columns(2)
        one = values if chosen is None else values[:, chosen]
        with columns[index % 2]:
            st.caption(title)
            live_figure(
                loss_figure(epochs, losses.numpy(), x_title=axis_name("epoch"), now=current)
                if chosen is None
                else becoming_figure(
                    epochs,
                    values.numpy(),
                    names,
                    shown,
                    x_title=axis_name("epoch"),
                    now=current,
                    legend=word == "logits",
                ),
                key=f"{key}_history_{word}",
                alt=_alt(title, names[target if chosen is None else chosen], one),
                height=_HEIGHT,
            )


def epochs_to_draw(run_id: str) -> list[int]:
    """Return the epochs to draw, the newest among them."""
    stored = store().weight_epochs(run_id)
    every = max(-(-len(stored) // _MOST_EPOCHS), 1)
    # Counted from the end, so that the newest epoch is always among them.
    return stored[::-1][::every][::-1]


def _logits_at(model: Model, epoch: int, features: torch.Tensor) -> torch.Tensor:
    w, b = weights(model.run.id, epoch)
    return features @ w[model.variant].T + b[model.variant]


def _alt(title: str, name: str, values: torch.Tensor) -> str:
    return _(
        "{title} by epoch; for {name} from {first} to {last}.",
        title=title,
        name=name,
        first=written(float(values[0])),
        last=written(float(values[-1])),
    )
