"""One picture and the mathematics of its prediction: logits, evidence, loss, gradient, history."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
import torch

from softmax_core import softmax
from softmax_core.inspection import evidence, scaled_pixels
from softmax_core.training.lens import measured
from softmax_ui.addresses.playground import PLAYGROUND_STATE
from softmax_ui.addresses.state import PageState
from softmax_ui.cache import moments_of
from softmax_ui.components.live_figure import live_figure
from softmax_ui.components.logit_board.value import LARGEST_LOGIT, MOST
from softmax_ui.components.picture_grid import Picture, picture_grid
from softmax_ui.figures.pictures import diverging_picture, grey_picture, largest
from softmax_ui.figures.prediction import prediction_figure, prediction_height
from softmax_ui.model import Model
from softmax_ui.notices import quoted
from softmax_ui.page import page_link
from softmax_ui.pages import PLAYGROUND
from softmax_ui.screens.run.attribution import show_attribution
from softmax_ui.screens.run.flip import show_flip
from softmax_ui.screens.run.picture_history import show_history
from softmax_ui.terms import LOSS_FORMULAS, class_words
from softmax_ui.text import _, enumerated
from softmax_ui.text.numbers import written
from softmax_ui.widgets.number_table import number_table


def show_story(
    model: Model, image: torch.Tensor, label: int | None, state: PageState, *, key: str
) -> None:
    """Explain a model's prediction for a picture.

    Args:
        model: the model.
        image: uint8 (height, width).
        label: its class, or None if that is unknown.
        state: the settings of the view.
        key: of what is drawn.
    """
    names = class_words(model.run.data.class_names)
    features = _features(model, image)
    logits = features @ model.weights.T + model.bias
    p = softmax(logits)
    predicted = int(logits.argmax())
    asked = predicted if label is None else label
    # The rival: the label; the second choice where there is no label or it was predicted.
    rival = asked if asked != predicted else int(logits.argsort(descending=True)[1])
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
            height=prediction_height(len(names)),
        )
    left, right = st.columns([4, 3], gap="large")
    with left:
        _evidence(model, features, logits, (predicted, rival), names, key)
    with right:
        _numbers(model, logits, label, predicted, names)
        if len(names) == 2:
            _logistic(logits, names)
        _playground_link(logits, asked, model.run.data.class_names)
    show_history(model, features, asked, (predicted, rival), key=key)
    show_flip(model, image, features, key=key)
    show_attribution(model, image, features, label, state, key=key)


def _features(model: Model, image: torch.Tensor) -> torch.Tensor:
    return scaled_pixels(image, model.run.experiment.pixel_scale, moments_of(model.run))


def _picture(
    image: torch.Tensor,
    names: Sequence[str],
    label: int | None,
    predicted: int,
    confidence: float,
    key: str,
) -> None:
    given = {"predicted": names[predicted], "share": percent(confidence)}
    if label is None:
        caption = _("Taken for {predicted} with probability {share}", **given)
    elif label == predicted:
        caption = _("{predicted}, and recognized with probability {share}", **given)
    else:
        caption = _(
            "{true}, taken for {predicted} with probability {share}", true=names[label], **given
        )
    source = grey_picture(image.numpy())
    picture_grid([Picture(source, caption, caption)], key=f"{key}_picture", label=caption, size=180)


def percent(share: float) -> str:
    """Format a probability in percent; one below 1 is never rounded up to 100 %.

    >>> percent(0.975), percent(0.99987), percent(1.0)
    ('97.5%', '> 99.9%', '100.0%')
    """
    return "> 99.9%" if 0.9995 <= share < 1 else f"{share:.1%}"


def _alt(names: Sequence[str], p: torch.Tensor) -> str:
    order = p.argsort(descending=True)[:3].tolist()
    classes = enumerated(f"{names[index]} {float(p[index]):.3f}" for index in order)
    return _(
        "Logits and probabilities of all classes. The most probable: {classes}.",
        classes=classes,
    )


def _evidence(
    model: Model,
    features: torch.Tensor,
    logits: torch.Tensor,
    classes: tuple[int, int],
    names: Sequence[str],
    key: str,
) -> None:
    """Draw x ⊙ W[k] for the predicted class and its rival, with their sums, the logits."""
    st.markdown("**" + _("The evidence x ⊙ W[k]: what each pixel says for the class") + "**")
    products, data = evidence(features, model.weights), model.run.data
    maps = [products[k].numpy().reshape(data.height, data.width) for k in classes]
    maps.append(maps[0] - maps[1])
    limit = largest(maps)
    captions = [
        f"{names[k]}\nΣ x ⊙ W[k] + b\n= {written(float(products[k].double().sum()))} "
        f"{'−' if float(model.bias[k]) < 0 else '+'} {written(abs(float(model.bias[k])))}\n"
        f"= {written(float(logits[k]))} = o"
        for k in classes
    ]
    captions.append(
        _(
            "What tips the scale:\n{predicted} minus {other}",
            predicted=names[classes[0]],
            other=names[classes[1]],
        )
    )
    picture_grid(
        [
            Picture(diverging_picture(values, limit), caption.replace("\n", " "), caption)
            for values, caption in zip(maps, captions, strict=True)
        ],
        key=f"{key}_evidence",
        label=_("Evidence"),
        size=150,
    )
    st.caption(
        _(
            "Green pixels speak for the class, purple ones against it; the deepest colour is "
            "±{limit}.",
            limit=f"{limit:.3g}",
        )
    )


def _numbers(
    model: Model, logits: torch.Tensor, label: int | None, predicted: int, names: Sequence[str]
) -> None:
    """Draw the loss, and logit, probability and gradient of each class."""
    target = predicted if label is None else label
    variant = model.run.experiment.variants[model.variant]
    p, losses, gradients = measured(variant, logits[None], torch.tensor([target]))
    given = {
        "formula": LOSS_FORMULAS[variant.loss],
        "loss": written(float(losses[0])),
        "name": names[target],
    }
    number_table(
        _("Loss {formula} = {loss}, target {name}", **given)
        if label is not None
        else _(
            "It has no label. With {name} as the target, the loss {formula} is {loss}.", **given
        ),
        [_("Class"), "o", "p", "∂L/∂o"],
        [
            [
                names[k],
                written(float(logits[k])),
                written(float(p[0, k])),
                written(float(gradients[0, k])),
            ]
            for k in range(len(names))
        ],
        strong=[target, predicted],
    )


def _logistic(logits: torch.Tensor, names: Sequence[str]) -> None:
    """Say of two classes how the probability comes from the difference of the logits alone."""
    difference = float(logits[1].double() - logits[0].double())
    share = float(torch.sigmoid(logits[1].double() - logits[0].double()))
    st.caption(
        _(
            "Two classes: the probability of {name} is σ(o₁ − o₀) = σ({difference}) = {share}.",
            name=quoted(names[1]),
            difference=written(difference),
            share=written(share),
        )
    )


def _playground_link(logits: torch.Tensor, target: int, names: Sequence[str]) -> None:
    """Draw a link that opens these logits and this target in the playground."""
    if len(names) > MOST:
        st.caption(_("The logit playground takes at most {n} classes.", n=MOST))
        return
    if float(logits.abs().max()) > LARGEST_LOGIT:
        st.caption(_("These logits are too large for the logit playground."))
        return
    page_link(
        PLAYGROUND,
        _("Open these logits in the logit playground"),
        icon=":material/tune:",
        query=PLAYGROUND_STATE.query(o=logits.double().tolist(), t=target, names=names),
    )
