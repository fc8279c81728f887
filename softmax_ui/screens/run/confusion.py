"""The confusion matrix, the pictures in each of its cells, and the story of one of them."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st
import torch

from softmax_core import confusion_matrix
from softmax_core.inspection import pictures_in_cell, recall_and_precision
from softmax_core.runs import Run
from softmax_core.runs.history import History
from softmax_ui.addresses.state import PageState
from softmax_ui.components.arrival import arrival, reveal
from softmax_ui.components.live_figure import live_figure, selected_in
from softmax_ui.figures.confusion import (
    confusion_figure,
    difference_figure,
    largest_differences,
    matrix_height,
    matrix_width,
)
from softmax_ui.model import Model, SplitName, split_of
from softmax_ui.notices import quoted
from softmax_ui.screens.run.choices import (
    chosen_model,
    epoch_control,
    split_control,
)
from softmax_ui.screens.run.comparison import against_control, compared_model
from softmax_ui.screens.run.picture_choice import choose_picture, show_chosen_story
from softmax_ui.streamlit_inside.markdown import as_markdown
from softmax_ui.terms import class_words, variant_names
from softmax_ui.text import N_, Names, _, enumerated, joined, ngettext
from softmax_ui.widgets.number_table import number_table

_numbers_name: Final = Names[str]({"counts": N_("counts"), "shares": N_("percent of the row")})

_MATRIX: Final = "confusion_matrix"
_OTHER_MATRIX: Final = "confusion_matrix_other"
_MOST_NAMED: Final = 3
_CELL: Final = "cell_pictures"
_BESIDE: Final = 14
"""Of more classes the matrix takes the whole width."""
_TAKEN: Final = "confusion_click_taken"


def confusion_view(run: Run, history: History, state: PageState) -> None:
    """Draw a variant's confusion matrix, the pictures of a cell and the story of a chosen one."""
    _take_click(state)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        epoch_control(run)
        split = split_control()
        against_control(run, state)
        st.segmented_control(
            _("Numbers"),
            ("counts", "shares"),
            key="numbers",
            required=True,
            width="content",
            format_func=_numbers_name,
        )
    values = state.values()
    model = chosen_model(run, history, state, epoch=values["epoch"])
    if model is None:
        return
    logits, labels = model.logits(split), split_of(run, split).labels
    classes = len(run.data.class_names)
    counts = confusion_matrix(logits, labels, classes)
    other = compared_model(run, state)
    if other is not None:
        one, two = st.columns(2, gap="large")
        with one:
            own = variant_names(run)[model.variant]
            st.subheader(quoted(own), anchor=False)
            _matrix(counts, values, model, _MATRIX, own)
        name, their_model = other
        theirs = confusion_matrix(their_model.logits(split), labels, classes)
        with two:
            st.subheader(quoted(name), anchor=False)
            _matrix(theirs, values, their_model, _OTHER_MATRIX, name)
    # Many classes take the whole width, and what is chosen comes below.
    few = classes <= _BESIDE
    wide, narrow = st.columns([4, 3], gap="large") if few else (st.container(), st.container())
    with wide:
        if other is None:
            _matrix(counts, values, model, _MATRIX)
        else:
            _difference(counts, theirs, run, name)
    with narrow:
        _cell(run, split, logits, values, state)
    show_chosen_story(model, split, state, key=f"{_CELL}_story")


def _take_click(state: PageState) -> None:
    """Set the cell from a click on the matrix, before the widgets that show it are drawn."""
    clicked = selected_in(_MATRIX)
    if clicked == st.session_state.get(_TAKEN):
        return
    st.session_state[_TAKEN] = clicked
    if clicked is None or clicked.curve != 0:
        return
    if isinstance(clicked.point, tuple) and len(clicked.point) == 2:
        true, predicted = clicked.point
        state.apply(true=true, predicted=predicted, picture=-1)
        reveal(_CELL)


