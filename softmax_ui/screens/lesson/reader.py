"""The lesson's reader: table of contents, chosen section, and links to its neighbours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import streamlit as st

from softmax_ui.addresses.lesson import LESSON_STATE, PART_ONE, PART_TWO, SECTIONS, THE_NOTE
from softmax_ui.components.class_progress import class_progress
from softmax_ui.components.page_sections import page_sections, returned_to
from softmax_ui.pages import LESSON, TRAINING, Page
from softmax_ui.questions.catalogue import QUESTIONS
from softmax_ui.questions.parts import part, say
from softmax_ui.screens.lesson import beyond_the_note, note_map, part_one, part_two
from softmax_ui.screens.lesson.calibration import calibration
from softmax_ui.screens.lesson.errata import ERRATA, text_of
from softmax_ui.screens.lesson.keeping import answers, kept_answers, progress, remember
from softmax_ui.screens.lesson.links import queries, section_address
from softmax_ui.screens.lesson.review import recall, review
from softmax_ui.sharing import is_shared
from softmax_ui.text import _, language


def the_map() -> None:
    """Each formula of the note, with its page, function and test."""
    say("map", "intro")
    headings = (
        _("Section of the note"),
        _("Formula or code"),
        _("Lesson"),
        _("Page"),
        _("Function"),
        _("Test"),
    )
    sections = {name: f"[{_numbered(name)}]({section_address(name)})" for name in SECTIONS}
    with st.container(key="note_map"):
        st.markdown(note_map.table(headings, _page_links(), sections))
    total, answered, right = progress()
    say("map", "result", total=total, answered=answered, right=right)


def errata() -> None:
    """Draw all of the note's errors, each with a button to its section."""
    say("errata", "intro")
    for erratum in ERRATA.values():
        with st.container(border=True, key=f"erratum_{erratum.name}"):
            st.markdown(text_of(erratum))
            st.button(
                _numbered(erratum.section),
                key=f"see_{erratum.name}",
                type="tertiary",
                icon=":material/arrow_forward:",
                on_click=go,
                args=(erratum.section,),
            )


def _page_links() -> dict[Page, str]:
    """Return a Markdown link to each page of the map, with the lesson's numbers where taken."""
    query: dict[Page, dict[str, str]] = {**queries(), TRAINING: {}, LESSON: {}}
    here = {"lang": language()}
    return {
        page: f"[{page.title}]({page.address}?{urlencode(query[page] | here)})" for page in query
    }


DRAW: Final[dict[str, Callable[[], None]]] = {
    "categories": part_one.categories,
    "network": part_one.network,
    "softmax": part_one.softmax_section,
    "jacobian": part_one.jacobian,
    "norm": part_one.norm,
    "loss": part_one.loss,
    "likelihood": beyond_the_note.likelihood_section,
    "information": beyond_the_note.information,
    "gradient": part_one.gradient,
    "two_classes": beyond_the_note.two_classes,
    "several_labels": beyond_the_note.several_labels,
    "smoothing": beyond_the_note.smoothing,
    "calibration": calibration,
    "data": part_two.data,
    "parameters": part_two.parameters,
    "softmax_code": part_two.softmax_code,
    "net": part_two.net,
    "loss_code": part_two.loss_code,
    "accuracy": part_two.accuracy_section,
    "accumulator": part_two.accumulator,
    "evaluate": part_two.evaluate_section,
    "updater": part_two.updater,
    "epoch": part_two.epoch,
    "training": part_two.training,
    "generalization": part_two.generalization,
    "prediction": part_two.prediction,
    "concise": part_two.concise,
    "own_birds": part_two.own_birds,
    "review": review,
    "errata": errata,
    "map": the_map,
}
"""Section -> the function that draws it. Only the chosen one is computed."""

_SECTIONS_KEY: Final = "lesson_sections"
_CHOSEN: Final = "lesson_section_chosen"
_CONTENTS: Final = "lesson_contents"


