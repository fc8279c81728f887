"""A number, typed as text in any form: a number field of the browser's drops what it cannot read.

Of `1/2` it keeps 12, of `0,5` 5. Here the text stays as it was typed; what was read of it is said
below, or why nothing was, and then the number stays what it was. The number is in the session
under the setting's name, the text under a key of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, Literal, TypeVar

import streamlit as st

from softmax_ui.addresses.numbers import NotARow, as_text, read_number
from softmax_ui.addresses.state import Setting, fill, typed_key, written
from softmax_ui.notices import quoted
from softmax_ui.text import _

Number = TypeVar("Number", float, int, float | None)

_DIGITS: Final = 6
"""How many digits of a number a field shows; all of them count."""


class _Outside(ValueError):
    """A number that the setting does not take."""


def number_field(
    setting: Setting[Number],
    label: str,
    *,
    labelled: bool = True,
    width: int | Literal["stretch"] = "stretch",
    help: str | None = None,
    placeholder: str | None = None,
    on_change: Callable[[], None] | None = None,
    says_what_it_read: bool = True,
) -> Number:
    """Draw the field of a setting and return its number.

    Args:
        setting: its name is the session's key; its bounds are the field's.
        label: what the number is.
        labelled: whether the label is visible, or for screen readers alone.
        width: of the field and what is said about it.
        help: an explanation beside the label.
        placeholder: what an empty field says.
        on_change: called before the next run when another number was taken.
        says_what_it_read: whether that stands below it; if not, `say_what_was_read` is to say it.

    Returns:
        The number that was taken last.
    """
    name = setting.name
    state = st.session_state
    value: Number = setting.checked(state.setdefault(name, setting.default))
    known = typed_key(name) in state and f"{name}_read" in state
    if not known or state[f"{name}_read"] != value:
        _show(name, value)
    fill(typed_key(name), "")
    with st.container(width=width, gap=None, key=name):
        st.text_input(
            label,
            key=typed_key(name),
            label_visibility="visible" if labelled else "collapsed",
            help=help,
            placeholder=placeholder,
            on_change=_take,
            args=(setting, on_change),
            autocomplete="off",
        )
        if says_what_it_read:
            say_what_was_read(setting, on_change)
    return value


def take_typed(setting: Setting[Any]) -> bool:
    """Read a field now, for a button whose click may come before the field's change; True if read.

    An empty field leaves the setting as it is.
    """
    _take(setting, None)
    return not is_refused(setting.name)


def is_refused(name: str) -> bool:
    """Tell whether what stands in the field of a setting was not taken."""
    state = st.session_state
    stands = typed_key(name) in state and state.get(f"{name}_read") == state.get(name)
    return stands and f"{name}_refused" in state


def short(value: float) -> str:
    """Return a number as a field shows it: rounded, where it has many digits.

    >>> short(1.2946154737017588), short(256), short(1e-8)
    ('1.29462', '256', '1e-08')
    """
    return str(value) if isinstance(value, int) else f"{value:.{_DIGITS}g}"


def _show(name: str, value: float | None) -> None:
    """Put a number into a field."""
    st.session_state[typed_key(name)] = "" if value is None else short(value)
    st.session_state[f"{name}_read"] = value
    st.session_state.pop(f"{name}_refused", None)


def _take(setting: Setting[Any], then: Callable[[], None] | None) -> None:
    """Take the number that was typed; an emptied field goes back to what it was."""
    name = setting.name
    text = st.session_state.get(typed_key(name), "")
    value = st.session_state.get(name, setting.default)
    if not text.strip():
        _show(name, value)
        return
    if text == ("" if value is None else short(value)):  # rounded, and not changed
        st.session_state.pop(f"{name}_refused", None)
        return
    try:
        _set(setting, _read(setting, text), then)
    except (NotARow, _Outside) as problem:
        st.session_state[f"{name}_refused"] = problem


def _set(setting: Setting[Any], value: float, then: Callable[[], None] | None) -> None:
    st.session_state[setting.name] = st.session_state[f"{setting.name}_read"] = value
    st.session_state.pop(f"{setting.name}_refused", None)
    if then:
        then()


def _read(setting: Setting[Any], text: str) -> float:
    """Return the number in a text if the setting takes it.

    Raises:
        NotARow: it is not one number, or could be two that the setting takes.
        _Outside: the setting takes other numbers.
    """
    try:
        return _fitting(setting, read_number(text))
    except NotARow as problem:
        fitting = []
        for row in problem.choices:
            with suppress(_Outside):
                fitting.append((_fitting(setting, row.numbers[0]), row))
        is_whole = isinstance(setting.default, int)
        if len(fitting) == 1 or (fitting and is_whole):  # no whole number has decimals
            return fitting[-1][0]
        if problem.choices and not fitting:
            raise _Outside(text) from problem
        raise


def _fitting(setting: Setting[Any], number: float) -> float:
    try:
        taken: float = setting.parse(_as_written(setting, number))
    except (ValueError, OverflowError) as error:
        raise _Outside(number) from error
    return taken


def _as_written(setting: Setting[Any], number: float) -> str:
    is_whole = isinstance(setting.default, int) and number.is_integer()
    return str(int(number)) if is_whole else written(number)


def say_what_was_read(setting: Setting[Any], then: Callable[[], None] | None = None) -> None:
    """Say what was read of a text that is no plain number, or why nothing was."""
    name = setting.name
    text, value = st.session_state[typed_key(name)], st.session_state.get(name)
    problem = st.session_state.get(f"{name}_refused")
    if problem is None:
        plain = text.replace("−", "-").strip()
        with suppress(ValueError):
            if float(plain) == value:
                return
        if value is not None and plain != short(value):
            st.caption(_("Read as {taken}.", taken=quoted(short(value))))
        return
    st.markdown(f":red[:material/error:] :small[{_why(setting, text, problem)}]")
    choices = problem.choices if isinstance(problem, NotARow) else ()
    for k, row in enumerate(choices):
        number = _fitting(setting, row.numbers[0])
        st.button(
            quoted(as_text(row.numbers)),
            key=f"{name}_choice_{k}",
            on_click=_choose,
            args=(setting, number, then),
        )


def _choose(setting: Setting[Any], number: float, then: Callable[[], None] | None) -> None:
    """Take the reading that a person chose."""
    _show(setting.name, number)
    _set(setting, number, then)


def _why(setting: Setting[Any], text: str, problem: NotARow | _Outside) -> str:
    """Say why a text is no number for this field."""
    value = quoted(text)
    if isinstance(problem, _Outside) and problem.args[0] == -math.inf:
        return _(
            "{value} is not finite; here it must be {allowed}, for it is written out in formulas. "
            "In the playground a logit may be -inf: it masks its class.",
            value=value,
            allowed=setting.allowed(),
        )
    if isinstance(problem, _Outside):
        return _(
            "{value} does not work here: it must be {allowed}.",
            value=value,
            allowed=setting.allowed(),
        )
    match problem.reason:
        case "readings":
            return _("{value} can be read in two ways. Which one is meant?", value=value)
        case "abbreviated":
            return _("{value} is cut off. Write the number out.", value=value)
    return _(
        "{value} is not a number. Write one such as 0.5, 1/2, 50%, 1e-3 or ln 10.", value=value
    )
