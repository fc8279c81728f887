"""The live experiments of part two: inputs to change, and the result."""

from __future__ import annotations

import streamlit as st
import torch

from softmax_core import (
    Accumulator,
    cross_entropy,
    cross_entropy_gradient,
    from_scratch,
    naive_softmax,
    softmax,
)
from softmax_core.data import epoch_order
from softmax_core.errors import InvalidLogits
from softmax_core.linear import expected_cost
from softmax_core.traps import (
    add_bias,
    count_right,
    descend_a_line,
    loss_of_probabilities,
    mean_of_means,
    naive_loss_and_gradient,
)
from softmax_ui.addresses.state import Setting, whole
from softmax_ui.addresses.state import number as setting
from softmax_ui.components.live_figure import live_figure
from softmax_ui.figures import lesson as figures
from softmax_ui.notices import quoted, sentence
from softmax_ui.questions.code import COSTS, ILL
from softmax_ui.questions.parts import number, say, shown
from softmax_ui.text import _
from softmax_ui.widgets.number_field import number_field, take_typed

TYPES = {"float16": torch.float16, "float32": torch.float32, "float64": torch.float64}


def bias() -> None:
    """Add a bias of a chosen shape to a minibatch of a chosen size."""
    shapes = {"(10,)": (10,), "(10, 10)": (10, 10), "(1, 10)": (1, 10), "(10, 1)": (10, 1)}
    with st.container(horizontal=True):
        chosen = st.selectbox(_("shape of b"), list(shapes), 0, key="try_bias_shape", width=160)
        n = st.selectbox(_("minibatch"), [256, 96, 10], key="try_bias_batch", width=160)
    try:
        shape = add_bias(n, shapes[chosen])
    except RuntimeError as refusal:
        say("parameters", "refused", message=quoted(refusal))
        return
    # A bias is one number for each class; a shape that varies along the minibatch is a mistake.
    meant = shapes[chosen] in ((10,), (1, 10))
    say("parameters", "fits" if meant else "silent", shape=f"`{shape}`")


def softmax_in_type() -> None:
    """Compute both forms of softmax for chosen logits in a chosen type."""
    with st.container(horizontal=True):
        row = [
            number_field(setting(f"try_logit_{k}", start, -1e4, 1e4), f"o[{k}]")
            for k, start in enumerate((20.0, 1.0, 0.0))
        ]
        kind = st.selectbox(_("type"), list(TYPES), 1, key="try_type", width=130)
    logits = torch.tensor(row, dtype=TYPES[kind])
    naive = shown(naive_softmax(logits).tolist())
    try:
        stable = shown(softmax(logits).tolist())
    except InvalidLogits as error:
        stable = sentence(error)
    st.markdown(f"`naive_softmax(o)` → {naive}\n\n`softmax(o)` → {stable}")


def twice() -> None:
    """Compare the loss of logits with the loss of their probabilities taken for logits."""
    p = st.slider(_("probability of the truth"), 0.01, 0.99, 0.9, 0.01, key="try_twice")
    others = torch.full((9,), (1 - p) / 9, dtype=torch.float64)
    probabilities = torch.cat([torch.tensor([p], dtype=torch.float64), others])
    target = torch.tensor(0)
    right = cross_entropy(probabilities.log(), target).item()
    wrong = loss_of_probabilities(probabilities, target).item()
    left, middle = st.columns(2)
    left.metric(_("loss from logits"), f"{right:.4f}")
    middle.metric(_("loss from probabilities"), f"{wrong:.4f}")


def log_zero() -> None:
    """Compute loss and gradient by both forms as the true class's logit falls."""
    z = st.slider("z", -120, 0, -10, key="try_log_zero")
    logits, target = torch.tensor([0.0, float(z), 0.0]), torch.tensor(1)
    loss, gradient = naive_loss_and_gradient(logits, target)
    stable = cross_entropy(logits, target)
    heading = " | ".join(("", _("loss"), _("gradient")))
    note = _("the note")
    st.markdown(
        f"| {heading} |\n|:--|:--|:--|\n"
        f"| {note} | {number(loss.item(), 6)} | {shown(gradient.tolist())} |\n"
        f"| softmax_core | {number(stable.item(), 6)} | "
        f"{shown(cross_entropy_gradient(logits, target).tolist())} |"
    )


