"""The sections of part one that the course has and the note has not."""

from __future__ import annotations

import math
from typing import Final

import streamlit as st
import torch

from softmax_core import softmax
from softmax_core.distributions import divergence, entropy, expected_surprise
from softmax_core.label_smoothing import best_gap, smoothed_cross_entropy
from softmax_core.likelihood import likelihood, log_likelihood
from softmax_core.several_labels import sigmoid_cross_entropy, sigmoid_cross_entropy_gradient
from softmax_ui.addresses.lesson import LESSON_STATE
from softmax_ui.colours import FIRST, SECOND
from softmax_ui.components.class_bars import class_bars
from softmax_ui.components.live_figure import live_figure
from softmax_ui.figures import lesson as figures
from softmax_ui.pages import PLAYGROUND
from softmax_ui.questions.given import row
from softmax_ui.questions.loss import SEEN
from softmax_ui.questions.parts import number, say, shown
from softmax_ui.screens.lesson import derivations as write
from softmax_ui.screens.lesson.asking import ask
from softmax_ui.screens.lesson.links import (
    further,
    to_calibration,
    to_section,
    to_smoothing,
)
from softmax_ui.screens.lesson.numbers import bird_names, given, own_logits
from softmax_ui.text import _

FARTHEST: Final = 6.0
"""The two logits of the sigmoid's board are between this and its negative."""

STEEPEST: Final = 12.0
"""As far as the loss of a smoothed label is drawn."""


def likelihood_section() -> None:
    """The product over pictures, and why its logarithm is the loss."""
    say("likelihood", "intro")
    say("likelihood", "board")
    own_logits(target=False)
    o, counts = given().o, torch.tensor(SEEN)
    p = softmax(o)
    say("likelihood", "lines")
    product, logarithm = likelihood(p, counts).item(), log_likelihood(o, counts).item()
    st.latex(write.likelihood_lines(SEEN, p.tolist(), product, logarithm))
    class_bars(
        [p.tolist(), _shares().tolist()],
        [_("your probabilities"), _("the shares of the ten birds")],
        bird_names(),
        key="likelihood",
        alt=_("Your probabilities beside the shares of the ten birds, a pair of bars for each."),
        height=260,
    )
    ask("likeliest", _take_the_shares)
    ask("product", _many_birds)
    ask("mean_bits")
    to_calibration()


def _shares() -> torch.Tensor:
    """Return the shares of the birds that have been seen."""
    counts = row(SEEN)
    return counts / counts.sum()


def _take_the_shares() -> None:
    """Offer the logits whose probabilities are the shares."""
    st.button(
        _("Take these logits"),
        key="take_shares",
        icon=":material/input:",
        on_click=LESSON_STATE.apply,
        kwargs={"o": tuple(round(value, 4) for value in _shares().log().tolist())},
    )


