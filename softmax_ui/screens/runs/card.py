"""The card of one run: its links, name, note and exports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from urllib.parse import urlencode

import streamlit as st

from softmax_core.errors import RunDamaged
from softmax_core.runs import ALIVE, Group, Run
from softmax_core.runs.curation import MAX_NOTE, MAX_RUN_NAME
from softmax_core.runs.exporting import (
    LOADING,
    experiment_json,
    weights_file,
)
from softmax_core.runs.exports import Table
from softmax_core.runs.run import mark_of
from softmax_ui.addresses.runs import UNFOLDED
from softmax_ui.addresses.state import PageState, fill
from softmax_ui.addresses.training import experiment_query
from softmax_ui.cache import collection, glance_of, history, store
from softmax_ui.components.arrival import arrival, arrival_at, reveal
from softmax_ui.notices import reason_of, sentence
from softmax_ui.page import page_link
from softmax_ui.pages import TRAINING
from softmax_ui.screens.runs.report import report_html
from softmax_ui.screens.runs.table import (
    descent,
    group_title,
    parents_of,
    runs_of,
)
from softmax_ui.sharing import is_shared
from softmax_ui.steering import (
    as_teacher,
    is_teacher,
    may_steer,
    owner,
    share,
    show_steering_error,
    steer,
)
from softmax_ui.streamlit_inside.markdown import as_markdown
from softmax_ui.terms import data_line, status_name, title_of
from softmax_ui.text import _, language, ngettext, speaking
from softmax_ui.text.lines import plain

CARD = "run_card"
_DELETED = "deleted_runs"
_TICKED = "runs_ticked_before"
_MOST_UNFOLDED = 20


def show_chosen(ticked: Sequence[Run | Group], state: PageState) -> None:
    """Draw the actions for what is ticked: a card for one run or group, deletion for several."""
    ids = [each.id for each in ticked]
    if ids != st.session_state.setdefault(_TICKED, ids):
        st.session_state[_TICKED] = ids
        reveal(CARD)  # below a long list
    if len(ticked) == 1:
        (only,) = ticked
        if isinstance(only, Group):
            group_card(only, state)
        else:
            run_card(only)
    elif ticked:
        _delete_button(runs_of(ticked))


def _delete_button(runs: list[Run]) -> None:
    ended = [run for run in runs if run.status not in ALIVE and may_steer(run.id)]
    st.button(
        ngettext("Delete {n} run", "Delete {n} runs", len(ended)),
        key="delete_many",
        icon=":material/delete:",
        disabled=not ended,
        on_click=delete_runs,
        args=(ended,),
    )


def group_card(group: Group, state: PageState) -> None:
    """Draw the runs of a group: their results with mean and deviation, and the way to each."""
    with st.container(border=True, key=CARD):
        st.subheader(as_markdown(group_title(group)), anchor=False)
        arrival_at(CARD, CARD, takes_focus=False)
        st.caption(
            _(
                "The same settings with other seeds; {n} of {of} have finished. What was stopped "
                "or failed does not count.",
                n=len(group.finished),
                of=len(group.runs),
            )
        )
        for run in group.runs:
            page_link(
                TRAINING,
                _(
                    "seed {seed}: {status}",
                    seed=run.experiment.seed,
                    status=status_name(run.status),
                ),
                icon=":material/monitoring:",
                query={"run": run.id},
            )
        opened = str(state.values()[UNFOLDED]).split()
        is_open = group.id in opened
        with st.container(horizontal=True, gap="small"):
            st.button(
                _("Fold its runs in the list") if is_open else _("Show its runs in the list"),
                key="unfold",
                icon=":material/unfold_less:" if is_open else ":material/unfold_more:",
                on_click=_fold,
                args=(group.id, state),
            )
            _delete_button(list(group.runs))


def _fold(group: str, state: PageState) -> None:
    opened = str(state.values()[UNFOLDED]).split()
    left = [each for each in opened if each != group]
    if left == opened:
        left = [*opened, group][-_MOST_UNFOLDED:]
    state.apply(**{UNFOLDED: " ".join(left)})


def run_card(run: Run) -> None:
    """Draw one run's links, name, note, exports and buttons."""
    with st.container(border=True, key=CARD):
        st.subheader(as_markdown(title_of(run)), anchor=False)
        st.caption(as_markdown(data_line(run.data)))
        if run.parent:
            _ancestry(run)
        if run.error:
            st.error(reason_of(run.error), icon=":material/error:")
        try:
            glance_of(run)
        except RunDamaged as damage:
            st.error(sentence(damage), icon=":material/error:")
        with st.container(horizontal=True, gap="medium"):
            arrival_at(CARD, CARD, takes_focus=False)
            page_link(
                TRAINING,
                _("Open in the dashboard"),
                icon=":material/monitoring:",
                query={"run": run.id},
            )
            page_link(
                TRAINING,
                _("Run again"),
                icon=":material/replay:",
                query=experiment_query(
                    run.experiment,
                    run.data,
                    is_kept=collection().find(run.data.digest) is not None,
                ),
            )
        if may_steer(run.id):
            _words(run)
        elif run.note:
            st.text(plain(run.note))
        with st.container(horizontal=True, gap="small"):
            _exports(run)
            if may_steer(run.id):
                _keeping(run)
            share(run.id)
            _showing(run)


