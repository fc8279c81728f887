"""How large a learning rate the loss bears: 2/λ, λ the largest eigenvalue of its Hessian."""

from __future__ import annotations

from typing import Final

import streamlit as st
import torch

from softmax_core.curvature import Curvature, HessianOfLoss, largest_curvature, step_to_step
from softmax_core.data import split_validation
from softmax_core.runs import Run
from softmax_core.runs.history import History
from softmax_core.training.experiment import Variant
from softmax_ui import cache
from softmax_ui.addresses.state import PageState
from softmax_ui.cache import moments_of, store
from softmax_ui.components.live_figure import live_figure
from softmax_ui.computing import Tell
from softmax_ui.figures.speed_limit import jumps_figure
from softmax_ui.model import Model
from softmax_ui.screens.run.choices import chosen_model, epoch_control
from softmax_ui.terms import field_name, variant_names
from softmax_ui.text import _, enumerated
from softmax_ui.widgets.computed import computed

_LAST_STEPS: Final = 200
"""The jumps of so many steps, the last ones, are averaged."""


def show_speed_limit(run: Run, history: History, state: PageState) -> None:
    """Draw λ at W = 0 and at the weights of an epoch, once asked, and the loss's jumps over η."""
    st.subheader(_("The speed limit of η"), anchor=False)
    st.markdown(
        _(
            "Along the direction in which the loss bends most, a step of gradient descent "
            "multiplies the distance from the bottom by 1 − ηλ, with λ the largest eigenvalue of "
            "the loss's Hessian. Above **η = 2/λ** it overshoots and grows."
        )
    )
    epoch_control(run)
    model = chosen_model(run, history, state, epoch=state.value("epoch"))
    if model is None:
        return
    left, right = st.columns([1, 1], gap="large")
    with left:
        at_zero = _at_zero(model)
        now = _at_weights(model)
        _said(model, at_zero, now)
    with right:
        _jumps(run, at_zero, now)


def _pictures(run: Run) -> torch.Tensor:
    """Return the pictures that a run is trained on."""
    experiment, images = run.experiment, cache.dataset_of(run.data).train.images
    if not experiment.validation_size:
        return images
    trained, _held = split_validation(len(images), experiment.validation_size, experiment.seed)
    return images[trained]


def _found(
    run: Run, weights: torch.Tensor, bias: torch.Tensor, what: tuple[object, ...], at: str, key: str
) -> Curvature | None:
    """Have the largest eigenvalue at some weights computed; None until that is done."""
    experiment = run.experiment
    moments = moments_of(run)

    def work(tell: Tell) -> Curvature:
        hessian = HessianOfLoss(_pictures(run), weights, bias, experiment.pixel_scale, moments)
        # How many products it takes is not known before.
        return largest_curvature(hessian, on_product=lambda made: tell(made, made + 5))

    found: Curvature | None = computed(
        what,
        work,
        label=_("Compute λ {at}", at=at),
        doing=_("Multiplying the Hessian with directions …"),
        key=key,
    )
    return found


def _at_zero(model: Model) -> Curvature | None:
    run, experiment = model.run, model.run.experiment
    seed = experiment.seed if experiment.validation_size else 0
    what = (
        "curvature",
        run.data.digest,
        experiment.pixel_scale,
        experiment.validation_size,
        seed,
    )
    zero, none = torch.zeros_like(model.weights), torch.zeros_like(model.bias)
    return _found(run, zero, none, what, _("at W = 0"), "curvature_zero")


def _at_weights(model: Model) -> Curvature | None:
    what = ("curvature", *model.key())
    return _found(model.run, model.weights, model.bias, what, model.moment, "curvature_now")


def _said(model: Model, at_zero: Curvature | None, now: Curvature | None) -> None:
    """Say what was found, and what it means for this variant."""
    variant = model.run.experiment.variants[model.variant]
    for at, found in ((_("at W = 0"), at_zero), (model.moment, now)):
        if found is not None:
            st.markdown(
                _(
                    "{at}: λ = **{value}**, so 2/λ = **{limit}** ({products} products, λ is known "
                    "to ±{error}).",
                    at=at,
                    value=f"{found.eigenvalue:.4g}",
                    limit=f"{found.speed_limit:.3g}",
                    products=found.products,
                    error=f"{found.residual:.0e}",
                )
            )
    if at_zero is not None and now is not None and now.eigenvalue < at_zero.eigenvalue:
        st.caption(
            _(
                "λ has fallen to {share} of what it was at W = 0: the more the model saturates, "
                "the flatter its loss. It is the vanishing gradient, seen from the other side.",
                share=f"{now.eigenvalue / at_zero.eigenvalue:.0%}",
            )
        )
    st.caption(_caveat(variant))


def _caveat(variant: Variant) -> str:
    """Say of what λ is, and what it is not."""
    said = _(
        "λ is that of the mean cross-entropy of the whole training set; minibatches are noisier, "
        "and η may be too large for one of them before it is for all."
    )
    if variant.loss != "cross_entropy":
        added = _("This variant descends the squared error, whose Hessian is another one.")
    elif variant.momentum:
        added = _("With momentum µ the limit is (1 + µ) times as high.")
    elif variant.weight_decay:
        added = _("Weight decay adds its own λ to it.")
    else:
        return said
    return _("{first} {second}", first=said, second=added)


def _jumps(run: Run, at_zero: Curvature | None, now: Curvature | None) -> None:
    """Draw how much the loss of each variant jumps from step to step, over its learning rate."""
    losses = store().steps(run.id, after=max(run.step - _LAST_STEPS, 0)).loss
    if len(losses) < 2:
        return
    jumps = step_to_step(torch.from_numpy(losses.copy())).tolist()
    rates = [variant.learning_rate for variant in run.experiment.variants]
    limits = [
        (found.speed_limit, words)
        for found, words in (
            (at_zero, _("2/λ at W = 0")),
            (now, _("2/λ now")),
        )
        if found is not None and found.eigenvalue > 0
    ]
    names = variant_names(run)
    live_figure(
        jumps_figure(
            rates,
            jumps,
            names,
            limits,
            x_title=field_name("learning_rate"),
            y_title=_("mean jump of the loss"),
        ),
        key="loss_jumps",
        alt=_(
            "Mean jump of the loss from step to step over the learning rate: {variants}.",
            variants=enumerated(
                f"{name} {jump:.3g}" for name, jump in zip(names, jumps, strict=True)
            ),
        ),
        height=300,
    )
    st.caption(
        _(
            "How much the loss of the minibatches jumps from one step to the next, on average "
            "over the last {n} steps.",
            n=f"{len(losses):,}",
        )
    )
