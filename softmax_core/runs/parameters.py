"""W and b as one safetensors file: the shapes are in it, and nothing in it can be executed."""

from __future__ import annotations

import torch
from safetensors.torch import load, save


def parameters_to_bytes(weights: torch.Tensor, bias: torch.Tensor) -> bytes:
    """Pack the parameters.

    Args:
        weights: float32 (R, 10, 784).
        bias: float32 (R, 10).

    Returns:
        The bytes of a safetensors file with the tensors "weights" and "bias".
    """
    return save({"weights": weights.contiguous(), "bias": bias.contiguous()})


def parameters_from_bytes(blob: bytes) -> tuple[torch.Tensor, torch.Tensor]:
    """Unpack what `parameters_to_bytes` packed, bit for bit: W (R, 10, 784) and b (R, 10)."""
    tensors = load(blob)
    return tensors["weights"], tensors["bias"]
