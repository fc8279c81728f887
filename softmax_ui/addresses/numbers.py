"""A row of numbers in any form that people type or copy: from a sheet, a notebook, a log."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from softmax_ui.addresses.arithmetic import FUNCTIONS, value_of
from softmax_ui.addresses.state import Setting, shown, whole, written
from softmax_ui.components.logit_board.value import FEWEST, LARGEST_LOGIT, MOST
from softmax_ui.text import _

Reason = Literal[
    "nothing", "words", "abbreviated", "not_finite", "too_large", "too_few", "too_many",
    "rows", "readings",
]  # fmt: skip

_LONGEST: Final = 4_000


@dataclass(frozen=True, slots=True)
class Row:
    """A row of numbers, and what its entries are called where the text says so."""

    numbers: tuple[float, ...]
    names: tuple[str, ...] = ()


class NotARow(ValueError):
    """The text is not one row of finite numbers, few enough and small enough.

    Attributes:
        reason: which of the things that can be wrong it is.
        value: the piece of the text that it is about, or how many numbers there are.
        limit: how many numbers, or how large ones, are taken.
        choices: what the person may have meant, where the text can be read in several ways.
    """

    def __init__(
        self, reason: Reason, value: str = "", limit: float = 0, choices: tuple[Row, ...] = ()
    ) -> None:
        """Keep what a sentence in the reader's language has to say."""
        super().__init__(f"{reason}: {value!r}")
        self.reason = reason
        self.value = value
        self.limit = limit
        self.choices = choices


