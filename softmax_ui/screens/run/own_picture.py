"""An uploaded picture: its preparation to 28 x 28, and the model's prediction."""

from __future__ import annotations

import base64
import io
from typing import Final

import streamlit as st
from PIL import Image

from softmax_core.data.picture import MOST_BYTES, MOST_PIXELS, Stage
from softmax_core.errors import InvalidPicture
from softmax_core.runs import Run
from softmax_core.runs.history import History
from softmax_ui.addresses.state import PageState
from softmax_ui.cache import prepared_picture
from softmax_ui.components.picture_grid import Picture, picture_grid
from softmax_ui.notices import quoted, sentence
from softmax_ui.screens.run.choices import chosen_model, variant_control
from softmax_ui.screens.run.picture_story import show_story
from softmax_ui.text import N_, Names, _

_stage_name: Final = Names[str](
    {
        "opened": N_("as uploaded"),
        "trimmed": N_("the empty margin cut off"),
        "light_on_dark": N_("grey, light on dark"),
        "final": N_("28 × 28, sharpened and centred"),
    }
)

_SHOWN_SIDE: Final = 160
_GROUND: Final = {"opened": (0, 0, 0, 0), "trimmed": (0, 0, 0, 0), "light_on_dark": (0, 0, 0, 255)}


def own_picture_view(run: Run, history: History, state: PageState) -> None:
    """Take an uploaded picture; show its preparation and its prediction."""
    variant_control(run)
    uploaded = st.file_uploader(
        _(
            "A photograph or drawing of one piece of clothing on a plain background: PNG, JPEG or "
            "WebP, at most {megabytes} MB and {pixels} million pixels",
            megabytes=MOST_BYTES // 1024**2,
            pixels=MOST_PIXELS // 10**6,
        ),
        type=["png", "jpg", "jpeg", "webp"],
        key="own_picture",
    )
    st.caption(_("It stays in this server's memory while the page is open and is not kept."))
    if uploaded is None:
        return
    try:
        prepared = prepared_picture(uploaded.getvalue())
    except InvalidPicture as error:
        # The uploader may show another file, refused by the browser, with its own reason.
        st.error(f"{quoted(uploaded.name)} · {sentence(error)}", icon=":material/error:")
        return
    picture_grid(
        [
            Picture(_small(stage), _stage_name(stage.name), _stage_name(stage.name))
            for stage in prepared.stages
        ],
        key="own_stages",
        label=_("How the picture becomes 28 × 28"),
        size=130,
    )
    if model := chosen_model(run, history, state):
        show_story(model, prepared.image, None, key="upload")


def _small(stage: Stage) -> str:
    """Return a stage as a data URI, padded to a square so that all stages are equally tall.

    The last two stages are light on black, and so is their padding.
    """
    picture = Image.fromarray(stage.pixels)
    if stage.name != "final":
        picture.thumbnail((_SHOWN_SIDE, _SHOWN_SIDE))
        side = max(picture.size)
        ground = Image.new("RGBA", (side, side), _GROUND[stage.name])
        ground.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
        picture = ground
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
