"""Numbers in brackets, as programs write and print them: lists, dictionaries, calls, tensors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from softmax_ui.addresses.row import Cell, Found, NotARow, cell, number_in
from softmax_ui.addresses.tables import readings

# What is said about numbers beside them, and is none of them.
_ABOUT: Final = frozenset({
    "shape", "size", "dtype", "device", "requires_grad", "grad_fn", "layout", "weak_type", "id",
    "nnz", "mask", "fill_value", "copy", "axis", "dim", "length", "indices",
})  # fmt: skip
_PROMPT: Final = re.compile(
    r"(?m)^\s*(?:>>>|>|In \[\d+\]:)[^\n]*\n|^\s*(?:Out\[\d+\]:|>>>|In \[\d+\]:)"
)
_BEFORE: Final = (
    (r"\s#\s.*|(?<=[\])};])\s*(?://|%).*", ""),  # a comment
    (r"=\s*<[^<>]*>", "=None"),  # grad_fn=<AddBackward0>
    (r"<(?:class|NDArray)\b[^>]*>", ""),
    (r"<[\w.]+[^<>]*?\bnumpy\s*=\s*((?:[^<>]|<[if]\d+)*)>", r"\1"),  # <tf.Tensor: …>
    (r"\bFraction\(\s*([+-]?\d+)\s*,\s*(\d+)\s*\)", r"\1/\2"),
    (r"(?s)\A<\s*(?=[-+\d.])(.*)>\Z", r"[\1]"),
    (r"\bParameter containing:", ""),
    (r"\A[^\n\[]*\bVector\{\w+\}:", ""),  # Julia
    (r"\w*Array\(\d+\)\s*(?=\[)|\(\d+\)\s*(?=\[)", ""),  # JavaScript's console
)
_AFTER: Final = re.compile(
    r"(?<=[\])}])(?:\s*(?:;|\.(?:tolist|numpy|detach|cpu|cuda|to|float|double|half|astype|flatten|"
    r"ravel|squeeze|copy|clone|to_list|to_numpy)\([^()]*\)|\.(?:T|data|values)\b|\^\s*T|'))+\s*\Z"
)
# A call that computes something else would be misread: linspace(0, 1, 3) is no row of three.
_HOLDER: Final = re.compile(
    r"(?i)(?:.*[._])?(?:\w*(?:tensor|array|series|list|tuple|set|vector|matrix|index|parameter|"
    r"variable|vec!?|dict|counter|deque|output|struct|structure|decimal|float\d*|int\d*|double)"
    r"(?:\[\])?|c|print|softmax|float|single|numeric|array2string)"
)
_LABEL: Final = re.compile(
    r"\A[^=:<\n\d\"'(){}\[\]]*(?:\[\d*\])?\s*(?:<-|:=|=(?!=)|:)\s*(?=[\w.!:<>\s]*[\[({])"
)
_KEY: Final = re.compile(
    r"(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\W\d][\w ./&-]*?)(?:\[\d+\])?|[-+]?[\d.]+)"
    r"(?:\s*(:(?!:)|=>|=(?!=)|<-)\s*|\s+(?=[\[({]))"
)
_STRING: Final = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'")
_OPENING: Final = re.compile(r"((?:[^\W\d][\w.]*(?:\[\])?!?)?)\s*([\[({])")
_WORD: Final = re.compile(r"[^\s,;|\[\](){}\"']+|[\"']")
_SEPARATORS: Final = re.compile(r"[\s,;|]*")
_DEEPEST: Final = 40


@dataclass(slots=True)
class _Group:
    """What stands in one pair of brackets: its entries, each with its key, and who is called."""

    called: str
    items: list[tuple[str | None, _Node]]
    inner: str
    by_equals: bool = False


_Node = Cell | str | _Group


def unwrapped(text: str) -> str:
    """Return a text without what programs say around their numbers: prompts, comments, types."""
    if len(parts := _PROMPT.split(text)) > 1:
        text = parts[-1].strip() or text
    for pattern, instead in _BEFORE:
        text = re.sub(pattern, instead, text)
    return text.strip()


def in_brackets(text: str) -> tuple[bool, list[Found]] | None:
    """Return the rows in the brackets of a text; None where it has none, or numbers beside them.

    Returns:
        Whether the rows are ways to read one and the same, and the rows.

    Raises:
        NotARow: there is a word where a number should be.
    """
    label = _LABEL.match(text)
    if label and label[0].strip(" :=<-").lower() not in _ABOUT:
        text = text[label.end() :]
    text = _AFTER.sub("", text)
    top = _Group("", [], text)
    try:
        end = _read(text, 0, top, 0)
    except RecursionError:
        return None
    nodes = [node for _key, node in top.items]
    if end < len(text) or not any(isinstance(node, _Group) for node in nodes):
        return None
    if any(key is None and not isinstance(node, _Group) for key, node in top.items):
        scalars = [_scalar(node) for node in nodes]
        called = all(node.called for node in nodes if isinstance(node, _Group))
        return (True, [Found([one for one in scalars if one])]) if called and all(scalars) else None
    if len(nodes) == 1 and isinstance(nodes[0], _Group) and not _named(top):
        return _rows(nodes[0])
    return _rows(top)


def _read(text: str, at: int, into: _Group, depth: int) -> int:
    """Read entries until the bracket closes, and return where that is."""
    while (at := _SEPARATORS.match(text, at).end()) < len(text) and text[at] not in ")]}":  # type: ignore[union-attr]
        key = None
        if found := _KEY.match(text, at):
            key, at = found[1] or found[2] or found[3] or "", found.end()
            into.by_equals = found[4] == "="
        node: _Node
        word, end = _number(text, at)
        if word is not None:
            node, at = word, end
        elif found := _STRING.match(text, at):
            said = found[1] if found[1] is not None else found[2]
            value = number_in(said)
            node, at = (said if value is None else (said, value)), found.end()
        elif (found := _OPENING.match(text, at)) and depth < _DEEPEST:
            node = _Group(found[1], [], "")
            if found[1] and not _HOLDER.fullmatch(found[1]):
                raise NotARow("words", found[0])
            inside = found.end()
            at = _read(text, inside, node, depth + 1)
            node.inner = text[inside:at]
            at += 1
        elif found := _WORD.match(text, at):
            node, at = found[0], found.end()
        else:
            raise NotARow("words", text[at : at + 40])
        into.items.append((key, node))
    return at


def _number(text: str, at: int) -> tuple[Cell | None, int]:
    """Return the number that begins here, with the parentheses of its arithmetic."""
    depth, end = 0, at
    while end < len(text):
        sign = text[end]
        if sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
            if depth < 0:
                break
        elif (depth == 0 and (sign.isspace() or sign in ",;|")) or sign in "[]{}\"'":
            break
        end += 1
    word = re.sub(r"[a-z]\w*\.(?=[a-z])", "", text[at:end])
    value = number_in(word) if end > at else None
    return (None if value is None else (word[:40], value)), end


def _rows(group: _Group) -> tuple[bool, list[Found]]:
    """Return the rows in a group, and whether they are ways to read the same one."""
    items = _about_nothing_else(group)
    if not items:
        return True, [Found([])]
    if len(items) == 1 and isinstance(items[0][1], _Group):
        return _rows(items[0][1])
    scalars = [_scalar(node) for _key, node in items]
    if all(one is not None for one in scalars):
        if len(items) == len(group.items) and _is_flat(group):
            return _in_line(group.inner)
        named = tuple(key or "" for key, _node in items)
        return True, [Found([one for one in scalars if one], named if all(named) else ())]
    pairs = [pair for _key, node in items if (pair := _pair(node))]
    if len(pairs) == len(items):
        return True, [Found([number for _name, number in pairs], tuple(name for name, _ in pairs))]
    return _of_groups(items)


def _of_groups(items: Sequence[tuple[str | None, _Node]]) -> tuple[bool, list[Found]]:
    """Return the rows of a group whose entries are groups or words."""
    found: list[Found] = []
    names: list[tuple[str, ...]] = []
    ways = sum(isinstance(node, _Group) for _key, node in items) == 1
    for key, node in items:
        if not isinstance(node, _Group):
            if key is None:  # a word, or a number beside a list
                raise NotARow("words", (node if isinstance(node, str) else node[0])[:40])
        elif node.items:
            words = tuple(one for _key, one in node.items if isinstance(one, str))
            if len(words) == len(node.items):
                names.append(words)
            else:
                one_way, rows = _rows(node)
                ways = ways and one_way
                found += rows
    if not found:
        raise NotARow("words", next((n for _k, n in items if isinstance(n, str)), "")[:40])
    if names and all(len(names[0]) == len(row.cells) for row in found):
        found = [Found(row.cells, names[0]) for row in found]
    return ways or len(found) == 1, found


def _about_nothing_else(group: _Group) -> list[tuple[str | None, _Node]]:
    """Return the entries of a group that are not about the others: dtype=…, shape=…."""
    items = [(key, node) for key, node in group.items if (key or "").lower() not in _ABOUT]
    if group.called and group.by_equals and any(key is None for key, _node in items):
        items = [(key, node) for key, node in items if key is None]
    if any(isinstance(node, _Group) and _scalar(node) is None for _key, node in items):
        items = [(k, n) for k, n in items if isinstance(n, _Group) or not (k or group.called)]
    return items


def _scalar(node: _Node) -> Cell | None:
    """Return a number, also one in a call or brackets of its own: np.float64(2), [2]."""
    if isinstance(node, tuple):
        return node
    if isinstance(node, str):
        return None
    if node.called:
        node = _Group(node.called, [one for one in node.items if one[0] is None], "")
    return _scalar(node.items[0][1]) if len(node.items) == 1 and not _named(node) else None


def _pair(node: _Node) -> tuple[str, Cell] | None:
    """Return the name and the number of ("cat", 2) or {"label": "cat", "score": 2}."""
    if not isinstance(node, _Group) or not 1 <= len(node.items) <= 2:
        return None
    if len(node.items) == 1:
        key, number = node.items[0]
        value = _scalar(number)
        return (key, value) if key and value else None
    (_first, name), (_second, number) = node.items
    value = _scalar(number)
    return (name, value) if isinstance(name, str) and value else None


def _named(group: _Group) -> bool:
    return any(key for key, _node in group.items)


def _is_flat(group: _Group) -> bool:
    """Tell whether there is nothing but numbers in a group, without keys and brackets."""
    quoted = '"' in group.inner or "'" in group.inner
    return not quoted and all(
        key is None and not isinstance(node, _Group) for key, node in group.items
    )


def _in_line(inner: str) -> tuple[bool, list[Found]]:
    """Return the ways to read what stands in one pair of brackets, or its rows (1 2; 3 4)."""
    parts = [part.split() for part in inner.replace(",", " ").split(";") if part.strip()]
    if (
        len(parts) > 1
        and len({len(part) for part in parts}) == 1
        and not re.search(r"\d,\d", inner)
    ):
        rows = [Found([cell(word) for word in part]) for part in parts]
        if len(parts[0]) > 1:
            return False, rows
        return True, [Found([one for row in rows for one in row.cells])]
    return True, [Found(cells) for cells in readings(" ".join(inner.split("\n")))]
