"""Numbers in lines: a row, a column with or without an index or names, a sheet, R's prints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from softmax_ui.addresses.row import Cell, Found, NotARow, cell, number_in

_ENDING: Final = r"(?: ?[%‰])?"
_THOUSANDS: Final = re.compile(
    r"[+-]?[1-9]\d{0,2}([,' ])\d{3}(?:\1\d{3})*(?:\.\d+)?" + _ENDING
    + r"|[+-]?[1-9]\d?(?:,\d\d)+,\d{3}(?:\.\d+)?" + _ENDING
)  # fmt: skip
_DECIMAL_COMMA: Final = re.compile(
    r"[+-]?(?:[1-9]\d{0,2}([.' ])\d{3}(?:\1\d{3})*|\d+)(?:,\d+)?(?:[eE][+-]?\d+)?" + _ENDING
)
# The lines under a Series or a torch tensor of old that say what it is.
_ABOUT: Final = re.compile(
    r"(?m)^[ \t]*(?:(?:Name|Length|dtype|Freq|Categories)\s*:.*|\[torch\.\w+ .*\]|# A tibble.*|"
    r"(?:<\w{3}>\s*)+)$"
)
_ORDINAL: Final = re.compile(r"\s*(?:\((\d+)\)|\[(\d+)\]|#(\d+)[.:)]?|(\d+)[.):])[ \t]+(?=\S)")
_BULLET: Final = re.compile(r"(?m)^[ \t]*[*•][ \t]+")
_LABEL: Final = re.compile(r"\A(?:>>>\s*)?[^\W\d][\w.]*\s*(?:<-|:=|=(?!=)|:)\s*(?=[-+\d.√]|\n)")
_PAIR: Final = re.compile(
    r"\s*(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\W\d][^:=,;\n\"'\[\]]*?)(?:\[\d+\])?|(\d+))"
    r"(\s*(?:[:=]>?|<-)\s*|[ \t]+(?=[-+.\d(]))"
    r"(\d*,\d+(?=\s*(?:;|\n|\Z))|[^,;:=\n\[\]]+?)(?:\s*(?:[,;\n]|\Z)|\s+(?=[^\W\d]))"
)
_GAP: Final = re.compile(r"(.*?\S)(\s-\s+|\s*(?:=>|->|[\t:=,;|])\s*|\s+)(\S+)")


def in_lines(text: str) -> tuple[bool, list[Found]]:
    """Return the rows in the lines of a text.

    Returns:
        Whether the rows are ways to read one and the same, and the rows.

    Raises:
        NotARow: there is a word where a number should be.
    """
    if not re.search(r"[\[({]", text):  # what was copied without its beginning
        text = re.sub(r"[\])}]+\s*\Z", "", text)
    is_series = _ABOUT.search(text) is not None
    text = re.sub(r"\A\s*(?:num|int|dbl)\s*\[1:\d+\]", "", re.sub(r",[ \t]*\n", ", ", text))
    text = _without_r(_ABOUT.sub("", text))
    text = _BULLET.sub("", _unquoted(text)).strip("\n")
    if factor := re.match(r"\s*([\d.e+-]+)\s*\*\s*\n", text):  # Matlab takes a power of ten out
        by = cell(factor[1])[1]
        ways, rows = in_lines(text[factor.end() :])
        return ways, [Found([(w, by * v) for w, v in row.cells], row.names) for row in rows]
    if pairs := _pairs(text):
        return True, [pairs]
    if len(re.findall(r"(?m)^\s*[^\W\d][^=:\n]*[=:]", text)) == 1:
        text = _LABEL.sub("", text)
    lines = [line.strip(" |") for line in text.splitlines() if re.search(r"[^\W_]|[∞π]", line)]
    lines = _without_ordinals(lines)
    if len(lines) < 2:
        return True, [Found(cells) for cells in readings(lines[0] if lines else "")]
    if lines[0].startswith("- ") and all(line.startswith("- ") for line in lines):
        dashes = [re.sub(r"\A- +", "-", line) for line in lines]
        plain = [line[2:].strip() for line in lines]
        both = [_column(one) for one in (plain, dashes)]
        return True, [row for _ways, rows in both for row in rows]
    if (names := _names(lines[0])) and not _names(lines[1]):
        return _under(names, lines[1:], is_series)
    if below := _below_numbers(lines):
        return below
    return _column(lines, is_series)


def _under(
    names: tuple[str, ...], lines: Sequence[str], is_series: bool
) -> tuple[bool, list[Found]]:
    """Return the rows under a line of names, without their index; one name is a column's own."""
    if len(names) == 1:
        return _column(lines, True) if len(lines) > 1 or is_series else in_lines(lines[0])
    table = [_cells(line) for line in lines]
    width = len(table[0])
    if any(len(row) != width for row in table) or not 0 <= width - len(names) <= 1:
        raise NotARow("words", names[0][:40])
    heads = () if any(_alone(row[0]) is not None for row in table) else [row[0] for row in table]
    if heads and width == len(names):  # the first column holds names, each other one is a row
        columns = list(zip(*(_numbers(row[1:]) for row in table), strict=True))
        return len(columns) == 1, [Found(column, tuple(heads)) for column in columns]
    index = width - len(names)
    rows = [Found(_numbers(row[index:]), names) for row in table]
    return len(rows) == 1, rows