def _many_birds() -> None:
    """Multiply the probabilities of more and more birds."""
    many = st.select_slider(
        _("how many birds"), [10, 100, 1_000, 10_000, 100_000], 1_000, key="many_birds"
    )
    o, counts = given().o, torch.tensor(SEEN) * (many // sum(SEEN))
    logarithm = log_likelihood(o, counts).item()
    product = likelihood(softmax(o), counts).item()
    left, right = st.columns(2)
    left.metric(_("the product, in float64"), f"{product:.4g}")
    right.metric(_("the sum of the logarithms"), f"{logarithm:.6g}")
    say("likelihood", "many", mean=number(-logarithm / many))


def information() -> None:
    """Cross-entropy as entropy and divergence."""
    say("information", "intro")
    say("information", "board")
    names = bird_names()
    seen = _("ten birds: 7, 2, 1")
    choices = {"seen": seen, "one_hot": _("always the true class"), "level": _("all equally often")}
    comes = st.segmented_control(
        _("What really comes"),
        list(choices),
        default="seen",
        required=True,
        format_func=choices.__getitem__,
        key="what_comes",
    )
    own_logits(target=comes == "one_hot")
    numbers = given()
    p, y = softmax(numbers.o), _shares()
    if comes == "level":
        y = softmax(torch.zeros_like(p))
    elif comes == "one_hot":
        y = torch.nn.functional.one_hot(numbers.t, 3).to(p.dtype)
    unavoidable, excess = entropy(y).item(), divergence(y, p).item()
    live_figure(
        figures.stack(
            [unavoidable, excess],
            [_("entropy H(y)"), _("divergence KL(y‖p)")],
            [FIRST, SECOND],
            longest=2.0,
        ),
        key="information",
        alt=_(
            "One bar, the cross-entropy, of two parts: the entropy {entropy} and the "
            "divergence {divergence}.",
            entropy=f"{unavoidable:.4g}",
            divergence=f"{excess:.4g}",
        ),
        height=150,
    )
    class_bars(
        [p.tolist(), y.tolist()],
        [_("your probabilities"), _("what really comes")],
        names,
        key="believed",
        alt=_("Your probabilities beside what really comes, a pair of bars for each bird."),
        height=240,
    )
    say("information", "lines")
    st.latex(write.information_lines(expected_surprise(y, p).item(), unavoidable, excess))
    say("information", "one_hot")
    ask("excess")
    ask("symmetric")


def two_classes() -> None:
    """The sigmoid is softmax of [z, 0]."""
    say("two_classes", "intro")
    say("two_classes", "board")
    a = st.slider(_("first logit, a"), -FARTHEST, FARTHEST, 2.0, 0.1, key="first_of_two")
    b = st.slider(_("second logit, b"), -FARTHEST, FARTHEST, 0.5, 0.1, key="second_of_two")
    p = softmax(row((a, b)))[0].item()
    z = torch.linspace(-2 * FARTHEST, 2 * FARTHEST, 200, dtype=torch.float64)
    live_figure(
        figures.curves(
            z.tolist(), [torch.sigmoid(z).tolist()], ["σ(z)"], [(a - b, p)], "z = a − b", "σ(z)"
        ),
        key="sigmoid",
        alt=_(
            "The sigmoid rises from 0 to 1; at z = {z} it is {p}.", z=f"{a - b:.3g}", p=f"{p:.3g}"
        ),
        height=280,
    )
    say("two_classes", "lines")
    st.latex(write.sigmoid_lines(a, b, p))
    say("two_classes", "loss")
    ask("sigmoid_logit")


def several_labels() -> None:
    """Softmax against a sigmoid for each class."""
    say("several_labels", "intro")
    say("several_labels", "board")
    own_logits(target=False)
    names, o = bird_names(), given().o
    with st.container(horizontal=True, key="labels"):
        there = [
            st.checkbox(name, value=k < 2, key=f"label_{k}", width="content")
            for k, name in enumerate(names)
        ]
    labels, sigmoids, p = torch.tensor(there).long(), torch.sigmoid(o), softmax(o)
    class_bars(
        [sigmoids.tolist(), p.tolist()],
        [_("a sigmoid for each"), _("one softmax")],
        names,
        key="several",
        alt=_("Sigmoids beside softmax probabilities, a pair of bars for each bird."),
        height=260,
    )
    say(
        "several_labels",
        "sums",
        softmax=number(p.sum().item()),
        sigmoid=number(sigmoids.sum().item()),
        loss=number(sigmoid_cross_entropy(o, labels).item()),
        gradient=shown(sigmoid_cross_entropy_gradient(o, labels).tolist(), 3),
    )
    ask("at_most")
    further(PLAYGROUND)


def smoothing() -> None:
    """A smoothed label has finite logits for its best answer."""
    say("smoothing", "intro")
    say("smoothing", "board")
    amount = st.slider("ε", 0.0, 0.5, 0.1, 0.01, key="smoothing_amount")
    z = torch.linspace(0, STEEPEST, 200, dtype=torch.float64)
    gap = best_gap(3, amount)
    smallest = _loss_at(torch.tensor([min(gap, STEEPEST)], dtype=torch.float64), amount).item()
    live_figure(
        figures.curves(
            z.tolist(),
            [_loss_at(z, amount).tolist(), _loss_at(z, 0.0).tolist()],
            [_("smoothed label"), _("one-hot label")],
            [(gap, smallest)] if math.isfinite(gap) else [],
            _("z, the truth's logit"),
            _("loss"),
        ),
        key="smoothing",
        alt=_(
            "The loss over the truth's logit: with a one-hot label it falls for ever, with a "
            "smoothed one it has a lowest point."
        ),
        height=300,
    )
    if math.isfinite(gap):
        p = softmax(row((gap, 0.0, 0.0)))[0].item()
        say("smoothing", "finite", gap=number(gap), p=number(p), loss=number(smallest))
    else:
        say("smoothing", "infinite")
    ask("smoothed_share")
    ask("best_gap")
    to_smoothing(amount)
    to_section("calibration")


def _loss_at(z: torch.Tensor, amount: float) -> torch.Tensor:
    """Return the loss of the logits (z, 0, 0), whose first class is true."""
    logits = torch.stack([z, torch.zeros_like(z), torch.zeros_like(z)], dim=-1)
    return smoothed_cross_entropy(logits, torch.zeros(len(z), dtype=torch.int64), amount)
