"""What stands under the board: its numbers as a table, and the Python that prints them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from softmax_ui.components.logit_board import BoardValue
from softmax_ui.controls.board_numbers import (
    board_numbers,
    board_table,
    our_snippet,
    printed,
    torch_snippet,
)
from softmax_ui.text import _


def board_below(value: BoardValue) -> None:
    """Draw the table, its download and the two snippets."""
    numbers = board_numbers(value)
    table = board_table(value, numbers)
    in_table, in_core, in_torch = st.tabs([_("Numbers"), "softmax_core", "torch"])
    with in_table:
        st.dataframe(table, hide_index=True, width="stretch", column_config=_formats(table))
        st.download_button(
            _("Download as CSV"),
            lambda: table.to_csv(index=False).encode("utf-8"),  # only when it is asked for
            file_name="softmax.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="board_csv",
        )
    for place, snippet in ((in_core, our_snippet(value)), (in_torch, torch_snippet(value))):
        with place:
            st.code(snippet, language="python")
            st.caption(_("It prints:"))
            st.code(printed(value, numbers), language=None)


def _formats(table: pd.DataFrame) -> dict[str, Any]:
    """Show six decimals of each float; the download has them all."""
    floats = table.select_dtypes("float64").columns
    return {name: st.column_config.NumberColumn(format="%.6f") for name in floats}
