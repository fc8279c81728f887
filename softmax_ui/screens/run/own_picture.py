"""A picture of one's own, from a file or the camera: its preparation and its prediction."""

from __future__ import annotations

import base64
import io
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
import streamlit as st
import torch
from PIL import Image

from softmax_core.data import CLASS_NAMES, Description
from softmax_core.data.picture import PreparedPicture, Stage, StepName
from softmax_core.data.picture_opening import MOST_BYTES, OpenedPicture
from softmax_core.errors import InvalidPicture
from softmax_core.runs import Run
from softmax_core.runs.history import History
from softmax_ui import cache
from softmax_ui.addresses.state import PageState
from softmax_ui.cache import opened_picture, prepared_picture
from softmax_ui.components.picture_grid import Picture, picture_grid
from softmax_ui.notices import quoted, say_lost, sentence
from softmax_ui.screens.run.choices import chosen_model
from softmax_ui.screens.run.picture_story import show_story
from softmax_ui.sharing import OWN_MACHINE
from softmax_ui.terms import class_words
from softmax_ui.text import N_, Names, _, enumerated

_source_name: Final = Names[str]({"file": N_("A file"), "camera": N_("The camera")})

_stage_name: Final = Names[str](
    {
        "opened": N_("as uploaded"),
        "trimmed": N_("cropped to what is in it"),
        "light_on_dark": N_("grey, light on dark"),
    }
)

_step_name: Final = Names[str](
    {
        "frame": N_("Cut off the frame"),
        "margin": N_("Cut off the empty margin"),
        "invert": N_("Exchange light and dark"),
        "thicken": N_("Thicken the lines"),
        "sharpen": N_("Sharpen"),
    }
)

_ASKED: Final = "own_asked"
_SHOWN_SIDE: Final = 160
_MOST_NAMED: Final = 4
_LOOKED_AT: Final = 2000
"""So many pictures tell whether a data set is dark on light."""
_GROUND: Final = {"opened": (0, 0, 0, 0), "trimmed": (0, 0, 0, 0), "light_on_dark": (0, 0, 0, 255)}


def own_picture_view(run: Run, history: History, state: PageState) -> None:
    """Take a picture; show how it is prepared, what of that can be undone, and its prediction."""
    upload = _upload(run)
    st.caption(_("It stays in this server's memory while the page is open and is not kept."))
    if upload is None:
        say_lost("own_picture", "own_camera")
        return
    prepared = _prepared(run, upload)
    if prepared is not None and (model := chosen_model(run, history, state)):
        show_story(model, _as_the_data(run, prepared.image), None, state, key="upload")


def _as_the_data(run: Run, image: torch.Tensor) -> torch.Tensor:
    """Return a prepared picture, a light thing on dark in a square, as those of the run's data."""
    top = (image.shape[0] - run.data.height) // 2
    left = (image.shape[1] - run.data.width) // 2
    cut = image[top : top + run.data.height, left : left + run.data.width]
    return 255 - cut if _is_dark_on_light(run.data) else cut


@st.cache_resource(
    show_spinner=False, max_entries=64, hash_funcs={Description: lambda data: data.digest}
)
def _is_dark_on_light(data: Description) -> bool:
    """Tell whether most pictures of a data set are light along their edges."""
    images = cache.dataset_of(data).train.images[:_LOOKED_AT]
    edges = (images[..., 0, :], images[..., -1, :], images[..., :, 0], images[..., :, -1])
    return bool(torch.cat([edge.reshape(-1) for edge in edges]).median() > 127)


def _upload(run: Run) -> Any:
    """Draw the uploader or the camera; return the file, or None."""
    wanted = _wanted(run)
    source = st.segmented_control(
        _("Where the picture comes from"),
        ("file", "camera"),
        default="file",
        required=True,
        format_func=_source_name,
        key="own_source",
        label_visibility="collapsed",
    )
    if source == "file":
        return st.file_uploader(
            _(
                "{wanted}, of any kind of picture, at most {megabytes} MB",
                wanted=wanted,
                megabytes=MOST_BYTES // 1024**2,
            ),
            key="own_picture",
            max_upload_size=MOST_BYTES // 1024**2,
        )
    address = urlsplit(st.context.url or "")
    if address.scheme == "http" and address.hostname not in OWN_MACHINE:
        st.info(
            _(
                "A browser lets only pages that come over https use the camera. Take the "
                "photograph with the device's camera app and choose it as a file."
            ),
            icon=":material/no_photography:",
        )
        return None
    return st.camera_input(wanted, key="own_camera", width=420)


