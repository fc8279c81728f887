"""One picture and the mathematics of its prediction: logits, evidence, loss, gradient, history."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
import torch

from softmax_core import (
    cross_entropy,
    cross_entropy_gradient,
    softmax,
    squared_error,
    squared_error_gradient,
)
from softmax_core.data import CLASS_NAMES
from softmax_core.inspection import evidence, scaled_pixels
from softmax_ui.cache import moments_of, store, weights
from softmax_ui.components.live_figure import live_figure
from softmax_ui.components.picture_grid import Picture, picture_grid
from softmax_ui.controls.board_state import playground_query
from softmax_ui.controls.judgement import Model
from softmax_ui.controls.number_table import number_table, written
from softmax_ui.controls.run_templates import class_names
from softmax_ui.figures.pictures import diverging_picture, grey_picture, largest
from softmax_ui.figures.prediction import becoming_figure, prediction_figure
from softmax_ui.page import page_link
from softmax_ui.text import _

PLAYGROUND = "pages/logit_playground.py"

_MOST_EPOCHS = 24
_LARGEST_LOGIT = 1e6  # the playground's own limit


def tell_story(model: Model, image: torch.Tensor, label: int | None, *, key: str) -> None:
    """Say why a model takes a picture for what it takes it for.

    Args:
        model: the variant and its weights.
        image: uint8 (28, 28).
        label: the true class, or None for a picture that has none.
        key: what the components' keys begin with.
    """
    names = class_names()
    features = _features(model, image)
    logits = features @ model.weights.T + model.bias
    p = softmax(logits)
    predicted = int(logits.argmax())
    asked = predicted if label is None else label
    left, right = st.columns([1, 3], gap="large")
    with left:
        _picture(image, names, label, predicted, float(p[predicted]), key)
    with right:
        live_figure(
            prediction_figure(
                logits.numpy(),
                p.numpy(),
                names,
                logits_title=_("logit o"),
                probabilities_title=_("probability p"),
            ),
            key=f"{key}_prediction",
            alt=_alt(names, p),
            height=330,
        )
    _evidence(model, features, logits, (asked, predicted), names, key)
    _numbers(model, logits, asked, predicted, names)
    _playground_link(logits, asked)
    _becoming(model, features, (asked, predicted), names, key)


def _features(model: Model, image: torch.Tensor) -> torch.Tensor:
    experiment = model.run.experiment
    return scaled_pixels(image, experiment.pixel_scale, moments_of(experiment))


def _picture(
    image: torch.Tensor,
    names: Sequence[str],
    label: int | None,
    predicted: int,
    confidence: float,
    key: str,
) -> None:
    given = {"predicted": names[predicted], "share": f"{confidence:.1%}"}
    if label is None:
        said = _("Taken for {predicted} with probability {share}", **given)
    elif label == predicted:
        said = _("{predicted}, and recognized with probability {share}", **given)
    else:
        said = _(
            "{true}, taken for {predicted} with probability {share}", true=names[label], **given
        )
    source = grey_picture(image.numpy())
    picture_grid([Picture(source, said, said)], key=f"{key}_picture", label=said, size=180)


def _alt(names: Sequence[str], p: torch.Tensor) -> str:
    order = p.argsort(descending=True)[:3].tolist()
    said = ", ".join(f"{names[index]} {float(p[index]):.3f}" for index in order)
    return _(
        "Logits and probabilities of the ten classes. The most probable: {classes}.", classes=said
    )


def _evidence(
    model: Model,
    features: torch.Tensor,
    logits: torch.Tensor,
    classes: tuple[int, int],
    names: Sequence[str],
    key: str,
) -> None:
    """Draw x ⊙ W[k] for the true and the predicted class, and that they sum to the logits."""
    st.markdown("**" + _("The evidence x ⊙ W[k]: what each pixel says for the class") + "**")
    shown = list(dict.fromkeys(classes))
    says = evidence(features, model.weights)
    maps = [says[k].numpy().reshape(28, 28) for k in shown]
    if len(shown) == 2:
        maps.append(maps[1] - maps[0])
    limit = largest(maps)
    captions = [
        _(
            "{name}: Σ = {sum}, b = {bias}, o = {logit}",
            name=names[k],
            sum=written(float(says[k].double().sum())),
            bias=written(float(model.bias[k])),
            logit=written(float(logits[k])),
        )
        for k in shown
    ]
    if len(shown) == 2:
        captions.append(
            _(
                "What tips the scale: {predicted} minus {true}",
                predicted=names[shown[1]],
                true=names[shown[0]],
            )
        )
    picture_grid(
        [
            Picture(diverging_picture(values, limit), caption, caption)
            for values, caption in zip(maps, captions, strict=True)
        ],
        key=f"{key}_evidence",
        label=_("Evidence"),
        size=200,
    )
    st.caption(
        _("Blue pixels speak for the class, orange ones against it; Σ over the pixels plus b is o.")
    )


def _numbers(
    model: Model, logits: torch.Tensor, asked: int, predicted: int, names: Sequence[str]
) -> None:
    """Draw the loss, and logit, probability and gradient of each class."""
    target = torch.tensor(asked)
    squared = model.run.experiment.variants[model.variant].loss == "squared_error"
    if squared:
        loss, gradient = squared_error(logits, target), squared_error_gradient(logits, target)
        formula = "½‖p − onehot(t)‖²"
    else:
        loss, gradient = cross_entropy(logits, target), cross_entropy_gradient(logits, target)
        formula = "−ln p_t"
    p = softmax(logits)
    number_table(
        _(
            "Loss {formula} = {loss}, target {name}",
            formula=formula,
            loss=written(float(loss)),
            name=names[asked],
        ),
        [_("Class"), "o", "p", "∂L/∂o"],
        [
            [names[k], written(float(logits[k])), written(float(p[k])), written(float(gradient[k]))]
            for k in range(len(names))
        ],
        strong=[asked, predicted],
    )


def _playground_link(logits: torch.Tensor, target: int) -> None:
    """Offer these very logits and this target in the playground."""
    if float(logits.abs().max()) > _LARGEST_LOGIT:
        st.caption(_("These logits are too large for the logit playground."))
        return
    page_link(
        PLAYGROUND,
        _("Open these logits in the logit playground"),
        icon=":material/tune:",
        query=playground_query(logits.double().tolist(), target, CLASS_NAMES),
    )


def _becoming(
    model: Model, features: torch.Tensor, classes: tuple[int, int], names: Sequence[str], key: str
) -> None:
    """Draw how the probabilities changed epoch by epoch."""
    stored = store().weight_epochs(model.run.id)
    if len(stored) < 2:
        return
    every = -(-len(stored) // _MOST_EPOCHS)
    # Counted from the end, so that the newest epoch is always among them.
    epochs = stored[::-1][::every][::-1]
    logits = np.stack([_logits_at(model, epoch, features) for epoch in epochs])
    if not np.isfinite(logits).all():
        return
    p = softmax(torch.from_numpy(logits)).numpy()
    st.markdown("**" + _("How it came about, epoch by epoch") + "**")
    shown = list(dict.fromkeys(classes))
    live_figure(
        becoming_figure(epochs, p, names, shown, x_title=_("epoch"), y_title=_("probability p")),
        key=f"{key}_becoming",
        alt=_(
            "Probability of {name} by epoch, from {first} to {last}.",
            name=names[shown[0]],
            first=f"{p[0, shown[0]]:.3f}",
            last=f"{p[-1, shown[0]]:.3f}",
        ),
        height=300,
    )
    losses = cross_entropy(torch.from_numpy(logits), torch.full((len(epochs),), shown[0]))
    st.caption(
        _(
            "The cross-entropy of this picture went from {first} before the first step to {last}.",
            first=written(float(losses[0])),
            last=written(float(losses[-1])),
        )
    )


def _logits_at(model: Model, epoch: int, features: torch.Tensor) -> np.ndarray:
    w, b = weights(model.run.id, epoch)
    return (features @ w[model.variant].T + b[model.variant]).numpy()
