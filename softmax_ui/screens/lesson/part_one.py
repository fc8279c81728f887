"""Part one of the lesson: the mathematics, from one-hot to p - onehot(t)."""

from __future__ import annotations

import streamlit as st
import torch

from softmax_core import (
    cross_entropy,
    cross_entropy_gradient,
    half_l1_norm,
    softmax,
    softmax_jacobian,
)
from softmax_core.derivation import jacobian_entry
from softmax_core.linear import linear
from softmax_ui.addresses.lesson import LARGEST_FEATURE, LARGEST_WEIGHT
from softmax_ui.components.class_bars import class_bars
from softmax_ui.components.live_figure import live_figure
from softmax_ui.figures import lesson as figures
from softmax_ui.pages import GRADIENT, PLAYGROUND, PRECISION
from softmax_ui.questions.parts import say
from softmax_ui.screens.lesson import demonstrations as look
from softmax_ui.screens.lesson import derivations as write
from softmax_ui.screens.lesson.asking import ask
from softmax_ui.screens.lesson.course import course_sections
from softmax_ui.screens.lesson.errata import correct
from softmax_ui.screens.lesson.links import further, section_address
from softmax_ui.screens.lesson.numbers import (
    bird_names,
    feature_names,
    given,
    number_fields,
    own_logits,
    take_logits,
)
from softmax_ui.text import _


def categories() -> None:
    """Soft categories and the one-hot code."""
    with st.container(border=True, key="origin"):
        say(
            "categories",
            "origin",
            errata=section_address("errata"),
            sections=course_sections(),
        )
    say("categories", "intro")
    say("categories", "choose")
    own_logits()
    numbers, names = given(), bird_names()
    p = softmax(numbers.o)
    truth = torch.nn.functional.one_hot(numbers.t, 3)
    class_bars(
        [truth.tolist(), p.tolist()],
        [_("the truth, one-hot"), _("a soft answer")],
        names,
        key="one_hot",
        alt=_("The one-hot truth beside the soft answer, a pair of bars for each bird."),
        height=280,
    )
    say("categories", "distance")
    ask("distribution")
    ask("binary_code")
    further(PLAYGROUND)


def network() -> None:
    """O = x W + b, as a network whose numbers can be changed."""
    say("network", "intro")
    numbers, names, features = given(), bird_names(), feature_names()
    x, w, b = numbers.linear
    o = linear(x, w, b)
    live_figure(
        figures.network(numbers.features, numbers.weights, o.tolist(), features, names),
        key="network",
        alt=_(
            "Four features on the left, three logits on the right, a line for each weight; "
            "the logits are {logits}.",
            logits=", ".join(f"{value:.4g}" for value in o.tolist()),
        ),
        height=330,
    )
    _network_fields()
    say("network", "line", name=names[numbers.target])
    t = numbers.target
    column = [weights[t] for weights in numbers.weights]
    st.latex(write.linear_line(numbers.features, column, numbers.bias[t], o[t].item(), t))
    shapes = [f"x {tuple(x.shape)}", f"W {tuple(w.shape)}", f"b {tuple(b.shape)}"]
    shapes.append(f"o {tuple(o.shape)}")
    say("network", "shapes", shapes=", ".join(f"`{shape}`" for shape in shapes))
    logits = [round(value, 10) for value in o.tolist()]
    take_logits(
        _("Go on through the lesson with these logits"),
        logits,
        key="carry",
        icon=":material/input:",
    )
    ask("longer_neck")
    correct("x_names")
    further(PLAYGROUND, logits=logits)


def _network_fields() -> None:
    """Draw the features, weights and biases as a table of number fields."""
    names, features = bird_names(), feature_names()
    say("network", "numbers")
    with st.container(key="network_fields", gap="xsmall"):
        with st.container(horizontal=True, gap="small"):
            for heading in (_("the bird"), *names):
                st.caption(heading)
        for i, feature in enumerate(features):
            with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
                number_fields("x", [feature], limit=LARGEST_FEATURE, first=i)
                labels = [_("{feature} → {name}", feature=feature, name=name) for name in names]
                number_fields("w", labels, limit=LARGEST_WEIGHT, first=3 * i, labelled=False)
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            st.text_input(_("always"), value="1", disabled=True, key="always_on")
            labels = [_("bias → {name}", name=name) for name in names]
            number_fields("b", labels, limit=LARGEST_WEIGHT, labelled=False)


