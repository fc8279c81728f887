"""A model's most confident mistakes, and the labels that are most likely wrong."""

from __future__ import annotations

from typing import Final

import streamlit as st
import torch

from softmax_core.inspection import likely_wrong_labels, surest_mistakes
from softmax_core.runs import Run
from softmax_core.runs.history import History
from softmax_ui.addresses.state import PageState
from softmax_ui.model import split_of
from softmax_ui.screens.run.choices import chosen_model, split_control
from softmax_ui.screens.run.picture_choice import choose_picture, show_chosen_story
from softmax_ui.terms import class_words
from softmax_ui.text import N_, Names, _
from softmax_ui.text.numbers import written

_question_name: Final = Names[str](
    {"mistakes": N_("surest mistakes"), "labels": N_("likeliest wrong labels")}
)

_SIZE: Final = 108
"""Smallest width of a picture in CSS pixels, with room for a class's name on one line."""


def labels_view(run: Run, history: History, state: PageState) -> None:
    """Draw the most confident mistakes or the likeliest wrong labels of a split."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        split = split_control()
        question = st.segmented_control(
            _("Question"),
            ("mistakes", "labels"),
            key="question",
            required=True,
            width="content",
            format_func=_question_name,
        )
    model = chosen_model(run, history, state)
    if model is None:
        return
    names, labels = class_words(run.data.class_names), split_of(run, split).labels
    logits = model.logits(split)
    if question == "mistakes":
        st.caption(
            _(
                "The model was surest of these, and the label says otherwise. Sometimes the label "
                "is wrong; more often a template cannot know better."
            )
        )
        found = surest_mistakes(logits, labels, len(labels))
        other = logits[found].argmax(dim=1).tolist()
    else:
        st.caption(
            _(
                "Each class sets its own bar: the mean probability that its pictures get. These "
                "pass the bar of another class by most (confident learning, Northcutt and others, "
                "2021)."
            )
        )
        suspects = likely_wrong_labels(logits, labels, len(labels))
        found, other = suspects.pictures, suspects.suggested.tolist()
    if split == "train":
        st.caption(
            _("The model was trained on these labels, so it trusts them more than it should.")
        )

    def note(place: int, p: torch.Tensor) -> str:
        label, suggested = int(labels[found[place]]), other[place]
        said = _("label: {label}\nrather: {other}", label=names[label], other=names[suggested])
        return f"{said}\np = {written(float(p[suggested]))}"

    choose_picture(run, split, logits, found, state, key="doubtful", note=note, size=_SIZE)
    show_chosen_story(model, split, state, key="doubtful_story")
