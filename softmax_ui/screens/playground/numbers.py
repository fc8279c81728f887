"""The numbers of a board by softmax_core: a table, and the Python that prints them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch

from softmax_core import cross_entropy, cross_entropy_gradient, half_l1_norm, softmax
from softmax_core.distributions import entropy, perplexity, rank
from softmax_core.label_smoothing import smoothed_cross_entropy, smoothed_cross_entropy_gradient
from softmax_ui.components.logit_board.value import BoardValue
from softmax_ui.text import _


@dataclass(frozen=True, slots=True)
class BoardNumbers:
    """What softmax_core says about a board, in float64.

    Attributes:
        arguments: z, what softmax was applied to.
        probabilities: p.
        ranks: 1 for the largest z; equal ones share a rank.
        entropy: in nats.
        bits: the same in bits.
        perplexity: exp(entropy).
        half_norm: ½‖J‖₁ = 1 − Σp².
        loss: −Σ y ln p with y = (1 − ε) onehot(t) + ε/n, so −ln p_t for ε = 0; or None without
            a target.
        gradient: ∂L/∂o = (p − y) / T, or None without a target.
    """

    arguments: tuple[float, ...]
    probabilities: tuple[float, ...]
    ranks: tuple[int, ...]
    entropy: float
    bits: float
    perplexity: float
    half_norm: float
    loss: float | None
    gradient: tuple[float, ...] | None


def board_numbers(value: BoardValue) -> BoardNumbers:
    """Compute the numbers of a board.

    >>> board_numbers(BoardValue((0.0, 0.0), ("a", "b"), target=0)).gradient
    (-0.5, 0.5)
    """
    z = torch.tensor(value.arguments, dtype=torch.float64)
    p = softmax(z)
    loss = gradient = None
    if value.target is not None:
        target = torch.tensor(value.target)
        if value.smoothing:
            loss = smoothed_cross_entropy(z, target, value.smoothing).item()
            slope = smoothed_cross_entropy_gradient(z, target, value.smoothing)
        else:
            loss = cross_entropy(z, target).item()
            slope = cross_entropy_gradient(z, target)
        gradient = tuple((slope / value.temperature).tolist())
    return BoardNumbers(
        arguments=value.arguments,
        probabilities=tuple(p.tolist()),
        ranks=tuple(rank(z).tolist()),
        entropy=entropy(p).item(),
        bits=entropy(p, unit="bits").item(),
        perplexity=perplexity(p).item(),
        half_norm=half_l1_norm(p).item(),
        loss=loss,
        gradient=gradient,
    )


def board_columns(value: BoardValue, numbers: BoardNumbers) -> dict[str, Sequence[Any]]:
    """Return the columns of the table under the board, one entry a class, all digits kept."""
    columns: dict[str, Sequence[Any]] = {_("class"): value.names, _("logit o"): value.logits}
    if numbers.arguments != value.logits:
        columns["z = (o + c) / T"] = numbers.arguments
    columns[_("probability p")] = numbers.probabilities
    columns[_("rank")] = numbers.ranks
    if numbers.gradient is not None:
        columns[_("∂L/∂o")] = numbers.gradient
    return columns


def six_digits(cell: object) -> str:
    """Return a cell of the table as it is read: six digits that matter, a real minus sign.

    >>> six_digits(-0.7405041), six_digits(2.0), six_digits(3.7200759e-44), six_digits("a-b")
    ('−0.740504', '2', '3.72008e−44', 'a-b')
    """
    if cell == -math.inf:
        return "−∞"
    return f"{cell:.6g}".replace("-", "−") if isinstance(cell, int | float) else str(cell)


_OURS: Final = """\
import torch

from softmax_core import cross_entropy, cross_entropy_gradient, half_l1_norm, softmax
from softmax_core.distributions import entropy, perplexity

{setup}
z = (o + c) / T
p = softmax(z)
{loss}
{prints}
print(f"entropy = {{entropy(p):.6f}} nats = {{entropy(p, unit='bits'):.6f}} bits")
print(f"perplexity = {{perplexity(p):.6f}}")
print(f"1 - sum of p^2 = {{half_l1_norm(p):.6f}}")
"""

_OUR_LOSS: Final = """\
t = torch.tensor({target})
loss = cross_entropy(z, t)
gradient = cross_entropy_gradient(z, t) / T
"""

_OUR_SMOOTHED_LOSS: Final = """\
from softmax_core.label_smoothing import smoothed_cross_entropy, smoothed_cross_entropy_gradient

