"""A look at a data set of one's own: what was read, left out, how else, and its names."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import streamlit as st

from softmax_core.data import Description
from softmax_core.data.apart import Wish
from softmax_core.data.collection import Kept
from softmax_core.data.names import MAX_NAME_LENGTH
from softmax_core.data.reading import SIDE, SIDES
from softmax_core.errors import DatasetMissing
from softmax_ui.addresses.pictures import address_of
from softmax_ui.addresses.state import PageState, fill
from softmax_ui.cache import collection
from softmax_ui.components.arrival import arrival_at, reveal
from softmax_ui.notices import why_left_out
from softmax_ui.screens.training.bringing import import_of, read_again
from softmax_ui.steering import attempt, owner
from softmax_ui.streamlit_inside.markdown import as_markdown
from softmax_ui.terms import class_words, data_words
from softmax_ui.text import N_, Names, _, language, ngettext
from softmax_ui.text.lines import one_line

_DELETED: Final = "deleted_sets"
_SHOWN: Final = 200  # rows of what was left out
_OF_FILES: Final = ("zip", "pictures", "parquet")

_purpose: Final = Names[str]({"train": N_("training"), "test": N_("test")})

_polarity: Final = Names[str](
    {
        "keep": N_("light on dark already: keep"),
        "invert": N_("dark on light: negate"),
    }
)

_trim: Final = Names[str](
    {
        "trim": N_("trim to what it shows"),
        "whole": N_("take the whole picture"),
    }
)


def own_set(data: Description) -> Kept | None:
    """Return the data set of the one who is here, or None where it is not theirs."""
    try:
        return collection().own(owner(), data.digest)
    except DatasetMissing:
        return None


def show_look(kept: Kept, pictures: PageState) -> None:
    """Draw what was done to make a data set, and what its owner can do with it."""
    arrival_at("set_look", "pictures_panel", takes_focus=False)
    st.markdown(_facts(kept))
    _show_files(kept)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        with st.popover(_("Read them differently"), icon=":material/tune:"):
            _show_reading(kept)
        with st.popover(_("Names"), icon=":material/edit:"):
            _show_names(kept, pictures)
        st.download_button(
            _("Take it along"),
            data=lambda: collection().file_of(owner(), kept.data.digest),
            file_name="pictures.npz",
            mime="application/octet-stream",
            key="set_file_out",
            icon=":material/download:",
            on_click="ignore",
            help=_(
                "One file with all pictures, labels and names. Whoever gets it drops it here, and "
                "trains on the same data."
            ),
        )
        st.button(
            _("Delete"),
            key="set_delete",
            icon=":material/delete:",
            on_click=attempt,
            args=(_delete, kept, pictures),
        )


def show_deleted(pictures: PageState) -> None:
    """Draw an undo button for each data set that was just deleted."""
    for digest, name in list(st.session_state.get(_DELETED, {}).items()):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            said = _("Deleted: {title}", title=as_markdown(name))
            st.markdown(said, width="content")
            st.button(
                _("Undo"),
                key=f"undo_set_{digest[:12]}",
                icon=":material/undo:",
                on_click=attempt,
                args=(_restore, digest, pictures),
            )


def _delete(kept: Kept, pictures: PageState) -> None:
    collection().delete(owner(), kept.data.digest)
    st.session_state.setdefault(_DELETED, {})[kept.data.digest] = one_line(kept.data.name)
    pictures.apply(pictures="fashion-mnist", classes=(), called="")


def _restore(digest: str, pictures: PageState) -> None:
    st.session_state[_DELETED].pop(digest, None)
    collection().restore(owner(), digest)
    pictures.apply(**address_of(collection().own(owner(), digest).data, is_kept=True))


# -- what was done ---------------------------------------------------------------------------------


def _facts(kept: Kept) -> str:
    """Say how the pictures became what they are."""
    told, data = kept.told, kept.data
    said = [
        _(
            "{training} to learn from, {test} to test on, {width} × {height} pixels.",
            training=f"{data.training:,}",
            test=f"{data.test:,}",
            width=data.width,
            height=data.height,
        )
    ]
    if told.get("kind") == "saved":
        return _one_after_another([*said, _("Taken as they were saved.")])
    if told.get("inverted"):
        said.append(_("They were dark on light, and are negated."))
    elif "inverted" in told:
        said.append(_("They are light on dark."))
    if told.get("margin"):
        said.append(_("Each is trimmed to what it shows."))
    if told.get("is_given"):
        said.append(_("The split into training and test is the one of the folders or files."))
    if twice := told.get("in_both"):
        said.append(
            ngettext(
                "One training picture is in the test, too, and was left out.",
                "{n} training pictures are in the test, too, and were left out.",
                twice,
            )
        )
    elif again := told.get("repeated"):
        said.append(
            ngettext(
                "One picture is there twice; both copies are on the same side of the split, so "
                "no picture is tested on that was learned from.",
                "{n} pictures are there more than once; all copies of one are on the same side of "
                "the split, so no picture is tested on that was learned from.",
                again,
            )
        )
    if split := told.get("contradictory"):
        said.append(
            ngettext(
                "One picture has two different labels.",
                "{n} pictures have two different labels.",
                split,
            )
        )
    return _one_after_another(said)


def _one_after_another(sentences: Sequence[str]) -> str:
    """Join sentences as the language does: Chinese has no space between them."""
    return ("" if language() == "zh" else " ").join(sentences)


def _show_files(kept: Kept) -> None:
    """Draw which files were left out, and why, and which were read, for which class and split."""
    left: Sequence[Sequence[str]] = kept.told.get("left_out", ())
    rows: Sequence[tuple[str, int, str]] = kept.told.get("read", ())
    if not (left or rows):
        return
    count, data = kept.told.get("left_out_count", len(left)), kept.data
    with st.expander(
        _(
            "What was read ({read}), and what was left out ({left})",
            read=f"{data.training + data.test:,}",
            left=f"{count:,}",
        ),
        icon=":material/rule:",
    ):
        if left:
            st.dataframe(
                {
                    _("File or line"): [one_line(path) for path, *_rest in left[:_SHOWN]],
                    _("Why it was left out"): [why_left_out(*row[1:]) for row in left[:_SHOWN]],
                },
                hide_index=True,
                key="left_out",
            )
        _say_more(count)
        if rows:
            names = class_words(data.class_names)
            st.dataframe(
                {
                    _("File or line"): [one_line(path) for path, *_rest in rows[:_SHOWN]],
                    _("Class"): [names[label] for _path, label, _split in rows[:_SHOWN]],
                    _("For"): [_purpose(split) for *_rest, split in rows[:_SHOWN]],
                },
                hide_index=True,
                key="files_read",
            )
            _say_more(data.training + data.test)


def _say_more(count: int) -> None:
    if count > _SHOWN:
        st.caption(_("The first {n} of them are shown.", n=_SHOWN))


# -- how else --------------------------------------------------------------------------------------


def _show_reading(kept: Kept) -> None:
    """Draw how the files are read, and a button that reads them again."""
    if kept.told.get("kind") == "saved":
        st.caption(_("It was handed over as one file: its pictures stay as they were saved."))
        return
    if import_of(kept.data.digest) is None:
        st.caption(
            _("The files themselves are not kept. Drop them again to read them differently.")
        )
        return
    told = kept.told
    is_of_files = told.get("side") is not None
    fill("read_side", told.get("side") or SIDE)
    fill("read_polarity", "invert" if told.get("inverted") else "keep")
    fill("read_trim", "trim" if told.get("margin") else "whole")
    if is_of_files:
        st.slider(_("Height and width in pixels"), *SIDES, key="read_side")
    st.selectbox(
        _("Light on dark?"),
        ("keep", "invert"),
        format_func=_polarity,
        key="read_polarity",
        help=_("A pixel is ink where it is light: 0 is black, and says nothing to the model."),
    )
    if is_of_files:
        st.selectbox(_("Trim?"), ("trim", "whole"), format_func=_trim, key="read_trim")
    else:
        st.caption(_("Pictures that are numbers keep their size."))
    st.button(
        _("Read them again"),
        key="read_again",
        type="primary",
        on_click=attempt,
        args=(_read_again, kept.data.digest, is_of_files),
    )


def _read_again(digest: str, is_of_files: bool) -> None:
    asked = {"invert": st.session_state["read_polarity"] == "invert"}
    side = None
    if is_of_files:
        asked["margin"] = st.session_state["read_trim"] == "trim"
        side = int(st.session_state["read_side"])
    for key in ("read_side", "read_polarity", "read_trim"):
        st.session_state.pop(key, None)
    read_again(
        digest, Wish(name=collection().own(owner(), digest).data.name, side=side, asked=asked)
    )


# -- names -----------------------------------------------------------------------------------------


def _show_names(kept: Kept, pictures: PageState) -> None:
    """Draw a field for the data set's name and for each class's; an emptied class is dropped."""
    data = kept.data
    short = data.digest[:12]
    with st.form(f"names_{short}", border=False):
        name = st.text_input(
            _("What the data set is called"), value=data.name, max_chars=MAX_NAME_LENGTH
        )
        fields = [
            st.text_input(
                _("Class {n}", n=index + 1),
                value=given,
                max_chars=MAX_NAME_LENGTH,
                key=f"class_name_{short}_{index}",
            )
            for index, given in enumerate(data.class_names)
        ]
        st.caption(_("Empty a class's field to train without it."))
        if not st.form_submit_button(_("Take these names"), type="primary"):
            return
    renamed = [
        one_line(field).strip() or old for field, old in zip(fields, data.class_names, strict=True)
    ]
    left = tuple(index for index, field in enumerate(fields) if field.strip())
    changed = collection().rename(owner(), data.digest, one_line(name).strip(), renamed)
    if 0 < len(left) < len(fields):
        pictures.apply(**address_of(changed, is_kept=True) | {"classes": left})
    else:
        pictures.apply(**address_of(changed, is_kept=True))
    pictures.save()
    reveal("set_look")
    st.rerun()


def titles_of(sets: Sequence[Description], taken: Collection[str]) -> dict[str, str]:
    """Return what data sets are called in a list in which no two choices are called the same.

    Args:
        sets: those that people brought.
        taken: what the other choices of the list are called.

    Returns:
        Their digests and names; a name that is there twice or is taken is followed by the digest.
    """
    names = data_words(sets)
    return {
        each.digest: f"{name} ({each.digest[:8]})" if name in taken else name
        for each, name in zip(sets, names, strict=True)
    }
