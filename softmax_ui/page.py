"""What all pages begin with: the page's settings, its language and the way to the others."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import streamlit as st

from softmax_ui.addresses.state import PAGE_KEY, VISIT_KEY
from softmax_ui.components.page_frame import page_frame
from softmax_ui.notices import quoted
from softmax_ui.pages import HOME, MENU, Page, menu
from softmax_ui.streamlit_inside import STREAMLIT_CSS
from softmax_ui.streamlit_inside.script_run import script_run
from softmax_ui.terms import when
from softmax_ui.text import LANGUAGES, SESSION_KEY, Language, _, as_language, language

if TYPE_CHECKING:
    from softmax_core.runs.sqlite import Loss

_HERE: Final = Path(__file__).parent
_SWITCH: Final = "language_switch"
_TOLD: Final = "losses_told"
_STYLE: Final = "<style>{}{}</style>".format(
    (_HERE / "page.css").read_text(encoding="utf-8"), STREAMLIT_CSS.read_text(encoding="utf-8")
)


def open_page(title: str, *, layout: Literal["centered", "wide"] = "wide") -> None:
    """Set the page up; every page calls it first, with its name in the reader's language."""
    _count_visit()
    _keep_language()
    st.set_page_config(
        page_title=f"{title} · {HOME.title}" if title else HOME.title,
        page_icon=str(_HERE / "icon.svg"),
        layout=layout,
        initial_sidebar_state="auto",
    )
    st.html(_STYLE)
    _menu(title)
    _losses()


def page_link(
    page: Page, label: str, *, icon: str | None = None, query: Mapping[str, str] | None = None
) -> None:
    """Draw a link to a page of ours that takes a chosen language along.

    Args:
        page: where it leads; nothing is drawn while its script is not there.
        label: the link's text, already translated.
        icon: a Material symbol.
        query: the settings that the page opens with, as `PageState.query` gives them.
    """
    if not _exists(page.script):
        return
    chosen = st.session_state.get(SESSION_KEY)
    parameters = {**(query or {}), **({"lang": chosen} if chosen else {})}
    st.page_link(page.script, label=label, icon=icon, query_params=parameters or None)


def _exists(path: str) -> bool:
    """Tell whether a page's script lies beside the app that is running."""
    running = script_run()
    return running is not None and (running.folder / path).is_file()


def _count_visit() -> None:
    """Notice that another page was opened, so that its settings are read from its URL."""
    running = script_run()
    here = running.page if running else ""
    if st.session_state.get(PAGE_KEY) != here:
        st.session_state[PAGE_KEY] = here
        st.session_state[VISIT_KEY] = st.session_state.get(VISIT_KEY, 0) + 1


def _keep_language() -> None:
    """Hold a chosen language in the session and in the URL, whichever of the two it came by."""
    in_url = as_language(st.query_params.get("lang"))
    chosen = in_url or as_language(st.session_state.get(SESSION_KEY))
    if chosen:
        st.session_state[SESSION_KEY] = chosen
        if in_url != chosen:
            st.query_params["lang"] = chosen


def _choose(chosen: Language) -> None:
    """Take the language that the switch names."""
    st.session_state[SESSION_KEY] = chosen
    st.query_params["lang"] = chosen


def _menu(here: str) -> None:
    """Draw the way to each page, and the switch to the other language."""
    other: Language = "en" if language() == "zh" else "zh"
    with st.container(key="menu", horizontal=True, vertical_alignment="center", gap="small"):
        page_link(HOME, HOME.title, icon=":material/ssid_chart:")
        for page in MENU:
            if page in menu() or here == page.title:
                page_link(page, page.title)
        st.button(
            LANGUAGES[other],
            key=_SWITCH,
            type="tertiary",
            icon=":material/translate:",
            on_click=_choose,
            args=(other,),
        )
        page_frame(language="zh-CN" if language() == "zh" else "en")


def tell_new_losses() -> None:
    """Draw the whole page anew if a store's file was taken away since; for a fragment."""
    if _found_losses() != st.session_state.get(_TOLD):
        st.rerun()


def _found_losses() -> list[Loss]:
    # Nothing imports torch only to find that no store is open.
    sqlite = sys.modules.get("softmax_core.runs.sqlite")
    return sqlite.losses() if sqlite else []


def _losses() -> None:
    """Say that the file of the runs' store was taken away while it was in use."""
    st.session_state[_TOLD] = found = _found_losses()
    for loss in found:
        given = {"name": quoted(loss.path.name), "when": when(loss.when)}
        match loss.kind:
            case "deleted":
                said = _(
                    "The file of the runs' store was deleted or moved while this server had it "
                    "open. Everything in it was written anew on {when} (UTC), as {name}.",
                    **given,
                )
            case "replaced":
                said = _(
                    "Another file took the place of the runs' store while this server had it open. "
                    "What this server holds was written beside it on {when} (UTC), as {name}; "
                    "after a restart the server opens the other file.",
                    **given,
                )
            case _:
                said = _(
                    "The file of the runs' store, {name}, was deleted or moved while this server "
                    "had it open, and cannot be written anew: nothing more is stored, and "
                    "everything is gone when the server ends. Make its folder writable, with room "
                    "in it.",
                    **given,
                )
        st.warning(said, icon=":material/healing:")
