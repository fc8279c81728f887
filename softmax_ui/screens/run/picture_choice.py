"""Pictures of a split to choose from, and the story of the chosen one."""

from __future__ import annotations

import streamlit as st
import torch

from softmax_ui.addresses.state import PageState
from softmax_ui.cache import dataset
from softmax_ui.components.picture_grid import Picture, chosen_in, picture_grid
from softmax_ui.figures.pictures import grey_picture
from softmax_ui.model import Model, SplitName, split_of
from softmax_ui.screens.run.picture_story import show_story
from softmax_ui.terms import class_words
from softmax_ui.text import _


def choose_picture(
    split: SplitName,
    logits: torch.Tensor,
    found: torch.Tensor,
    state: PageState,
    *,
    key: str,
    notes: list[str] | None = None,
    size: int = 72,
) -> None:
    """Draw pictures to choose from; the choice is kept in the state.

    Args:
        split: of the pictures.
        logits: the logits of the whole split, (N, 10).
        found: positions in the split, int64 (k,).
        state: holds the choice.
        key: the grid's key.
        notes: the caption of each picture; by default its confidence.
        size: smallest width of each, in CSS pixels.
    """
    names = class_words(dataset().class_names)
    positions = found.tolist()
    pictures = split_of(split)
    p = torch.softmax(logits[found].double(), dim=1)
    captions = notes or [f"p = {float(row.max()):.3f}" for row in p]

    def choose() -> None:
        position = chosen_in(key, len(positions))
        if position is not None:
            state.apply(picture=positions[position])

    chosen = int(state.values()["picture"])
    picture_grid(
        [
            Picture(
                grey_picture(pictures.images[position].numpy()),
                _(
                    "Picture {position}: {true}, taken for {predicted} with probability {share}",
                    position=position,
                    true=names[int(pictures.labels[position])],
                    predicted=names[int(row.argmax())],
                    share=f"{float(row.max()):.3f}",
                ),
                caption,
            )
            for position, row, caption in zip(positions, p, captions, strict=True)
        ],
        key=key,
        label=_("Pictures to choose from"),
        size=size,
        chosen=positions.index(chosen) if chosen in positions else None,
        on_choose=choose,
    )


def show_chosen_story(model: Model, split: SplitName, state: PageState, *, key: str) -> None:
    """Draw the story of the chosen picture of a split, if there is one."""
    chosen, pictures = int(state.values()["picture"]), split_of(split)
    if 0 <= chosen < len(pictures):
        st.divider()
        show_story(model, pictures.images[chosen], int(pictures.labels[chosen]), key=key)
