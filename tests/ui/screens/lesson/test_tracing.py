"""Code run a statement at a time computes what it computes when it is called."""

from __future__ import annotations

import pytest
import torch

from softmax_core import from_scratch
from softmax_ui.screens.lesson.pieces import _table, cells_of
from softmax_ui.screens.lesson.tracing import Line, lines_of, run_by_line

X = torch.tensor([[1.0, 0.0], [0.0, 0.5]])
Y = torch.tensor([0, 2])
W = torch.tensor([[0.0, 1.0, 2.0], [1.0, 0.5, 0.0]])
B = torch.zeros(3)
MINIBATCHES = list(zip(X.split(1), Y.split(1), strict=True))


def to_learn() -> tuple[torch.Tensor, torch.Tensor]:
    return W.clone().requires_grad_(), B.clone().requires_grad_()


CALLS = [
    (from_scratch.softmax, (W,)),
    (from_scratch.net, (X, W, B)),
    (from_scratch.cross_entropy, (W, Y)),
    (from_scratch.accuracy, (W, Y)),
    (from_scratch.share_by_minibatch, (W, Y, 1)),
    (from_scratch.evaluate_accuracy, (MINIBATCHES, W, B)),
    (from_scratch.step, (X, Y, *to_learn(), 0.5)),
    (from_scratch.step_by_hand, (X, Y, W, B, 0.5)),
    (from_scratch.train_epoch, (MINIBATCHES, *to_learn(), 0.5)),
    (from_scratch.train, (MINIBATCHES, MINIBATCHES, *to_learn(), 0.5, 3)),
    (from_scratch.predict, (X, W, B)),
    (from_scratch.hold_out, (Y, 1, 0)),
]


@pytest.mark.parametrize(
    ("function", "arguments"), CALLS, ids=[function.__name__ for function, _arguments in CALLS]
)
def test_the_last_line_returns_what_a_call_returns(function, arguments) -> None:
    lines = run_by_line(function, *arguments)  # first: a call may change its arguments
    ((name, value),) = lines[-1].passes[-1]
    assert name == "return"
    torch.testing.assert_close(value, function(*arguments))


def test_the_arguments_stay_as_they_are() -> None:
    weights, bias = to_learn()
    run_by_line(from_scratch.train_epoch, MINIBATCHES, weights, bias, 0.5)
    assert torch.equal(weights, W)
    assert weights.grad is None


def test_a_line_in_a_loop_has_a_value_for_each_pass_and_earlier_ones_stay() -> None:
    lines = run_by_line(from_scratch.evaluate_accuracy, MINIBATCHES, W, B)
    (added,) = [line for line in lines if "metric.add" in line.code]
    sums = [found[0][1] for found in added.passes]
    assert [each[1] for each in sums] == [1.0, 2.0]
    assert lines[0].passes[0][1][0] == "W"


def test_code_that_has_not_been_run_has_the_same_lines_and_no_values() -> None:
    still, run = (how(from_scratch.softmax, W) for how in (lines_of, run_by_line))
    assert [line.code for line in still] == [line.code for line in run]
    assert not any(line.passes for line in still[1:])
    assert '"""' not in "".join(line.code for line in still)


def test_many_passes_are_cut_and_the_last_is_shown() -> None:
    line = Line("n += 1", [[("n", k)] for k in range(9)])
    assert cells_of(line) == ([], ["n = 0", "n = 1", "…", "n = 8"])


def test_nothing_in_the_table_is_markup() -> None:
    table = _table([Line("a < b", [[("a", "<b>")]])], ("<i>", "", ""))
    assert "<code>a &lt; b</code>" in table
    assert "<b>" not in table
    assert "<i>" not in table