def _matrix(
    counts: torch.Tensor, values: dict[str, object], model: Model, key: str, name: str = ""
) -> None:
    """Draw the matrix with recall, precision and accuracy at its margins, and a table of them."""
    names = class_words(model.run.data.class_names)
    right, total = int(counts.diagonal().sum()), int(counts.sum())
    live_figure(
        confusion_figure(
            counts.numpy(),
            names,
            true_title=_("true class"),
            predicted_title=_("predicted class"),
            recall_title=_("recall %"),
            precision_title=_("precision %"),
            shares=values["numbers"] == "shares",
            chosen=(int(str(values["true"])), int(str(values["predicted"]))),
        ),
        key=key,
        alt=(f"{name}: " if name else "")
        + _(
            "Confusion matrix {moment}: {right} of {total} pictures are on its diagonal. The "
            "two choices after it reach every cell; recall and precision follow as a table.",
            moment=model.moment,
            right=f"{right:,}",
            total=f"{total:,}",
        ),
        height=matrix_height(len(names)),
        narrowest=matrix_width(len(names)),
        on_select=key == _MATRIX,  # its pictures are those of a cell
    )
    said = _("Accuracy {accuracy} {moment}.", accuracy=f"{right / total:.4f}", moment=model.moment)
    if key != _MATRIX:
        st.caption(said)
        return
    margins = _(
        "Recall: how much of a class was found. Precision: how much of what was predicted as a "
        "class really belongs to it. Choose a cell to see its pictures."
    )
    st.caption(_("{first} {second}", first=said, second=margins))
    with st.expander(_("Recall and precision of each class")):
        _per_class(counts, names)


def _difference(counts: torch.Tensor, theirs: torch.Tensor, run: Run, name: str) -> None:
    """Draw how the matrix differs from another's, and say where it differs most."""
    names = class_words(run.data.class_names)
    st.subheader(_("The difference"), anchor=False)
    largest = enumerated(
        _("{points} {true} as {predicted}", points=f"{points:+.1f} %".replace("-", "−"),
          true=names[true], predicted=names[predicted])
        for true, predicted, points in largest_differences(
            counts.numpy(), theirs.numpy(), _MOST_NAMED
        )
    )  # fmt: skip
    said = _(
        "Each cell is a share of its true class, less that of {name}: green where it is larger, "
        "purple where it is smaller. On the diagonal more is better, beside it less.",
        name=quoted(name),
    )
    live_figure(
        difference_figure(
            counts.numpy(),
            theirs.numpy(),
            names,
            true_title=_("true class"),
            predicted_title=_("predicted class"),
        ),
        key="confusion_difference",
        alt=_("The difference of both confusion matrices. Largest: {cells}.", cells=largest or "–"),
        height=matrix_height(len(names) - 1),
        narrowest=matrix_width(len(names)),
    )
    st.caption(joined(said, _("Largest: {cells}.", cells=as_markdown(largest) or "–")))


def _per_class(counts: torch.Tensor, names: list[str]) -> None:
    """Draw recall and precision of each class; the lowest recall is in bold."""
    recall, precision = recall_and_precision(counts)
    number_table(
        _("Recall and precision"),
        [_("Class"), _("Recall"), _("Precision")],
        [
            [name, _percent(float(recall[k])), _percent(float(precision[k]))]
            for k, name in enumerate(names)
        ],
        strong=[int(np.nanargmin(recall.numpy()))],
    )


def _percent(share: float) -> str:
    return "–" if share != share else f"{share:.1%}"


def _cell(
    run: Run,
    split: SplitName,
    logits: torch.Tensor,
    values: dict[str, object],
    state: PageState,
) -> None:
    """Draw the choice of the cell, and the pictures in it."""
    names = class_words(run.data.class_names)

    def forget_picture() -> None:
        state.apply(picture=-1)

    one, two = st.columns(2, gap="small")
    for column, key, label in (
        (one, "true", _("True class")),
        (two, "predicted", _("Predicted class")),
    ):
        column.selectbox(
            label,
            range(len(names)),
            key=key,
            format_func=names.__getitem__,
            on_change=forget_picture,
        )
    true, predicted = int(str(values["true"])), int(str(values["predicted"]))
    labels = split_of(run, split).labels
    found = pictures_in_cell(logits, labels, true, predicted, len(labels))
    arrival(
        _CELL,
        ngettext(
            "One picture of {true} that is taken for {predicted}",
            "{n} pictures of {true} that are taken for {predicted}, most confident first",
            len(found),
            true=names[true],
            predicted=names[predicted],
        ),
    )
    choose_picture(run, split, logits, found, state, key=_CELL)
