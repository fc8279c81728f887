"""The class: its questions, its answers, and what its teacher may set."""

from __future__ import annotations

import streamlit as st

from softmax_ui.page import open_page
from softmax_ui.pages import CLASS
from softmax_ui.steering import identify, is_teacher, show_steering_error
from softmax_ui.text import _

open_page(CLASS.title)

# softmax_core is needed from here on; the menu is on the screen while torch is being imported.
from softmax_ui.cache import classroom, runner  # noqa: E402
from softmax_ui.components.arrival import arrival_at, reveal  # noqa: E402
from softmax_ui.notices import guard  # noqa: E402
from softmax_ui.screens.classroom.asking import questions  # noqa: E402
from softmax_ui.screens.classroom.front import front  # noqa: E402
from softmax_ui.screens.classroom.keeping import (  # noqa: E402
    opening,
    taking_away,
    who_is_here,
)
from softmax_ui.screens.classroom.limits import limits  # noqa: E402

PROBLEM = "class_problem"

with guard():
    identify()
    if not is_teacher():
        st.title(_("The class"))
        st.markdown(
            _(
                "This page is the teacher's: it opens with the teacher's link. To answer, open "
                "[the page of the class](class) and enter the code that the board shows."
            )
        )
        show_steering_error()
        st.stop()
    runner()
    above = st.container()  # however much it holds, the tab below it stays the open one
    with above, st.container(key=PROBLEM):
        if show_steering_error():
            reveal(PROBLEM)  # the button may be far below
        arrival_at(PROBLEM, PROBLEM, takes_focus=False)
    classroom().refresh()
    opened = classroom().current
    if opened is None:
        st.title(_("The class"))
        opening()
    else:
        with above:
            front(opened)
        questions()
        who_is_here()
        taking_away()
    limits()
