"""The board's arithmetic, run in the real browser, against softmax_core."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Browser, Page

from softmax_core import softmax, softmax_jacobian
from softmax_ui.addresses.playground import default_names
from softmax_ui.components import logit_board as package
from softmax_ui.components.logit_board import BoardValue
from softmax_ui.screens.playground.numbers import board_numbers

FOLDER = Path(package.__file__).parent
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
            )
        )
    return boards


@pytest.fixture(scope="module")
def arithmetic(browser: Browser) -> Page:
    """The board's own math.js in a bare page of the real browser."""
    page = browser.new_page()
    page.add_script_tag(content=(FOLDER / "math.js").read_text(encoding="utf-8"))
    return page


def test_numbers_for_the_eye_are_rounded_and_keep_the_digits_that_matter(browser: Browser) -> None:
    page = browser.new_page()
    page.add_script_tag(content=(FOLDER / "numbers.js").read_text(encoding="utf-8"))
    for call, text in {
        "show_signed(0.00019)": "+2·10⁻⁴",
        "show_signed(2.77e-88)": "+3·10⁻⁸⁸",
        "show_signed(-0.00099)": "−0.001",
        "show(0.000049)": "4.9·10⁻⁵",
        "show_significant(0.00209, 3)": "0.00209",
        "show_significant(-2.1694e-6, 4)": "−2.169·10⁻⁶",
        "show_significant(0, 4)": "0",
        "show_significant(0.9999999, 5)": "1.0000",
        "show_exponential(-2.73)": "0.065219",
    }.items():
        assert page.evaluate(call) == text, call
    page.close()


def close(ours: float, theirs: float) -> bool:
    """Tell whether two numbers agree to 1e-12, relative to the larger of them and 1."""
    return abs(ours - theirs) <= TOLERANCE * max(1.0, abs(theirs))


def test_hundreds_of_boards_agree_with_softmax_core(arithmetic: Page) -> None:
    boards = random_boards()
    readings = arithmetic.evaluate(
        """boards => boards.map(board => {
            const r = read_board(board);
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


def test_what_is_missing_to_one_keeps_its_digits(arithmetic: Page) -> None:
    reading = arithmetic.evaluate(
        "read_board({logits: [40, 0], temperature: 1, shift: 0, target: 0})"
    )
    tiny = math.exp(-40)
    assert reading["p"][0] == 1
    for value in (
        reading["rest"][0],
        reading["loss"],
        -reading["gradient"][0],
        reading["half_norm"] / 2,
    ):
        assert value == pytest.approx(tiny, rel=1e-12, abs=0)


def test_a_descent_step_follows_the_chain_rule_through_the_temperature(arithmetic: Page) -> None:
    board = BoardValue((1.0, -0.5, 2.0), ("a", "b", "c"), 1, temperature=2.5, shift=3.0)
    moved = arithmetic.evaluate(
        """board => {
            const { gradient } = read_board(board);
            return descent_step(board.logits, gradient, board.temperature, 0.7);
        }""",
        asdict(board),
    )
    gradient = board_numbers(board).gradient
    assert gradient is not None
    expected = [o - 0.7 * slope for o, slope in zip(board.logits, gradient, strict=True)]
    assert moved == pytest.approx(expected, abs=TOLERANCE)


def test_a_push_is_the_jacobian_times_delta_and_the_error_grows_with_its_square(
    arithmetic: Page,
) -> None:
    board = BoardValue((1.0, -0.5, 2.0, 0.1), default_names(4), temperature=0.8)
    pushes = arithmetic.evaluate(
        """board => { const r = read_board(board);
            return [1, 1e-3, 5e-4].map(delta => push_of(r, board.temperature, 2, delta)); }""",
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


def test_draws_follow_the_distribution(arithmetic: Page) -> None:
    counts = arithmetic.evaluate(
        """() => {
            let k = 0;
            return sample_of([0.5, 0.25, 0, 0.25], 1000, () => k++ / 1000);
        }"""
    )
    assert counts == [500, 250, 0, 250]
