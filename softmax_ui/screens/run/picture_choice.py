"""Pictures of a split to choose from, and the story of the chosen one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st
import torch

from softmax_core.runs import Run
from softmax_ui.addresses.state import PageState
from softmax_ui.addresses.training import MOST_PINS
from softmax_ui.components.arrival import arrival, reveal
from softmax_ui.components.picture_grid import Picture, chosen_in, picture_grid
from softmax_ui.figures.pictures import grey_picture
from softmax_ui.model import Model, SplitName, split_of
from softmax_ui.screens.run.picture_story import show_story
from softmax_ui.terms import class_words
from softmax_ui.text import _
from softmax_ui.text.numbers import written

ON_A_PAGE: Final = 24
STORY: Final = "picture_story"
"""What a click on a picture brings."""


def choose_picture(
    run: Run,
    split: SplitName,
    logits: torch.Tensor,
    found: torch.Tensor,
    state: PageState,
    *,
    key: str,
    note: Callable[[int, torch.Tensor], str] = lambda _place, p: f"p = {written(float(p.max()))}",
    size: int = 72,
) -> None:
    """Draw pictures to choose from, a page at a time; the choice is kept in the state.

    Args:
        run: the run.
        split: of the pictures.
        logits: the logits of the whole split, (N, classes).
        found: positions in the split, int64 (k,).
        state: holds the choice.
        key: the grid's key.
        note: the caption of a picture, from its place in `found` and its probabilities
            (classes,); by default its confidence.
        size: smallest width of each, in CSS pixels.
    """
    names = class_words(run.data.class_names)
    pictures, chosen = split_of(run, split), int(state.value("picture"))
    places = pictures_shown(found.tolist(), chosen, key)
    positions = found[places.start : places.stop].tolist()
    p = torch.softmax(logits[positions].double(), dim=1)

    def choose() -> None:
        position = chosen_in(key, len(positions))
        if position is not None:
            state.apply(picture=positions[position])
            reveal(STORY)

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
                note(place, row),
            )
            for place, position, row in zip(places, positions, p, strict=True)
        ],
        key=key,
        label=_("Pictures to choose from"),
        size=size,
        chosen=positions.index(chosen) if chosen in positions else None,
        on_choose=choose,
    )


def pictures_shown(found: list[int], chosen: int, key: str) -> range:
    """Draw which of many pictures are shown, with the way to the others; return their places.

    The first page is the one with the chosen picture, if it is among them.
    """
    pages = -(-len(found) // ON_A_PAGE)
    turned, shown = f"{key}_page", f"{key}_found"
    if st.session_state.get(shown) != found:
        st.session_state[shown] = found
        begin = found.index(chosen) // ON_A_PAGE + 1 if chosen in found else 1
        st.session_state[turned] = begin
    if pages < 2:
        return range(len(found))
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        page = st.pagination(pages, key=turned)
        places = range((page - 1) * ON_A_PAGE, min(page * ON_A_PAGE, len(found)))
        st.caption(
            _(
                "{first} to {last} of {total}",
                first=f"{places.start + 1:,}",
                last=f"{places.stop:,}",
                total=f"{len(found):,}",
            ),
            width="content",
        )
    return places


def show_chosen_story(model: Model, split: SplitName, state: PageState, *, key: str) -> None:
    """Draw the story of the chosen picture of a split, if there is one."""
    chosen, pictures = int(state.value("picture")), split_of(model.run, split)
    if 0 <= chosen < len(pictures):
        st.divider()
        arrival(STORY, _("Why this picture is taken for what it is"))
        if split == "test":
            _pin_button(state, chosen)
        show_story(model, pictures.images[chosen], int(pictures.labels[chosen]), state, key=key)


def _pin_button(state: PageState, position: int) -> None:
    """Draw the button that pins a test picture to the wall, or takes it off."""
    pins = tuple(state.values()["pins"])
    if position in pins:
        left = tuple(pin for pin in pins if pin != position)
        label, icon, then = _("Take it off the wall"), ":material/keep_off:", left
    else:
        # The newest first: it is seen, and the oldest gives way.
        then = (position, *pins)[:MOST_PINS]
        label, icon = _("Pin it to the wall"), ":material/keep:"
    st.button(label, key="pin_picture", icon=icon, on_click=lambda: state.apply(pins=then))
