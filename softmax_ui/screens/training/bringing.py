"""Bringing pictures of one's own: a file, or pictures of each class, and how far they are."""

from __future__ import annotations

import logging
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

from softmax_core.data.apart import Import, Wish
from softmax_core.data.named import Word
from softmax_core.data.names import MAX_NAME_LENGTH
from softmax_core.errors import SoftmaxError
from softmax_ui.addresses.state import PageState
from softmax_ui.cache import collection, imports
from softmax_ui.components.arrival import reveal
from softmax_ui.notices import quoted, sentence
from softmax_ui.screens.training.chosen import choose
from softmax_ui.sharing import OWN_MACHINE, setting
from softmax_ui.steering import attempt, owner
from softmax_ui.streamlit_inside.markdown import as_markdown
from softmax_ui.streamlit_inside.script_run import came_along
from softmax_ui.text import N_, Names, _, ngettext

_IMPORT: Final = "import_now"
_PROBLEM: Final = "import_problem"
_DRAWN: Final = "import_drawn"
"""Counts what was brought: an uploader with another key has forgotten its file."""

_way_name: Final = Names[str](
    {
        "file": N_("A file"),
        "hand": N_("Pictures of each class"),
    }
)


_LEFT: Final = "import_left"
_OURS: Final = ("hand_", "set_file", "import_cancel")  # of widgets while something is brought


def current() -> Import | None:
    """Return what the person who is here brings at this moment, or None."""
    token = st.session_state.get(_IMPORT, "")
    return imports().get(token, owner()) if token else None


def is_reading() -> bool:
    """Tell whether what the person who is here brings is being read, or fetched."""
    given = current()
    return given is not None and given.state() == "reading"


def import_of(digest: str) -> Import | None:
    """Return the import that a data set was read from, while it can be read in another way."""
    given = current()
    return given if given and st.session_state.get(f"import_of_{digest}") == given.token else None


def show_bringing(pictures: PageState) -> None:
    """Draw the ways to bring pictures, or how far they are read."""
    given = current()
    if is_reading():
        _follow(pictures)
        return
    _show_problem(given)
    if st.session_state.setdefault(_LEFT, came_along(*_OURS)):
        st.warning(
            _(
                "The server that held your pictures has stopped. What was not yet a data set has "
                "to be brought again."
            ),
            icon=":material/upload_file:",
        )
    way = st.segmented_control(
        _("How to bring pictures"),
        list(_way_name),
        default="file",
        required=True,
        format_func=_way_name,
        key="bring_by",
        label_visibility="collapsed",
    )
    if way == "file":
        _show_file()
    else:
        _show_by_hand(given)


def begin(given: Import, wish: Wish | None = None, word: Word | None = None) -> None:
    """Begin to read what was brought, from a callback.

    Raises:
        ImportsBusy: as many are being read as may be.
    """
    st.session_state[_IMPORT] = given.token
    imports().begin(given, wish or Wish(), word=word or "")
    reveal("import_progress")


def fetch(word: Word) -> None:
    """Begin to fetch a data set that is published, from a callback.

    Raises:
        ImportsBusy: as many are being read as may be.
    """
    begin(imports().new(owner()), word=word)


def show_failed_fetch(word: Word) -> None:
    """Say why a published data set did not come, if it was fetched just now."""
    given = current()
    if given is not None and given.word == word and given.state() in ("refused", "cancelled"):
        _show_problem(given)


def follow(pictures: PageState) -> bool:
    """Draw how far an import is, if one is under way, and return whether it is."""
    if not is_reading():
        return False
    _follow(pictures)
    return True


# -- a file ----------------------------------------------------------------------------------------


