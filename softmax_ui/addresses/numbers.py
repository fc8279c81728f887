"""A row of numbers in any form that people type or copy: from a sheet, a notebook, a log."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from softmax_ui.addresses.arithmetic import value_of
from softmax_ui.addresses.literals import in_brackets, unwrapped
from softmax_ui.addresses.row import Cell, NotARow, Reason, Row
from softmax_ui.addresses.spelling import plain
from softmax_ui.addresses.state import Setting, shown, whole, written
from softmax_ui.addresses.tables import in_lines, ways_to_mark
from softmax_ui.components.logit_board.value import FEWEST, LARGEST_LOGIT, MOST
from softmax_ui.text import _

__all__ = [
    "NotARow",
    "Reason",
    "Row",
    "as_text",
    "bare_number",
    "logits_text",
    "read_number",
    "read_row",
    "row_of",
    "target_outside",
]

_LONGEST: Final = 4_000


def read_row(
    text: str, *, most: int = MOST, largest: float = LARGEST_LOGIT, masks: bool = False
) -> Row:
    r"""Return the row of numbers in a text; every place where a person gives one reads it so.

    Numbers may be separated by commas, semicolons, spaces, tabs or lines, stand in brackets, be
    JSON, LaTeX, or what numpy, torch, pandas, R print; each may be written as `arithmetic` reads
    it. A column is a row, its index is left out, and its names are kept. Tabs and semicolons make
    a comma a decimal mark or one between thousands.

    Args:
        text: what was typed or pasted, at most 4,000 characters.
        most: how many numbers are taken.
        largest: how large they may be, with either sign.
        masks: whether -inf is taken, beside at least one finite number.

    Returns:
        2 to `most` floats.

    Raises:
        NotARow: there is something else in the text, too few or too many numbers, or several rows
            or readings to choose from.

    >>> read_row("tensor([ 1.2000, -0.5000,  3.0000], device='cuda:0')").numbers
    (1.2, -0.5, 3.0)
    >>> read_row("cat  2\ndog  1/2")
    Row(numbers=(2.0, 0.5), names=('cat', 'dog'))
    """
    if not text.strip():
        raise NotARow("nothing")
    if len(text) > _LONGEST:
        raise NotARow("too_many", f"{text.strip()[:40]}…", most)
    bare = unwrapped(plain(text))
    if len(bare) > _LONGEST:  # fractions of one sign are spelt out
        raise NotARow("too_many", f"{bare[:40]}…", most)
    if "..." in bare:
        raise NotARow("abbreviated", "...")
    is_one, found = in_brackets(bare) or in_lines(bare)
    rows: dict[tuple[float, ...], Row] = {}
    problems = []
    for one in found:
        if problem := _problem(one.cells, most, largest, masks):
            problems.append(problem)
        else:
            numbers = tuple(number for _word, number in one.cells)
            row = Row(numbers, one.names if len(one.names) == len(numbers) else ())
            rows.setdefault(row.numbers, row)
    if not rows:
        raise problems[0]
    if len(rows) > 1 or (not is_one and problems):
        raise NotARow(
            "readings" if is_one else "rows", str(len(found)), choices=tuple(rows.values())
        )
    return next(iter(rows.values()))


def _problem(cells: Sequence[Cell], most: int, largest: float, masks: bool) -> NotARow | None:
    """Return what keeps a row from being taken."""
    if len(cells) < FEWEST:
        return NotARow("too_few", str(len(cells)), FEWEST)
    if len(cells) > most:
        return NotARow("too_many", str(len(cells)), most)
    for word, number in cells:
        is_written_out = not math.isfinite(number) and not any(map(str.isdigit, word))
        if is_written_out and not (masks and number == -math.inf):
            return NotARow("not_finite", word, largest)
        if not is_written_out and not abs(number) <= largest:
            return NotARow("too_large", word, largest)
    if not any(math.isfinite(number) for _word, number in cells):
        return NotARow("masked", cells[0][0])
    return None


def as_text(row: Sequence[float]) -> str:
    """Return a row as a person types it; it reads back as the same numbers.

    >>> as_text((2.0, 1.0, 0.1))
    '2, 1, 0.1'
    """
    return ", ".join(map(written, row))


def row_of(text: str) -> tuple[float, ...]:
    """Return the numbers of a row that `as_text` wrote.

    >>> row_of("2, 1, 0.1")
    (2.0, 1.0, 0.1)
    """
    return tuple(map(float, text.split(",")))


def logits_text(
    name: str, default: str, *, largest: float, most: int, masks: bool = False
) -> Setting[str]:
    """A row of 2 to `most` numbers from -largest to largest, in a field that takes any form.

    >>> logits_text("logits", "1, 0", largest=10, most=3).parse("tensor([2., -1.5])")
    '2, -1.5'
    """

    @lru_cache(maxsize=32)  # in each run a page asks for its settings again and again
    def parse(text: str) -> str:
        return as_text(read_row(text, most=most, largest=largest, masks=masks).numbers)

    return Setting(
        name,
        default,
        parse,
        str,
        lambda: _(
            "2 to {most} numbers from {low} to {high}, separated by commas",
            most=most,
            low=shown(-largest),
            high=shown(largest),
        ),
    )


def target_outside(values: Mapping[str, Any]) -> dict[str, str]:
    """Return what the target may be where it is none of the classes that the logits have.

    >>> target_outside({"logits": "2, 1, 0", "target": 2})
    {}
    >>> target_outside({"logits": "2, 1, 0", "target": 3})
    {'target': 'a whole number from 0 to 2'}
    """
    last = len(row_of(values["logits"])) - 1
    return {} if values["target"] <= last else {"target": whole("target", 0, 0, last).allowed()}


def read_number(text: str) -> float:
    """Return the one number in a text, in any form that `read_row` takes for one of a row.

    Here a comma can only be a mark within the number, and a blank one between thousands; 1-2 is a
    difference.

    Raises:
        NotARow: there is something else in the text, or 1,000 could be 1 or 1000.

    >>> read_number("0,5"), read_number("-1/8"), read_number("1 234,5"), read_number("1 - 1/4")
    (0.5, -0.125, 1234.5, 0.75)
    """
    if not text.strip():
        raise NotARow("nothing")
    bare = bare_number(text)
    if "..." in text or "…" in text:
        raise NotARow("abbreviated", "...")
    mixed = re.fullmatch(r"([+-]?)(\d+) (\d+/\d+)", bare)
    bare = f"{mixed[1]}({mixed[2]}+{mixed[3]})" if mixed else bare
    joined = re.sub(r"(?<=[\w.)%π]) ?([+-]) ?(?=[\w.(√π])|\A([+-]) +", r"\1\2", bare)
    numbers = dict.fromkeys((*ways_to_mark(bare), value_of(joined, sums=True)))
    numbers.pop(None, None)
    if not numbers and (held := in_brackets(bare)) and len(held[1]) == 1:
        numbers = dict.fromkeys(value for _word, value in held[1][0].cells)
    if len(numbers) > 1:
        choices = tuple(Row((number,)) for number in numbers if number is not None)
        raise NotARow("readings", bare[:40], choices=choices)
    for number in numbers:
        if number is not None:
            return number + 0.0
    raise NotARow("words", text.strip()[:40])


def bare_number(text: str) -> str:
    """Return the text of one number in the signs of ASCII, without its name and the full stop.

    >>> bare_number("p ≈ ０．５０."), bare_number("−2.5×10⁻¹")
    ('0.50', '-2.5*10^(-1)')
    """
    bare = unwrapped(plain(text[:_LONGEST]))
    return re.sub(r"\A(?:[^\W\d]\w*\s*)?[=≈]\s*", "", bare).rstrip(".;,")
