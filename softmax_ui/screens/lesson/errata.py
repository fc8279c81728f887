"""The note's errors with what is right: each in its section, and all on a page of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import streamlit as st
import torch

from softmax_core import (
    accuracy,
    cross_entropy,
    cross_entropy_gradient,
    half_l1_norm,
    naive_softmax,
    softmax,
    softmax_jacobian,
    squared_error_gradient,
)
from softmax_core.data import FASHION_MNIST, epoch_order, split_validation
from softmax_core.derivation import induced_one_norm
from softmax_core.descent import descend
from softmax_core.traps import (
    backward_of_a_vector,
    count_right,
    loss_of_probabilities,
    naive_loss_and_gradient,
)
from softmax_ui.notices import quoted
from softmax_ui.questions.code import COURSE, Y_HAT, Y
from softmax_ui.questions.given import Given, row
from softmax_ui.questions.loss import WRONG_AND_SURE
from softmax_ui.questions.parts import number, part, shown
from softmax_ui.screens.lesson.keeping import answers
from softmax_ui.screens.lesson.numbers import given
from softmax_ui.text import _

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Erratum:
    """A statement of the note that is wrong or imprecise.

    Attributes:
        section: the lesson's section, whose prose says what is right as the part `error <name>`.
        name: the error's.
        values: computes the values of the text's placeholders from the lesson's numbers.
        behind: the question of the section whose answer the text would give away, or "".
    """

    section: str
    name: str
    values: Callable[[Given], Values] = field(default=lambda _given: {})
    behind: str = ""


def correct(name: str) -> None:
    """Draw one of the note's errors in its section, unless it would give an answer away."""
    erratum = ERRATA[name]
    with st.container(border=True, key=f"correction_{name}"):
        heading = _("The note, corrected")
        st.caption(f":material/edit: {heading}")
        kept = answers().get(erratum.behind)
        if erratum.behind and not (kept and kept.is_closed):
            st.markdown(_("The note is wrong here. Answer the question above first, then look."))
            return
        st.markdown(text_of(erratum))


def text_of(erratum: Erratum) -> str:
    """Return what the note says and what is right."""
    values = erratum.values(given())
    return part(erratum.section, f"error {erratum.name}", **values)


def _x_names(numbers: Given) -> Values:
    return {"features": len(numbers.features), "classes": len(numbers.logits)}


def _open_interval(_numbers: Given) -> Values:
    low, high = (softmax(torch.tensor(row)) for row in ([0.0, -104.0], [20.0, 0.0]))
    return {"low": shown(low.tolist()), "high": shown(high.tolist())}


def _invariance(_numbers: Given) -> Values:
    o = torch.tensor([1.0, 2.0, 3.0])
    return {"before": shown(softmax(o).tolist()), "after": shown(softmax(o + 1e8).tolist())}


def _l1(numbers: Given) -> Values:
    matrix = softmax_jacobian(softmax(numbers.o))
    return {
        "entrywise": number(matrix.abs().sum().item() / 2),
        "induced": number(induced_one_norm(matrix).item()),
    }


def _vanishing(_numbers: Given) -> Values:
    logits, target = row(WRONG_AND_SURE[0]), torch.tensor(WRONG_AND_SURE[1])
    return {
        "half": number(half_l1_norm(softmax(logits)).item(), 2),
        "squared": number(squared_error_gradient(logits, target).abs().max().item(), 2),
        "entropy": shown(cross_entropy_gradient(logits, target).tolist(), 2),
    }


def _sign(numbers: Given) -> Values:
    o, t = numbers.o, numbers.t
    up = descend(o, t, loss="cross_entropy", learning_rate=-1.0, steps=1)
    down = descend(o, t, loss="cross_entropy", learning_rate=1.0, steps=1)
    return {
        "gradient": shown(cross_entropy_gradient(o, t).tolist()),
        "loss": number(up.loss[0].item()),
        "up": number(up.loss[1].item()),
        "down": number(down.loss[1].item()),
    }


def _overflow(_numbers: Given) -> Values:
    rows = [[100.0, 0.0, 0.0], [88.5, 88.5, 0.0], [-110.0, -120.0, -130.0]]
    over, silent, zeros = (naive_softmax(torch.tensor(row)).tolist() for row in rows)
    good = ", ".join(shown(softmax(torch.tensor(row)).tolist()) for row in rows)
    return {
        "overflow": shown(over),
        "silent": shown(silent),
        "zeros": shown(zeros),
        "good": good,
    }


def _probabilities(_numbers: Given) -> Values:
    perfect = loss_of_probabilities(torch.eye(10)[0], torch.tensor(0)).item()
    return {"perfect": number(perfect)}


def _log_zero(_numbers: Given) -> Values:
    o, t = torch.tensor([0.0, -104.0, 0.0]), torch.tensor(1)
    loss, gradient = naive_loss_and_gradient(o, t)
    return {
        "naive_loss": number(loss.item()),
        "naive_gradient": shown(gradient.tolist()),
        "stable_loss": number(cross_entropy(o, t).item(), 5),
        "stable_gradient": shown(cross_entropy_gradient(o, t).tolist()),
    }


def _count(_numbers: Given) -> Values:
    last_train, last_test = (
        len(torch.split(epoch_order(0, 1, count), COURSE.batch_size)[-1])
        for count in (FASHION_MNIST.training, FASHION_MNIST.test)
    )
    return {
        "count": number(count_right(Y_HAT, Y)),
        "share": number(accuracy(Y_HAT, Y)),
        "last_train": last_train,
        "last_test": last_test,
    }


def _vector(_numbers: Given) -> Values:
    return {"message": quoted(backward_of_a_vector(cross_entropy(Y_HAT.log(), Y)))}


def _test_set(_numbers: Given) -> Values:
    kept, _held_out = split_validation(FASHION_MNIST.training, 10_000, seed=0)
    return {"kept": f"{len(kept):,}"}


ERRATA: Final[dict[str, Erratum]] = {
    erratum.name: erratum
    for erratum in (
        Erratum("network", "x_names", _x_names),
        Erratum("softmax", "open_interval", _open_interval),
        Erratum("softmax", "invariance", _invariance, behind="shift"),
        Erratum("norm", "l1", _l1),
        Erratum("gradient", "vanishing", _vanishing, behind="who_vanishes"),
        Erratum("gradient", "sign", _sign, behind="who_rises"),
        Erratum("gradient", "subtract"),
        Erratum("parameters", "outputs", lambda _given: {"batch": COURSE.batch_size}),
        Erratum("parameters", "bias", behind="square_bias"),
        Erratum("softmax_code", "overflow", _overflow, behind="overflow"),
        Erratum("net", "rows", behind="one_hot_row"),
        Erratum("net", "probabilities", _probabilities, behind="twice"),
        Erratum("loss_code", "log_zero", _log_zero, behind="finite_loss"),
        Erratum("accuracy", "count", _count, behind="test_accuracy"),
        Erratum(
            "evaluate",
            "module",
            lambda _given: {"is_module": f"`{isinstance(softmax, torch.nn.Module)}`"},
        ),
        Erratum("updater", "vector", _vector, behind="vector"),
        Erratum("updater", "todo", behind="not_zeroed"),
        Erratum("generalization", "test_set", _test_set, behind="best_of_ten"),
    )
}
"""In the order of the sections."""
