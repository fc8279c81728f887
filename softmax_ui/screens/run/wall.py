"""The wall: what the chosen variant takes some test pictures for, at this moment."""

from __future__ import annotations

import streamlit as st

from softmax_core.runs import Run
from softmax_ui.addresses.state import PageState
from softmax_ui.components.arrival import reveal
from softmax_ui.components.live_run import chosen_on_wall, live_run
from softmax_ui.live.wall import on_the_wall, wall_pictures, wall_words
from softmax_ui.screens.run.picture_choice import STORY
from softmax_ui.text import _


def show_wall(run: Run, state: PageState, address: str, version: str) -> None:
    """Draw the wall; a picture that is chosen opens its "why".

    Args:
        run: the run.
        state: has which pictures, and the pinned ones; takes the choice.
        address: of the messages about the run.
        version: what the page is drawn for.
    """
    values = state.values()
    positions = on_the_wall(run, values["wall"], values["pins"])

    def choose() -> None:
        place = chosen_on_wall(len(positions))
        if place is not None:
            state.apply(view="why", split="test", picture=positions[place])
            reveal(STORY)

    live_run(
        "wall",
        address,
        version,
        wall={"pictures": wall_pictures(run, positions), "words": wall_words(run)},
        on_choose=choose,
    )
    with st.container(horizontal=True, gap="small", key="wall_buttons"):
        st.button(
            _("Other pictures"),
            key="another_twenty",
            icon=":material/shuffle:",
            type="tertiary",
            on_click=lambda: state.apply(wall=int(state.values()["wall"]) + 1),
        )
        if values["pins"]:
            st.button(
                _("Unpin all"),
                key="unpin_all",
                icon=":material/keep_off:",
                type="tertiary",
                on_click=lambda: state.apply(pins=()),
            )
