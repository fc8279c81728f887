import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softmax_core.runs.blocks import STEP_MEASURES, Block, joined
from softmax_core.training.records import StepRecord

ANY = st.floats(width=64)
ODD = [math.nan, math.inf, -0.0, 5e-324]


def records(count: int, variants: int = 2, first: int = 1, shift: float = 0.0) -> list[StepRecord]:
    rows = range(first, first + count)
    return [
        StepRecord(
            step,
            1 + (step - 1) // 4,
            *(
                [figure + step / 7 + place + shift for place in range(variants)]
                for figure in range(4)
            ),
        )
        for step in rows
    ]


@given(st.lists(st.tuples(ANY, ANY, ANY, ANY), min_size=1, max_size=20))
def test_every_bit_comes_back(rows: list[tuple[float, float, float, float]]) -> None:
    given_ = [StepRecord(step, 1, *([v] for v in row)) for step, row in enumerate(rows, start=1)]
    columns = joined([Block.from_records(given_, 0.0, 1.0)], 1)
    for figure in STEP_MEASURES:
        wanted = np.array([getattr(record, figure) for record in given_])
        assert getattr(columns, figure).tobytes() == wanted.tobytes()


def test_steps_epochs_and_times_come_back() -> None:
    columns = joined([Block.from_records(records(6, first=3), 2.0, 5.0)], 2)
    assert columns.step.tolist() == [3, 4, 5, 6, 7, 8]
    assert columns.epoch.tolist() == [1, 1, 2, 2, 2, 2]
    assert columns.seconds.tolist() == [2.5, 3.0, 3.5, 4.0, 4.5, 5.0]
    assert columns.loss[1].tolist() == [4 / 7, 4 / 7 + 1]
    assert columns.gradient_norm.shape == (6, 2)


@pytest.mark.parametrize("value", ODD)
def test_the_odd_values_are_kept(value: float) -> None:
    block = Block.from_records([StepRecord(1, 1, [value], [0.0], [0.0], [value])], 0.0, 1.0)
    kept = joined([block], 1).loss[0, 0]
    assert np.float64(value).tobytes() == kept.tobytes()


@pytest.mark.parametrize(
    ("first", "last", "kept"),
    [(1, 2, None), (9, 12, None), (0, 4, [3, 4]), (5, 6, [5, 6]), (7, 99, [7, 8])],
)
def test_a_cut_keeps_the_rows_inside(first: int, last: int, kept: list[int] | None) -> None:
    block = Block.from_records(records(6, first=3), 2.0, 5.0)
    part = block.cut(first, last)
    if kept is None:
        assert part is None
        return
    assert part is not None
    columns, whole = joined([part], 2), joined([block], 2)
    rows = slice(kept[0] - 3, kept[-1] - 2)
    assert columns.step.tolist() == kept
    for field in ("epoch", "seconds", *STEP_MEASURES):
        assert getattr(columns, field).tolist() == getattr(whole, field)[rows].tolist()


def test_blocks_join_in_order_and_none_is_empty() -> None:
    first, second = records(3), records(2, first=4)
    columns = joined([Block.from_records(first, 0.0, 3.0), Block.from_records(second, 3.0, 5.0)], 2)
    assert columns.step.tolist() == [1, 2, 3, 4, 5]
    assert columns.seconds.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    empty = joined([], 3)
    assert len(empty) == 0
    assert empty.loss.shape == (0, 3)
