import pytest

from softmax_core.runs import expected_steps
from softmax_core.runs.limits import expected_waits

from .conftest import race


def test_steps_count_the_last_short_minibatch() -> None:
    assert expected_steps(race(epochs=2)) == 4000


@pytest.mark.parametrize(
    ("active", "waiting", "threads", "waits"),
    [
        ([(100, 10.0)], [50, 20], 1, [10.0, 15.0]),
        ([(100, 10.0), (20, 10.0)], [30, 10, 1], 2, [2.0, 5.0, 6.0]),
        ([(100, 10.0)], [50], 2, [0.0]),
        ([(100, 0.0)], [50, 20], 1, [None, None]),
        ([(100, 10.0), (9, 0.0)], [50], 2, [None]),
        ([], [], 2, []),
    ],
)
def test_waits_add_up(
    active: list[tuple[int, float]], waiting: list[int], threads: int, waits: list[float | None]
) -> None:
    assert expected_waits(active, waiting, threads) == waits