_ASCII: Final = str.maketrans(
    # What an input method for Chinese types: digits and signs as wide as its characters.
    {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys(map(ord, "\u2212\u2013\u2012\ufe63"), "-")
    | dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000"), " ")
    | dict.fromkeys(map(ord, "\u200b\u2060\ufeff"), "")
    | {ord("、"): ",", ord("×"): "*", ord("·"): "*", ord("’"): "'", ord("…"): "..."}
)
_LATEX: Final = (
    (r"\\(?:begin|end)\{\w+\}(?:\{[^}]*\})?|\\(?:left|right|q?quad|[,;:!()\[\]])", " "),
    (r"\$|\^\{?\\top\}?", " "),
    (r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2"),
    (r"(\^|\\sqrt)\{([^{}]*)\}", r"\1(\2)"),
    (r"\\(?:cdot|times)", "*"),
    (r"\\infty", "inf"),
    (r"\\\\", "\n"),
    (r"&", "\t"),
    (r"\\(?=[a-z])", ""),
)
# What prints have around their numbers: calls, keywords, the last line of a pandas series.
_WRAPPING: Final = (
    (r"\bfloat\(\s*(['\"])([+-]?(?:inf|nan)\w*)\1\s*\)", r"\2"),
    (r"<tf\.[^>]*?\bnumpy\s*=|(?<=[)\]])\s*>|\bParameter containing:", " "),
    (
        r"\b(?:dtype|device|requires_grad|grad_fn|shape|weak_type|Name|Length)\s*[=:]\s*"
        r"(?:<[^>]*>|'[^']*'|\([^)]*\)|[\w.:]+)",
        " ",
    ),
    (r"\b(?:torch|numpy|np|jnp|tf|math)\.", ""),
    (r"(?m)^\s*[*•]\s+", ""),
    (r"(?m)^\s*(\d+)\)\s", r"\1. "),
    (r",\s*\n", ", "),
    (r"(?i)\b(?:tensor|array|parameter|series|list|c|u?int\d*|b?float\d*)\s*(?=[(\[])", " "),
)
_FUNCTION: Final = rf"\b(?:{'|'.join(FUNCTIONS)})"
_GLUE: Final = (
    (r" *(\*\*|[*/^]) *", r"\1"),
    (rf"({_FUNCTION}) +([\d.]+|e\b|pi\b|π)", r"\1(\2)"),
    (r"(?<=[\d.]) +%", "%"),
)
# "logits = ", "o: ", ">>> o = ", {"logits": in front of a bracket.
_LABEL: Final = re.compile(
    r"""\A(?:>>>\s*)?(?:\[\s*(['"])[^'"\n]*\1\s*:\s*(?=\[)|[^\W\d][\w.]*\s*(?:=(?!=)|:))\s*"""
)
_PAIR: Final = re.compile(
    r"""\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^\W\d][^:=,;\n"'\[\]]*?)|\d+)\s*[:=]\s*"""
    r"""([^,;:=\n\[\]]+?)\s*(?:[,;\n]|\Z)"""
)
_THOUSANDS: Final = re.compile(r"[+-]?[1-9]\d{0,2}([,' ])\d{3}(?:\1\d{3})*(?:\.\d+)?")
_DECIMAL_COMMA: Final = re.compile(
    r"[+-]?(?:[1-9]\d{0,2}([.' ])\d{3}(?:\1\d{3})*|\d+)(?:,\d+)?(?:[eE][+-]?\d+)?"
)

Cells = list[tuple[str, float]]
"""What is written, cut to a length, and the number that it stands for."""


def read_row(text: str, *, most: int = MOST, largest: float = LARGEST_LOGIT) -> Row:
    r"""Return the row of numbers in a text; every place where a person gives one reads it so.

    Numbers may be separated by commas, semicolons, spaces, tabs or lines, stand in brackets, be
    JSON, LaTeX, or what numpy, torch, pandas, R print; each may be written as `arithmetic` reads
    it. A column is a row, its index is left out, and its names are kept. Tabs and semicolons make
    a comma a decimal mark or one between thousands.

    Args:
        text: what was typed or pasted, at most 4,000 characters.
        most: how many numbers are taken.
        largest: how large they may be, with either sign.

    Returns:
        2 to `most` finite floats.

    Raises:
        NotARow: there is something else in the text, too few or too many numbers, or several rows
            or readings to choose from.

    >>> read_row("tensor([ 1.2000, -0.5000,  3.0000], device='cuda:0')").numbers
    (1.2, -0.5, 3.0)
    >>> read_row("cat  2\ndog  1/2")
    Row(numbers=(2.0, 0.5), names=('cat', 'dog'))
    """
    plain = text.translate(_ASCII).strip()
    if not plain:
        raise NotARow("nothing")
    if len(plain) > _LONGEST:
        raise NotARow("too_many", f"{plain[:40]}…", most)
    if "..." in plain:
        raise NotARow("abbreviated", "...")
    reason, found = _found(_unwrapped(plain))
    rows: dict[tuple[float, ...], Row] = {}
    problems = []
    for cells, names in found:
        if problem := _problem(cells, most, largest):
            problems.append(problem)
        else:
            numbers = tuple(number for _word, number in cells)
            row = Row(numbers, names if len(names) == len(numbers) else ())
            rows.setdefault(row.numbers, row)
    if not rows:
        raise problems[0]
    if len(rows) > 1 or (reason == "rows" and problems):
        raise NotARow(reason, str(len(found)), choices=tuple(rows.values()))
    return next(iter(rows.values()))


def _problem(cells: Cells, most: int, largest: float) -> NotARow | None:
    """Return what keeps a row from being taken."""
    if len(cells) < FEWEST:
        return NotARow("too_few", str(len(cells)), FEWEST)
    if len(cells) > most:
        return NotARow("too_many", str(len(cells)), most)
    for word, number in cells:
        if not math.isfinite(number) and not any(map(str.isdigit, word)):
            return NotARow("not_finite", word, largest)
        if not abs(number) <= largest:
            return NotARow("too_large", word, largest)
    return None


def _unwrapped(text: str) -> str:
    """Return the text with [ ] around rows and ( ) in arithmetic, and without what is neither."""
    if "\\" in text or re.search(r"\d\s*&", text):
        text = _rewritten(text, _LATEX).strip()
    if re.match(r"\[1\]\s", text):  # R numbers the first entry of each line
        text = re.sub(r"(?m)^\s*\[\d+\]\s|\n", " ", text)
    text = _rewritten(text, _WRAPPING)
    written_: list[str] = []
    within: list[bool] = []  # whether each bracket that is open is one of arithmetic
    for sign in text:
        if sign in "([{":
            before = "".join(written_[-8:])
            sums = any(within) or re.search(rf"(?:{_FUNCTION}|[*/^])\s*\Z", before) is not None
            within.append(sign == "(" and sums)
            written_.append("(" if within[-1] else "[")
        elif sign in ")]}":
            written_.append(")" if within and within.pop() else "]")
        elif not (sign.isspace() and any(within)):
            written_.append(sign)
    return _rewritten("".join(written_), _GLUE).strip()


def _rewritten(text: str, rules: Sequence[tuple[str, str]]) -> str:
    for pattern, instead in rules:
        text = re.sub(pattern, instead, text)
    return text


def _found(text: str) -> tuple[Reason, list[tuple[Cells, tuple[str, ...]]]]:
    """Return the rows of a text, or the ways in which its row can be read, and which of the two."""
    if pairs := _pairs(text):
        return "readings", [pairs]
    text = _LABEL.sub("", text)
    outside = text
    while (less := re.sub(r"\[[^\[\]]*\]", " ", outside)) != outside:
        outside = less
    groups = re.findall(r"\[([^\[\]]*)\]", text)
    if not groups or re.search(r"[^\s,;|\[\]]", outside):
        return _from_lines(re.sub(r"[\[\]]", " ", text))
    if len(groups) == 1 and ";" in groups[0]:
        parts = groups[0].split(";")
        if len({len(_words(part)) for part in parts}) > 1 or "," in groups[0].replace(", ", ""):
            return "readings", [(cells, ()) for cells in _readings(groups[0])]
        groups = parts
    rows = [[_cell(word) for word in _words(group)] for group in groups]
    if len(rows) > 1 and any(len(row) > 1 for row in rows):
        return "rows", [(row, ()) for row in rows]
    return "readings", [([cell for row in rows for cell in row], ())]


def _pairs(text: str) -> tuple[Cells, tuple[str, ...]] | None:
    """Return what a dictionary or `name: number` pairs hold; None for any other text."""
    inside, end = text.strip("[] \n"), 0
    names: list[str] = []
    cells: Cells = []
    while end < len(inside):
        pair = _PAIR.match(inside, end)
        if pair is None or value_of(pair[4]) is None:
            return None
        names.append(pair[1] or pair[2] or pair[3] or "")
        cells.append(_cell(pair[4]))
        end = pair.end()
    return (cells, tuple(names) if all(names) else ()) if cells else None


def _from_lines(text: str) -> tuple[Reason, list[tuple[Cells, tuple[str, ...]]]]:
    """Return the rows of a text without brackets: a line, a column with or without labels, rows."""
    lines = [line.strip(" |") for line in text.splitlines() if re.search(r"[^\W_]|[∞π]", line)]
    if len(lines) < 2:
        return "readings", [(cells, ()) for cells in _readings(lines[0] if lines else "")]
    if (names := _names(lines[0])) and not _names(lines[1]):
        reason, below = _from_lines("\n".join(lines[1:]))
        indexed = len(names) > 1 and all(len(cells) == len(names) + 1 for cells, _names in below)
        return reason, [(cells[1:] if indexed else cells, names) for cells, _names in below]
    labels, gaps, last = zip(*map(_labelled, lines), strict=True)
    if not any(labels):  # one number a line; or rows, where each comma separates
        found = _readings("\t".join(lines))
        if all("," in line for line in lines):
            found += [[_cell(word) for word in _words(line)] for line in lines]
        return "readings", [(cells, ()) for cells in found]
    if all(map(_is_name, labels, gaps, last)):
        return "readings", [(cells, labels) for cells in _readings("\t".join(last))]
    rows = []
    index = [value_of(re.sub(r"[.:]\Z", "", label)) for label in labels]
    if index in ([*range(len(lines))], [*range(1, len(lines) + 1)]):
        rows = _readings("\t".join(last))
        if len(lines) > 2 or labels[0].endswith("."):
            return "readings", [(cells, ()) for cells in rows]
    rows += [cells for line in lines for cells in _readings(line)]
    return "rows", [(cells, ()) for cells in rows]


def _labelled(line: str) -> tuple[str, str, str]:
    """Return what stands before a line's last number, the gap between the two, and the number."""
    line = line.strip()
    one = _DECIMAL_COMMA.fullmatch(line) or _THOUSANDS.fullmatch(line)
    parts = None if one else re.fullmatch(r"(.*?\S)(\s*[\t:=,;|]\s*|\s+)(\S+)", line)
    return (parts[1], parts[2], parts[3]) if parts else ("", "", line)


def _is_name(label: str, gap: str, last: str) -> bool:
    """Tell a name before a number from a row of numbers; in "class 1 2" it could be either."""
    if not re.search(r"[^\W\d_]", label) or re.search(r"[\t,;|]|\s\s", label):
        return False
    numbered = value_of(label.split()[-1]) is not None
    return not (numbered and gap == " ") and not ("," in gap and "," in last)


def _names(line: str) -> tuple[str, ...]:
    """Return the names that a line without a number in it consists of, or none."""
    words = re.split(r"[\t,;|]" if re.search(r"[\t,;|]", line) else r"\s+", line.strip())
    names = tuple(word.strip(" \"'") for word in words)
    return names if all(name and value_of(name) is None for name in names) else ()


def _readings(line: str) -> list[Cells]:
    """Return the ways in which a line of numbers can be read, at least one.

    A comma separates, or is a decimal mark, or one between thousands; with tabs, semicolons or
    bars between the cells it separates nothing.
    """
    firm, inner = re.search(r"[\t;|]", line), re.search(r"\d,\d", line)
    blank = line.split()
    found: list[Cells] = []
    refused: NotARow | None = None
    everywhere = len(blank) > 1 and all(re.search(r"\d,\d+\Z", word) for word in blank)
    if not (inner and (firm or everywhere)):
        try:
            found.append([_cell(word) for word in _words(line)])
        except NotARow as error:
            refused = error
    if inner or firm:
        cells = [cell.strip() for cell in re.split(r"[\t;|]" if firm else r",?\s+", line)]
        for decimal in (",", ".") if inner else (".",):
            numbers = [(cell[:40], _marked(cell, decimal)) for cell in cells if cell]
            row = [(cell, number) for cell, number in numbers if number is not None]
            if len(row) == len(numbers):
                found.append(row)
            elif not found:
                word = next(cell for cell, number in numbers if number is None)
                refused = refused or NotARow("words", word)
    if not found and refused:
        raise refused
    return found


def _marked(cell: str, decimal: str) -> float | None:
    """Return the number of a cell with this decimal mark and perhaps one between thousands."""
    if decimal == ",":
        if _DECIMAL_COMMA.fullmatch(cell):
            return float(re.sub(r"[.' ]", "", cell).replace(",", "."))
        return None if {",", "."} & set(cell) else value_of(cell)
    return float(re.sub("[,' ]", "", cell)) if _THOUSANDS.fullmatch(cell) else value_of(cell)


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,;|]+", text) if word]


def _cell(word: str) -> tuple[str, float]:
    value = None if re.match(r"[+-]?0\d", word) else value_of(word)
    if value is None:
        raise NotARow("words", word[:40])
    return word[:40], value


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


def logits_text(name: str, default: str, *, largest: float, most: int) -> Setting[str]:
    """A row of 2 to `most` numbers from -largest to largest, in a field that takes any form.

    >>> logits_text("logits", "1, 0", largest=10, most=3).parse("tensor([2., -1.5])")
    '2, -1.5'
    """
    return Setting(
        name,
        default,
        lambda text: as_text(read_row(text, most=most, largest=largest).numbers),
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