def _wanted(run: Run) -> str:
    """Say of what a picture is asked for, as Markdown."""
    if _is_clothing(run.data):
        return _("A photograph or drawing of one piece of clothing on a plain background")
    names = class_words(run.data.class_names)
    some = enumerated(quoted(name) for name in names[:_MOST_NAMED])
    return _(
        "A photograph or drawing of one of {classes} on a plain background",
        classes=some if len(names) <= _MOST_NAMED else f"{some}, …",
    )


def _is_clothing(data: Description) -> bool:
    """Tell whether the classes are those of Fashion-MNIST, or some of them."""
    return set(data.class_names) <= set(CLASS_NAMES)


def _prepared(run: Run, upload: Any) -> PreparedPicture | None:
    """Show how a picture is prepared and return it, or say why it cannot be."""
    try:
        opened = opened_picture(upload.file_id, upload.getvalue())
        if isinstance(opened, InvalidPicture):
            raise opened
        side = max(run.data.height, run.data.width)
        asked = tuple(_asked(upload.file_id).items())
        prepared = prepared_picture(upload.file_id, asked, side, opened)
    except InvalidPicture as error:
        # The uploader may show another file, refused by the browser, with its own reason.
        st.error(f"{quoted(upload.name)} · {sentence(error)}", icon=":material/error:")
        return None
    _show_stages(run, prepared)
    _show_steps(prepared, upload.file_id)
    _show_remarks(run, opened, prepared)
    return prepared


def _show_stages(run: Run, prepared: PreparedPicture) -> None:
    if prepared.is_as_it_was:
        st.caption(
            _(
                "Taken as it is: it is {size} and light on dark already, as the data's pictures.",
                size=_size(run),
            )
        )
        return
    picture_grid(
        [
            Picture(_small(run, stage), said, said)
            for stage in prepared.stages
            for said in [_size(run) if stage.name == "final" else _stage_name(stage.name)]
        ],
        key="own_stages",
        label=_("How the picture becomes {size}", size=_size(run)),
        size=130,
    )


def _show_steps(prepared: PreparedPicture, upload: str) -> None:
    """Draw a checkbox for each step that can be made: ticked where it was."""
    with st.container(horizontal=True, gap="medium"):
        for name, made in prepared.steps.items():
            # What nobody has touched shows what was decided, which another step may change.
            st.session_state[f"own_{name}"] = made
            st.checkbox(_step_name(name), key=f"own_{name}", on_change=_ask, args=(name, upload))


def _ask(name: StepName, upload: str) -> None:
    """Remember that the person wants a step made or left out."""
    st.session_state[_ASKED] = upload, {**_asked(upload), name: st.session_state[f"own_{name}"]}


def _asked(upload: str) -> dict[StepName, bool]:
    """Return what the person has asked for; another picture begins without."""
    asked_for, asked = st.session_state.get(_ASKED, ("", {}))
    return dict(asked) if asked_for == upload else {}


def _show_remarks(run: Run, opened: OpenedPicture, prepared: PreparedPicture) -> None:
    if opened.is_first_of_several:
        st.caption(_("The file holds several pictures; this is the first of them."))
    if prepared.is_outline and _is_clothing(run.data):
        st.info(
            _(
                "This is drawn in lines. The model has only seen filled clothes, so what it takes "
                "an outline for says little; fill it with one colour and try again."
            ),
            icon=":material/format_paint:",
        )


def _size(run: Run) -> str:
    return f"{run.data.width} × {run.data.height}"


def _small(run: Run, stage: Stage) -> str:
    """Return a stage as a data URI, padded to a square so that all stages are equally tall.

    The one before the last is light on black, and so is its padding.
    """
    pixels = stage.pixels
    if stage.name == "final":
        pixels = _as_the_data(run, torch.tensor(pixels)).numpy()
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    if stage.name != "final":
        picture.thumbnail((_SHOWN_SIDE, _SHOWN_SIDE))
        side = max(picture.size)
        ground = Image.new("RGBA", (side, side), _GROUND[stage.name])
        ground.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
        picture = ground
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
