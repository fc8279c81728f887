"""The numbers that the lesson's questions are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class Given:
    """The numbers that a question is about.

    Attributes:
        logits: o, one a class.
        target: t, the class index of the truth.
        features: x.
        weights: W, a row a feature.
        bias: b, one a class.
    """

    logits: tuple[float, ...]
    target: int
    features: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]

    @property
    def o(self) -> Tensor:
        """The logits as a float64 tensor, (3,)."""
        return row(self.logits)

    @property
    def t(self) -> Tensor:
        """The target as a tensor, ()."""
        import torch

        return torch.tensor(self.target)

    @property
    def p_t(self) -> float:
        """The true class's probability."""
        from softmax_core import softmax

        return softmax(self.o)[self.target].item()

    @property
    def linear(self) -> tuple[Tensor, Tensor, Tensor]:
        """The features (4,), weights (4, 3) and biases (3,) as float64 tensors."""
        return row(self.features), row(self.weights), row(self.bias)

    def settings(self) -> dict[str, Any]:
        """Return the numbers as the lesson's settings hold them."""
        flat = tuple(value for row in self.weights for value in row)
        return {
            "o": self.logits,
            "t": self.target,
            "x": self.features,
            "w": flat,
            "b": self.bias,
        }


def given_in(values: Mapping[str, Any]) -> Given:
    """Return the numbers among the values of the lesson's settings."""
    flat = values["w"]
    rows = tuple(tuple(flat[3 * k : 3 * k + 3]) for k in range(4))
    return Given(values["o"], values["t"], values["x"], rows, values["b"])


def row(values: Any) -> Tensor:
    """Return numbers as a float64 tensor."""
    import torch

    return torch.tensor(values, dtype=torch.float64)
