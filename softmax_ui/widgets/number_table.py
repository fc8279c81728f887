"""A small table of numbers that a screen reader can walk through."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Final

import streamlit as st

_STYLE: Final = """<style>
.numbers { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%;
  font-size: 0.9rem; }
.numbers caption { text-align: left; font-size: 0.85rem; opacity: 0.75; padding-bottom: 0.3rem; }
.numbers th, .numbers td { padding: 0.2rem 0 0.2rem 0.9rem; text-align: right; border: 0;
  border-bottom: 1px solid var(--st-border-color); font-weight: 400; }
.numbers th:first-child { text-align: left; padding-left: 0; }
.numbers thead th { opacity: 0.75; font-size: 0.85rem; }
.numbers td { white-space: nowrap; }
.numbers th { word-break: keep-all; } /* no Chinese name in a column of single characters */
@media (max-width: 40rem) {
  .numbers th, .numbers td { padding-left: 0.45rem; }
}
.numbers tr.strong th, .numbers tr.strong td { font-weight: 650; }
.numbers-frame { overflow-x: auto; }
</style>"""


def number_table(
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    strong: Sequence[int] = (),
) -> None:
    """Draw a table of plain text, not markup; its first column names the rows.

    `strong` has the positions of the rows in bold.
    """
    head = "".join(f"<th scope='col'>{html.escape(text)}</th>" for text in heads)
    body = "".join(
        f"<tr{' class=strong' if index in strong else ''}><th scope='row'>{html.escape(row[0])}"
        "</th>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row[1:]) + "</tr>"
        for index, row in enumerate(rows)
    )
    st.html(
        f'{_STYLE}<div class="numbers-frame"><table class="numbers">'
        f"<caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )
