"""CSV that a spreadsheet reads as what it is: no text in it becomes a formula or another cell."""

from __future__ import annotations

import csv
import io
import re
from typing import Any, Final

# At a cell's beginning, as spreadsheets of East Asia write them too; where a semicolon or a tab
# separates the cells, a cell also begins inside of a text.
_FORMULA: Final = re.compile(r"(^|[;,|\t\r\n\"])(\s*)(?=[=+\-@＝＋－＠])")


def cell(text: str) -> str:
    r"""Return a person's text so that a spreadsheet evaluates nothing of it.

    An apostrophe before it is what spreadsheets take for "this is text".

    >>> cell("=1+1"), cell("x;=1+1"), cell("a-b")
    ("'=1+1", "x;'=1+1", 'a-b')
    >>> cell("\t=1"), cell("\r=1")
    ("\t'=1", " '=1")
    """
    return _FORMULA.sub(r"\1\2'", text).replace("\r", " ")


def rows_writer(*heads: str, line_end: str = "\n") -> tuple[io.StringIO, Any]:
    """Return a text to write rows into, with its heads, and the writer; every field is quoted."""
    out = io.StringIO(newline="")
    out.write("\ufeff")  # without this mark spreadsheets read Chinese names as Latin letters
    writer = csv.writer(out, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerow(heads)
    return out, writer
