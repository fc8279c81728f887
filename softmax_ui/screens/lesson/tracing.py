"""A function of ours, run a statement at a time: what each line computes.

The statements are those of the function's own source; nothing that a person types is among them.
A line that ends in `# → name` shows the value of that name after it.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

from torch import Tensor

from softmax_core import Accumulator

_SHOWN: Final = re.compile(r"# → (?P<expression>.+)$")

Found = tuple[str, Any]
"""A name, or "return", and a copy of its value."""


@dataclass(slots=True)
class Line:
    """A statement, or the head of one that has others in it.

    Attributes:
        code: its text, indented as in the function.
        passes: what it computed, each time that it ran.
    """

    code: str
    passes: list[list[Found]] = field(default_factory=list)


def run_by_line(function: Callable[..., Any], *arguments: Any) -> list[Line]:
    """Run a function a statement at a time.

    Args:
        function: one of this project's, of assignments, calls, `for`, `with` and `return`.
        arguments: its arguments; they are copied, so that a step leaves them as they are.

    Returns:
        A line a statement, the function's head first, without types and docstrings.

    Example:
        >>> import torch
        >>> from softmax_core import from_scratch
        >>> lines = run_by_line(from_scratch.accuracy, torch.eye(2), torch.tensor([0, 0]))
        >>> lines[1].code, lines[-1].passes
        ('    predicted = scores.argmax(dim=1)', [[('return', 0.5)]])
    """
    run = _Run(function, [_copied(each) for each in arguments])
    run.start()
    return run.lines


def lines_of(function: Callable[..., Any], *arguments: Any) -> list[Line]:
    """Return the same lines of a function that has not been run: only what goes in is known."""
    return _Run(function, list(arguments)).lines


class _Run:
    """One run of a function."""

    def __init__(self, function: Callable[..., Any], arguments: list[Any]) -> None:
        self._source = textwrap.dedent(inspect.getsource(function)).splitlines()
        (definition,) = ast.parse("\n".join(self._source)).body
        assert isinstance(definition, ast.FunctionDef)
        body = definition.body
        if ast.get_docstring(definition) is not None:
            body = body[1:]
        bound = inspect.signature(function).bind(*arguments).arguments
        self._names = {**function.__globals__, **bound}
        head = Line(f"def {definition.name}({', '.join(inspect.signature(function).parameters)}):")
        self._lines = {definition.lineno: head}
        head.passes.append([(name, _copied(value)) for name, value in bound.items()])
        self._body = body
        self._add(body)

    def start(self) -> None:
        """Run all of it."""
        self._run(self._body)

    @property
    def lines(self) -> list[Line]:
        """The function's lines in their order."""
        return [self._lines[number] for number in sorted(self._lines)]

    def _add(self, body: list[ast.stmt]) -> None:
        """Take up all statements, those too that may never run."""
        for statement in body:
            inner: list[ast.stmt] = getattr(statement, "body", [])
            last = inner[0].lineno - 1 if inner else statement.end_lineno or statement.lineno
            self._line(statement.lineno, last)
            self._add(inner)

    def _line(self, first: int, last: int) -> Line:
        line = Line("\n".join(self._source[first - 1 : last]))
        self._lines[first] = line
        return line

    def _run(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self._step(statement, self._lines[statement.lineno])

    def _step(self, statement: ast.stmt, line: Line) -> None:
        """Run one statement and keep what it computed."""
        match statement:
            case ast.Return(value=ast.expr() as value):
                line.passes.append([("return", _copied(self._value(value)))])
            case ast.For():
                for item in self._value(statement.iter):
                    self._names["_item"] = item
                    self._execute(f"{ast.unparse(statement.target)} = _item")
                    self._keep(line, statement.target)
                    self._run(statement.body)
            case ast.With():
                with ExitStack() as stack:
                    for item in statement.items:
                        stack.enter_context(self._value(item.context_expr))
                    self._run(statement.body)
            case ast.Assign(targets=[target]):
                self._execute(ast.unparse(statement))
                self._keep(line, target)
            case ast.AugAssign(target=target):
                self._execute(ast.unparse(statement))
                self._keep(line, target)
            case ast.Expr():
                self._execute(ast.unparse(statement))
                if shown := _SHOWN.search(line.code):
                    name = shown["expression"]
                    value = self._value(ast.parse(name, mode="eval").body)
                    line.passes.append([(name, _copied(value))])
            case _:
                raise NotImplementedError(ast.unparse(statement))

    def _keep(self, line: Line, target: ast.expr) -> None:
        line.passes.append([(name, _copied(self._names[name])) for name in _names(target)])

    def _execute(self, code: str) -> None:
        exec(code, self._names)  # noqa: S102 - a statement of one of our functions

    def _value(self, expression: ast.expr) -> Any:
        code = compile(ast.Expression(expression), "<lesson>", "eval")
        return eval(code, self._names)  # noqa: S307 - an expression of one of our functions


def _names(target: ast.expr) -> Iterator[str]:
    """Return the names that an assignment sets."""
    for node in ast.walk(target):
        if isinstance(node, ast.Name):
            yield node.id


def _copied(value: Any) -> Any:
    """Return a value that later lines do not change."""
    if isinstance(value, Tensor):
        return value.detach().clone().requires_grad_(value.requires_grad and value.is_leaf)
    return deepcopy(value) if isinstance(value, list | Accumulator) else value
