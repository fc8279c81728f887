"""The fields for a row of logits and its target."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from softmax_ui.addresses.numbers import NotARow, Reason, Row, as_text, row_of
from softmax_ui.addresses.state import PageState, fill, shown, typed_key
from softmax_ui.notices import quoted
from softmax_ui.text import _


def logits_field(state: PageState, name: str, label: str) -> tuple[float, ...]:
    """Draw the field and return its row: the last that was taken.

    A text that is no row is explained below it, and stays; an emptied field goes back.
    """
    session = st.session_state
    taken: str = state.values()[name]
    if typed_key(name) not in session or session.get(_read_key(name)) != taken:
        _show(name, taken)
    fill(typed_key(name), taken)
    st.text_input(label, key=typed_key(name), on_change=_take, args=(state, name))
    problem: NotARow | None = session.get(_refused_key(name))
    if problem is not None:
        instead = _("Shown is {taken}.", taken=quoted(taken))
        why = refusal(problem, quoted(problem.value))
        st.caption(f":red[:material/error:] {why} {instead}")
        row_choices(problem, lambda row: state.apply(**{name: as_text(row.numbers)}), key=name)
    elif session[typed_key(name)] != taken:
        say_read(row_of(taken))
    return row_of(taken)


def say_read(row: Sequence[float]) -> None:
    """Say which numbers were read, each with six digits."""
    numbers = ", ".join(f"{number:.6g}" for number in row)
    st.caption(_("Read as {taken}.", taken=f"`{numbers}`"))


def _read_key(name: str) -> str:
    return f"{name}_read"


def _refused_key(name: str) -> str:
    return f"{name}_refused"


def _show(name: str, row: str) -> None:
    """Put a row into the field."""
    st.session_state[typed_key(name)] = st.session_state[_read_key(name)] = row
    st.session_state.pop(_refused_key(name), None)


def _take(state: PageState, name: str) -> None:
    """Take the row that was typed; an emptied field goes back to what it was."""
    session, typed = st.session_state, st.session_state[typed_key(name)]
    if not typed.strip():
        _show(name, state.values()[name])
        return
    try:
        session[name] = session[_read_key(name)] = state.settings[name].parse(typed)
        session.pop(_refused_key(name), None)
    except NotARow as problem:
        session[_refused_key(name)] = problem


def row_choices(problem: NotARow, take: Callable[[Row], None], *, key: str) -> None:
    """Draw a button for each row that a text can be read as; its callback takes that row."""
    with st.container(horizontal=True, gap="small"):
        for k, row in enumerate(problem.choices):
            label = quoted(as_text(row.numbers))
            st.button(label, key=f"{key}_choice_{k}", on_click=take, args=(row,))


def target_field(state: PageState, name: str, label: str, names: tuple[str, ...]) -> int:
    """Draw the choice of the target class and return its index."""
    if state.values()[name] >= len(names):
        st.session_state[name] = 0
    chosen: int = st.selectbox(label, range(len(names)), format_func=names.__getitem__, key=name)
    return chosen


def refusal(problem: NotARow, value: str) -> str:
    """Say why a text is no row of logits; the value comes quoted for where the sentence goes."""
    limit = shown(problem.limit)
    sentences: dict[Reason, Callable[[], str]] = {
        "nothing": lambda: _("There are no numbers in it. Give a row such as 1.2, -0.5, 3."),
        "words": lambda: _(
            "{value} is not a number. Give numbers alone, with commas, spaces or lines between "
            "them.",
            value=value,
        ),
        "not_finite": lambda: _(
            "{value} is not a finite number; numbers up to ±{limit} are taken. (-inf masks a class "
            "in the playground and on the page about precision.)",
            value=value,
            limit=limit,
        ),
        "masked": lambda: _("At least one of the logits has to be finite."),
        "too_large": lambda: _(
            "{value} is too large; numbers up to ±{limit} are taken.", value=value, limit=limit
        ),
        "too_few": lambda: _(
            "At least {limit} numbers are needed; this has {count}.",
            limit=limit,
            count=problem.value,
        ),
        "too_many": lambda: _("At most {limit} numbers are taken.", limit=limit),
        "abbreviated": lambda: _(
            "It is abbreviated: there is {value} in it. Print it whole, in Python with "
            "print(x.tolist()).",
            value=value,
        ),
        "rows": lambda: _("There are several rows in it. Which one is meant?"),
        "readings": lambda: _("It can be read in several ways. Which one is meant?"),
    }
    return sentences[problem.reason]()
