"""The lines of a derivation hold the numbers that softmax_core computed."""

from __future__ import annotations

import math

import torch

from softmax_core.derivation import jacobian_entry
from softmax_ui.screens.lesson import derivations as write


def test_numbers_as_latex() -> None:
    assert write.tex(1 / 3) == "0.3333"
    assert write.tex(-0.0) == "0"
    assert write.tex(3.7e-44) == r"3.7\times 10^{-44}"
    assert write.tex(math.inf) == r"\infty"
    assert write.tex(math.nan) == r"\mathrm{nan}"


def test_the_diagonal_case_shows_its_own_rule_with_its_numbers() -> None:
    o = [0.0, math.log(3.0)]
    lines = write.jacobian_lines(jacobian_entry(torch.tensor(o).double(), 1, 1), o)
    assert r"p_2 - p_2^2 = 0.75 - 0.75^2" in lines
    assert lines.endswith(r"&= 0.1875 \end{aligned}")


def test_the_other_case_begins_with_a_zero() -> None:
    o = [0.0, math.log(3.0)]
    lines = write.jacobian_lines(jacobian_entry(torch.tensor(o).double(), 0, 1), o)
    assert r"0\cdot 4 - 1\cdot 3" in lines
    assert r"-p_1\,p_2 = -0.25\cdot 0.75" in lines
    assert lines.endswith(r"&= -0.1875 \end{aligned}")


def test_softmax_lines_have_the_logits_and_the_sum() -> None:
    lines = write.softmax_lines([0.0, 1.5], [1.0, 3.0], [0.25, 0.75])
    assert r"\frac{e^{0}}{e^{0} + e^{1.5}} = \frac{1}{4} = 0.25" in lines


def test_the_loss_collapses_to_the_term_of_the_truth() -> None:
    lines = write.loss_lines(1, [0, 1], [0.25, 0.75], 0.2877)
    assert r"0\cdot\ln 0.25 + 1\cdot\ln 0.75" in lines
    assert r"-\ln p_2 = -\ln 0.75 = 0.2877" in lines


def test_the_gradient_subtracts_one_only_at_the_truth() -> None:
    p = [0.25, 0.75]
    at_truth = write.gradient_lines(0, 0, p, 0.1875, -0.75)
    elsewhere = write.gradient_lines(0, 1, p, -0.1875, 0.75)
    assert "p_1 - 1 = 0.25 - 1" in at_truth
    assert "&= -0.75" in at_truth
    assert "p_2 = 0.75" in elsewhere
    assert "(-0.1875)" in elsewhere


def test_negative_numbers_stand_in_brackets_in_a_sum() -> None:
    line = write.linear_line([1.0, -2.0], [0.5, -1.0], -0.25, 2.25, 2)
    assert r"1 \cdot 0.5 + (-2) \cdot (-1) + (-0.25)" in line
    assert "o_3" in line