def count_and_share(y_hat: torch.Tensor, y: torch.Tensor) -> None:
    """Compare the note's count with the share, for the numbers that are set."""
    note = _("the note")
    st.markdown(
        f"`from_scratch.accuracy(y_hat, y)` → {number(from_scratch.accuracy(y_hat, y))}\n\n"
        f"{note}: `accuracy(y_hat, y)` → {number(count_right(y_hat, y))}"
    )


def accumulate() -> None:
    """Add minibatches to an Accumulator one after the other."""
    kept = st.session_state.setdefault("try_sums", [])
    right, size = whole("try_right", 200, 0, 256), whole("try_size", 256, 1, 256)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number_field(right, _("number right"), width=130)
        number_field(size, _("pictures"), width=130)
        st.button(_("add"), on_click=_add, args=(right, size), key="try_add")
        st.button(_("reset"), on_click=kept.clear, key="try_reset")
    metric = Accumulator(2)
    for values in kept:
        metric.add(*values)
    st.markdown(f"`metric.data` → {shown(metric.data, 6)}")
    if kept:
        st.markdown(f"`metric[0] / metric[1]` → {number(metric[0] / metric[1])}")


def _add(right: Setting[int], size: Setting[int]) -> None:
    """Add a minibatch of the numbers in the fields, which may arrive only with the click."""
    taken = [take_typed(each) for each in (right, size)]  # both, for each says what is wrong
    if not all(taken):
        return
    state = st.session_state
    state[right.name] = min(state[right.name], state[size.name])  # which its field shows then
    state["try_sums"].append((state[right.name], state[size.name]))


def uneven() -> None:
    """Compare the mean of two accuracies with the accuracy."""
    first = st.slider(_("right among the 256 of the first"), 0, 256, 218, key="try_first")
    second = st.slider(_("right among the 16 of the last"), 0, 16, 4, key="try_last")
    means, share = mean_of_means([first, second], [256, 16])
    left, middle = st.columns(2)
    left.metric(_("mean of the two accuracies"), f"{means:.4f}")
    middle.metric(_("accuracy of all pictures"), f"{share:.4f}")


def zeroing() -> None:
    """Descend with and without zeroing the gradient."""
    with st.container(horizontal=True):
        slope = number_field(setting("try_slope", 2.0, -10, 10), _("slope s"), width=140)
        rate = number_field(setting("try_rate", 0.1, 0, 1), _("learning rate"), width=140)
        count = number_field(whole("try_steps", 8, 1, 20), _("number of steps"), width=140)
    walks = [
        descend_a_line(slope, start=1.0, learning_rate=rate, steps=count, zeroed=zeroed)
        for zeroed in (True, False)
    ]
    live_figure(
        figures.walk(walks, [_("zeroed"), _("not zeroed")], _("step")),
        key="zeroing",
        alt=_("w over the steps, once with the gradient zeroed and once without."),
        height=260,
    )


def cut() -> None:
    """Split an epoch into minibatches."""
    n = st.slider(_("minibatch"), 1, 1024, 256, key="try_cut")
    pieces = torch.split(epoch_order(seed=0, epoch=1, count=60_000), n)
    say("data", "cut", steps=len(pieces), last=len(pieces[-1]))


def diagnosis() -> None:
    """Compute the expected cost of either answer."""
    p = st.slider(_("probability of the illness"), 0.0, 1.0, ILL[0], 0.01, key="try_ill")
    limits, step = (0, 200), 5
    missed = st.slider(_("cost of missing it"), *limits, round(COSTS[0][1]), step, key="try_missed")
    false = st.slider(
        _("cost of a false alarm"), *limits, round(COSTS[1][0]), step, key="try_false"
    )
    costs = expected_cost(torch.tensor([p, 1 - p]), torch.tensor([[0.0, missed], [false, 0.0]]))
    left, middle = st.columns(2)
    left.metric(_('cost of "ill"'), f"{costs[0]:.3g}")
    middle.metric(_('cost of "healthy"'), f"{costs[1]:.3g}")
