"""What stands under the board: its numbers as a table, and the Python that prints them.

Only the open tab is drawn: code is coloured in the browser, and that would delay each answer.
"""

from __future__ import annotations

import streamlit as st

from softmax_core.runs.spreadsheet import cell, rows_writer
from softmax_ui.components.logit_board import BoardValue
from softmax_ui.screens.playground.numbers import (
    BoardNumbers,
    board_columns,
    board_numbers,
    our_snippet,
    printed,
    six_digits,
    torch_snippet,
)
from softmax_ui.text import _
from softmax_ui.widgets.number_table import number_table


def board_below(value: BoardValue) -> None:
    """Draw the table with its download, or one of the two snippets."""
    numbers = board_numbers(value)
    in_table, in_core, in_torch = st.tabs(
        [_("Numbers"), "softmax_core", "torch"], key="board_tab", on_change="rerun"
    )
    if in_table.open:
        with in_table:
            _table(value, numbers)
    for place, snippet in ((in_core, our_snippet), (in_torch, torch_snippet)):
        if place.open:
            with place:
                st.code(snippet(value), language="python")
                st.caption(_("It prints:"))
                st.code(printed(value, numbers), language=None)


def _table(value: BoardValue, numbers: BoardNumbers) -> None:
    """Draw the numbers, rounded for the eye, and offer them with all digits."""
    columns = board_columns(value, numbers)
    rows = list(zip(*columns.values(), strict=True))
    number_table(
        _("What softmax_core says about this board, in double precision."),
        list(columns),
        [[six_digits(cell) for cell in row] for row in rows],
    )
    st.download_button(
        _("Download as CSV"),
        lambda: as_csv(list(columns), rows),  # only when it is asked for
        file_name="softmax.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="board_csv",
    )


def as_csv(heads: list[str], rows: list[tuple[object, ...]]) -> bytes:
    r"""Return a table as CSV in UTF-8; each float reads back as the same float.

    It begins with a byte-order mark: without one, spreadsheets read Chinese names as Latin letters.

    >>> as_csv(["class", "p"], [("=a,b", 0.1)])
    b'\xef\xbb\xbf"class","p"\r\n"\'=a,b","0.1"\r\n'
    """
    out, writer = rows_writer(*heads, line_end="\r\n")
    writer.writerows([cell(c) if isinstance(c, str) else c for c in row] for row in rows)
    return out.getvalue().encode("utf-8")