def _show_file() -> None:
    most = setting("SOFTMAX_UPLOAD_MB")
    drawn = st.session_state.setdefault(_DRAWN, 0)
    st.file_uploader(
        _(
            "A ZIP of folders, one for each class; a table (CSV, NPZ, Parquet, or the IDX files of "
            "MNIST); or the one file that somebody handed you. At most {megabytes} MB",
            megabytes=most,
        ),
        accept_multiple_files=True,
        key=f"set_file{drawn}",
        max_upload_size=most,
        on_change=attempt,
        args=(_take_files, f"set_file{drawn}"),
    )
    with st.expander(_("What such a file looks like")):
        st.markdown(
            _(
                "- **ZIP**: `birds.zip` with the folders `chick`, `duck` and `goose` in it, and "
                "pictures in each (PNG, JPEG, WebP, HEIC …). Folders `train` and `test` around "
                "them are kept as the division.\n"
                "- **CSV**: one picture a line, its label first, then its pixels.\n"
                "- **NPZ**: arrays of pictures and of labels (`x_train`, `y_train`, …, or `images` "
                "and `labels`).\n"
                "- **Parquet**: a column of pictures and one of labels, as Hugging Face has them.\n"
                "- **IDX**: `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`, with or "
                "without `.gz`, chosen together; and those that begin with `t10k`, if there are."
            )
        )


def _take_files(key: str) -> None:
    """Bring what was dropped and begin to read it; the server's memory forgets it then."""
    files = st.session_state.get(key) or []
    if not files:
        return
    st.session_state[_DRAWN] += 1
    given = imports().new(owner())
    st.session_state.update({_PROBLEM: None, _LEFT: False})
    try:
        for file in files:
            given.bring(file.name, file.getbuffer())
        begin(given)
    except SoftmaxError as error:
        imports().close_import(given.token)
        st.session_state[_PROBLEM] = (files[0].name, error)


# -- by hand ---------------------------------------------------------------------------------------


def _show_by_hand(given: Import | None) -> None:
    counts = given.pictures_by_hand() if given else {}
    st.text_input(
        _("Which class the pictures show"),
        key="hand_class",
        max_chars=MAX_NAME_LENGTH,
        placeholder=_("duck"),
    )
    named = str(st.session_state.get("hand_class", "")).strip()
    drawn = st.session_state.setdefault(_DRAWN, 0)
    if named:
        _show_uploader(named, drawn)
        _show_camera(named, drawn)
    else:
        st.caption(_("Name a class first: then choose its pictures, or photograph them."))
    for class_name, count in counts.items():
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            said = ngettext("{n} picture", "{n} pictures", count)
            st.markdown(f"**{as_markdown(class_name)}**: {said}", width="content")
            st.button(
                _("Take the last one back"),
                key=f"back_{class_name}",
                icon=":material/undo:",
                type="tertiary",
                on_click=given.take_back if given else None,
                args=(class_name,),
                disabled=not count,
            )
    enough = len([count for count in counts.values() if count >= 2]) >= 2
    if counts:
        st.text_input(
            _("What the data set is called"),
            key="hand_name",
            max_chars=MAX_NAME_LENGTH,
            placeholder=_("my birds"),
        )
        st.button(
            _("Make a data set of these"),
            key="hand_done",
            type="primary",
            disabled=not enough,
            on_click=attempt,
            args=(_finish_by_hand,),
        )
        if not enough:
            st.caption(
                _("Two classes are needed, with two different pictures each; better twenty.")
            )


def _show_uploader(named: str, drawn: int) -> None:
    st.file_uploader(
        _("Pictures of {name}", name=as_markdown(named)),
        accept_multiple_files=True,
        key=f"hand_file{drawn}",
        max_upload_size=20,
        on_change=attempt,
        args=(_take_pictures, f"hand_file{drawn}"),
    )


def _show_camera(named: str, drawn: int) -> None:
    if not st.toggle(_("Use the camera"), key="hand_camera"):
        return
    address = urlsplit(st.context.url or "")
    if address.scheme == "http" and address.hostname not in OWN_MACHINE:
        st.info(
            _(
                "A browser lets only pages that come over https use the camera. Take the "
                "photographs with the device's camera app and choose them as files."
            ),
            icon=":material/no_photography:",
        )
        return
    st.camera_input(
        _(
            "Photograph {name}, again and again, each time a little differently",
            name=as_markdown(named),
        ),
        key=f"hand_shot{drawn}",
        width=420,
        on_change=attempt,
        args=(_take_pictures, f"hand_shot{drawn}"),
    )