def _cells(line: str) -> list[str]:
    """Return what stands between tabs, semicolons or bars, else commas, else blanks."""
    between = next((mark for mark in (r"[\t;|]", ",") if re.search(mark, line)), None)
    parts = re.split(between, line) if between else line.split()
    return [part.strip() for part in parts if part.strip()]


def _numbers(words: Sequence[str]) -> list[Cell]:
    """Return the numbers of cells; with a decimal comma where one of them needs it."""
    marked = [_marked(word, ",") for word in words]
    if any("," in word for word in words) and None not in marked:
        return [
            (word[:40], value)
            for word, value in zip(words, marked, strict=True)
            if value is not None
        ]
    return [cell(word) for word in words]


def _below_numbers(lines: Sequence[str]) -> tuple[bool, list[Found]] | None:
    """Return the rows of a table whose columns and rows are numbered, or None for another one."""
    words = [_words(line) for line in lines]
    width = len(words[0])
    counted = [str(k) for k in range(width + 1)]
    if words[0] not in (counted[:-1], counted[1:]):
        return None
    index = [row[0] for row in words[1:]]
    first = int(words[0][0])
    if index != [str(k) for k in range(first, first + len(index))]:
        return None
    if any(len(row) != width + 1 for row in words[1:]):
        return None
    rows = [[cell(word) for word in row[1:]] for row in words[1:]]
    if width == 1:
        return True, [Found([one for row in rows for one in row])]
    return len(rows) == 1, [Found(row) for row in rows]


def _column(lines: Sequence[str], is_series: bool = False) -> tuple[bool, list[Found]]:
    """Return what lines hold: a column, with names or an index beside it or alone; or rows."""
    labels, gaps, last = zip(*map(_labelled, lines), strict=True)
    if not any(labels):  # one number a line; or rows, where each comma separates
        found = [Found(cells) for cells in readings("\t".join(lines))]
        with suppress(NotARow):
            if not is_series and all("," in line for line in lines):
                found += [Found([cell(word) for word in _words(line)]) for line in lines]
        return True, found
    if all(map(_is_name, labels, gaps, last)):
        return True, [
            Found(cells, tuple(map(_name, labels))) for cells in readings("\t".join(last))
        ]
    rows: list[list[Cell]] = []
    index = [number_in(label) for label in labels]
    if index in ([*range(len(lines))], [*range(1, len(lines) + 1)]):
        rows = readings("\t".join(last))
    if is_series and None not in index:
        rows = readings("\t".join(last))
    if rows and (len(lines) > 2 or is_series):
        return True, [Found(cells) for cells in rows]
    rows += [cells for line in lines for cells in readings(line)]
    return False, [Found(cells) for cells in rows]


def _without_r(text: str) -> str:
    """Return R's prints and Matlab's as others have them: without the numbers in brackets."""
    lines = [line for line in text.split("\n") if not re.match(r"\s*>\s?\w", line)]
    text = "\n".join(lines)
    if re.match(r"\s*\[1\]\s", text):  # R numbers the first entry of each line
        counts = re.findall(r"(?m)^\s*\[(\d+)\]\s", text)
        if [int(count) for count in counts] != [*range(1, len(counts) + 1)] or len(counts) < 2:
            return re.sub(r"(?m)^\s*\[\d+\]\s|\n", " ", text)
    return re.sub(r"\[(?:(\d+),|,(\d+))\]", r"\1\2", text)


def _without_ordinals(lines: list[str]) -> list[str]:
    """Return the entries of a numbered list without their numbers."""
    found = [_ORDINAL.match(line) for line in lines]
    counts = [int(one[one.lastindex or 0]) for one in found if one]
    begins = counts[0] if counts else 0
    if len(lines) < 2 or counts != [*range(begins, begins + len(lines))]:
        return lines
    return [line[one.end() :] for line, one in zip(lines, found, strict=True) if one]


def _unquoted(text: str) -> str:
    """Return quoted cells with tabs between them: a comma in one is no separator."""
    for quoted in re.finditer(r"\"[^\"\n]*\"", text):
        before, after = text[: quoted.start()].rstrip(" "), text[quoted.end() :].lstrip(" ")
        if not (before[-1:] in ("", *",;\t\n") and after[:1] in ("", *",;\t\n")):
            return text
    if '"' not in text:
        return text
    return re.sub(r"\"([^\"\n]*)\"|[,;]", lambda found: found[1] or "\t", text)


def _pairs(text: str) -> Found | None:
    """Return what `name: number` pairs hold; None for any other text."""
    inside, end = text.strip(), 0
    names: list[str] = []
    index: list[int] = []
    cells: list[Cell] = []
    while end < len(inside):
        pair = _PAIR.match(inside, end)
        value = _alone(pair[6]) if pair else None
        if pair is None or value is None or number_in(pair[3] or "-") is not None:
            return None
        if pair[4]:
            if not pair[5].strip():  # two numbers beside each other
                return None
            index.append(int(pair[4]))
        names.append(pair[1] or pair[2] or _name(pair[3] or ""))
        cells.append((pair[6][:40], value))
        end = pair.end()
    counted = (list(range(len(cells))), list(range(1, len(cells) + 1)))
    if len(cells) < 2 or (index and index not in counted):  # 12:30, 13:45 are no logits
        return None
    is_named = all(names) and len(set(names)) == len(names)
    return Found(cells, tuple(names) if is_named else ())