def lesson() -> None:
    """Draw the table of contents and, beside it, the chosen section."""
    st.html(Path(__file__).parent / "lesson.css")
    here = LESSON_STATE.value("step")
    page_sections(
        "step",
        here,
        first=SECTIONS[0],
        contents=_CONTENTS,
        key=_SECTIONS_KEY,
        on_return=_return,
    )
    chosen = here != SECTIONS[0] or _CHOSEN in st.session_state
    last = remember(here if chosen else "")
    if is_shared():
        class_progress(here, *progress()[1:])
    if last and not chosen:
        st.button(
            _("Continue at {section}", section=_numbered(last)),
            key="continue",
            icon=":material/resume:",
            type="primary",
            on_click=go,
            args=(last,),
        )
    with st.container(key="lesson", horizontal=True, gap="large"):
        with st.container(key=_CONTENTS, width=256, gap=None):
            _contents("go")
        with st.container(key="lesson_section", width="stretch"):
            _section()


def _contents(prefix: str) -> None:
    """Draw the table of contents with what has been answered.

    A wide window has it at the side, a narrow one in a popover: each has its prefix for the keys.
    """
    here = LESSON_STATE.value("step")
    for heading, sections in (
        (_("Part one: the mathematics"), PART_ONE),
        (_("Part two: from scratch"), PART_TWO),
        (_("Looking back"), THE_NOTE),
    ):
        st.caption(heading)
        for section in sections:
            _entry(section, here, prefix)
    total, answered, right = progress()
    st.progress(
        answered / total,
        _(
            "{answered} of {total} questions answered, {right} right",
            answered=answered,
            total=total,
            right=right,
        ),
    )


def _entry(section: str, here: str, prefix: str) -> None:
    """Draw one line of the table of contents."""
    questions = [q.name for q in QUESTIONS.values() if q.section == section]
    kept = [answers()[name] for name in questions if name in answers()]
    done = bool(questions) and len(kept) == len(questions) and all(k.is_closed for k in kept)
    st.button(
        _numbered(section),
        key=f"{prefix}_{section}",
        type="secondary" if section == here else "tertiary",
        icon=":material/check:" if done else None,
        icon_position="right",
        on_click=go,
        args=(section,),
        width="stretch",
    )


def _numbered(section: str) -> str:
    """Return a section's number and title."""
    return f"{SECTIONS.index(section) + 1}. {part(section, 'title')}"


def go(section: str) -> None:
    """Open another section, from a callback."""
    st.session_state[_CHOSEN] = True
    LESSON_STATE.apply(step=section)


def _return() -> None:
    """Open the section to which the browser's Back or Forward led."""
    go(returned_to(_SECTIONS_KEY))


def _section() -> None:
    """Draw the chosen section and the buttons to its neighbours."""
    here = LESSON_STATE.value("step")
    with st.container(key="lesson_head", horizontal=True, vertical_alignment="center"):
        with st.popover(_("Contents"), icon=":material/toc:", key="lesson_popover"):
            _contents("pick")
        st.caption(
            _(
                "The lesson · {number} of {total}",
                number=SECTIONS.index(here) + 1,
                total=len(SECTIONS),
            ),
            width="content",
        )
    with st.container(key=f"section_{here}"):
        st.title(part(here, "title"), anchor=False)
        if here not in THE_NOTE:
            recall(here)
        DRAW[here]()
    st.divider()
    with st.container(horizontal=True, horizontal_alignment="distribute", key="neighbours"):
        _neighbour(SECTIONS.index(here) - 1, "back", ":material/arrow_back:")
        _neighbour(SECTIONS.index(here) + 1, "next", ":material/arrow_forward:")
    kept_answers()


def _neighbour(position: int, key: str, icon: str) -> None:
    """Draw the button to a neighbouring section, where there is one."""
    if 0 <= position < len(SECTIONS):
        st.button(
            _numbered(SECTIONS[position]),
            key=key,
            icon=icon,
            icon_position="right" if key == "next" else "left",
            type="primary" if key == "next" else "secondary",
            on_click=go,
            args=(SECTIONS[position],),
        )