def softmax_section() -> None:
    """Softmax and its two properties, to try out."""
    say("softmax", "intro")
    own_logits()
    numbers, names = given(), bird_names()
    p = softmax(numbers.o)
    say("softmax", "lines")
    st.latex(write.softmax_lines(numbers.logits, numbers.o.exp().tolist(), p.tolist()))
    class_bars(
        [p.tolist()],
        [_("probability")],
        names,
        key="probabilities",
        alt=_("The probabilities of the three birds as bars."),
        height=240,
    )
    ask("log_two")
    say("softmax", "monotone")
    ask("order")
    ask("shift", look.shift)
    correct("invariance")
    ask("scale", look.scale)
    correct("open_interval")
    further(PLAYGROUND, PRECISION)


def jacobian() -> None:
    """Both cases of the Jacobian, derived with the reader's numbers."""
    say("jacobian", "intro")
    own_logits()
    numbers, names = given(), bird_names()
    say("jacobian", "choose")
    with st.container(horizontal=True):
        i = st.selectbox(
            _("probability of"), range(3), key="entry_i", format_func=names.__getitem__, width=180
        )
        j = st.selectbox(
            _("logit of"), range(3), key="entry_j", format_func=names.__getitem__, width=180
        )
    say("jacobian", "diagonal" if i == j else "off")
    st.latex(write.jacobian_lines(jacobian_entry(numbers.o, i, j), numbers.logits))
    say("jacobian", "other_case")
    say("jacobian", "matrix")
    st.latex(rf"J = {write.matrix(softmax_jacobian(softmax(numbers.o)).tolist(), 4)}")
    say("jacobian", "reading")
    ask("off_diagonal")
    ask("column_sum")
    further(PLAYGROUND)


def norm() -> None:
    """Half the entrywise 1-norm of the Jacobian, and where it vanishes."""
    say("norm", "intro")
    own_logits()
    p = softmax(given().o)
    matrix = softmax_jacobian(p)
    half_sum, value = matrix.abs().sum().item() / 2, half_l1_norm(p).item()
    say("norm", "lines")
    st.latex(write.norm_lines(p.tolist(), half_sum, value))
    say("norm", "gini")
    ask("largest_norm")
    correct("l1")
    further(GRADIENT, PLAYGROUND)


def loss() -> None:
    """Cross-entropy, of which only -ln p_t is left."""
    say("loss", "intro")
    own_logits()
    numbers = given()
    p, value = softmax(numbers.o), cross_entropy(numbers.o, numbers.t).item()
    one_hot = torch.nn.functional.one_hot(numbers.t, 3).tolist()
    say("loss", "lines")
    st.latex(write.loss_lines(numbers.target, one_hot, p.tolist(), value))
    look.curve(p[numbers.target].item(), value)
    say("loss", "curve")
    ask("knows_nothing")
    ask("order_of_losses")
    say("loss", "lse")
    ask("real_softmax", look.real_softmax)
    further(PLAYGROUND)


def gradient() -> None:
    """P - onehot(t), derived, and the step."""
    say("gradient", "intro")
    own_logits()
    numbers = given()
    t, p = numbers.target, softmax(numbers.o)
    matrix, slope = softmax_jacobian(p), cross_entropy_gradient(numbers.o, numbers.t)
    other = (t + 1) % 3
    for name, j in (("target", t), ("other", other)):
        say("gradient", name)
        entry, derivative = matrix[t, j].item(), slope[j].item()
        st.latex(write.gradient_lines(t, j, p.tolist(), entry, derivative))
    say("gradient", "result")
    say("gradient", "vector")
    one_hot = torch.nn.functional.one_hot(numbers.t, 3).tolist()
    st.latex(
        write.aligned(
            rf"\mathbf{{p}} &= {write.vector(p.tolist())}",
            rf"\operatorname{{onehot}}({t + 1}) &= {write.vector(one_hot)}",
            rf"\mathbf{{p}} - \operatorname{{onehot}}({t + 1}) &= {write.vector(slope.tolist())}",
        )
    )
    ask("who_rises")
    correct("sign")
    ask("gradient_sum")
    look.steps(numbers)
    correct("subtract")
    ask("second_derivative")
    ask("who_vanishes", look.saturation)
    correct("vanishing")
    further(PLAYGROUND, GRADIENT)
