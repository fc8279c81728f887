"""The note's linear layer, against PyTorch's; and what an answer costs."""

from __future__ import annotations

import torch

from softmax_core.linear import expected_cost, linear


def test_it_is_nn_linear_with_the_weights_turned() -> None:
    torch.manual_seed(0)
    x, w, b = torch.randn(5, 4), torch.randn(4, 3), torch.randn(3)
    torch.testing.assert_close(linear(x, w, b), torch.nn.functional.linear(x, w.T, b))


def test_the_cheapest_answer_need_not_be_the_likeliest() -> None:
    p = torch.tensor([0.9, 0.1])
    equal = torch.tensor([[0.0, 1.0], [1.0, 0.0]])
    dear = torch.tensor([[0.0, 1.0], [20.0, 0.0]])
    assert expected_cost(p, equal).argmin() == 0
    assert expected_cost(p, dear).argmin() == 1
    torch.testing.assert_close(expected_cost(p, dear), torch.tensor([2.0, 0.9]))