def _take_pictures(key: str) -> None:
    """Bring pictures of the class that is named; a new uploader, or camera, is there at once."""
    found = st.session_state.get(key)
    files = found if isinstance(found, list) else [found] if found else []
    named = str(st.session_state.get("hand_class", ""))
    if not files:
        return
    st.session_state[_DRAWN] += 1
    given = current()
    if given is None or not (given.pictures_by_hand() or given.state() == "brought"):
        given = imports().new(owner())
        st.session_state[_IMPORT] = given.token
    st.session_state.update({_PROBLEM: None, _LEFT: False})
    try:
        for file in files:
            given.bring_picture(named, file.getbuffer())
    except SoftmaxError as error:
        st.session_state[_PROBLEM] = (files[0].name, error)


def _finish_by_hand() -> None:
    given = current()
    if given is not None:
        begin(given, Wish(name=str(st.session_state.get("hand_name", ""))))


# -- how far it is ---------------------------------------------------------------------------------


def _follow(pictures: PageState) -> None:
    """Draw how far it is, twice a second, in a part of the page that holds up no other."""
    st.fragment(_progress, run_every=0.5)(pictures)


def _progress(pictures: PageState) -> None:
    given = current()
    if given is None:
        st.rerun()
        return
    if given.state() != "reading":
        _take_result(given, pictures)
        st.rerun()
    done, total = given.progress()
    share = min(done / total, 1.0) if total else 0.0
    if not total:
        said = _("Looking at what you brought …") if not given.word else _("Fetching …")
    elif given.word:
        said = _("{done} of {total} MB", done=f"{done / 1e6:.1f}", total=f"{total / 1e6:.1f}")
    else:
        said = _("{done} of {total} pictures", done=f"{done:,}", total=f"{total:,}")
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="import_progress"
    ):
        st.progress(share, said)
        st.button(
            _("Cancel"), key="import_cancel", icon=":material/close:", on_click=_cancel, width=110
        )


def _cancel() -> None:
    given = current()
    if given is not None:
        given.cancel()


def _take_result(given: Import, pictures: PageState) -> None:
    """Keep and choose what was read; a refusal is told where the file was dropped."""
    st.session_state.update({_PROBLEM: None, _LEFT: False})
    if given.state() == "refused":
        # The page says of it what concerns whoever reads it; an address of a mirror does not.
        logging.getLogger(__name__).warning("nothing was read: %s", given.told().error)
    if given.state() != "done":
        return
    told = given.told()
    assert told.data is not None
    pictures.apply(bring=False)
    if not given.word:
        try:
            kept = collection().adopt(given.file, told.data, owner(), told.facts)
        except SoftmaxError as error:
            st.session_state[_PROBLEM] = (told.data.name, error)
            return
        st.session_state[f"import_of_{told.data.digest}"] = given.token
        _forget_former(told.data.digest)
        choose(pictures, kept.data)
        reveal("set_look")
    else:
        choose(pictures, told.data)
    pictures.save()


def _forget_former(digest: str) -> None:
    """Delete what the same files were read as before: it was read in another way to replace it."""
    former = st.session_state.get("import_former")
    st.session_state["import_former"] = None
    if former and former != digest:
        collection().delete(owner(), former)


def read_again(digest: str, wish: Wish) -> None:
    """Read the files of a data set in another way, from a callback.

    Raises:
        ImportsBusy: as many are being read as may be.
    """
    given = import_of(digest)
    if given is not None:
        st.session_state["import_former"] = digest
        begin(given, wish)


def _show_problem(given: Import | None) -> None:
    """Say why nothing came of the last file."""
    problem = st.session_state.get(_PROBLEM)
    if problem:
        name, error = problem
        st.error(f"{quoted(name)} · {sentence(error)}", icon=":material/error:")
    elif given is not None and given.state() == "refused" and (error := given.told().error):
        st.error(sentence(error), icon=":material/error:")
    elif given is not None and given.state() == "cancelled":
        st.info(_("The import was cancelled. Nothing of it is kept."), icon=":material/close:")
