from softmax_core.runs import expected_steps

from .conftest import race


def test_steps_count_the_last_short_minibatch() -> None:
    assert expected_steps(race(epochs=2)) == 4000
