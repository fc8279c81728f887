"""One minibatch in detail: every array that a single step computes, with its shape."""

from __future__ import annotations

from typing import Final

import streamlit as st
import torch

from softmax_core.losses import Loss
from softmax_core.runs import RESUMABLE, Run
from softmax_core.runs.history import History
from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.lens import Lens, look_at_step
from softmax_ui import cache
from softmax_ui.addresses.state import PageState
from softmax_ui.addresses.training import NEWEST
from softmax_ui.cache import moments_of, store, weights
from softmax_ui.components.arrival import arrival, reveal
from softmax_ui.components.picture_grid import Picture, chosen_in, picture_grid
from softmax_ui.components.picture_grid.signed import signed_pictures
from softmax_ui.figures.pictures import grey_picture
from softmax_ui.screens.run.choices import chosen_variant
from softmax_ui.screens.run.controls import BEFORE_STEP
from softmax_ui.screens.run.picture_choice import pictures_shown
from softmax_ui.terms import class_words
from softmax_ui.text import _
from softmax_ui.text.numbers import written
from softmax_ui.widgets.number_table import number_table

_CHOSEN: Final = "lens_picture"
_GRID: Final = "lens_pictures"
_ROW: Final = "lens_row"


def lens_view(run: Run, history: History, state: PageState) -> None:
    """Draw the step that was just made, the next one, or the first of an epoch."""
    at_rest = run.status in (*RESUMABLE, "finished")
    if not at_rest:
        st.info(
            _("Pause the run, then make single steps: each one is laid out here."),
            icon=":material/pause:",
        )
        return
    begun = _epoch_begun(run, history, state)
    variant = chosen_variant(run, state)
    made = _before_newest_step(run) if begun is None else None
    before = _begin(run, history, begun) if begun else made or store().checkpoint(run.id)
    moments = moments_of(run)
    lens = None
    if before is not None:
        lens = look_at_step(run.experiment, cache.dataset_of(run.data), before, variant, moments)
    if lens is None:
        st.caption(_("There are no weights yet."))
        return
    step = f"{lens.step:,}"
    if begun:
        title = _("Step {step}, the first of epoch {epoch}", step=step, epoch=begun)
    elif made:
        title = _("Step {step}, just made", step=step)
    else:
        title = _("Step {step}, the next one", step=step)
    st.markdown(f"**{title}**")
    _pictures(run, lens)
    # At the beginning of a later epoch the momentum is not kept, and the update depends on it.
    is_known = begun in (None, 1) or not run.experiment.variants[variant].momentum
    left, right = st.columns(2, gap="large")
    with left:
        _one_picture(run, lens, run.experiment.variants[variant].loss)
    with right:
        _shapes(lens, is_known)
    _templates(run, lens, is_known)


def _epoch_begun(run: Run, history: History, state: PageState) -> int | None:
    """Draw the choice of an epoch, to look at its first step; None for the newest step there is."""
    last = min(len(history.epochs), run.experiment.epochs - 1)  # after it there is another step
    choices = [n + 1 for n in store().weight_epochs(run.id) if n <= last]
    if run.status != "finished" or _before_newest_step(run):
        choices.append(NEWEST)
    if not choices:
        return None
    chosen = state.value("begun")
    if chosen not in choices:
        chosen = choices[-1]
    st.session_state["begun"] = chosen
    if len(choices) > 1:
        st.select_slider(
            _("First step of epoch"),
            choices,
            key="begun",
            format_func=lambda n: _("newest") if n == NEWEST else str(n),
            width=320,
        )
    return None if chosen == NEWEST else chosen


def _before_newest_step(run: Run) -> Checkpoint | None:
    """Return the state before this session's newest single step, if no other step followed."""
    before = st.session_state.get(BEFORE_STEP)
    newest = store().checkpoint(run.id)
    if before is None or newest is None:
        return None
    run_id, checkpoint = before
    made = run_id == run.id and checkpoint.step + 1 == newest.step
    return checkpoint if made else None


def _begin(run: Run, history: History, epoch: int) -> Checkpoint:
    """Return the state before the first step of an epoch, as if it had no momentum yet."""
    w, b = weights(run.id, epoch - 1)
    step = int(history.epochs.step[epoch - 2]) if epoch > 1 else 0
    rates = [variant.learning_rate for variant in run.experiment.variants]
    for change in history.rate_changes:
        if change.step <= step:
            rates[change.variant] = change.learning_rate
    nothing = [0.0] * len(w)
    still = torch.zeros_like(w), torch.zeros_like(b)
    return Checkpoint(step, w, b, *still, rates, loss_sum=nothing, correct=nothing, seen=0)