def _ancestry(run: Run) -> None:
    """Say which run this one went on from, with the way there while it exists."""
    titles = parents_of([run])
    st.caption(_("Goes on from {descent}.", descent=as_markdown(descent(run, titles))))
    if run.parent in titles:
        page_link(
            TRAINING,
            _("Open the run that it goes on from"),
            icon=":material/fork_right:",
            query={"run": run.parent, "step": str(run.forked_at)},
        )


def show_undo() -> None:
    """Draw an undo button for each run that was just deleted."""
    show_steering_error()
    for run_id, title in list(st.session_state.get(_DELETED, {}).items()):
        with st.container(horizontal=True, vertical_alignment="center", key=f"undo_bar_{run_id}"):
            arrival(f"undo_{run_id}", _("Deleted: {title}", title=title))
            st.button(
                _("Undo"),
                key=f"undo_{run_id}",
                icon=":material/undo:",
                on_click=steer,
                args=(_restore, run_id),
            )


def delete_runs(runs: list[Run]) -> None:
    """Delete runs, from a button's callback, and remember them for the undo."""
    for run in runs:
        steer(_delete, run.id, title_of(run))


def _delete(run_id: str, title: str) -> None:
    store().delete(run_id)
    st.session_state.setdefault(_DELETED, {})[run_id] = title
    reveal(f"undo_{run_id}")  # the page is shorter now, or far down


def _restore(run_id: str) -> None:
    st.session_state[_DELETED].pop(run_id, None)
    store().restore(run_id)


def _words(run: Run) -> None:
    """Draw the fields of the run's name and note."""
    name, note = f"name_{run.id}", f"note_{run.id}"
    fill(name, run.name)
    fill(note, run.note)
    st.text_input(
        _("Name"),
        key=name,
        max_chars=MAX_RUN_NAME,
        placeholder=title_of(run),
        on_change=steer,
        args=(_rename, run.id),
    )
    st.text_area(
        _("Note"),
        key=note,
        max_chars=MAX_NOTE,
        height=90,
        placeholder=_("What did you want to see, and what did you see?"),
        on_change=steer,
        args=(_annotate, run.id),
    )


def _rename(run_id: str) -> None:
    store().rename(run_id, st.session_state[f"name_{run_id}"])


def _annotate(run_id: str) -> None:
    store().annotate(run_id, st.session_state[f"note_{run_id}"])


def _keeping(run: Run) -> None:
    """Draw the buttons that pin and delete the run."""
    st.button(
        _("Unpin") if run.pinned else _("Pin"),
        key="pin",
        icon=":material/keep_off:" if run.pinned else ":material/keep:",
        help=_("A pinned run stays when room has to be made."),
        on_click=steer,
        args=(store().pin, run.id, not run.pinned),
    )
    alive = run.status in ALIVE
    st.button(
        _("Delete"),
        key="delete",
        icon=":material/delete:",
        disabled=alive,
        help=_("Stop it first.") if alive else None,
        on_click=delete_runs,
        args=([run],),
    )


def _showing(run: Run) -> None:
    """Draw the button that shows the run to everybody who reaches this server, for the teacher."""
    if not is_shared() or not is_teacher():
        return
    is_shown = run.id in store().shown()
    st.button(
        _("Hide from the class") if is_shown else _("Show to the class"),
        key="show_to_class",
        icon=":material/visibility_off:" if is_shown else ":material/co_present:",
        help=_(
            "A run that is shown is in everybody's list; it is still steered by the same people."
        ),
        on_click=as_teacher,
        args=(store().show, run.id, not is_shown),
    )


def _exports(run: Run) -> None:
    """Draw the downloads; each file is made when it is clicked."""
    mark = mark_of(run.id)
    with st.popover(_("Export"), icon=":material/download:"):
        _table(_("Steps as CSV"), run, "steps")
        _table(_("Epochs as CSV"), run, "epochs")
        _file(
            _("Experiment as JSON"),
            f"experiment-{mark}.json",
            "application/json",
            lambda: experiment_json(run, store().forks(run.id)),
        )
        _file(
            _("Report as HTML"),
            f"report-{mark}.html",
            "text/html",
            lambda: report_html(history(run.id), run, store().forks(run.id)),
        )
        epochs = store().weight_epochs(run.id)
        if epochs:
            _file(
                _("Weights as safetensors"),
                "weights.safetensors",
                "application/octet-stream",
                partial(weights_file, store(), run.id, epochs[-1]),
            )
            st.caption(_("Two lines of Python load them:"))
            st.code(LOADING, language="python")
        st.caption(
            _(
                "In its files this run is called {mark}: with its id, anybody could watch it.",
                mark=mark,
            )
        )


def _table(label: str, run: Run, table: Table) -> None:
    """Draw the link to a file that the server sends while it makes it."""
    asked = urlencode({"lang": language(), "by": owner()})
    st.link_button(
        label,
        f"export/{run.id}/{table}.csv?{asked}",
        icon=":material/description:",
        type="tertiary",
    )


def _file(label: str, name: str, mime: str, make: Callable[[], str | bytes]) -> None:
    st.download_button(
        label,
        speaking(language())(make),  # by then no page runs that could be asked for the language
        file_name=name,
        mime=mime,
        key=f"file_{name}",
        icon=":material/description:",
        on_click="ignore",
        type="tertiary",
    )