def _labelled(line: str) -> tuple[str, str, str]:
    """Return what stands before a line's last number, the gap between the two, and the number."""
    line = line.strip()
    one = _DECIMAL_COMMA.fullmatch(line) or _THOUSANDS.fullmatch(line)
    parts = None if one else _GAP.fullmatch(line)
    return (parts[1], parts[2], parts[3]) if parts else ("", "", line)


def _name(label: str) -> str:
    """Return a name without the number or the mark of a list: "1. cat", "a)"."""
    label = re.sub(r"\A\d+[.)]\s+", "", label)
    return label if "(" in label else label.rstrip(").")


def _is_name(label: str, gap: str, last: str) -> bool:
    """Tell a name before a number from a row of numbers; in "class 1 2" it could be either."""
    if not re.search(r"[^\W\d_]", label) or re.search(r"[\t,;|]|\s\s", label):
        return False
    if number_in(label) is not None:
        return False
    numbered = number_in(label.split()[-1]) is not None
    return not (numbered and gap == " ") and not ("," in gap and "," in last)


def _names(line: str) -> tuple[str, ...]:
    """Return the names that a line without a number in it consists of, or none."""
    line = line.strip(" \t,;|")
    words = re.split(r"[\t,;|]" if re.search(r"[\t,;|]", line) else r"\s+", line.strip())
    names = tuple(word.strip(" \"'") for word in words)
    return names if all(name and number_in(name) is None for name in names) else ()


def readings(line: str) -> list[list[Cell]]:
    """Return the ways in which a line of numbers can be read, at least one.

    A comma separates, or is a decimal mark, or one between thousands; with tabs, semicolons or
    bars between the cells it separates nothing.

    Raises:
        NotARow: there is none.
    """
    line = re.sub(r"(?:(?<=[\t,;|])|\A)\s*- +(?=[\d.(])", " -", line).strip(" ").rstrip(".")
    firm, inner = re.search(r"[\t;|]", line), re.search(r"\d,\d", line)
    blank = line.split()
    found: list[list[Cell]] = []
    refused: NotARow | None = None
    everywhere = len(blank) > 1 and all(re.search(r"\d,\d+\Z", word) for word in blank)
    if not (inner and (firm or everywhere)):
        try:
            found.append([cell(word) for word in _words(line)])
        except NotARow as error:
            refused = error
    if inner or firm:
        cells = [one.strip() for one in re.split(r"[\t;|]" if firm else r",?\s+", line)]
        for decimal in (",", ".") if inner else (".",):
            numbers = [(one[:40], _marked(one, decimal)) for one in cells if one]
            row = [(one, number) for one, number in numbers if number is not None]
            if len(row) == len(numbers):
                found.append(row)
            elif not found:
                word = next(one for one, number in numbers if number is None)
                refused = refused or NotARow("words", word)
    if not found and refused:
        raise refused
    return found


def _marked(one: str, decimal: str) -> float | None:
    """Return the number of a cell with this decimal mark and perhaps one between thousands."""
    if decimal == ",":
        if _DECIMAL_COMMA.fullmatch(one):
            return number_in(re.sub(r"[.' ]", "", one).replace(",", "."))
        return None if {",", "."} & set(one) else number_in(one)
    if _THOUSANDS.fullmatch(one):
        return number_in(re.sub("[,' ]", "", one))
    return number_in(one)


def ways_to_mark(one: str) -> list[float]:
    """Return the numbers that a text for one number can be: 1,000 is 1 or 1000.

    A single point is a decimal mark, as wherever a number is shown here.

    >>> ways_to_mark("1,000"), ways_to_mark("0,5"), ways_to_mark("1 000"), ways_to_mark("1.585")
    ([1.0, 1000.0], [0.5], [1000.0], [1.585])
    """
    is_point = one.count(".") == 1 and "," not in one
    found = [_marked(one, mark) for mark in ((".",) if is_point else (",", "."))]
    return [number for number in dict.fromkeys(found) if number is not None]


def _alone(one: str) -> float | None:
    """Return the number of a cell for itself; a comma in it is a decimal mark."""
    return _marked(one, ",") if "," in one else number_in(one)


def _words(text: str) -> list[str]:
    """Return the words between commas, semicolons, bars and blanks outside of parentheses."""
    words, depth, begin = [], 0, 0
    for at, sign in enumerate(text + " "):
        depth = max(0, depth + {"(": 1, ")": -1}.get(sign, 0))
        if depth == 0 and (sign.isspace() or sign in ",;|"):
            words.append(text[begin:at])
            begin = at + 1
    words.append(text[begin:])
    return [re.sub(r"[a-z]\w*\.(?=[a-z])", "", word) for word in words if word]