def _pictures(run: Run, lens: Lens) -> None:
    names = class_words(run.data.class_names)
    st.caption(
        _(
            "{n} pictures, each with the probability of its label. Choose one to see its row.",
            n=len(lens.labels),
        )
    )
    chosen = _chosen(lens)
    places = pictures_shown(list(range(len(lens.labels))), chosen, _GRID)
    shown = slice(places.start, places.stop)
    images = cache.dataset_of(run.data).train.images[lens.pictures[shown]]
    p_target = lens.probabilities.gather(1, lens.labels[:, None])[:, 0]

    def choose() -> None:
        position = chosen_in(_GRID, len(images))
        if position is not None:
            st.session_state[_CHOSEN] = places[position]
            reveal(_ROW)

    picture_grid(
        [
            Picture(
                grey_picture(image.numpy()),
                _("{name}, probability {p}", name=names[label], p=written(p)),
                f"{names[label]}\np = {written(p)}",
            )
            for image, label, p in zip(
                images, lens.labels[shown].tolist(), p_target[shown].tolist(), strict=True
            )
        ],
        key=_GRID,
        label=_("The minibatch"),
        size=64,
        chosen=places.index(chosen) if chosen in places else None,
        on_choose=choose,
    )


def _chosen(lens: Lens) -> int:
    return min(int(st.session_state.get(_CHOSEN, 0)), len(lens.labels) - 1)


def _one_picture(run: Run, lens: Lens, loss: Loss) -> None:
    """Draw one row of o, p, Y and P - Y; for cross-entropy that is the gradient in the logits."""
    row, names = _chosen(lens), class_words(run.data.class_names)
    label = int(lens.labels[row])
    columns: list[tuple[str, torch.Tensor]] = [("o", lens.logits), ("p", lens.probabilities)]
    if loss == "cross_entropy":
        columns.append(("p − y = ∂L/∂o", lens.error))
    else:
        columns += [("p − y", lens.error), ("∂L/∂o", lens.logit_gradient)]
    title = _(
        "Picture {position} of the minibatch, {name}: loss {loss}",
        position=row + 1,
        name=names[label],
        loss=written(float(lens.losses[row])),
    )
    arrival(_ROW, title)
    number_table(
        _("Its row of each array"),
        [_("Class"), "y", *(head for head, _values in columns)],
        [
            [
                names[k],
                str(int(k == label)),
                *(written(float(values[row, k])) for _head, values in columns),
            ]
            for k in range(len(names))
        ],
        strong=[label],
    )


def _shapes(lens: Lens, is_update_known: bool) -> None:
    """Draw every array of the step with its shape and its range."""
    arrays: list[tuple[str, torch.Tensor]] = [
        ("X", lens.features),
        ("o = X Wᵀ + b", lens.logits),
        ("p = softmax(o)", lens.probabilities),
        ("L", lens.losses),
        ("P − Y", lens.error),
        ("∂L/∂o", lens.logit_gradient),
        ("∇W = (∂L/∂o)ᵀ X / n", lens.weights_gradient),
        ("∇b", lens.bias_gradient),
    ]
    if is_update_known:
        arrays += [("ΔW", lens.weights_update), ("Δb", lens.bias_update)]
    number_table(
        _(
            "Every array of the step; the mean of L is {loss}, the learning rate η is {rate}.",
            loss=written(float(lens.losses.mean())),
            rate=f"{lens.learning_rate:g}",
        ),
        [_("Array"), _("Shape"), _("Lowest"), _("Highest"), _("Norm")],
        [
            [
                name,
                " × ".join(str(size) for size in array.shape),
                written(float(array.min())),
                written(float(array.max())),
                written(float(array.double().norm())),
            ]
            for name, array in arrays
        ],
    )


def _templates(run: Run, lens: Lens, is_update_known: bool) -> None:
    names = class_words(run.data.class_names)
    size = run.data.height, run.data.width
    drawn = [(_("The gradient of W"), lens.weights_gradient, lens.bias_gradient, "lens_gradient")]
    if is_update_known:
        update = lens.weights_update, lens.bias_update
        drawn.append((_("The update, added to W"), *update, "lens_update"))
    else:
        st.caption(
            _(
                "The update is not shown: it depends on the momentum, which is kept for the newest "
                "step only."
            )
        )
    for title, rows, biases, key in drawn:
        st.markdown(f"**{title}**")
        sign = "∇b" if key == "lens_gradient" else "Δb"
        notes = [f"{sign} = {written(bias)}" for bias in biases.tolist()]
        pictures, limit = signed_pictures(rows.numpy(), size, names, notes, title)
        picture_grid(pictures, key=key, label=title, size=92)
        st.caption(
            _(
                "Green is above 0, purple below it; the deepest colour is ±{limit}.",
                limit=written(limit),
            )
        )
