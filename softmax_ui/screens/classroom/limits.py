"""The limits of the server, set while it runs, and the teacher's link made anew."""

from __future__ import annotations

from functools import partial
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from softmax_ui.addresses.state import Setting, whole
from softmax_ui.cache import give_limits
from softmax_ui.pages import CLASS
from softmax_ui.sharing import SETTINGS, is_shared, setting
from softmax_ui.steering import as_teacher, renew_teacher
from softmax_ui.text import N_, Names, _
from softmax_ui.widgets.number_field import number_field

_LINK: Final = "teacher_link_once"
_limit_name: Final = Names[str](
    {
        "SOFTMAX_ACTIVE": N_("Runs that train at once"),
        "SOFTMAX_WAITING": N_("Runs that wait"),
        "SOFTMAX_PER_PERSON": N_("Runs of one browser under way"),
        "SOFTMAX_STEPS": N_("Steps of a run"),
        "SOFTMAX_STORE_MB": N_("The store, MB"),
        "SOFTMAX_PERSON_MB": N_("Runs of one browser, MB"),
        "SOFTMAX_PERSON_RUNS": N_("Runs of one browser in the list"),
        "SOFTMAX_PERSON_PINS": N_("Pinned runs of one browser"),
        "SOFTMAX_PER_ADDRESS": N_("Pages open from one address"),
        "SOFTMAX_UPLOAD_MB": N_("Brought at a time, MB"),
        "SOFTMAX_PICTURES": N_("Pictures and files brought at a time"),
        "SOFTMAX_IMPORTS": N_("Data sets that are read at once"),
        "SOFTMAX_SETS_MB": N_("All data sets, MB"),
        "SOFTMAX_PERSON_SETS_MB": N_("Data sets of one browser, MB"),
        "SOFTMAX_PERSON_SETS": N_("Data sets of one browser"),
    }
)


def limits() -> None:
    """Draw the limits, and the teacher's link; nothing on one's own machine."""
    if not is_shared():
        return
    with st.expander(_("The limits of this server"), icon=":material/tune:"):
        st.caption(
            _(
                "They apply from now on, until the server stops; what is under way goes on. 0 "
                "means no limit, where that is allowed."
            )
        )
        with st.container(horizontal=True, gap="small", key="class_limits"):
            for name in SETTINGS:
                number_field(
                    _field(name),
                    _limit_name(name),
                    width=200,
                    on_change=partial(as_teacher, _set, name),
                )
    with st.expander(_("The teacher's link"), icon=":material/key:"):
        st.caption(_("Whoever has it finds, steers and removes every run, and asks the class."))
        link = st.session_state.pop(_LINK, None)
        if link:
            st.markdown(_("The new link, shown once. The one before is void; this browser has it."))
            st.code(link, language=None, wrap_lines=True)
        st.button(
            _("Make another link"),
            key="teacher_renew",
            icon=":material/link_off:",
            on_click=as_teacher,
            args=(_renew,),
        )


def _field(name: str) -> Setting[int]:
    return whole(f"limit_{name}", setting(name), 0, SETTINGS[name][2])


def _set(name: str) -> None:
    give_limits({name: int(st.session_state[f"limit_{name}"])})


def _renew() -> None:
    parts = urlsplit(st.context.url or "")
    root = parts.path.rstrip("/").removesuffix(f"/{CLASS.address}")
    base = urlunsplit((parts.scheme, parts.netloc, root, "", ""))
    st.session_state[_LINK] = renew_teacher(base)