t, epsilon = torch.tensor({target}), {smoothing}
loss = smoothed_cross_entropy(z, t, epsilon)
gradient = smoothed_cross_entropy_gradient(z, t, epsilon) / T
"""

_TORCH: Final = """\
import math

import torch
import torch.nn.functional as F

{setup}
z = (o + c) / T
p = torch.softmax(z, dim=-1)
H = torch.special.entr(p).sum()
{loss}
{prints}
print(f"entropy = {{H:.6f}} nats = {{H / math.log(2):.6f}} bits")
print(f"perplexity = {{H.exp():.6f}}")
print(f"1 - sum of p^2 = {{1 - (p * p).sum():.6f}}")
"""

_TORCH_LOSS: Final = """\
t = torch.tensor({target})
loss = F.cross_entropy(z, t)
gradient = torch.autograd.grad(loss, o)[0]
"""

_TORCH_SMOOTHED_LOSS: Final = """\
t, epsilon = torch.tensor({target}), {smoothing}
loss = F.cross_entropy(z, t, label_smoothing=epsilon)
gradient = torch.autograd.grad(loss, o)[0]
"""

_PRINT_ROWS: Final = """\
for name, probability in zip(names, p.tolist()):
    print(f"{name}: p = {probability:.6f}")"""

_PRINT_ALL: Final = """\
for name, probability, slope in zip(names, p.tolist(), gradient.tolist()):
    print(f"{name}: p = {probability:.6f}, dL/do = {round(slope, 6) + 0.0:.6f}")
print(f"loss = {loss:.6f}")"""


def our_snippet(value: BoardValue) -> str:
    """Return the Python that prints the board's numbers with softmax_core."""
    loss = _OUR_SMOOTHED_LOSS if value.smoothing else _OUR_LOSS
    return _filled(_OURS, loss, value, "")


def torch_snippet(value: BoardValue) -> str:
    """Return the Python that prints the board's numbers with nothing but torch."""
    grad = ", requires_grad=True" if value.target is not None else ""
    loss = _TORCH_SMOOTHED_LOSS if value.smoothing else _TORCH_LOSS
    return _filled(_TORCH, loss, value, grad)


def printed(value: BoardValue, numbers: BoardNumbers) -> str:
    """Return what both snippets print."""
    lines = []
    for k, (name, p) in enumerate(zip(value.names, numbers.probabilities, strict=True)):
        slope = ""
        if numbers.gradient is not None:
            slope = f", dL/do = {round(numbers.gradient[k], 6) + 0.0:.6f}"
        lines.append(f"{name}: p = {p:.6f}{slope}")
    if numbers.loss is not None:
        lines.append(f"loss = {numbers.loss:.6f}")
    lines.append(f"entropy = {numbers.entropy:.6f} nats = {numbers.bits:.6f} bits")
    lines.append(f"perplexity = {numbers.perplexity:.6f}")
    lines.append(f"1 - sum of p^2 = {numbers.half_norm:.6f}")
    return "\n".join(lines)


def _filled(template: str, loss: str, value: BoardValue, grad: str) -> str:
    """Put a board into a snippet; names become Python string literals, so nothing in them runs."""
    logits = ", ".join(repr(o) if math.isfinite(o) else "-torch.inf" for o in value.logits)
    setup = (
        f"names = {list(value.names)!r}\n"
        f"o = torch.tensor([{logits}], dtype=torch.float64{grad})\n"
        f"T, c = {value.temperature!r}, {value.shift!r}"
    )
    aimed = value.target is not None
    text = template.format(
        setup=setup,
        loss=loss.format(target=value.target, smoothing=value.smoothing) if aimed else "",
        prints=_PRINT_ALL if aimed else _PRINT_ROWS,
    )
    return text.replace("\n\n\n", "\n\n").replace("\n\nfor", "\nfor")
